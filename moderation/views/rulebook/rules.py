"""All rules of the draft in their order: switched and moved in place."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from moderation.decisions import database_now
from moderation.models import Rule, RuleSet
from moderation.rulebook.differences import Differences, RuleDifference, differences
from moderation.rulebook.drafts import Changed, Draft, move_rule, read_draft, set_mode
from moderation.rulebook.held import DAYS, Held, held_lately
from moderation.rulebook.names import Names, names_for
from moderation.rulebook.rule_words import MODES, MODES_EXPLAINED
from moderation.rulebook.sentences import sentence
from moderation.rules.evaluation import Mode
from moderation.views.guard import DeskRequest, senior_view
from moderation.views.rulebook.frame import frame
from moderation.views.state import read_number


@dataclass(frozen=True, slots=True)
class Line:
    """A rule of the draft as its line shows it. ``above`` and ``after_next`` say
    what it is put above to move up and down."""

    rule: Rule
    sentence: str
    held: Held
    difference: RuleDifference | None
    moved: bool
    above: str
    after_next: str

    @property
    def is_allow(self) -> bool:
        """Whether it stops what stands below it."""
        return bool((self.rule.body.get("then") or {}).get("action") == "publish")


@require_safe
@senior_view
def rules(request: DeskRequest) -> HttpResponse:
    """Show the draft."""
    return _page(request)


@require_POST
@senior_view
def switch_rule(request: DeskRequest, rule_key: str) -> HttpResponse:
    """Switch a rule on, to shadow, or off."""
    mode, seen = request.POST.get("mode", ""), read_number(request.POST, "edits")
    if mode not in set(Mode) or seen is None:
        return _page(request, status=422)
    try:
        rule = set_mode(key=rule_key, mode=mode, by=request.user, seen=seen)
    except Changed as changed:
        return _page(request, trouble=told(changed), status=409)
    said = _("“%(name)s” is now: %(mode)s.") % {"name": rule.name, "mode": MODES[mode]}
    return _done(request, said)


@require_POST
@senior_view
def move(request: DeskRequest, rule_key: str) -> HttpResponse:
    """Put a rule above another one, or at the end."""
    move_rule(key=rule_key, before=request.POST.get("before", ""), by=request.user)
    rows = list(Rule.objects.order_by("position", "id"))
    place = next((n for n, rule in enumerate(rows, start=1) if rule.key == rule_key), None)
    if place is None:
        return _page(request, trouble=_("This rule was deleted meanwhile."), status=409)
    words = {"name": rows[place - 1].name, "place": place, "all": len(rows)}
    return _done(request, _("“%(name)s” now stands at %(place)s of %(all)s.") % words)


def told(changed: Changed) -> str:
    """Return who changed a rule meanwhile, as a sentence."""
    rule = changed.rule
    if rule is None:
        return _("This rule was deleted meanwhile.")
    who = str(rule.changed_by or _("The site"))
    return _("%(who)s changed “%(name)s” meanwhile. This is how it is now.") % {
        "who": who,
        "name": rule.name,
    }


def unpublished(draft: Draft) -> tuple[Differences, RuleSet | None]:
    """Return how the draft differs from the live version, and that version."""
    live = RuleSet.objects.order_by("-number").select_related("published_by").first()
    document = live.document if live else {"format": 2, "rules": [], "lists": {}}
    return differences(before=document, after=draft.document, entries=draft.entries), live


def _done(request: DeskRequest, said: str) -> HttpResponse:
    if request.htmx.target == "rules":
        return render(request, "moderation/rules/_rules.html", {**_context(), "said": said})
    messages.success(request, said)
    return redirect("moderation:rules")


def _page(request: DeskRequest, *, trouble: str = "", status: int = 200) -> HttpResponse:
    context = {**frame(request, "rules"), **_context(), "trouble": trouble}
    part = "_rules.html" if request.htmx.target == "rules" else "rules.html"
    return render(request, f"moderation/rules/{part}", context, status=status)


def _context() -> dict[str, Any]:
    rows = list(Rule.objects.select_related("changed_by").order_by("position", "id"))
    draft = read_draft()
    found, live = unpublished(draft)
    entries = [row.entry() for row in rows]
    removed = [one for one in found.rules if one.after is None]
    names = names_for([*entries, *(one.before for one in removed if one.before)])
    return {
        "lines": _lines(rows, found, names, held_lately(at=database_now())),
        "removed": [(one, sentence(one.before or {}, names)) for one in removed],
        "changed_lists": [(names.lists.get(one.key, one.key), one) for one in found.lists],
        "differs": bool(found),
        "live": live,
        "days": DAYS,
        "modes": [(mode, MODES[mode], MODES_EXPLAINED[mode]) for mode in MODES],
    }


def _lines(
    rows: list[Rule], found: Differences, names: Names, held: Mapping[str, Held]
) -> list[Line]:
    by_key = {one.key: one for one in found.rules}
    keys = [row.key for row in rows]
    return [
        Line(
            rule=row,
            sentence=sentence(row.entry(), names),
            held=held.get(row.key) or held.get(row.name) or Held(),
            difference=by_key.get(row.key),
            moved=row.key in found.moved,
            above=keys[n - 1] if n else row.key,
            after_next=keys[n + 2] if n + 2 < len(keys) else "",
        )
        for n, row in enumerate(rows)
    ]
