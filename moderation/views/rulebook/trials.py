"""Rules tried on the past: choose, watch, read the surprises first, say where people were wrong."""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from moderation import wording
from moderation.decisions import database_now
from moderation.models import Rule, Surprise, Trial
from moderation.rulebook import corrections, trial_findings, trial_words, trials
from moderation.rulebook.names import names_for
from moderation.rulebook.sentences import sentence
from moderation.rulebook.trial_findings import Finding
from moderation.rulebook.trial_page import found_of, result_of
from moderation.rulebook.trials import NothingToTry, UnknownRule
from moderation.rules.documents import BadRuleSet
from moderation.scope import sections_of, sections_visible_to
from moderation.selectors import trials as selectors
from moderation.sight import sight_of
from moderation.trial_forms import TrialForm
from moderation.views.guard import DeskRequest, senior_view
from moderation.views.rulebook.frame import frame
from moderation.views.state import read_number
from moderation.wakeup import wake_trials

SUGGESTED_DAYS = 30
UNTOUCHED = timedelta(seconds=60)  # a worker looks every few seconds
TEXT = 400  # characters of a finding's text


@require_safe
@senior_view
def trial_list(request: DeskRequest) -> HttpResponse:
    """Choose what is tried on which past; see what was tried so far."""
    today = timezone.localdate()
    initial = {
        "rule": request.GET.get("rule", ""),
        "posted_from": today - timedelta(days=SUGGESTED_DAYS),
        "posted_to": today,
    }
    return _list_page(request, _form(request, initial=initial))


@require_POST
@senior_view
def start_trial(request: DeskRequest) -> HttpResponse:
    """Begin to try rules, and go to where that can be watched."""
    form = _form(request, data=request.POST)
    if not form.is_valid():
        return _list_page(request, form, status=422)
    try:
        trial = trials.start(
            period=form.period(), by=request.user, rule_key=form.cleaned_data["rule"]
        )
    except NothingToTry:
        return _list_page(request, form, trouble=_nothing(), status=422)
    except (BadRuleSet, UnknownRule) as why:
        return _list_page(request, form, trouble=_unreadable(why), status=422)
    wake_trials()
    return redirect("moderation:trial", trial_id=trial.public_id)


@require_safe
@senior_view
def trial(request: DeskRequest, trial_id: uuid.UUID) -> HttpResponse:
    """Show how far a trial is and what it found; or the part of the page that htmx asks for."""
    found = selectors.trial_for(user=request.user, public_id=trial_id)
    if request.htmx.target == "trial":
        return render(request, "moderation/rules/_trial.html", _trial_context(request, found))
    return _trial_page(request, found)


@require_POST
@senior_view
def cancel_trial(request: DeskRequest, trial_id: uuid.UUID) -> HttpResponse:
    """Have a trial take no more comments."""
    trials.cancel(selectors.trial_for(user=request.user, public_id=trial_id))
    return redirect("moderation:trial", trial_id=trial_id)


@require_POST
@senior_view
def try_again(request: DeskRequest, trial_id: uuid.UUID) -> HttpResponse:
    """Try the same rules on the same past, beside what is live now, with what people say now."""
    found = selectors.trial_for(user=request.user, public_id=trial_id)
    try:
        again = trials.start_again(found, by=request.user)
    except NothingToTry:
        return _trial_page(request, found, trouble=_nothing(), status=409)
    except BadRuleSet as why:
        return _trial_page(request, found, trouble=_unreadable(why), status=409)
    wake_trials()
    return redirect("moderation:trial", trial_id=again.public_id)


@require_POST
@senior_view
def delete_trial(request: DeskRequest, trial_id: uuid.UUID) -> HttpResponse:
    """Delete a trial: one's own, or any as a site admin."""
    found = selectors.trial_for(user=request.user, public_id=trial_id)
    if not trials.may_delete(request.user, found):
        raise PermissionDenied
    found.delete()
    messages.success(request, _("Deleted. What it found is gone; corrections stay."))
    return redirect("moderation:trials")


@require_safe
@senior_view
def surprises(request: DeskRequest, trial_id: uuid.UUID, kind: str) -> HttpResponse:
    """Show every surprise of one kind, a page at a time."""
    found, of_kind = _findings_of(request, trial_id, kind)
    page = trial_findings.findings_page(
        found, of_kind, user=request.user, before=read_number(request.GET, "before")
    )
    context = {
        **frame(request, "trials"),
        **_findings_context(request, page.findings),
        "trial": found,
        "title": trial_words.title(found),
        "kind": of_kind,
        "heading": trial_words.heading(of_kind),
        "findings": page.findings,
        "next": page.next,
        "number": found_of(found)[of_kind],
        "kept": trial_findings.number_kept(found, of_kind),
        "back": "list",
    }
    return render(request, "moderation/rules/trial_findings.html", context)


@require_POST
@senior_view
def mark_wrong(request: DeskRequest, trial_id: uuid.UUID, finding_id: int) -> HttpResponse:
    """Say that people decided wrongly about a finding's text, or take that back."""
    found = selectors.trial_for(user=request.user, public_id=trial_id)
    finding = trial_findings.finding_for(user=request.user, trial=found, decision_id=finding_id)
    if request.POST.get("wrong") == "no":
        corrections.take_back(decision=finding.decision, by=request.user)
    else:
        corrections.call_wrong(decision=finding.decision, by=request.user)
    back = request.POST.get("back", "")
    if request.htmx:
        finding = trial_findings.finding_for(user=request.user, trial=found, decision_id=finding_id)
        context = {**_findings_context(request, [finding]), "finding": finding, "trial": found}
        return render(request, "moderation/rules/_finding.html", {**context, "back": back})
    if back == "list":
        address = reverse("moderation:trial_findings", args=[trial_id, finding.kind])
        address += f"?before={finding.place + 1}"
    else:
        address = reverse("moderation:trial", args=[trial_id])
    return redirect(f"{address}#finding-{finding_id}")


def _form(request: DeskRequest, **given: Any) -> TrialForm:
    return TrialForm(
        rules=list(Rule.objects.order_by("position", "id").values_list("key", "name")),
        sections=sections_visible_to(request.user),
        may_try_all=sections_of(request.user) is None,
        **given,
    )


def _list_page(
    request: DeskRequest, form: TrialForm, *, trouble: str = "", status: int = 200
) -> HttpResponse:
    found = selectors.newest_trials(user=request.user)
    context = {
        **frame(request, "trials"),
        "form": form,
        "trouble": trouble,
        "trials": [(one, trial_words.title(one)) for one in found],
    }
    return render(request, "moderation/rules/trials.html", context, status=status)


def _trial_page(
    request: DeskRequest, found: Trial, *, trouble: str = "", status: int = 200
) -> HttpResponse:
    context = {
        **frame(request, "trials"),
        **_trial_context(request, found),
        "title": trial_words.title(found),
        "sentence": _sentence(found),
        "trouble": trouble,
    }
    return render(request, "moderation/rules/trial.html", context, status=status)


def _sentence(found: Trial) -> str:
    """Return the one rule that was tried, as it was then."""
    entries = [rule for rule in found.document["rules"] if rule["key"] == found.rule_key]
    return sentence(entries[0], names_for(entries)) if entries else ""


def _trial_context(request: DeskRequest, found: Trial) -> dict[str, Any]:
    context: dict[str, Any] = {
        "trial": found,
        "is_untouched": _is_untouched(found),
        "takes": _seconds_left(found),
        "may_delete": trials.may_delete(request.user, found),
        "back": "trial",
    }
    if found.is_under_way or not found.done:
        return context
    result = result_of(found)
    kinds = [
        (kind, trial_words.heading(kind), number, _sample(request, found, kind, number))
        for kind, number in found_of(found).items()
    ]
    shown = [finding for _kind, _heading, _number, sample in kinds for finding in sample]
    return {
        **context,
        **_findings_context(request, shown),
        "result": result,
        "surprises": kinds,
        "sample_size": trial_findings.SAMPLE,
    }


def _sample(request: DeskRequest, found: Trial, kind: Surprise, number: int) -> list[Finding]:
    return trial_findings.sample_of(found, kind, user=request.user) if number else []


def _findings_context(request: DeskRequest, shown: Sequence[Finding]) -> dict[str, Any]:
    revisions = [finding.revision_id for finding in shown]
    return {
        "sight": sight_of(user=request.user, revisions=revisions, at=database_now()),
        "text_length": TEXT,
    }


def _findings_of(request: DeskRequest, trial_id: uuid.UUID, kind: str) -> tuple[Trial, Surprise]:
    found = selectors.trial_for(user=request.user, public_id=trial_id)
    if kind not in Surprise.values:
        raise Http404
    return found, Surprise(kind)


def _is_untouched(found: Trial) -> bool:
    """Whether no worker has looked at a trial for longer than it should take."""
    touched_at = found.stepped_at or found.started_at
    return found.is_under_way and database_now() - touched_at > UNTOUCHED


def _seconds_left(found: Trial) -> str:
    if not found.is_under_way or not found.done or not found.busy_seconds:
        return ""
    left = max(0, found.total - found.done) * found.busy_seconds / found.done
    return wording.duration_about(left)


def _nothing() -> str:
    return _(
        "No comment of this period has stored facts. Choose another period. For comments that were"
        " screened before facts were stored, “manage.py store_facts” stores them."
    )


def _unreadable(why: Exception) -> str:
    return _("The draft cannot be tried as it is: %(why)s") % {"why": why}
