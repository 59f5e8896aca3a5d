"""Tags of the reader's pages."""

import math
from datetime import datetime, timedelta
from functools import lru_cache

from django import template
from django.db.models import QuerySet
from django.utils.safestring import SafeString, mark_safe

from comments.article_html import clean_article_html
from comments.models import Section, SiteSettings
from comments.quoting import quoted as quoted_lines
from comments.rendering import render_body
from comments.structured import absolute as full_address
from comments.thread_html import clock_html, exact_html, moment_html
from comments.waiting import wait_in_words, wait_of_now

register = template.Library()


@register.simple_tag
def sections() -> QuerySet[Section]:
    """Return the sections in their order, for the line under the masthead."""
    return Section.objects.all()


@register.simple_tag(takes_context=True)
def newspaper(context: template.Context) -> SiteSettings:
    """Return the site's settings, read once for a page.

    Django's own sign-in view calls something else ``site``.
    """
    found = context.get("site")
    return found if isinstance(found, SiteSettings) else SiteSettings.current()


@register.simple_tag
def how_long_it_waits() -> str:
    """Return how long a held comment waits at the moment; nothing where nobody knows."""
    return wait_in_words(wait_of_now())


@register.filter
def moment(at: datetime | None) -> SafeString:
    """Return a time element; scripts make its text relative and keep the exact time at hand."""
    return mark_safe(moment_html(at) if at else "")  # noqa: S308, made of numbers


@register.filter
def clock(at: datetime | None) -> SafeString:
    """Return a time that is soon, as a time element."""
    return mark_safe(clock_html(at) if at else "")  # noqa: S308, made of numbers


@register.filter
def exact(at: datetime | None) -> SafeString:
    """Return a time element that tells day and hour."""
    return mark_safe(exact_html(at) if at else "")  # noqa: S308, made of numbers


@register.filter
def minutes(wait: timedelta) -> int:
    """Return a wait in whole minutes, never too few."""
    return max(1, math.ceil(wait.total_seconds() / 60))


@register.filter
def absolute(path: str) -> str:
    """Return the full address of a path on this site."""
    return full_address(path)


@register.filter
def article_body(html: str) -> SafeString:
    """Return an article's body as it may stand in a page.

    It was cleaned when it was saved; rows that came another way are cleaned here.
    """
    return mark_safe(_cleaned(html))  # noqa: S308, cleaned


@lru_cache(maxsize=100)
def _cleaned(html: str) -> str:
    return clean_article_html(html)


@register.filter
def comment_body(text: str) -> SafeString:
    """Return a comment's text as HTML."""
    return render_body(text)


@register.filter
def quoted(text: str) -> str:
    """Return a comment's text as the lines that quote it in a reply."""
    return quoted_lines(text)
