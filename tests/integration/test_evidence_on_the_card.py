"""Everything needed to judge is on the card: the text, what it answers, what it was before."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from classifier.base import Label, Scores, Text
from comments.models import Comment
from comments.submission import Writer, edit_comment
from moderation.models import ReviewItem
from tests.desk_data import client_of, held_item, open_item_of, person, publish_plain_rules
from tests.make import StandIn, make_comment, make_published, make_regular, screen_all

pytestmark = pytest.mark.django_db
BODY = "Only a fool would say that."


@pytest.fixture(autouse=True)
def _rules() -> None:
    publish_plain_rules()


@pytest.fixture
def desk() -> Client:
    return client_of(person())


def card(desk: Client, item: ReviewItem) -> str:
    answer = desk.get(
        reverse("moderation:item", args=[item.public_id]),
        headers={"HX-Request": "true", "HX-Target": "focus"},
    )
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def thread(length: int) -> list[Comment]:
    """Published comments, each an answer to the one before."""
    parent = make_published("Says number 1.")
    made = [parent]
    for number in range(2, length + 1):
        parent = make_published(f"Says number {number}.", parent=parent)
        made.append(parent)
    return made


def held_reply(parent: Comment) -> ReviewItem:
    return held_item(BODY, parent=parent)


def test_words_of_the_comment_above_are_set_apart_as_quoted(desk: Client) -> None:
    parent = make_published("The ferry is late on every single morning now.")
    item = held_item(
        "The ferry is late on every single morning now. Only a fool would say that.", parent=parent
    )
    shown = card(desk, item)
    assert (
        '<span class="quoted"><span class="vh">quoted: </span>'
        "The ferry is late on every single morning now" in shown
    )


def test_quoted_scores_stand_beside_own_where_they_differ(desk: Client) -> None:
    def says(text: Text) -> Scores:
        own = {**dict.fromkeys(Label, 0.01), Label.INSULT: 0.8}
        quoted = {**dict.fromkeys(Label, 0.01), Label.INSULT: 0.8, Label.THREAT: 0.93}
        return Scores(model="stand-in-1", language="en", own=own, quoted=quoted)

    comment = make_comment(BODY)
    screen_all(StandIn(says=says))
    shown = card(desk, open_item_of(comment))
    assert shown.count("quoted: 0.") == 1
    assert "quoted: 0.93" in shown
    assert "quoted words, which no rule counts" in shown


def test_the_signs_of_the_picture_are_explained_and_only_those(desk: Client) -> None:
    shown = card(desk, held_item(BODY))
    assert "a rule holds from here" in shown
    assert "a rule removes from here" not in shown
    assert 'title="held from 0.70"' in shown


def test_links_are_told_by_their_host_and_none_can_be_clicked(desk: Client) -> None:
    shown = card(desk, held_item("Only a fool: https://bank.example@evil.example/login now"))
    assert '<b class="host">evil.example</b>' in shown
    assert "what stands before the @ is only a name" in shown
    assert 'href="https://' not in shown


def test_the_address_behind_the_name_is_told_too(desk: Client) -> None:
    item = held_item(BODY, website="https://cheap.example/pills")
    shown = card(desk, item)
    assert "behind the name" in shown
    assert '<b class="host">cheap.example</b>' in shown


@pytest.mark.parametrize(("length", "skipped"), [(1, 0), (5, 0), (6, 1), (9, 4)])
def test_the_branch_above_is_shown_from_its_beginning_and_from_its_end(
    length: int, skipped: int, desk: Client
) -> None:
    made = thread(length)
    shown = card(desk, held_reply(made[-1]))
    assert "Says number 1." in shown
    for number in range(max(1, length - 3), length + 1):
        assert f"Says number {number}." in shown
    assert (f"… {skipped} more above" in shown) == (skipped > 0)
    assert shown.index("Says number 1.") <= shown.index(f"Says number {length}.")


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true", "HX-Target": "branch"}])
def test_the_whole_branch_is_there_on_request(headers: dict[str, str], desk: Client) -> None:
    item = held_reply(thread(9)[-1])
    address = reverse("moderation:above", args=[item.comment.public_id])
    shown = desk.get(address, headers=headers).content.decode()
    for number in range(1, 10):
        assert f"Says number {number}." in shown
    assert "more above" not in shown


def test_the_branch_of_a_comment_is_for_the_desk_alone() -> None:
    address = reverse("moderation:above", args=[make_published().public_id])
    assert client_of(person(Role.READER)).get(address).status_code == 403
    assert client_of(None).get(address).status_code == 302


def test_earlier_versions_are_shown_as_what_changed(desk: Client) -> None:
    author = make_regular()
    comment = make_published("Only a friend would say that.", author=author)
    edit_comment(
        comment=comment,
        writer=Writer(guest_key=author.key),
        body=BODY,
        seen_version=comment.version,
    )
    screen_all(StandIn({"fool": {Label.INSULT: 0.8}}))
    shown = card(desk, open_item_of(comment))
    assert "Changed by its author once" in shown
    assert "friend<span" in shown.split("<del>")[1]
    assert "fool<span" in shown.split("<ins>")[1]


def test_a_text_that_never_changed_has_no_earlier_versions(desk: Client) -> None:
    assert "Changed by its author" not in card(desk, held_item(BODY))
