"""What tests of a run over a past period share: a newer model, comments that were scored before."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from classifier.base import Label, Scores, Text
from comments.models import Comment
from moderation.decisions import database_now
from moderation.models import Classification, Rescoring
from moderation.rescoring import Period, Step, rescore_chunk
from tests.make import StandIn, make_article, make_comment, make_regular, screen_all

LONG_AGO = datetime(2020, 1, 1, tzinfo=timezone.get_current_timezone())
EVER = Period(LONG_AGO, LONG_AGO + timedelta(days=36500))


class Newer(StandIn):
    """The next version: it thinks worse of fools than the one before."""

    version = "stand-in-2"

    def __init__(self, says: Callable[[Text], Scores] | None = None, **insult: float) -> None:
        super().__init__({word: {Label.INSULT: score} for word, score in insult.items()}, says)


class Poisoned(Newer):
    """Fails at a text that says poison, whatever stands beside it."""

    def score(self, texts: Any) -> list[Scores]:
        if any("poison" in text.body for text in texts):
            raise RuntimeError("boom")
        return super().score(texts)


def many(number: int, body: str = "Calm words") -> list[Comment]:
    article, author = make_article(), make_regular()
    made = [make_comment(f"{body}, {n}.", article=article, author=author) for n in range(number)]
    screen_all()
    return made


def run_through(classifier: Any = None) -> Rescoring:
    """Take chunks until nothing is under way."""
    classifier = classifier or Newer()
    while rescore_chunk(classifier=classifier) == Step.WENT_ON:
        pass
    return Rescoring.objects.latest("id")


def scored_by(version: str) -> list[int]:
    found = Classification.objects.filter(model=version).order_by("revision_id")
    return list(found.values_list("revision_id", flat=True))


def end_lease() -> None:
    Rescoring.objects.update(leased_until=database_now() - timedelta(seconds=1))
