"""What an author is told about a restriction and about its end, and what that rests on."""

import uuid

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comments.models import Author, Comment, CommentRevision
from moderation.models.author_act import AuthorAct
from moderation.models.decision import Decision
from moderation.models.policy_version import PolicyVersion


class StatementKind(models.TextChoices):
    """What was imposed, or ended."""

    REMOVED = "removed", _("Comment removed")
    HIDDEN = "hidden", _("Comment taken off the page until a moderator has looked")
    MUTED = "muted", _("Every comment is read before others see it")
    BANNED = "banned", _("No comments are taken")
    RESTORED = "restored", _("Decision about a comment taken back")
    LIFTED = "lifted", _("Mute or ban taken back")


RESTRICTIONS = (
    StatementKind.REMOVED,
    StatementKind.HIDDEN,
    StatementKind.MUTED,
    StatementKind.BANNED,
)


class Source(models.TextChoices):
    """What made the site look at it."""

    OWN_INITIATIVE = "own", _("The site itself")
    REPORT = "report", _("Readers' reports")
    NOTICE = "notice", _("A notice of illegal content")


class Automated(models.TextChoices):
    """How far a machine decided."""

    FULLY = "fully", _("A machine decided")
    PARTIALLY = "partially", _("A person decided on many at once that a machine had gathered")
    NOT = "not", _("A person decided")


class Statement(models.Model):
    """The statement of reasons for one decision about a comment, or one act about an author.

    Written by ``moderation.statements`` in the transaction of what it states. ``revision`` is the
    text that was judged. ``about`` is the restriction that this one ends. ``reports`` counts the
    readers' reports that the decision answered, by category. What else it rests on is asked of the
    decision, which never changes either.

    ``told_at`` is when the author was written to, or when it was clear that nobody would be;
    ``letter`` says which. A database trigger lets those two be set, once, and the ``author`` be
    another one, where two become one; nothing else.
    """

    public_id = models.UUIDField(
        default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False
    )
    kind = models.CharField(max_length=10, choices=StatementKind.choices)
    author = models.ForeignKey(
        Author, on_delete=models.PROTECT, related_name="statements", db_index=False
    )
    comment = models.ForeignKey(
        Comment, on_delete=models.PROTECT, null=True, related_name="statements", db_index=False
    )
    revision = models.ForeignKey(
        CommentRevision, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    decision = models.OneToOneField(
        Decision, on_delete=models.PROTECT, null=True, related_name="statement"
    )
    act = models.OneToOneField(
        AuthorAct, on_delete=models.PROTECT, null=True, related_name="statement"
    )
    about = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="ends", db_index=False
    )
    policy_version = models.ForeignKey(
        PolicyVersion, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    source = models.CharField(max_length=10, choices=Source.choices)
    automated_detection = models.BooleanField()
    automated_decision = models.CharField(max_length=10, choices=Automated.choices)
    reports = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    made_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    letter = models.BooleanField(default=False, db_default=False)

    class Meta:
        verbose_name = _("statement of reasons")
        verbose_name_plural = _("statements of reasons")
        constraints = (
            models.CheckConstraint(
                condition=Q(decision__isnull=False, act=None, comment__isnull=False)
                | Q(decision=None, act__isnull=False, comment=None),
                name="statement_of_one_thing",
            ),
        )
        indexes = (
            models.Index(fields=["author", "-id"], name="statement_author"),
            models.Index(
                fields=["comment", "-id"],
                condition=Q(comment__isnull=False),
                name="statement_comment",
            ),
            models.Index(
                fields=["about"], condition=Q(about__isnull=False), name="statement_about"
            ),
            models.Index(fields=["made_at"], condition=Q(told_at=None), name="statement_untold"),
            models.Index(fields=["made_at"], name="statement_made"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.author_id}"

    @property
    def restricts(self) -> bool:
        """Whether it imposes something, rather than ending it."""
        return self.kind in RESTRICTIONS
