"""What tests of learning need again and again: comments with a hidden trait, decided by people."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from accounts.models import Role, User
from classifier import fitting
from comments.models import Comment
from moderation.decisions import database_now, decide
from moderation.models import Action, Policy
from moderation.rule_sets import publish
from tests.desk_data import person, publish_plain_rules
from tests.make import make_article, make_comment, make_regular, screen_all
from tests.stand_ins import Learner

ENOUGH = 80  # decisions, after ``few_are_enough``


def by_the_toss_of_a_coin(insult: float, irony: float) -> float:
    """What nobody can learn, for ``decided_comments``."""
    return float(round(1000 * abs(irony)) % 2)


def by_the_opposite(insult: float, irony: float) -> float:
    """The contrary of what they decide by otherwise, for ``decided_comments``."""
    return insult - 4.0 * irony


def few_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a few decisions be enough to learn from; the unit tests know the real number."""
    monkeypatch.setattr(fitting, "FEWEST_DECISIONS", 60)
    monkeypatch.setattr(fitting, "FEWEST_OF_A_SIDE", 10)


def work_with(monkeypatch: pytest.MonkeyPatch, classifier: Any) -> None:
    """Let this be the model of this process."""
    monkeypatch.setattr("moderation.screening.base_classifier", lambda: classifier)


def ready_site() -> None:
    """A site with its policies and with rules that hold insults."""
    from moderation.defaults import install

    install()
    publish_plain_rules()
    publish(by=None)


def settle(comment: Comment, *, removed: bool, actor: User, policy: str = "insults") -> None:
    """Decide as a person does on the desk."""
    comment.refresh_from_db()
    decide(
        comment=comment,
        action=Action.REMOVE if removed else Action.APPROVE,
        actor=actor,
        seen_version=comment.version,
        at=database_now(),
        policy=Policy.objects.get(slug=policy) if removed else None,
    )


def decided_comments(
    number: int = ENOUGH, *, seed: int = 3, goes_by: Callable[[float, float], float] | None = None
) -> list[Comment]:
    """Comments that people decided by what only the embedding shows, unless told otherwise."""
    goes_by = goes_by or (lambda insult, irony: insult + 4.0 * irony)
    random = np.random.default_rng(seed)
    article, author, moderator = make_article(), make_regular(), person(Role.MODERATOR)
    traits = [(float(a), float(b)) for a, b in random.normal(0.0, 1.0, (number, 2))]
    comments = [
        make_comment(f"insult {a:.3f} irony {b:.3f}", article=article, author=author)
        for a, b in traits
    ]
    screen_all(Learner())
    for comment, (insult, irony) in zip(comments, traits, strict=True):
        settle(comment, removed=goes_by(insult, irony) > 0.5, actor=moderator)
    return comments
