"""The newspaper's pages: front page, sections, tags, articles, signing in, and what went wrong."""

import io
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as site_settings
from django.core.files.base import ContentFile
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts.models import Role
from comments.models import Article, Section, SiteSettings, Tag
from tests.make import make_article, make_published, make_user
from tests.posting import read, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(settings: Any, tmp_path: Any) -> Article:
    """An article with everything that an article can have."""
    settings.MEDIA_ROOT = tmp_path
    bytes_ = io.BytesIO()
    Image.new("RGB", (60, 40), "navy").save(bytes_, "JPEG")
    article = make_article(
        slug="ferry",
        title="Ferry prices <rise>",
        kicker="Transport",
        lead="Eight per cent & more.",
        body="<p>The <em>body</em>.</p><script>alert(1)</script>",
        byline="Ingrid Solheim",
        source_line="Sources: the county",
        picture_caption="The quay at noon.",
        picture_credit="Photo: Ola Berg",
        picture_alt="A quay",
    )
    article.picture.save("quay.jpg", ContentFile(bytes_.getvalue()))
    article.tags.add(Tag.objects.create(name="Ferries", slug="ferries"))
    return article


def test_an_article_shows_everything_it_has(client: Client, full: Article) -> None:
    page = read(client, "/articles/ferry/")
    words = words_of(page)
    for text in (
        "News",
        "Transport",
        "Ferry prices <rise>",
        "Eight per cent & more.",
        "Ingrid Solheim",
        "The quay at noon.",
        "Photo: Ola Berg",
        "Sources: the county",
        "Ferries",
    ):
        assert text in words
    assert "<p>The <em>body</em>.</p>" in page
    assert "alert(1)" not in page
    assert f'<img src="{full.picture.url}" alt="A quay" width="60" height="40">' in page


def test_a_caption_without_a_picture_is_still_shown(client: Client) -> None:
    article = make_article(picture_caption="What it showed.", picture_credit="Photo: NTB")
    page = read(client, article.get_absolute_url())
    assert "What it showed." in page
    assert "Photo: NTB" in page
    assert "<img" not in page


def test_an_unsafe_body_that_came_another_way_is_cleaned_on_the_page(client: Client) -> None:
    article = make_article()
    Article.objects.filter(pk=article.pk).update(body="<p>ok</p><script>alert(1)</script>")
    page = read(client, article.get_absolute_url())
    assert "<p>ok</p>" in page
    assert "alert(1)" not in page


def test_search_engines_and_other_sites_read_what_the_article_is(
    client: Client, full: Article
) -> None:
    comment = make_published("A <!-- comment --> </script>", article=full)
    page = read(client, "/articles/ferry/")
    here = f"{site_settings.SITE_URL}/articles/ferry/"
    assert f'<link rel="canonical" href="{here}">' in page
    assert '<meta property="og:title" content="Ferry prices &lt;rise&gt;">' in page
    image = f'content="{site_settings.SITE_URL}{full.picture.url}"'
    assert f'<meta property="og:image" {image}>' in page
    (script,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert not set("<>&") & set(script)
    data = json.loads(script)
    assert data["@type"] == "NewsArticle"
    assert data["headline"] == "Ferry prices <rise>"
    assert data["commentCount"] == 1
    assert data["comment"][0]["text"] == "A <!-- comment --> </script>"
    assert data["comment"][0]["url"] == f"{site_settings.SITE_URL}{comment.get_absolute_url()}"
    assert "address" not in script
    assert "@example" not in script


def test_a_comments_page_describes_a_posting_with_its_answers(client: Client) -> None:
    root = make_published("The start")
    make_published("The answer", parent=root)
    page = read(client, root.get_absolute_url())
    (script,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    data = json.loads(script)
    assert data["@type"] == "DiscussionForumPosting"
    assert [answer["text"] for answer in data["comment"]] == ["The answer"]


def test_the_front_page_leads_with_the_latest_and_sorts_the_rest_by_section(
    client: Client,
) -> None:
    now = timezone.now()
    culture = Section.objects.create(name="Culture", slug="culture", position=5)
    for age in range(12):
        section = {"section": culture} if age % 2 else {}
        make_article(title=f"Story {age:02}", published_at=now - timedelta(hours=age), **section)
    make_article(title="Tomorrow", published_at=now + timedelta(hours=1))
    page = read(client, "/")
    assert re.findall(r">(Story \d\d)<", page)[:5] == [f"Story {n:02}" for n in range(5)]
    assert len(set(re.findall(r"Story \d\d", page))) == 12
    assert "Tomorrow" not in page


def test_older_articles_are_a_link_away(client: Client) -> None:
    now = timezone.now()
    for age in range(42):
        make_article(title=f"Story {age:02}", published_at=now - timedelta(hours=age))
    assert 'href="?page=2"' in read(client, "/")
    assert "Story 20" in read(client, "/?page=2")
    assert "Story 41" in read(client, "/?page=3")
    assert client.get("/?page=4").status_code == 404


@pytest.mark.parametrize("page", ["0", "-1", "x", "1e9", "9" * 30, "%F0%9D%9F%9A", ""])
def test_a_page_number_that_is_none_is_the_first_page(client: Client, page: str) -> None:
    article = make_published().article
    for path in ("/", article.get_absolute_url(), "/sections/news/"):
        assert client.get(f"{path}?page={page}").status_code == 200


def test_sections_and_tags_list_their_articles(client: Client, full: Article) -> None:
    make_article(title="No tag", section=Section.objects.create(name="Else", slug="else"))
    for path in ("/sections/news/", "/tags/ferries/"):
        words = words_of(read(client, path))
        assert "Ferry prices <rise>" in words
        assert "No tag" not in words
    for path in ("/sections/none/", "/tags/none/", "/articles/none/"):
        assert client.get(path).status_code == 404


def test_an_empty_site_says_so(client: Client) -> None:
    assert "Nothing has been published yet." in read(client, "/")


def test_the_site_goes_by_the_name_in_its_settings(client: Client) -> None:
    SiteSettings.objects.create(pk=1, name="Kystavisen", tagline="From the sound")
    page = read(client, "/")
    assert "<title>Kystavisen</title>" in page
    assert "From the sound" in words_of(page)


def test_somebody_signed_in_can_sign_out_and_a_moderator_reaches_the_desk(client: Client) -> None:
    assert "Sign in" in words_of(read(client, "/"))
    client.force_login(make_user(Role.READER, name="Per Reader"))
    words = words_of(read(client, "/"))
    assert "Per Reader" in words
    assert "Sign out" in words
    assert "The desk" not in words
    client.force_login(make_user(Role.MODERATOR))
    assert 'href="/desk/">The desk</a>' in read(client, "/")
    assert "/admin/" not in read(client, "/")
    client.force_login(make_user(Role.SITE_ADMIN))
    assert 'href="/admin/">Admin</a>' in read(client, "/")
    assert client.get("/accounts/sign-out/").status_code == 405
    client.post("/accounts/sign-out/")
    assert "Sign in" in words_of(read(client, "/"))


def test_signing_in_leads_back_to_where_one_was(client: Client) -> None:
    article = make_article()
    user = make_user()
    path = article.get_absolute_url()
    assert f'href="/accounts/sign-in/?next={path}"' in read(client, path)
    page = read(client, f"/accounts/sign-in/?next={path}")
    assert f'name="next" value="{path}"' in page
    data = {"login": user.email.upper(), "password": "a long enough secret", "next": path}
    response = client.post("/accounts/sign-in/", data)
    assert (response.status_code, response["Location"]) == (302, path)


def test_a_wrong_password_is_said_plainly_and_too_many_close_the_door(client: Client) -> None:
    user = make_user()
    client.defaults["REMOTE_ADDR"] = "10.9.8.7"
    data = {"login": user.email, "password": "wrong"}
    response = client.post("/accounts/sign-in/", data)
    assert "This address and password do not belong together." in response.content.decode()
    for _ in range(site_settings.AXES_FAILURE_LIMIT):
        response = client.post("/accounts/sign-in/", data)
    assert response.status_code == 429
    assert "Try again in 15 minutes." in words_of(response.content.decode())


def test_the_sign_in_page_sends_nobody_to_another_site(client: Client) -> None:
    user = make_user()
    data = {
        "login": user.email,
        "password": "a long enough secret",
        "next": "https://evil.example/",
    }
    assert client.post("/accounts/sign-in/", data)["Location"] == "/"


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/nowhere/", 404, "There is nothing at this address"),
        ("/nul%00/", 400, "This address or form did not arrive whole"),
        ("/?x=%00", 400, "This address or form did not arrive whole"),
    ],
)
def test_what_is_not_there_is_said_calmly(
    client: Client, path: str, status: int, words: str
) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert words in response.content.decode()


def test_a_strange_encoding_is_refused_in_words(client: Client) -> None:
    path = f"{make_article().get_absolute_url()}comments/"
    response = client.post(
        path, b"body=x", content_type="application/x-www-form-urlencoded; charset=utf-16"
    )
    assert response.status_code == 415
    assert "This did not arrive in a form we can read" in response.content.decode()


def test_broken_uploads_are_no_fault_of_ours(client: Client) -> None:
    path = f"{make_article().get_absolute_url()}comments/"
    for body in (b"", b"--x\r\nbroken", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n'):
        response = client.post(path, body, content_type="multipart/form-data; boundary=x")
        assert 400 <= response.status_code < 500


def test_too_many_fields_are_too_much(client: Client) -> None:
    path = f"{make_article().get_absolute_url()}comments/"
    response = client.post(path, {f"f{n}": "x" for n in range(1100)})
    assert response.status_code == 413


@pytest.mark.parametrize("name", [400, 403, 404, 413, 415, 429, 500, 503])
def test_error_pages_ask_nothing_of_what_may_be_away(
    name: int, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        page = render_to_string(f"{name}.html")
    assert "<h1>" in page
    assert not re.search(r"\b(error|invalid|oops)\b", words_of(page), re.IGNORECASE)


def test_a_database_that_is_away_is_a_503_that_promises_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(slug: str) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr("comments.views.article.public_article", away)
    response = client.get("/articles/any/")
    assert response.status_code == 503
    assert "We cannot reach our archive just now" in response.content.decode()


@pytest.mark.parametrize("path", ["/", "/nowhere/", "/desk/", "/accounts/sign-in/"])
def test_somebody_signed_in_is_told_too_that_the_database_is_away(
    monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    signed_in = Client(raise_request_exception=False)
    signed_in.force_login(make_user(Role.MODERATOR))

    def away(self: Any, *_: Any) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(BaseDatabaseWrapper, "cursor", away)
    monkeypatch.setattr(BaseDatabaseWrapper, "ensure_connection", away)  # accounts.prepared
    response = signed_in.get(path)
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert "We cannot reach our archive just now" in response.content.decode()


def test_a_fault_of_ours_has_a_page_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def fault(slug: str) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("comments.views.article.public_article", fault)
    response = Client(raise_request_exception=False).get("/articles/any/")
    assert response.status_code == 500
    assert "Something went wrong on our side" in response.content.decode()


def test_the_favicon_is_there(client: Client) -> None:
    assert client.get("/favicon.ico")["Location"].endswith("favicon.svg")
    assert 'rel="icon" type="image/svg+xml"' in read(client, "/")


def test_every_page_keeps_scripts_and_styles_to_its_own_files(
    client: Client, full: Article
) -> None:
    comment = make_published("A comment", article=full)
    paths = ["/", "/sections/news/", "/articles/ferry/", comment.get_absolute_url()]
    for path in [*paths, f"{comment.get_absolute_url()}report/", "/accounts/sign-in/"]:
        response = client.get(path)
        page = response.content.decode()
        assert "default-src 'none'" in response["Content-Security-Policy"]
        assert "unsafe" not in response["Content-Security-Policy"]
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", page), path
        for script in re.findall(r"<script\b[^>]*>", page):
            is_data = re.search(r'type="application/(ld\+)?json"', script)
            assert "src=" in script or is_data, script


def test_a_picture_whose_name_no_disk_could_hold_is_not_there(client: Client) -> None:
    assert client.get(f"/media/pictures/{'a' * 5000}.jpg").status_code == 404
