"""Policies in the Django admin, and what was published, scored and decided, to look at.

Nothing here changes a comment: that is done at the desk, through ``moderation.decisions``.
"""

import json
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.admin import UserAdmin
from accounts.models import User
from comments.admin_bases import ModelAdmin, ModelForm, ReadOnlyAdmin, TabularInline
from moderation.models import (
    AuthorAct,
    Classification,
    Decision,
    Policy,
    QueuePromise,
    RuleSet,
    SectionAssignment,
)
from moderation.policies import Wording, newest_version, publish_version
from moderation.transparency.eu_format import KEYWORDS
from moderation.wording import LABELS, label_in_words


class SectionsInline(TabularInline[SectionAssignment]):
    """The sections of a moderator, on the page of their account."""

    model = SectionAssignment
    extra = 1


class ModeratorAdmin(UserAdmin):
    """An account with what it sees of the desk. Changes stand in the account's history."""

    def get_inlines(self, request: HttpRequest, obj: User | None) -> Any:
        """Ask for sections once the account is there."""
        return (SectionsInline,) if obj is not None else ()


admin.site.unregister(User)
admin.site.register(User, ModeratorAdmin)


class PolicyForm(ModelForm[Policy]):
    """A policy; the scores that it speaks of are ticked."""

    labels = forms.MultipleChoiceField(
        label=Policy._meta.get_field("labels").verbose_name,
        help_text=Policy._meta.get_field("labels").help_text,
        choices=list(LABELS.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    eu_keywords = forms.MultipleChoiceField(
        label=Policy._meta.get_field("eu_keywords").verbose_name,
        choices=KEYWORDS,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = Policy
        fields = (
            *("name", "slug", "text", "labels", "position", "is_active"),
            *("is_illegal", "legal_ground", "eu_category", "eu_keywords"),
        )


@admin.register(Policy)
class PolicyAdmin(ModelAdmin[Policy]):
    """Reasons to remove. Published rules name a policy by its short name, which therefore stays."""

    form = PolicyForm
    list_display = ("position", "name", "text", "says", "is_active")
    list_display_links = ("name",)
    list_editable = ("is_active",)
    fieldsets = (
        (None, {"fields": ("name", "slug", "text", "labels", "position", "is_active")}),
        (
            _("The law, and the EU transparency database"),
            {"fields": ("is_illegal", "legal_ground", "eu_category", "eu_keywords")},
        ),
    )
    prepopulated_fields = {"slug": ("name",)}

    @admin.display(description=_("says of the scores"))
    def says(self, policy: Policy) -> str:
        """Name the scores that a removal for this reason speaks of."""
        return ", ".join(map(label_in_words, policy.labels)) or "–"

    def get_readonly_fields(
        self, request: HttpRequest, obj: Policy | None = None
    ) -> tuple[str, ...]:
        """Keep the short name of a policy that is there."""
        return ("slug",) if obj else ()

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: Policy | None = None
    ) -> dict[str, Sequence[str]]:
        """Fill the short name in while it can be chosen."""
        return {} if obj else {"slug": ("name",)}

    def save_model(
        self, request: HttpRequest, obj: Policy, form: ModelForm[Policy], change: bool
    ) -> None:
        """Publish other words as a version of their own; the desk has a page with a preview."""
        said = {"name", "text"} & set(form.changed_data)
        if not change or not said:
            super().save_model(request, obj, form, change)
            return
        assert isinstance(request.user, User)  # noqa: S101, the admin is open to nobody else
        before = newest_version(obj)
        publish_version(
            policy=obj,
            wording=Wording(name=obj.name, summary=obj.text, text=before.text),
            note="",
            by=request.user,
            seen=before.number,
        )
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Policy | None = None) -> bool:
        """A policy is taken out of use, not deleted: decisions and published rules name it."""
        return False


@admin.register(QueuePromise)
class QueuePromiseAdmin(ModelAdmin[QueuePromise]):
    """How long the oldest comment of a queue may wait; the desk shows what is late."""

    list_display = ("queue", "minutes")


@admin.register(RuleSet)
class RuleSetAdmin(ReadOnlyAdmin[RuleSet]):
    """Every version that ever was live."""

    list_display = ("number", "published_at", "published_by", "note")
    list_select_related = ("published_by",)
    fields = ("number", "published_at", "published_by", "note", "document_shown")
    readonly_fields = ("document_shown",)

    @admin.display(description=_("rules"))
    def document_shown(self, rule_set: RuleSet) -> SafeString:
        """Show the document."""
        return format_html("<pre>{}</pre>", json.dumps(rule_set.document, indent=2))


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin[Decision]):
    """Every decision ever made."""

    list_display = ("decided_at", "comment", "action", "made_by", "actor", "policy", "reason")
    list_select_related = ("comment", "actor", "policy")
    list_filter = ("made_by", "action")
    ordering = ("-pk",)
    fields = (
        "comment", "revision", "action", "from_status", "to_status", "made_by", "actor",
        "rule_set", "classification", "matched", "policy", "reason", "note", "supersedes",
        "decided_at",
    )  # fmt: skip


@admin.register(Classification)
class ClassificationAdmin(ReadOnlyAdmin[Classification]):
    """What the models said."""

    list_display = ("created_at", "revision", "model", "language", "unscored")
    list_select_related = ("revision",)
    ordering = ("-pk",)
    fields = (
        "revision", "model", "language", "own", "quoted", "spans", "unscored", "created_at",
    )  # fmt: skip


@admin.register(AuthorAct)
class AuthorActAdmin(ReadOnlyAdmin[AuthorAct]):
    """What moderators noted about authors and did about them."""

    list_display = ("made_at", "author", "kind", "actor", "policy", "note")
    list_select_related = ("author", "actor", "policy")
    list_filter = ("kind",)
    ordering = ("-pk",)
    fields = (
        "author", "kind", "actor", "made_at", "until", "policy", "note", "restriction",
        "decision", "undoes",
    )  # fmt: skip
