"""Editing, withdrawing and reporting, as browsers do it."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Role
from comments.models import Comment, Disagreeing, Report, SiteSettings, Status
from comments.picks import pick
from comments.threads import INDENTED_LEVELS
from moderation.decisions import database_now, decide
from moderation.models import Action, ReviewItem
from tests.appeal_data import remove
from tests.desk_data import client_of, person
from tests.make import (
    make_held,
    make_published,
    make_regular,
    make_user,
)
from tests.posting import HTMX, known_as, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_hurry")]


def approve(comment: Comment) -> None:
    decide(
        comment=comment,
        action=Action.APPROVE,
        actor=make_user(Role.MODERATOR),
        seen_version=comment.version,
        at=database_now(),
    )


# --- Editing and withdrawing ---------------------------------------------------------------------


def test_an_author_edits_and_the_public_waits_for_the_new_text(client: Client) -> None:
    author = make_regular()
    comment = make_published("As it was", author=author)
    mine, path = known_as(author), f"{comment.get_absolute_url()}edit/"
    page = read(mine, path)
    assert "As it was</textarea>" in page
    data = {"body": "As it is", "seen_version": comment.version}
    assert mine.post(path, data).status_code == 303
    article = comment.article.get_absolute_url()
    assert "As it is" in read(mine, article)
    for text in ("As it was", "As it is"):
        assert text not in read(client, article)


@pytest.mark.parametrize("verb", ["edit", "withdraw"])
def test_nobody_else_changes_a_comment(client: Client, verb: str) -> None:
    comment = make_published("Not yours")
    path = f"{comment.get_absolute_url()}{verb}/"
    signed_in = Client()
    signed_in.force_login(make_user(Role.SITE_ADMIN))
    for stranger in (client, known_as(make_regular()), signed_in):
        assert stranger.get(path).status_code == 404
        data = {"body": "Mine now", "seen_version": comment.version}
        assert stranger.post(path, data).status_code == 404
    comment.refresh_from_db()
    assert (comment.status, comment.current_revision.body) == (Status.PUBLISHED, "Not yours")


def test_an_edit_of_what_was_decided_meanwhile_is_explained_and_keeps_the_text() -> None:
    author = make_regular()
    comment = make_held("As it was", author=author)
    seen = comment.version
    approve(comment)
    mine, path = known_as(author), f"{comment.get_absolute_url()}edit/"
    response = mine.post(path, {"body": "My new text", "seen_version": seen})
    page = response.content.decode()
    assert response.status_code == 409
    assert "Meanwhile your comment was decided on or changed." in page
    assert "My new text</textarea>" in page
    comment.refresh_from_db()
    assert f'name="seen_version" value="{comment.version}"' in page
    again = mine.post(path, {"body": "My new text", "seen_version": comment.version})
    assert again.status_code == 303


@pytest.mark.parametrize(
    ("data", "status"),
    [({"body": "", "seen_version": 2}, 422), ({"body": "x"}, 422), ({"body": "x" * 9000}, 422)],
)
def test_an_edit_with_a_mistake_changes_nothing(data: dict[str, Any], status: int) -> None:
    author = make_regular()
    comment = make_published("As it was", author=author)
    response = known_as(author).post(f"{comment.get_absolute_url()}edit/", data)
    assert response.status_code == status
    comment.refresh_from_db()
    assert comment.current_revision.body == "As it was"


def test_an_author_withdraws_after_being_asked_once(client: Client) -> None:
    author = make_regular()
    comment = make_published("Taken back", author=author)
    mine, path = known_as(author), f"{comment.get_absolute_url()}withdraw/"
    assert "Taken back" in read(mine, path)
    assert mine.post(path, {"seen_version": comment.version}).status_code == 303
    for reader in (mine, client):
        page = read(reader, comment.article.get_absolute_url())
        assert "<p>Taken back</p>" not in page
    assert mine.post(path, {"seen_version": comment.version}).status_code == 410


def test_withdrawing_what_a_moderator_just_removed_says_so() -> None:
    author = make_regular()
    comment = make_published("Removed first", author=author)
    mine, path = known_as(author), f"{comment.get_absolute_url()}withdraw/"
    read(mine, path)
    response = mine.post(path, {"seen_version": comment.version + 1})
    assert response.status_code == 409
    assert "Meanwhile your comment was decided on or changed." in response.content.decode()


# --- Screened while its author looks -------------------------------------------------------------


def test_a_comment_that_is_through_looks_as_it_will_after_a_reload() -> None:
    SiteSettings.objects.create(pk=1, disagreeing=Disagreeing.SHOWN)
    parent = make_published("At the top")
    for depth in range(INDENTED_LEVELS):
        parent = make_published(f"{depth} deeper", parent=parent)
    mine = make_published("Mine", author=make_regular(user=person()), parent=parent)
    client = client_of(mine.author.user)
    known_as(parent.author).post(f"{mine.get_absolute_url()}disagree/")
    html = read(client, f"{mine.get_absolute_url()}state/?looked=1")
    for piece in ("Newsroom", "in reply to", "Disagree <span>1</span>", "Withdraw", "Mute"):
        assert piece in html, piece
    assert html in read(client, mine.article.get_absolute_url())
    pick(comment=mine, by=make_user(Role.MODERATOR), at=database_now())
    assert "Editors’ pick" in read(client, f"{mine.get_absolute_url()}state/?looked=2")


# --- Reports -------------------------------------------------------------------------------------


def test_a_report_reaches_the_moderators_once_for_each_reader(client: Client) -> None:
    comment = make_published("Reported")
    path = f"{comment.get_absolute_url()}report/"
    assert "Reported" in read(client, path)
    for _ in range(2):
        response = client.post(path, {"category": "abuse", "words": "Look at this"})
        assert "Thank you. A moderator will look at this comment." in response.content.decode()
    report = Report.objects.get()
    assert (report.comment, report.category, report.words) == (comment, "abuse", "Look at this")
    assert report.reporter_key.startswith("address:")
    assert "127.0.0.1" not in report.reporter_key
    assert ReviewItem.objects.filter(comment=comment, queue="reported").count() == 1


def test_each_kind_of_reader_reports_under_their_own_key() -> None:
    comment = make_published("Reported")
    author, user = make_regular(), make_user()
    signed_in = Client()
    signed_in.force_login(user)
    for client in (Client(), known_as(author), signed_in):
        client.post(f"{comment.get_absolute_url()}report/", {"category": "spam"})
    kinds = {key.partition(":")[0] for key in Report.objects.values_list("reporter_key", flat=True)}
    assert kinds == {"address", "guest", "user"}


def test_with_htmx_a_report_is_made_in_place(client: Client) -> None:
    path = f"{make_published().get_absolute_url()}report/"
    form = client.get(path, headers=HTMX).content.decode()
    assert "<html" not in form
    assert 'name="category"' in form
    thanks = client.post(path, {"category": "spam"}, headers=HTMX).content.decode()
    assert "<html" not in thanks
    assert "Thank you." in thanks


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Choose what is wrong with it."),
        ({"category": "dislike"}, "dislike"),
        ({"category": "spam", "words": "x" * 1001}, "Up to 1000 letters; this has 1001."),
        ({"category": "spam", "words": "a\0b"}, "This contains a character that cannot be stored"),
    ],
)
def test_a_report_with_a_mistake_is_asked_for_again(
    client: Client, data: dict[str, str], words: str
) -> None:
    response = client.post(f"{make_published().get_absolute_url()}report/", data)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert Report.objects.count() == 0


# --- What went while a form was open -------------------------------------------------------------


@pytest.mark.parametrize("went", ["removed", "withdrawn"])
def test_a_form_about_a_comment_that_went_keeps_what_was_typed(client: Client, went: str) -> None:
    author = make_regular()
    comment = make_published("As it was", author=author)
    path, seen = comment.get_absolute_url(), comment.version
    if went == "removed":
        remove(comment, by=person(Role.MODERATOR))
    else:
        known_as(author).post(f"{path}withdraw/", {"seen_version": seen})
    mine = known_as(author)
    edited = mine.post(f"{path}edit/", {"body": "Typed for an hour", "seen_version": seen})
    assert edited.status_code == 410
    assert "Typed for an hour</textarea>" in edited.content.decode()
    again = mine.post(f"{path}withdraw/", {"seen_version": seen})
    assert again.status_code == 410
    told = {"removed": "a moderator has removed", "withdrawn": "has been withdrawn already"}[went]
    assert told in edited.content.decode()
    assert told in again.content.decode()
    # Back to the form, or its page opened in another tab.
    for looked in (mine.get(f"{path}edit/"), mine.get(f"{path}withdraw/")):
        assert looked.status_code == 410
        assert told in looked.content.decode()
    assert client.get(f"{path}edit/").status_code == 404
    assert client.post(f"{path}edit/", {"body": "Not mine"}).status_code == 404
