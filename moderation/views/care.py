"""Care for whoever sits at the desk: preferences, the day so far, revealing, breaks."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from moderation import desk_days, selectors
from moderation.care_forms import PreferencesForm
from moderation.decisions import database_now
from moderation.sight import preferences_of
from moderation.views.cards import Desk
from moderation.views.guard import DeskRequest, desk_view
from moderation.views.queues import chrome, swap
from moderation.views.state import filters_of, read_number, read_uuid, safe_next


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view
def preferences(request: DeskRequest) -> HttpResponse:
    """Show what this person wishes and what their days were like; keep what they change."""
    wished = preferences_of(request.user)
    form = PreferencesForm(request.POST or None, instance=wished)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Kept. It holds from the next comment on."))
        return redirect("moderation:preferences")
    at = database_now()
    context = {
        **chrome(Desk(user=request.user, filters=filters_of(request), at=at)),
        "room": "preferences",
        "form": form,
        "days": desk_days.days(user=request.user),
        "kept_days": desk_days.KEPT.days,
    }
    status = 422 if form.errors else 200
    return render(request, "moderation/preferences.html", context, status=status)


@require_GET
@desk_view
def day(request: DeskRequest) -> HttpResponse:
    """Return the line at the top of the desk as it is now; asked for every minute."""
    return _line(request)


@require_POST
@desk_view
def put_off_break(request: DeskRequest) -> HttpResponse:
    """Speak of no break for ten minutes."""
    desk_days.put_off(user=request.user, at=database_now())
    return _day_again(request)


@require_POST
@desk_view
def turn_off_breaks(request: DeskRequest) -> HttpResponse:
    """Never suggest a break to this person again, until they wish it."""
    wished = preferences_of(request.user)
    wished.break_after = None
    wished.save()
    return _day_again(request)


@require_POST
@desk_view
def forget_days(request: DeskRequest) -> HttpResponse:
    """Delete every number that was kept of this person's days."""
    desk_days.forget(user=request.user)
    messages.success(request, _("Your days at the desk are deleted."))
    return redirect("moderation:preferences")


@require_POST
@desk_view
def reveal(request: DeskRequest, comment_id: uuid.UUID) -> HttpResponse:
    """Show a blurred text, or masked words, to this person for the rest of the day.

    The comment in hand (``item``) is rendered again; without one the page that asked is.
    """
    found = selectors.comment_for(user=request.user, public_id=comment_id)
    revision_id = read_number(request.POST, "revision") or found.current_revision_id
    revision = found.revisions.filter(pk=revision_id).first()
    if revision is None:
        raise Http404
    at = database_now()
    show = desk_days.unmask if request.POST.get("what") == "words" else desk_days.reveal
    show(user=request.user, revision_id=revision.pk, at=at)
    held = read_uuid(request.POST, "item")
    if request.htmx and held is not None:
        item = selectors.item_for(user=request.user, public_id=held)
        at_desk = Desk(user=request.user, filters=filters_of(request, fallback=item.queue), at=at)
        focus = selectors.focus_on(user=request.user, comment_id=item.comment_id, item=item)
        return swap(request, at_desk, focus)
    back = safe_next(request)
    if back is not None:
        return HttpResponseRedirect(back)
    return redirect("moderation:comment", comment_id=comment_id)


def day_context(request: DeskRequest) -> dict[str, object]:
    """Return what the line at the top shows. Two queries at most."""
    at, wished = database_now(), preferences_of(request.user)
    today = desk_days.today(user=request.user, at=at)
    return {
        "wished": wished,
        "today": today,
        "steady": desk_days.steady_minutes(today, at=at),
        "break_is_due": desk_days.break_is_due(today, wished, at=at),
    }


def _line(request: DeskRequest) -> HttpResponse:
    return render(request, "moderation/_day.html", day_context(request))


def _day_again(request: DeskRequest) -> HttpResponse:
    if request.htmx:
        return _line(request)
    back = safe_next(request)
    return HttpResponseRedirect(back) if back else redirect("moderation:preferences")
