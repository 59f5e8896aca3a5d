"""What the newsroom promises about a queue."""

from datetime import timedelta

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from moderation.models.review_item import Queue


class QueuePromise(models.Model):
    """In how many minutes somebody looks at what comes into a queue. No row: no promise."""

    queue = models.CharField(_("queue"), max_length=10, choices=Queue.choices, unique=True)
    minutes = models.PositiveIntegerField(
        _("minutes"),
        validators=[MinValueValidator(1)],
        help_text=_("The oldest comment of the queue shall not wait longer than this."),
    )

    class Meta:
        verbose_name = _("promise of a queue")
        verbose_name_plural = _("promises of queues")
        ordering = ("queue",)

    def __str__(self) -> str:
        return f"{self.get_queue_display()}: {self.minutes}"

    @property
    def within(self) -> timedelta:
        """The promise as a length of time."""
        return timedelta(minutes=self.minutes)
