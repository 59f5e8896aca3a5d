"""Notices of illegal content on the desk: those that wait, those answered, one with its comment."""

import uuid

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from moderation import selectors, wording
from moderation.decisions import StatusConflict, database_now, decide
from moderation.illegal_content import answers
from moderation.illegal_content.forms import AnswerForm
from moderation.illegal_content.selectors import (
    answered_notices,
    count_open,
    notices_visible_to,
    open_notices,
)
from moderation.models import Action, IllegalContentNotice
from moderation.review import ClaimedByAnother, NotYours, may_undo, resolve
from moderation.selectors import QueueFilters
from moderation.sight import sight_of
from moderation.views.cards import Desk, Hold, focus_context, hold_on
from moderation.views.guard import DeskRequest, desk_view
from moderation.views.queues import chrome
from moderation.views.records import older
from moderation.views.state import read_number

ROOM = "illegal_content"


@require_safe
@desk_view
def illegal_notices(request: DeskRequest) -> HttpResponse:
    """List the notices that wait, the oldest first, and those that were answered."""
    at_desk = _desk(request)
    waiting = open_notices(request.user)
    answered = answered_notices(request.user, before=read_number(request.GET, "before"))
    context = {
        **chrome(at_desk),
        "room": ROOM,
        "waiting": waiting,
        "number": count_open(request.user),
        "answered": answered.notices,
        "next_url": older(request, answered.next_before),
        "sight": sight_of(
            user=request.user,
            revisions=[n.comment.current_revision_id for n in (*waiting, *answered.notices)],
            at=at_desk.at,
        ),
    }
    return render(request, "moderation/illegal_notices.html", context)


@require_safe
@desk_view
def illegal_notice(request: DeskRequest, notice_id: uuid.UUID) -> HttpResponse:
    """Show a notice with its comment, and what to decide."""
    return _page(request, _found(request, notice_id))


@require_POST
@desk_view
def answer_illegal_notice(request: DeskRequest, notice_id: uuid.UUID) -> HttpResponse:
    """Decide the comment, with words of one's own for whoever filed the notice."""
    notice = _found(request, notice_id)
    form = AnswerForm(request.POST, version=notice.comment.version)
    if not form.is_valid():
        return _page(request, notice, form=form, status=422)
    if not notice.is_open:
        return _page(request, notice, status=409)
    try:
        _decide(notice, moderator=request.user, form=form)
    except NotYours:
        raise PermissionDenied from None
    except ClaimedByAnother as taken:
        trouble = wording.claim_of_another(taken.item)
        return _page(request, notice, form=form, trouble=trouble, status=423)
    except StatusConflict as conflict:
        trouble = wording.overtaken(
            conflict.comment,
            newest=conflict.winner,
            author_changed=selectors.author_changed_since(
                conflict.comment, version=form.cleaned_data["version"]
            ),
        )
        notice = _found(request, notice_id)
        again = {**dict(form.data.items()), "version": notice.comment.version}
        form = AnswerForm(again, version=notice.comment.version)
        return _page(request, notice, form=form, trouble=trouble, status=409)
    return redirect("moderation:illegal_notice", notice_id=notice_id)


def _decide(notice: IllegalContentNotice, *, moderator: User, form: AnswerForm) -> None:
    """Decide through what waits, if anything does; all notices about the comment are answered."""
    at, comment = database_now(), notice.comment
    wanted = {
        "action": Action(form.cleaned_data["action"]),
        "policy": form.cleaned_data["policy"],
        "seen_version": form.cleaned_data["version"],
        "at": at,
    }
    item = selectors.open_item(comment)
    with transaction.atomic():
        answers.prepare(comment, answer=form.cleaned_data["answer"])
        if item is not None:
            item.comment = comment
            resolve(item=item, moderator=moderator, **wanted)
            return
        newest = selectors.last_decision_about(comment)
        if newest is not None and not may_undo(moderator, newest):
            raise NotYours
        decide(comment=comment, actor=moderator, **wanted)


def _found(request: DeskRequest, notice_id: uuid.UUID) -> IllegalContentNotice:
    return get_object_or_404(notices_visible_to(request.user), public_id=notice_id)


def _page(
    request: DeskRequest,
    notice: IllegalContentNotice,
    *,
    form: AnswerForm | None = None,
    trouble: str = "",
    status: int = 200,
) -> HttpResponse:
    at_desk, item = _desk(request), selectors.open_item(notice.comment)
    focus = selectors.focus_on(user=request.user, comment_id=notice.comment_id, item=item)
    context = {
        **chrome(at_desk),
        **focus_context(at_desk, focus),
        "room": ROOM,
        "notice": notice,
        "others": [other for other in focus.notices if other.pk != notice.pk],
        "answer_form": form or AnswerForm(version=focus.comment.version),
        "trouble_words": trouble,
        "is_seniors": hold_on(item, desk=at_desk) == Hold.SENIOR,
        "was_changed": notice.revision_id != focus.comment.current_revision_id,
        "here": request.path,
    }
    return render(request, "moderation/illegal_notice.html", context, status=status)


def _desk(request: DeskRequest) -> Desk:
    return Desk(user=request.user, filters=QueueFilters(), at=database_now())
