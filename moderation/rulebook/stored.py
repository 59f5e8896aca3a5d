"""Stored facts of a past period, read back as tables that rules are evaluated on.

A chunk is one value: PostgreSQL puts the rows together as bytes, each as wide as the other, and
NumPy takes thousands of them as one array. What is of any length (texts, hosts) or the article's
(its name, its tags) is asked for when a rule needs it, and once.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate, pairwise
from typing import Any, TypeVar

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from comments.models import Article, Section
from moderation.bulk import as_array
from moderation.facts import FactTable, Words
from moderation.models import UNKNOWN, CommentFacts
from moderation.rescoring import Period
from moderation.rules.catalogue import NUMBERS, PLACE, WEEKDAYS

CHUNK = 20_000  # comments: 10 MB
Ids = NDArray[np.int64]
Position = tuple[datetime, int]  # when a comment was written, and its revision: what was read last
Value = TypeVar("Value")

_WORDS = {"language": 8, "unscored": 10, "trust": 15, "muted": 10}  # columns, in characters
_CHOICES = {
    "language": "language",
    "unscored": "unscored",
    "author.trust": "trust",
    "author.muted": "muted",
}
_NUMBERS = f"""CASE WHEN cardinality(numbers) = {len(NUMBERS)} THEN numbers
    ELSE (numbers || array_fill({UNKNOWN}::real, ARRAY[{len(NUMBERS)}]))[1:{len(NUMBERS)}] END"""
# All rows as one string of bytes, each as wide as the other: no row is looked at by itself.
_BYTES = f"""
SELECT string_agg(
    int8send(revision_id) || int8send(article_id) || int8send(section_id)
    || timestamptz_send(written_at)
    || {" || ".join(f"convert_to(rpad({name}, {width}), 'UTF8')" for name, width in _WORDS.items())}
    || array_send({_NUMBERS}), ''::bytea ORDER BY written_at, revision_id)
"""
_OF_PERIOD = f"""
{_BYTES} FROM (SELECT * FROM moderation_commentfacts
    WHERE (written_at, revision_id) > (%(at)s, %(revision)s) AND written_at < %(end)s
        AND (%(section)s::bigint IS NULL OR section_id = %(section)s)
    ORDER BY written_at, revision_id LIMIT %(most)s) AS chunk
"""  # noqa: S608, every name stands above, every value is a parameter
_OF_REVISIONS = f"""
{_BYTES} FROM moderation_commentfacts WHERE revision_id = ANY(%(revisions)s::bigint[])
"""

# With one parameter for all: thousands of them would cost more than the answer.
_HOSTS = (
    "SELECT revision_id, hosts FROM moderation_commentfacts"
    " WHERE revision_id = ANY(%s::bigint[]) AND hosts <> '{}'"
)
# All of them as one text, and how long each is: no row is looked at by itself here either.
_FOLDED = """
SELECT coalesce(string_agg(folded, '' ORDER BY place), ''),
    array_agg(coalesce(length(folded), 0) ORDER BY place)
FROM unnest(%s::bigint[]) WITH ORDINALITY AS asked (id, place)
LEFT JOIN moderation_commentfacts ON revision_id = id
"""
_TYPED = "SELECT id, body FROM comments_commentrevision WHERE id = ANY(%s::bigint[])"

# As PostgreSQL sends it: an array is a header of 20 bytes (dimensions, flags, type, length, first
# index), then the length and the bytes of each element.
_ROW = np.dtype(
    [
        *((name, ">i8") for name in ("revision", "article", "section", "written_at")),
        *((name, f"S{width}") for name, width in _WORDS.items()),
        ("numbers_head", "V20"),
        ("numbers", [("length", ">i4"), ("value", ">f4")], (len(NUMBERS),)),
    ]
)
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)  # from which PostgreSQL counts


@dataclass(frozen=True, eq=False)
class Chunk:
    """Some comments of a period, in the order of (written, revision).

    ``revision_ids``, ``article_ids`` and ``section_ids`` have shape (n,), as the rows of the table.
    """

    table: FactTable
    revision_ids: Ids
    article_ids: Ids
    section_ids: Ids
    last: Position

    def __len__(self) -> int:
        return len(self.revision_ids)


def tables(*, period: Period, after: Position | None = None, chunk: int = CHUNK) -> Iterator[Chunk]:
    """Yield the stored facts of a period, ``chunk`` comments at a time, from behind a position.

    Each chunk is a query of its own: what is stored meanwhile is read if it lies ahead.
    """
    position = after or (period.start, 0)
    while True:
        found = _read(
            _OF_PERIOD,
            at=position[0],
            revision=position[1],
            end=period.end,
            section=period.section_id,
            most=chunk,
        )
        if found is None:
            return
        yield found
        if len(found) < chunk:
            return
        position = found.last


def table_of_revisions(revision_ids: Collection[int]) -> Chunk | None:
    """Return the stored facts of some revisions, in the order of (written, revision); None where
    there are none of any.
    """
    return _read(_OF_REVISIONS, revisions=as_array(revision_ids))


def number_stored(period: Period) -> int:
    """Count the revisions of a period whose facts are stored. One query."""
    found = CommentFacts.objects.filter(written_at__gte=period.start, written_at__lt=period.end)
    if period.section_id is not None:
        found = found.filter(section=period.section_id)
    return found.count()


def _read(sql: str, **asked: Any) -> Chunk | None:
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        (data,) = cursor.fetchone()
    if data is None:
        return None
    rows = np.frombuffer(data, dtype=_ROW)
    revision_ids, article_ids, section_ids = (
        rows[name].astype(np.int64) for name in ("revision", "article", "section")
    )
    last_at = _EPOCH + timedelta(microseconds=int(rows["written_at"][-1]))
    return Chunk(
        table=_table(rows, revision_ids, article_ids, section_ids),
        revision_ids=revision_ids,
        article_ids=article_ids,
        section_ids=section_ids,
        last=(last_at, int(revision_ids[-1])),
    )


def _table(rows: NDArray[Any], revisions: Ids, articles: Ids, sections: Ids) -> FactTable:
    # By columns, since rules ask for one fact of all comments.
    numbers = np.array(rows["numbers"]["value"], dtype=np.float32, order="F")
    numbers[numbers == UNKNOWN] = np.nan

    def choice(key: str) -> Words:
        match key:
            case "comment.weekday":
                # Day 1 of the calendar was a Monday.
                days = numbers[:, PLACE["comment.day"]].astype(np.int64)
                return _words_of((days - 1) % 7, lambda numbers: dict(enumerate(WEEKDAYS)))
            case "article.section":
                return _words_of(sections, _section_slugs)
            case "article.slug":
                return _words_of(articles, _article_slugs)
            case _:
                return _words_of(rows[_CHOICES[key]], _stripped)

    return FactTable(
        numbers=numbers,
        choice=choice,
        tags=cache(lambda: _values_of(articles, _tags)),
        hosts=cache(lambda: _each(_HOSTS, revisions, [])),
        typed=cache(lambda: _each(_TYPED, revisions, "")),
        folded=cache(lambda: _folded(revisions)),
    )


def _words_of(column: NDArray[Any], names: Callable[[list[Any]], Mapping[Any, str]]) -> Words:
    """Return a column of words, given by what stands for them: each name is asked for once."""
    different, places = np.unique(column, return_inverse=True)
    known = names(different.tolist())
    words = np.array([known[one] for one in different.tolist()], dtype=object)
    return words[places]


def _values_of(
    column: NDArray[Any], values: Callable[[list[Any]], Mapping[Any, Value]]
) -> list[Value]:
    known = values(np.unique(column).tolist())
    return [known[one] for one in column.tolist()]


def _stripped(padded: list[bytes]) -> dict[bytes, str]:
    return {one: one.decode().rstrip() for one in padded}


def _section_slugs(ids: list[int]) -> dict[int, str]:
    return dict(Section.objects.filter(pk__in=ids).values_list("pk", "slug"))


def _article_slugs(ids: list[int]) -> dict[int, str]:
    return dict(Article.objects.filter(pk__in=ids).values_list("pk", "slug"))


def _tags(article_ids: list[int]) -> dict[int, frozenset[str]]:
    tags: dict[int, list[str]] = {one: [] for one in article_ids}
    through = Article.tags.through.objects.filter(article__in=article_ids)
    for article, slug in through.values_list("article_id", "tag__slug"):
        tags[article].append(slug)
    return {article: frozenset(slugs) for article, slugs in tags.items()}


def _each(sql: str, revisions: Ids, without: Any) -> list[Any]:
    """Return what a query says of each revision, ``without`` where that is nothing: of one that
    was erased a moment ago, too."""
    with connection.cursor() as cursor:
        cursor.execute(sql, [as_array(revisions.tolist())])
        known = dict(cursor.fetchall())
    return [known.get(one, without) for one in revisions.tolist()]


def _folded(revisions: Ids) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_FOLDED, [as_array(revisions.tolist())])
        together, lengths = cursor.fetchone()
    ends = [0, *accumulate(lengths)]
    return [together[start:end] for start, end in pairwise(ends)]
