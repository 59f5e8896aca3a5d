"""Rules and word lists as site admins edit them, and the versions that screening uses."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from moderation.rules.documents import LONGEST_NAME
from moderation.rules.evaluation import Mode


class WordList(models.Model):
    """Words and phrases, or hosts, one on each line, as they are edited: a part of the draft.

    ``edits`` grows with every change, so that nobody writes over what they did not read.
    """

    class Use(models.TextChoices):
        BANNED = "banned", _("Banned words")
        SUSPECT = "suspect", _("Suspect words")
        ALLOWED = "allowed", _("Allowed words")
        BLOCKED_HOSTS = "blocked_hosts", _("Blocked hosts")
        ALLOWED_HOSTS = "allowed_hosts", _("Allowed hosts")
        SHORTENERS = "shorteners", _("Link shorteners")

    HOSTS = (Use.BLOCKED_HOSTS, Use.ALLOWED_HOSTS, Use.SHORTENERS)

    key = models.SlugField(_("key"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=60, unique=True)
    use = models.CharField(_("use"), max_length=20, choices=Use.choices)
    entries = models.TextField(_("entries"), blank=True)  # one on each line
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
        verbose_name = _("word list")
        verbose_name_plural = _("word lists")
        ordering = ("use", "name")

    def __str__(self) -> str:
        return self.name

    @property
    def is_of_hosts(self) -> bool:
        """Whether its entries are hosts of links, not words of texts."""
        return self.use in self.HOSTS

    def words(self) -> list[str]:
        """Return the entries without empty lines and repetitions, in their order."""
        stripped = (line.strip() for line in self.entries.splitlines())
        return list(dict.fromkeys(line for line in stripped if line))


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
