"""Which words will have a comment held, told to its author before they post it.

Asked while the author waits, so it is the linear part of the shipped model alone: it takes a
thousandth or two of a second and some 13 MB of a web process, and points at words, which the
encoder cannot (decision 33). It is less sure than the whole model; so its scores are taken down
before the site's own rules are asked, and only rules that hold for the scores count: neither the
author's nor the article's standing, and no word list, which would teach its gaps.
"""

import math
import threading
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from classifier.base import Classifier, Label, Scores, Span, Text
from comments.hints import Hint, Wanted
from comments.models import Author
from moderation.article_words import words_of
from moderation.facts import Facts, table_of
from moderation.gathering import known_about_articles
from moderation.models import TrustTerms
from moderation.rule_sets import live
from moderation.rulebook.trusting import level_set_by_hand
from moderation.rules.evaluation import RuleAction, evaluate_all

# Logits by which the linear part's scores are taken down. Measured: docs/decisions/0033.
CAUTION = 0.5
MOST_WORDS = 4
_FAST = "classifier.loading.load_fast_classifier"
_SHIPPED = ("classifier.loading.load_classifier", _FAST)
# A spammer is not told what to change.
_SILENT = frozenset({Label.SPAM})


class _Model:
    """The linear part in this process: loaded beside the first request that asks, not before it."""

    def __init__(self) -> None:
        self._loading = threading.Lock()
        self._model: Classifier | None = None

    def get(self) -> Classifier | None:
        """Return it, or None while it is being loaded, and on sites with a model of their own."""
        wanted = self._model is None and settings.CLASSIFIER in _SHIPPED
        if wanted and self._loading.acquire(blocking=False):
            threading.Thread(target=self._load, name="load hints", daemon=True).start()
        return self._model

    def _load(self) -> None:
        try:
            self._model = import_string(_FAST)()
        finally:
            if self._model is None:
                self._loading.release()


_model = _Model()


def what_is_held(wanted: Wanted, *, model: Classifier | None = None) -> Hint | None:
    """Return which words would have the live rules hold a comment, or None where that is not sure.

    Four small queries, and those only for a text with suspicious words.
    """
    model = model or _model.get()
    if model is None:
        return None
    scores = model.score([_text(wanted)])[0]
    spans = [span for span in scores.spans if span.label not in _SILENT]
    if not spans or not _holds(wanted, scores):
        return None
    return Hint(
        words=_words(wanted.body, spans),
        labels=tuple(sorted({span.label.value for span in spans})),
    )


def _text(wanted: Wanted) -> Text:
    return Text(
        body=wanted.body,
        parent=wanted.parent.current_revision.body if wanted.parent else "",
        article_title=wanted.article.title,
        article=words_of(wanted.article),
    )


def _holds(wanted: Wanted, scores: Scores) -> bool:
    """Whether a rule acts on this text that would not act on a harmless one in its place."""
    told = Facts(
        text=wanted.body,
        own={label: _taken_down(p) for label, p in scores.own.items()},
        language=scores.language,
        comment_depth=wanted.parent.depth + 1 if wanted.parent else 0,
        **_about_author(wanted.writer.author()),
        **_about_article(wanted),
    )
    harmless = replace(told, own=dict.fromkeys(scores.own, 0.0))
    _pk, rule_set = live()
    found = evaluate_all(rule_set, table_of([told, harmless]))
    return any(
        acts and not acts_anyway and rule.action is not RuleAction.PUBLISH
        for rule, (acts, acts_anyway) in zip(found.rules, found.acts.tolist(), strict=True)
    )


def _taken_down(p: float) -> float:
    if not 0.0 < p < 1.0:
        return p
    return 1.0 / (1.0 + math.exp(CAUTION - math.log(p / (1.0 - p))))


def _about_author(author: Author | None) -> dict[str, Any]:
    if author is None:
        return {}
    published, removed = author.published_count, author.removed_count
    earned = TrustTerms.current().terms.level(published=published, removed=removed)
    return {
        "author_published": published,
        "author_removed_share": removed / (published + removed) if published + removed else None,
        "author_signed_in": author.user_id is not None,
        "author_trust": level_set_by_hand(author_id=author.pk) or earned,
    }


def _about_article(wanted: Wanted) -> dict[str, Any]:
    article = known_about_articles({wanted.article.pk})[wanted.article.pk]
    return {
        "article_section": article.section,
        "article_slug": article.slug,
        "article_tags": article.tags,
    }


def _words(body: str, spans: list[Span]) -> tuple[str, ...]:
    """Return the heaviest words as they were typed, each once, in the order of the text.

    Of words that overlap, as "damn" and "damn fool" do, only the heaviest.
    """
    heaviest: dict[str, Span] = {}
    for span in sorted(spans, key=lambda one: -one.weight):
        if not any(span.start < one.end and one.start < span.end for one in heaviest.values()):
            heaviest.setdefault(body[span.start : span.end].casefold(), span)
    shown = sorted(list(heaviest.values())[:MOST_WORDS], key=lambda one: one.start)
    return tuple(body[span.start : span.end] for span in shown)
