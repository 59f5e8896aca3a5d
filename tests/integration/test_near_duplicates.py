"""Comments that say nearly the same: found, shown with what differs, counted for the rules."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role, User
from comments.models import Author, Comment, Section
from comments.submission import Writer, edit_comment
from moderation.decisions import database_now, decide
from moderation.models import Action, Fingerprint, Policy, SectionAssignment
from moderation.near_duplicates import Repeats, Sent, alike, repeats
from tests.desk_data import client_of, held_item, open_item_of, person, publish_plain_rules
from tests.make import make_article, make_comment, make_regular, screen_all

pytestmark = pytest.mark.django_db
LETTER = (
    "Only a fool would close our school in June. Write to the council before Friday, it takes five"
    " minutes, and every letter is counted. Yours, the parents of {}."
)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _rules() -> None:
    publish_plain_rules()


@pytest.fixture
def anna() -> User:
    return person(name="Anna Lie")


def letters(*places: str) -> list[Comment]:
    """The same letter from several places, all published."""
    made = [make_comment(LETTER.format(place)) for place in places]
    screen_all()
    return [Comment.objects.select_related("current_revision").get(pk=c.pk) for c in made]


def removed(comment: Comment, by: User) -> None:
    decide(
        comment=comment,
        action=Action.REMOVE,
        actor=by,
        seen_version=comment.version,
        at=database_now(),
        policy=Policy.objects.get(slug="spam"),
    )


def sent(comment: Comment) -> Sent:
    revision = comment.current_revision
    return Sent(revision.pk, revision.body, comment.author_id, database_now())


def hourly(texts: list[Sent]) -> dict[int, Repeats]:
    return {pk: found for pk, (found,) in repeats(texts, windows=[HOUR]).items()}


def card(desk: Client, comment: Comment) -> str:
    address = reverse("moderation:item", args=[open_item_of(comment).public_id])
    got = desk.get(address, headers={"HX-Request": "true", "HX-Target": "focus"})
    return " ".join(got.content.decode().split())


def listed(desk: Client, comment: Comment, **headers: str) -> str:
    got = desk.get(reverse("moderation:alike", args=[comment.public_id]), headers=headers)
    assert got.status_code == 200
    return " ".join(got.content.decode().split())


class TestFinding:
    def test_the_same_letter_from_other_places_is_found_newest_first(self, anna: User) -> None:
        first, second, third = letters("Lysdal", "Ytterholm", "Tarsk")
        make_comment("Only a fool would take the morning ferry, it is always full.")
        screen_all()
        assert alike(second, user=anna).comments == [third, first]

    def test_what_anybody_says_is_like_nothing(self, anna: User) -> None:
        made = [make_comment("Thank you!", author=make_regular()) for _ in range(3)]
        screen_all()
        made[0].refresh_from_db()
        with CaptureQueriesContext(connection) as queries:
            assert alike(made[0], user=anna).number == 0
        assert len(queries) <= 1  # of the comment's own revision
        assert Fingerprint.objects.count() == 0

    def test_a_text_counts_as_it_is_now(self, anna: User) -> None:
        first, second = letters("Lysdal", "Tarsk")
        edit_comment(
            comment=second,
            writer=Writer(guest_key=second.author.key),
            body="I have changed my mind about all of this, and about the school.",
            seen_version=second.version,
        )
        screen_all()
        assert alike(first, user=anna).number == 0

    def test_other_peoples_sections_stay_theirs(self) -> None:
        sports = Section.objects.create(slug="sports", name="Sports")
        first, _second = letters("Lysdal", "Tarsk")
        make_comment(LETTER.format("Ytterholm"), article=make_article(section=sports))
        screen_all()
        bound = person()
        SectionAssignment.objects.create(user=bound, section=first.article.section)
        assert alike(first, user=bound).number == 1
        assert alike(first, user=person(Role.SITE_ADMIN)).number == 2

    def test_it_says_when_there_are_more(self, anna: User) -> None:
        made = letters("Lysdal", "Ytterholm", "Tarsk", "Holm")
        found = alike(made[0], user=anna, most=2)
        assert found.comments == [made[3], made[2]]
        assert found.more

    def test_one_query_however_many(self, anna: User) -> None:
        made = letters(*"ABC")
        letters(*"DEFGHIJ")
        found = Comment.objects.select_related("current_revision").get(pk=made[0].pk)
        alike(found, user=anna)  # remembers the person's sections
        with CaptureQueriesContext(connection) as queries:
            assert alike(found, user=anna).number == 9
        assert len(queries) == 1

    def test_comments_of_before_are_made_findable_once(self, anna: User) -> None:
        first, second = letters("Lysdal", "Tarsk")
        Fingerprint.objects.all().delete()
        assert alike(first, user=anna).number == 0
        call_command("fingerprint_comments")
        call_command("fingerprint_comments")
        assert alike(first, user=anna).comments == [second]


class TestShowing:
    def test_the_card_says_how_many_and_what_became_of_them(self, anna: User) -> None:
        made = letters("Lysdal", "Ytterholm", "Tarsk")
        removed(made[0], anna)
        item = held_item(LETTER.format("Holm"))
        shown = card(client_of(anna), item.comment)
        assert "3 more like this</span>" in shown
        assert "1 was removed" in shown
        assert "2 are on the page" in shown

    @pytest.mark.parametrize("headers", [{}, {"HX-Request": "true", "HX-Target": "alike-list"}])
    def test_the_list_marks_what_differs_and_tells_who_decided(
        self, headers: dict[str, str], anna: User
    ) -> None:
        first, second = letters("Lysdal", "Tarsk")
        removed(first, anna)
        shown = listed(client_of(person()), second, **headers)
        assert "Tarsk.<span" in shown.split("<del>")[1]
        assert "Lysdal.<span" in shown.split("<ins>")[1]
        assert "Anna Lie removed this: Spam" in shown

    def test_the_list_costs_the_same_for_two_and_for_nine(self, anna: User) -> None:
        desk = client_of(anna)
        first = letters("Lysdal", "Tarsk", "Holm")[0]
        address = reverse("moderation:alike", args=[first.public_id])
        desk.get(address)
        with CaptureQueriesContext(connection) as few:
            desk.get(address)
        letters(*"ABCDEFG")
        with CaptureQueriesContext(connection) as many:
            desk.get(address)
        assert len(few) == len(many)

    def test_readers_see_none_of_it(self) -> None:
        address = reverse("moderation:alike", args=[letters("Lysdal")[0].public_id])
        assert client_of(person(Role.READER)).get(address).status_code == 403


class TestRepeats:
    def test_they_are_counted_by_author_and_by_anybody(self) -> None:
        kari = make_regular(name="Kari")
        made = [make_comment(LETTER.format(place), author=kari) for place in ("Lysdal", "Tarsk")]
        screen_all()
        other = letters("Holm")[0]
        found = hourly([sent(made[0]), sent(other)])
        assert found[made[0].current_revision_id].by_author == 1
        assert found[made[0].current_revision_id].by_anybody == 2
        assert found[other.current_revision_id].by_author == 0
        assert found[other.current_revision_id].by_anybody == 2

    def test_what_was_sent_earlier_is_not_counted(self) -> None:
        first, _second = letters("Lysdal", "Tarsk")
        found = hourly([replace(sent(first), at=database_now() + 2 * HOUR)])
        assert found == {first.current_revision_id: Repeats()}

    def test_a_text_that_anybody_says_is_no_repeat(self) -> None:
        author: Author = make_regular()
        made = [make_comment("Thank you!", author=author) for _ in range(2)]
        screen_all()
        found = hourly([sent(made[0])])
        assert found[made[0].current_revision_id] == Repeats()
