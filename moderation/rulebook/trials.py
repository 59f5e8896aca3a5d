"""Rules tried on the past: start, a chunk at a time, cancel.

A trial reads stored facts and what people decided, and evaluates the tried rules and the version
that was live at its start on the same tables. It decides nothing. Trials run one after the other,
and readers' comments go first: between two chunks whoever runs them looks whether any waits.
"""

import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Any

import numpy as np
import structlog
from django.conf import settings
from django.db import Error, transaction
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models import User
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
    TrialState,
    TrialSurprises,
)
from moderation.rescoring import Period
from moderation.rulebook.stored import CHUNK, Chunk, number_stored, tables
from moderation.rulebook.trial_results import (
    APPROVED,
    NOBODY,
    REMOVED,
    People,
    Summary,
    Tally,
)
from moderation.rulebook.trial_rules import evaluated
from moderation.rulebook.truth import Word, people_decided
from moderation.rules.documents import FORMAT, upgraded
from moderation.rules.evaluation import STRICTNESS, Mode, RuleAction

log = structlog.get_logger(__name__)

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


def _do(trial: Trial) -> Step:
    began = time.monotonic()
    period = Period(trial.period_from, trial.period_to, trial.section_id)
    at = trial.last_written_at
    after = None if at is None else (at, trial.last_revision_id)
    chunk = next(tables(period=period, after=after, chunk=CHUNK), None)
    tally = Tally.from_json(trial.tally)
    surprises = [] if chunk is None else _evaluate(trial, chunk, tally)
    with transaction.atomic():
        now = Trial.objects.select_for_update().filter(pk=trial.pk, lease=trial.lease).first()
        if now is None:
            return Step.BUSY  # cancelled, deleted, or the lease ended and another worker took it
        insert_rows(TrialSurprises, surprises)
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
    tried, live = evaluated(trial, chunk.table)
    words = people_decided(chunk.revision_ids.tolist())
    people = _people(chunk, words)
    before = Summary(tally.cells.copy())
    tally.add(live=live, tried=tried, people=people, sections=chunk.section_ids)
    rows = []
    for kind, first, action, word in (
        (Surprise.REMOVES, before.surprising_removals, RuleAction.REMOVE, APPROVED),
        (Surprise.PUBLISHES, before.surprising_publications, RuleAction.PUBLISH, REMOVED),
    ):
        against = (tried.strictness == STRICTNESS[action]) & (people == word)
        revisions = chunk.revision_ids[np.flatnonzero(against)].tolist()
        decisions = [words[revision].decision_id for revision in revisions]
        if decisions:
            rows.append(_surprises(trial, kind, first, decisions))
    return rows


def _surprises(
    trial: Trial, kind: Surprise, first: int, decisions: Sequence[int]
) -> dict[str, Any]:
    return {
        "trial": trial.pk,
        "kind": kind.value,
        "first": first,
        "decisions": decisions,
        "lowest": min(decisions),
        "highest": max(decisions),
    }


def _people(chunk: Chunk, words: Mapping[int, Word]) -> People:
    """Return what people decided one by one; in bulk nobody read text by text."""
    people = np.full(len(chunk), NOBODY, dtype=np.int8)
    for row, revision_id in enumerate(chunk.revision_ids.tolist()):
        word = words.get(revision_id)
        if word is not None and not word.in_bulk:
            people[row] = REMOVED if word.removed else APPROVED
    return people
