"""What a model said of a revision. Rows are never changed."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.models import CommentRevision


class Classification(models.Model):
    """Scores of one revision by one version of a model.

    ``own`` and ``quoted`` map labels to calibrated probabilities (0 to 1) of the author's own
    words and of words quoted from others. Both are empty when ``unscored`` says why. ``spans``
    is a list of ``[start, end, label, weight]``, offsets in code points of the revision's body.
    """

    revision = models.ForeignKey(
        CommentRevision, on_delete=models.PROTECT, related_name="classifications"
    )
    model = models.CharField(_("model"), max_length=80)
    language = models.CharField(_("language"), max_length=8)
    own = models.JSONField(default=dict)
    quoted = models.JSONField(default=dict)
    spans = models.JSONField(default=list)
    unscored = models.CharField(_("not scored because"), max_length=10, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("classification")
        verbose_name_plural = _("classifications")
        constraints = (
            models.UniqueConstraint(
                fields=["revision", "model"],
                condition=~models.Q(unscored="failed"),
                name="classification_once_per_model",
            ),
        )

    def __str__(self) -> str:
        return self.unscored or ", ".join(f"{k} {v:.2f}" for k, v in self.own.items())

    @classmethod
    def newest_of(cls, revision_id: int) -> "Classification | None":
        """Return what a model said last of a revision, with the closer look at it. One query."""
        found = cls.objects.filter(revision=revision_id).select_related("closer_look")
        return found.order_by("-id").first()

    @classmethod
    def newest_of_each(cls, revision_ids: Iterable[int]) -> "dict[int, Classification]":
        """Return what a model said last of revisions, by revision. One query."""
        found = cls.objects.filter(revision__in=list(revision_ids))
        newest = found.order_by("revision_id", "-id").distinct("revision_id")
        return {scored.revision_id: scored for scored in newest}

    @property
    def strongest(self) -> tuple[str, float | None]:
        """The label with the highest score of the author's own words, and that score."""
        label = max(self.own, key=lambda name: float(self.own[name]), default="")
        return label, self.own.get(label)
