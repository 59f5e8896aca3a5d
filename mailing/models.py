"""A letter to one person, stored with the fact that it tells."""

import uuid

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class LetterState(models.TextChoices):
    """How far a letter is."""

    WAITING = "waiting", _("waiting")
    SENT = "sent", _("sent")
    DROPPED = "dropped", _("nothing left to tell")
    GIVEN_UP = "given_up", _("given up")


class Letter(models.Model):
    """One letter to one address: the outbox.

    ``key`` names what it tells, where telling it twice would be wrong. ``to`` is in lower case, so
    that whoever asks to be forgotten is found. Subject and body are emptied once the letter is
    sent or given up: links in it open doors. A worker that has it in hand writes
    ``leased_until`` and counts the attempt.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200, null=True, unique=True)  # noqa: DJ001, unique where set
    to = models.EmailField(db_index=True)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    unsubscribe_url = models.CharField(max_length=500, blank=True)
    state = models.CharField(
        max_length=10, choices=LetterState.choices, default=LetterState.WAITING
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=200, blank=True)
    due_at = models.DateTimeField(db_default=Now())
    leased_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        indexes = (
            models.Index(fields=["due_at"], condition=models.Q(state="waiting"), name="letter_due"),
            models.Index(
                fields=["settled_at"], condition=~models.Q(state="waiting"), name="letter_settled"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind}: {self.state}"
