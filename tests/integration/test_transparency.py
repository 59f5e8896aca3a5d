"""What the public and the EU database are told: counted rightly, valid, and about nobody."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.cache import caches
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, User
from comments.models import Comment, Restriction, SiteSettings
from comments.submission import report_comment
from moderation.author_acts import Measures
from moderation.decisions import database_now, decide
from moderation.models import Action, Appeal, Decision, Policy, Statement
from moderation.transparency.export import bundles
from moderation.transparency.periods import Period, latest, named, to_choose
from moderation.transparency.report import report
from moderation.transparency.tables import Table
from moderation.transparency.validation import faults
from tests.audit_data import blind_item, decide_item, publish_a_removal
from tests.author_data import BAN, MUTE, impose
from tests.desk_data import client_of, person, publish_plain_rules
from tests.illegal_data import make_notice
from tests.make import make_held, make_published, make_regular

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 27)


@pytest.fixture(autouse=True)
def _rules() -> Iterator[None]:
    publish_plain_rules()
    caches["fragments"].clear()
    yield
    caches["fragments"].clear()


@pytest.fixture
def anna() -> User:
    return person(name="Anna Lie")


def this_month() -> Period:
    period = named(f"{timezone.localdate():%Y-%m}", today=timezone.localdate(), running=True)
    assert period is not None
    return period


def removed(comment: Comment, by: User, policy: str, **more: Any) -> Decision:
    comment.refresh_from_db()
    return decide(
        comment=comment,
        action=Action.REMOVE,
        actor=by,
        seen_version=comment.version,
        at=database_now(),
        policy=Policy.objects.get(slug=policy),
        **more,
    )


def exported() -> list[dict[str, Any]]:
    found = [json.loads(line)["statements"] for line in bundles(this_month())]
    return [statement for bundle in found for statement in bundle]


def table(slug: str) -> Table:
    return next(one for one in report(this_month()) if one.slug == slug)


def numbers(slug: str) -> dict[str, list[Any]]:
    return {row.name: list(row.values) for row in table(slug).rows}


def test_periods_are_over_and_have_names() -> None:
    assert latest(1, today=TODAY).name == "2026-10"
    assert latest(3, today=TODAY).name == "2026-Q3"
    assert latest(12, today=TODAY).name == "2025"
    assert (latest(3, today=TODAY).first, latest(3, today=TODAY).last) == (
        date(2026, 7, 1),
        date(2026, 9, 30),
    )
    assert latest(1, today=date(2026, 1, 1)).last == date(2025, 12, 31)
    names = [period.name for period in to_choose(today=TODAY)]
    assert len(names) == len(set(names)) == 19
    assert "2026-11" not in names
    assert named("2026-11", today=TODAY) is None
    assert named("2026-11", today=TODAY, running=True) is not None
    assert named("2026-Q5", today=TODAY) is None


def of_every_kind(by: User, *, name: str, words: str) -> None:
    """A restriction of every kind, about somebody called ``name`` who wrote ``words``."""
    author = make_regular(name=name, email=f"{abs(hash(name))}@example.org")
    also = Measures(strike=True, mute=timedelta(days=7))
    removed(make_held(words, author=author), by, "insults", note=words, also=also)
    reported = make_published(f"{words}, reported", author=make_regular(name=name))
    report_comment(comment=reported, category="abuse", words=words, reporter_key="r")
    removed(reported, by, "hate", note=words)
    noticed = make_published(f"{words}, noticed", author=make_regular(name=name))
    make_notice(noticed, explanation=words, name=name, legal_ground=words, kind="defamation")
    removed(noticed, by, "illegal", note=words)
    impose(make_regular(name=name), MUTE, note=words)
    impose(make_regular(name=name), BAN, note=words)


def about_nobody(statement: dict[str, Any]) -> dict[str, Any]:
    return {field: value for field, value in statement.items() if field != "puid"}


HOSTILE = (
    ("Insults", "We do not publish threats or calls for violence."),
    ("Ola Nordmann", "Ola Nordmann, 91 23 45 67, ola@example.org, is a thief"),
    ('"}]} DROP', "\u202e\u2028</script>{{ 7 * 7 }} %(policy)s “Hate”"),
)


def test_all_restrictions_are_exported_valid_and_say_nothing_of_anybody(anna: User) -> None:
    of_every_kind(anna, name="A", words="B")
    plain = exported()
    assert [one["source_type"] for one in plain[:4]] == [
        "SOURCE_VOLUNTARY",  # the removal, and the mute that came with it
        "SOURCE_VOLUNTARY",
        "SOURCE_TYPE_OTHER_NOTIFICATION",
        "SOURCE_ARTICLE_16",
    ]
    by_notice = plain[3]
    assert by_notice["decision_ground"] == "DECISION_GROUND_ILLEGAL_CONTENT"
    assert by_notice["category_specification"] == ["KEYWORD_DEFAMATION"]
    assert by_notice["content_language"] == "EN"
    assert by_notice["decision_ground_reference_url"].endswith("/policies/illegal/1/")
    assert plain[0]["automated_detection"] == "Yes"
    assert plain[0]["category"] == "STATEMENT_CATEGORY_CYBER_VIOLENCE"
    assert plain[1]["decision_visibility"] == ["DECISION_VISIBILITY_OTHER"]
    assert "end_date_visibility_restriction" in plain[1]
    assert "decision_account" in plain[-1]
    for name, words in HOSTILE:
        before = Statement.objects.latest("id").pk
        of_every_kind(anna, name=name, words=words)
        since = Statement.objects.filter(pk__gt=before).count()
        # Byte for byte what it is for anybody else.
        assert [about_nobody(one) for one in exported()[-since:]] == [
            about_nobody(one) for one in plain
        ]
    found = exported()
    assert all(faults(one) == [] for one in found)
    assert len({one["puid"] for one in found}) == len(found)
    everything = json.dumps(found)
    for row in Statement.objects.all():
        assert str(row.public_id) not in everything
        assert row.public_id.hex not in everything


def test_bundles_hold_a_hundred_and_cost_the_same(
    anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moderation.transparency.eu_format.MOST_IN_A_BUNDLE", 2)
    for number in range(3):
        removed(make_held(f"Only a fool, {number}."), anna, "insults")
    with CaptureQueriesContext(connection) as queries:
        sizes = [len(json.loads(line)["statements"]) for line in bundles(this_month())]
    assert sizes == [2, 1]
    assert len(queries) <= 3  # with the cursor's


def test_what_would_be_refused_is_left_out(anna: User, monkeypatch: pytest.MonkeyPatch) -> None:
    removed(make_held("Only a fool."), anna, "insults")
    removed(make_held("Only a fool would."), anna, "hate")
    Policy.objects.filter(slug="hate").update(eu_category="HATE")
    [left] = exported()
    assert left["category"] == "STATEMENT_CATEGORY_CYBER_VIOLENCE"


def test_the_file_is_for_admins_and_has_a_switch(anna: User) -> None:
    removed(make_held("Only a fool."), anna, "insults")
    desk = client_of(person(Role.SITE_ADMIN))
    query = {"period": this_month().name}
    page = desk.get(reverse("moderation:eu_statements"), query)
    assert "1 statement." in page.content.decode()
    file = desk.get(reverse("moderation:eu_statements_file"), query)
    assert file.streaming
    lines = b"".join(file).decode()  # type: ignore[arg-type]
    out = StringIO()
    call_command("export_statements", this_month().name, stdout=out)
    assert out.getvalue() == lines
    with pytest.raises(CommandError, match="Choose one of these periods"):
        call_command("export_statements", "1999-01")
    SiteSettings.objects.update_or_create(pk=1, defaults={"exports_statements": False})
    assert desk.get(reverse("moderation:eu_statements_file"), query).status_code == 404
    with pytest.raises(CommandError, match="switched this export off"):
        call_command("export_statements", this_month().name)


def test_the_report_counts_what_happened(anna: User) -> None:
    of_every_kind(anna, name="A", words="B")
    waiting = make_published("Waits.")
    make_notice(waiting, kind="defamation", name="N", email="n@example.org")
    appealed = removed(make_held("Only a fool."), anna, "insults")
    Appeal.objects.create(
        decision=appealed,
        author=appealed.comment.author,
        words="No.",
        filed_at=database_now(),
    )
    [notice] = table("notices").rows
    filed, illegal, rules, kept, withdrawn, still_open, median = notice.values
    assert (notice.name, filed, illegal, still_open) == ("Defamation", 2, 1, 1)
    assert (rules, kept, withdrawn) == (0, 0, 0)
    assert isinstance(median, timedelta)
    assert numbers("own") == {"Insults": [2, 2, 0, 0, 2]}
    sources = numbers("sources")
    assert sources["The site itself"] == [2, 0, 2, 1]
    assert sources["Readers' reports"] == [1, 0, 0, 0]
    assert sources["A notice of illegal content"] == [1, 0, 0, 0]
    assert list(numbers("months").values()) == [[4, 0]]
    appeals = numbers("appeals")
    assert appeals["Against people's decisions"] == [1, 1, 0, 0, 0, None]
    assert appeals["Against machines' decisions"] == [0, 0, 0, 0, 0, None]
    bans = Restriction.objects.filter(kind="ban", until=None).count()
    assert numbers("accounts") == {"Muted": [2, 0, 0], "Banned": [1, bans, 0]}
    people = numbers("people")
    assert people["Their decisions"] == [4]
    assert people["People who decided in this time"] == [1]


def test_what_cannot_be_known_is_not_counted_as_none() -> None:
    assert numbers("machines") == {"Removal by rules": [0, None, None]}


def test_machines_are_as_right_as_their_audits(anna: User) -> None:
    publish_a_removal()
    for action in (Action.REMOVE, Action.REMOVE, Action.APPROVE, Action.REMOVE):
        decide_item(blind_item(), anna, action)
    [audited, right, wrong_] = numbers("machines")["Removal by rules"]
    assert (audited, float(right), float(wrong_)) == (4, 0.75, 0.25)


def test_the_public_page_is_off_until_it_is_wished_for(anna: User) -> None:
    page, file = reverse("readers:transparency"), reverse("readers:transparency_file")
    assert Client().get(page).status_code == 404
    assert Client().get(file).status_code == 404
    SiteSettings.objects.update_or_create(pk=1, defaults={"shows_transparency": True})
    assert Client().get(page).status_code == 200
    assert Client().get(page, {"period": "2026-13"}).status_code == 404
    assert Client().get(page, {"period": this_month().name}).status_code == 404  # not over


def test_the_page_and_the_file_say_the_same(anna: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "moderation.views.readers.transparency.latest", lambda _months, **_today: this_month()
    )
    SiteSettings.objects.update_or_create(pk=1, defaults={"shows_transparency": True})
    Policy.objects.filter(slug="insults").update(name="=1+1")
    of_every_kind(anna, name="Ola Nordmann", words="ola@example.org")
    page = Client().get(reverse("readers:transparency")).content.decode()
    file = Client().get(reverse("readers:transparency_file")).content.decode()
    rows = list(csv.reader(io.StringIO(file)))
    assert ["Restricted on the site's own initiative", "'=1+1", "restricted", "1"] in rows
    assert "=1+1" in page
    assert "Ola Nordmann" not in page + file
    assert "not known" in page


def test_the_report_takes_a_few_queries_however_much_there_is(anna: User) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            report(this_month())
        return len(queries)

    of_every_kind(anna, name="A", words="B")
    few = cost()
    for number in range(3):
        of_every_kind(anna, name=f"A{number}", words=f"B{number}")
    assert cost() == few <= 13
