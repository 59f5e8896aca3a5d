"""Rules that are tried on the past, and where people had decided otherwise."""

import uuid
from datetime import date, timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.models import Section
from moderation.models.rule_set import RuleSet


class TrialState(models.TextChoices):
    """How far it is."""

    WAITING = "waiting", _("Waiting for its turn")
    RUNNING = "running", _("Running")
    CANCELLED = "cancelled", _("Cancelled")
    FAILED = "failed", _("Given up")
    DONE = "done", _("Done")


TRIALS_UNDER_WAY = (TrialState.WAITING, TrialState.RUNNING)


class Trial(models.Model):
    """Rules as they were (``document``) on the comments that were written from ``period_from``
    until before ``period_to``, beside the version that was live then.

    ``rule_key`` names the one rule of the draft that was tried in the live version; it is empty for
    the whole draft. The position is the last revision that was read, in the order of (written,
    revision). A worker takes a chunk by writing ``lease`` and ``leased_until`` and counting the
    attempt; whoever finds the lease over may take the same chunk again. ``tally`` is what was
    counted so far (see ``moderation.rulebook.trial_results``).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    rule_key = models.CharField(max_length=60, blank=True)
    rule_name = models.CharField(max_length=80, blank=True)
    document = models.JSONField()
    live = models.ForeignKey(RuleSet, on_delete=models.PROTECT, null=True, related_name="+")
    period_from = models.DateTimeField(_("from"))
    period_to = models.DateTimeField(_("until before"))
    section = models.ForeignKey(
        Section, on_delete=models.CASCADE, null=True, related_name="+", verbose_name=_("section")
    )
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField(db_default=models.functions.Now())
    stepped_at = models.DateTimeField(null=True)  # when a worker last had it in hand
    finished_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=TrialState.choices, default=TrialState.WAITING)
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    last_written_at = models.DateTimeField(null=True)
    last_revision_id = models.BigIntegerField(default=0)
    busy_seconds = models.FloatField(default=0)
    tally = models.JSONField(default=dict)
    lease = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("trial")
        verbose_name_plural = _("trials")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(period_from__lt=F("period_to")), name="trial_has_a_period"
            ),
        )
        indexes = (
            models.Index(
                fields=["id"],
                condition=Q(state__in=TRIALS_UNDER_WAY),
                name="trial_under_way",
            ),
        )

    def __str__(self) -> str:
        return f"{self.rule_name or 'the draft'}: {self.state}"

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
        """Whether workers take it up, now or when its turn comes."""
        return self.state in TRIALS_UNDER_WAY


class Surprise(models.TextChoices):
    """Where the rules that are tried and people went different ways."""

    REMOVES = "removes", _("Moderators approved it, and this would remove it")
    PUBLISHES = "publishes", _("Moderators removed it, and this would publish it")


class TrialSurprises(models.Model):
    """The decisions of people that the rules that were tried go against: of one kind, in one chunk.

    ``decisions`` are their ids, in the order in which a trial reads comments, 0 where an author had
    theirs erased. ``first`` is how many of the kind stand in the chunks before, so that each has a
    place of its own for ever. What the rules say of them is not kept: stored facts are asked again
    when somebody reads it (``moderation.rulebook.trial_findings``). All ids lie between ``lowest``
    and ``highest``.
    """

    trial = models.ForeignKey(
        Trial, on_delete=models.CASCADE, related_name="surprises", db_index=False
    )
    kind = models.CharField(max_length=10, choices=Surprise.choices)
    first = models.PositiveIntegerField()
    decisions = ArrayField(models.BigIntegerField())
    lowest = models.BigIntegerField()
    highest = models.BigIntegerField()

    class Meta:
        verbose_name = _("surprises of a trial")
        verbose_name_plural = _("surprises of trials")
        constraints = (
            models.UniqueConstraint(fields=["trial", "kind", "first"], name="trial_surprises_once"),
        )

    def __str__(self) -> str:
        return f"{self.kind}: from {self.first}"
