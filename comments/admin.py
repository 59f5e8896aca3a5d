"""Articles, sections, tags and the site in the Django admin; comments to look at."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from comments.admin_bases import ModelAdmin, ModelForm, ReadOnlyAdmin
from comments.article_html import clean_article_html
from comments.models import (
    Article,
    Author,
    Comment,
    CommentRevision,
    Report,
    Restriction,
    Section,
    SiteSettings,
    Tag,
)
from comments.models.privacy_settings import PRIVACY_FIELDS
from comments.origins import LONGEST_ADDRESS, page_address
from comments.pictures import validate_picture
from comments.rendering import render_body


@admin.register(SiteSettings)
class SiteSettingsAdmin(ModelAdmin[SiteSettings]):
    """The one row: its list is its form. What is in no group stands first."""

    groups: tuple[tuple[Any, tuple[str, ...]], ...] = (
        (_("Privacy"), ("address_days", *(field.name for field in PRIVACY_FIELDS))),
        (
            _("Writing and following"),
            ("edit_minutes", "edit_history", "hints", "follow_minutes"),
        ),
        (
            _("Comments in pages of other sites"),
            ("embed_origins", "embed_creates_articles", "embed_section", "embed_permalinks"),
        ),
        (_("Reading"), ("disagreeing",)),
        (
            _("What authors are told about decisions"),
            ("decision_letters", "scores_shown", "appeal_days"),
        ),
        (
            _("Illegal content and transparency"),
            (
                "takes_illegal_notices",
                "illegal_notice_days",
                "shows_transparency",
                "exports_statements",
            ),
        ),
    )

    def get_fieldsets(self, request: HttpRequest, obj: SiteSettings | None = None) -> Any:
        """Put the fields that belong together under a heading of their own."""
        grouped = {name for _title, names in self.groups for name in names}
        rest = [name for name in self.get_fields(request, obj) if name not in grouped]
        return [
            (None, {"fields": rest}),
            *((title, {"fields": names}) for title, names in self.groups),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Go to the form; the row is stored with its defaults if nobody has yet."""
        settings, _created = SiteSettings.objects.get_or_create(pk=1)
        return HttpResponseRedirect(
            reverse("admin:comments_sitesettings_change", args=[settings.pk])
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """There is one site."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: SiteSettings | None = None) -> bool:
        """There is one site."""
        return False


@admin.register(Section)
class SectionAdmin(ModelAdmin[Section]):
    """Parts of the newspaper."""

    list_display = ("name", "slug", "position", "moderation_mode")
    list_editable = ("position",)
    prepopulated_fields = {"slug": ("name",)}


@admin.register(Tag)
class TagAdmin(ModelAdmin[Tag]):
    """Words that articles share."""

    list_display = ("name", "slug")
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}


class ArticleForm(ModelForm[Article]):
    """An article; its picture is read through before it is kept."""

    page_url = forms.URLField(
        label=_("Page on another site"),
        help_text=Article._meta.get_field("page_url").help_text,
        max_length=LONGEST_ADDRESS,
        assume_scheme="https",
        required=False,
    )

    class Meta:
        model = Article
        fields = (
            "title", "slug", "kicker", "lead", "body", "picture", "picture_alt",
            "picture_caption", "picture_credit", "byline", "writer", "source_line", "section",
            "tags", "published_at", "page_url", "is_listed", "comments_mode", "close_after_days",
            "moderation_mode",
        )  # fmt: skip
        widgets = {
            "title": forms.TextInput(attrs={"class": "vLargeTextField"}),
            "lead": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
            "body": forms.Textarea(attrs={"rows": 24, "class": "vLargeTextField"}),
            "picture_alt": forms.TextInput(attrs={"class": "vLargeTextField"}),
            "picture_caption": forms.TextInput(attrs={"class": "vLargeTextField"}),
            "source_line": forms.TextInput(attrs={"class": "vLargeTextField"}),
        }

    def clean_page_url(self) -> str | None:
        """Return the address in the form in which pages are looked up."""
        address = self.cleaned_data.get("page_url")
        return page_address(address) if address else None

    def clean_picture(self) -> Any:
        """Refuse what is no picture, or too large a one; one that is kept was read before."""
        picture = self.cleaned_data.get("picture")
        if picture and "picture" in self.changed_data:
            validate_picture(picture)
        return picture


@admin.register(Article)
class ArticleAdmin(ModelAdmin[Article]):
    """Articles and how their discussions run."""

    form = ArticleForm
    list_display = ("title", "section", "published_at", "comments_mode", "published_count")
    list_filter = ("section", "comments_mode", "moderation_mode")
    list_select_related = ("section",)
    search_fields = ("title", "lead")
    date_hierarchy = "published_at"
    autocomplete_fields = ("tags", "writer")
    prepopulated_fields = {"slug": ("title",)}
    readonly_fields = ("picture_shown", "body_shown", "published_count", "updated_at")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "title",
                    "slug",
                    "kicker",
                    "lead",
                    "body",
                    "byline",
                    "writer",
                    "source_line",
                )
            },
        ),
        (
            _("Picture"),
            {
                "fields": (
                    "picture",
                    "picture_shown",
                    "picture_alt",
                    "picture_caption",
                    "picture_credit",
                )
            },
        ),
        (
            _("Where and when"),
            {
                "fields": (
                    *("section", "tags", "published_at", "updated_at"),
                    *("page_url", "is_listed"),
                )
            },
        ),
        (
            _("Discussion"),
            {
                "fields": (
                    "comments_mode",
                    "close_after_days",
                    "moderation_mode",
                    "published_count",
                )
            },
        ),
        (_("The body as readers see it"), {"fields": ("body_shown",), "classes": ("collapse",)}),
    )

    def save_model(self, request: HttpRequest, obj: Article, form: Any, change: bool) -> None:
        """Save what the form has and nothing else.

        The counters beside it belong to whoever decides comments at this moment.
        """
        if not change:
            obj.save()
            return
        fields = [name for name in ArticleForm.Meta.fields if name != "tags"]
        kept = ("picture_width", "picture_height", "closed_at", "updated_at")
        obj.save(update_fields=[*fields, *kept])
        # What is kept rendered of the discussion names its article.
        Article.objects.filter(pk=obj.pk).update(discussion_version=F("discussion_version") + 1)

    @admin.display(description=_("as it is now"))
    def picture_shown(self, article: Article) -> str:
        """Show the picture that is stored."""
        if not article.picture:
            return "–"
        return format_html(
            '<img src="{}" alt="{}" width="400">', article.picture.url, article.picture_alt
        )

    @admin.display(description=_("body"))
    def body_shown(self, article: Article) -> SafeString:
        """Show the body that is stored."""
        return mark_safe(clean_article_html(article.body))  # noqa: S308, cleaned right here


@admin.register(Author)
class AuthorAdmin(ReadOnlyAdmin[Author]):
    """Who wrote comments."""

    list_display = ("name", "email", "user", "published_count", "removed_count", "first_seen_at")
    list_select_related = ("user",)
    search_fields = ("name", "email")
    ordering = ("-pk",)
    fields = (*list_display, "imported_from")


@admin.register(Comment)
class CommentAdmin(ReadOnlyAdmin[Comment]):
    """Comments to look at. They are decided at the desk, where every decision is kept."""

    list_display = ("author_name", "status", "beginning", "article", "submitted_at")
    list_select_related = ("article", "current_revision")
    list_filter = ("status",)
    search_fields = ("author_name",)
    ordering = ("-pk",)
    fields = (
        "article", "parent", "author", "author_name", "author_email", "author_website", "status",
        "body_shown", "submitted_at", "edited_at", "withdrawn_at", "status_changed_at", "version",
        "imported_from",
    )  # fmt: skip
    readonly_fields = ("body_shown",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Comment]:
        """Bring along what the pages show."""
        return super().get_queryset(request).select_related("current_revision")

    @admin.display(description=_("begins"))
    def beginning(self, comment: Comment) -> str:
        """Show the first words."""
        return Truncator(comment.current_revision.body).words(12)

    @admin.display(description=_("comment"))
    def body_shown(self, comment: Comment) -> SafeString:
        """Show the text as readers see it."""
        return render_body(comment.current_revision.body)


@admin.register(CommentRevision)
class CommentRevisionAdmin(ReadOnlyAdmin[CommentRevision]):
    """Every text that was ever sent."""

    list_display = ("comment", "number", "beginning", "created_at")
    list_select_related = ("comment",)
    ordering = ("-pk",)
    fields = ("comment", "number", "body", "created_at")

    @admin.display(description=_("begins"))
    def beginning(self, revision: CommentRevision) -> str:
        """Show the first words."""
        return Truncator(revision.body).words(12)


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin[Report]):
    """What readers reported."""

    list_display = (
        *("category", "comment", "words", "created_at"),
        *("resolved_at", "outcome", "resolved_by"),
    )
    list_select_related = ("comment", "resolved_by")
    list_filter = ("category", "outcome")
    ordering = ("-pk",)
    fields = list_display


@admin.register(Restriction)
class RestrictionAdmin(ReadOnlyAdmin[Restriction]):
    """Mutes and bans, those that are over too."""

    list_display = ("from_at", "author", "kind", "until", "lifted_at")
    list_select_related = ("author",)
    list_filter = ("kind",)
    ordering = ("-pk",)
    fields = ("author", "kind", "from_at", "until", "words", "names_held_until", "lifted_at")
