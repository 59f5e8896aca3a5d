"""Search over every comment, decided ones too, with a plan that stays fast at a million of them.

The newest come first, in pages by key set. There are two plans, and the database's own estimate
chooses: where one of the terms leads to few comments (``MOST_CANDIDATES``), those are listed from
its index first, materialised, and the other terms tested on them. Otherwise comments are walked
from the newest back, and the walk ends with the page, which comes soon when much matches. A walk
that finds little ends after ``WALKED`` comments and says how far it came; from there it goes on.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from accounts.models import User
from comments.models import Comment
from moderation.blind import blind_revisions
from moderation.models import Classification, Decision
from moderation.selectors.queues import EXCERPT_LENGTH, PAGE_SIZE
from moderation.selectors.search_terms import Driver, SearchFilters, Terms

MOST_CANDIDATES = 20_000
WALKED = 50_000  # comments that one walk looks at
WALKED_READING = 10_000  # where the words of each must be read
_START, _STOP = "\ue000", "\ue001"  # around a word that was found; private, and taken out of texts
_HEADLINE = (
    f"StartSel={_START}, StopSel={_STOP}, MaxFragments=2, MaxWords=32, MinWords=12,"
    ' FragmentDelimiter=" … "'
)
_LARGEST_ID = 2**63 - 1
_ORDER = "ORDER BY comment.submitted_at DESC, comment.id DESC LIMIT %(size)s"
_BEHIND = (
    "(comment.submitted_at, comment.id) < (%(before)s, %(before_id)s)"
    " AND comment.submitted_at >= %(since)s AND comment.submitted_at < %(until)s"
)
_EARLIEST, _LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of results ends: the next one begins behind it."""

    at: datetime
    comment_id: int

    @classmethod
    def parse(cls, text: str) -> "Place | None":
        """Read what ``str`` wrote, or None: an address that was typed over starts at the top."""
        micros, _dot, comment_id = text.partition(".")
        if not all(n.isascii() and n.isdigit() and len(n) <= 18 for n in (micros, comment_id)):
            return None
        try:
            at = datetime.fromtimestamp(int(micros) // 10**6, tz=UTC)
        except (ValueError, OverflowError, OSError):
            return None
        return cls(at.replace(microsecond=int(micros) % 10**6), int(comment_id))

    def __str__(self) -> str:
        whole = int(self.at.replace(microsecond=0).timestamp())
        return f"{whole * 10**6 + self.at.microsecond}.{self.comment_id}"


@dataclass(frozen=True, slots=True)
class Found:
    """A comment that was found. ``pieces`` are the text around the words: (text, is it a hit)."""

    comment: Comment
    pieces: Sequence[tuple[str, bool]]
    decision: Decision | None
    scored: Classification | None


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page. ``next`` is where the following one starts, or None at the end.

    ``stopped`` tells that there may be more though the page is not full: the walk ended at
    ``next``, for its length.
    """

    found: list[Found]
    next: Place | None
    stopped: bool


def search_page(
    *, user: User, filters: SearchFilters, after: Place | None = None, size: int = PAGE_SIZE
) -> SearchPage:
    """Return a page of what this person may see and looks for. Ten queries at most."""
    terms = Terms(filters=filters, user=user)
    places, stopped = _places(terms, after, size)
    shown = places[:size]
    more = stopped or (shown[-1] if len(places) > size else None)
    return SearchPage(found=_load(terms, shown), next=more, stopped=stopped is not None)


def everything_found(*, user: User, filters: SearchFilters, most: int) -> Iterator[Found]:
    """Return what is found one by one, up to ``most``, reading a page at a time."""
    after, left = None, most
    while left > 0:
        page = search_page(user=user, filters=filters, after=after, size=min(left, 500))
        yield from page.found
        left -= len(page.found)
        after = page.next
        if after is None:
            return


def _places(terms: Terms, after: Place | None, size: int) -> tuple[list[Place], Place | None]:
    """Return one more place than fits the page, and where a walk ended that found too little."""
    terms.values |= {
        "before": after.at if after else _LATEST,
        "before_id": after.comment_id if after else _LARGEST_ID,
        "since": terms.filters.since or _EARLIEST,
        "until": terms.filters.until or _LATEST,
        "size": size + 1,
    }
    driver = _best_driver(terms)
    if driver is not None:
        return _ask(_listed(terms, driver), terms), None
    terms.values["walked"] = WALKED_READING if "words" in terms.conditions else WALKED
    found = _ask(_walked(terms), terms)
    return found, None if len(found) > size else _end_of_walk(terms)


def _best_driver(terms: Terms) -> Driver | None:
    """Return the term that leads to the fewest comments, if they are few."""
    estimates = [(_estimate(driver, terms), driver) for driver in terms.drivers]
    few = [(rows, driver) for rows, driver in estimates if rows <= MOST_CANDIDATES]
    return min(few, key=lambda one: one[0], default=(0, None))[1]


def _estimate(driver: Driver, terms: Terms) -> float:
    """Ask the planner how many rows a driver lists; nothing is read."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {driver.query}", terms.values)
        plan = cursor.fetchone()[0]
    plan = json.loads(plan) if isinstance(plan, str) else plan
    return float(plan[0]["Plan"]["Plan Rows"])


def _listed(terms: Terms, driver: Driver) -> str:
    """Materialise a driver's comments, then test the rest. The fence keeps the planner from
    reading all comments in order and testing the words of each."""
    tests = [_BEHIND, *(sql for name, sql in terms.conditions.items() if name != driver.term)]
    return f"""
        WITH candidate AS MATERIALIZED ({driver.query})
        SELECT comment.submitted_at, comment.id
        FROM candidate JOIN comments_comment comment ON comment.{driver.column} = candidate.id
        WHERE {" AND ".join(tests)} {_ORDER}
    """


def _walked(terms: Terms) -> str:
    """Test the newest comments one after the other. The inner limit bounds the walk."""
    return f"""
        SELECT comment.submitted_at, comment.id
        FROM (
            SELECT * FROM comments_comment comment WHERE {_BEHIND}
            ORDER BY comment.submitted_at DESC, comment.id DESC LIMIT %(walked)s
        ) AS comment
        WHERE {" AND ".join(["true", *terms.conditions.values()])} {_ORDER}
    """


def _end_of_walk(terms: Terms) -> Place | None:
    query = f"""
        SELECT comment.submitted_at, comment.id FROM comments_comment comment WHERE {_BEHIND}
        ORDER BY comment.submitted_at DESC, comment.id DESC OFFSET %(walked)s - 1 LIMIT 1
    """
    return next(iter(_ask(query, terms)), None)


def _ask(query: str, terms: Terms) -> list[Place]:
    with connection.cursor() as cursor:
        cursor.execute(query, terms.values)
        return [Place(at, comment_id) for at, comment_id in cursor.fetchall()]


def _load(terms: Terms, places: Sequence[Place]) -> list[Found]:
    """Return the comments of these places with what a row shows. Five queries."""
    ids = [place.comment_id for place in places]
    comments = Comment.objects.select_related(
        "article__section", "author__user", "current_revision"
    ).in_bulk(ids)
    decisions = (
        Decision.objects.filter(comment__in=ids)
        .select_related("actor", "policy", "rule_set")
        .order_by("comment_id", "-id")
        .distinct("comment_id")
    )
    revisions = {comment.current_revision_id: pk for pk, comment in comments.items()}
    scored = (
        Classification.objects.filter(revision__in=revisions)
        .order_by("revision_id", "-id")
        .distinct("revision_id")
    )
    last = {decision.comment_id: decision for decision in decisions}
    blind = blind_revisions(revisions)
    scores = {revisions[c.revision_id]: c for c in scored if c.revision_id not in blind}
    excerpts = _excerpts(terms, list(revisions))
    return [
        Found(
            comment=comments[pk],
            pieces=pieces(excerpts[comments[pk].current_revision_id]),
            decision=last.get(pk),
            scored=scores.get(pk),
        )
        for pk in ids
        if pk in comments
    ]


def _excerpts(terms: Terms, revision_ids: list[int]) -> dict[int, str]:
    plain = "translate(body, %(marks)s, '')"
    shown = f"left({plain}, %(length)s)"
    if terms.tsquery:
        shown = f"ts_headline('simple', {plain}, {terms.tsquery}, %(headline)s)"
    query = f"SELECT id, {shown} FROM comments_commentrevision WHERE id = ANY(%(ids)s)"
    more: dict[str, Any] = {
        "ids": revision_ids,
        "marks": _START + _STOP,
        "length": EXCERPT_LENGTH,
        "headline": _HEADLINE,
    }
    with connection.cursor() as cursor:
        cursor.execute(query, {**terms.values, **more})
        return dict(cursor.fetchall())


def pieces(text: str) -> list[tuple[str, bool]]:
    """Split a marked text into what was found and what stands around it."""
    found = []
    for number, piece in enumerate(text.split(_START)):
        hit, stop, rest = piece.partition(_STOP) if number else ("", "", piece)
        if number and not stop:
            hit, rest = "", piece
        found += [(hit, True)] if hit else []
        found += [(rest, False)] if rest else []
    return found
