"""The body of an article: HTML from editors and from imports, with everything unsafe taken out."""

import re
from typing import Any

import nh3

_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "dd", "del", "dl", "dt", "em",
    "figcaption", "figure", "h2", "h3", "h4", "hr", "i", "img", "ins", "li", "ol", "p", "pre", "q",
    "s", "small", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time",
    "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "blockquote": {"cite"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
}
# Taken out with what they hold; of every other unknown element the text stays.
_WITH_CONTENT = {"script", "style", "iframe", "object", "embed", "noscript", "template", "svg"}
_PICTURE_ELSEWHERE = re.compile(r'<img(?![^>]*\ssrc=")[^>]*>')
_EMPTY = re.compile(r"<(figure|p)>\s*</\1>")


def clean_article_html(html: str) -> str:
    """Return the body of an article without anything that could run, load or track.

    Clean HTML comes back as it is. Pictures from other sites are taken out: they would tell those
    sites who reads, and the site's content policy does not load them.
    """
    cleaned = nh3.clean(
        html.replace("\0", ""),
        tags=_TAGS,
        clean_content_tags=_WITH_CONTENT,
        attributes=_ATTRIBUTES,
        attribute_filter=_own_pictures_only,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener",
        strip_comments=True,
    )
    return _EMPTY.sub("", _PICTURE_ELSEWHERE.sub("", cleaned))


def clean_before_saving(sender: object, instance: Any, **_: Any) -> None:
    """Clean an article's body whenever the article is saved (a receiver of ``pre_save``)."""
    if instance.body:
        instance.body = clean_article_html(instance.body)


def _own_pictures_only(tag: str, attribute: str, value: str) -> str | None:
    if (tag, attribute) != ("img", "src"):
        return value
    is_here = value.startswith("/") and not value.startswith(("//", "/\\"))
    return value if is_here else None
