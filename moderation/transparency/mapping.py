"""A statement of reasons as the EU transparency database takes it. Pure.

What the database gets is made of fixed sentences, of the site's own policies, and of dates. Nothing
that anybody wrote about a comment or in it goes in, no name, no address: so there is nothing that
would have to be taken out again.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from moderation.transparency import eu_format as eu


class Measure(StrEnum):
    """What was done."""

    REMOVED = "removed"
    HIDDEN = "hidden"
    MUTED = "muted"
    BANNED = "banned"


class Found(StrEnum):
    """What made the site look at it."""

    OWN = "own"
    REPORT = "report"
    NOTICE = "notice"


class By(StrEnum):
    """How far a machine decided."""

    FULLY = "fully"
    PARTIALLY = "partially"
    NOT = "not"


@dataclass(frozen=True, slots=True)
class Ground:
    """The policy that a restriction rests on: the site's own words, the same for everybody."""

    name: str
    text: str
    is_illegal: bool = False
    legal_ground: str = ""
    category: str = eu.OTHER_VIOLATION
    keywords: tuple[str, ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True)
class Stated:
    """All that is passed on of a statement. ``until``: the last day of what ends by itself."""

    public_id: UUID
    measure: Measure
    found: Found
    by: By
    found_by_machine: bool
    content_date: date
    applied: date
    until: date | None = None
    ground: Ground | None = None
    language: str = ""


_SOURCES = {
    Found.OWN: eu.VOLUNTARY,
    Found.REPORT: "SOURCE_TYPE_OTHER_NOTIFICATION",
    Found.NOTICE: "SOURCE_ARTICLE_16",
}
_AUTOMATED = {
    By.FULLY: "AUTOMATED_DECISION_FULLY",
    By.PARTIALLY: "AUTOMATED_DECISION_PARTIALLY",
    By.NOT: "AUTOMATED_DECISION_NOT_AUTOMATED",
}


def as_eu_statement(stated: Stated) -> dict[str, Any]:
    """Return a statement in the database's format, in the language that is active."""
    ground = stated.ground
    return {
        **_decision(stated),
        **_grounds(ground),
        "content_type": [eu.CONTENT_TYPE],
        "category": ground.category if ground else eu.OTHER_VIOLATION,
        **_given("category_specification", sorted(set(ground.keywords)) if ground else []),
        **_given("content_language", _language(stated.language)),
        "content_date": stated.content_date.isoformat(),
        "application_date": stated.applied.isoformat(),
        "decision_facts": facts_of(stated),
        "source_type": _SOURCES[stated.found],
        "automated_detection": eu.YES if stated.found_by_machine else eu.NO,
        "automated_decision": _AUTOMATED[stated.by],
        "puid": puid_of(stated.public_id),
    }


def puid_of(public_id: UUID) -> str:
    """Return the name of a statement in the database: always the same, and no way back from it.

    The site's own name of a statement stands in letters, and opens its page.
    """
    return salted_hmac("transparency.puid", public_id.hex, algorithm="sha256").hexdigest()


def facts_of(stated: Stated) -> str:
    """Return the facts relied upon, in sentences that are the same for everybody."""
    is_account = stated.measure in (Measure.MUTED, Measure.BANNED)
    what = (
        _("The account writes comments under articles of the site.")
        if is_account
        else _("The content is a comment under an article of the site.")
    )
    match stated.found:
        case Found.NOTICE:
            found = _("A notice of illegal content named it.")
        case Found.REPORT:
            found = _("Readers of the site reported it.")
        case _ if stated.found_by_machine:
            found = _("The automatic screening of the site found it.")
        case _:
            found = _("The moderation of the site found it.")
    match stated.by:
        case By.FULLY:
            by = _("A rule of the site decided by itself.")
        case By.PARTIALLY:
            by = _("A moderator decided on it among others that a machine had gathered.")
        case _:
            by = _("A moderator read it and decided.")
    against = (
        _("It goes against the policy “%(policy)s”.") % {"policy": stated.ground.name}
        if stated.ground is not None and stated.ground.name.strip()
        else _("It may go against the rules of the site.")
    )
    return f"{what} {found} {by} {against}"[: eu.LONGEST_FACTS]


def _decision(stated: Stated) -> dict[str, Any]:
    until = stated.until if stated.until is None or stated.until <= eu.LAST_DATE else None
    end = until.isoformat() if until is not None else ""
    match stated.measure:
        case Measure.REMOVED:
            return {"decision_visibility": ["DECISION_VISIBILITY_CONTENT_REMOVED"]}
        case Measure.HIDDEN:
            return {"decision_visibility": ["DECISION_VISIBILITY_CONTENT_DISABLED"]}
        case Measure.MUTED:
            return {
                "decision_visibility": [eu.VISIBILITY_OTHER],
                "decision_visibility_other": _(
                    "A moderator reads each comment of the account before others see it."
                ),
                **_given("end_date_visibility_restriction", end),
            }
        case Measure.BANNED:
            lasts = stated.until is not None
            return {
                "decision_account": eu.ACCOUNTS[0] if lasts else eu.ACCOUNTS[1],
                "account_type": "ACCOUNT_TYPE_PRIVATE",
                **_given("end_date_account_restriction", end),
            }


def _grounds(ground: Ground | None) -> dict[str, str]:
    name = _or(ground.name if ground else "", _("The rules of the site"))
    text = _or(ground.text if ground else "", _("The rules of the site do not allow it."))
    url = ground.url if ground and len(ground.url) <= eu.LONGEST_URL else ""
    if ground is not None and ground.is_illegal:
        law = _or(ground.legal_ground, _("The law of the country of the site"))
        return {
            "decision_ground": eu.ILLEGAL,
            "illegal_content_legal_ground": law[: eu.LONGEST_GROUND],
            "illegal_content_explanation": text[: eu.LONGEST_EXPLANATION],
            **_given("decision_ground_reference_url", url),
        }
    return {
        "decision_ground": eu.INCOMPATIBLE,
        "incompatible_content_ground": name[: eu.LONGEST_GROUND],
        "incompatible_content_explanation": text[: eu.LONGEST_EXPLANATION],
        "incompatible_content_illegal": eu.NO,
        **_given("decision_ground_reference_url", url),
    }


def _or(text: str, instead: str) -> str:
    return text.strip() or instead


def _given(field: str, value: Any) -> dict[str, Any]:
    return {field: value} if value else {}


def _language(detected: str) -> str:
    """Return a detected language as the format names it, or nothing where it knows none such."""
    language = detected.partition("-")[0].upper()
    return language if language in eu.LANGUAGES else ""
