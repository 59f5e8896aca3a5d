"""One rule: written line by line, with its sentence beside it; two who write it at once."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from moderation.decisions import database_now
from moderation.models import Rule, RuleChange
from moderation.rulebook.audited_rules import audited
from moderation.rulebook.drafts import (
    Changed,
    NameTaken,
    TooManyRules,
    add_rule,
    change_rule,
    delete_rule,
)
from moderation.rulebook.impact import Reach, reach_of
from moderation.rulebook.names import names_for
from moderation.rulebook.rule_words import MODES
from moderation.rulebook.sentences import sentence
from moderation.rulebook.wording import changes_in_words
from moderation.rulebook.writing import Written, again, sent, shown
from moderation.rules.documents import MOST_RULES, BadRule, parse_rule
from moderation.views.guard import DeskRequest, senior_view
from moderation.views.rulebook.frame import frame
from moderation.views.rulebook.rules import told
from moderation.views.state import read_number

_ANY = {"action": "hold"}  # where a rule holds, it holds whatever it does then
MOST_CHANGES = 5  # of those that came between


@require_http_methods(["GET", "HEAD", "POST"])
@senior_view
def new_rule(request: DeskRequest) -> HttpResponse:
    """Write a new rule; it is put behind all others."""
    if request.method != "POST":
        return _page(request, shown(user=request.user))
    if (answer := _going_on(request)) is not None:
        return answer
    written = sent(request.POST, user=request.user)
    entry = written.checked()
    if entry is None:
        return _page(request, written, status=422)
    try:
        rule = add_rule(entry=entry, by=request.user)
    except NameTaken:
        return _refused_name(request, written)
    except TooManyRules:
        written.rule.add_error(None, _("%(n)d rules are the most.") % {"n": MOST_RULES})
        return _page(request, written, status=422)
    return _kept(request, rule)


@require_http_methods(["GET", "HEAD", "POST"])
@senior_view
def rule(request: DeskRequest, rule_key: str) -> HttpResponse:
    """Change a rule of the draft."""
    row = Rule.objects.select_related("changed_by").filter(key=rule_key).first()
    if request.method != "POST":
        if row is None:
            raise Http404
        return _page(request, shown(user=request.user, entry=row.entry()), row=row)
    if (answer := _going_on(request, row)) is not None:
        return answer
    written, seen = sent(request.POST, user=request.user), request.POST.get("edits", "")
    entry = written.checked(key=rule_key)
    if entry is None:
        return _page(request, written, row=row, seen=seen, status=422)
    try:
        changed = change_rule(key=rule_key, entry=entry, by=request.user, seen=_edits_seen(request))
    except Changed as meanwhile:
        return _page(request, written, row=meanwhile.rule, meanwhile=meanwhile, status=409)
    except NameTaken:
        return _refused_name(request, written, row)
    return _kept(request, changed)


@require_http_methods(["GET", "HEAD", "POST"])
@senior_view
def delete(request: DeskRequest, rule_key: str) -> HttpResponse:
    """Ask whether a rule shall be deleted, and delete it."""
    row = Rule.objects.select_related("changed_by").filter(key=rule_key).first()
    if row is None:
        raise Http404
    trouble, status = "", 200
    if request.method == "POST":
        try:
            delete_rule(key=rule_key, by=request.user, seen=_edits_seen(request))
        except Changed as changed:
            trouble, status = told(changed), 409
        else:
            said = _("“%(name)s” is deleted from the draft.") % {"name": row.name}
            messages.success(request, said)
            return redirect("moderation:rules")
    entry = row.entry()
    context = {
        **frame(request, "rules"),
        "rule": row,
        "sentence": sentence(entry, names_for([entry])),
        "trouble": trouble,
    }
    return render(request, "moderation/rules/delete.html", context, status=status)


def _going_on(request: DeskRequest, row: Rule | None = None) -> HttpResponse | None:
    """Answer whoever is still writing: with the sentence so far, or with other lines."""
    if request.htmx.target == "sentence":
        return render(
            request, "moderation/rules/_sentence.html", _said(sent(request.POST, user=request.user))
        )
    do = request.POST.get("do", "save")
    if do == "save":
        return None
    written = again(request.POST, do, user=request.user)
    seen = request.POST.get("edits", "")
    context = {"written": written, "row": row, "edits": seen, **_said(written)}
    if request.htmx.target == "rule-form":
        return render(request, "moderation/rules/_rule_form.html", context)
    return render(request, "moderation/rules/rule.html", {**frame(request, "rules"), **context})


def _kept(request: DeskRequest, row: Rule) -> HttpResponse:
    said = _("“%(name)s” is kept in the draft. It acts when the draft is published.")
    messages.success(request, said % {"name": row.name})
    return redirect("moderation:rules")


def _refused_name(request: DeskRequest, written: Written, row: Rule | None = None) -> HttpResponse:
    written.rule.add_error("name", _("Another rule has this name."))
    return _page(request, written, row=row, seen=request.POST.get("edits", ""), status=422)


def _page(
    request: DeskRequest,
    written: Written,
    *,
    row: Rule | None = None,
    seen: str | None = None,
    meanwhile: Changed | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        **frame(request, "rules"),
        "written": written,
        "row": row,
        "edits": seen if seen is not None else str(row.edits) if row else "",
        "audited": audited(row) if row and not meanwhile else None,
        **_said(written),
        **(_meanwhile(meanwhile, seen=_edits_seen(request)) if meanwhile else {}),
    }
    return render(request, "moderation/rules/rule.html", context, status=status)


def _said(written: Written) -> dict[str, Any]:
    entry = written.entry() if written.said is None else written.said
    return {"sentence": sentence(entry, names_for([entry])), "reach": _reach(entry)}


def _reach(entry: Mapping[str, Any]) -> Reach | None:
    """Return how often what is written so far holds; None while it cannot be read."""
    try:
        rule = parse_rule({**entry, "key": "written", "name": "written", "then": _ANY})
    except BadRule:
        return None
    return reach_of(rule, at=database_now())


def _edits_seen(request: DeskRequest) -> int:
    """Return which state of the rule was read; -1, which none ever was, where that is not said."""
    seen = read_number(request.POST, "edits")
    return -1 if seen is None else seen


def _meanwhile(changed: Changed, *, seen: int) -> dict[str, Any]:
    """Return who changed the rule, when, and what it says now."""
    theirs = changed.rule
    if theirs is None:
        return {"gone": True}
    entry = theirs.entry()
    since = seen if seen >= 0 else theirs.edits - 1
    times = max(1, min(MOST_CHANGES, theirs.edits - since))
    changes = RuleChange.objects.filter(what=RuleChange.What.RULE, about=theirs.key)
    return {
        "theirs": theirs,
        "their_mode": MODES[theirs.mode],
        "their_sentence": sentence(entry, names_for([entry])),
        "their_changes": changes_in_words(list(changes.select_related("by")[:times])),
    }
