"""Word lists of the draft: made, filled, renamed and deleted, each change with a line in the log.

Nothing here touches what is live: lists go live with the rules that ask them (``rule_sets``).
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Case, Func, QuerySet, TextField, Value, When
from django.db.models.functions import Length, Replace
from django.utils.text import slugify

from accounts.models import User
from moderation.models import Rule, RuleChange, RuleSet, WordList
from moderation.rule_sets import snapshot
from moderation.rules.entries import Problem, Trouble, read_entries
from moderation.rules.hosts import read_hosts

SHOWN_IN_LOG = 20  # of the entries that came and went, by name


class ListNameTaken(Exception):
    """Another list has this name."""


class OtherEntries(Exception):
    """A list that holds words is asked to be one of hosts, or the other way round."""


@dataclass(frozen=True)
class ListChanged(Exception):
    """Somebody changed the list after it was read: who (None is the site itself), and when."""

    by: User | None
    at: datetime


@dataclass(frozen=True)
class ListInUse(Exception):
    """Rules of the draft ask the list."""

    rules: Sequence[Rule]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text adds to a list: its ``entries`` afterwards, and what was left out.

    ``refused`` cannot be looked for. ``repeated`` is there already: ``detail`` is the line of the
    text that has it, or empty where the list had it before.
    """

    entries: list[str]
    refused: list[Problem]
    repeated: list[Problem]
    came: int


def lists() -> QuerySet[WordList]:
    """Return all lists without their entries, each with ``number`` of entries and ``sha256``."""
    breaks = Length("entries") - Length(Replace("entries", Value("\n"), Value("")))
    return (
        WordList.objects.defer("entries")
        .select_related("changed_by")
        .annotate(
            number=Case(When(entries="", then=0), default=breaks + 1),
            sha256=Func(
                "entries",
                template="encode(sha256(convert_to(%(expressions)s, 'UTF8')), 'hex')",
                output_field=TextField(),
            ),
        )
    )


def rules_by_list() -> Mapping[str, list[Rule]]:
    """Return the rules of the draft that ask each list, by the list's key."""
    found: dict[str, list[Rule]] = {}
    for rule in Rule.objects.order_by("position", "id"):
        for key in dict.fromkeys(_asked(rule.body)):
            found.setdefault(key, []).append(rule)
    return found


def live_lists() -> Mapping[str, str]:
    """Return the lists of the live version: the sha256 of their entries by key."""
    document = RuleSet.objects.order_by("-number").values_list("document", flat=True).first() or {}
    listed: Mapping[str, str] = document.get("lists", {})
    return listed


def read_into(word_list: WordList, text: str, *, instead: bool) -> Reading:
    """Read a text into a list, after what is there or in its place; stores nothing."""
    before = [] if instead else word_list.words()
    read = read_hosts if word_list.is_of_hosts else read_entries
    entries, problems = read("\n".join([*before, text]))
    refused: list[Problem] = []
    repeated: list[Problem] = []
    for problem in problems:
        line, detail = problem.line - len(before), problem.detail
        if line < 1:
            continue  # it was kept by an older version of the site, and could never be found
        if problem.trouble == Trouble.DUPLICATE:
            first = int(detail) - len(before)
            detail = str(first) if first > 0 else ""
        told = Problem(line, problem.entry, problem.trouble, detail)
        (repeated if problem.trouble == Trouble.DUPLICATE else refused).append(told)
    came = len(set(entries) - set(word_list.words()))
    return Reading(entries, refused, repeated, came)


def make_list(*, by: User, name: str, use: str) -> WordList:
    """Make an empty list. Raises ListNameTaken."""
    key = slugify(name)[:50] or "list"
    taken = set(WordList.objects.filter(key__startswith=key).values_list("key", flat=True))
    names = itertools.chain([key], (f"{key}-{n}" for n in itertools.count(2)))
    made = WordList(key=next(k for k in names if k not in taken), name=name, use=use, changed_by=by)
    with transaction.atomic():
        _store(made)
        _log(made, by=by, before=None)
    return made


def fill_list(*, pk: int, seen: int, by: User, entries: Sequence[str]) -> WordList:
    """Put entries in the place of those of a list. Raises ListChanged."""
    return _change(pk=pk, seen=seen, by=by, entries="\n".join(entries))


def rename_list(*, pk: int, seen: int, by: User, name: str, use: str) -> WordList:
    """Give a list another name or use; its key stays.

    Raises ListChanged, ListNameTaken and OtherEntries.
    """
    current = WordList.objects.get(pk=pk)
    if current.entries and WordList(use=use).is_of_hosts != current.is_of_hosts:
        raise OtherEntries
    return _change(pk=pk, seen=seen, by=by, name=name, use=use)


def delete_list(*, pk: int, seen: int, by: User) -> None:
    """Delete a list that no rule of the draft asks. Raises ListChanged and ListInUse."""
    with transaction.atomic():
        current = _locked(pk=pk, seen=seen)
        rules = rules_by_list().get(current.key, [])
        if rules:
            raise ListInUse(rules)
        _log(current, by=by, before=_described(current), gone=True)
        current.delete()


def _change(*, pk: int, seen: int, by: User, **fields: str) -> WordList:
    with transaction.atomic():
        current = _locked(pk=pk, seen=seen)
        if all(getattr(current, name) == value for name, value in fields.items()):
            return current
        before, had = _described(current), current.words()
        for name, value in fields.items():
            setattr(current, name, value)
        current.edits = seen + 1
        current.changed_by = by
        _store(current)
        _log(current, by=by, before=before, had=had)
    return current


def _locked(*, pk: int, seen: int) -> WordList:
    current = (
        WordList.objects.select_for_update(of=("self",)).select_related("changed_by").get(pk=pk)
    )
    if current.edits != seen:
        raise ListChanged(current.changed_by, current.changed_at)
    return current


def _store(word_list: WordList) -> None:
    try:
        with transaction.atomic():
            word_list.save()
    except IntegrityError:
        raise ListNameTaken from None


def _described(word_list: WordList) -> dict[str, Any]:
    """Return a list for the log. The entries themselves are stored beside it by their sha256."""
    words = word_list.words()
    return {
        "name": word_list.name,
        "use": word_list.use,
        "number": len(words),
        "sha256": snapshot(words),
    }


def _log(
    word_list: WordList,
    *,
    by: User,
    before: dict[str, Any] | None,
    had: Sequence[str] = (),
    gone: bool = False,
) -> None:
    after = None if gone else _described(word_list)
    if before is not None and after is not None and before["sha256"] != after["sha256"]:
        has = word_list.words()
        after["added"] = _missing(has, had)
        after["taken_out"] = _missing(had, has)
    RuleChange.objects.create(
        by=by, what=RuleChange.What.LIST, about=word_list.key, before=before, after=after
    )


def _missing(entries: Sequence[str], others: Sequence[str]) -> dict[str, Any]:
    known = set(others)
    found = [entry for entry in entries if entry not in known]
    return {"number": len(found), "entries": found[:SHOWN_IN_LOG]}


def _asked(part: Any) -> Iterator[str]:
    """Yield the keys of the lists that a part of a rule names, whatever else is wrong with it."""
    if isinstance(part, Mapping):
        if part.get("is") in ("in_list", "outside_list") and isinstance(part.get("value"), str):
            yield part["value"]
        for inner in part.values():
            yield from _asked(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _asked(inner)
