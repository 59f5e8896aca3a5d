"""Answering readers' reports one by one."""

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from comments.models import Comment, Outcome, Report
from moderation import reports, selectors
from moderation.decisions import database_now
from moderation.selectors import Focus
from moderation.sight import sight_of
from moderation.views.cards import urgency_of
from moderation.views.guard import DeskRequest, desk_view
from moderation.views.judging import reports_context
from moderation.views.state import filters_of, queue_url


@require_POST
@desk_view
def answer_report(request: DeskRequest, comment_id: uuid.UUID, report_id: int) -> HttpResponse:
    """Agree or disagree with a report, or take that back (an empty ``outcome``).

    A report that a decision has answered meanwhile stays as it is, and says so.
    """
    comment = selectors.comment_for(user=request.user, public_id=comment_id)
    report = Report.objects.filter(comment=comment, pk=report_id).first()
    said = request.POST.get("outcome", "")
    if report is None or said not in ("", *Outcome.values):
        raise Http404
    outcome = Outcome(said) if said else None
    try:
        reports.answer(report=report, outcome=outcome, moderator=request.user, at=database_now())
    except reports.NotAnswered:
        pass
    return _shown(request, comment)


def _shown(request: DeskRequest, comment: Comment) -> HttpResponse:
    item = selectors.open_item(comment)
    if request.htmx:
        focus: Focus = selectors.focus_on(user=request.user, comment_id=comment.pk, item=item)
        context = {
            **reports_context(focus),
            "item": item,
            "urgency": urgency_of(focus),
            "comment": comment,
            "sight": sight_of(
                user=request.user, revisions=[comment.current_revision_id], at=database_now()
            ),
            "query": request.GET.urlencode(),
        }
        return render(request, "moderation/_answered.html", context)
    if item is None:
        return redirect("moderation:comment", comment_id=comment.public_id)
    return redirect(queue_url(filters_of(request, fallback=item.queue), item=item))
