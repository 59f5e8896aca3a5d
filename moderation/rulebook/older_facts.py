"""Facts of comments that were screened before facts were stored, as far as they can still be known.

From the text and the newest scores, exactly; from what stands in the database about the time when
the comment was sent: repetitions, comments an hour, the depth, the author's first visit, strikes
that counted then. Approximated is what has changed without a trace:

- how many of the author's comments were published and removed by then: their earlier comments as
  they stand today, and the trust that those counts earn today, without levels set by hand;
- whether every comment waited at the article: as it is today;
- mutes, bans and reports: none;
- scores: a newer model's, where the comment was scored again.

Facts that were invented since a comment's were stored are added in the same way.
"""

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from classifier.base import Label, Scores, Unscored
from comments.models import CommentRevision, ModerationMode, SiteSettings
from comments.models.article import effective_mode
from moderation.facts import facts_about
from moderation.gathering import known_about, known_about_articles, repeated_before, store_facts
from moderation.models import UNKNOWN, Classification, CommentFacts, TrustTerms
from moderation.near_duplicates import Sent
from moderation.rules.catalogue import NUMBERS, WINDOWS
from moderation.verdicts import WORK_FIELDS, Work, work_of

AT_A_TIME = 500

_THEN = """
SELECT comment.id,
    count(earlier.id) FILTER (WHERE earlier.status = 'published'),
    count(earlier.id) FILTER (WHERE earlier.status = 'removed'),
    count(earlier.id) FILTER (WHERE earlier.approved_by_person),
    (SELECT count(*) FROM moderation_authoract act
     WHERE act.author_id = comment.author_id AND act.kind = 'strike'
        AND act.made_at <= comment.submitted_at AND act.until > comment.submitted_at
        AND NOT EXISTS (SELECT FROM moderation_authoract undoing
                        WHERE undoing.undoes_id = act.id))
FROM comments_comment comment
LEFT JOIN comments_comment earlier
    ON earlier.author_id = comment.author_id AND earlier.id < comment.id
WHERE comment.id = ANY(%s)
GROUP BY comment.id
"""


class Stored(NamedTuple):
    """What one step did: how many were stored, the lowest revision, and how far back it came."""

    number: int
    lowest: int
    back_to: datetime


class _Then(NamedTuple):
    published: int
    removed: int
    approved: int
    strikes: int


def number_missing() -> int:
    """Count the scored revisions without stored facts. One query, which reads them all."""
    number: int = _missing().count()
    return number


def store_older(*, before: int | None = None) -> Stored | None:
    """Store the facts of the newest revisions that have none, of those with ids below ``before``.

    Returns None when there is none left. Safe to stop and to start again.
    """
    missing = _missing().order_by("-id")
    if before is not None:
        missing = missing.filter(pk__lt=before)
    works = [work_of(row) for row in missing.values_list(*WORK_FIELDS)[:AT_A_TIME]]
    if not works:
        return None
    with transaction.atomic():
        store_facts(_rows(works))
    return Stored(len(works), works[-1].revision_id, works[-1].written_at)


def number_short() -> int:
    """Count the revisions whose facts were stored before some fact was invented. One query."""
    number: int = _short().count()
    return number


def complete_older(*, before: int | None = None) -> Stored | None:
    """Add the facts that are missing to the newest rows that are short, with ids below ``before``.

    Returns None when there is none left. Safe to stop and to start again.
    """
    short = _short().order_by("-revision")
    if before is not None:
        short = short.filter(revision__lt=before)
    rows = list(short.select_related("revision__comment")[:AT_A_TIME])
    if not rows:
        return None
    then = _known_then([row.revision.comment_id for row in rows])
    repeated = repeated_before(
        [
            Sent(
                row.revision_id,
                row.revision.body,
                row.revision.comment.author_id,
                row.revision.created_at,
            )
            for row in rows
        ]
    )
    for row in rows:
        now = repeated[row.revision_id]
        found: dict[str, float] = {
            f"repeats.{name.removeprefix('repeats_')}": n for name, n in now.items()
        }
        found["author.approved"] = then[row.revision.comment_id].approved
        # Of no network is anything kept of then.
        found |= {"network.comments_hour": UNKNOWN, "network.names_day": UNKNOWN}
        stored = dict(zip(NUMBERS, row.numbers, strict=False))
        row.numbers = [*row.numbers, *(_fitting(key, found, stored) for key in _new_to(row))]
    CommentFacts.objects.bulk_update(rows, ["numbers"])
    last = rows[-1]
    return Stored(len(rows), last.revision_id, last.written_at)


def _new_to(row: CommentFacts) -> tuple[str, ...]:
    return NUMBERS[len(row.numbers) :]


def _fitting(key: str, found: Mapping[str, float], stored: Mapping[str, float]) -> float:
    """Return a fact that was found later, no other than the stored ones of its kind allow.

    A text that was alike may be gone since: what was counted within an hour is still at least what
    was counted within ten minutes.
    """
    side, _dot, name = key.partition(".")
    if side != "repeats":
        return float(found[key])
    who, minutes = name.split("_")
    known = {n: stored[f"repeats.{who}_{n}"] for n in WINDOWS if f"repeats.{who}_{n}" in stored}
    least = max((value for n, value in known.items() if n < int(minutes)), default=0.0)
    most = min((value for n, value in known.items() if n > int(minutes)), default=math.inf)
    return float(min(max(found[key], least), most))


def _short() -> Any:
    return CommentFacts.objects.filter(numbers__len__lt=len(NUMBERS))


def _missing() -> Any:
    scored = Classification.objects.filter(revision=OuterRef("pk"))
    stored = CommentFacts.objects.filter(revision=OuterRef("pk"))
    return CommentRevision.objects.filter(Exists(scored), ~Exists(stored))


def _rows(works: list[Work]) -> list[tuple[int, int, int, Any]]:
    site_mode, terms = SiteSettings.current().moderation_mode, TrustTerms.current().terms
    comment_ids = [work.comment_id for work in works]
    known, then = known_about(comment_ids), _known_then(comment_ids)
    articles = known_about_articles({work.article_id for work in works})
    scored = Classification.newest_of_each([work.revision_id for work in works])
    repeated = repeated_before(
        [Sent(work.revision_id, work.body, work.author_id, work.written_at) for work in works]
    )
    rows = []
    for work in works:
        counts, article = then[work.comment_id], articles[work.article_id]
        about = known[work.comment_id]._replace(
            published=counts.published,
            removed=counts.removed,
            approved=counts.approved,
            by_hand=None,
            strikes=counts.strikes,
            reports=0,
        )
        mode = effective_mode(work.article_mode, work.section_mode, site_mode)
        facts = facts_about(
            text=work.body,
            scores=_scores(scored[work.revision_id]),
            article_pre_moderated=mode == ModerationMode.PRE,
            comment_edited=work.revision_number > 1,
            **about.facts(terms=terms),
            **article.facts(at=about.submitted_at),
            **repeated[work.revision_id],
        )
        rows.append((work.revision_id, work.article_id, article.section_id, facts))
    return rows


def _known_then(comment_ids: list[int]) -> dict[int, _Then]:
    with connection.cursor() as cursor:
        cursor.execute(_THEN, [comment_ids])
        return {row[0]: _Then(*row[1:]) for row in cursor.fetchall()}


def _scores(scored: Classification) -> Scores:
    return Scores(
        model=scored.model,
        language=scored.language,
        own={Label(name): float(p) for name, p in scored.own.items()},
        quoted={Label(name): float(p) for name, p in scored.quoted.items()},
        unscored=Unscored(scored.unscored) if scored.unscored else None,
    )
