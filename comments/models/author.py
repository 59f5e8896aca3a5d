"""Who wrote a comment: somebody signed in, or a guest known by a signed cookie."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Author(models.Model):
    """One person as far as the site can tell.

    A guest's e-mail address is not proven, so an address alone never joins two guests: whoever
    types a regular's address would inherit that regular's trust. A guest is the holder of the
    signed cookie that carries ``key``; somebody signed in is their user.

    ``erased_at``: they had themselves erased. What is left is a row without anything of them, which
    their comments stand under.

    ``published_count``, ``removed_count`` and ``approved_count`` are kept by
    ``comments.lifecycle`` in the transaction that moves the comment. Published is what stands,
    seen by somebody or not; approved what stands because a person said so.

    ``verified_email`` is an address that a guest showed to be theirs, in the browser of this very
    cookie, with a link that was mailed to it. ``joined_to`` is the signed-in author who took over
    the guest's comments; what held for the guest holds for that author, too.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="author",
        verbose_name=_("user"),
    )
    name = models.CharField(_("name"), max_length=80)
    email = models.EmailField(_("e-mail address"), blank=True, db_index=True)
    verified_email = models.EmailField(blank=True, default="", db_default="", editable=False)
    joined_to = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="joined_guests",
        verbose_name=_("joined to"),
    )
    imported_from = models.CharField(  # noqa: DJ001, unique where it is set
        max_length=250, null=True, blank=True, editable=False
    )
    erased_at = models.DateTimeField(null=True, editable=False)
    decision_letters = models.BooleanField(
        _("wants letters about decisions"), default=True, db_default=True
    )
    first_seen_at = models.DateTimeField(_("first seen at"), auto_now_add=True)
    published_count = models.PositiveIntegerField(default=0, editable=False)
    removed_count = models.PositiveIntegerField(default=0, editable=False)
    approved_count = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    class Meta:
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        constraints = (
            models.UniqueConstraint(fields=["imported_from"], name="author_imported_once"),
        )

    def __str__(self) -> str:
        return self.name
