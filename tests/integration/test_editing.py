"""Editing while there is time for it, what was edited, and quoting."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Role
from comments.models import Article, Comment, SiteSettings, Status
from comments.submission import Writer, edit_comment
from moderation.decisions import database_now, decide
from moderation.models import Action, Policy
from tests.make import make_comment, make_published, make_regular, make_user, screen_all
from tests.posting import known_as, read, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_hurry")]


@pytest.fixture
def site() -> SiteSettings:
    return SiteSettings.objects.create(pk=1, edit_history=True)


def sent_ago(comment: Comment, minutes: float) -> None:
    at = timezone.now() - timedelta(minutes=minutes)
    Comment.objects.filter(pk=comment.pk).update(submitted_at=at)
    comment.refresh_from_db()


def edit(comment: Comment, body: str) -> None:
    """Edit as its author does, and have the new text screened."""
    comment.refresh_from_db()
    writer = Writer(guest_key=comment.author.key)
    edit_comment(comment=comment, writer=writer, body=body, seen_version=comment.version)
    screen_all()
    comment.refresh_from_db()


def history(comment: Comment) -> Any:
    return Client().get(f"{comment.get_absolute_url()}history/")


# --- The window ----------------------------------------------------------------------------------


def test_an_author_reads_until_when_they_can_edit(site: SiteSettings) -> None:
    comment = make_comment(author=make_regular())
    client = known_as(comment.author)
    until = timezone.localtime(comment.submitted_at + timedelta(minutes=15))
    page = words_of(read(client, comment.get_absolute_url()))
    assert f"you can edit until {until:%H:%M}" in page
    sent_ago(comment, 15.1)
    page = words_of(read(client, comment.get_absolute_url()))
    assert "you can edit until" not in page
    assert "Withdraw" in page


def test_in_the_archive_nothing_is_edited_and_what_was_typed_is_given_back(
    site: SiteSettings,
) -> None:
    comment = make_published(author=make_regular())
    client, address = known_as(comment.author), f"{comment.get_absolute_url()}edit/"
    form = {"body": "Another text.", "seen_version": comment.version}
    Article.objects.update(comments_mode="archived")
    assert "you can edit until" not in words_of(read(client, comment.get_absolute_url()))
    answer = client.post(address, form)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Comments cannot be edited here. Nothing was changed." in page
    assert "Another text." in page
    comment.refresh_from_db()
    assert comment.current_revision.body != "Another text."


@pytest.mark.parametrize(
    ("minutes", "ago", "status"), [(15, 14.9, 303), (15, 15.1, 409), (0, 0, 409), (60, 59, 303)]
)
def test_an_edit_is_taken_while_there_is_time(
    site: SiteSettings, minutes: int, ago: float, status: int
) -> None:
    site.edit_minutes = minutes
    site.save()
    comment = make_comment("As it was.", author=make_regular())
    sent_ago(comment, ago)
    data = {"body": "As it is.", "seen_version": comment.version}
    response = known_as(comment.author).post(f"{comment.get_absolute_url()}edit/", data)
    assert response.status_code == status
    comment.refresh_from_db()
    assert comment.revisions.count() == (2 if status == 303 else 1)
    if status == 409:
        # What they typed is theirs to copy.
        assert "As it is.</textarea>" in response.content.decode()
        assert comment.status == Status.SUBMITTED


def test_a_text_that_is_as_it_was_stays_on_the_page(site: SiteSettings) -> None:
    comment = make_published("Said at once.\nAnd again.")
    data = {"body": "Said at once.\r\nAnd again.", "seen_version": comment.version}
    client = known_as(comment.author)
    client.post(f"{comment.get_absolute_url()}edit/", data)
    comment.refresh_from_db()
    assert (comment.status, comment.edited_at) == (Status.PUBLISHED, None)
    assert "nothing was sent" in read(client, comment.article.get_absolute_url())


# --- What was edited -----------------------------------------------------------------------------


def test_everybody_reads_what_was_edited_where_the_site_wishes_so(site: SiteSettings) -> None:
    comment = make_published("The ferry was late today.")
    edit(comment, "The ferry was early today.")
    page = read(Client(), comment.article.get_absolute_url())
    assert f'href="/comments/{comment.public_id}/history/"' in page
    shown = words_of(history(comment).content.decode())
    assert "The ferry was taken out: late until here added: early until here today." in shown

    SiteSettings.objects.update(edit_history=False)
    assert "/history/" not in read(Client(), comment.article.get_absolute_url())
    assert history(comment).status_code == 404


def test_a_version_that_was_never_public_is_in_no_history(site: SiteSettings) -> None:
    comment = make_comment("Never read by anybody.", author=make_regular())
    edit(comment, "Fit to print.")
    assert comment.status == Status.PUBLISHED
    shown = words_of(history(comment).content.decode())
    assert "Fit to print." in shown
    assert "Never read" not in shown


def test_what_is_taken_back_while_somebody_opens_its_history_has_none(site: SiteSettings) -> None:
    comment = make_published("The ferry was late today.")
    # The comment was read as public, and then its text was taken back.
    comment.publications.update(taken_back_at=timezone.now())
    assert history(comment).status_code == 404


def test_a_version_that_the_site_took_back_is_in_no_history(site: SiteSettings) -> None:
    moderator = make_user(Role.MODERATOR)
    comment = make_published("Only a fool would say that.")

    def decided(action: Action) -> None:
        comment.refresh_from_db()
        decide(
            comment=comment,
            action=action,
            actor=moderator,
            seen_version=comment.version,
            at=database_now(),
            policy=Policy.objects.get(slug="insults") if action == Action.REMOVE else None,
        )

    decided(Action.REMOVE)
    assert history(comment).status_code == 404
    decided(Action.APPROVE)
    assert "Only a fool" in history(comment).content.decode()
    decided(Action.HOLD)
    edit(comment, "I would not say that.")
    decided(Action.APPROVE)
    shown = words_of(history(comment).content.decode())
    assert "I would not say that." in shown
    assert "Only a fool" not in shown


def test_a_comment_that_is_being_screened_again_shows_nothing(site: SiteSettings) -> None:
    comment = make_published("The ferry was late.")
    writer = Writer(guest_key=comment.author.key)
    edit_comment(comment=comment, writer=writer, body="Secret.", seen_version=comment.version)
    assert history(comment).status_code == 404
    assert known_as(comment.author).get(f"{comment.get_absolute_url()}history/").status_code == 404


# --- Quoting -------------------------------------------------------------------------------------


def test_a_reply_begins_with_the_words_it_answers(client: Client) -> None:
    parent = make_published("> Who said so?\nThe captain.\n\nAnd the crew.")
    path = f"{parent.article.get_absolute_url()}?reply={parent.public_id}"
    assert "&gt; The captain.\n&gt;\n&gt; And the crew.\n\n</textarea>" in read(
        client, f"{path}&quote=1"
    )
    plain = read(client, path)
    assert "And the crew.\n\n</textarea>" not in plain
    assert f"?reply={parent.public_id}&amp;quote=1#write" in plain


def test_a_long_comment_is_quoted_in_part(client: Client) -> None:
    parent = make_published("word " * 600)
    page = read(client, f"{parent.article.get_absolute_url()}?reply={parent.public_id}&quote=1")
    quote = page.rsplit("</textarea>", 1)[0].rsplit("<textarea", 1)[1].split(">", 1)[1]
    assert quote.endswith(" …\n\n")
    assert 900 < len(quote) < 1020
