"""What is asked before many comments are decided as one: which, what, why."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from comments.models import Article, Author, Section
from moderation import selection
from moderation.forms import LARGEST_ID, QueueFilterForm, policy_field
from moderation.models import SCORED, Action, Batch, Queue
from moderation.scope import articles_visible_to
from moderation.score_range import STEPS, ScoreRange
from moderation.selection import Kind, Selection
from moderation.selectors import QueueFilters
from moderation.wording import LABELS

MOST_MARKED = 1000  # comments that one form may name
CARRIED = ("author", "under", "everything", "score_label", "low", "high", "alike", "selected")


class BatchForm(forms.Form):
    """What shall become of the comments; ``key`` makes a form that is sent twice count once."""

    action = forms.ChoiceField(
        choices=[(a.value, a.label) for a in (Action.APPROVE, Action.REMOVE)],
        error_messages={"required": _("Choose what shall happen to the comments.")},
    )
    policy = policy_field()
    note = forms.CharField(
        required=False,
        max_length=Batch._meta.get_field("note").max_length,
        error_messages={
            "max_length": _(
                "The note has %(show_value)d characters; %(limit_value)d are kept. Shorten it and"
                " confirm again."
            )
        },
    )
    key = forms.UUIDField()
    up_to = forms.IntegerField(min_value=0, max_value=LARGEST_ID)

    def clean(self) -> dict[str, Any]:
        """Ask for the policy of a removal."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("action") == Action.REMOVE:
            if cleaned.get("policy") is None and "policy" not in self.errors:
                self.add_error("policy", _("Choose the policy that the authors are told about."))
        else:
            cleaned["policy"] = None
        return cleaned


class RangeForm(forms.Form):
    """A label and two scores between 0 and 1; what cannot be read starts at the top fifth."""

    score_label = forms.ChoiceField(choices=[(label, label) for label in SCORED])
    low = forms.FloatField(min_value=0, max_value=1)
    high = forms.FloatField(min_value=0, max_value=1)

    def scores(self, *, label: str = "insult", low: int = 80, high: int = STEPS) -> ScoreRange:
        """Return what could be read, in hundredths and in order, the rest as given."""
        self.is_valid()
        read = self.cleaned_data
        bounds = (
            round(read["low"] * STEPS) if "low" in read else low,
            round(read["high"] * STEPS) if "high" in read else high,
        )
        return ScoreRange(read.get("score_label", label), min(bounds), max(bounds))


class ByScoreForm(RangeForm):
    """Which queue, section and article the histogram is drawn of, and where its handles stand."""

    score_label = forms.ChoiceField(label=_("Score"), choices=list(LABELS.items()))
    queue = forms.ChoiceField(label=_("Queue"), choices=Queue.choices)
    section = forms.TypedChoiceField(label=_("Section"), coerce=int, required=False)
    article = forms.TypedChoiceField(label=_("Article"), coerce=int, required=False)

    def offer(self, *, sections: Iterable[Section], articles: Iterable[Article]) -> None:
        """Fill the two lists that come from the database."""
        everything = ("", _("All"))
        self._choices("section", [everything, *((s.pk, s.name) for s in sections)])
        self._choices("article", [everything, *((a.pk, a.title) for a in articles)])

    def filters(self) -> QueueFilters:
        """Return what could be read, the rest as if it was not asked."""
        self.is_valid()
        read = self.cleaned_data
        return QueueFilters(
            queue=Queue(read.get("queue") or Queue.WAITING),
            section_id=read.get("section") or None,
            article_id=read.get("article") or None,
        )

    def _choices(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        cast("forms.TypedChoiceField", self.fields[name]).choices = choices


def read_selection(
    data: QueryDict, *, user: User, at: datetime, up_to: int | None = None
) -> Selection | None:
    """Return which comments a form means, or None when it means none that there are.

    ``comment`` names comments, once for each; ``author`` an author; ``under`` an article; and
    ``queue`` with the filters of its page what waits there, with ``score_label``, ``low`` and
    ``high`` only what scored inside. ``everything`` takes what was decided before, too.
    """
    everything = bool(data.get("everything"))
    if marked := _uuids(data.getlist("comment")):
        kind = Kind.ALIKE if data.get("alike") else Kind.COMMENTS
        return selection.one_by_one(marked, user=user, kind=kind)
    if named := _uuids([data.get("author", "")]):
        author = Author.objects.filter(key=named[0]).first()
        if author is None:
            return None
        return selection.of_author(author, user=user, everything=everything, up_to=up_to)
    if slug := data.get("under"):
        article = articles_visible_to(user).filter(slug=slug).first()
        if article is None:
            return None
        return selection.under_article(article, user=user, everything=everything, up_to=up_to)
    if data.get("queue") in Queue.values:
        return _of_queue(data, user=user, at=at, up_to=up_to)
    return None


def carried_fields(data: QueryDict) -> list[tuple[str, str]]:
    """Return what a form said of the comments, for the form that asks "really?"."""
    names = ("comment", "queue", *QueueFilterForm.base_fields, *CARRIED)
    return [(name, value) for name in names for value in data.getlist(name) if value]


def _of_queue(data: QueryDict, *, user: User, at: datetime, up_to: int | None) -> Selection:
    filters = QueueFilterForm(data).filters(queue=Queue(data.get("queue", "")))
    kept = QueryDict(mutable=True)
    for name in ("queue", *QueueFilterForm.base_fields):
        if value := data.get(name):
            kept[name] = value
    query = kept.urlencode()
    if "score_label" not in data:
        return selection.in_queue(filters, user=user, at=at, query=query, up_to=up_to)
    scores = RangeForm(data).scores()
    return selection.by_score(scores, filters, user=user, at=at, query=query, up_to=up_to)


def _uuids(texts: list[str]) -> list[uuid.UUID]:
    found = []
    for text in texts[:MOST_MARKED]:
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            continue
    return found
