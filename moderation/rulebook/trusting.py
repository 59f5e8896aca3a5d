"""The levels of trust in authors: how many are on each, and changing where they reach."""

from collections.abc import Mapping
from datetime import datetime

from django.db import connection, transaction

from accounts.models import User
from moderation.models import RuleChange, TrustTerms
from moderation.trust import Level, Terms

# What a moderator set for an author and nobody took back, the newest word; of the authors a.
SET_BY_HAND = """(
    SELECT act.level FROM moderation_authoract act
    WHERE act.author_id = {author} AND act.kind = 'trust'
        AND NOT EXISTS (SELECT FROM moderation_authoract undoing WHERE undoing.undoes_id = act.id)
    ORDER BY act.id DESC LIMIT 1
)"""


def level_set_by_hand(*, author_id: int) -> str:
    """Return the level that a moderator set for an author, or nothing. One query."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {SET_BY_HAND.format(author='%s')}", [author_id])
        return cursor.fetchone()[0] or ""


def change_terms(*, wished: TrustTerms, seen: Mapping[str, int], by: User) -> bool:
    """Change where the levels reach. ``seen`` are the terms that ``by`` saw.

    Returns False, changing nothing, when somebody else changed them since.
    """
    with transaction.atomic():
        TrustTerms.objects.get_or_create(pk=1)
        before = TrustTerms.objects.select_for_update().get(pk=1).told()
        if before != seen:
            return False
        wished.pk = 1
        wished.save()
        if before != wished.told():
            RuleChange.objects.create(
                by=by,
                what=RuleChange.What.TRUST,
                about="terms",
                before=before,
                after=wished.told(),
            )
    return True


def authors_on_each(terms: Terms, *, since: datetime) -> dict[Level, int]:
    """Return how many of the authors who wrote since then are on each level. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT published_count, removed_count, {SET_BY_HAND.format(author="author.id")} AS set,
                count(*)
            FROM comments_author author
            WHERE EXISTS (SELECT FROM comments_comment
                          WHERE author_id = author.id AND submitted_at > %s)
            GROUP BY 1, 2, 3
            """,  # noqa: S608, put together of its own words
            [since],
        )
        counted = dict.fromkeys(Level, 0)
        for published, removed, by_hand, number in cursor.fetchall():
            earned = terms.level(published=published, removed=removed)
            counted[Level(by_hand) if by_hand else earned] += number
    return counted
