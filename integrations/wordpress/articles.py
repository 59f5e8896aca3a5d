"""An item of the export as an article: what is its lead, its picture, its byline, its source."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from django.utils.translation import pgettext_lazy

from comments.models import Article, CommentsMode, Section, Tag
from integrations.slugs import free_slug, named
from integrations.wordpress.blocks import Block, Image, Kind, blocks_of, words_of
from integrations.wordpress.captions import source_of, split_caption
from integrations.wordpress.dates import first_date
from integrations.wordpress.reading import Item, Site

LONGEST_LEAD = 400  # characters; a longer first paragraph is text, not a lead
DEFAULT_SECTION = pgettext_lazy("section of a newspaper", "News")
_GENERATED = re.compile(r"\s*(?:\[(?:…|\.\.\.|&hellip;)\]|…|\.\.\.)\s*$")


@dataclass(slots=True)
class Draft:
    """An article about to be stored."""

    fields: dict[str, Any]
    section: str
    section_slug: str
    tags: list[tuple[str, str]]  # name, address part
    picture: Image | None = None
    slug: str = ""
    shortcodes: int = 0
    pictures_in_text: int = 0
    notes: list[str] = field(default_factory=list)


def draft_of(*, item: Item, site: Site, section: str = "", now: datetime) -> Draft:
    """Return an item as an article; ``section`` names the section for all, else its category."""
    blocks, shortcodes = blocks_of(item.content)
    picture = _take_picture(blocks)
    source = _take_source(blocks)
    lead = _lead(item.excerpt, blocks)
    caption, credit = split_caption(picture.caption) if picture else ("", "")
    chosen, section_slug, tags = _sorted_categories(item, section)
    title = words_of(item.title)
    return Draft(
        fields={
            "title": _cut(title or _title_from(lead, blocks), 250),
            "lead": lead,
            "body": "\n".join(block.html for block in blocks),
            "picture_alt": _cut(picture.alt, 250) if picture else "",
            "picture_caption": _cut(caption, 500),
            "picture_credit": _cut(credit, 250),
            "byline": _cut(site.names.get(item.creator, item.creator), 160),
            "source_line": source,
            "published_at": first_date(item.date_gmt, item.date, item.pub_date) or now,
            "comments_mode": (
                CommentsMode.CLOSED if item.comment_status == "closed" else CommentsMode.OPEN
            ),
        },
        section=chosen,
        section_slug=section_slug,
        tags=tags,
        picture=picture,
        slug=unquote(item.slug) or title,
        shortcodes=shortcodes,
        pictures_in_text=sum(len(block.images) for block in blocks),
    )


def store(*, draft: Draft, key: str, picture: str = "") -> Article:
    """Store an article with its section and tags; ``picture`` is the name of a stored file."""
    article = Article(
        slug=free_slug(Article, draft.slug, longest=120),
        section=named(Section, draft.section, slug=draft.section_slug),
        picture=picture,
        imported_from=key,
        **draft.fields,
    )
    article.save()
    article.tags.set([named(Tag, name, slug=slug) for name, slug in draft.tags])
    return article


def _take_picture(blocks: list[Block]) -> Image | None:
    """Take the picture out of the body that stands above the text."""
    for position, block in enumerate(blocks[:2]):
        if block.kind is Kind.PICTURE and len(block.images) == 1:
            del blocks[position]
            return block.images[0]
        if block.words:
            return None
    return None


def _take_source(blocks: list[Block]) -> str:
    if not blocks or blocks[-1].kind is not Kind.PARAGRAPH:
        return ""
    source = source_of(blocks[-1].words)
    if not source or len(source) > 250:
        return ""
    del blocks[-1]
    return source


def _lead(excerpt: str, blocks: list[Block]) -> str:
    """Return the editor's excerpt, or the first paragraph, which is then taken out of the body."""
    first = blocks[0].words if blocks and blocks[0].kind is Kind.PARAGRAPH else ""
    written = words_of(excerpt)
    generated = _GENERATED.sub("", written)
    if written and not first.startswith(generated):
        return written
    paragraphs = sum(block.kind is Kind.PARAGRAPH for block in blocks)
    if first and paragraphs > 1 and len(first) <= LONGEST_LEAD and "<a" not in blocks[0].html:
        del blocks[0]
        return first
    return ""


def _title_from(lead: str, blocks: list[Block]) -> str:
    words = lead or next((block.words for block in blocks if block.words), "")
    return f"{' '.join(words.split()[:8])} …" if words else "…"


def _sorted_categories(item: Item, section: str) -> tuple[str, str, list[tuple[str, str]]]:
    categories = [
        (words_of(name or slug), slug)
        for domain, slug, name in item.categories
        if domain == "category" and (name or slug) and slug != "uncategorized"
    ]
    tags = [
        (words_of(name or slug), slug)
        for domain, slug, name in item.categories
        if domain in {"post_tag", "tag"} and (name or slug)
    ]
    if section:
        return section, "", categories + tags
    chosen, slug = categories[0] if categories else (str(DEFAULT_SECTION), "")
    return chosen, slug, categories[1:] + tags


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"
