"""Statements of reasons of a period as bundles for the EU transparency database.

Each bundle is one line of JSON, as the database takes it in one request. What would not be valid is
left out and reported: the database would refuse the whole bundle.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

import structlog
from django.conf import settings
from django.db.models import F, Max, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone, translation

from comments.models import Comment
from comments.structured import absolute
from moderation.models import (
    RESTRICTIONS,
    IllegalContentNotice,
    IllegalKind,
    Source,
    Statement,
)
from moderation.transparency import eu_format as eu
from moderation.transparency.mapping import By, Found, Ground, Measure, Stated, as_eu_statement
from moderation.transparency.periods import Period
from moderation.transparency.validation import faults

log = structlog.get_logger(__name__)
CHUNK = 500

T = TypeVar("T")

# What a notice was about, where its decision says that the law forbids it.
CATEGORY_OF_NOTICE = {
    IllegalKind.HATE: (eu.HARMFUL_SPEECH, ("KEYWORD_HATE_SPEECH",)),
    IllegalKind.THREATS: (
        "STATEMENT_CATEGORY_VIOLENCE",
        ("KEYWORD_INCITEMENT_VIOLENCE_HATRED",),
    ),
    IllegalKind.DEFAMATION: (eu.HARMFUL_SPEECH, ("KEYWORD_DEFAMATION",)),
    IllegalKind.PRIVACY: ("STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS", ()),
    IllegalKind.MINORS: ("STATEMENT_CATEGORY_PROTECTION_OF_MINORS", ()),
    IllegalKind.TERRORISM: (
        "STATEMENT_CATEGORY_RISK_FOR_PUBLIC_SECURITY",
        ("KEYWORD_TERRORIST_CONTENT",),
    ),
    IllegalKind.FRAUD: ("STATEMENT_CATEGORY_SCAMS_AND_FRAUD", ()),
    IllegalKind.COPYRIGHT: (
        "STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS",
        ("KEYWORD_COPYRIGHT_INFRINGEMENT",),
    ),
}


def statements_of(period: Period) -> QuerySet[Statement]:
    """Return the restrictions of a period, the oldest first, with all that is passed on of them."""
    last_comment = (
        Comment.objects.filter(author=OuterRef("author"), submitted_at__lte=OuterRef("made_at"))
        .order_by("-id")
        .values("submitted_at")[:1]
    )
    return (
        Statement.objects.filter(
            made_at__gte=period.start, made_at__lt=period.end, kind__in=RESTRICTIONS
        )
        .select_related("policy_version__policy", "act__restriction")
        .annotate(
            written_at=F("revision__created_at"),
            language=F("decision__classification__language"),
            last_written_at=Subquery(last_comment),
        )
        .order_by("made_at", "id")
    )


def bundles(period: Period) -> Iterator[str]:
    """Yield the bundles of a period as lines of JSON, in the site's language.

    Reads the rows as they are asked for: a period of any length takes the same memory.
    """
    for bundle in _pieces(_valid(period), eu.MOST_IN_A_BUNDLE):
        yield json.dumps({"statements": bundle}, ensure_ascii=False) + "\n"


def _valid(period: Period) -> Iterator[dict[str, Any]]:
    rows = iter(statements_of(period).iterator(chunk_size=CHUNK))
    for chunk in _pieces(rows, CHUNK):
        with translation.override(settings.LANGUAGE_CODE):
            made = [as_eu_statement(stated) for stated in _stated(chunk)]
        for statement, row in zip(made, chunk, strict=True):
            wrong = faults(statement)
            if wrong:
                log.warning("statement_not_exported", statement=row.pk, faults=wrong)
            else:
                yield statement


def _pieces(things: Iterator[T], number: int) -> Iterator[list[T]]:
    while piece := list(islice(things, number)):
        yield piece


def _stated(rows: Sequence[Statement]) -> Iterator[Stated]:
    kinds = _kinds_of_notices(rows)
    for row in rows:
        yield stated_of(row, notice=kinds.get(row.decision_id or 0, ""))


def _kinds_of_notices(rows: Iterable[Statement]) -> Mapping[int, str]:
    """Return what the notices were about that these decisions answered, by decision. One query."""
    decisions = [row.decision_id for row in rows if row.source == Source.NOTICE]
    if not decisions:
        return {}
    notices = IllegalContentNotice.objects.filter(decision__in=decisions)
    return dict(notices.values_list("decision_id").annotate(kind=Max("kind")))


def stated_of(row: Statement, *, notice: str = "") -> Stated:
    """Return what is passed on of a statement. ``notice``: what kind of notice it answered."""
    restriction = row.act.restriction if row.act is not None else None
    known = vars(row)
    written_at = known["written_at"] or known["last_written_at"] or row.made_at
    until = restriction.until if restriction is not None else None
    return Stated(
        public_id=row.public_id,
        measure=Measure(row.kind),
        found=Found(row.source),
        by=By(row.automated_decision),
        found_by_machine=row.automated_detection,
        content_date=timezone.localdate(written_at),
        applied=timezone.localdate(row.made_at),
        until=timezone.localdate(until) if until is not None else None,
        ground=_ground(row, notice),
        language=known["language"] or "",
    )


def _ground(row: Statement, notice: str) -> Ground | None:
    version = row.policy_version
    if version is None:
        return None
    policy = version.policy
    category, keywords = policy.eu_category, tuple(policy.eu_keywords)
    if policy.is_illegal and notice in CATEGORY_OF_NOTICE:
        category, keywords = CATEGORY_OF_NOTICE[IllegalKind(notice)]
    return Ground(
        name=version.name,
        text=version.summary,
        is_illegal=policy.is_illegal,
        legal_ground=policy.legal_ground,
        category=category,
        keywords=keywords,
        url=absolute(reverse("readers:policy_version", args=[policy.slug, version.number])),
    )
