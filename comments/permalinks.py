"""Full addresses of comments for letters and feeds: here, or on the page that shows them."""

from comments.models import Article, Comment, SiteSettings
from comments.structured import absolute


def permalink(*, comment: Comment, article: Article, site: SiteSettings) -> str:
    """Return the address of a comment under ``article``.

    On the article's own page on another site, where the site admin wants that: the embed there
    reads ``#comment-`` and shows the comment.
    """
    if site.embed_permalinks and article.page_url:
        return f"{article.page_url}#comment-{comment.public_id}"
    return absolute(comment.get_absolute_url())


def discussion_link(*, article: Article, site: SiteSettings) -> str:
    """Return the address of the page that shows an article's discussion."""
    if site.embed_permalinks and article.page_url:
        return article.page_url
    return f"{absolute(article.get_absolute_url())}#discussion"
