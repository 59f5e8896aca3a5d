"""Texts as whoever looks at the desk wishes to see them, and the line about their day."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from comments.models import CommentRevision
from moderation.masking import masked
from moderation.sight import Seen, Sight

register = template.Library()


@register.simple_tag
def seen_text(sight: Sight, body: str, revision_id: int | None, length: int = 0) -> SafeString:
    """Show a text, or its first ``length`` characters, as this person sees it."""
    return glimpse(sight.of(body, revision_id=revision_id), length)


@register.simple_tag
def seen_part(sight: Sight, revision: CommentRevision, length: int) -> Seen:
    """Return the beginning of a revision's text as this person sees it."""
    return sight.of(Truncator(revision.body).chars(length), revision_id=revision.pk)


@register.filter
def glimpse(seen: Seen, length: int = 0) -> SafeString:
    """Show a text that was looked at: as it is, or its silhouette and why it is blurred."""
    body = Truncator(seen.body).chars(length) if length else seen.body
    if not seen.hides:
        return format_html("{}", body)
    return format_html(
        '<span class="blurred" aria-hidden="true">{}</span> <span class="blurred-why">{}</span>',
        body,
        why_blurred(seen),
    )


@register.filter
def why_blurred(seen: Seen) -> str:
    """Return why a text is blurred, with its score."""
    return _("Blurred: %(label)s %(score).2f") % {
        "label": seen.label_in_words,
        "score": seen.score or 0.0,
    }


@register.filter
def as_wished(words: str, sight: object) -> str:
    """Return words about a text with crude ones masked, if this person wishes that.

    A part of a card that is rendered by itself has no ``sight``, and shows them as they are.
    """
    wishes = isinstance(sight, Sight) and sight.preferences.masks_words
    return masked(words) if wishes else words


@register.inclusion_tag("moderation/_day.html", takes_context=True)
def my_day(context: dict[str, Any]) -> dict[str, Any]:
    """Show the line about this person's day."""
    from moderation.views.care import day_context

    request = context["request"]
    return {**day_context(request), "request": request}
