"""What is told before a draft is published: what cannot be, what is surely not meant."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from django.utils.translation import gettext as _

from comments.models import Article, Section
from moderation.models import Policy
from moderation.punctuation import quoted
from moderation.rulebook.differences import plain
from moderation.rulebook.drafts import Draft
from moderation.rulebook.impact import Impact
from moderation.rulebook.names import Names
from moderation.rules.conditions import Chosen, InWordList
from moderation.rules.documents import BadRule, conditions_of, lists_of, parse_rule
from moderation.rules.entries import BadEntry, parse_entry
from moderation.rules.evaluation import Mode, RuleAction
from moderation.rules.evaluation import Rule as PureRule
from moderation.rules.hosts import parse_host
from moderation.rules.reasoning import always_holds, never_holds

MOST = 0.5  # the share of comments from which a rule is told to hold for most of them
WORTH_ASKING = 20  # comments: of fewer no share is told
SHOWN_ENTRIES = 3


class Weight(StrEnum):
    """What a finding does: refuse the draft, ask once more, or only tell."""

    STOPS = "stops"
    ASKS = "asks"
    TELLS = "tells"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a rule of the draft, in words. ``held`` of ``of`` comments of late."""

    weight: Weight
    rule: str  # key; empty: about the draft
    name: str
    said: str
    held: int | None = None
    of: int = 0

    @property
    def percent(self) -> int:
        """The share of comments, rounded."""
        return round(100 * self.held / self.of) if self.held and self.of else 0


def check(*, draft: Draft, names: Names, impact: Impact | None, today: date) -> list[Finding]:
    """Return everything that is to be told, what refuses the draft first.

    ``impact`` is None where the draft cannot be evaluated.
    """
    entries: Sequence[Mapping[str, Any]] = draft.document["rules"]
    read: dict[str, PureRule] = {}
    found: list[Finding] = []
    for entry in entries:
        try:
            read[entry["key"]] = parse_rule(entry)
        except BadRule as bad:
            said = _sentence(str(bad))
            found.append(Finding(Weight.STOPS, entry["key"], entry["name"], said))
    rules = [rule for rule in read.values() if rule.mode is not Mode.OFF]
    found += _gone(rules, draft, names)
    found += _of_lists(rules, draft, names)
    found += _of_reason(rules, today)
    found += _twice(entries)
    if impact is not None:
        found = [_with_figures(one, impact) for one in found]
        found += _of_impact(rules, impact)
    order = list(Weight)
    return sorted(_once(found), key=lambda one: order.index(one.weight))


def _gone(rules: Sequence[PureRule], draft: Draft, names: Names) -> Iterator[Finding]:
    policies = set(Policy.objects.filter(is_active=True).values_list("slug", flat=True))
    wanted = {fact: _named(rules, fact) for fact in ("article.section", "article.slug")}
    sections = set(
        Section.objects.filter(slug__in=wanted["article.section"]).values_list("slug", flat=True)
    )
    articles = set(
        Article.objects.filter(slug__in=wanted["article.slug"]).values_list("slug", flat=True)
    )
    for rule in rules:
        for key in lists_of(rule):
            if key not in draft.document["lists"]:
                said = _("It asks for the list “%(list)s”, which is gone.") % {"list": key}
                yield Finding(Weight.STOPS, rule.key, rule.name, said)
        if rule.policy and rule.policy not in policies:
            said = _("It names the policy “%(policy)s”, which is gone or not in use.")
            weight = Weight.STOPS if rule.action is RuleAction.REMOVE else Weight.TELLS
            policy = names.policies.get(rule.policy, rule.policy)
            yield Finding(weight, rule.key, rule.name, said % {"policy": policy})
        for slug in sorted(_named([rule], "article.section") - sections):
            said = _("It asks for the section “%(slug)s”, which is gone.") % {"slug": slug}
            yield Finding(Weight.TELLS, rule.key, rule.name, said)
        for slug in sorted(_named([rule], "article.slug") - articles):
            said = _("It asks for the article “%(slug)s”, which is gone.") % {"slug": slug}
            yield Finding(Weight.TELLS, rule.key, rule.name, said)


def _named(rules: Sequence[PureRule], fact: str) -> set[str]:
    found: set[str] = set()
    for rule in rules:
        found |= rule.scope.sections if fact == "article.section" else rule.scope.articles
        for condition in conditions_of(rule):
            if isinstance(condition, Chosen) and condition.fact == fact:
                found |= condition.values
    return found


def _of_lists(rules: Sequence[PureRule], draft: Draft, names: Names) -> Iterator[Finding]:
    unreadable = cache(_unreadable)  # of a list that many rules ask: once
    for rule in rules:
        as_words = {c.key for c in conditions_of(rule) if isinstance(c, InWordList)}
        for key in lists_of(rule):
            sha256 = draft.document["lists"].get(key)
            if sha256 is None:
                continue
            entries, name = tuple(draft.entries[sha256]), names.lists.get(key, key)
            if not entries:
                said = _("The list “%(list)s” is empty.") % {"list": name}
                yield Finding(Weight.TELLS, rule.key, rule.name, said)
                continue
            bad = unreadable(entries, as_words=key in as_words)
            if bad:
                shown = ", ".join(map(quoted, bad[:SHOWN_ENTRIES]))
                said = _("Of the list “%(list)s” %(n)d cannot be looked for: %(entries)s")
                told = {"list": name, "n": len(bad), "entries": shown}
                yield Finding(Weight.TELLS, rule.key, rule.name, said % told)


def _unreadable(entries: Sequence[str], *, as_words: bool) -> list[str]:
    bad = []
    for entry in entries:
        if as_words and entry.replace(" ", "").isalpha():
            continue  # words as there are thousands: they can always be looked for
        try:
            parse_entry(entry) if as_words else parse_host(entry)
        except BadEntry:
            bad.append(entry)
    return bad


def _of_reason(rules: Sequence[PureRule], today: date) -> Iterator[Finding]:
    allowed_by = ""
    for rule in rules:
        if rule.scope.until is not None and rule.scope.until < today.toordinal():
            said = _("Its last day is over: it holds no more.")
            yield Finding(Weight.TELLS, rule.key, rule.name, said)
        elif never_holds(rule):
            said = _("It can never hold: what it asks contradicts itself.")
            yield Finding(Weight.TELLS, rule.key, rule.name, said)
        if allowed_by and rule.mode is Mode.ON:
            said = _("It never acts: “%(name)s” above it allows every comment.")
            yield Finding(Weight.TELLS, rule.key, rule.name, said % {"name": allowed_by})
        elif always_holds(rule):
            yield Finding(_heavy(rule), rule.key, rule.name, _ALWAYS[rule.action]())
            if rule.action is RuleAction.PUBLISH and rule.mode is Mode.ON:
                allowed_by = rule.name


_ALWAYS: dict[RuleAction, Callable[[], str]] = {
    RuleAction.PUBLISH: lambda: _("It allows every comment: no rule below it acts."),
    RuleAction.HOLD: lambda: _("It holds every comment."),
    RuleAction.REMOVE: lambda: _("It removes every comment."),
}


def _heavy(rule: PureRule) -> Weight:
    return Weight.ASKS if rule.mode is Mode.ON else Weight.TELLS


def _twice(entries: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for entry in entries:
        if entry["mode"] == Mode.OFF:
            continue
        said = plain(entry)
        same = repr(_sorted({k: said[k] for k in said if k not in ("name", "mode", "automation")}))
        if same in seen:
            told = _("It says the same as “%(name)s”.") % {"name": seen[same]}
            yield Finding(Weight.TELLS, entry["key"], entry["name"], told)
        seen.setdefault(same, entry["name"])


def _sorted(part: Any) -> Any:
    """Return a part of a document in an order of its own: two that mean the same are the same."""
    if isinstance(part, Mapping):
        return sorted((key, _sorted(value)) for key, value in part.items())
    if isinstance(part, list):
        return sorted((_sorted(inner) for inner in part), key=repr)
    return part


def _of_impact(rules: Sequence[PureRule], impact: Impact) -> Iterator[Finding]:
    if impact.comments < WORTH_ASKING:
        return
    for rule in rules:
        share = impact.share_of(rule.key)
        if share < MOST:
            continue
        said = {
            RuleAction.PUBLISH: _("It would have allowed most comments, or all."),
            RuleAction.HOLD: _("It would have held most comments, or all."),
            RuleAction.REMOVE: _("It would have removed most comments, or all."),
        }[rule.action]
        weight = Weight.TELLS if rule.action is RuleAction.PUBLISH else _heavy(rule)
        found = Finding(weight, rule.key, rule.name, said)
        yield _with_figures(found, impact)
    if (
        impact.draft.stopped_share >= MOST
        and impact.draft.stopped_share > impact.live.stopped_share
    ):
        said = _("The draft would have held or removed most comments, or all.")
        stopped = impact.draft.held + impact.draft.removed
        yield Finding(Weight.ASKS, "", "", said, stopped, impact.comments)


def _with_figures(found: Finding, impact: Impact) -> Finding:
    if found.rule not in impact.held or not impact.comments:
        return found
    return replace(found, held=impact.held[found.rule], of=impact.comments)


def _once(found: Sequence[Finding]) -> list[Finding]:
    """Leave out what says of a rule less than another finding does: always, so also mostly."""
    always = {one.rule for one in found if one.said in {say() for say in _ALWAYS.values()}}
    mostly = {
        _("It would have allowed most comments, or all."),
        _("It would have held most comments, or all."),
        _("It would have removed most comments, or all."),
    }
    return [one for one in found if not (one.rule in always and one.said in mostly)]


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}".rstrip(".") + "."
