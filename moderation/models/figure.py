"""What came in and what was decided in each hour, added up, so that 90 days are quickly read."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.models import Section


class FigureKind(models.TextChoices):
    """What is counted. See ``moderation.figures`` for the keys."""

    ARRIVED = "arrived", _("Comments sent")
    OPENED = "opened", _("Came into a queue")
    CLOSED = "closed", _("Left a queue")
    DECIDED = "decided", _("Decisions")


class Figure(models.Model):
    """How often something happened in an hour (of the site's clock) in a section."""

    hour = models.DateTimeField(_("hour"))
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(_("kind"), max_length=10, choices=FigureKind.choices)
    key = models.CharField(_("of what"), max_length=200, blank=True)
    number = models.PositiveIntegerField(_("number"))

    class Meta:
        verbose_name = _("figure of an hour")
        verbose_name_plural = _("figures of hours")
        constraints = (
            models.UniqueConstraint(fields=["hour", "section", "kind", "key"], name="figure_once"),
        )

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H}: {self.kind} {self.key} {self.number}"


class FiguresUntil(models.Model):
    """Up to when hours are added up; one row. What is later is counted where it is asked for."""

    until = models.DateTimeField()

    class Meta:
        verbose_name = _("end of the figures")
        verbose_name_plural = _("end of the figures")
        constraints = (
            models.CheckConstraint(condition=models.Q(pk=1), name="figures_until_one_row"),
        )

    def __str__(self) -> str:
        return f"{self.until:%Y-%m-%d %H}"
