"""The queue of record: one row for each revision that waits to be screened."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.models import CommentRevision


class Priority(models.IntegerChoices):
    """Who waits for it."""

    READER = 0, _("A reader waits")
    BACKLOG = 1, _("Nobody waits: an import, a past period")


class ScreeningJob(models.Model):
    """A revision to screen.

    A worker takes a job by writing ``lease`` and ``leased_until`` on it and counting the attempt;
    whoever finds the lease over may take it again. The row is deleted in the transaction that
    stores the outcome, so a row means work, and no row means done.
    """

    revision = models.OneToOneField(
        CommentRevision, on_delete=models.PROTECT, related_name="screening_job"
    )
    priority = models.PositiveSmallIntegerField(
        choices=Priority.choices, db_default=Priority.READER
    )
    created_at = models.DateTimeField(db_default=models.functions.Now())
    attempts = models.PositiveSmallIntegerField(db_default=0)
    lease = models.UUIDField(null=True, default=None)
    leased_until = models.DateTimeField(null=True, default=None)

    class Meta:
        verbose_name = _("screening job")
        verbose_name_plural = _("screening jobs")
        indexes = (
            models.Index(
                fields=["lease"],
                condition=models.Q(lease__isnull=False),
                name="screening_job_lease",
            ),
            models.Index(
                fields=["priority", "id"],
                condition=models.Q(attempts=0),
                name="screening_job_fresh",
            ),
            models.Index(
                fields=["leased_until"],
                condition=models.Q(attempts__gt=0),
                name="screening_job_leased",
            ),
        )

    def __str__(self) -> str:
        return f"{self.revision_id}, attempt {self.attempts}"

    @staticmethod
    def new_lease() -> uuid.UUID:
        """Return a name for a lease that nobody else has."""
        return uuid.uuid4()
