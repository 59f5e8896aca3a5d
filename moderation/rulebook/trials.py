"""Rules tried on the past: start, a chunk at a time, cancel.

A trial reads stored facts and what people decided, and evaluates the tried rules and the version
that was live at its start on the same tables. It decides nothing. Trials run one after the other,
and readers' comments go first: between two chunks whoever runs them looks whether any waits.
"""

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

import numpy as np
import structlog
from django.conf import settings
from django.db import Error, connection, transaction
from django.db.models import Count, Max, Q
from django.db.models.functions import Now

from accounts.models import User
from classifier.base import Label
from moderation import rule_sets
from moderation.bulk import insert_rows
from moderation.decisions import database_now
from moderation.models import (
    TRIALS_UNDER_WAY,
    Rule,
    RuleSet,
    ScreeningJob,
    Surprise,
    Trial,
    TrialFinding,
    TrialState,
)
from moderation.rescoring import Period
from moderation.rulebook.stored import CHUNK, Chunk, number_stored, tables
from moderation.rulebook.trial_results import (
    APPROVED,
    NOBODY,
    REMOVED,
    People,
    Tally,
    strongest_labels,
)
from moderation.rulebook.truth import Word, people_decided
from moderation.rules import evaluation
from moderation.rules.asked import Asked
from moderation.rules.documents import FORMAT, upgraded
from moderation.rules.evaluation import (
    STRICTNESS,
    Evaluation,
    Mode,
    RuleAction,
    evaluate_all,
    evaluate_asked,
)
from moderation.rules.word_lists import Lists

log = structlog.get_logger(__name__)

MOST_FINDINGS = 2_000  # of each kind that are kept
LEASE = timedelta(seconds=60)  # of a chunk that takes seconds
PAUSE = timedelta(seconds=2)  # between two attempts at a chunk

Document = Mapping[str, Any]


class NothingToTry(Exception):
    """No comment of the period has stored facts."""


class UnknownRule(Exception):
    """The draft has no rule with this key."""


class Step(StrEnum):
    """What came of asking for the next chunk."""

    WENT_ON = "went on"
    BUSY = "busy"  # another worker has it, or had it and failed a moment ago
    IDLE = "idle"  # no trial is under way


def start(*, period: Period, by: User, rule_key: str = "") -> Trial:
    """Begin to try the draft, or one rule of it in the live version.

    Raises BadRuleSet for rules that cannot be read, UnknownRule, and NothingToTry.
    """
    live_id, _live = rule_sets.live()
    draft, rule_name = rule_sets.draft_document(), ""
    if rule_key:
        live = RuleSet.objects.get(pk=live_id).document if live_id else {"format": FORMAT}
        draft = with_rule(live=live, draft=draft, key=rule_key)
        rule_name = Rule.objects.get(key=rule_key).name
    return _begin(draft, period=period, by=by, rule=(rule_key, rule_name), live_id=live_id)


def start_again(trial: Trial, *, by: User) -> Trial:
    """Try the same rules on the same past, beside what is live now and with what people say now.

    Raises as ``start`` does.
    """
    live_id, _live = rule_sets.live()
    period = Period(trial.period_from, trial.period_to, trial.section_id)
    rule = (trial.rule_key, trial.rule_name)
    return _begin(trial.document, period=period, by=by, rule=rule, live_id=live_id)


def cancel(trial: Trial) -> None:
    """Have no further chunk taken. What was found so far stays to be read."""
    Trial.objects.filter(pk=trial.pk, state__in=TRIALS_UNDER_WAY).update(
        state=TrialState.CANCELLED, finished_at=Now(), lease=None, leased_until=None
    )


def may_delete(user: User, trial: Trial) -> bool:
    """Whether this person may delete a trial: who started it, and site admins."""
    return user.is_site_admin or trial.started_by_id == user.pk


def with_rule(*, live: Document, draft: Document, key: str) -> dict[str, Any]:
    """Return the live version with one rule as the draft has it, acting, whatever its mode.

    It takes the place of the live rule with its key; a new one comes behind the rule that stands
    before it in the draft. Lists that it asks are those of the draft, for all rules. Raises
    UnknownRule.
    """
    live = upgraded(live)
    rules, drafted = list(live.get("rules", ())), list(draft["rules"])
    keys, draft_keys = [r["key"] for r in rules], [r["key"] for r in drafted]
    if key not in draft_keys:
        raise UnknownRule(key)
    at = draft_keys.index(key)
    entry = {**drafted[at], "mode": Mode.ON.value}
    if key in keys:
        rules[keys.index(key)] = entry
    else:
        before = [keys.index(one) for one in draft_keys[:at] if one in keys]
        rules.insert(before[-1] + 1 if before else 0, entry)
    asked = rule_sets.lists_asked(entry)
    lists = {name: sha for name, sha in draft["lists"].items() if name in asked}
    return {"format": FORMAT, "rules": rules, "lists": {**live.get("lists", {}), **lists}}


def _begin(
    document: Document, *, period: Period, by: User, rule: tuple[str, str], live_id: int | None
) -> Trial:
    rule_sets.parsed_document(document)
    period = Period(period.start, min(period.end, database_now()), period.section_id)
    total = number_stored(period)
    if not total:
        raise NothingToTry
    return Trial.objects.create(
        rule_key=rule[0],
        rule_name=rule[1],
        document=document,
        live_id=live_id,
        period_from=period.start,
        period_to=period.end,
        section_id=period.section_id,
        started_by=by,
        total=total,
    )


def take_step() -> Step:
    """Take the next comments of the oldest trial under way and evaluate them.

    Safe to call from many workers at once. A chunk whose worker died is taken again when its lease
    has ended; a trial that fails again and again is given up. Raises what the database raises.
    """
    trial = _lease()
    if trial is None:
        return Step.BUSY if Trial.objects.filter(state__in=TRIALS_UNDER_WAY).exists() else Step.IDLE
    if trial.state == TrialState.FAILED:
        return Step.WENT_ON  # to the next one
    try:
        return _do(trial)
    except Error:
        raise
    except Exception:
        log.exception("trial_failed", trial=trial.pk, attempts=trial.attempts)
        Trial.objects.filter(pk=trial.pk, lease=trial.lease).update(leased_until=Now() + PAUSE)
        return Step.BUSY


def _lease() -> Trial | None:
    """Take the oldest trial under way for LEASE; None where there is none or somebody has it.

    One whose chunk failed, or killed its worker, again and again is given up.
    """
    with transaction.atomic():
        oldest = Trial.objects.filter(state__in=TRIALS_UNDER_WAY).order_by("id").first()
        if oldest is None:
            return None
        free = Q(leased_until=None) | Q(leased_until__lte=Now())
        trial = (
            Trial.objects.select_for_update(skip_locked=True)
            .filter(free, pk=oldest.pk, state__in=TRIALS_UNDER_WAY)
            .first()
        )
        if trial is None:
            return None
        if trial.attempts >= settings.SCREENING_ATTEMPTS:
            trial.state, trial.finished_at = TrialState.FAILED, database_now()
            trial.save(update_fields=["state", "finished_at"])
            return trial
        trial.attempts += 1
        trial.lease = ScreeningJob.new_lease()
        trial.stepped_at = database_now()
        trial.leased_until = trial.stepped_at + LEASE
        trial.state = TrialState.RUNNING
        trial.save(update_fields=["attempts", "lease", "leased_until", "stepped_at", "state"])
        return trial


@dataclass(frozen=True, slots=True)
class _Pair:
    """The tried rules and the live ones; ``lists`` are those of both, if they agree."""

    tried: evaluation.RuleSet
    live: evaluation.RuleSet
    lists: Lists | None


@lru_cache(maxsize=2)
def _pair(trial_pk: int) -> _Pair:
    trial = Trial.objects.get(pk=trial_pk)
    tried, live = rule_sets.parsed_document(trial.document), rule_sets.published(trial.live_id)
    return _Pair(tried, live, tried.lists.joined(live.lists))


def _do(trial: Trial) -> Step:
    began = time.monotonic()
    period = Period(trial.period_from, trial.period_to, trial.section_id)
    at = trial.last_written_at
    after = None if at is None else (at, trial.last_revision_id)
    chunk = next(tables(period=period, after=after, chunk=CHUNK), None)
    tally = Tally.from_json(trial.tally)
    findings = [] if chunk is None else _evaluate(trial, chunk, tally)
    with transaction.atomic():
        now = Trial.objects.select_for_update().filter(pk=trial.pk, lease=trial.lease).first()
        if now is None:
            return Step.BUSY  # cancelled, deleted, or the lease ended and another worker took it
        insert_rows(TrialFinding, findings)
        _keep_lowest_draws(now)
        now.tally = tally.to_json()
        now.attempts, now.lease, now.leased_until = 0, None, None
        now.busy_seconds += time.monotonic() - began
        if chunk is not None:
            now.last_written_at, now.last_revision_id = chunk.last
            now.done += len(chunk)
        if chunk is None or len(chunk) < CHUNK:
            now.state, now.finished_at = TrialState.DONE, database_now()
            now.total = now.done  # what was stored meanwhile is read, too
        now.save()
    return Step.WENT_ON


def _evaluate(trial: Trial, chunk: Chunk, tally: Tally) -> list[dict[str, Any]]:
    """Count a chunk; returns the surprises in it as rows."""
    pair = _pair(trial.pk)
    if pair.lists is None:
        tried = evaluate_all(pair.tried, chunk.table)
        live = evaluate_all(pair.live, chunk.table)
    else:
        asked = Asked(chunk.table, pair.lists)
        tried, live = evaluate_asked(pair.tried, asked), evaluate_asked(pair.live, asked)
    words = people_decided(chunk.revision_ids.tolist())
    people = _people(chunk, words)
    tally.add(live=live, tried=tried, people=people, sections=chunk.section_ids)
    rows, ceilings = [], _ceilings(trial)
    for kind, action, word in (
        (Surprise.REMOVES, RuleAction.REMOVE, APPROVED),
        (Surprise.PUBLISHES, RuleAction.PUBLISH, REMOVED),
    ):
        found = np.flatnonzero((tried.strictness == STRICTNESS[action]) & (people == word))
        drawn = ((random.getrandbits(62), int(row)) for row in found)
        draws = sorted(one for one in drawn if one[0] < ceilings.get(kind, one[0] + 1))
        rows += _findings(trial, kind, draws[:MOST_FINDINGS], chunk, words, tried, live)
    return rows


def _ceilings(trial: Trial) -> dict[str, int]:
    """Return below which draw a finding is kept, for each kind of which enough are kept already."""
    kept = TrialFinding.objects.filter(trial=trial).values_list("kind").order_by()
    counted = kept.annotate(number=Count("id"), highest=Max("draw"))
    return {kind: highest for kind, number, highest in counted if number >= MOST_FINDINGS}


def _people(chunk: Chunk, words: Mapping[int, Word]) -> People:
    """Return what people decided one by one; in bulk nobody read text by text."""
    people = np.full(len(chunk), NOBODY, dtype=np.int8)
    for row, revision_id in enumerate(chunk.revision_ids.tolist()):
        word = words.get(revision_id)
        if word is not None and not word.in_bulk:
            people[row] = REMOVED if word.removed else APPROVED
    return people


def _findings(
    trial: Trial,
    kind: Surprise,
    draws: Sequence[tuple[int, int]],
    chunk: Chunk,
    words: Mapping[int, Word],
    tried: Evaluation,
    live: Evaluation,
) -> list[dict[str, Any]]:
    labels, scores = strongest_labels(chunk.table)
    names = (*(label.value for label in Label), "")
    rows = []
    for draw, row in draws:
        word = words[int(chunk.revision_ids[row])]
        rows.append(
            {
                "trial": trial.pk,
                "kind": kind.value,
                "draw": draw,
                "comment": word.comment_id,
                "revision": word.revision_id,
                "decision": word.decision_id,
                "before": live.action(row).value,
                "before_why": _told(live, row),
                "why": _told(tried, row),
                "label": names[labels[row]],
                "score": round(float(scores[row]), 4) if scores[row] >= 0 else None,
            }
        )
    return rows


def _told(evaluation: Evaluation, row: int) -> str:
    """Say which rule decides and why, without the reasons of all others that hold."""
    rule = evaluation.rule(row)
    return f"{rule.name}: {evaluation.why(row)}"[:500] if rule else ""


def _keep_lowest_draws(trial: Trial) -> None:
    """Keep of each kind a fair sample, at most MOST_FINDINGS."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            DELETE FROM moderation_trialfinding USING (
                SELECT id, row_number() OVER (PARTITION BY kind ORDER BY draw) AS place
                FROM moderation_trialfinding WHERE trial_id = %s
            ) AS ordered
            WHERE moderation_trialfinding.id = ordered.id AND ordered.place > %s
            """,
            [trial.pk, MOST_FINDINGS],
        )
