"""Rules and word lists as site admins edit them, and the versions that screening uses."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from moderation.rules.documents import LONGEST_NAME
from moderation.rules.evaluation import Mode


class WordList(models.Model):
    """Words and phrases, or hosts, one on each line, as they are edited: a part of the draft.

    ``edits`` grows with every change, so that nobody writes over what they did not read.
    """

    class Use(models.TextChoices):
        BANNED = "banned", _("Banned")
        SUSPECT = "suspect", _("Suspect")

    key = models.SlugField(_("key"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=60, unique=True)
    use = models.CharField(_("use"), max_length=10, choices=Use.choices)
    entries = models.TextField(
        _("words"),
        blank=True,
        help_text=_(
            "One word or phrase on each line. Whole words only: “cialis” is not found in"
            " “specialist”. Spellings such as c1alis or c.i.a.l.i.s are found too."
        ),
    )
    edits = models.PositiveIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )

    MOST_ENTRIES = 100_000
    LONGEST_ENTRY = 200

    class Meta:
        verbose_name = _("word list")
        verbose_name_plural = _("word lists")
        ordering = ("use", "name")

    def __str__(self) -> str:
        return self.name

    def words(self) -> list[str]:
        """Return the entries without empty lines and repetitions, in their order."""
        stripped = (line.strip() for line in self.entries.splitlines())
        return list(dict.fromkeys(line for line in stripped if line))

    def clean(self) -> None:
        """Refuse lists that are too long, and lines that are."""
        words = self.words()
        if len(words) > self.MOST_ENTRIES:
            raise ValidationError(
                {
                    "entries": _("%(n)d entries; a list holds %(most)d at most.")
                    % {"n": len(words), "most": self.MOST_ENTRIES}
                }
            )
        for number, line in enumerate(self.entries.splitlines(), start=1):
            if len(line.strip()) > self.LONGEST_ENTRY:
                raise ValidationError(
                    {
                        "entries": _("Line %(line)d is longer than %(most)d characters.")
                        % {"line": number, "most": self.LONGEST_ENTRY}
                    }
                )


class WordListSnapshot(models.Model):
    """The entries of a word list as a rule set used them, stored once for each content."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    entries = models.TextField()

    class Meta:
        verbose_name = _("word list snapshot")
        verbose_name_plural = _("word list snapshots")

    def __str__(self) -> str:
        return self.sha256[:12]


class Rule(models.Model):
    """One rule of the draft. Screening never reads it: it reads the published rule set.

    ``body`` holds what a document says of a rule beside its key, name and mode: "when", "unless",
    "scope" and "then" (see ``moderation.rules.documents``). ``edits`` grows with every change, so
    that nobody writes over what they did not read.
    """

    key = models.SlugField(_("key"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=LONGEST_NAME)
    mode = models.CharField(
        _("mode"), max_length=10, choices=[(m.value, m.value) for m in Mode], default=Mode.ON
    )
    body = models.JSONField(_("rule"), default=dict)
    automation = models.CharField(max_length=60, blank=True, editable=False)
    position = models.PositiveIntegerField(_("position"), default=0)
    edits = models.PositiveIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )

    class Meta:
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        ordering = ("position", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["name"], deferrable=models.Deferrable.DEFERRED, name="rule_name_once"
            ),
        )

    def __str__(self) -> str:
        return self.name

    def entry(self) -> dict[str, Any]:
        """Return the rule as a document holds it."""
        entry = {"key": self.key, "name": self.name, "mode": self.mode, **self.body}
        return entry | {"automation": self.automation} if self.automation else entry


class RuleSet(models.Model):
    """A published version of all rules. Immutable; the one with the highest number is live."""

    number = models.PositiveIntegerField(_("version"), unique=True)
    document = models.JSONField(_("rules"))
    note = models.CharField(_("note"), max_length=250, blank=True)
    published_at = models.DateTimeField(_("published at"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("rule set version")
        verbose_name_plural = _("rule set versions")
        ordering = ("-number",)

    def __str__(self) -> str:
        return f"Version {self.number}"
