"""Pages of other sites and the articles behind them."""

from hashlib import sha256

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from accounts.names import can_be_seen
from comments.embedding.tokens import NewPage
from comments.models import Article, Section, SiteSettings
from comments.origins import origin_of, page_address
from comments.rendering import clean_text

_LONGEST_TITLE = 250


def article_of(address: str) -> Article | None:
    """Return the article that readers may open whose page this is, however the address is written.

    An article that is there and not published yet counts as none.
    """
    page = page_address(address)
    if page is None:
        return None
    return Article.objects.filter(page_url=page, published_at__lte=timezone.now()).first()


def new_page(*, address: str, title: str, host: str, site: SiteSettings) -> NewPage | None:
    """Return a page whose first comment makes an article, or None where that is not allowed.

    Only a page of ``host``, the site around the frame, and only where the site admin wants it.
    """
    page, title = page_address(address), " ".join(clean_text(title).split())
    if not site.embed_creates_articles or page is None or not can_be_seen(title):
        return None
    if origin_of(page) != host or host not in site.allowed_origins():
        return None
    if len(title) > _LONGEST_TITLE or Article.objects.filter(page_url=page).exists():
        return None
    return NewPage(page, title) if _section(site) is not None else None


def unsaved_article(page: NewPage, *, site: SiteSettings) -> Article:
    """Return the article that the first comment under a page makes; nothing is stored."""
    words = slugify(page.title)[:80].strip("-_")
    ending = sha256(page.address.encode()).hexdigest()[:10]
    return Article(
        slug=f"{words}-{ending}".lstrip("-"),
        title=page.title,
        page_url=page.address,
        section=_section(site),
        published_at=timezone.now(),
        is_listed=False,
    )


def article_for_first_comment(page: NewPage, *, site: SiteSettings) -> Article | None:
    """Return a page's article, made now if it is not there; None where that is not allowed.

    Run it in the transaction that stores the comment. Of two at once, one makes it.
    """
    host = origin_of(page.address) or ""
    found = article_of(page.address)
    if found is None and new_page(address=page.address, title=page.title, host=host, site=site):
        made = unsaved_article(page, site=site)
        with transaction.atomic():
            Article.objects.bulk_create([made], ignore_conflicts=True)
        found = article_of(page.address)
    return found


def _section(site: SiteSettings) -> Section | None:
    return site.embed_section or Section.objects.first()
