"""Feeds, sitemaps and what else machines read."""

import re
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from comments.models import Article, Section
from tests.make import make_article, make_published, make_regular
from tests.posting import read

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def entries(client: Client, path: str) -> list[ET.Element]:
    response = client.get(path)
    assert response["Content-Type"].startswith("application/atom+xml")
    return ET.fromstring(response.content).findall(f"{ATOM}entry")


def titles(client: Client, path: str) -> list[str | None]:
    return [entry.findtext(f"{ATOM}title") for entry in entries(client, path)]


def test_the_sites_feed_holds_what_is_published_latest_first(client: Client) -> None:
    now = timezone.now()
    make_article(title="Older", published_at=now - timedelta(hours=2), lead="A lead & more")
    make_article(title="Newer", published_at=now - timedelta(hours=1))
    make_article(title="Tomorrow's", published_at=now + timedelta(days=1))
    make_article(title="A draft", published_at=None)
    assert titles(client, "/feed/") == ["Newer", "Older"]
    older = entries(client, "/feed/")[1]
    assert older.findtext(f"{ATOM}summary") == "A lead & more"
    link = older.find(f"{ATOM}link")
    assert link is not None
    assert link.get("href", "").startswith(f"{settings.SITE_URL}/articles/")


def test_a_section_has_a_feed_of_its_own(client: Client) -> None:
    harbour = Section.objects.create(name="Harbour", slug="harbour")
    make_article(title="In the harbour", section=harbour)
    make_article(title="Elsewhere")
    assert titles(client, "/sections/harbour/feed/") == ["In the harbour"]
    assert client.get("/sections/nothing/feed/").status_code == 404


def test_comments_come_latest_first_with_their_permalinks(client: Client) -> None:
    author = make_regular(name="Marit <b>", email="marit@example.org")
    first = make_published("First", author=author, email="marit@example.org")
    second = make_published("*Second* https://example.org", article=first.article, author=author)
    found = entries(client, f"{first.article.get_absolute_url()}feed/")
    links = [entry.find(f"{ATOM}link").get("href") for entry in found]  # type: ignore[union-attr]
    assert links == [f"{settings.SITE_URL}{c.get_absolute_url()}" for c in (second, first)]
    assert found[0].findtext(f"{ATOM}author/{ATOM}name") == "Marit <b>"
    summary = found[0].findtext(f"{ATOM}summary") or ""
    assert summary.startswith("<p><em>Second</em> <a href=")
    assert "marit@example.org" not in read(client, f"{first.article.get_absolute_url()}feed/")


def test_characters_that_xml_does_not_know_do_not_break_a_feed(client: Client) -> None:
    comment = make_published("a\x0bb\x1bc\ufffe", author=make_regular(name="N\x08ame"))
    Article.objects.update(title="T\x0bitle", byline="B\x1by")
    (entry,) = entries(client, f"{comment.article.get_absolute_url()}feed/")
    assert entry.findtext(f"{ATOM}summary") == "<p>abc</p>"
    assert titles(client, "/feed/") == ["Title"]


def test_every_feed_is_named_by_the_page_it_follows(client: Client) -> None:
    article = make_article()
    for page, feed in (
        ("/", "/feed/"),
        ("/sections/news/", "/sections/news/feed/"),
        (article.get_absolute_url(), f"{article.get_absolute_url()}feed/"),
    ):
        link = rf'<link rel="alternate" type="application/atom\+xml"[^>]* href="{feed}">'
        assert re.search(link, read(client, page)), page


def test_the_sitemap_names_articles_and_sections_on_this_site(client: Client) -> None:
    article = make_article()
    make_article(slug="a-draft", published_at=None)
    parts = [loc.text for loc in ET.fromstring(read(client, "/sitemap.xml")).iter(f"{SITEMAP}loc")]
    assert len(parts) == 2
    found = [
        loc.text
        for part in ("articles", "sections")
        for loc in ET.fromstring(read(client, f"/sitemap-{part}.xml")).iter(f"{SITEMAP}loc")
    ]
    assert found == [
        f"{settings.SITE_URL}{article.get_absolute_url()}",
        f"{settings.SITE_URL}/sections/news/",
    ]


def test_robots_are_sent_to_the_sitemap_and_kept_from_forms(client: Client) -> None:
    text = read(client, "/robots.txt")
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in text
    assert "Disallow: /comments/*/report/" in text


@pytest.mark.parametrize("path", ["/feed/", "/sections/news/feed/", "{article}feed/"])
def test_no_cache_serves_a_feed_without_asking(client: Client, path: str) -> None:
    article = make_published().article
    response = client.get(path.format(article=article.get_absolute_url()))
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-cache"
