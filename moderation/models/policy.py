"""What the site does not allow, in words that its readers are shown."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from moderation.transparency.eu_format import CATEGORIES, KEYWORDS, OTHER_VIOLATION


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
    is_illegal = models.BooleanField(
        _("the law forbids it"),
        default=False,
        db_default=False,
        help_text=_("A removal for this reason says that the comment is illegal."),
    )
    legal_ground = models.CharField(
        _("which law"),
        max_length=500,
        blank=True,
        db_default="",
        help_text=_("Where the law forbids it: “Penal Code, section 185”. Authors read it."),
    )
    eu_category = models.CharField(
        _("category in the EU database"),
        max_length=80,
        choices=CATEGORIES,
        default=OTHER_VIOLATION,
        db_default=OTHER_VIOLATION,
    )
    eu_keywords = ArrayField(
        models.CharField(max_length=60, choices=KEYWORDS),
        verbose_name=_("keywords in the EU database"),
        default=list,
        db_default=models.Value([], ArrayField(models.CharField(max_length=60))),
        blank=True,
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        ordering = ("position", "name")

    def __str__(self) -> str:
        return self.name
