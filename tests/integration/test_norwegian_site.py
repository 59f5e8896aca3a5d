"""A site in Norwegian: what it begins with, what is stored there, how days are written."""

import gettext
import html
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings as site
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import override

from accounts.models import Role
from comments.models import SiteSettings
from comments.submission import report_comment
from mailing.models import Letter
from moderation import telling
from moderation.appeal_links import link_to_appeal
from moderation.batch_wording import hundredths
from moderation.decisions import database_now
from moderation.defaults import install
from moderation.models import (
    Decision,
    LetterKind,
    Policy,
    PolicyVersion,
    ReviewItem,
    Rule,
    RuleChange,
    RuleSet,
    Statement,
    WordList,
)
from moderation.punctuation import decimal
from moderation.rules.evaluation import RuleAction
from moderation.strips import Tick
from tests.appeal_data import removed
from tests.desk_data import client_of, person
from tests.make import make_article, make_held, make_published, make_regular
from tests.posting import known_as

pytestmark = pytest.mark.django_db

CATALOGUE = Path(site.BASE_DIR) / "locale" / "nb" / "LC_MESSAGES" / "django.mo"
BEGUN_WITH = (PolicyVersion, Policy, WordList, Rule, RuleChange, RuleSet)


@pytest.fixture
def norwegian(settings) -> None:  # type: ignore[no-untyped-def]
    """A site that began in Norwegian, as ``migrate`` begins one: with no language at all."""
    settings.LANGUAGE_CODE = "nb"
    tables = [model._meta.db_table for model in BEGUN_WITH]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("; ".join(f"DELETE FROM {table}" for table in tables))
        cursor.execute("SET LOCAL session_replication_role = origin")
    with override(None):
        install()


def texts() -> dict[str, str]:
    """What the site begins with and people read, by where it stands."""
    found = {}
    for policy in PolicyVersion.objects.select_related("policy"):
        said = (policy.name, policy.summary, policy.text)
        found |= {f"{policy.policy.slug} {n}": text for n, text in enumerate(said)}
    found |= {f"list {one.key}": one.name for one in WordList.objects.all()}
    found |= {f"rule {one.key}": one.name for one in Rule.objects.all()}
    return found | {f"version {one.number}": one.note for one in RuleSet.objects.all()}


def test_a_norwegian_site_begins_in_norwegian_under_the_same_keys(
    request: pytest.FixtureRequest,
) -> None:
    english = texts()
    request.getfixturevalue("norwegian")
    begun = texts()
    assert begun.keys() == english.keys()
    assert [where for where in begun if begun[where] == english[where] or not begun[where]] == []
    assert begun["insults 1"] == "Vær så skarpt uenig du vil, men fornærm ikke andre."
    live = RuleSet.objects.get().document["rules"]
    assert {rule["name"] for rule in live} == set(Rule.objects.values_list("name", flat=True))


@pytest.mark.usefixtures("norwegian")
def test_what_is_stored_about_comments_is_norwegian() -> None:
    held = make_held(author=make_regular(published_count=0))
    decision = Decision.objects.get(comment=held)
    assert decision.reason == "Fornærmelser: fornærmelse 0,80"
    assert [match["rule"] for match in decision.matched] == [
        "Fornærmelser",
        "En forfatters første kommentar",
    ]
    assert decision.matched[-1]["why"] == "ingenting av denne forfatteren er publisert ennå"
    public = make_published()
    report_comment(comment=public, category="spam", words="", reporter_key="guest:1")
    assert ReviewItem.objects.get(comment=public, is_open=True).reason.startswith("Rapportert: ")


NOW = datetime(2026, 11, 7, 14, 2, tzinfo=UTC)
FORMATS = {
    "DATE_FORMAT": "7. november 2026",
    "DATETIME_FORMAT": "7. november 2026, 14:02",
    "WEEKDAY_DATE_FORMAT": "lørdag 7. november",
    "WEEKDAY_DATETIME_FORMAT": "lørdag 7. november 2026, 14:02",
    "FULL_DATE_FORMAT": "lørdag 7. november 2026",
    "MONTH_DAY_FORMAT": "7. november",
    "MONTH_DAY_TIME_FORMAT": "7. november, 14:02",
    "BRIEF_DATE_FORMAT": "7. nov. 2026",
    "BRIEF_DAY_FORMAT": "7. nov.",
}


def test_a_norwegian_day_has_its_full_stop_and_an_english_one_none() -> None:
    for name, written in FORMATS.items():
        with override("nb"):
            assert date_format(NOW, name) == written
        with override("en-gb"):
            assert "." not in date_format(NOW, name)


def test_a_number_is_written_with_a_comma_and_stays_a_number_in_a_field() -> None:
    with override("nb"):
        assert decimal("0.85") == "0,85"
        assert hundredths(85) == "0.85"
        assert Tick(0.17, RuleAction.HOLD, "Any").sentence == "holdt tilbake fra 0,17"
    unspoken = re.compile(r"%(\(\w+\))?\.\d+f")  # Python writes these with a point
    with CATALOGUE.with_suffix(".po").open() as file:
        assert unspoken.findall(file.read()) == []


def test_every_day_on_a_page_is_written_by_a_format_of_the_language() -> None:
    spelled = re.compile(r"""["'][^"'\n]*\bj\.? [FMN]\b[^"'\n]*["']""")
    rooms = ("accounts", "comments", "moderation", "integrations", "privacy", "templates")
    files = (path for room in rooms for path in (Path(site.BASE_DIR) / room).rglob("*"))
    texts = {path: path.read_text() for path in files if path.suffix in (".py", ".html")}
    assert len(texts) > 400
    assert [str(path) for path, text in texts.items() if spelled.search(text)] == []


@pytest.mark.usefixtures("norwegian")
def test_no_page_of_a_norwegian_site_says_a_sentence_of_ours_in_english() -> None:
    english = _sentences()
    admin = client_of(person(Role.SITE_ADMIN))
    SiteSettings.objects.get_or_create(pk=1)
    letters = (f"/desk/rules/letters/{kind}/nb/" for kind in LetterKind)
    for client, path in (
        *((Client(), path) for path in ("/policies/", "/policies/insults/", "/accounts/sign-up/")),
        *((admin, f"/desk/rules/{page}") for page in ("", "policies/", "changes/", "versions/")),
        *((admin, path) for path in letters),
        (admin, "/admin/comments/sitesettings/1/change/"),
    ):
        answer = client.get(path, follow=True)
        assert answer.status_code == 200, path
        said = {" ".join(part.split()) for part in _pieces(answer.content.decode())}
        assert said & english == set(), path


@pytest.mark.usefixtures("norwegian")
def test_what_a_reader_opens_is_norwegian_to_the_last_sentence() -> None:
    author = make_regular(name="Liv")
    article, reader = make_article(title="Dyrere ferger"), known_as(author)
    public, waits, gone = (
        make_published(author=author, article=article),
        make_held(author=author, article=article),
        removed(body="Only a fool, again.", author=author, article=article),
    )
    statement = Statement.objects.get(decision=gone)
    guest, place = Client(), article.get_absolute_url()
    for client, path in (
        *((client, place) for client in (guest, reader)),
        *((guest, f"{public.get_absolute_url()}{page}") for page in ("", "report/")),
        *((reader, f"{waits.get_absolute_url()}{page}") for page in ("edit/", "withdraw/")),
        *((reader, f"/me/{page}") for page in ("", "decisions/", "follows/", "mutes/", "data/")),
        (reader, reverse("readers:own_statement", args=[statement.public_id])),
        (guest, link_to_appeal(gone)),
        (guest, f"{reverse('readers:illegal_notice')}?comment={public.public_id}"),
        (guest, reverse("comments:follow", args=[article.slug])),
        (guest, reverse("embed:article", args=[article.slug])),
        (guest, "/privacy/"),
    ):
        answer = client.get(path, follow=True)
        assert answer.status_code == 200, path
        said = {" ".join(part.split()) for part in _pieces(answer.content.decode())}
        assert said & _sentences() == set(), path
        # On paper, in the newsroom, of a model: words of ours that no reader says.
        assert re.findall(r"(?i)\b(?:brev\w*|desken|skår\w*)\b", " ".join(said)) == [], path


@pytest.mark.usefixtures("norwegian")
def test_letters_are_called_as_readers_call_them() -> None:
    author = make_regular(name="Liv", user=person(Role.READER))
    article = make_article(title="Dyrere ferger")
    for number in range(2):
        removed(body=f"Only a fool, {number}.", author=author, article=article)
    telling.tell_due(at=database_now() + telling.QUIET + timedelta(minutes=1))
    letter = Letter.objects.get(kind="statement")
    assert "Kommentaren din ble fjernet under «Dyrere ferger»" in letter.body
    assert "Slik får du ikke flere e-poster om avgjørelser og klager:" in letter.body


@pytest.mark.usefixtures("norwegian")
def test_a_file_of_comments_has_norwegian_headings() -> None:
    answer = client_of(person()).get(reverse("moderation:search_export"), {"words": "ferge"})
    head = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert head.startswith('"kommentar","sendt"')


def test_a_password_that_is_too_short_is_refused_in_norwegian(settings) -> None:  # type: ignore[no-untyped-def]
    settings.LANGUAGE_CODE = "nb"
    sent = {"name": "Liv", "email": "liv@example.org", "password1": "kort"}
    page = Client().post("/accounts/sign-up/", sent).content.decode()
    assert "Passordet er for kort: det må ha minst 8 tegn." in page


def _sentences() -> set[str]:
    """Our sentences of three words and more that Norwegian says in other words."""
    with CATALOGUE.open("rb") as file:
        known = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    told = ((key if isinstance(key, str) else key[0], said) for key, said in known.items())
    found = ((key.rpartition("\x04")[2], said) for key, said in told)
    return {" ".join(key.split()) for key, said in found if key.count(" ") > 1 and key != said}


def _pieces(page: str) -> list[str]:
    return [html.unescape(piece) for piece in re.findall(r">([^<>]+)<", page)]
