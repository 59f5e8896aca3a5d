"""Queues: the page with its three panes, the parts of it that htmx asks for, and the counts."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_safe

from moderation import presence, selectors, wording
from moderation.decisions import database_now
from moderation.forms import QueueFilterForm
from moderation.models import Queue, ReviewItem
from moderation.saved_filters import saved_context
from moderation.scope import articles_visible_to, sections_visible_to
from moderation.selectors import Focus, Position, QueuePage, live, quality
from moderation.selectors.appeals import appeals_waiting
from moderation.sight import Sight, sight_of
from moderation.views.cards import (
    Attempt,
    Desk,
    Hold,
    Trouble,
    actions_context,
    claim_context,
    done_context,
    focus_context,
    hold_on,
    take,
)
from moderation.views.guard import DeskRequest, desk_view
from moderation.views.state import (
    carried,
    filter_values,
    filters_of,
    queue_url,
    read_number,
    read_uuid,
    remember_view,
    view_of,
)

OFFERED_ARTICLES = 30  # the latest ones, in the filter
ROW_STRIP_WIDTH = 40  # units of the drawing for a probability of 1


@require_safe
@desk_view
def desk(request: DeskRequest) -> HttpResponse:
    """Go to where most of the work is."""
    return redirect("moderation:queue", queue=Queue.WAITING.value)


@require_safe
@desk_view
def queue(request: DeskRequest, queue: str) -> HttpResponse:
    """Show a queue with one comment in hand, or the part of the page that htmx asks for."""
    if queue not in Queue.values:
        raise Http404
    form = QueueFilterForm(request.GET)
    at_desk = Desk(user=request.user, filters=form.filters(queue=Queue(queue)), at=database_now())
    item = _asked_for(request)
    if request.htmx.target == "focus":
        return swap(request, at_desk, _open(request, at_desk, item))
    after = Position.parse(request.GET.get("after", ""))
    if request.htmx.target in ("list", "more"):
        return _list_part(request, at_desk, item, after)
    item = item or selectors.first_item(user=request.user, filters=at_desk.filters, at=at_desk.at)
    return page(request, at_desk, _open(request, at_desk, item), after=after, form=form)


@require_GET
@desk_view
def counts(request: DeskRequest) -> HttpResponse:
    """Say what changed: how full the queues are, what is new, who has the comment in hand.

    Asked for every few seconds by every open desk, so it answers 304 while nothing changed: that
    takes one query (``selectors.desk_stamp``).
    """
    etag = _stamp(request)
    if request.headers.get("If-None-Match") == etag:
        not_modified = HttpResponseNotModified()
        not_modified["ETag"] = etag
        return not_modified
    at_desk = Desk(user=request.user, filters=filters_of(request), at=database_now())
    context = {
        **chrome(at_desk),
        **_news(request, at_desk),
        **_presence(request, at_desk),
        **_colleagues(request, at_desk),
        "room": "queues",
    }
    answer = render(request, "moderation/_counts.html", context)
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache"
    return answer


def _stamp(request: DeskRequest) -> str:
    # Taken before the answer is made: what changes in between is in the answer, and asked for anew.
    asked = f"{get_language()} {request.GET.urlencode()}"
    item_id = read_uuid(request.GET, "item")
    return f'"{selectors.desk_stamp(user=request.user, item_id=item_id, asked=asked)}"'


def page(
    request: DeskRequest,
    at_desk: Desk,
    focus: Focus | None,
    *,
    after: Position | None = None,
    form: QueueFilterForm | None = None,
    attempt: Attempt | None = None,
) -> HttpResponse:
    """Render the whole page; ``attempt`` brings the status of a decision that was not made."""
    filters = at_desk.filters
    form = form or QueueFilterForm(request.GET)
    _offer(form, at_desk)
    rows = selectors.queue_page(
        user=request.user,
        filters=filters,
        at=at_desk.at,
        after=after,
        holding=focus.item if focus else None,
    )
    context = {
        **chrome(at_desk),
        **_rows_context(at_desk, rows, focus),
        **done_context(selectors.last_decision_of(request.user), desk=at_desk),
        **(focus_context(at_desk, focus, attempt=attempt) if focus else _nothing()),
        **saved_context(
            user=request.user,
            queue=filters.queue.value,
            values=filter_values(filters),
            at=at_desk.at,
        ),
        "room": "queues",
        "filter_form": form,
        "new_items": 0,
        "seen": selectors.newest_id(),
        "decided_so_far": live.newest_decision_id(),
        "now": at_desk.at,
        **_view_context(request, at_desk, focus),
    }
    status = attempt.status if attempt else 200
    answer = render(request, "moderation/queue.html", context, status=status)
    remember_view(request, answer)
    return answer


def swap(
    request: DeskRequest,
    at_desk: Desk,
    focus: Focus | None,
    *,
    extra: dict[str, Any] | None = None,
) -> HttpResponse:
    """Render the comment in hand and its context, to be put into the page that is there."""
    context = {
        **chrome(at_desk),
        **(focus_context(at_desk, focus) if focus else _nothing()),
        "room": "queues",
        **(extra or {}),
    }
    return render(request, "moderation/_swap.html", context)


def ahead(request: DeskRequest, at_desk: Desk, focus: Focus, *, in_between: int) -> HttpResponse:
    """Render a comment that is not in hand yet, as it will look when it is."""
    context = {**focus_context(at_desk, focus), **actions_context(at_desk, None), "is_ahead": True}
    context |= {"hold": Hold.MINE.value, "claim_sentence": "", "in_between": in_between}
    return render(request, "moderation/_ahead.html", {**context, "filters": at_desk.filters})


def confirmed(
    request: DeskRequest, at_desk: Desk, held: ReviewItem, *, extra: dict[str, Any]
) -> HttpResponse:
    """Render what changed around a comment that is on the screen already, and now is in hand."""
    context = {**chrome(at_desk), **claim_context(at_desk, held), "room": "queues", **extra}
    answer = render(request, "moderation/_confirmed.html", context)
    answer["HX-Reswap"] = "none"
    return answer


def actions_only(
    request: DeskRequest, at_desk: Desk, focus: Focus, attempt: Attempt
) -> HttpResponse:
    """Render the actions of a card that stays as it was seen, with what stood in the way."""
    context = focus_context(at_desk, focus, attempt=attempt)
    answer = render(request, "moderation/_refused.html", context, status=attempt.status)
    answer["HX-Retarget"] = "#actions"
    return answer


def chrome(at_desk: Desk) -> dict[str, Any]:
    """Return what every page of the desk shows around its content. Five queries at most."""
    states = selectors.queue_states(user=at_desk.user)
    filters = at_desk.filters
    return {
        "states": [states[queue] for queue in Queue.values],
        "state": states[filters.queue],
        "late": selectors.lateness(),
        "appeals_waiting": appeals_waiting(user=at_desk.user),
        "looks_wait": quality.looks_wait(user=at_desk.user, at=at_desk.at),
        "filters": filters,
        "query": carried(filters),
        "queue_address": queue_url(filters),
    }


def _asked_for(request: DeskRequest) -> ReviewItem | None:
    """Return the item of the address; a flag or a report may have opened another."""
    public_id = read_uuid(request.GET, "item")
    if public_id is None:
        return None
    item = selectors.item_for(user=request.user, public_id=public_id)
    return item if item.is_open else selectors.open_item(item.comment) or item


def _open(request: DeskRequest, at_desk: Desk, item: ReviewItem | None) -> Focus | None:
    """Claim and load a comment. A browser that only looks ahead claims nothing."""
    if item is None:
        return None
    ahead = request.method == "HEAD" or "prefetch" in request.headers.get("Sec-Purpose", "")
    held = item if ahead else take(item, desk=at_desk)
    return selectors.focus_on(user=request.user, comment_id=item.comment_id, item=held)


def _list_part(
    request: DeskRequest, at_desk: Desk, item: ReviewItem | None, after: Position | None
) -> HttpResponse:
    rows = selectors.queue_page(
        user=request.user, filters=at_desk.filters, at=at_desk.at, after=after, holding=item
    )
    part = "rows" if request.htmx.target == "more" else "list"
    context = {
        **_rows_context(at_desk, rows, None),
        "filters": at_desk.filters,
        "current": item.comment_id if item else None,
        "query": carried(at_desk.filters),
        "queue_address": queue_url(at_desk.filters),
        "seen": selectors.newest_id(),
        "decided_so_far": live.newest_decision_id(),
        "new_items": 0,
    }
    return render(request, f"moderation/_{part}.html", context)


def _view_context(request: DeskRequest, at_desk: Desk, focus: Focus | None) -> dict[str, Any]:
    """Return how the queue is looked at, and the address of this place for the other view."""
    place = filter_values(at_desk.filters)
    if focus is not None and focus.item is not None:
        place["item"] = str(focus.item.public_id)
    matching = {"queue": at_desk.filters.queue.value, **filter_values(at_desk.filters)}
    return {
        "view": view_of(request).value,
        "view_query": urlencode(place),
        "all_matching": list(matching.items()),
    }


def _rows_context(at_desk: Desk, rows: QueuePage, focus: Focus | None) -> dict[str, Any]:
    sight = sight_of(
        user=at_desk.user,
        revisions=[item.comment.current_revision_id for item in rows.items],
        at=at_desk.at,
    )
    skipped = selectors.skipped_among(rows.items, at_desk.user)
    return {
        "rows": [_row(item, at_desk, sight, skipped=item.pk in skipped) for item in rows.items],
        "next_url": queue_url(at_desk.filters, after=rows.next) if rows.next else "",
        "starts_at_top": rows.starts_at_top,
        "current": focus.comment.pk if focus else None,
    }


def _row(item: ReviewItem, at_desk: Desk, sight: Sight, *, skipped: bool) -> dict[str, Any]:
    another = hold_on(item, desk=at_desk) == Hold.ANOTHER
    return {
        "item": item,
        "seen": sight.of(_excerpt(item), revision_id=item.comment.current_revision_id),
        "url": queue_url(at_desk.filters, item=item),
        "held_by": str(item.claimed_by) if another else "",
        "skipped": skipped,
        "is_cut": len(_excerpt(item)) >= selectors.ROW_LENGTH,
        "width": round(ROW_STRIP_WIDTH * (item.top_score or 0.0), 1),
    }


def _excerpt(item: ReviewItem) -> str:
    """The beginning of its text, which ``selectors.queue_page`` added to the row."""
    return str(vars(item)["excerpt"])


def _offer(form: QueueFilterForm, at_desk: Desk) -> None:
    article_id = at_desk.filters.article_id
    theirs = articles_visible_to(at_desk.user).only("title")
    articles = list(theirs.order_by("-published_at")[:OFFERED_ARTICLES])
    if article_id is not None and all(article.pk != article_id for article in articles):
        articles += theirs.filter(pk=article_id)
    form.offer(sections=sections_visible_to(at_desk.user), articles=articles)


def _nothing() -> dict[str, Any]:
    return {"focus": None, "last_arrival": selectors.last_arrival()}


def _news(request: DeskRequest, at_desk: Desk) -> dict[str, Any]:
    seen = read_number(request.GET, "seen")
    new_items = 0
    if seen is not None:
        new_items = selectors.count_new(
            user=request.user, filters=at_desk.filters, seen=seen, at=at_desk.at
        )
    return {"new_items": new_items, "seen": seen}


def _colleagues(request: DeskRequest, at_desk: Desk) -> dict[str, Any]:
    """Say how many others are in the queue, what they have in hand and what they decided."""
    queue, since = at_desk.filters.queue, read_number(request.GET, "decided")
    settled = live.settled_since(user=at_desk.user, queue=queue, since=since) if since else ()
    return {
        "others": presence.others_in(queue=queue.value, user_id=at_desk.user.pk),
        "settled_by_others": settled,
        "held_by_others": live.held_by_others(user=at_desk.user, queue=queue, at=at_desk.at),
    }


def _presence(request: DeskRequest, at_desk: Desk) -> dict[str, Any]:
    """Say who has the comment in hand now, and whether it changed since it was opened."""
    public_id, version = read_uuid(request.GET, "item"), read_number(request.GET, "version")
    if public_id is None or version is None:
        return {}
    item = selectors.item_for(user=request.user, public_id=public_id)
    unchanged, hold = item.comment.version == version, hold_on(item, desk=at_desk)
    if unchanged and not _moves_actions(request.GET.get("hold", ""), hold):
        return claim_context(at_desk, item)
    focus = selectors.focus_on(user=request.user, comment_id=item.comment_id, item=item)
    if unchanged:
        return {**focus_context(at_desk, focus), "puts_aside": True}
    return {
        **focus_context(at_desk, focus, attempt=overtaken(focus, version)),
        "overtaken": True,
    }


def _moves_actions(before: str, now: Hold) -> bool:
    """Whether a colleague took a comment that could be decided, or gave it back."""
    decidable = (Hold.MINE, Hold.FREE)
    if now == Hold.ANOTHER:
        return before in decidable
    return now in decidable and before == Hold.ANOTHER


def overtaken(focus: Focus, version: int) -> Attempt:
    """Return what is said of a comment that changed since it was opened."""
    sentence = wording.overtaken(
        focus.comment,
        newest=focus.decisions[0] if focus.decisions else None,
        author_changed=selectors.author_changed_since(focus.comment, version=version),
    )
    return Attempt(trouble=Trouble(sentence=sentence, shows_new=True))
