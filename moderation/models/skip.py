"""Who left a comment to others, and when."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from moderation.models.review_item import ReviewItem


class Skip(models.Model):
    """A moderator skipped an item. Rows are only added: skipping again is another row.

    The item comes back to the same person when the others are through; see
    ``moderation.selectors.skips``.
    """

    item = models.ForeignKey(
        ReviewItem, on_delete=models.CASCADE, related_name="skips", db_index=False
    )
    moderator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="skips", db_index=False
    )
    skipped_at = models.DateTimeField(_("skipped at"))

    class Meta:
        verbose_name = _("skip")
        verbose_name_plural = _("skips")
        indexes = (
            models.Index(fields=["item", "moderator", "-id"], name="skip_item"),
            models.Index(fields=["moderator", "-id"], name="skip_moderator"),
        )

    def __str__(self) -> str:
        return f"{self.moderator_id}: {self.item_id}"
