"""What a text says in a few numbers, so that texts that say nearly the same are found."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.models import CommentRevision


class Fingerprint(models.Model):
    """The bands of one revision (see ``moderation.fingerprints``), made when it is screened.

    A text that is too short to be anybody's in particular has none.
    """

    revision = models.OneToOneField(
        CommentRevision, on_delete=models.CASCADE, primary_key=True, related_name="fingerprint"
    )
    bands = ArrayField(models.BigIntegerField())

    class Meta:
        verbose_name = _("fingerprint")
        verbose_name_plural = _("fingerprints")
        indexes = (GinIndex(fields=["bands"], name="fingerprint_bands"),)

    def __str__(self) -> str:
        return str(self.revision_id)
