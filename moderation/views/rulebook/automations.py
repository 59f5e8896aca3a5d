"""Automations: ask for one, see it granted or refused, watch it, turn it off. For site admins."""

import uuid
from decimal import Decimal
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from comments.models import Section, SiteSettings
from moderation.automation.watch import chart
from moderation.decisions import database_now
from moderation.forms import policy_field
from moderation.models import Automation
from moderation.rulebook import automation_words
from moderation.rulebook.audit_share import change_share
from moderation.rulebook.audits import share_of
from moderation.rulebook.automations import (
    AlreadyGranted,
    Status,
    acting_rules,
    ask,
    rule_name,
    status_of,
    turn_off,
    watched,
)
from moderation.views.guard import DeskRequest, admin_view
from moderation.views.rulebook.frame import frame
from moderation.wording import LABELS


def _helper(form: forms.Form) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(*(Field(name) for name in form.fields))
    return helper


class AskForm(forms.Form):
    """What shall be removed by itself, and how right it has to be."""

    label = forms.ChoiceField(label=gettext_lazy("Remove by the score"), choices=LABELS.items())
    section = forms.ModelChoiceField(
        label=gettext_lazy("In"),
        queryset=Section.objects.order_by("name"),
        required=False,
        empty_label=gettext_lazy("all sections"),
        to_field_name="slug",
    )
    target = forms.DecimalField(
        label=gettext_lazy("When at least so many in 100 are right"),
        min_value=80,
        max_value=Decimal("99.9"),
        decimal_places=1,
        initial=98,
        error_messages={
            "min_value": gettext_lazy("Choose 80 or more: a promise of less is none."),
            "max_value": gettext_lazy("Choose 99.9 or less: more can never be proven."),
            "required": gettext_lazy("Say how many in 100 have to be right."),
            "invalid": gettext_lazy("Write a number, such as 98."),
        },
    )
    policy = policy_field(
        required=True,
        label=gettext_lazy("And tell their authors"),
        error_messages={
            "required": gettext_lazy("Choose the policy that the authors are told about.")
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _helper(self)


class AuditForm(forms.Form):
    """How many of what rules remove people are shown instead."""

    percent = forms.DecimalField(
        label=gettext_lazy("Audits: percent of what rules would remove"),
        min_value=0,
        max_value=100,
        max_digits=4,
        decimal_places=1,
        error_messages={
            "min_value": gettext_lazy("Choose a number from 0 to 100."),
            "max_value": gettext_lazy("Choose a number from 0 to 100."),
            "required": gettext_lazy("Choose a number from 0 to 100."),
            "invalid": gettext_lazy("Choose a number from 0 to 100."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _helper(self)


@require_safe
@admin_view
def automations(request: DeskRequest) -> HttpResponse:
    """List the automations, with the form that asks for one."""
    return _list(request)


@require_POST
@admin_view
def ask_for(request: DeskRequest) -> HttpResponse:
    """Grant or refuse an automation; its page says which and why."""
    form = AskForm(request.POST)
    if not form.is_valid():
        return _list(request, asked=form, status=422)
    wish = form.cleaned_data
    try:
        found = ask(
            by=request.user,
            label=wish["label"],
            section=wish["section"],
            policy=wish["policy"],
            target=float(wish["target"]) / 100,
            at=database_now(),
        )
    except AlreadyGranted:
        form.add_error(
            None,
            _("There is one for this score and section already. Turn it off before you ask anew."),
        )
        return _list(request, asked=form, status=409)
    return redirect("moderation:automation", automation_id=found.public_id)


@require_safe
@admin_view
def automation(request: DeskRequest, automation_id: uuid.UUID) -> HttpResponse:
    """Show why an automation was granted or refused, and how right it is since."""
    return _page(request, _found(automation_id))


@require_POST
@admin_view
def ask_again(request: DeskRequest, automation_id: uuid.UUID) -> HttpResponse:
    """Take the evidence anew, for the same wish."""
    found = _found(automation_id)
    try:
        ask(
            by=request.user,
            label=found.label,
            section=found.section,
            policy=found.policy,
            target=found.target,
            confidence=found.confidence,
            at=database_now(),
        )
    except AlreadyGranted:
        return _page(request, found, status=409)
    return redirect("moderation:automation", automation_id=automation_id)


@require_POST
@admin_view
def off(request: DeskRequest, automation_id: uuid.UUID) -> HttpResponse:
    """Stop an automation at once."""
    turn_off(_found(automation_id), by=request.user)
    return redirect("moderation:automation", automation_id=automation_id)


@require_POST
@admin_view
def change_audits(request: DeskRequest) -> HttpResponse:
    """Change how many of what rules would remove people are shown instead."""
    form = AuditForm(request.POST)
    if not form.is_valid():
        return _list(request, audits=form, status=422)
    paused = change_share(percent=form.cleaned_data["percent"], by=request.user)
    messages.success(request, _("Kept. It holds from the next comment on."))
    for one in paused:
        messages.warning(request, _("Paused: %(name)s") % {"name": rule_name(one)})
    return redirect("moderation:automations")


def _found(automation_id: uuid.UUID) -> Automation:
    found = Automation.objects.select_related("section", "policy", "asked_by")
    one = found.filter(public_id=automation_id).first()
    if one is None:
        raise Http404
    return one


def _list(
    request: DeskRequest,
    *,
    asked: AskForm | None = None,
    audits: AuditForm | None = None,
    status: int = 200,
) -> HttpResponse:
    live, site = acting_rules(), SiteSettings.current()
    rows = Automation.objects.select_related("section", "policy")
    percent = f"{site.audit_percent.normalize():f}"  # 50, not 5E+1
    context = {
        **frame(request, "automations"),
        "lines": [_line(status_of(row, live=live, share=share_of(site))) for row in rows],
        "form": asked or AskForm(),
        "audit_form": audits or AuditForm(initial={"percent": percent}),
    }
    return render(request, "moderation/rules/automations.html", context, status=status)


def _line(status: Status) -> dict[str, Any]:
    return {
        "automation": status.automation,
        "name": rule_name(status.automation),
        "state": automation_words.state(status),
        "told": automation_words.told(status),
        "right": automation_words.by_audits(status.watch.precision if status.watch else None),
        "audits": len(status.audits),
    }


def _page(request: DeskRequest, found: Automation, *, status: int = 200) -> HttpResponse:
    share = share_of(SiteSettings.current())
    stands = status_of(found, live=acting_rules(), share=share)
    points = chart(audits=stands.audits, **watched(found, share=share)) if found.since else []
    context = {
        **frame(request, "automations"),
        **_line(stands),
        "stands": stands,
        "target": automation_words.percent(found.target),
        "bound": automation_words.percent(stands.watch.lower) if stands.watch else "",
        "wrong": sum(not audit.is_right for audit in stands.audits),
        "per_day": found.evidence.get("per_day", 0.0),
        "no_audits": share == 0,
        "curve": automation_words.curve_chart(found) if found.evidence.get("curve") else None,
        "control": automation_words.control_chart(found, points) if points else None,
        "may_ask": found.state != Automation.State.GRANTED,
        "may_turn_off": found.state in (Automation.State.GRANTED, Automation.State.PAUSED),
    }
    return render(request, "moderation/rules/automation.html", context, status=status)
