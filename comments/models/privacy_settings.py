"""How long things are kept, and what erasing somebody does: a part of the site's settings."""

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class ErasedComments(models.TextChoices):
    """What becomes of the published comments of somebody who had themselves erased."""

    STAY = "stay", _("They stay, as those of a deleted reader")
    GO = "go", _("They go; their places in the threads stay")


def _days(
    label: Any, default: int, *, least: int = 1
) -> "models.PositiveSmallIntegerField[Any, Any]":
    """A number of days; empty: it is kept."""
    return models.PositiveSmallIntegerField(
        label, default=default, validators=[MinValueValidator(least)], null=True, blank=True
    )


class PrivacySettings(models.Model):
    """The fields of ``SiteSettings`` about what is kept of people."""

    address_key_days = models.PositiveSmallIntegerField(
        _("a new key for network addresses every (days)"),
        default=30,
        validators=[MinValueValidator(1)],
        help_text=_(
            "Addresses are kept as hashes under a key. The key before is destroyed as soon as no"
            " address is remembered by it."
        ),
    )
    erased_comments = models.CharField(
        _("comments of readers who had themselves erased"),
        max_length=10,
        choices=ErasedComments.choices,
        default=ErasedComments.STAY,
    )
    erasure_grace_days = models.PositiveSmallIntegerField(
        _("an erasure may be called off for (days)"), default=0
    )
    address_hash_days = _days(_("a comment's hash of a network address goes after (days)"), 90)
    removed_text_days = _days(_("the text of removed comments goes after (days)"), 365, least=30)
    report_days = _days(_("the words of answered reports go after (days)"), 180)
    letter_days = _days(_("the record of a letter that was sent goes after (days)"), 30)
    delivery_days = _days(_("deliveries of webhooks go after (days)"), 90)
    guest_email_days = _days(
        _("a guest's e-mail address goes after their last comment (days)"), 365
    )
    sign_in_days = _days(_("attempts to sign in go after (days)"), 7)
    admin_log_days = _days(_("the log of the engine room goes after (days)"), 730)

    class Meta:
        abstract = True


PRIVACY_FIELDS = PrivacySettings._meta.local_fields  # for the form of the settings
