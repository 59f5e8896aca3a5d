"""Which sections a moderator works on."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.models import Section


class SectionAssignment(models.Model):
    """One section of one person. Whoever has none works on all of them.

    A section that somebody is assigned to is not deleted (PROTECT): losing their last assignment
    would show them everything.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="section_assignments"
    )
    section = models.ForeignKey(
        Section, on_delete=models.PROTECT, related_name="+", verbose_name=_("section")
    )

    class Meta:
        verbose_name = _("section of a moderator")
        verbose_name_plural = _(
            "sections of this moderator (none: all sections; site admins: always all)"
        )
        constraints = (
            models.UniqueConstraint(fields=["user", "section"], name="section_assigned_once"),
        )

    def __str__(self) -> str:
        return str(self.section)
