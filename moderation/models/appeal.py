"""What an author says against a removal, a mute or a ban, and what came of it."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comments.models import Author
from moderation.models.author_act import AuthorAct
from moderation.models.decision import Decision


class AppealState(models.TextChoices):
    """Where an appeal stands. What is overturned and what stands is the first decision."""

    OPEN = "open", _("Waiting")
    UPHELD = "upheld", _("The decision stands")
    OVERTURNED = "overturned", _("Overturned")
    CLOSED = "closed", _("Settled otherwise")


class Appeal(models.Model):
    """An author's objection to one decision about a comment, or to one mute or ban.

    It points to rows that never change, so what was decided, by which scores, rules and policy, is
    kept as it was. ``reason`` is what the author reads, ``note`` is for colleagues. ``restoring``
    is the decision that published the comment again, ``lifting`` the act that lifted the measure,
    ``turned_down`` names the reports that were agreed with until then. CLOSED: what was objected to
    ended before anybody decided here. ``taken_at`` is when it was first in a moderator's hand.

    ``told_at`` is when the author was written to about the answer, or when it was clear that nobody
    would be; ``letter`` says which.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    decision = models.OneToOneField(
        Decision, on_delete=models.PROTECT, null=True, related_name="appeal"
    )
    act = models.OneToOneField(
        AuthorAct, on_delete=models.PROTECT, null=True, related_name="appeal"
    )
    author = models.ForeignKey(Author, on_delete=models.PROTECT, related_name="appeals")
    words = models.TextField(_("in the author's words"))
    filed_at = models.DateTimeField(_("filed at"))
    state = models.CharField(
        _("state"), max_length=10, choices=AppealState.choices, default=AppealState.OPEN
    )
    taken_at = models.DateTimeField(null=True)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    claimed_until = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="appeals_decided",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    reason = models.TextField(_("reason that the author reads"), blank=True)
    note = models.TextField(_("note"), blank=True)
    restoring = models.OneToOneField(
        Decision, on_delete=models.PROTECT, null=True, related_name="restored_on_appeal"
    )
    lifting = models.OneToOneField(
        AuthorAct, on_delete=models.PROTECT, null=True, related_name="lifted_on_appeal"
    )
    turned_down = ArrayField(models.BigIntegerField(), default=list)
    told_at = models.DateTimeField(null=True)
    letter = models.BooleanField(default=False, db_default=False)

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        constraints = (
            models.CheckConstraint(
                condition=Q(decision__isnull=False, act=None) | Q(decision=None, act__isnull=False),
                name="appeal_against_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(state=AppealState.OPEN, decided_at=None)
                | (~Q(state=AppealState.OPEN) & Q(decided_at__isnull=False)),
                name="appeal_decided_or_open",
            ),
        )
        indexes = (
            models.Index(fields=["id"], condition=Q(state="open"), name="appeal_open"),
            models.Index(
                fields=["-decided_at"], condition=Q(decided_at__isnull=False), name="appeal_decided"
            ),
            models.Index(
                fields=["decided_at"],
                condition=Q(decided_at__isnull=False, told_at=None),
                name="appeal_untold",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.decision_id or self.act_id}"

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided it yet."""
        return self.state == AppealState.OPEN

    @property
    def against(self) -> Decision | AuthorAct:
        """What the author objects to."""
        found = self.decision or self.act
        assert found is not None  # noqa: S101, a constraint of the table
        return found


class AnswerTakenBack(models.Model):
    """The answer to an appeal, as it was, that somebody took back: the appeal waits again.

    ``restoring`` and ``lifting`` are what the answer had done, and what was undone with it.
    ``letter``: the author had been written to about it.
    """

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="taken_back")
    state = models.CharField(max_length=10, choices=AppealState.choices)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField()
    reason = models.TextField(blank=True)
    note = models.TextField(blank=True)
    restoring = models.OneToOneField(
        Decision, on_delete=models.PROTECT, null=True, related_name="answer_taken_back"
    )
    lifting = models.OneToOneField(
        AuthorAct, on_delete=models.PROTECT, null=True, related_name="answer_taken_back"
    )
    letter = models.BooleanField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("answer to an appeal that was taken back")
        verbose_name_plural = _("answers to appeals that were taken back")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.appeal_id}"
