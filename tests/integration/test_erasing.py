"""Somebody has themselves erased: nothing of them is left anywhere, and nothing comes back."""

import logging
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Role, User
from comments import erasing as erasing_comments
from comments.cookies import ADDRESS_NAME
from comments.models import (
    Author,
    Comment,
    ErasedComments,
    SiteSettings,
    Status,
)
from mailing.letters import post
from mailing.models import Letter
from mailing.tasks import deliver
from moderation.decisions import database_now, decide
from moderation.models import Action, Appeal, Decision, Fingerprint, Policy
from privacy.erasing import SECOND_RUN_AFTER, ask, erase_next
from privacy.models import Erasure, ErasureState
from privacy.registry import Person
from tests import everywhere
from tests.integration.test_import_wordpress import COURIER, run
from tests.make import make_article, make_published, make_user
from tests.personal_fields import personal_fields
from tests.posting import known_as, read, send, words_of
from tests.running_site import wait_until
from tests.traces import (
    ADDRESS,
    CANARY,
    EMAIL,
    HELD,
    NAME,
    WHO,
    keys_of,
    leave_all_traces,
    leave_traces,
    values_in,
)
from tests.workers import WorkerProcess

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_hurry")]


def settings_say(**fields: Any) -> None:
    SiteSettings.objects.update_or_create(pk=1, defaults=fields)


def erase_all() -> None:
    """Do both runs, as if the minute between them were over."""
    at = timezone.now()
    while erase_next(at=at):
        at += 2 * SECOND_RUN_AFTER


def pages_of(comments: dict[str, Comment]) -> str:
    """Return everything the public and the desk read about these comments."""
    article = comments["published"].article
    public = [
        article.get_absolute_url(),
        f"{article.get_absolute_url()}feed/",
        "/feed/",
        "/",
        "/sitemap.xml",
    ]
    found = [Client().get(path) for path in (*public, comments["published"].get_absolute_url())]
    desk = Client()
    desk.force_login(make_user(Role.SITE_ADMIN, email=f"{uuid.uuid4().hex}@example.org"))
    found += [desk.get(f"/desk/comments/{one.public_id}/") for one in comments.values()]
    author = comments["published"].author
    author.refresh_from_db()
    found += [desk.get(path) for path in (f"/desk/authors/{author.key}/", "/desk/search/export/")]
    return "".join(
        (b"".join(r.streaming_content) if r.streaming else r.content).decode()
        for r in found  # type: ignore[attr-defined]
    )


# What is personal and holds no word to look for.
UNFILLED = {
    **dict.fromkeys(
        (f"axes.Access{kind}.ip_address" for kind in ("Attempt", "FailureLog", "Log")),
        "a hash; that the rows are gone is seen by their other fields",
    ),
    "mfa.Authenticator.type": "a word of the program",
    "moderation.Classification.spans": "places in a text, which is emptied",
    "moderation.CloserLook.spans": "the same",
    "moderation.Fingerprint.bands": "numbers; that the rows are gone is looked at",
    "moderation.IllegalContentNotice.submission_key": "random, of one form",
    "accounts.Session.session_data": "encoded; that the row is gone is seen by signing in",
    "accounts.Session.session_key": "random, of one browser",
    "socialaccount.SocialAccount.provider": "whom the site works with",
}
OF_GUESTS = {
    "comments.Author.imported_from",
    "comments.Author.verified_email",
    "comments.Comment.author_website",
    "comments.Follow.guest_key",
}
OF_ACCOUNTS = ("account.", "accounts.", "admin.", "mfa.", "socialaccount.")


def excused(*, has_account: bool) -> Iterator[str]:
    """What of these a guest, or somebody with an account, cannot have."""
    for field in personal_fields():
        other = field in OF_GUESTS if has_account else field.startswith(OF_ACCOUNTS)
        if other or field in UNFILLED:
            yield field


@pytest.mark.parametrize("stays", [True, False])
@pytest.mark.parametrize("has_account", [True, False])
def test_nothing_of_somebody_erased_is_left_anywhere(
    client: Client,
    stays: bool,
    has_account: bool,
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
    settings: Any,
) -> None:
    caplog.set_level(logging.DEBUG)
    settings.MAIL_TRANSPORT = "mailing.folder.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    for to in (EMAIL, "somebody@example.org"):
        post(to=to, subject="Hello", body="A letter that became a file", kind="statement")
    deliver()
    assert len(everywhere.in_files([CANARY], tmp_path)) == 1
    settings_say(erased_comments=ErasedComments.STAY if stays else ErasedComments.GO)
    user = None
    if has_account:
        user = User.objects.create_user(email=EMAIL, name=NAME, password="a long enough secret")
        client.force_login(user)
    comments = leave_all_traces(client, user=user)
    words = [CANARY, *keys_of(comments, user)]
    unfilled = {field for field in personal_fields() if not values_in(field, words)}
    assert unfilled ^ {*excused(has_account=has_account)} == set(), (
        "A field can hold something of a person, and nobody is erased from it here: fill it in"
        " tests/traces.py, or say in UNFILLED why it holds nothing to look for"
    )
    assert CANARY in pages_of(comments).lower()
    caplog.clear()

    answer = client.post("/me/erase/", {"sure": "yes"}, follow=True)
    assert "under way" in words_of(answer.content.decode())
    erase_all()

    assert Erasure.objects.get().state == ErasureState.DONE
    left = [
        found for found in everywhere.in_database(words) if not _is_published_text(found, stays)
    ]
    assert left == []
    # What counts how much an address sends is gone after an hour by itself.
    kept = everywhere.in_redis([*words, ADDRESS])
    assert [key for key in kept if not key.startswith("limits:")] == []
    assert not Fingerprint.objects.filter(revision__body="").exists()
    assert everywhere.in_files([CANARY], tmp_path) == []
    assert len(everywhere.in_files(["became a file"], tmp_path)) == 1, "another's letter stays"
    assert CANARY not in caplog.text.lower()
    assert ADDRESS not in caplog.text
    page = pages_of(comments).lower()
    assert NAME.lower() not in page
    assert EMAIL not in page
    assert (f"edited {CANARY}tekst" in page) is stays
    assert "removed" in page or stays
    assert "a stranger answers" in page, "the answer keeps standing"
    if stays:
        assert "deleted reader" in page
    assert not client.cookies.get("ordstyrer_guest") or not client.cookies["ordstyrer_guest"].value


def _is_published_text(found: str, stays: bool) -> bool:
    """Where comments stay, their published texts do, with the folded text that rules look at."""
    return stays and found.partition(":")[0] in {
        "comments_commentrevision",
        "moderation_commentfacts",
    }


def test_of_comments_that_stay_only_the_published_text_does(client: Client) -> None:
    comments = leave_traces(client)
    client.post("/me/erase/", {"sure": "yes"})
    erase_all()
    texts = set(Comment.objects.exclude(current_revision__body="").values_list("pk", flat=True))
    assert comments["published"].pk in texts
    assert comments["held"].pk not in texts
    assert comments["removed"].pk not in texts
    assert comments["published"].revisions.get(number=1).body == ""
    comments["held"].refresh_from_db()
    assert comments["held"].status == Status.REMOVED
    assert Decision.objects.filter(comment=comments["removed"], action=Action.REMOVE).exists()
    assert Appeal.objects.get().state == "closed"


def test_what_erasing_breaks_off_the_next_run_finishes(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    comments = leave_traces(client)
    client.post("/me/erase/", {"sure": "yes"})

    class PowerCutError(Exception):
        pass

    calls = []

    def cut(*args: Any, **kwargs: Any) -> Any:
        calls.append(1)
        if len(calls) == 3:
            raise PowerCutError
        return real(*args, **kwargs)

    monkeypatch.setattr(erasing_comments, "AT_A_TIME", 1)
    real = erasing_comments._erase_some
    monkeypatch.setattr(erasing_comments, "_erase_some", cut)
    with pytest.raises(PowerCutError):
        erase_next()
    assert not erase_next(), "its lease holds"
    Erasure.objects.update(leased_until=None)
    erase_all()
    assert everywhere.in_database([EMAIL, NAME]) == []
    counted = Erasure.objects.get()
    assert counted.counts["comments"] == 5 - 2, "two were done before"
    assert (counted.author_id, counted.user_id) == (None, None)
    assert comments["answer"].author.name != "Deleted reader"


def test_an_old_cookie_opens_nothing_and_an_erasure_is_asked_for_once(client: Client) -> None:
    comments = leave_traces(client)
    old = known_as(Author.objects.get(pk=comments["published"].author_id))
    client.cookies[ADDRESS_NAME] = "an address, for everybody to read"
    client.post("/me/erase/", {"sure": "yes"})
    assert client.cookies[ADDRESS_NAME].value == ""
    old.post("/me/erase/", {"sure": "yes"})
    assert Erasure.objects.count() == 1
    erase_all()
    assert old.get(f"{comments['published'].get_absolute_url()}edit/").status_code == 404
    assert "Nothing here is known to be yours" in words_of(read(old, "/me/data/"))


def test_in_its_days_of_grace_an_erasure_is_called_off(client: Client) -> None:
    settings_say(erasure_grace_days=7)
    leave_traces(client)
    client.post("/me/erase/", {"sure": "yes"})
    assert not erase_next()
    assert "until then you can call it off" in words_of(read(client, "/me/erase/"))
    client.post("/me/erase/call-off/")
    assert not erase_next(at=timezone.now() + timedelta(days=8))
    assert Author.objects.filter(name=NAME).exists()


def test_an_account_is_asked_for_its_password_or_opens_a_link_from_its_mail(
    client: Client, mailbox: Any
) -> None:
    user = make_user()
    client.force_login(user)
    User.objects.update(last_login=timezone.now() - timedelta(hours=1))
    for path in ("/me/erase/", "/me/data/"):
        assert client.post(path, {"password": "a guess"}).status_code == 422
    assert not Erasure.objects.exists()
    client.post("/me/erase/send-link/")
    letter = Letter.objects.get()
    link = next(line for line in letter.body.splitlines() if line.startswith("http"))
    path = link[link.index("/me/") :]
    stranger = Client()
    assert "Erase everything" in read(stranger, path)
    assert not Erasure.objects.exists(), "opening it changed nothing"
    assert stranger.get(f"{path[:-3]}x/").status_code == 410
    assert stranger.post(path, {"sure": "yes"}).status_code == 303
    erase_all()
    assert not User.objects.filter(pk=user.pk).exists()
    assert stranger.get(path).status_code == 410


def test_a_link_that_was_used_asks_for_nothing_once_it_was_called_off(client: Client) -> None:
    settings_say(erasure_grace_days=7)
    client.force_login(make_user())
    client.post("/me/erase/send-link/")
    path = next(line for line in Letter.objects.get().body.splitlines() if "/confirm/" in line)
    path = path[path.index("/me/") :]
    assert Client().post(path, {"sure": "yes"}).status_code == 303
    client.post("/me/erase/call-off/")
    late = Client().post(path, {"sure": "yes"})
    assert (late.status_code, erase_next(at=timezone.now() + timedelta(days=8))) == (410, False)
    assert "This link was used already" in words_of(late.content.decode())


def test_an_account_without_a_password_confirms_by_its_mail(client: Client) -> None:
    user = make_user()
    user.set_unusable_password()
    user.save()
    client.force_login(user)
    User.objects.update(last_login=timezone.now() - timedelta(hours=1))
    page = client.post("/me/data/", {"sure": "yes"}).content.decode()
    assert "sign in once more" in words_of(page)
    assert client.post("/me/erase/", {"sure": "yes"}).status_code == 303
    assert not Erasure.objects.exists()
    assert "/me/erase/confirm/" in Letter.objects.get().body


def test_whoever_decided_on_the_desk_leaves_a_row_without_a_name(client: Client) -> None:
    once = make_user(Role.MODERATOR, name=NAME, email=EMAIL)
    comment = make_published("Something")
    decide(
        comment=comment,
        action=Action.REMOVE,
        policy=Policy.objects.first(),
        actor=once,
        seen_version=comment.version,
        at=database_now(),
    )
    client.force_login(once)
    assert "site admin takes that role" in words_of(
        client.post("/me/erase/", {"sure": "yes"}, follow=True).content.decode()
    )
    User.objects.filter(pk=once.pk).update(role=Role.READER)
    client.post("/me/erase/", {"sure": "yes"})
    erase_all()
    once.refresh_from_db()
    assert (once.name, once.is_active) == ("Deleted reader", False)
    assert everywhere.in_database([CANARY]) == []


def test_rows_that_never_change_give_up_nothing_but_what_is_personal() -> None:
    decision = Decision.objects.filter(comment=make_published("Something")).first()
    assert decision is not None
    for sql, erasing in (
        ("UPDATE moderation_decision SET note = ''", False),
        ("UPDATE moderation_decision SET action = 'remove', note = ''", True),
        ("DELETE FROM moderation_decision", True),
    ):
        with pytest.raises(DatabaseError):
            _run(sql, erasing=erasing)


def _run(sql: str, *, erasing: bool) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        if erasing:
            cursor.execute("SELECT set_config('ordstyrer.erasing', 'on', true)")
        cursor.execute(sql)


def test_an_export_that_is_read_again_brings_nobody_back() -> None:
    run(COURIER)
    written = Author.objects.exclude(email="").order_by("id").first()
    assert written is not None
    name, email, comments = written.name, written.email, written.comments.count()
    Comment.objects.filter(author=written).exclude(author_name=name).update(author_name=name)
    ask(person=Person(author_id=written.pk), comments_stay=True)
    erase_all()
    run(COURIER)
    assert Author.objects.filter(erased_at__isnull=False).get().comments.count() == comments
    assert not Author.objects.filter(email=email).exists()
    assert not Comment.objects.filter(author_email=email).exists()


# --- With a real worker --------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_worker_erases_and_writes_nothing_of_it_into_its_log(
    client: Client, celery_worker_process: WorkerProcess
) -> None:
    article = make_article()
    assert send(client, article, HELD, **WHO).status_code == 303

    def screened() -> bool:
        return Comment.objects.get().status != Status.SUBMITTED

    wait_until(screened)
    client.post("/me/erase/", {"sure": "yes"})

    def erased() -> bool:
        return Erasure.objects.get().runs > 0

    wait_until(erased)
    assert [f for f in everywhere.in_database([CANARY]) if not _is_published_text(f, True)] == []
    assert everywhere.in_redis([CANARY]) == []
    assert everywhere.in_files([CANARY, "127.0.0.1"], celery_worker_process.log) == []
