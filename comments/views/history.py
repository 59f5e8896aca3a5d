"""What was edited in a comment, for everybody, where the site wishes so."""

import uuid
from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from comments.models import Comment, Publication, SiteSettings, Status
from comments.rendering import clean_text
from comments.submission import Writer
from comments.views.common import for_one_reader, readable_comment
from comments.word_diff import Piece, word_diff

LATEST = 20


@require_safe
def history(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show how a published comment became what it is: of the versions that were public, no others.

    Also not those that were public until the site took them back.
    """
    site = SiteSettings.current()
    comment = readable_comment(public_id, writer=Writer())
    if not site.edit_history or comment.status != Status.PUBLISHED:
        raise Http404
    shown = public_versions(comment=comment)
    if not shown:  # taken back this very moment
        raise Http404
    before = [None, *shown[:-1]]
    context = {
        "comment": comment,
        "article": comment.article,
        "site": site,
        "versions": [
            {
                "at": one.published_at,
                "body": one.revision.body,
                "changes": _changes(last, one) if last else None,
            }
            for last, one in zip(before, shown, strict=True)
        ][::-1],
    }
    return for_one_reader(render(request, "comments/history.html", context))


def _changes(before: Publication, after: Publication) -> list[Piece]:
    return word_diff(clean_text(before.revision.body), clean_text(after.revision.body))


def public_versions(*, comment: Comment) -> Sequence[Publication]:
    """Return the latest versions that the public may see, oldest first."""
    found = Publication.objects.filter(comment=comment, taken_back_at=None)
    return list(found.select_related("revision").order_by("-revision__number")[:LATEST])[::-1]
