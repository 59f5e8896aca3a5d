"""Erasures that were asked for, and when what was last emptied. Nothing in here is personal."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ErasureState(models.TextChoices):
    """How far an erasure is."""

    WAITING = "waiting", _("Waiting for its day")
    RUNNING = "running", _("Under way")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Called off")


ERASURES_UNDER_WAY = (ErasureState.WAITING, ErasureState.RUNNING)


class Erasure(models.Model):
    """Somebody asked to be erased. When it is done, the row says only when, and how much.

    ``author_id`` and ``user_id`` are emptied at the end. It is done twice, a minute apart: what was
    in a worker's or another request's hand the first time is in the database the second time. A
    worker that has it in hand writes ``leased_until`` and counts the attempt.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    author_id = models.BigIntegerField(null=True)
    user_id = models.BigIntegerField(null=True)
    comments_stay = models.BooleanField(_("published comments stay, without a name"))
    state = models.CharField(
        _("state"), max_length=10, choices=ErasureState.choices, default=ErasureState.WAITING
    )
    asked_at = models.DateTimeField(_("asked at"))
    due_at = models.DateTimeField(_("due at"))
    runs = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    counts = models.JSONField(_("what was emptied"), default=dict)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        constraints = (
            models.UniqueConstraint(
                fields=["author_id"],
                condition=Q(state__in=ERASURES_UNDER_WAY),
                name="erasure_author_once",
            ),
            models.UniqueConstraint(
                fields=["user_id"],
                condition=Q(state__in=ERASURES_UNDER_WAY),
                name="erasure_user_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d}: {self.state}"


class Emptied(models.Model):
    """When a rule of retention last ran, and what it emptied."""

    rule = models.SlugField(max_length=40, unique=True)
    ran_at = models.DateTimeField(_("ran at"))
    rows = models.PositiveIntegerField(_("emptied"), default=0)
    rows_in_all = models.PositiveBigIntegerField(_("emptied in all"), default=0)
    seconds = models.FloatField(_("took (seconds)"), default=0)

    class Meta:
        verbose_name = _("run of retention")
        verbose_name_plural = _("runs of retention")

    def __str__(self) -> str:
        return f"{self.rule}: {self.ran_at:%Y-%m-%d %H:%M}"
