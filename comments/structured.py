"""What search engines read: schema.org data about articles and discussions, as JSON-LD.

Only what the page itself shows to everybody goes in, so nothing undecided does.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from comments.models import Article, SiteSettings
from comments.rendering import clean_text
from comments.threads import Text, Thread

COMMENTS = 20  # described on a page; engines read the rest from the page itself
# Neither "</script>" nor "<!--" can end the data; the same as Django's json_script does.
_IN_SCRIPT = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}

Data = dict[str, Any]


def absolute(path: str) -> str:
    """Return the full address of a path on this site."""
    return f"{settings.SITE_URL}{path}"


def as_json(data: Data | list[Data]) -> str:
    """Return ``data`` as JSON that may stand in a script element."""
    return json.dumps(data).translate(_IN_SCRIPT)


def as_script(data: Data, *, comments: str = "[]") -> SafeString:
    """Return a script element that holds ``data`` and runs nothing.

    ``comments``: what ``as_json`` made of the comments that belong to it.
    """
    text = as_json({"@context": "https://schema.org", **data})
    whole = f'{text[:-1]}, "comment": {comments}}}'
    return mark_safe(f'<script type="application/ld+json">{whole}</script>')  # noqa: S308, as_json


def article_as_data(*, article: Article, site: SiteSettings) -> Data:
    """Describe an article; the comments under it are added by ``as_script``."""
    address = absolute(article.get_absolute_url())
    data: Data = {
        "@type": "NewsArticle",
        "@id": address,
        "mainEntityOfPage": address,
        "headline": article.title,
        "description": article.lead,
        "articleSection": article.section.name,
        "dateModified": article.updated_at.isoformat(),
        "publisher": {"@type": "NewsMediaOrganization", "name": site.name},
        "discussionUrl": f"{address}#discussion",
        "commentCount": article.published_count,
    }
    if article.published_at:
        data["datePublished"] = article.published_at.isoformat()
    if article.byline:
        data["author"] = {"@type": "Person", "name": article.byline}
    if article.picture:
        data["image"] = absolute(article.picture.url)
    return data


def thread_as_script(*, article: Article, thread: Thread) -> SafeString:
    """Describe a thread as a posting with its answers; empty where its first comment is gone."""
    first, *replies = thread.nodes
    if first.text is None:
        return SafeString("")
    data = {
        **_comment(first.text),
        "@type": "DiscussionForumPosting",
        "isPartOf": {
            "@type": "NewsArticle",
            "@id": absolute(article.get_absolute_url()),
            "headline": article.title,
        },
    }
    answers = [_comment(node.text) for node in replies[:COMMENTS] if node.text]
    return as_script(data, comments=as_json(answers))


def comments_as_data(*, threads: Iterable[Thread]) -> list[Data]:
    """Describe the first comments of a page, each thread's replies within it."""
    described: list[Data] = []
    left = COMMENTS
    for thread in threads:
        first, *replies = thread.nodes
        if left <= 0:
            break
        if first.text is None:
            continue
        data = _comment(first.text)
        answers = [_comment(node.text) for node in replies[: left - 1] if node.text]
        if answers:
            data["comment"] = answers
        described.append(data)
        left -= 1 + len(answers)
    return described


def _comment(text: Text) -> Data:
    return {
        "@type": "Comment",
        "url": absolute(reverse("comments:comment", args=[text.public_id])),
        "author": {"@type": "Person", "name": clean_text(text.author_name)},
        "datePublished": text.submitted_at.isoformat(),
        "text": clean_text(text.body),
    }
