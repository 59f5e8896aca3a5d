"""Texts that say nearly the same: kept when they are screened, found again, counted.

Candidates share a band of their fingerprints and come out of one index; each is then compared word
by word, so that what is called alike is alike (``fingerprints.are_alike``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models.expressions import RawSQL

from accounts.models import User
from comments.models import Comment, CommentRevision, Status
from moderation.bulk import insert_rows
from moderation.fingerprints import are_alike, fingerprints, words_of
from moderation.models import Fingerprint
from moderation.scope import comments_visible_to

MOST_CANDIDATES = 1_000  # taken from the index
MOST_ALIKE = 100  # compared, newest first
_AT_A_TIME = 500  # when older comments are read

_SHARING = """
SELECT revision_id FROM moderation_fingerprint
WHERE bands && %s::bigint[] AND revision_id <> %s LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Alike:
    """Comments that say nearly the same as another, newest first, that one left out.

    There are ``more`` where the index held more than were compared.
    """

    comments: list[Comment]
    more: bool

    @property
    def number(self) -> int:
        """How many were found."""
        return len(self.comments)

    def with_status(self, *statuses: str) -> int:
        """How many of them stand somewhere."""
        return sum(comment.status in statuses for comment in self.comments)

    @property
    def removed(self) -> int:
        """How many were removed."""
        return self.with_status(Status.REMOVED)

    @property
    def published(self) -> int:
        """How many are on the page."""
        return self.with_status(Status.PUBLISHED)

    @property
    def waiting(self) -> int:
        """How many wait for a moderator, or are being screened."""
        return self.with_status(Status.HELD, Status.SUBMITTED)


NONE_ALIKE = Alike(comments=[], more=False)


@dataclass(frozen=True, slots=True)
class Sent:
    """A text that was sent, by whom and when."""

    revision_id: int
    body: str
    author_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Repeats:
    """How many other comments said nearly the same: of the same author, of anybody (them too)."""

    by_author: int = 0
    by_anybody: int = 0


def keep(texts: Sequence[tuple[int, str]]) -> None:
    """Store the fingerprints of revisions, given as (id, body); those that are kept stay.

    Call it inside a transaction.
    """
    bands = fingerprints([body for _revision_id, body in texts])
    rows = [
        {"revision": revision_id, "bands": found}
        for (revision_id, _body), found in zip(texts, bands, strict=True)
        if found
    ]
    insert_rows(Fingerprint, rows, returning=("revision_id",), skip_known=True)


def keep_older(*, before: int | None = None) -> int | None:
    """Store fingerprints of comments that were screened before there were any, newest first.

    Takes some revisions with ids below ``before``; returns where to go on, or None at the end.
    """
    found = CommentRevision.objects.order_by("-id")
    if before is not None:
        found = found.filter(pk__lt=before)
    texts = list(found.values_list("id", "body")[:_AT_A_TIME])
    if not texts:
        return None
    keep(texts)
    return texts[-1][0]


def alike(comment: Comment, *, user: User, most: int = MOST_ALIKE) -> Alike:
    """Return the comments that say now nearly what this one says now, and that this person may see.

    Each carries its text and article. ``comment`` carries its revision. One query, none for a text
    without a fingerprint.
    """
    revision = comment.current_revision
    (bands,) = fingerprints([revision.body])
    if not bands:
        return Alike(comments=[], more=False)
    sharing = RawSQL(_SHARING, [bands, revision.pk, MOST_CANDIDATES])  # noqa: S611, parameters
    found = list(
        comments_visible_to(user)
        .filter(current_revision__in=sharing, withdrawn_at=None)
        .select_related("current_revision", "article")
        .order_by("-id")[: most + 1]
    )
    words = words_of(revision.body)
    return Alike(
        comments=[c for c in found[:most] if are_alike(words, words_of(c.current_revision.body))],
        more=len(found) > most,
    )


def repeats(sent: Sequence[Sent], *, windows: Sequence[timedelta]) -> dict[int, list[Repeats]]:
    """Count for each text how often nearly the same was sent before, within each of ``windows``.

    Returns them by revision, in the order of the windows: in all sections and whatever became of
    them; an author's edits of one comment count once. Texts whose fingerprints are kept already
    count, so call ``keep`` for the same batch before. At most MOST_ALIKE are compared for each. One
    query.
    """
    bands = fingerprints([text.body for text in sent])
    asked = {
        text.revision_id: (text, found) for text, found in zip(sent, bands, strict=True) if found
    }
    alike_before: dict[int, list[tuple[timedelta, bool]]] = {text.revision_id: [] for text in sent}
    if asked:
        words = {pk: words_of(text.body) for pk, (text, _bands) in asked.items()}
        for revision_id, author_id, body, at in _sent_since(asked, max(windows)):
            text, _bands = asked[revision_id]
            if are_alike(words[revision_id], words_of(body)):
                alike_before[revision_id].append((text.at - at, author_id == text.author_id))
    return {
        revision_id: [
            Repeats(
                by_author=sum(own for ago, own in found if ago <= window),
                by_anybody=sum(ago <= window for ago, _own in found),
            )
            for window in windows
        ]
        for revision_id, found in alike_before.items()
    }


def _sent_since(
    asked: dict[int, tuple[Sent, list[int]]], within: timedelta
) -> list[tuple[int, int, str, datetime]]:
    """Return (revision asked about, author, text, when) of other comments that share a band."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT asked.revision_id, other.author_id, other.body, other.created_at
            FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[])
                AS asked(revision_id, bands, at)
            JOIN comments_commentrevision own ON own.id = asked.revision_id
            CROSS JOIN LATERAL (
                SELECT comment.author_id, revision.body, revision.created_at
                FROM moderation_fingerprint known
                JOIN comments_commentrevision revision ON revision.id = known.revision_id
                JOIN comments_comment comment ON comment.current_revision_id = revision.id
                WHERE known.bands && asked.bands::bigint[] AND comment.id <> own.comment_id
                    AND revision.created_at BETWEEN asked.at - %s * interval '1 second' AND asked.at
                LIMIT %s
            ) AS other
            """,
            [
                list(asked),
                [f"{{{','.join(map(str, bands))}}}" for _text, bands in asked.values()],
                [text.at for text, _bands in asked.values()],
                within.total_seconds(),
                MOST_ALIKE,
            ],
        )
        rows: list[tuple[int, int, str, datetime]] = cursor.fetchall()
    return rows
