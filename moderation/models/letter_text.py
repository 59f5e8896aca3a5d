"""What a site writes in its letters about decisions, appeals and notices, in words of its own."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LetterKind(models.TextChoices):
    """What a letter tells."""

    REMOVED = "removed", _("A comment was removed")
    HIDDEN = "hidden", _("A comment is off the page until a moderator has looked")
    RETURNED = "returned", _("A moderator has looked: a comment is on the page again")
    MUTED = "muted", _("A moderator reads the author’s comments first")
    BANNED = "banned", _("The author cannot write comments")
    RESTORED = "restored", _("The removal of a comment was taken back")
    LIFTED = "lifted", _("A mute or a ban was lifted")
    SEVERAL = "several", _("Several decisions in one letter")
    RECEIVED = "received", _("An appeal has arrived")
    UPHELD = "upheld", _("An appeal was decided: the decision stands")
    OVERTURNED = "overturned", _("An appeal was decided: the decision was wrong")
    CLOSED = "closed", _("An appeal was settled before anybody decided it")
    REOPENED = "reopened", _("The answer to an appeal was taken back")
    NOTED = "noted", _("A notice of illegal content has arrived")
    JUDGED = "judged", _("A notice of illegal content was decided")
    REREAD = "reread", _("What was decided on a notice of illegal content was taken back")


class LetterText(models.Model):
    """A subject and a body with placeholders, for one kind of letter in one language.

    Without a row the text of ``moderation.letter_texts`` is sent. Every change is kept as a
    ``RuleChange``.
    """

    kind = models.CharField(max_length=10, choices=LetterKind.choices)
    language = models.CharField(max_length=10)
    subject = models.CharField(_("subject"), max_length=150)
    body = models.TextField(_("text"), max_length=5000)

    class Meta:
        verbose_name = _("text of a letter")
        verbose_name_plural = _("texts of letters")
        constraints = (
            models.UniqueConstraint(fields=["kind", "language"], name="letter_text_once"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.language})"
