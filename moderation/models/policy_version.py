"""Every wording that a policy ever had. Rows are never changed and never deleted."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from moderation.models.policy import Policy


class PolicyVersion(models.Model):
    """A policy as it read from ``valid_from`` until the next version.

    ``summary`` is the sentence that authors read in a notice, ``text`` the page. The newest name
    and summary stand in ``Policy`` too. Without ``changed_by`` the site wrote it itself. A database
    trigger refuses updates and deletes.
    """

    policy = models.ForeignKey(
        Policy, on_delete=models.PROTECT, related_name="versions", db_index=False
    )
    number = models.PositiveIntegerField(_("version"))
    name = models.CharField(_("name"), max_length=60)
    summary = models.TextField(_("in one sentence"))
    text = models.TextField(_("text of the page"), blank=True)
    valid_from = models.DateTimeField(_("valid from"), db_default=models.functions.Now())
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("changed by"),
    )
    note = models.CharField(_("what changed"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("version of a policy")
        verbose_name_plural = _("versions of policies")
        ordering = ("policy_id", "-number")
        constraints = (
            models.UniqueConstraint(fields=["policy", "number"], name="policy_version_once"),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"
