"""What an author may not do for a while: write at all, or be read before a person looked."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from comments.models.author import Author


class RestrictionKind(models.TextChoices):
    """What is restricted."""

    MUTE = "mute", _("Muted")
    BAN = "ban", _("Banned")


class RestrictionQuerySet(models.QuerySet["Restriction"]):
    """Ways to narrow restrictions down."""

    def in_force(self) -> "RestrictionQuerySet":
        """Those that hold at this moment of the database's clock; the last moment is free again."""
        return self.filter(Q(until=None) | Q(until__gt=Now()), lifted_at=None)

    def longest_first(self) -> "RestrictionQuerySet":
        """Those for good come first."""
        return self.order_by(F("until").desc(nulls_first=True), "id")


class Restriction(models.Model):
    """A mute (every comment waits for a person) or a ban (no comment is taken).

    It holds for the whole site, until ``until`` (None: for good) or until it is lifted. ``words``
    say why, to the author. Who restricted whom and what colleagues should know is kept by
    ``moderation``. ``addresses`` are hashes of network addresses that the author wrote from: what a
    new name writes from one of them is held, too, until ``names_held_until``.

    A database trigger lets a row be lifted, once, and nothing else.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    author = models.ForeignKey(
        Author, on_delete=models.PROTECT, related_name="restrictions", db_index=False
    )
    kind = models.CharField(_("kind"), max_length=10, choices=RestrictionKind.choices)
    from_at = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("until"), null=True)
    words = models.TextField(_("reason that the author reads"), blank=True)
    addresses = ArrayField(models.CharField(max_length=32), default=list, editable=False)
    names_held_until = models.DateTimeField(_("new names held until"), null=True)
    lifted_at = models.DateTimeField(_("lifted at"), null=True)

    objects: ClassVar["models.Manager[Restriction]"] = RestrictionQuerySet.as_manager()

    class Meta:
        verbose_name = _("restriction")
        verbose_name_plural = _("restrictions")
        constraints = (
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("from_at")), name="restriction_lasts"
            ),
        )
        indexes = (
            models.Index(fields=["author"], name="restriction_author"),
            GinIndex(
                fields=["addresses"],
                condition=Q(lifted_at=None, names_held_until__isnull=False),
                name="restriction_addresses",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.author_id}"
