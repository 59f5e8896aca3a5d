"""Texts as whoever looks at the desk wishes to see them, and the line about their day."""

import re
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from comments.models import CommentRevision
from moderation.masking import masked
from moderation.punctuation import two_decimals
from moderation.sight import Seen, Sight

register = template.Library()
_QUOTED = re.compile(r"“[^”]*”")


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
    return _("Blurred: %(label)s %(score)s") % {
        "label": seen.label_in_words,
        "score": two_decimals(seen.score or 0.0),
    }


@register.simple_tag
def said_of(sight: Sight, words: str, revision_id: int | None) -> str:
    """Return what a rule or a colleague says of a text, as this person sees that text.

    Of a blurred text no word is quoted.
    """
    if sight.of("", revision_id=revision_id).hides:
        return _QUOTED.sub("“…”", words)
    return masked(words) if sight.preferences.masks_words else words


@register.simple_tag
def reader_words(sight: Sight, words: str, revision_id: int | None) -> str:
    """Return what a reader wrote about a text; nothing of it while that text is blurred."""
    if sight.of("", revision_id=revision_id).hides:
        return _("Not shown while the comment is blurred: readers quote.")
    return masked(words) if sight.preferences.masks_words else words


@register.inclusion_tag("moderation/_day.html", takes_context=True)
def my_day(context: dict[str, Any]) -> dict[str, Any]:
    """Show the line about this person's day."""
    from moderation.views.care import day_context

    request = context["request"]
    return {**day_context(request), "request": request}
