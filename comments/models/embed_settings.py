"""What a site admin decides about discussions that stand in pages of other sites."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.origins import NotAnOrigin, read_origins, validate_origins


class EmbedSettings(models.Model):
    """The part of the site's settings that is about the embed."""

    embed_origins = models.TextField(
        _("sites that may show the comments"),
        blank=True,
        validators=[validate_origins],
        help_text=_(
            "One a line, like https://example.org. Empty: no other site. “www.” and another port"
            " are other sites."
        ),
    )
    embed_creates_articles = models.BooleanField(
        _("pages of those sites get a discussion by themselves"),
        default=False,
        help_text=_(
            "The first comment makes the article here, with the title that the page gives. Such"
            " articles are left out of this site's own lists."
        ),
    )
    embed_section = models.ForeignKey(
        "comments.Section",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("section for such articles"),
        help_text=_("Empty: the first section."),
    )
    embed_permalinks = models.BooleanField(
        _("links to comments lead to the page that shows them"),
        default=False,
        help_text=_("In letters, in feeds and where comments are shared; otherwise to this site."),
    )

    class Meta:
        abstract = True

    def allowed_origins(self) -> list[str]:
        """Return the origins whose pages may show the comments."""
        try:
            return read_origins(self.embed_origins)
        except NotAnOrigin:  # stored past the form: nobody rather than anybody
            return []
