"""What is known of a comment beside its text and its scores, asked for a batch at once."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from comments.models import Article
from moderation.bulk import insert_rows
from moderation.facts import Facts
from moderation.models import UNKNOWN, CommentFacts
from moderation.near_duplicates import Sent, repeats
from moderation.rulebook.trusting import SET_BY_HAND
from moderation.rules.catalogue import NUMBERS, WINDOWS
from moderation.trust import Terms

# At most so many of an author's, an address's and the site's latest comments are looked at, so that
# a flood costs each of its comments no more than any other.
MOST_OF_ONE = 200
MOST_OF_ALL = 2_000

_KNOWN = f"""
SELECT comment.id, comment.submitted_at, comment.depth,
    author.published_count, author.removed_count, author.approved_count,
    {SET_BY_HAND.format(author="author.id")},
    author.first_seen_at,
    author.user_id IS NOT NULL AS signed_in,
    CASE WHEN author.user_id IS NULL
        THEN author.verified_email <> '' AND author.verified_email = lower(comment.author_email)
        ELSE EXISTS (SELECT FROM account_emailaddress address
                     WHERE address.user_id = author.user_id AND address.verified)
    END AS verified,
    (SELECT count(*) FROM moderation_authoract act
     WHERE act.author_id = author.id AND act.kind = 'strike' AND act.until > now.at
        AND NOT EXISTS (SELECT FROM moderation_authoract undoing
                        WHERE undoing.undoes_id = act.id)) AS strikes,
    (SELECT count(*) FROM (
        SELECT submitted_at FROM comments_comment
        WHERE author_id = author.id AND id <> comment.id ORDER BY id DESC LIMIT %(one)s) latest
     WHERE latest.submitted_at BETWEEN comment.submitted_at - interval '1 hour'
        AND comment.submitted_at) AS author_hour,
    address.hour, address.names, network.hour, network.names,
    (SELECT count(*) FROM (
        SELECT article_id FROM comments_comment
        WHERE submitted_at <= comment.submitted_at
            AND submitted_at > comment.submitted_at - interval '10 minutes'
        ORDER BY submitted_at DESC LIMIT %(all)s) latest
     WHERE latest.article_id = comment.article_id) AS article_recent,
    (SELECT count(*) FROM comments_report report
     WHERE report.comment_id = comment.id AND report.resolved_at IS NULL) AS reports
FROM comments_comment comment
JOIN comments_author author ON author.id = comment.author_id
CROSS JOIN (SELECT clock_timestamp() AS at) AS now
LEFT JOIN LATERAL (
    SELECT count(*) FILTER (
            WHERE latest.submitted_at > comment.submitted_at - interval '1 hour') AS hour,
        count(DISTINCT latest.author_name) AS names
    FROM same_address(comment.address_hash) AS same(hash)
    CROSS JOIN LATERAL (
        SELECT submitted_at, author_name FROM comments_comment
        WHERE address_hash = same.hash
            AND submitted_at BETWEEN comment.submitted_at - interval '1 day'
                AND comment.submitted_at
        ORDER BY submitted_at DESC LIMIT %(one)s
    ) AS latest
) AS address ON comment.address_hash <> ''
LEFT JOIN LATERAL (
    SELECT count(*) FILTER (
            WHERE latest.submitted_at > comment.submitted_at - interval '1 hour') AS hour,
        count(DISTINCT latest.author_name) AS names
    FROM (
        SELECT submitted_at, author_name FROM comments_comment
        WHERE network_hash = comment.network_hash AND network_hash <> ''
            AND submitted_at BETWEEN comment.submitted_at - interval '1 day'
                AND comment.submitted_at
        ORDER BY submitted_at DESC LIMIT %(one)s
    ) AS latest
) AS network ON comment.network_hash <> ''
WHERE comment.id = ANY(%(ids)s)
"""  # noqa: S608, put together of its own words


class Known(NamedTuple):
    """One comment's row of the query, in its order."""

    comment_id: int
    submitted_at: datetime
    depth: int
    published: int
    removed: int
    approved: int
    by_hand: str | None
    first_seen_at: datetime
    signed_in: bool
    verified: bool
    strikes: int
    author_hour: int
    address_hour: int | None
    address_names: int | None
    network_hour: int | None
    network_names: int | None
    article_recent: int
    reports: int

    def facts(self, *, terms: Terms) -> dict[str, Any]:
        """Return what ``Facts`` calls these; ``terms`` are those of the levels of trust."""
        decided = self.published + self.removed
        earned = terms.level(published=self.published, removed=self.removed)
        written_at = timezone.localtime(self.submitted_at)
        age = (self.submitted_at - self.first_seen_at) / timedelta(days=1)
        return {
            "author_published": self.published,
            "author_approved": self.approved,
            "author_removed_share": self.removed / decided if decided else None,
            "author_strikes": self.strikes,
            "author_age_days": max(0.0, age),
            "author_comments_hour": self.author_hour,
            "author_signed_in": self.signed_in,
            "author_verified": self.verified,
            "author_trust": self.by_hand or earned,
            "address_comments_hour": self.address_hour,
            "address_names_day": self.address_names,
            "network_comments_hour": self.network_hour,
            "network_names_day": self.network_names,
            "article_pace": self.article_recent / 10,
            "comment_depth": self.depth,
            "comment_reports": self.reports,
            "written_at": written_at,
        }


def known_about(comment_ids: Collection[int]) -> dict[int, Known]:
    """Return what is known of comments beside text and scores, by comment. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, {"ids": list(comment_ids), "one": MOST_OF_ONE, "all": MOST_OF_ALL})
        return {row[0]: Known(*row) for row in cursor.fetchall()}


class OfArticle(NamedTuple):
    """What a rule may ask about an article."""

    section_id: int
    section: str
    slug: str
    published_at: datetime | None
    tags: frozenset[str]

    def facts(self, *, at: datetime) -> dict[str, Any]:
        """Return what ``Facts`` calls these, for a comment that was written at ``at``."""
        age = (at - self.published_at) / timedelta(hours=1) if self.published_at else None
        return {
            "article_section": self.section,
            "article_slug": self.slug,
            "article_tags": self.tags,
            "article_age_hours": None if age is None else max(0.0, age),
        }


def known_about_articles(article_ids: Collection[int]) -> dict[int, OfArticle]:
    """Return what a rule may ask about articles, by article. Two queries."""
    articles = Article.objects.filter(pk__in=article_ids).select_related("section")
    return {
        article.pk: OfArticle(
            section_id=article.section_id,
            section=article.section.slug,
            slug=article.slug,
            published_at=article.published_at,
            tags=frozenset(tag.slug for tag in article.tags.all()),
        )
        for article in articles.prefetch_related("tags")
    }


def store_facts(rows: Sequence[tuple[int, int, int, Facts]]) -> None:
    """Store facts, given as (revision, article, section, facts); those that are stored stay.

    Call it inside a transaction.
    """
    insert_rows(
        CommentFacts,
        [
            {
                "revision": revision_id,
                "written_at": facts.written_at,
                "article": article_id,
                "section": section_id,
                "language": facts.language,
                "unscored": facts.unscored or "",
                "trust": facts.author_trust,
                "muted": facts.author_muted or "",
                "numbers": stored_numbers(facts),
                "hosts": list(facts.hosts),
                "folded": facts.folded.text.replace("\0", ""),
            }
            for revision_id, article_id, section_id, facts in rows
        ],
        returning=("revision_id",),
        skip_known=True,
    )


def stored_numbers(facts: Facts) -> list[float]:
    """Return the numeric facts as they are stored, in the catalogue's order."""
    found = (facts.number(key) for key in NUMBERS)
    return [UNKNOWN if value is None else float(value) for value in found]


def repeated_before(sent: Sequence[Sent]) -> dict[int, dict[str, int]]:
    """Count how often nearly the same was sent before, by revision, as ``Facts`` calls it.

    Call it after the fingerprints of the same batch are kept.
    """
    counted = repeats(sent, windows=[timedelta(minutes=minutes) for minutes in WINDOWS])
    return {
        revision_id: {
            name: number
            for minutes, found in zip(WINDOWS, of_windows, strict=True)
            for name, number in (
                (f"repeats_own_{minutes}", found.by_author),
                (f"repeats_site_{minutes}", found.by_anybody),
            )
        }
        for revision_id, of_windows in counted.items()
    }
