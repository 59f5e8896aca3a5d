"""Search over every comment, and what was found as a file."""

import csv
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.models import User
from moderation import selectors, wording
from moderation.decisions import database_now
from moderation.models import Rule
from moderation.saved_filters import saved_context
from moderation.scope import sections_visible_to
from moderation.search_forms import SearchForm
from moderation.selectors import QueueFilters
from moderation.selectors.search import Found, Place, everything_found, search_page
from moderation.sight import Sight, sight_of
from moderation.views.cards import Desk
from moderation.views.guard import DeskRequest, desk_view
from moderation.views.queues import chrome

MOST_EXPORTED = 50_000
_HEAD = (
    *(_("comment"), _("sent at"), _("author"), _("section"), _("article"), _("status")),
    *(_("text"), _("strongest score"), _("its value"), _("decision"), _("by")),
    *(_("decided at"), _("reason")),
)
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


@require_safe
@desk_view
def search(request: DeskRequest) -> HttpResponse:
    """Look for comments, whatever became of them."""
    form = SearchForm(request.GET)
    _offer(form, request)
    filters, asked = form.filters(), form.address()
    after = Place.parse(request.GET.get("after", ""))
    page = None
    if filters.is_empty:
        # Whoever came by the key types at once.
        form.fields["words"].widget.attrs["autofocus"] = True
    else:
        page = search_page(user=request.user, filters=filters, after=after)
    query = urlencode(asked)
    at = database_now()
    context = {
        **chrome(Desk(user=request.user, filters=QueueFilters(), at=at)),
        **saved_context(user=request.user, queue="", values=asked, at=at),
        "room": "search",
        "filter_form": form,
        "page": page,
        "rows": _rows(page.found, user=request.user) if page else [],
        "next_url": f"?{urlencode({**asked, 'after': page.next})}" if page and page.next else "",
        "top_url": f"?{query}" if after else "",
        "export_url": f"{reverse('moderation:search_export')}?{query}",
        "most_exported": MOST_EXPORTED,
    }
    return render(request, "moderation/search.html", context)


@require_safe
@desk_view
def search_export(request: DeskRequest) -> HttpResponse:
    """Send what is found as CSV, row by row as it is read, up to MOST_EXPORTED comments."""
    filters = SearchForm(request.GET).filters()
    found = everything_found(user=request.user, filters=filters, most=MOST_EXPORTED)
    name = f"comments-{timezone.localtime():%Y-%m-%d-%H%M}.csv"
    answer = StreamingHttpResponse(
        _lines(found, request=request),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
    return cast("HttpResponse", answer)


def plain_cell(value: object) -> str:
    """Return a cell that no spreadsheet takes for a formula: those are led by an apostrophe."""
    text = str(value).replace("\x00", "")
    return f"'{text}" if text.startswith(_DANGEROUS) else text


class Line:
    """What ``csv.writer`` writes to: it hands each line back."""

    def write(self, line: str) -> str:
        return line


def _lines(found: Iterator[Found], *, request: HttpRequest) -> Iterator[str]:
    """Yield the rows. Addresses of people are not among them: a file goes where nobody sees."""
    writer = csv.writer(Line(), quoting=csv.QUOTE_ALL)
    yield writer.writerow([plain_cell(name) for name in _HEAD])
    for one in found:
        yield writer.writerow([plain_cell(cell) for cell in _cells(one, request)])


def _cells(one: Found, request: HttpRequest) -> list[object]:
    comment, decision = one.comment, one.decision
    label, score = one.scored.strongest if one.scored else ("", None)
    address = reverse("moderation:comment", args=[comment.public_id])
    cells: list[object] = [
        request.build_absolute_uri(address),
        timezone.localtime(comment.submitted_at).isoformat(timespec="seconds"),
        comment.author_name,
        comment.article.section.name,
        comment.article.title,
        wording.standing(comment),
        comment.current_revision.body,
        wording.label_in_words(label) if label else "",
        "" if score is None else score,
    ]
    if decision is None:
        return [*cells, "", "", "", ""]
    return [
        *cells,
        decision.get_action_display(),
        wording.who(decision),
        timezone.localtime(decision.decided_at).isoformat(timespec="seconds"),
        decision.policy.name if decision.policy else decision.reason,
    ]


def _rows(found: Sequence[Found], *, user: User) -> list[dict[str, Any]]:
    revisions = [one.comment.current_revision_id for one in found]
    sight = sight_of(user=user, revisions=revisions, at=database_now())
    return [_row(one, sight) for one in found]


def _row(found: Found, sight: Sight) -> dict[str, Any]:
    whole = "".join(text for text, _hit in found.pieces)
    seen = sight.of(whole, revision_id=found.comment.current_revision_id)
    label, score = found.scored.strongest if found.scored else ("", None)
    decision = found.decision
    return {
        "comment": found.comment,
        "seen": seen,
        "pieces": [] if seen.hides else _cut_as(found.pieces, seen.body),
        "decision": decision,
        "label": label,
        "score": score,
    }


def _cut_as(pieces: Sequence[tuple[str, bool]], body: str) -> list[tuple[str, bool]]:
    """Return a text as long as the pieces, cut where they are: a masked one keeps its hits."""
    starts = accumulate((len(text) for text, _hit in pieces), initial=0)
    return [
        (body[start : start + len(text)], hit)
        for (text, hit), start in zip(pieces, starts, strict=False)
    ]


def _offer(form: SearchForm, request: DeskRequest) -> None:
    form.offer(
        sections=sections_visible_to(request.user),
        moderators=selectors.moderators(),
        policies=selectors.policies(),
        rules=Rule.objects.order_by("position", "id").values_list("name", flat=True),
    )
