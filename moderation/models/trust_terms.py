"""From where to where the levels of trust in authors reach."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from moderation.trust import Terms

_SHARE = (MinValueValidator(0), MaxValueValidator(100))


class TrustTerms(models.Model):
    """The site's terms; one row, changed by site admins. Shares are percent."""

    known_from = models.PositiveSmallIntegerField(
        _("known from (decided comments)"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
        help_text=_("Whoever has fewer is new."),
    )
    often_percent = models.PositiveSmallIntegerField(
        _("often removed from (percent)"),
        default=30,
        validators=_SHARE,
        help_text=_("So much of what was decided was removed, or more."),
    )
    seldom_percent = models.PositiveSmallIntegerField(
        _("reliable up to (percent)"),
        default=5,
        validators=_SHARE,
        help_text=_("No more than this was removed. What lies between is mixed."),
    )

    class Meta:
        verbose_name = _("trust in authors")
        verbose_name_plural = _("trust in authors")
        constraints = (
            models.CheckConstraint(condition=Q(pk=1), name="trust_terms_one_row"),
            models.CheckConstraint(
                condition=Q(seldom_percent__lt=F("often_percent")), name="trust_terms_in_order"
            ),
        )

    def __str__(self) -> str:
        return str(self.told())

    @classmethod
    def current(cls) -> "TrustTerms":
        """Return the one row, or the defaults where none is stored yet. One query."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    @property
    def terms(self) -> Terms:
        """The terms as ``moderation.trust`` takes them."""
        return Terms(
            known_from=self.known_from,
            often=self.often_percent / 100,
            seldom=self.seldom_percent / 100,
        )

    def told(self) -> dict[str, Any]:
        """Return the terms for the record of changes."""
        return {
            "known_from": self.known_from,
            "often_percent": self.often_percent,
            "seldom_percent": self.seldom_percent,
        }
