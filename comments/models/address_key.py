"""Keys under which network addresses are hashed, and what joins hashes across a rotation."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AddressKey(models.Model):
    """A key of some weeks. The one with the highest generation is used; older ones only compare.

    ``retired_at`` is when the next one took its place. When the row is deleted, nobody can tell
    any more whether an address was the one behind a hash of this generation
    (``comments.addresses``).
    """

    generation = models.PositiveIntegerField(_("generation"), primary_key=True)
    secret = models.CharField(max_length=64)
    made_at = models.DateTimeField(_("made at"))
    retired_at = models.DateTimeField(_("retired at"), null=True)

    class Meta:
        verbose_name = _("key for addresses")
        verbose_name_plural = _("keys for addresses")

    def __str__(self) -> str:
        return str(self.generation)


class AddressLink(models.Model):
    """Two hashes of one address under two keys, for as long as the earlier key is kept.

    Stored when somebody writes or reports from an address that an earlier key knew. The database
    function ``same_address`` returns a hash with those that are linked to it.
    """

    later = models.CharField(max_length=32)
    earlier = models.CharField(max_length=32, db_index=True)
    key = models.ForeignKey(AddressKey, on_delete=models.CASCADE, related_name="links")

    class Meta:
        verbose_name = _("link of addresses")
        verbose_name_plural = _("links of addresses")
        constraints = (
            models.UniqueConstraint(fields=["later", "earlier"], name="address_link_once"),
        )

    def __str__(self) -> str:
        return f"{self.later}: {self.earlier}"
