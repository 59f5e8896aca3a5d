"""Up to where somebody has read the answers to their questions."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class QuestionsRead(models.Model):
    """A moderator's questions are their flags; the answers are decisions that came after them.

    ``up_to`` is the id of the newest decision that there was when they last looked: answers after
    it are new to them.
    """

    moderator = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="questions_read"
    )
    up_to = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("questions read")
        verbose_name_plural = _("questions read")

    def __str__(self) -> str:
        return f"{self.moderator_id}: {self.up_to}"
