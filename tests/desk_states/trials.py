"""Rules that are tried on the past."""

from django.urls import reverse

from moderation.models import Rule, Surprise, Trial
from moderation.rulebook import trials
from moderation.rulebook.corrections import call_wrong
from tests.desk_states.stage import Stage, post, state
from tests.trial_data import decided_past, ever, findings_of, insults_are_removed, run_all


def _tried(stage: Stage, *, approved: int = 2, removed: int = 1) -> Trial:
    """A trial of the draft, in which insults are removed."""
    decided_past(approved=approved, removed=removed)
    if not Rule.objects.filter(key="insults-go").exists():
        insults_are_removed()
    trial = trials.start(period=ever(), by=stage.user)
    run_all()
    trial.refresh_from_db()
    return trial


def _address(trial: Trial) -> str:
    return reverse("moderation:trial", args=[trial.public_id])


@state("trials")
def trials_and_what_was_tried(stage: Stage) -> None:
    _tried(stage)
    stage.go(reverse("moderation:trials"))


@state("start_trial")
def a_trial_of_days_that_run_backwards(stage: Stage) -> None:
    stage.go(reverse("moderation:trials"))
    days = {"posted_from": ["2026-02-02"], "posted_to": ["2026-02-01"]}
    post(stage, reverse("moderation:start_trial"), days)
    stage.shows(".invalid-feedback")


@state("trial")
def a_trial_that_is_under_way(stage: Stage) -> None:
    decided_past(approved=1)
    stage.go(_address(trials.start(period=ever(), by=stage.user)))
    stage.shows("#trial-cancel")


@state("trial")
def a_trial_that_was_cancelled(stage: Stage) -> None:
    decided_past(approved=1)
    trial = trials.start(period=ever(), by=stage.user)
    trials.cancel(trial)
    stage.go(_address(trial))


@state("trial")
def the_surprises_of_a_trial(stage: Stage) -> None:
    trial = _tried(stage)
    first, *_more = findings_of(trial)
    call_wrong(decision=first.decision, by=stage.user)
    stage.go(_address(trial))
    stage.page.locator(".delete-trial summary").click()


@state("trial_findings")
def every_surprise_of_a_kind(stage: Stage) -> None:
    trial = _tried(stage, approved=3)
    stage.go(reverse("moderation:trial_findings", args=[trial.public_id, Surprise.REMOVES]))


@state("trial_findings")
def no_surprise_of_a_kind(stage: Stage) -> None:
    trial = _tried(stage, approved=1, removed=0)
    stage.go(reverse("moderation:trial_findings", args=[trial.public_id, Surprise.PUBLISHES]))
