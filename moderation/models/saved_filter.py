"""A part of a queue, or a search, that somebody comes back to by its name."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from moderation.models.review_item import Queue


class SavedFilter(models.Model):
    """A named filter of one person; a shared one stands in everybody's list.

    ``queue`` is the queue that it narrows, or empty for a search; ``query`` is how it stands in an
    address, without anything that leaves nothing out.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_filters"
    )
    name = models.CharField(_("name"), max_length=60)
    queue = models.CharField(max_length=10, choices=Queue.choices, blank=True)
    query = models.CharField(max_length=2000, blank=True)
    is_shared = models.BooleanField(_("everybody on the desk sees it"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering = ("name", "id")
        constraints = (
            models.UniqueConstraint(fields=["owner", "name"], name="saved_filter_name_once"),
        )

    def __str__(self) -> str:
        return self.name
