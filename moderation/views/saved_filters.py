"""Saved filters: keep one, rename it, delete it, see them all."""

import uuid

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from moderation.decisions import database_now
from moderation.forms import QueueFilterForm
from moderation.models import Queue, SavedFilter
from moderation.saved_filters import (
    NameTaken,
    address_of,
    may_change,
    rename_filter,
    save_filter,
    saved_filter_for,
    saved_filters_visible_to,
)
from moderation.search_forms import FilterNameForm, SearchForm
from moderation.selectors import QueueFilters
from moderation.views.cards import Desk
from moderation.views.guard import DeskRequest, desk_view
from moderation.views.queues import chrome
from moderation.views.state import filter_values


@require_safe
@desk_view
def saved_filters_page(request: DeskRequest) -> HttpResponse:
    """List the filters that this person opens, with what they may change."""
    return _page(request)


@require_POST
@desk_view
def save_filter_view(request: DeskRequest) -> HttpResponse:
    """Keep the filter of a queue, or a search, under a name, and go on with it."""
    form = FilterNameForm(request.POST)
    queue, values = _asked(request)
    if form.is_valid():
        try:
            saved = save_filter(
                owner=request.user,
                name=form.cleaned_data["name"],
                queue=queue,
                values=values,
                shared=form.cleaned_data["shared"],
            )
        except NameTaken:
            form.say_taken()
        else:
            return HttpResponseRedirect(address_of(saved))
    asked = {"queue": queue.value if queue else "", "query": request.POST.get("query", "")}
    return _page(request, new=form, asked=asked, status=422)


@require_POST
@desk_view
def rename_filter_view(request: DeskRequest, filter_id: uuid.UUID) -> HttpResponse:
    """Give a filter another name."""
    saved, form = _theirs(request, filter_id), FilterNameForm(request.POST)
    if form.is_valid():
        read = form.cleaned_data
        try:
            rename_filter(saved=saved, name=read["name"], shared=read["shared"], by=request.user)
        except NameTaken:
            form.say_taken()
        else:
            return redirect("moderation:saved_filters")
    return _page(request, tried=(saved.pk, form), status=422)


@require_POST
@desk_view
def delete_filter_view(request: DeskRequest, filter_id: uuid.UUID) -> HttpResponse:
    """Forget a filter."""
    _theirs(request, filter_id).delete()
    return redirect("moderation:saved_filters")


def _theirs(request: DeskRequest, filter_id: uuid.UUID) -> SavedFilter:
    saved = saved_filter_for(user=request.user, public_id=filter_id)
    if not may_change(request.user, saved):
        raise PermissionDenied
    return saved


def _asked(request: DeskRequest) -> tuple[Queue | None, dict[str, str]]:
    """Read what shall be kept as the page itself reads it: nothing else gets into the address."""
    terms, named = QueryDict(request.POST.get("query", "")), request.POST.get("queue", "")
    if named not in Queue.values:
        return None, SearchForm(terms).address()
    queue = Queue(named)
    return queue, filter_values(QueueFilterForm(terms).filters(queue=queue))


def _page(
    request: DeskRequest,
    *,
    new: FilterNameForm | None = None,
    asked: dict[str, str] | None = None,
    tried: tuple[int, FilterNameForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    rows = []
    for saved in saved_filters_visible_to(request.user):
        form = tried[1] if tried is not None and tried[0] == saved.pk else None
        rows.append(
            {
                "saved": saved,
                "url": address_of(saved),
                "mine": saved.owner_id == request.user.pk,
                "may_change": may_change(request.user, saved),
                "form": form or FilterNameForm.showing(saved),
            }
        )
    context = {
        **chrome(Desk(user=request.user, filters=QueueFilters(), at=database_now())),
        "room": "saved",
        "saved_rows": rows,
        "new_form": new,
        "asked": asked or {},
    }
    return render(request, "moderation/saved_filters.html", context, status=status)
