"""What the site does not allow, in words that its readers are shown."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Policy(models.Model):
    """A reason to remove. ``position`` is its digit on the moderators' keyboard."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    text = models.TextField(_("text"), help_text=_("What the author of a removed comment reads."))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    labels = ArrayField(
        models.CharField(max_length=20),
        verbose_name=_("says of the scores"),
        default=list,
        blank=True,
        help_text=_(
            "A comment that a moderator removes for this reason should have scored high here. The"
            " model learns from it. Nothing, where the text alone does not tell."
        ),
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        ordering = ("position", "name")

    def __str__(self) -> str:
        return self.name
