"""Somebody's notice that a comment breaks the law, and what became of it."""

import secrets
import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comments.models import Comment, CommentRevision
from moderation.models.decision import Decision

_SIGNS = "BCDFGHJKLMNPQRSTVWXZ23456789"  # no vowels, no words; nothing that looks like another


def new_reference() -> str:
    """Return what a notice is called on the phone: ``KRT4-9WXB``."""
    signs = "".join(secrets.choice(_SIGNS) for _n in range(8))
    return f"{signs[:4]}-{signs[4:]}"


class IllegalKind(models.TextChoices):
    """What law a comment may break."""

    HATE = "hate", _("Hatred against a group of people")
    THREATS = "threats", _("Threats, or incitement to violence")
    DEFAMATION = "defamation", _("Defamation")
    PRIVACY = "privacy", _("Somebody's private life or personal data")
    MINORS = "minors", _("Sexual abuse of children")
    TERRORISM = "terrorism", _("Terrorism")
    FRAUD = "fraud", _("Fraud, or forbidden goods")
    COPYRIGHT = "copyright", _("Copyright or trade marks")
    OTHER = "other", _("Another law")


class NoticeOutcome(models.TextChoices):
    """What became of a notice."""

    ILLEGAL = "illegal", _("Removed: against the law")
    RULES = "rules", _("Removed: against the rules of the site")
    KEPT = "kept", _("Left on the page")
    WITHDRAWN = "withdrawn", _("Taken out by its author")


class IllegalContentNotice(models.Model):
    """A notice about one comment as it read then (Regulation (EU) 2022/2065, Art. 16).

    ``decision`` is the one that answers it; a notice without one and without an outcome is open.
    ``told_decision`` is the one that the notifier was written about last. ``answer`` is what the
    moderator wrote to them. ``notifier_key`` is a keyed hash of the network address.

    Name, address and words are erased some time after the answer (``forgotten_at``): then it is
    known that there was a notice, of what kind, and what became of it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reference = models.CharField(
        _("reference"), max_length=9, unique=True, default=new_reference, editable=False
    )
    submission_key = models.UUIDField(unique=True, editable=False)
    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="illegal_notices")
    revision = models.ForeignKey(
        CommentRevision, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(_("what law it breaks"), max_length=12, choices=IllegalKind.choices)
    explanation = models.TextField(_("why it is illegal"), max_length=5000, blank=True)
    legal_ground = models.CharField(_("the law, if known"), max_length=500, blank=True)
    name = models.CharField(_("name"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    in_good_faith = models.BooleanField(_("stated in good faith"))
    notifier_key = models.CharField(max_length=32, blank=True, editable=False)
    language = models.CharField(max_length=10, blank=True, editable=False)
    filed_at = models.DateTimeField(_("filed at"))
    outcome = models.CharField(
        _("outcome"), max_length=10, choices=NoticeOutcome.choices, blank=True
    )
    answer = models.TextField(_("words to the notifier"), max_length=2000, blank=True)
    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, null=True, related_name="answered_notices"
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    told_outcome = models.CharField(max_length=10, choices=NoticeOutcome.choices, blank=True)
    told_decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    told_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("notice of illegal content")
        verbose_name_plural = _("notices of illegal content")
        constraints = (
            models.CheckConstraint(
                condition=Q(in_good_faith=True), name="illegal_notice_in_good_faith"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", decided_at=None, decision=None)
                | (~Q(outcome="") & Q(decided_at__isnull=False)),
                name="illegal_notice_open_or_decided",
            ),
        )
        indexes = (
            models.Index(fields=["filed_at"], name="illegal_notice_filed"),
            models.Index(fields=["filed_at"], condition=Q(outcome=""), name="illegal_notice_open"),
            models.Index(
                fields=["decided_at"],
                condition=Q(forgotten_at=None),
                name="illegal_notice_unforgotten",
            ),
        )

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        """Whether it waits for a decision."""
        return not self.outcome
