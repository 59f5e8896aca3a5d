"""Articles, and where their discussion takes its rules from: article, section, site."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.core.validators import FileExtensionValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from comments.models.embed_settings import EmbedSettings
from comments.models.privacy_settings import PrivacySettings
from comments.origins import LONGEST_ADDRESS


class ModerationMode(models.TextChoices):
    """Whether a comment is read by a person before the public reads it."""

    INHERIT = "inherit", _("As the section or the site")
    POST = "post", _("Published first, held only by a rule")
    PRE = "pre", _("Every comment waits for a moderator")


class CommentsMode(models.TextChoices):
    """Whether the discussion takes comments. An archived one is closed for good."""

    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")
    ARCHIVED = "archived", _("Archived, read only")


class Disagreeing(models.TextChoices):
    """Whether readers may say that they disagree with a comment, and who sees how many do."""

    OFF = "off", _("Off")
    COUNTED = "counted", _("Counted, the number shown to nobody")
    SHOWN = "shown", _("Counted, the number shown beside the comment")


class ScoresShown(models.TextChoices):
    """Whether an author is told what the automatic screening made of their comment."""

    NONE = "none", _("Not at all")
    WORDS = "words", _("In words: likely, very likely")
    NUMBERS = "numbers", _("As percentages")


class SiteSettings(EmbedSettings, PrivacySettings):
    """The site's own name and defaults; one row, changed by site admins."""

    name = models.CharField(_("name of the site"), max_length=80, default="Ordstyrer")
    tagline = models.CharField(_("line under the name"), max_length=160, blank=True)
    moderation_mode = models.CharField(
        _("moderation"),
        max_length=10,
        choices=[c for c in ModerationMode.choices if c[0] != ModerationMode.INHERIT],
        default=ModerationMode.POST,
    )
    close_after_days = models.PositiveIntegerField(
        _("close discussions after (days)"), null=True, blank=True
    )
    comment_max_length = models.PositiveIntegerField(
        _("longest comment (characters)"), default=5000, validators=[MinValueValidator(100)]
    )
    double_review_percent = models.DecimalField(
        _("second looks (percent of moderators' decisions)"),
        max_digits=4,
        decimal_places=1,
        default=Decimal(3),
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_(
            "So many of the approvals and removals that people make are shown to a second"
            " moderator, who does not know the first decision. 0 turns it off."
        ),
    )
    audit_percent = models.DecimalField(
        _("audits (percent of what rules remove)"),
        max_digits=4,
        decimal_places=1,
        default=Decimal(5),
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        editable=False,  # changed at the desk alone, which records it and pauses what needs audits
    )
    strike_days = models.PositiveSmallIntegerField(
        _("strikes count for (days)"), default=90, validators=[MinValueValidator(1)]
    )
    moderator_ban_days = models.PositiveSmallIntegerField(
        _("longest ban by a moderator (days)"),
        default=7,
        help_text=_("Senior moderators ban for longer, and for good."),
    )
    address_days = models.PositiveSmallIntegerField(
        _("a network address is remembered for (days)"),
        default=30,
        validators=[MinValueValidator(1)],
        help_text=_("For the other names of an address, and to hold new names from it."),
    )
    appeal_days = models.PositiveSmallIntegerField(
        _("decisions can be appealed for (days)"),
        default=14,
        db_default=14,
        validators=[MaxValueValidator(365)],
        help_text=_(
            "Whoever wrote a removed comment, or was muted or banned, can object for so long; a"
            " moderator who did not decide first looks again. 0: no appeals are taken."
        ),
    )
    edit_minutes = models.PositiveSmallIntegerField(
        _("a comment can be edited for (minutes)"),
        default=15,
        db_default=15,
        help_text=_("Counted from when it was sent; each new text is checked again. 0: never."),
    )
    edit_history = models.BooleanField(
        _("show what was edited"),
        default=False,
        db_default=False,
        help_text=_("To everybody, and only versions that were public themselves."),
    )
    takes_illegal_notices = models.BooleanField(
        _("takes notices of illegal content"),
        default=True,
        db_default=True,
        help_text=_("From anybody, at /notices/illegal/: answered by a person, with a letter."),
    )
    illegal_notice_days = models.PositiveSmallIntegerField(
        _("who filed a notice is remembered for (days)"),
        default=180,
        db_default=180,
        validators=[MinValueValidator(1)],
        help_text=_("Counted from the decision. Then name, address and words are erased."),
    )
    shows_transparency = models.BooleanField(
        _("shows its transparency report"),
        default=False,
        db_default=False,
        help_text=_("Everybody reads at /transparency/ how the site moderates, in numbers."),
    )
    exports_statements = models.BooleanField(
        _("exports statements of reasons for the EU database"),
        default=True,
        db_default=True,
        help_text=_("Site admins get them as files on the desk; nothing is sent anywhere."),
    )
    hints = models.BooleanField(
        _("tell authors before they post that a comment will probably be held"),
        default=True,
        db_default=True,
        help_text=_("Once, with the words that are the matter. They may post it as it is."),
    )
    follow_minutes = models.PositiveSmallIntegerField(
        _("letters to whoever follows a discussion, at most one in (minutes)"),
        default=30,
        db_default=30,
        help_text=_("What is new meanwhile waits for the next letter. 0: nobody can follow."),
    )

    scores_shown = models.CharField(
        _("scores in statements to authors"),
        max_length=10,
        choices=ScoresShown.choices,
        default=ScoresShown.NONE,
        db_default=ScoresShown.NONE,
        help_text=_(
            "Whether a statement of reasons tells how high the automatic screening scored what the"
            " decision rests on. What it read the text as is told in any case."
        ),
    )
    decision_letters = models.BooleanField(
        _("letters about decisions"),
        default=True,
        db_default=True,
        help_text=_(
            "Authors with a proven address are written to when a comment of theirs is removed or"
            " they are muted or banned, when that is taken back, and about their appeals. The words"
            " of the letters are changed at the desk, under Rules, Letters."
        ),
    )
    disagreeing = models.CharField(
        _("“I disagree”"),
        max_length=10,
        choices=Disagreeing.choices,
        default=Disagreeing.COUNTED,
        db_default=Disagreeing.COUNTED,
        help_text=_("It is no report, and no moderator or rule ever sees it."),
    )

    class Meta:
        verbose_name = _("site settings")
        verbose_name_plural = _("site settings")
        constraints = (
            models.CheckConstraint(condition=models.Q(pk=1), name="site_settings_one_row"),
        )

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> "SiteSettings":
        """Return the one row, or the defaults where none is stored yet."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)


class Section(models.Model):
    """A part of the newspaper."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    slug = models.SlugField(_("address part"), max_length=60, unique=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    moderation_mode = models.CharField(
        _("moderation"),
        max_length=10,
        choices=ModerationMode.choices,
        default=ModerationMode.INHERIT,
    )

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ("position", "name")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("comments:section", args=[self.slug])


class Tag(models.Model):
    """A word that articles share."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    slug = models.SlugField(_("address part"), max_length=60, unique=True)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("comments:tag", args=[self.slug])


class ArticleQuerySet(models.QuerySet["Article"]):
    """Ways to narrow articles down."""

    def public(self, *, at: datetime) -> "ArticleQuerySet":
        """Articles that readers may open: published, and not in the future."""
        return self.filter(published_at__lte=at)


class Article(models.Model):
    """An article and the discussion under it.

    ``discussion_version`` grows with everything that changes what readers see under the article;
    cached pages carry it in their name. ``published_count`` counts the published comments. Both
    are kept by ``comments.lifecycle`` in the transaction of the change itself.
    """

    slug = models.SlugField(_("address part"), max_length=120, unique=True)
    title = models.CharField(_("title"), max_length=250)
    kicker = models.CharField(_("kicker"), max_length=60, blank=True)
    lead = models.TextField(_("lead"), blank=True)
    body = models.TextField(
        _("body"), blank=True, help_text=_("HTML; everything unsafe is taken out when it is saved.")
    )
    picture = models.ImageField(
        _("picture"),
        upload_to="pictures/",
        blank=True,
        validators=[FileExtensionValidator(["jpg", "jpeg", "png", "webp"])],
        width_field="picture_width",
        height_field="picture_height",
    )
    picture_width = models.PositiveIntegerField(null=True, editable=False)
    picture_height = models.PositiveIntegerField(null=True, editable=False)
    picture_alt = models.CharField(_("what the picture shows"), max_length=250, blank=True)
    picture_caption = models.CharField(_("caption"), max_length=500, blank=True)
    picture_credit = models.CharField(_("picture credit"), max_length=250, blank=True)
    byline = models.CharField(_("byline"), max_length=160, blank=True)
    writer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("written by"),
        help_text=_("Comments of this person under the article carry “Author of the article”."),
    )
    source_line = models.CharField(_("source line"), max_length=250, blank=True)
    section = models.ForeignKey(
        Section, on_delete=models.PROTECT, related_name="articles", verbose_name=_("section")
    )
    tags = models.ManyToManyField(Tag, related_name="articles", blank=True, verbose_name=_("tags"))
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, db_index=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)
    comments_mode = models.CharField(
        _("comments"), max_length=10, choices=CommentsMode.choices, default=CommentsMode.OPEN
    )
    closed_at = models.DateTimeField(_("closed by hand at"), null=True, editable=False)
    close_after_days = models.PositiveIntegerField(
        _("close after (days)"),
        null=True,
        blank=True,
        help_text=_("Counted from publication. Empty: as the site."),
    )
    moderation_mode = models.CharField(
        _("moderation"),
        max_length=10,
        choices=ModerationMode.choices,
        default=ModerationMode.INHERIT,
    )
    page_url = models.URLField(
        _("page on another site"),
        max_length=LONGEST_ADDRESS,
        unique=True,
        null=True,
        blank=True,
        help_text=_("The address of the page that shows this discussion, if it is not this site."),
    )
    is_listed = models.BooleanField(
        _("in the lists of this site"),
        default=True,
        help_text=_("On the front page, in sections, feeds and the sitemap."),
    )
    imported_from = models.CharField(  # noqa: DJ001, unique where it is set
        max_length=250, null=True, blank=True, editable=False
    )
    discussion_version = models.PositiveBigIntegerField(default=0, editable=False)
    published_count = models.PositiveIntegerField(default=0, editable=False)

    objects: ClassVar["models.Manager[Article]"] = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ("-published_at", "-id")
        constraints = (
            models.UniqueConstraint(fields=["imported_from"], name="article_imported_once"),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("comments:article", args=[self.slug])

    def closes_at(self, *, settings: SiteSettings) -> datetime | None:
        """When the discussion closes by itself, or None."""
        days = self.close_after_days
        if days is None:
            days = settings.close_after_days
        if days is None or self.published_at is None:
            return None
        return self.published_at + timedelta(days=days)

    def takes_comments(self, *, settings: SiteSettings, at: datetime) -> bool:
        """Whether a comment may be submitted at this moment."""
        closes_at = self.closes_at(settings=settings)
        return self.comments_mode == CommentsMode.OPEN and (closes_at is None or at < closes_at)


def effective_mode(article: str, section: str, site: str) -> str:
    """Return the first moderation mode that says something."""
    for mode in (article, section):
        if mode != ModerationMode.INHERIT:
            return mode
    return site
