"""Who is told when a queue is late, what they are told, and how each telling went."""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from integrations.webhooks.signing import derived_secret, new_seed
from moderation.models import Queue


class Kind(models.TextChoices):
    """How somebody is told."""

    SLACK = "slack", _("Slack")
    MATTERMOST = "mattermost", _("Mattermost")
    GENERIC = "generic", _("Another program (signed JSON)")
    MAIL = "mail", _("E-mail")


class Fact(models.TextChoices):
    """What is told. The values are the types of Standard Webhooks."""

    LATE = "queue.late", _("is late")
    STILL_LATE = "queue.still_late", _("is still late")
    IN_TIME = "queue.in_time", _("is in time again")
    PAUSED = "automation.paused", _("paused by itself")
    TEST = "test", _("a test")


class DeliveryState(models.TextChoices):
    """How far a delivery is."""

    WAITING = "waiting", _("waiting")
    DELIVERED = "delivered", _("delivered")
    GIVEN_UP = "given_up", _("given up")


class Endpoint(models.Model):
    """Somebody who is told: a channel, a program, or people by e-mail.

    ``secret`` signs; the one before it signs beside it until ``old_secret_until``. Both are derived
    from the site's SECRET_KEY and a seed: whoever reads the database alone cannot sign. An address
    of Slack or Mattermost is a secret itself: no page shows it whole.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(
        _("Name"), max_length=80, help_text=_("For this page: “#comments of the night desk”.")
    )
    kind = models.CharField(_("Kind"), max_length=12, choices=Kind.choices)
    url = models.CharField(
        _("Address"),
        max_length=500,
        blank=True,
        help_text=_("The https address that Slack, Mattermost or the program gave you."),
    )
    people = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="+",
        verbose_name=_("People"),
        help_text=_("For e-mail: each gets a message of their own."),
    )
    remind_after = models.PositiveSmallIntegerField(
        _("Remind again after minutes"),
        null=True,
        blank=True,
        default=60,
        validators=[MinValueValidator(5), MaxValueValidator(1440)],
        help_text=_("While a queue stays late. Empty: say it once."),
    )
    is_on = models.BooleanField(_("On"), default=True)
    seed = models.CharField(max_length=64, default=new_seed, editable=False)
    old_seed = models.CharField(max_length=64, blank=True, editable=False)
    old_secret_until = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(db_default=models.functions.Now(), editable=False)

    class Meta:
        verbose_name = _("endpoint")
        verbose_name_plural = _("endpoints")
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name

    @property
    def secret(self) -> str:
        """What signs."""
        return derived_secret(seed=self.seed, endpoint=self.public_id)

    @property
    def old_secret(self) -> str:
        """What signed before, for ``old_secret_until``."""
        return derived_secret(seed=self.old_seed, endpoint=self.public_id)


class Delivery(models.Model):
    """One message to one receiver: the outbox. Stored with the fact that it tells.

    ``public_id`` is its ``webhook-id``, the same at each attempt, so that a receiver that got it
    twice knows. A worker that has it in hand writes ``leased_until`` and counts the attempt.
    ``facts`` holds counts, ages and a link; no text of a comment and nobody's name.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+"
    )
    fact = models.CharField(max_length=20, choices=Fact.choices)
    queue = models.CharField(max_length=10, choices=Queue.choices, blank=True)
    facts = models.JSONField(default=dict)
    state = models.CharField(
        max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        indexes = (
            models.Index(
                fields=["due_at"], condition=models.Q(state="waiting"), name="delivery_due"
            ),
            models.Index(fields=["endpoint", "-id"], name="delivery_of_endpoint"),
        )

    def __str__(self) -> str:
        return f"{self.fact} {self.queue}: {self.state}"

    @property
    def message_id(self) -> str:
        """Its ``webhook-id``."""
        return f"msg_{self.public_id.hex}"


class Attempt(models.Model):
    """One try of a delivery: when, what came back, how long it took."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="tries")
    made_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(default=0)
    milliseconds = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.status} {self.problem}"
