"""How a moderator wishes to meet hard texts, and how many of them each day brought."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class DeskPreferences(models.Model):
    """What one person wishes at the desk. Whoever never chose has the defaults."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="desk_preferences",
    )
    hard_from = models.FloatField(
        _("A text is hard from a score of"),
        default=0.8,
        validators=[MinValueValidator(0.05), MaxValueValidator(1.0)],
        help_text=_(
            "Between 0.05 and 1: insult, threat or any other ugly score that reaches it makes a"
            " text hard; spam does not."
        ),
    )
    blurs = models.BooleanField(
        _("Blur hard texts"),
        default=False,
        help_text=_(
            "They are neither readable nor read out by a screen reader until you press b or the"
            " button beside them."
        ),
    )
    masks_words = models.BooleanField(
        _("Mask slurs and crude words"),
        default=False,
        help_text=_("They show their first letter and dots until you ask for the words."),
    )
    calm_every = models.PositiveSmallIntegerField(
        _("A calm comment after every"),
        null=True,
        blank=True,
        validators=[MinValueValidator(2), MaxValueValidator(50)],
        help_text=_(
            "After so many comments the next one is the calm one that has waited longest in the"
            " same queue, then the order goes on where it was. Empty: never."
        ),
    )
    break_after = models.PositiveSmallIntegerField(
        _("Suggest a break after minutes of steady work"),
        null=True,
        blank=True,
        default=60,
        validators=[MinValueValidator(10), MaxValueValidator(240)],
        help_text=_(
            "A line at the top says so, waits while you decide, and can be put off; five minutes"
            " without work are a break. Empty: never."
        ),
    )
    shows_day = models.BooleanField(
        _("Show my day at the top of the desk"),
        default=True,
        help_text=_(
            "How many hard texts you met, how many you revealed, and for how long you sat."
        ),
    )

    class Meta:
        verbose_name = _("desk preferences")
        verbose_name_plural = _("desk preferences")

    def __str__(self) -> str:
        return str(self.user)


class DeskDay(models.Model):
    """A day of one person at the desk, for that person's eyes alone.

    ``hard``, ``revealed`` and ``unmasked`` hold ids of revisions, each once, so that a page that is
    loaded again counts nothing twice; when the day is over only their number matters.
    ``steady_since`` is when the work began that had no break since. ``calm_item`` is the calm
    comment that was put in between last; the order of the queue goes on after ``calm_then``.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    day = models.DateField(_("day"))
    active_at = models.DateTimeField()
    steady_since = models.DateTimeField()
    seconds = models.PositiveIntegerField(default=0)
    since_calm = models.PositiveIntegerField(default=0)
    calm_item = models.BigIntegerField(null=True)
    calm_then = models.CharField(max_length=32, blank=True)
    hard = ArrayField(models.BigIntegerField(), default=list)
    revealed = ArrayField(models.BigIntegerField(), default=list)
    unmasked = ArrayField(models.BigIntegerField(), default=list)
    put_off_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("day at the desk")
        verbose_name_plural = _("days at the desk")
        constraints = (models.UniqueConstraint(fields=["user", "day"], name="desk_day_once"),)

    def __str__(self) -> str:
        return f"{self.user_id}: {self.day}"

    @property
    def minutes(self) -> int:
        """Minutes at the desk."""
        return self.seconds // 60
