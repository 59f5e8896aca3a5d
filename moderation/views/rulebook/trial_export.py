"""The surprises of a trial as a file."""

import csv
import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from moderation import wording
from moderation.models import Surprise
from moderation.rulebook import trial_words
from moderation.rulebook.trial_findings import BECOMES, Finding, all_findings
from moderation.selectors import trials as selectors
from moderation.views.guard import DeskRequest, senior_view
from moderation.views.searching import Line, plain_cell

_HEAD = (
    *(_("comment"), _("sent at"), _("author"), _("section"), _("article"), _("text")),
    *(_("strongest score"), _("its value"), _("people"), _("by"), _("decided at"), _("reason")),
    *(_("called wrong by"), _("live version"), _("live reason"), _("this would")),
    _("its reason"),
)


@require_safe
@senior_view
def export_findings(request: DeskRequest, trial_id: uuid.UUID, kind: str) -> HttpResponse:
    """Send every finding of a kind as CSV, row by row as it is read."""
    trial = selectors.trial_for(user=request.user, public_id=trial_id)
    if kind not in Surprise.values:
        raise Http404
    found = all_findings(trial, Surprise(kind), user=request.user)
    name = f"trial-{kind}-{timezone.localtime():%Y-%m-%d-%H%M}.csv"
    answer = StreamingHttpResponse(
        _lines(found, request),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
    return cast("HttpResponse", answer)


def _lines(found: Iterator[Finding], request: HttpRequest) -> Iterator[str]:
    writer = csv.writer(Line(), quoting=csv.QUOTE_ALL)
    yield writer.writerow([plain_cell(name) for name in _HEAD])
    for finding in found:
        yield writer.writerow([plain_cell(cell) for cell in _cells(finding, request)])


def _cells(finding: Finding, request: HttpRequest) -> list[object]:
    comment, decision = finding.comment, finding.decision
    address = reverse("moderation:comment", args=[comment.public_id])
    correction = getattr(decision, "correction", None)
    return [
        request.build_absolute_uri(address),
        _time(comment.submitted_at),
        comment.author_name,
        comment.article.section.name,
        comment.article.title,
        finding.revision.body,
        wording.label_in_words(finding.label) if finding.label else "",
        "" if finding.score is None else finding.score,
        decision.get_action_display(),
        wording.who(decision),
        _time(decision.decided_at),
        decision.policy.name if decision.policy else decision.note,
        correction.made_by if correction else "",
        trial_words.BECOMES[finding.before],
        finding.before_why,
        trial_words.BECOMES[BECOMES[finding.kind]],
        finding.why,
    ]


def _time(moment: datetime) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds")
