"""What a search asks for, as conditions on a comment, and which of them leads to it quickest.

Every condition is a test of one row of ``comments_comment`` (called ``comment``) that reads other
tables by key alone: such a test costs the same whatever the tables hold, and no planner turns it
into a join over all of them. Some terms can also list the comments that they hold for
(``Driver``), out of an index.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.functional import cached_property

from accounts.models import User
from comments.models import Article, Author
from moderation.models import MadeBy
from moderation.scope import sections_of

MOST_NAMED = 500  # authors or articles that a name may mean and still lead to their comments

VECTOR = "to_tsvector('simple'::regconfig, coalesce(body, ''))"  # as it is indexed
_QUOTED = re.compile(r'("[^"]*"?)')
_BEGINNING = re.compile(r"(?<!\S)(-?)([^\s*]+)\*(?!\S)")


@dataclass(frozen=True, slots=True)
class SearchFilters:
    """What is looked for. Empty means any; all that is given must hold.

    ``author`` is a part of a name, or a whole e-mail address; ``words`` are written as for a
    search engine ("a phrase", -without, or) and may end in an asterisk. ``rule``, and ``moderator``
    with ``action`` and ``policy``, look at the whole history of a comment, not at the last word
    alone. The period is when it was sent: ``since`` included, ``until`` not.
    """

    words: str = ""
    author: str = ""
    article: str = ""
    section_id: int | None = None
    status: str = ""
    queue: str = ""
    label: str = ""
    min_score: float | None = None
    max_score: float | None = None
    rule: str = ""
    action: str = ""
    moderator_id: int | None = None
    policy_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for."""
        return self == SearchFilters()


@dataclass(frozen=True, slots=True)
class Driver:
    """A query for the comments of one term. ``column`` of a comment is what its ids are."""

    term: str
    query: str
    column: str = "id"


@dataclass
class Terms:
    """The terms of one search by one person, as SQL with ``values`` for its placeholders."""

    filters: SearchFilters
    user: User
    conditions: dict[str, str] = field(default_factory=dict)
    drivers: list[Driver] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read the filters."""
        self._scope()
        self._words()
        self._author()
        self._article()
        self._decision()
        self._plain()
        self._score()

    @cached_property
    def tsquery(self) -> str:
        """The words as PostgreSQL reads them; empty where none are looked for."""
        if not self.filters.words:
            return ""
        plain, beginnings = split_words(self.filters.words)
        parts = ["websearch_to_tsquery('simple', %(words)s)"] if plain.strip() else []
        self.values["words"] = plain
        for number, (unwanted, beginning) in enumerate(beginnings):
            self.values[f"beginning_{number}"] = _lexeme(beginning)
            parts.append(f"{'!!' if unwanted else ''}to_tsquery('simple', %(beginning_{number})s)")
        return f"({' && '.join(parts)})"

    def _scope(self) -> None:
        sections = sections_of(self.user) if self.user.is_moderator else frozenset()
        wanted = self.filters.section_id
        if sections is None and wanted is None:
            return
        if wanted is None:
            allowed = list(sections or ())
        else:
            allowed = [wanted] if sections is None or wanted in sections else []
        self.values["sections"] = allowed
        self.conditions["section"] = (
            "(SELECT section_id FROM comments_article WHERE id = comment.article_id)"
            " = ANY(%(sections)s)"
        )

    def _words(self) -> None:
        if not self.tsquery:
            return
        matches = f"{VECTOR} @@ {self.tsquery}"
        self.conditions["words"] = (
            f"(SELECT {matches} FROM comments_commentrevision"
            " WHERE id = comment.current_revision_id)"
        )
        query = f"SELECT id FROM comments_commentrevision WHERE {matches}"
        self.drivers.append(Driver("words", query, column="current_revision_id"))

    def _author(self) -> None:
        wanted = self.filters.author
        if not wanted:
            return
        named = Q(name__icontains=wanted)
        if "@" in wanted:
            named = Q(email__iexact=wanted) | Q(user__email__iexact=wanted)
        ids = list(Author.objects.filter(named).values_list("id", flat=True)[: MOST_NAMED + 1])
        self._one_of("author", ids, "comment.author_name ILIKE %(author)s")

    def _article(self) -> None:
        wanted = self.filters.article
        if not wanted:
            return
        found = Article.objects.filter(title__icontains=wanted).order_by()
        self._one_of(
            "article",
            list(found.values_list("id", flat=True)[: MOST_NAMED + 1]),
            "(SELECT title FROM comments_article WHERE id = comment.article_id) ILIKE %(article)s",
        )

    def _one_of(self, name: str, ids: list[int], by_name: str) -> None:
        """Ask for one of these authors or articles; too many of them are asked for by name."""
        if len(ids) > MOST_NAMED:
            self.values[name] = _contains(getattr(self.filters, name))
            self.conditions[name] = by_name
            return
        self.values[f"{name}_ids"] = ids
        self.conditions[name] = f"comment.{name}_id = ANY(%({name}_ids)s)"
        query = f"SELECT id FROM comments_comment WHERE {name}_id = ANY(%({name}_ids)s)"
        self.drivers.append(Driver(name, query))

    def _decision(self) -> None:
        """Ask for a decision in the history, by a person where a person is named."""
        filters, asked = self.filters, []
        if filters.moderator_id is not None:
            asked.append("actor_id = %(moderator)s")
        if filters.action:
            asked.append("action = %(action)s")
        if filters.policy_id is not None:
            asked.append("policy_id = %(policy)s")
        self.values |= {
            "moderator": filters.moderator_id,
            "action": filters.action,
            "policy": filters.policy_id,
            "rule": filters.rule,
        }
        if asked:
            self.conditions["decision"] = _in_history(asked)
        if filters.moderator_id is not None:
            asked.append(f"made_by = '{MadeBy.MODERATOR.value}'")
            tests = " AND ".join(asked)
            query = f"SELECT DISTINCT comment_id AS id FROM moderation_decision WHERE {tests}"
            self.drivers.append(Driver("decision", query))
        if filters.rule:
            matched = "matched @> jsonb_build_array(jsonb_build_object('rule', %(rule)s::text))"
            self.conditions["rule"] = _in_history([matched])

    def _plain(self) -> None:
        if self.filters.status:
            self.values["status"] = self.filters.status
            self.conditions["status"] = "comment.status = %(status)s"
        if self.filters.queue:
            self.values["queue"] = self.filters.queue
            waits = "is_open AND queue = %(queue)s"
            self.conditions["queue"] = (
                "(SELECT true FROM moderation_reviewitem"
                f" WHERE comment_id = comment.id AND {waits} LIMIT 1)"
            )
            query = f"SELECT comment_id AS id FROM moderation_reviewitem WHERE {waits}"
            self.drivers.append(Driver("queue", query))

    def _score(self) -> None:
        filters = self.filters
        if not filters.label:
            return
        self.values |= {
            "label": filters.label,
            "min": 0.0 if filters.min_score is None else filters.min_score,
            "max": 1.0 if filters.max_score is None else filters.max_score,
        }
        self.conditions["score"] = (
            "(SELECT (own ->> %(label)s)::float8 FROM moderation_classification"
            " WHERE revision_id = comment.current_revision_id ORDER BY id DESC LIMIT 1)"
            " BETWEEN %(min)s AND %(max)s"
            " AND NOT EXISTS (SELECT FROM moderation_reviewitem"
            " WHERE comment_id = comment.id AND is_open AND is_blind)"
        )


def split_words(words: str) -> tuple[str, list[tuple[bool, str]]]:
    """Take the words that end in an asterisk out of a search; each is (unwanted, beginning).

    Nothing inside quotation marks is one.
    """
    beginnings: list[tuple[bool, str]] = []

    def take(found: re.Match[str]) -> str:
        beginnings.append((bool(found[1]), found[2]))
        return " "

    pieces = _QUOTED.split(words)
    plain = [p if p.startswith('"') else _BEGINNING.sub(take, p) for p in pieces]
    return "".join(plain), beginnings


def _lexeme(beginning: str) -> str:
    """Write the beginning of a word so that ``to_tsquery`` reads nothing else into it."""
    quoted = beginning.replace("\\", "\\\\").replace("'", "''")
    return f"'{quoted}':*"


def _contains(text: str) -> str:
    """Write a pattern for ILIKE that holds where the text stands anywhere."""
    escaped = re.sub(r"([\\%_])", r"\\\1", text)
    return f"%{escaped}%"


def _in_history(asked: list[str]) -> str:
    # A scalar subquery, and no EXISTS: that one might be turned into a join over all decisions.
    tests = " AND ".join(["comment_id = comment.id", *asked])
    return f"(SELECT true FROM moderation_decision WHERE {tests} LIMIT 1)"
