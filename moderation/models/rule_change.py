"""Everything that was ever changed about the rules, with before and after."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class RuleChange(models.Model):
    """One change to rules, lists or what decides about them. A trigger refuses to alter one.

    ``about`` names what was changed: a rule's or a list's key, a version's number, an automation's
    key. ``before`` and ``after`` are what it was and is, as JSON; None where there was or is
    nothing. Without ``by`` the site did it itself, and ``note`` says why.
    """

    class What(models.TextChoices):
        RULE = "rule", _("Rule")
        ORDER = "order", _("Order of the rules")
        LIST = "list", _("List")
        VERSION = "version", _("Version published")
        DRAFT = "draft", _("Draft")
        CORRECTION = "correction", _("Decision called wrong")
        AUTOMATION = "automation", _("Automation")
        AUDITS = "audits", _("Share of audits")
        TRUST = "trust", _("Trust in authors")
        POLICY = "policy", _("Policy")
        LETTER = "letter", _("Text of a letter")

    at = models.DateTimeField(db_default=models.functions.Now())
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    what = models.CharField(max_length=10, choices=What.choices)
    about = models.CharField(max_length=80)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("change of the rules")
        verbose_name_plural = _("changes of the rules")
        ordering = ("-id",)
        indexes = (models.Index(fields=["what", "about", "-id"], name="rule_change_about"),)

    def __str__(self) -> str:
        return f"{self.get_what_display()}: {self.about}"
