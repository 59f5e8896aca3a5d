"""A past with decisions of people, and rules that are tried on it."""

from datetime import UTC, datetime, timedelta

from accounts.models import Role, User
from moderation.decisions import database_now
from moderation.models import Action, Decision, Rule, Surprise, Trial
from moderation.rescoring import Period
from moderation.rulebook import trials
from moderation.rulebook.trial_findings import Finding, all_findings
from moderation.rulebook.trials import Step, take_step
from tests.desk_data import person
from tests.quality_data import decided
from tests.rules_data import asks, make_rule

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def ever(section_id: int | None = None) -> Period:
    """Everything that was written so far."""
    return Period(LONG_AGO, database_now() + timedelta(seconds=1), section_id)


def insults_are_removed() -> Rule:
    """A rule of the draft that the live version has not."""
    return make_rule("Insults go", asks("own.insult", "at_least", 0.7), action="remove")


def decided_past(*, approved: int = 0, removed: int = 0) -> list[Decision]:
    """Comments that a rule held for an insult of 0.8, approved and then others removed."""
    by = person(name="Anna Lie")
    actions = [Action.APPROVE] * approved + [Action.REMOVE] * removed
    return [
        decided(by, action, body=f"Only a fool would say that, number {number}.")
        for number, action in enumerate(actions)
    ]


def started(by: User | None = None, *, rule_key: str = "", **more: int) -> Trial:
    """A trial over everything that was written."""
    by = by or person(Role.SENIOR_MODERATOR)
    return trials.start(period=ever(more.get("section_id")), by=by, rule_key=rule_key)


def run_all() -> None:
    """Do what workers would."""
    while take_step() == Step.WENT_ON:
        pass


def tried(by: User | None = None, *, rule_key: str = "", **more: int) -> Trial:
    """A trial that is done."""
    trial = started(by, rule_key=rule_key, **more)
    run_all()
    trial.refresh_from_db()
    return trial


def findings_of(trial: Trial, kind: Surprise = Surprise.REMOVES) -> list[Finding]:
    """Everything of a kind that a trial found, the oldest text first."""
    return list(all_findings(trial, kind, user=trial.started_by))[::-1]
