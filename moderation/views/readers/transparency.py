"""The transparency report, for everybody."""

import csv

from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from comments.models import SiteSettings
from moderation.transparency.periods import Period, latest, named, to_choose
from moderation.transparency.report import report
from moderation.transparency.tables import Table, as_cells
from moderation.views.searching import Line, plain_cell

KEPT_SECONDS = 3600


@require_safe
def transparency(request: HttpRequest) -> HttpResponse:
    """Show what the site did in a period (``?period=``; without it: in the last month)."""
    period = _period(request)
    context = {
        "period": period,
        "periods": to_choose(today=timezone.localdate()),
        "tables": _tables(period),
    }
    return render(request, "readers/transparency.html", context)


@require_safe
def transparency_file(request: HttpRequest) -> HttpResponse:
    """Send the same numbers as CSV."""
    period = _period(request)
    writer = csv.writer(Line(), quoting=csv.QUOTE_ALL)
    lines = [
        writer.writerow([plain_cell(cell) for cell in cells]) for cells in as_cells(_tables(period))
    ]
    return HttpResponse(
        lines,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="transparency-{period.name}.csv"'},
    )


def _period(request: HttpRequest) -> Period:
    if not SiteSettings.current().shows_transparency:
        raise Http404
    today = timezone.localdate()
    wanted = request.GET.get("period")
    period = named(wanted, today=today) if wanted else latest(1, today=today)
    if period is None:
        raise Http404
    return period


def _tables(period: Period) -> list[Table]:
    """Count once an hour: what is over changes little."""
    key = f"transparency:{period.name}:{get_language()}"
    kept: list[Table] | None = caches["fragments"].get(key)
    if kept is None:
        kept = report(period)
        caches["fragments"].set(key, kept, KEPT_SECONDS)
    return kept
