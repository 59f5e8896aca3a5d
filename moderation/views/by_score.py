"""Deciding by score: how what waits is spread, a part of it to read, and all of that decided."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from comments.models import Article
from moderation import selectors, strips
from moderation.batch_forms import ByScoreForm
from moderation.batch_wording import hundredths
from moderation.decisions import database_now
from moderation.histogram import histogram
from moderation.models import Queue
from moderation.scope import articles_visible_to, sections_visible_to
from moderation.score_range import STEPS, ScoreRange
from moderation.selectors import QueueFilters
from moderation.sight import sight_of
from moderation.views.cards import Desk
from moderation.views.guard import DeskRequest, desk_view
from moderation.views.queues import OFFERED_ARTICLES, chrome
from moderation.views.state import read_number

SAMPLE = 12  # comments to read before all are decided
FIRST_LABEL = "insult"
TOP_FIFTH = 80  # hundredths
LARGEST_SEED = 10**6


@require_safe
@desk_view
def by_score(request: DeskRequest) -> HttpResponse:
    """Draw what waits by score with two handles, or show what htmx asks for: what they hold."""
    ticks = strips.thresholds()
    form = ByScoreForm(_with_defaults(request, ticks), label_suffix="")
    form.offer(sections=sections_visible_to(request.user), articles=_articles(request))
    filters, scores = form.filters(), form.scores(label=FIRST_LABEL)
    at = database_now()
    items = selectors.matching(user=request.user, filters=filters, at=at)
    picture = histogram(
        numbers=selectors.score_counts(items, label=scores.label),
        chosen=scores,
        ticks=ticks,
    )
    seed = min(read_number(request.GET, "sample") or 0, LARGEST_SEED)
    sample = selectors.sample_inside(items, scores, seed=seed, size=SAMPLE)
    revisions = [item.comment.current_revision_id for item, _score in sample]
    fields = _fields(filters, scores)
    context: dict[str, Any] = {
        "picture": picture,
        "scores": scores,
        "low": hundredths(scores.low),
        "high": hundredths(scores.high),
        "filters": filters,
        "fields": fields,
        "sample": sample,
        "sight": sight_of(user=request.user, revisions=revisions, at=at),
        "drawn": _drawn(scores.label, hundredths(scores.low), hundredths(scores.high)),
        "another": urlencode([*fields, ("sample", seed + 1)]),
        "for_seniors": filters.queue == Queue.ESCALATED and not request.user.is_senior,
    }
    if request.htmx.target == "inside":
        return render(request, "moderation/_by_score_inside.html", context)
    at_desk = Desk(user=request.user, filters=QueueFilters(), at=at)
    full = {**chrome(at_desk), **context, "form": form, "room": "by_score"}
    return render(request, "moderation/by_score.html", full)


def _with_defaults(
    request: DeskRequest, ticks: Mapping[str, tuple[strips.Tick, ...]]
) -> dict[str, str]:
    """Return the address with what it leaves out, so that the form shows what is drawn.

    The lower handle stands where the live rules begin to act on the label: what waits for its
    score is inside. Handles that stand where they were drawn for another label say nothing of this
    one.
    """
    asked = {name: str(value) for name, value in request.GET.items() if value}
    label = asked.get("score_label") or FIRST_LABEL
    drawn = asked.get("drawn", "")
    stands = drawn == _drawn(drawn.partition(" ")[0], asked.get("low", ""), asked.get("high", ""))
    if stands and drawn.partition(" ")[0] != label:
        asked.pop("low", None)
        asked.pop("high", None)
    cuts = ticks.get(label, ())
    low = min(int(cuts[0].threshold * STEPS), STEPS - 1) if cuts else TOP_FIFTH
    first = {
        "score_label": FIRST_LABEL,
        "queue": Queue.WAITING.value,
        "low": hundredths(low),
        "high": hundredths(STEPS),
    }
    return first | asked


def _drawn(label: str, low: str, high: str) -> str:
    """Return what the form keeps of the picture above it: whose handles stand where."""
    return f"{label} {low} {high}"


def _articles(request: DeskRequest) -> list[Article]:
    articles = articles_visible_to(request.user).only("title")
    newest = list(articles.order_by("-published_at")[:OFFERED_ARTICLES])
    asked = read_number(request.GET, "article")
    if asked is not None and all(article.pk != asked for article in newest):
        newest += articles.filter(pk=asked)
    return newest


def _fields(filters: QueueFilters, scores: ScoreRange) -> list[tuple[str, str]]:
    """Return what the form that decides carries: ``read_selection`` reads it."""
    fields = [
        ("queue", filters.queue.value),
        ("section", str(filters.section_id or "")),
        ("article", str(filters.article_id or "")),
        ("score_label", scores.label),
        ("low", hundredths(scores.low)),
        ("high", hundredths(scores.high)),
    ]
    return [(name, value) for name, value in fields if value]
