"""What Celery runs. Each task is thin and safe to run twice, at once or not at all."""

import time
from typing import Any

import structlog
from celery import shared_task
from celery.signals import worker_init
from django.db import InterfaceError, OperationalError

from moderation import appeal_letters
from moderation.batch_steps import take_chunk
from moderation.closer_looks import look_at_next
from moderation.decisions import database_now
from moderation.desk_days import forget_old
from moderation.figures import rebuild, roll_up
from moderation.illegal_content import letters
from moderation.jobs import jobs_are_due, readers_backlog
from moderation.learning import NotLearned, learn
from moderation.promises import check_promises
from moderation.readiness import report
from moderation.rescoring import Step, rescore_chunk
from moderation.rulebook import trials
from moderation.rulebook.automations import watch_all
from moderation.screening import base_classifier, screen_batch
from moderation.telling import AUTHORS, tell_due
from moderation.wakeup import (
    wake_batches,
    wake_looking,
    wake_rescoring,
    wake_screening,
    wake_trials,
)

log = structlog.get_logger(__name__)

LONGEST_LESSON_SECONDS = 3600
BREATH_SECONDS = 0.05  # between two chunks of a batch: colleagues who decide go in between
LONGEST_RUN_SECONDS = 10  # a worker that is asked to stop waits for a run to end


@worker_init.connect
def load_model(**_: Any) -> None:
    """Load the model once, before the worker takes work; its processes share the memory."""
    report(base_classifier())


@shared_task(name="moderation.screen_pending")
def screen_pending() -> None:
    """Screen until nothing is due, or for ten seconds and then in a run of its own."""
    until = time.monotonic() + LONGEST_RUN_SECONDS
    while _screened_any():
        if time.monotonic() > until:
            report(base_classifier())  # under load the sweep's turn may not come
            wake_screening()
            return


def _screened_any() -> bool:
    """Screen a batch; whether there was one. What failed is tried again later: others go first."""
    try:
        return screen_batch() > 0
    except (OperationalError, InterfaceError):
        raise
    except Exception:  # noqa: BLE001, screen_batch has logged it and given the jobs back
        return True


@shared_task(name="moderation.sweep_screening")
def sweep_screening() -> None:
    """Find jobs whose wake-up was lost or whose worker died, and report: every few seconds."""
    report(base_classifier())
    if jobs_are_due():
        screen_pending()


@shared_task(name="moderation.look_closer")
def look_closer() -> None:
    """Work out what moderators asked for, for ten seconds and then in a run of its own.

    Beat asks for it every few seconds, so a lost wake-up or a killed worker costs no more.
    """
    until = time.monotonic() + LONGEST_RUN_SECONDS
    while look_at_next():
        if time.monotonic() > until:
            wake_looking()
            return


@shared_task(name="moderation.rescore")
def rescore() -> None:
    """Go on with the run over a past period, for ten seconds and then in a run of its own.

    Beat asks for it every few seconds, whether there is one or not: that resumes what was paused
    and takes up what a killed worker left.
    """
    until = time.monotonic() + LONGEST_RUN_SECONDS
    while rescore_chunk() == Step.WENT_ON:
        if time.monotonic() > until:
            wake_rescoring()
            return


@shared_task(name="moderation.run_batches")
def run_batches() -> None:
    """Go on with what was decided in bulk, for ten seconds and then in a run of its own.

    When a reader's comment waits it steps aside after a chunk: this may be the only process that
    can screen it. Beat asks for it every few seconds, which takes up what a killed worker left.
    """
    until = time.monotonic() + LONGEST_RUN_SECONDS
    while take_chunk():
        if time.monotonic() > until or readers_backlog(most=1)[0]:
            wake_batches()
            return
        time.sleep(BREATH_SECONDS)


@shared_task(name="moderation.run_trials")
def run_trials() -> None:
    """Go on with the rules that are tried on the past, for ten seconds and then in a new run.

    When a reader's comment waits it steps aside after a chunk: this may be the only process that
    can screen it. Beat asks for it every few seconds, which takes up what a killed worker left.
    """
    until = time.monotonic() + LONGEST_RUN_SECONDS
    while trials.take_step() == trials.Step.WENT_ON:
        if time.monotonic() > until or readers_backlog(most=1)[0]:
            wake_trials()
            return


@shared_task(
    name="moderation.learn_from_decisions",
    soft_time_limit=LONGEST_LESSON_SECONDS,
    time_limit=LONGEST_LESSON_SECONDS + 60,
)
def learn_from_decisions() -> None:
    """Learn from what moderators decided, once a night."""
    try:
        learn()
    except NotLearned as why:
        log.info("not_learned", why=str(why))


@shared_task(name="moderation.add_up_hours")
def add_up_hours() -> None:
    """Add up the hours that are over, for the team's page: once an hour."""
    roll_up(at=database_now())


@shared_task(name="moderation.add_up_everything")
def add_up_everything() -> None:
    """Add up all hours anew, once a night: articles move, old comments are imported."""
    changed = rebuild(at=database_now())
    log.info("figures_rebuilt", changed=changed)


@shared_task(name="moderation.check_promises")
def compare_promises() -> None:
    """Tell of queues that became late, are so still, or are in time again: every minute."""
    check_promises()


@shared_task(name="moderation.watch_automations")
def watch_automations() -> None:
    """Pause what removes by itself and no longer shows that it keeps its target."""
    watch_all(at=database_now())


@shared_task(name="moderation.tell_authors")
def tell_authors() -> None:
    """Write to authors about what was decided some minutes ago: every minute."""
    at = database_now()
    while tell_due(at=at) == AUTHORS:
        pass
    while appeal_letters.tell_due(at=at) == appeal_letters.AT_A_TIME:
        pass


@shared_task(name="moderation.forget_days")
def forget_days() -> None:
    """Delete what was kept of days at the desk that are long over."""
    forget_old(at=database_now())


@shared_task(name="moderation.answer_notices", ignore_result=True)
def answer_notices() -> None:
    """Write to whoever filed a notice of illegal content that was decided some minutes ago."""
    letters.tell(at=database_now())
