"""What moderators noted about an author and did about them. Rows are never changed or deleted."""

import uuid
from datetime import datetime

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comments.models import Author, Restriction, RestrictionKind
from moderation.models.decision import Decision
from moderation.models.policy import Policy


class ActKind(models.TextChoices):
    """What a moderator did. Mute and ban carry the names of the restrictions they make."""

    NOTE = "note", _("Note")
    STRIKE = "strike", _("Strike")
    MUTE = RestrictionKind.MUTE.value, RestrictionKind.MUTE.label
    BAN = RestrictionKind.BAN.value, RestrictionKind.BAN.label
    TRUST = "trust", _("Trust")
    UNDO = "undo", _("Taken back")


class AuthorAct(models.Model):
    """One note, strike, mute, ban or level of trust, or the taking back of one (``undoes``).

    An act is taken back once at most; a mute or ban that was lifted and comes again names the
    lifting as what it undoes. ``decision`` is the removal that it came with. ``until`` is when a
    strike stops to count; how long a mute or ban lasts stands in ``restriction``. ``level`` is
    the trust that was set by hand (``moderation.trust.Level``). ``note`` is for colleagues. A
    database trigger refuses updates and deletes.
    """

    public_id = models.UUIDField(
        default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False
    )
    author = models.ForeignKey(
        Author, on_delete=models.PROTECT, related_name="acts", db_index=False
    )
    kind = models.CharField(_("kind"), max_length=10, choices=ActKind.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="author_acts",
        db_index=False,
        verbose_name=_("moderator"),
    )
    made_at = models.DateTimeField(_("made at"))
    until = models.DateTimeField(_("counts until"), null=True)
    policy = models.ForeignKey(
        Policy, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    note = models.TextField(_("note"), max_length=2000, blank=True)
    level = models.CharField(max_length=15, blank=True, db_default="")
    restriction = models.OneToOneField(
        Restriction, on_delete=models.PROTECT, null=True, related_name="act"
    )
    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, null=True, related_name="author_acts", db_index=False
    )
    undoes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="undone_by"
    )

    class Meta:
        verbose_name = _("act about an author")
        verbose_name_plural = _("acts about authors")
        indexes = (
            models.Index(fields=["author", "-id"], name="author_act_author"),
            models.Index(
                fields=["decision"],
                condition=Q(decision__isnull=False),
                name="author_act_decision",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=RestrictionKind.values, restriction__isnull=False)
                | (~Q(kind__in=RestrictionKind.values) & Q(restriction=None)),
                name="author_act_restricts",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.author_id}"

    @property
    def undoing(self) -> "AuthorAct | None":
        """What took it back, if anything did."""
        return getattr(self, "undone_by", None)

    def holds(self, *, at: datetime) -> bool:
        """Whether a strike still counts, a mute or ban is in force, a note is not struck out."""
        if self.undoing is not None or self.kind == ActKind.UNDO:
            return False
        until = self.restriction.until if self.restriction else self.until
        return until is None or until > at
