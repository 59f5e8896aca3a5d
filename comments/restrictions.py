"""What holds for an author at this moment of the database's clock."""

import uuid
from collections.abc import Iterable

from django.db import connection
from django.db.models import Q
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from accounts.models import User
from comments.models import Author, Restriction, RestrictionKind
from comments.thread_html import exact_html

NEW_NAME = "new_name"


def restrictions_of(author: Author) -> list[Restriction]:
    """Return what is in force for an author, the longest first. One query."""
    return list(Restriction.objects.filter(author=author).in_force().longest_first())


def strongest(restrictions: Iterable[Restriction], kind: RestrictionKind) -> Restriction | None:
    """Return the one of a kind that lasts longest; they come as ``restrictions_of`` orders them."""
    return next((r for r in restrictions if r.kind == kind), None)


def words_of_ban(ban: Restriction) -> SafeString:
    """Return what a banned author reads when something was not taken: until when, and why."""
    kept = gettext("Your text was not sent. It is kept below, to copy.")
    return _joined(told_of_ban(ban), escape(kept))


def told_of_ban(ban: Restriction) -> SafeString:
    """Return what a banned author reads in the place of the form: until when, and why."""
    if ban.until is None:
        told: str = escape(gettext("You cannot write comments here any more."))
    else:
        told = escape(gettext("You cannot write comments here until %(moment)s.")) % {
            "moment": exact_html(ban.until)
        }
    return _joined(told, _reason(ban))


def ban_of(*, user: User | None, guest_key: uuid.UUID | None) -> Restriction | None:
    """Return the ban that holds for whoever writes, the longest one. One query at most.

    Somebody signed in is their account's author, everybody else the author of their cookie.
    """
    if user is None and guest_key is None:
        return None
    theirs = Q(author__user=user) if user else Q(author__key=guest_key, author__user=None)
    bans = Restriction.objects.filter(theirs, kind=RestrictionKind.BAN)
    return bans.in_force().longest_first().first()


def words_of_mute(mute: Restriction) -> SafeString:
    """Return what a muted author reads when a comment was taken."""
    if mute.until is None:
        told: str = escape(gettext("A moderator reads what you write before others see it."))
    else:
        told = escape(
            gettext("Until %(moment)s a moderator reads what you write before others see it.")
        ) % {"moment": exact_html(mute.until)}
    return _joined(told, _reason(mute))


def _reason(restriction: Restriction) -> str:
    if not restriction.words:
        return ""
    return escape(gettext("The reason: %(words)s") % {"words": restriction.words})


def _joined(*sentences: str) -> SafeString:
    """Join sentences that are escaped already; the times in them are elements."""
    return mark_safe(" ".join(filter(None, sentences)))  # noqa: S308, escaped one by one


def held_for_their_author(comment_ids: Iterable[int]) -> dict[int, str]:
    """Return which of these comments a person must look at because of who wrote them, and why.

    Comment id -> a restriction's kind ("ban": it came in before the ban did), or "new_name" for
    somebody who wrote nothing before a restriction and writes from an address that it names. One
    query; call it where the decision is stored.
    """
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [list(comment_ids)])
        return dict(cursor.fetchall())


# The strictest reason comes first: "ban" < "mute" < "new_name" in the alphabet, too.
_HELD = """
WITH looked_at AS (
    SELECT id, author_id, address_hash FROM comments_comment WHERE id = ANY(%s)
), held AS (
    SELECT looked_at.id, restriction.kind
    FROM looked_at JOIN comments_restriction restriction USING (author_id)
    WHERE restriction.lifted_at IS NULL
        AND (restriction.until IS NULL OR restriction.until > clock_timestamp())
    UNION ALL
    SELECT looked_at.id, 'new_name'
    FROM looked_at CROSS JOIN LATERAL same_address(looked_at.address_hash) AS same(hash)
    JOIN comments_restriction restriction ON restriction.addresses @> ARRAY[same.hash]
    WHERE restriction.lifted_at IS NULL
        AND restriction.names_held_until > clock_timestamp()
        AND looked_at.address_hash <> ''
        AND restriction.author_id <> looked_at.author_id
        AND NOT EXISTS (
            SELECT FROM comments_comment earlier
            WHERE earlier.author_id = looked_at.author_id
                AND earlier.submitted_at < restriction.from_at
        )
)
SELECT DISTINCT ON (id) id, kind FROM held ORDER BY id, kind
"""
