"""Whether one statement keeps every constraint of the EU transparency database. Pure."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from moderation.transparency import eu_format as eu

Statement = Mapping[str, Any]

_PUID = re.compile(r"[a-zA-Z0-9\-_]+", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_FIELDS = frozenset(
    "decision_visibility decision_visibility_other decision_account account_type"
    " decision_ground illegal_content_legal_ground illegal_content_explanation"
    " incompatible_content_ground incompatible_content_explanation incompatible_content_illegal"
    " decision_ground_reference_url content_type category category_addition"
    " category_specification category_specification_other territorial_scope content_language"
    " content_date application_date end_date_visibility_restriction"
    " end_date_account_restriction decision_facts source_type source_identity"
    " automated_detection automated_decision puid".split()
)


def faults(statement: Statement) -> list[str]:
    """Return what keeps a statement from being valid, in short words: none for a valid one."""
    return [fault for check in _CHECKS for fault in check(statement)]


def _known(statement: Statement) -> Iterator[str]:
    for field in statement.keys() - _FIELDS:
        yield f"{field}: not a field"
    for field, value in statement.items():
        if value is None or value in ("", []):
            yield f"{field}: empty"


def _decision(statement: Statement) -> Iterator[str]:
    if "decision_visibility" not in statement and "decision_account" not in statement:
        yield "decision_visibility: required where no other decision is given"
    yield from _all_of(statement, "decision_visibility", eu.VISIBILITIES)
    other = _holds(statement, "decision_visibility", eu.VISIBILITY_OTHER)
    yield from _goes_with(statement, "decision_visibility_other", other)
    yield from _text(statement, "decision_visibility_other", eu.LONGEST_OTHER)
    yield from _one_of(statement, "decision_account", eu.ACCOUNTS)
    yield from _one_of(statement, "account_type", eu.ACCOUNT_TYPES)


def _ground(statement: Statement) -> Iterator[str]:
    yield from _required(statement, "decision_ground")
    yield from _one_of(statement, "decision_ground", eu.GROUNDS)
    ground = statement.get("decision_ground")
    for field, longest, of in (
        ("illegal_content_legal_ground", eu.LONGEST_GROUND, eu.ILLEGAL),
        ("illegal_content_explanation", eu.LONGEST_EXPLANATION, eu.ILLEGAL),
        ("incompatible_content_ground", eu.LONGEST_GROUND, eu.INCOMPATIBLE),
        ("incompatible_content_explanation", eu.LONGEST_EXPLANATION, eu.INCOMPATIBLE),
    ):
        yield from _goes_with(statement, field, ground == of)
        yield from _text(statement, field, longest)
    yield from _one_of(statement, "incompatible_content_illegal", (eu.YES, eu.NO))
    if "incompatible_content_illegal" in statement and ground != eu.INCOMPATIBLE:
        yield "incompatible_content_illegal: only for incompatible content"
    yield from _text(statement, "decision_ground_reference_url", eu.LONGEST_URL)
    url = statement.get("decision_ground_reference_url")
    if isinstance(url, str) and not _is_url(url):
        yield "decision_ground_reference_url: no web address"


def _content(statement: Statement) -> Iterator[str]:
    yield from _required(statement, "content_type", "category")
    yield from _all_of(statement, "content_type", (eu.CONTENT_TYPE,))
    yield from _one_of(statement, "category", eu.CATEGORY_NAMES)
    yield from _all_of(statement, "category_addition", eu.CATEGORY_NAMES)
    yield from _all_of(statement, "category_specification", eu.KEYWORD_NAMES)
    other = _holds(statement, "category_specification", eu.KEYWORD_OTHER)
    yield from _goes_with(statement, "category_specification_other", other)
    yield from _text(statement, "category_specification_other", eu.LONGEST_OTHER)
    yield from _all_of(statement, "territorial_scope", eu.COUNTRIES)
    yield from _one_of(statement, "content_language", eu.LANGUAGES)


def _dates(statement: Statement) -> Iterator[str]:
    yield from _required(statement, "content_date", "application_date")
    for field, earliest in (
        ("content_date", eu.FIRST_CONTENT_DATE),
        ("application_date", eu.FIRST_APPLICATION_DATE),
        ("end_date_visibility_restriction", eu.FIRST_APPLICATION_DATE),
        ("end_date_account_restriction", eu.FIRST_APPLICATION_DATE),
    ):
        if field not in statement:
            continue
        day = _day(statement[field])
        if day is None:
            yield f"{field}: not YYYY-MM-DD"
        elif not earliest <= day <= eu.LAST_DATE:
            yield f"{field}: not between {earliest} and {eu.LAST_DATE}"


def _reasons(statement: Statement) -> Iterator[str]:
    yield from _required(
        statement,
        *("decision_facts", "source_type", "automated_detection", "automated_decision", "puid"),
    )
    yield from _text(statement, "decision_facts", eu.LONGEST_FACTS)
    yield from _one_of(statement, "source_type", eu.SOURCES)
    yield from _text(statement, "source_identity", eu.LONGEST_IDENTITY)
    if "source_identity" in statement and statement.get("source_type") == eu.VOLUNTARY:
        yield "source_identity: not for what the site found itself"
    yield from _one_of(statement, "automated_detection", (eu.YES, eu.NO))
    yield from _one_of(statement, "automated_decision", eu.AUTOMATED)
    yield from _text(statement, "puid", eu.LONGEST_PUID)
    puid = statement.get("puid")
    if isinstance(puid, str) and not _PUID.fullmatch(puid):
        yield "puid: other signs than letters, digits, - and _"


_CHECKS: tuple[Callable[[Statement], Iterator[str]], ...] = (
    *(_known, _decision, _ground, _content, _dates, _reasons),
)


def _required(statement: Statement, *fields: str) -> Iterator[str]:
    for field in fields:
        if field not in statement:
            yield f"{field}: required"


def _goes_with(statement: Statement, field: str, wanted: bool) -> Iterator[str]:
    if wanted and field not in statement:
        yield f"{field}: required here"
    elif not wanted and field in statement:
        yield f"{field}: not allowed here"


def _holds(statement: Statement, field: str, word: str) -> bool:
    values = statement.get(field)
    return isinstance(values, list) and word in values


def _one_of(statement: Statement, field: str, known: Collection[str]) -> Iterator[str]:
    if field not in statement:
        return
    value = statement[field]
    if not isinstance(value, str) or value not in known:
        yield f"{field}: not a word of the format"


def _all_of(statement: Statement, field: str, known: Collection[str]) -> Iterator[str]:
    if field not in statement:
        return
    values = statement[field]
    if not isinstance(values, list) or not values:
        yield f"{field}: not a list"
    elif not all(isinstance(value, str) and value in known for value in values):
        yield f"{field}: not words of the format"
    elif len(set(values)) != len(values):
        yield f"{field}: the same twice"


def _text(statement: Statement, field: str, longest: int) -> Iterator[str]:
    if field not in statement:
        return
    value = statement[field]
    if not isinstance(value, str) or not value.strip():
        yield f"{field}: no text"
    elif len(value) > longest:
        yield f"{field}: longer than {longest}"


def _is_url(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _day(value: object) -> date | None:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
