"""Statements of reasons for the EU transparency database, as files for site admins."""

from typing import cast

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from comments.models import SiteSettings
from moderation.decisions import database_now
from moderation.selectors import QueueFilters
from moderation.transparency.eu_format import MOST_IN_A_BUNDLE
from moderation.transparency.export import bundles, statements_of
from moderation.transparency.periods import Period, latest, named, to_choose
from moderation.views.cards import Desk
from moderation.views.guard import DeskRequest, admin_view
from moderation.views.queues import chrome


@require_safe
@admin_view
def eu_statements(request: DeskRequest) -> HttpResponse:
    """Say how many statements a period has, and offer the file."""
    period = _period(request)
    number = statements_of(period).count()
    at_desk = Desk(user=request.user, filters=QueueFilters(), at=database_now())
    context = {
        **chrome(at_desk),
        "room": "transparency",
        "period": period,
        "periods": to_choose(today=timezone.localdate(), running=True),
        "number": number,
        "bundles": -(-number // MOST_IN_A_BUNDLE),
        "most": MOST_IN_A_BUNDLE,
    }
    return render(request, "moderation/eu_statements.html", context)


@require_safe
@admin_view
def eu_statements_file(request: DeskRequest) -> HttpResponse:
    """Send the bundles of a period, one on each line, as they are read."""
    period = _period(request)
    answer = StreamingHttpResponse(
        bundles(period),
        content_type="application/jsonl; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="statements-{period.name}.jsonl"'},
    )
    return cast("HttpResponse", answer)


def _period(request: DeskRequest) -> Period:
    if not SiteSettings.current().exports_statements:
        raise Http404
    today = timezone.localdate()
    wanted = request.GET.get("period")
    period = named(wanted, today=today, running=True) if wanted else latest(1, today=today)
    if period is None:
        raise Http404
    return period
