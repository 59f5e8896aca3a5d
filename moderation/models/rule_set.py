"""Rules and word lists as site admins edit them, and the versions that screening uses."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from moderation.models.policy import Policy
from moderation.rules import Kind, RuleAction


class WordList(models.Model):
    """Words and phrases, one on each line."""

    class Use(models.TextChoices):
        BANNED = "banned", _("Banned")
        SUSPECT = "suspect", _("Suspect")

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
    changed_at = models.DateTimeField(auto_now=True)

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
    """One rule as it is edited. Screening never reads it: it reads the published rule set."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    kind = models.CharField(_("when"), max_length=20, choices=[(k.value, k.value) for k in Kind])
    label = models.CharField(_("score"), max_length=20, blank=True)
    threshold = models.FloatField(
        _("from"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0.0), MaxValueValidator(1.0)],
        help_text=_("A probability between 0 and 1."),
    )
    number = models.PositiveIntegerField(_("more than"), null=True, blank=True)
    word_list = models.ForeignKey(
        WordList, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("word list")
    )
    action = models.CharField(
        _("then"), max_length=10, choices=[(a.value, a.value) for a in RuleAction]
    )
    policy = models.ForeignKey(
        Policy, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("policy")
    )
    urgency = models.PositiveSmallIntegerField(
        _("urgency"), default=0, validators=[MaxValueValidator(1000)]
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_on = models.BooleanField(_("on"), default=True)

    class Meta:
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Ask for what the kind needs, and a policy for a removal."""
        needs = (
            {
                Kind.SCORE: ("label", "threshold"),
                Kind.WORDS: ("word_list",),
                Kind.LINKS: ("number",),
            }.get(Kind(self.kind), ())
            if self.kind
            else ()
        )
        missing = {
            field: _("This kind of rule needs it.")
            for field in needs
            if getattr(self, field) in (None, "")
        }
        if self.action == RuleAction.REMOVE and self.policy_id is None:
            missing["policy"] = _("Say which policy the author is told about.")
        if missing:
            raise ValidationError(missing)


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
