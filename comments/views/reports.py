"""Telling the newsroom that something is wrong with a comment."""

import uuid
from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from comments import limits
from comments.addresses import hashes_of_client
from comments.cookies import reporter_keys, writer_of
from comments.forms import ReportForm
from comments.models import Comment, ReportCategory, Status
from comments.submission import report_comment
from comments.views.common import for_one_reader, is_htmx, readable_comment


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Report a published comment: a page of its own, or a form under the comment with htmx."""
    writer = writer_of(request)
    comment = readable_comment(public_id, writer=writer)
    if comment.status != Status.PUBLISHED:
        raise Http404
    ids = f"report-{comment.public_id.hex[:8]}"
    if request.method != "POST":
        return _answer(request, comment, ReportForm(prefix_of_ids=ids))
    form = ReportForm(request.POST, prefix_of_ids=ids)
    if not form.is_valid():
        return _answer(request, comment, form, status=422)
    address = hashes_of_client(request)
    key, *earlier_keys = reporter_keys(writer=writer, address=address)
    wait = limits.seconds_until_report(
        address_hash=address.current,
        earlier=address.earlier,
        reporter_key=key,
        comment_id=comment.pk,
    )
    if wait:
        form.add_error(None, _too_many(wait))
        return _answer(request, comment, form, status=429)
    report_comment(
        comment=comment,
        category=form.cleaned_data["category"],
        words=form.cleaned_data["words"],
        reporter_key=key,
        earlier_keys=earlier_keys,
    )
    return _answer(request, comment, None, reported=form.cleaned_data)


def _answer(
    request: HttpRequest,
    comment: Comment,
    form: ReportForm | None,
    *,
    status: int = 200,
    reported: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Show the form, or the thanks where there is none.

    Whoever ``reported`` what is against the law is offered to make a notice of it.
    """
    name = "comments/_report.html" if is_htmx(request) else "comments/report.html"
    context = {
        "comment": comment,
        "article": comment.article,
        "form": form,
        "is_illegal": reported is not None and reported["category"] == ReportCategory.ILLEGAL,
        "words": reported["words"] if reported is not None else "",
    }
    return for_one_reader(render(request, name, context, status=status))


def _too_many(wait: int) -> str:
    minutes = -(-wait // 60)
    return ngettext(
        "That is many reports in a short time. Yours is kept: send it in %(count)d minute.",
        "That is many reports in a short time. Yours is kept: send it in %(count)d minutes.",
        minutes,
    ) % {"count": minutes}
