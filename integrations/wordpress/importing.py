"""From an export to articles and comments, item by item, as often as one likes.

What is here already is left as it is: an editor may have changed it. An import that was broken
off is continued by doing it again.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from comments.models import Article
from integrations.wordpress.articles import draft_of, store
from integrations.wordpress.comments import NOT_COMMENTS, import_comments
from integrations.wordpress.keys import article_key, site_of
from integrations.wordpress.media import store_picture
from integrations.wordpress.reading import Counted, Item, Site, UnreadableExport, read_items
from integrations.wordpress.tally import Tally
from moderation.decisions import database_now

_PUBLISHED = frozenset({"", "publish"})


@dataclass(frozen=True, slots=True)
class Wishes:
    """How to import."""

    section: str = ""  # the section of every article; empty: its first category
    pages: bool = False  # take pages too, not only posts
    media: Path | None = None  # where the files of the pictures are
    dry_run: bool = False  # count everything, keep nothing


def import_file(*, path: Path, wishes: Wishes, tally: Tally, told: Callable[[int], None]) -> None:
    """Import a file; ``told`` hears how many bytes more were read.

    Raises OSError, and UnreadableExport where the file ends being readable: the items before that
    are imported.
    """
    thumbnails = _thumbnails(path) if wishes.media else {}
    with path.open("rb") as file:
        counted = Counted(file, told=told)
        site = Site()
        try:
            for item in read_items(counted, site=site):
                with _kept_or_not(wishes):
                    _import_item(item, site, wishes, tally, thumbnails)
        finally:
            if counted.replaced:
                tally.noted[_("characters that XML has no place for, now spaces")] += (
                    counted.replaced
                )


@contextmanager
def _kept_or_not(wishes: Wishes) -> Iterator[None]:
    """Keep nothing of a dry run.

    Otherwise the article and each batch of comments are a transaction of their own: one for all of
    them would hold the counts of the queues, and with them everybody who decides, for as long as
    an article with many comments takes.
    """
    if not wishes.dry_run:
        yield
        return
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _thumbnails(path: Path) -> dict[str, str]:
    """Return the addresses of attachments by their number: posts name their picture by it."""
    found: dict[str, str] = {}
    with path.open("rb") as file, suppress(UnreadableExport):
        # Where the file cannot be read further is said when its posts are imported.
        for item in read_items(Counted(file, told=lambda _bytes: None), site=Site()):
            if item.attachment:
                found[item.number] = item.attachment
    return found


def _import_item(
    item: Item, site: Site, wishes: Wishes, tally: Tally, thumbnails: dict[str, str]
) -> None:
    why_not = _why_not(item, wishes)
    if why_not:
        tally.left_out[why_not] += 1
        _count_left_comments(item, tally)
        return
    name = site_of(address=site.address, item=item)
    key = article_key(site=name, item=item)
    article = Article.objects.filter(imported_from=key).first()
    if article is not None:
        tally.already_here[_("articles")] += 1
    else:
        article = _new_article(item, site, key, wishes, tally, thumbnails)
    import_comments(item=item, article=article, site=name, tally=tally)


def _why_not(item: Item, wishes: Wishes) -> str:
    """Return why an item is left out, or nothing."""
    kind = item.kind or "post"
    if kind == "page" and not wishes.pages:
        return _("pages (--pages brings them)")
    if kind not in {"post", "page"}:
        return _("entries of the kind “%(kind)s”") % {"kind": kind}
    if item.status not in _PUBLISHED:
        return _("entries that are not published (%(status)s)") % {"status": item.status}
    if item.password:
        return _("entries behind a password")
    return ""


def _count_left_comments(item: Item, tally: Tally) -> None:
    for comment in item.comments:
        if comment.kind in NOT_COMMENTS:
            tally.left_out[_("pingbacks and trackbacks (other sites' links, not comments)")] += 1
        else:
            tally.left_out[_("comments under entries that were left out")] += 1


def _new_article(
    item: Item, site: Site, key: str, wishes: Wishes, tally: Tally, thumbnails: dict[str, str]
) -> Article:
    draft = draft_of(item=item, site=site, section=wishes.section, now=database_now())
    picture = ""
    source = draft.picture.source if draft.picture else thumbnails.get(item.thumbnail, "")
    if wishes.media and source and not wishes.dry_run:
        picture = store_picture(source=source, folder=wishes.media, tally=tally)
    tally.came_in[_("articles")] += 1
    if draft.shortcodes:
        tally.left_out[_("shortcodes, such as [gallery]")] += draft.shortcodes
    if draft.pictures_in_text:
        tally.noted[_("pictures in the text, now links to where they are")] += (
            draft.pictures_in_text
        )
    if not item.kind or not item.status:
        tally.noted[_("entries that do not say what they are, taken for published posts")] += 1
    with transaction.atomic():
        return store(draft=draft, key=key, picture=picture)
