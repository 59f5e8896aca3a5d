"""A rule while it is being written: from a document to lines of a form, and back."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import User
from moderation.rulebook.choices import Offered, offered
from moderation.rulebook.fact_words import FACT_WORDS
from moderation.rulebook.forms import ConditionForm, ConditionForms, RuleForm, condition_forms
from moderation.rules.catalogue import BY_KEY, Kind
from moderation.rules.documents import MOST_CONDITIONS, BadRule, parse_rule

Entry = Mapping[str, Any]
Line = dict[str, Any]
SIDES = ("when", "unless")
USUAL: Entry = {"mode": "on", "then": {"action": "hold", "urgency": 100}}
USUALLY = {"when": "all", "unless": "any"}
# Where the rules say that something is wrong, and the field beside which it is shown.
FIELDS = {
    "key": "name",
    "from": "since",
    "then": "action",
    "scope": "sections",
    "when": None,
    "unless": None,
}
_ASKED = re.compile(r"(add|group|remove) ([a-z0-9.]+)")


@dataclass(frozen=True, slots=True)
class Block:
    """A group of lines as the page shows it. ``inner`` are the groups inside it."""

    place: str
    takes: str
    parts: Sequence["ConditionForm | Block"]

    @property
    def is_inner(self) -> bool:
        """Whether it stands inside another group."""
        return "." in self.place


@dataclass
class Written:
    """The whole form: the rule, its lines, and how each group takes them."""

    rule: RuleForm
    lines: ConditionForms
    takes: Mapping[str, str]
    offered: Offered
    said: Entry | None = None  # the rule as its sentence shall say it, where nothing was sent
    trouble: dict[str, str] = field(default_factory=dict)  # by side: what the rules say of it

    @property
    def shown_trouble(self) -> dict[str, list[str]]:
        """What the rules say of conditions and exceptions, to be shown above them."""
        return {side: [upper_first(words)] for side, words in self.trouble.items()}

    @property
    def blocks(self) -> list[Block]:
        """The conditions, and the exceptions."""
        return [self._block(side) for side in SIDES]

    def entry(self, *, key: str = "being-written", without: int | None = None) -> dict[str, Any]:
        """Return what could be read, as a document holds it; ``without`` leaves a line out."""
        self.rule.is_valid()
        self.lines.is_valid()
        lines = [
            (str(form["place"].value() or "when"), form.condition())
            for form in self.lines.forms
            if form.number != without
        ]
        groups = {side: group_of(lines, self.takes, side) for side in SIDES}
        written = {"key": key, **self.rule.parts()}
        return written | {side: group for side, group in groups.items() if group}

    def checked(self, *, key: str = "being-written") -> dict[str, Any] | None:
        """Return the rule, or None where something is refused: that stands beside its field."""
        entry = self.entry(key=key)
        fine = self.rule.is_valid() and self.lines.is_valid()
        if "when" not in entry:
            self.trouble["when"] = _("Write at least one condition.")
            return None
        if not fine:
            return None
        try:
            parse_rule(entry)
        except BadRule as refused:
            self._refuse(refused)
            return None
        return entry

    def _refuse(self, refused: BadRule) -> None:
        where = FIELDS.get(refused.where, refused.where)
        if where is None or where not in self.rule.fields:
            self.trouble[refused.where] = str(refused)
        else:
            self.rule.add_error(where, upper_first(str(refused)))

    def _block(self, place: str) -> Block:
        parts: list[ConditionForm | Block] = []
        seen = set()
        for form in self.lines.forms:
            at = str(form["place"].value() or "when")
            if at == place:
                parts.append(form)
            elif at.startswith(f"{place}.") and at not in seen:
                seen.add(at)
                parts.append(self._block(at))
        return Block(place, self.takes.get(place) or USUALLY.get(place, "any"), parts)


def shown(*, user: User, entry: Entry | None = None) -> Written:
    """Return the form that shows a rule; without one an empty line."""
    lines, takes = lines_of(entry) if entry else ([_line("when")], {})
    choices = offered(user, named=set(_articles(entry or {})))
    rule = RuleForm(initial=_initial(entry or USUAL), offered=choices)
    formset = condition_forms(offered=choices, lines=lines)
    return Written(rule, formset, takes, choices, said=entry or USUAL)


def sent(data: QueryDict, *, user: User) -> Written:
    """Return the form as it was sent."""
    typed = (str(data[name]) for name in data if name == "articles" or name.endswith("-value"))
    named = {word.strip() for words in typed for word in words.split(",") if "\0" not in word}
    choices = offered(user, named=named)
    return Written(
        RuleForm(data, offered=choices),
        condition_forms(offered=choices, data=_complete(data)),
        _takes(data),
        choices,
    )


def again(data: QueryDict, do: str, *, user: User) -> Written:
    """Return the form as it was sent, with a line more or less, and nothing refused yet."""
    written = sent(data, user=user)
    lines = list(_sent_lines(written.lines, data))
    focus = None
    asked = _ASKED.fullmatch(do)
    if asked:
        lines, focus = _changed(lines, what=asked[1], where=asked[2])
    removes = asked is not None and asked[1] == "remove" and asked[2].isdigit()
    said = written.entry(without=int(asked[2]) if asked and removes else None)
    names = [name for name in RuleForm.base_fields if name in data]
    rule = RuleForm(initial={name: data[name] for name in names}, offered=written.offered)
    formset = condition_forms(offered=written.offered, lines=lines)
    if focus is not None:
        formset.forms[focus].fields["fact"].widget.attrs["autofocus"] = True
    return replace(written, rule=rule, lines=formset, said=said)


def upper_first(words: str) -> str:
    """Return a message of the rules as a sentence of its own."""
    return f"{words[:1].upper()}{words[1:]}".rstrip(".") + "."


def group_of(
    lines: Sequence[tuple[str, Line]], takes: Mapping[str, str], place: str
) -> dict[str, Any] | None:
    """Return the lines of a place, and the groups in it, as documents hold them."""
    parts: list[Any] = []
    seen = set()
    for at, condition in lines:
        if at == place:
            parts.append(condition)
        elif at.startswith(f"{place}.") and at not in seen:
            seen.add(at)
            parts.append(group_of(lines, takes, at))
    usually = USUALLY.get(place, "any")
    return {takes.get(place) or usually: parts} if parts else None


def lines_of(entry: Entry) -> tuple[list[Line], dict[str, str]]:
    """Return the conditions of a rule as lines, and how each group takes them."""
    lines: list[Line] = []
    takes: dict[str, str] = {}
    for side in SIDES:
        group = entry.get(side)
        if not group:
            continue
        ((takes[side], parts),) = group.items()
        for number, part in enumerate(parts, start=1):
            if "fact" in part:
                lines.append(_line(side, part))
                continue
            place = f"{side}.{number}"
            ((takes[place], inner),) = part.items()
            lines += [_line(place, condition) for condition in inner]
    return lines, takes


def _line(place: str, condition: Mapping[str, Any] | None = None) -> Line:
    condition = condition or {}
    key: str = condition.get("fact", "")
    value: Any = condition.get("value", "")
    if key and FACT_WORDS[key].unit == "day" and isinstance(value, int | float):
        value = date.fromordinal(int(value))
    elif isinstance(value, list) and not BY_KEY[key].choices:
        value = ", ".join(map(str, value))
    return {"place": place, "fact": key, "comparison": condition.get("is", ""), "value": value}


def _initial(entry: Entry) -> dict[str, Any]:
    then, scope = entry.get("then") or {}, entry.get("scope") or {}
    joined = {
        name: ", ".join(scope.get(name) or ()) for name in ("sections", "articles", "languages")
    }
    return {
        "name": entry.get("name", ""),
        "mode": entry.get("mode", "on"),
        **joined,
        "since": scope.get("from", ""),
        "until": scope.get("until", ""),
        "action": then.get("action"),
        "policy": then.get("policy", ""),
        "queue": then.get("queue", "waiting"),
        "urgency": then.get("urgency") or "",
        "labels": ", ".join(then.get("labels") or ()),
    }


def _articles(entry: Entry) -> Iterator[str]:
    yield from (entry.get("scope") or {}).get("articles") or ()
    for line in lines_of(entry)[0] if entry else ():
        if line["fact"] == "article.slug":
            yield from line["value"].split(", ")


def _takes(data: QueryDict) -> dict[str, str]:
    given = {name.removeprefix("takes-"): value for name, value in data.items() if "takes-" in name}
    return {place: str(value) for place, value in given.items() if value in ("all", "any")}


def _complete(data: QueryDict) -> QueryDict:
    """Every line that is sent counts as one that was there: an empty one is refused, not lost."""
    completed = data.copy()
    completed.setdefault("c-TOTAL_FORMS", "0")
    completed["c-INITIAL_FORMS"] = str(completed["c-TOTAL_FORMS"])
    return completed


def _sent_lines(forms: ConditionForms, data: QueryDict) -> Iterator[Line]:
    for form in forms.forms:
        fact = str(form["fact"].value() or "")
        line: Line = {"place": str(form["place"].value() or "when"), "fact": fact}
        if fact and data.get(form.add_prefix("asked")) == fact:
            name = form.add_prefix("value")
            known = BY_KEY.get(fact)
            several = known is not None and known.kind is Kind.CHOICE and known.choices
            line["value"] = data.getlist(name) if several else data.get(name, "")
            line["comparison"] = data.get(form.add_prefix("comparison"), "")
        yield line


def _changed(lines: list[Line], *, what: str, where: str) -> tuple[list[Line], int | None]:
    """Add a line to a place, begin a group in it, or take a line out; returns where to go on."""
    if what == "remove":
        if not where.isdigit() or int(where) >= len(lines):
            return lines, None
        left = lines[: int(where)] + lines[int(where) + 1 :]
        if not any(line["place"].startswith("when") for line in left):
            left = [_line("when"), *left]
        return left, min(int(where), len(left) - 1)
    if len(lines) >= MOST_CONDITIONS or where.partition(".")[0] not in SIDES:
        return lines, None
    place = where
    if what == "group":
        side = where.partition(".")[0]
        numbers = [
            int(line["place"].partition(".")[2] or 0)
            for line in lines
            if line["place"].startswith(side) and line["place"].partition(".")[2].isdigit()
        ]
        place = f"{side}.{max(numbers, default=0) + 1}"
    last = max((n for n, line in enumerate(lines) if line["place"] == place), default=None)
    at = len(lines) if last is None else last + 1
    return [*lines[:at], _line(place), *lines[at:]], at
