"""Scoring a past period again, with the model as it is now."""

import uuid
from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.models import Section
from moderation.models.rule_set import RuleSet


class RescoringState(models.TextChoices):
    """How far it is."""

    RUNNING = "running", _("Running")
    READERS_FIRST = "readers", _("Paused: readers' comments go first")
    NO_MODEL = "no_model", _("Paused: the model cannot be asked")
    STOPPED = "stopped", _("Stopped")
    DONE = "done", _("Done")


UNDER_WAY = (RescoringState.RUNNING, RescoringState.READERS_FIRST, RescoringState.NO_MODEL)


class Rescoring(models.Model):
    """One run over the comments that were posted from ``period_from`` until before ``period_to``.

    Its position is the last comment that was taken, in the order of (posted, id). A worker takes
    a chunk by writing ``leased_until`` and ``lease`` on the row and counting the attempt; whoever
    finds the lease over may take the same chunk again. After an attempt that failed the comments
    of the chunk are taken one by one: ``alone`` says how many are still to come.

    ``done``, ``skipped`` and ``failed`` add up to what was taken. ``scored_by`` counts ``done`` by
    version of the model, ``changes`` by what the rules of ``rule_set`` made of the scores before
    and after (see ``moderation.score_changes``), and ``moved`` holds the comments whose scores
    moved most. No text is kept here.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    period_from = models.DateTimeField(_("from"))
    period_to = models.DateTimeField(_("until before"))
    section = models.ForeignKey(
        Section, on_delete=models.CASCADE, null=True, related_name="+", verbose_name=_("section")
    )
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    started_at = models.DateTimeField(db_default=models.functions.Now())
    stepped_at = models.DateTimeField(null=True)  # when a worker last had it in hand
    finished_at = models.DateTimeField(null=True)
    state = models.CharField(
        max_length=10, choices=RescoringState.choices, default=RescoringState.RUNNING
    )
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    last_posted_at = models.DateTimeField(null=True)
    last_comment_id = models.BigIntegerField(default=0)
    busy_seconds = models.FloatField(default=0)
    model = models.CharField(_("model"), max_length=80, blank=True)
    scored_by = models.JSONField(default=dict)
    rule_set = models.ForeignKey(RuleSet, on_delete=models.PROTECT, null=True, related_name="+")
    changes = models.JSONField(default=dict)
    moved = models.JSONField(default=list)
    lease = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    alone = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("re-scoring")
        verbose_name_plural = _("re-scorings")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                Case(When(state__in=UNDER_WAY, then=Value(1))), name="rescoring_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(period_from__lt=models.F("period_to")), name="rescoring_has_a_period"
            ),
        )

    def __str__(self) -> str:
        return f"{self.period_from:%Y-%m-%d} – {self.period_to:%Y-%m-%d}: {self.state}"

    @property
    def first_day(self) -> date:
        """The first day of the period on the site's clock."""
        return timezone.localdate(self.period_from)

    @property
    def last_day(self) -> date:
        """The last day that is at least partly in the period."""
        return timezone.localdate(self.period_to - timedelta(microseconds=1))

    @property
    def is_under_way(self) -> bool:
        """Whether workers take it up, now or when what it waits for is over."""
        return self.state in UNDER_WAY

    @property
    def taken(self) -> int:
        """How many comments are behind it."""
        return self.done + self.skipped + self.failed

    @property
    def seconds_left(self) -> float | None:
        """How long the rest takes at the speed so far, pauses left out; None before it is known."""
        if not self.taken or not self.busy_seconds:
            return None
        return max(0, self.total - self.taken) * self.busy_seconds / self.taken
