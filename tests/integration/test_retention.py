"""What is kept for so many days goes when they are over, and no sooner."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.models import Role, Session, UsedLink, User
from comments.models import AddressKey, Article, Author, Comment, Report, SiteSettings
from integrations.webhooks.models import Delivery, DeliveryState, Endpoint, Fact, Kind
from mailing.letters import post
from mailing.models import Letter, LetterState
from moderation.decisions import database_now, decide
from moderation.models import Action, CommentFacts, IllegalContentNotice, Policy
from privacy import retention
from privacy.models import Emptied
from privacy.registry import rules
from privacy.retention import retain
from tests.make import make_published, make_user
from tests.posting import read, words_of
from tests.traces import leave_all_traces

pytestmark = pytest.mark.django_db


def _run(*, days: int) -> dict[str, int]:
    """Run all rules as if it were so many days later; returns what each emptied."""
    at = timezone.now() + timedelta(days=days)
    return {
        outcome.rule.key: outcome.rows for outcome in retain(settings=SiteSettings.current(), at=at)
    }


def _removed() -> Comment:
    comment = make_published("A text that goes one day")
    decide(
        comment=comment,
        action=Action.REMOVE,
        policy=Policy.objects.first(),
        actor=make_user(Role.MODERATOR),
        seen_version=comment.version,
        at=database_now(),
    )
    return comment


def test_texts_of_removed_comments_go_with_what_repeats_them() -> None:
    removed, stays = _removed(), make_published("A text that stays")
    assert _run(days=364)["removed-texts"] == 0
    assert _run(days=366)["removed-texts"] == 1
    assert removed.revisions.get().body == ""
    assert stays.revisions.get().body == "A text that stays"
    assert not CommentFacts.objects.filter(revision__comment=removed).exists()
    assert CommentFacts.objects.filter(revision__comment=stays).exists()
    assert _run(days=366)["removed-texts"] == 0, "once is enough"


def test_addresses_reports_letters_and_sessions_go_when_their_days_are_over() -> None:
    comment = make_published("Something")
    kept = {"address_hash": "1.abc", "network_hash": "1.def", "author_email": "guest@example.org"}
    Comment.objects.update(**kept)
    Author.objects.update(email="guest@example.org")
    report = {"category": "spam", "created_at": timezone.now()}
    Report.objects.create(
        comment=comment,
        words="Mine",
        reporter_key="address:1.abc",
        resolved_at=timezone.now(),
        **report,
    )
    letter = post(to="guest@example.org", subject="Hello", body="Hello", kind="statement")
    assert letter is not None
    Letter.objects.update(state=LetterState.SENT, settled_at=timezone.now())
    waiting = post(to="guest@example.org", subject="Not sent yet", body="Hello", kind="statement")
    Client().force_login(make_user())
    Session.objects.update(expire_date=timezone.now() + timedelta(days=14))
    early = _run(days=29)
    for rule in ("address-hashes", "letters", "reports", "guest-addresses"):
        assert early[rule] == 0, rule
    assert _run(days=31)["letters"] == 1
    assert list(Letter.objects.all()) == [waiting]
    late = _run(days=91)
    assert (late["address-hashes"], late["address-reports"]) == (1, 1)
    assert Report.objects.get().reporter_key.startswith("erased:")
    assert _run(days=181)["reports"] == 1
    later = _run(days=366)
    assert (later["guest-addresses"], later["guest-addresses-typed"]) == (1, 1)
    comment.refresh_from_db()
    assert (comment.address_hash, comment.network_hash) == ("", "")
    assert (comment.author_email, comment.author.email) == ("", "")
    assert not Session.objects.exists()


def test_every_rule_empties_what_is_over_and_nothing_before(client: Client) -> None:
    leave_all_traces(client, user=None)
    days = {rule.key: rule.days(SiteSettings.current()) for rule in rules()}
    early = _run(days=0)
    assert {key: rows for key, rows in early.items() if rows and days[key]} == {}
    _leave_what_traces_do_not()
    late = _run(days=3650)
    assert [key for key, rows in late.items() if not rows] == [], "leave a row for it here"
    assert {key: rows for key, rows in _run(days=3650).items() if rows} == {}, "nothing is left"


def _leave_what_traces_do_not() -> None:
    long_ago = timezone.now() - timedelta(days=3650)
    AddressKey.objects.create(generation=0, secret="x", made_at=long_ago, retired_at=long_ago)
    User.objects.create(email="typed@example.org")  # an account that nobody opened
    about = ContentType.objects.get_for_model(Article)
    LogEntry.objects.create(
        user=make_user(Role.SITE_ADMIN), content_type=about, object_id="1", action_flag=CHANGE
    )
    Session.objects.create(session_key="x", session_data="x", expire_date=long_ago)
    UsedLink.objects.create(digest="x")
    comment = make_published("Reported from an address")
    Report.objects.create(
        comment=comment, category="spam", reporter_key="address:1.abc", created_at=timezone.now()
    )
    Comment.objects.filter(pk=comment.pk).update(address_hash="1.abc")
    IllegalContentNotice.objects.exclude(outcome="").update(told_at=timezone.now())
    Letter.objects.update(state=LetterState.SENT, settled_at=timezone.now())
    Delivery.objects.create(
        endpoint=Endpoint.objects.create(name="Seniors", kind=Kind.MAIL),
        fact=Fact.TEST,
        state=DeliveryState.DELIVERED,
        due_at=long_ago,
        created_at=long_ago,
        settled_at=long_ago,
    )


def test_a_rule_takes_some_rows_at_a_time_and_none_that_somebody_has_in_hand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(retention, "AT_A_TIME", 2)
    for number in range(5):
        make_published(f"Comment {number}")
    Comment.objects.update(address_hash="1.abc")
    assert _run(days=91)["address-hashes"] == 5


def test_an_empty_number_keeps_and_a_dry_run_changes_nothing() -> None:
    SiteSettings.objects.update_or_create(pk=1, defaults={"removed_text_days": None})
    _removed()
    assert _run(days=4000)["removed-texts"] == 0
    SiteSettings.objects.update(removed_text_days=30)
    Comment.objects.update(status_changed_at=timezone.now() - timedelta(days=31))
    Emptied.objects.all().delete()
    out = StringIO()
    call_command("retention", "--dry-run", stdout=out)
    assert any(
        "removed-texts" in line and line.split()[0] == "1" for line in out.getvalue().splitlines()
    )
    assert not Emptied.objects.exists()
    call_command("retention", stdout=StringIO())
    assert Emptied.objects.get(rule="removed-texts").rows == 1


def test_what_readers_are_told_follows_the_settings_in_force(client: Client) -> None:
    def told() -> str:
        return words_of(read(client, "/privacy/"))

    assert "is kept for 365 days, for the newsroom alone" in told()
    assert 'href="/privacy/"' in read(client, "/")
    SiteSettings.objects.update_or_create(
        pk=1, defaults={"removed_text_days": 30, "address_hash_days": None, "erased_comments": "go"}
    )
    words = told()
    assert "is kept for 30 days, for the newsroom alone" in words
    assert "one of the network around it, is kept with it" in words
    assert "Your comments then go" in words


def test_site_admins_see_when_what_was_last_emptied(client: Client) -> None:
    _removed()
    _run(days=366)
    client.force_login(make_user(Role.SITE_ADMIN))
    words = words_of(read(client, "/desk/privacy/"))
    assert "Texts of removed comments after 365 days" in words


def test_no_log_of_the_web_names_an_address(settings: Any) -> None:
    assert settings.DJANGO_STRUCTLOG_IP_LOGGING_ENABLED is False
