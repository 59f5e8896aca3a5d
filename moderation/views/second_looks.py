"""Second looks: one decision at a time, made again by somebody who knows nothing of the first."""

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from comments.models import Comment
from moderation import selectors
from moderation.closer_looks import quoted_in
from moderation.decisions import database_now
from moderation.double_review import (
    NotAsked,
    answer,
    last_answer_of,
    settle,
    skip,
    take_back,
    take_next,
)
from moderation.evidence import marked
from moderation.models import DoubleReview, Look
from moderation.quality_forms import AnswerForm
from moderation.quality_words import would
from moderation.selectors import QueueFilters
from moderation.selectors import quality as selected
from moderation.sight import preferences_of
from moderation.views.cards import Desk
from moderation.views.guard import DeskRequest, desk_view, senior_view
from moderation.views.queues import chrome


@require_safe
@desk_view
def second_look(request: DeskRequest) -> HttpResponse:
    """Hand out the next second look, or say that none waits."""
    return _look(request, take_next(moderator=request.user, at=database_now()))


@require_POST
@desk_view
def answer_look(request: DeskRequest, look_id: uuid.UUID) -> HttpResponse:
    """Record an answer and go on; what is not asked any more is passed over."""
    review = selected.look_for(user=request.user, public_id=look_id)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _again(request, form)
    try:
        answer(
            review=review,
            moderator=request.user,
            action=form.chosen,
            policy=form.cleaned_data["policy"],
            at=database_now(),
        )
    except NotAsked:
        return redirect(reverse("moderation:second_look", query={"overtaken": "1"}))
    return redirect("moderation:second_look")


@require_POST
@desk_view
def skip_look(request: DeskRequest, look_id: uuid.UUID) -> HttpResponse:
    """Leave a second look to somebody else."""
    skip(review=selected.look_for(user=request.user, public_id=look_id), moderator=request.user)
    return redirect("moderation:second_look")


@require_POST
@desk_view
def take_back_look(request: DeskRequest, look_id: uuid.UUID) -> HttpResponse:
    """Take one's own last answer back; the comment is in hand again."""
    review = selected.look_for(user=request.user, public_id=look_id)
    try:
        take_back(review=review, moderator=request.user, at=database_now())
    except NotAsked:
        raise Http404 from None
    return redirect("moderation:second_look")


@require_safe
@senior_view
def disagreements(request: DeskRequest) -> HttpResponse:
    """List what two people decided differently and nobody settled yet."""
    theirs, others = selected.disagreements(senior=request.user)
    context = {
        **_around(request),
        "reviews": [(review, _two_answers(review)) for review in theirs],
        "others": others,
        "blurs": preferences_of(request.user).blurs,
    }
    return render(request, "moderation/disagreements.html", context)


@require_safe
@senior_view
def disagreement(request: DeskRequest, look_id: uuid.UUID) -> HttpResponse:
    """Show a disagreement with both answers; once it is settled, with everything else."""
    review = selected.case_for(senior=request.user, public_id=look_id)
    return _case(request, review, AnswerForm())


@require_POST
@senior_view
def settle_disagreement(request: DeskRequest, look_id: uuid.UUID) -> HttpResponse:
    """Mark an answer as the reference; the comment is decided anew from the page that follows."""
    review = selected.case_for(senior=request.user, public_id=look_id)
    form = AnswerForm(request.POST)
    if review.state == Look.DISAGREED:
        if not form.is_valid():
            return _case(request, review, form, status=422)
        try:
            settle(
                review=review,
                senior=request.user,
                action=form.chosen,
                policy=form.cleaned_data["policy"],
                note=form.cleaned_data["note"],
                at=database_now(),
            )
        except NotAsked:
            pass  # settled by a colleague a moment ago: the page says what they said
    return redirect("moderation:disagreement", look_id=look_id)


def _again(request: DeskRequest, form: AnswerForm) -> HttpResponse:
    review = take_next(moderator=request.user, at=database_now())
    return _look(request, review, form=form, status=422)


def _look(
    request: DeskRequest,
    review: DoubleReview | None,
    *,
    form: AnswerForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        **_around(request),
        "review": review,
        "form": form or AnswerForm(),
        "waiting": selected.waiting_count(user=request.user, at=database_now()),
        "last": last_answer_of(request.user),
        "overtaken": "overtaken" in request.GET,
        "policies": selectors.policies(),
        **(_card(selected.on_card(review)) if review else {}),
    }
    return render(request, "moderation/second_look.html", context, status=status)


def _case(
    request: DeskRequest, review: DoubleReview, form: AnswerForm, *, status: int = 200
) -> HttpResponse:
    comment = review.comment
    context = {
        **_around(request),
        **_card(review),
        "review": review,
        "form": form,
        "policies": selectors.policies(),
        "answers": _two_answers(review),
        "is_settled": review.state == Look.SETTLED,
        "reference": would(review.reference_action, review.reference_policy),
        "first_answer": would(review.decision.action, review.decision.policy),
        "second_answer": would(review.second_action, review.second_policy),
        "acts": review.state == Look.SETTLED and _differs(review, comment),
        "comment": comment,
    }
    return render(request, "moderation/disagreement.html", context, status=status)


def _card(review: DoubleReview) -> dict[str, Any]:
    """The text and what it answers: nothing of scores, rules, statuses or decisions."""
    comment, body = review.comment, review.decision.revision.body
    above = dict.fromkeys(c for c in (comment.root, comment.parent) if c is not None)
    return {
        "text": marked(body, quotations=quoted_in(comment, body=body)),
        "written_by": comment.author_name,
        "written_at": comment.submitted_at,
        "article": comment.article,
        "above": [(c.author_name, marked(c.current_revision.body)) for c in above],
    }


def _two_answers(review: DoubleReview) -> list[str]:
    """Both answers in an order that does not tell which came first, and is always the same."""
    answers = [
        would(review.decision.action, review.decision.policy),
        would(review.second_action, review.second_policy),
    ]
    return answers if review.public_id.int % 2 else answers[::-1]


def _differs(review: DoubleReview, comment: Comment) -> bool:
    """Whether the comment stands otherwise than the reference says, and can still be decided."""
    stands = {"approve": "published", "remove": "removed"}[review.reference_action]
    return comment.withdrawn_at is None and comment.status != stands


def _around(request: DeskRequest) -> dict[str, Any]:
    at_desk = Desk(user=request.user, filters=QueueFilters(), at=database_now())
    return {**chrome(at_desk), "room": "quality"}
