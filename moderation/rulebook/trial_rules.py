"""The rules of a trial, asked about stored facts: while it runs, and when somebody reads it."""

from dataclasses import dataclass
from functools import lru_cache

from moderation import rule_sets
from moderation.facts import FactTable
from moderation.models import Trial
from moderation.rules import evaluation
from moderation.rules.asked import Asked
from moderation.rules.evaluation import Evaluation, evaluate_all, evaluate_asked
from moderation.rules.word_lists import Lists


@dataclass(frozen=True, slots=True)
class _Pair:
    """The tried rules and the live ones; ``lists`` are those of both, if they agree."""

    tried: evaluation.RuleSet
    live: evaluation.RuleSet
    lists: Lists | None


def evaluated(trial: Trial, table: FactTable) -> tuple[Evaluation, Evaluation]:
    """Return what the tried rules say of a table, and what the version says that was live."""
    pair = _pair(trial.pk)
    if pair.lists is None:
        return evaluate_all(pair.tried, table), evaluate_all(pair.live, table)
    asked = Asked(table, pair.lists)
    return evaluate_asked(pair.tried, asked), evaluate_asked(pair.live, asked)


@lru_cache(maxsize=2)
def _pair(trial_pk: int) -> _Pair:
    trial = Trial.objects.get(pk=trial_pk)
    tried, live = rule_sets.parsed_document(trial.document), rule_sets.published(trial.live_id)
    return _Pair(tried, live, tried.lists.joined(live.lists))
