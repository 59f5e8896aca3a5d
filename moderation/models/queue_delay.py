"""Which queues are late now."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from moderation.models.review_item import Queue


class QueueDelay(models.Model):
    """A queue that does not keep its promise, since when. No row: it is in time."""

    queue = models.CharField(max_length=10, choices=Queue.choices, unique=True)
    late_since = models.DateTimeField()

    class Meta:
        verbose_name = _("late queue")
        verbose_name_plural = _("late queues")

    def __str__(self) -> str:
        return f"{self.queue}: {self.late_since}"
