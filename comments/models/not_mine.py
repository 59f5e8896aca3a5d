"""What somebody was offered as their own, and said is not."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from comments.models.author import Author


class NotMine(models.Model):
    """A guest wrote under a user's address, and the user said that it was somebody else."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    guest = models.ForeignKey(Author, on_delete=models.CASCADE, related_name="+")
    said_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("guest who is somebody else")
        verbose_name_plural = _("guests who are somebody else")
        constraints = (models.UniqueConstraint(fields=["user", "guest"], name="not_mine_once"),)

    def __str__(self) -> str:
        return f"{self.user_id}: {self.guest_id}"
