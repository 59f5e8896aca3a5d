"""Pictures and numbers: agreement, one's own day, and the team."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from comments.models import SiteSettings
from moderation import quality_words as words
from moderation.agreement import Agreement
from moderation.charts import STACKED, Chart, Series, bar_chart, line_chart, stacked_chart
from moderation.decisions import database_now
from moderation.figures import percentile
from moderation.models import DoubleReview
from moderation.periods import Days
from moderation.quality_forms import OwnDecisionsForm, PeriodForm
from moderation.scope import sections_of, sections_visible_to
from moderation.selectors import QueueFilters, own
from moderation.selectors import quality as selected
from moderation.selectors import team as team_selected
from moderation.selectors.appeal_figures import appeal_figures
from moderation.selectors.team import Moment, Team
from moderation.sight import sight_of
from moderation.views.cards import Desk
from moderation.views.guard import DeskRequest, desk_view, senior_view
from moderation.views.queues import chrome
from moderation.views.state import read_number

WAITS = (60, 300, 900, 1800, 3600, 7200, 14400, 28800, 86400, 172800, 604800, 2592000)  # seconds
LOOKED_BACK_DAYS = 90  # for one's own agreement
STRIP = 120  # units of the drawing for kappa from 0 to 1


@require_safe
@desk_view
def quality(request: DeskRequest) -> HttpResponse:
    """Show how far moderators agree: all of them to seniors, to others what is their own."""
    at = database_now()
    form = PeriodForm(request.GET, usual=90)
    days = form.days(at=at)
    found = selected.quality(user=request.user, days=days, at=at)
    settled = selected.settled(user=request.user)
    context = {
        **_around(request, "quality", at),
        "filter_form": form,
        "share": SiteSettings.current().double_review_percent,
        "waiting": selected.waiting_count(user=request.user, at=at),
        "differ": selected.disagreements(senior=request.user)[0]
        if request.user.is_senior
        else None,
        "overall": _agreement(found.overall),
        "policies": [
            {"policy": one.policy, "table": one.table, **_agreement(one.found)}
            for one in found.policies
        ],
        "pairs": [
            {"one": pair.one, "other": pair.other, **_agreement(pair.found)} for pair in found.pairs
        ],
        "appealed": appeal_figures(user=request.user, days=days)
        if request.user.is_senior
        else None,
        "chart": _agreement_chart(found.steps, days),
        "settled": [_settled(review, request) for review in settled],
        "sight": sight_of(
            user=request.user, revisions=[r.decision.revision_id for r in settled], at=at
        ),
        "fewest": words.fewest(),
        "width": STRIP,
    }
    return render(request, "moderation/quality.html", context)


@require_safe
@desk_view
def your_day(request: DeskRequest) -> HttpResponse:
    """Show a moderator their own work; nobody sees another's."""
    at, user = database_now(), request.user
    form = OwnDecisionsForm(request.GET)
    today, week = Days.latest(1, at=at), Days.latest(7, at=at)
    before = read_number(request.GET, "before")
    found = own.own_page(user=user, filters=form.filters(), before=before)
    turned, of = own.overturned_count(user=user, since=at - own.LOOKED_BACK)
    on_appeal = own.overturned_on_appeal(user=user, since=at - own.LOOKED_BACK)
    agrees = selected.own_agreement(user=user, since=at - timedelta(days=LOOKED_BACK_DAYS))
    context = {
        **_around(request, "your day", at),
        "filter_form": form,
        "spans": [
            (name, done, words.time_of(done.median), own.second_looks_given(user=user, days=days))
            for name, days, done in (
                (_("Today"), today, own.done(user=user, start=today.start, end=today.end)),
                (_("Last 7 days"), week, own.done(user=user, start=week.start, end=week.end)),
            )
        ],
        "sight": sight_of(user=user, revisions=[d.revision_id for d in found.decisions], at=at),
        "turned": turned,
        "turned_of": of,
        "on_appeal": on_appeal,
        "agreed": words.agreed(agrees),
        "has_looks": agrees.total > 0,
        "lines": [(decision, found.overturned_by.get(decision.pk)) for decision in found.decisions],
        "next_url": _older(request, found.next_before),
        "at_top": "before" not in request.GET,
    }
    return render(request, "moderation/your_day.html", context)


@require_safe
@senior_view
def team(request: DeskRequest) -> HttpResponse:
    """Show how the team does, as pictures over time with the numbers beside them."""
    at = database_now()
    form = PeriodForm(request.GET, usual=7, sections=sections_visible_to(request.user))
    days, chosen = form.days(at=at), form.section_id()
    sections = sections_of(request.user) if chosen is None else frozenset({chosen})
    found = team_selected.team(days=days, sections=sections, at=at)
    context = {
        **_around(request, "team", at),
        "filter_form": form,
        "team": found,
        "automation": words.percent(found.automation),
        "charts": _team_charts(found, days),
        "waited": [
            {
                "queue": one.queue,
                "number": one.number,
                "p50": words.time_of(one.p50),
                "p90": words.time_of(one.p90),
                "p99": words.time_of(one.p99),
                "promise": words.time_of(one.promise),
                "within": words.percent(one.within),
            }
            for one in found.waited
        ],
        "members": [
            {"member": one, "agreed": words.agreed(one.agrees), "kappa": words.kappa(one.agrees)}
            for one in found.members
        ],
    }
    return render(request, "moderation/team.html", context)


def _team_charts(found: Team, days: Days) -> list[Chart]:
    moments = found.moments
    labels = [days.label(moment.begin) for moment in moments]
    each = {"hour": _("Per hour."), "day": _("Per day."), "week": _("Per week.")}[days.step]
    return [
        bar_chart(
            slug="flow",
            title=_("What came and what people decided"),
            description=_("Comments sent, and comments that moderators approved or removed.")
            + f" {each}",
            labels=labels,
            series=[
                Series(_("Sent"), [moment.arrived for moment in moments]),
                Series(_("Decided by people"), [moment.people for moment in moments]),
            ],
        ),
        _removals_chart(found.removals, labels, each),
        line_chart(
            slug="backlog",
            title=_("What waited"),
            description=_("Comments in all queues at the end of each step of time."),
            labels=labels,
            series=[Series(_("Waiting"), [moment.backlog for moment in moments])],
        ),
        line_chart(
            slug="waits",
            title=_("How long it waited"),
            description=_(
                "Of what left the queues: half waited no longer than the line, nine in"
                " ten no longer than the dashed one."
            ),
            labels=labels,
            series=[
                Series(_("Half"), [percentile(moment.waits, 0.5) for moment in moments]),
                Series(_("Nine in ten"), [percentile(moment.waits, 0.9) for moment in moments]),
            ],
            say=words.time_of,
            ticks=WAITS,
        ),
        line_chart(
            slug="automation",
            title=_("Decided by rules"),
            description=_(
                "Of the comments that were published or removed, how many percent no"
                " person decided."
            ),
            labels=labels,
            series=[Series(_("Percent"), [_automation(moment) for moment in moments])],
            most=100,
        ),
    ]


def _removals_chart(
    removals: Sequence[tuple[str, Sequence[int]]], labels: Sequence[str], each: str
) -> Chart:
    """Return what was removed for which policy: the rarer ones are drawn together."""
    frequent_first = sorted(removals, key=lambda policy: -sum(policy[1]))
    series = [Series(name, numbers) for name, numbers in frequent_first]
    if len(series) > STACKED:
        apart, rare = series[: STACKED - 1], series[STACKED - 1 :]
        together = [sum(numbers) for numbers in zip(*(row.values for row in rare), strict=True)]
        kept = [Series(row.name, row.values, is_drawn=False) for row in rare]
        series = [*apart, Series(_("The others together"), together), *kept]
    return stacked_chart(
        slug="removals",
        title=_("What was removed, by policy"),
        description=_("Comments that people or rules removed, by the policy that authors read.")
        + f" {each}",
        labels=labels,
        series=series,
    )


def _automation(moment: Moment) -> float | None:
    total = moment.people + moment.rules
    return round(100 * moment.rules / total, 1) if total else None


def _agreement_chart(steps: Sequence[tuple[datetime, int, int]], days: Days) -> Chart:
    return line_chart(
        slug="agreement",
        title=_("Agreement over time"),
        description=_(
            "Of the comments that two people looked at, how many percent both approved or"
            " both removed."
        ),
        labels=[days.day_label(begin) for begin, _same, _number in steps],
        series=[
            Series(
                _("Percent"),
                [round(100 * same / number) if number else None for _b, same, number in steps],
            ),
            Series(_("Comments"), [number for _begin, _same, number in steps], is_drawn=False),
        ],
        most=100,
    )


def _agreement(found: Agreement) -> dict[str, Any]:
    """Return an agreement in words, and kappa with its interval as places in a drawing."""
    drawn = {}
    if found.kappa is not None and found.low is not None and found.high is not None:
        drawn = {
            "low": round(STRIP * max(0.0, found.low), 1),
            "middle": round(STRIP * max(0.0, found.kappa), 1),
            "high": round(STRIP * max(0.0, found.high), 1),
        }
    return {"agreed": words.agreed(found), "kappa": words.kappa(found), "drawn": drawn}


def _settled(review: DoubleReview, request: DeskRequest) -> dict[str, Any]:
    """Return how a disagreement was settled; names are for seniors, others read who they were."""
    first, second = str(review.decision.actor), str(review.second_by)
    if not request.user.is_senior:
        mine = review.decision.actor_id == request.user.pk
        first, second = (_("You"), _("A colleague")) if mine else (_("A colleague"), _("You"))
    return {
        "review": review,
        "first": first,
        "first_answer": words.would(review.decision.action, review.decision.policy),
        "second": second,
        "second_answer": words.would(review.second_action, review.second_policy),
        "reference": words.would(review.reference_action, review.reference_policy),
        "as": words.settled_as(review),
    }


def _around(request: DeskRequest, room: str, at: datetime) -> dict[str, Any]:
    desk = Desk(user=request.user, filters=QueueFilters(), at=at)
    return {**chrome(desk), "room": room}


def _older(request: DeskRequest, before: int | None) -> str:
    if before is None:
        return ""
    values = {name: value for name, value in request.GET.items() if value and name != "before"}
    return f"?{urlencode({**values, 'before': before})}"
