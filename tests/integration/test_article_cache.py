"""What is kept of pages, and that nothing of one reader reaches another."""

import re

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comments.models import Article, Comment, Section, SiteSettings
from tests.author_data import BAN, restricted
from tests.desk_data import client_of
from tests.make import make_article, make_held, make_published, make_regular, make_user
from tests.posting import known_as, read, send

pytestmark = pytest.mark.django_db
AB = ("Anna Moen", "Bjørn Lie")


@pytest.fixture(autouse=True)
def _fresh(settings: object) -> None:
    caches["fragments"].clear()
    settings.COMMENT_MIN_SECONDS = 0  # type: ignore[attr-defined]
    settings.COMMENTS_PER_MINUTE = 1000  # type: ignore[attr-defined]
    settings.COMMENTS_PER_HOUR = 1000  # type: ignore[attr-defined]


def hidden(page: str, name: str) -> str:
    (value,) = re.findall(rf'name="{name}" value="([^"]+)"', page)
    return str(value)


def test_two_newcomers_share_a_page_but_none_of_its_secrets() -> None:
    path = make_published("Shared by all").article.get_absolute_url()
    first, second = read(Client(), path), read(Client(), path)
    assert "Shared by all" in second
    for name in ("csrfmiddlewaretoken", "submission_key", "shown"):
        assert hidden(first, name) != hidden(second, name)
        assert "mark-" not in hidden(second, name)


def test_a_second_newcomer_costs_two_queries() -> None:
    path = make_published("Shared by all").article.get_absolute_url()
    read(Client(), path)
    with CaptureQueriesContext(connection) as captured:
        read(Client(), path)
    assert len(captured) == 2  # the article, with its version, and the site's settings


def test_readers_of_a_kind_share_a_sheet_and_nothing_of_each_other() -> None:
    path = make_published("Shared by all").article.get_absolute_url()
    kinds = [
        [(client_of(make_user(name=f"{name} & <b>")), f"{name} &amp; &lt;b&gt;", 4) for name in AB],
        [(known_as(wrote.author), wrote.author.name, 4) for wrote in map(_written_by, AB)],
    ]
    for (first, name, _), (second, other, queries) in kinds:
        assert name in read(first, path)
        with CaptureQueriesContext(connection) as captured:
            page = read(second, path)
        assert other in page
        assert name not in page
        assert "mark-" not in page
        assert "mark-" not in hidden(page, "submission_key")
        assert len(captured) == queries


def _written_by(name: str) -> Comment:
    return make_published("Elsewhere", author=make_regular(name=name))


def test_a_cookie_that_says_nothing_costs_nothing() -> None:
    path = make_published("Shared by all").article.get_absolute_url()
    read(Client(), path)
    returning = Client()
    returning.cookies["theme"] = "1"
    with CaptureQueriesContext(connection) as captured:
        read(returning, path)
    assert len(captured) == 2


def test_a_kept_sheet_gives_no_form_to_whoever_is_banned_meanwhile() -> None:
    user, path = make_user(), make_published().article.get_absolute_url()
    client = client_of(user)
    assert 'name="body"' in read(client, path)
    restricted(make_regular(user=user), BAN, until=None)
    page = read(client, path)
    assert "You cannot write comments here any more." in page
    assert 'name="body"' not in page


def test_what_the_site_admin_sets_is_on_the_next_page() -> None:
    path = make_published().article.get_absolute_url()
    read(Client(), path)
    SiteSettings.objects.update_or_create(pk=1, defaults={"name": "The Other Paper"})
    assert "The Other Paper" in read(Client(), path)


def test_the_form_of_a_kept_page_can_be_sent() -> None:
    article = make_article()
    read(Client(), article.get_absolute_url())
    client = Client(enforce_csrf_checks=True)
    page = read(client, article.get_absolute_url())
    sent = {name: hidden(page, name) for name in ("csrfmiddlewaretoken", "submission_key", "shown")}
    assert send(client, article, "From a kept page", **sent).status_code == 303
    assert article.comments.get().current_revision.body == "From a kept page"


def test_a_page_of_somebody_known_is_never_kept_for_another() -> None:
    regular = make_regular(name="Known Guest")
    comment = make_held("Only mine to see", author=regular)
    path = comment.article.get_absolute_url()
    user = make_user(name="Known User")
    signed_in = Client()
    signed_in.force_login(user)
    assert "Known User" in read(signed_in, path)
    for _ in range(2):
        page = read(Client(), path)
        assert "Known User" not in page
        assert "Only mine to see" not in page


@pytest.mark.parametrize("path", ["", "?sort=oldest", "?page=1"])
def test_no_shared_cache_may_keep_a_page_with_a_form(client: Client, path: str) -> None:
    response = client.get(f"{make_article().get_absolute_url()}{path}")
    assert "private" in response["Cache-Control"]
    assert "no-cache" in response["Cache-Control"]
    assert "Cookie" in response["Vary"]


def test_an_article_that_was_changed_is_shown_changed(client: Client) -> None:
    article = make_article(title="Before")
    read(client, article.get_absolute_url())
    article.title = "After"
    article.save()
    assert "After" in read(client, article.get_absolute_url())


def test_a_discussion_that_closed_loses_its_form_and_its_reply_links(client: Client) -> None:
    article = make_published("Still readable").article
    page = read(client, article.get_absolute_url())
    assert 'data-do="reply"' in page
    Article.objects.filter(pk=article.pk).update(comments_mode="closed")
    page = read(client, article.get_absolute_url())
    assert "This discussion is closed" in page
    assert 'data-do="reply"' not in page
    assert "<form" not in page
    assert "Still readable" in page


def test_pages_that_do_not_exist_do_not_fill_the_cache(client: Client) -> None:
    path = make_published("Here").article.get_absolute_url()
    read(client, path)
    before = len(caches["fragments"]._cache)  # type: ignore[attr-defined]
    for page in range(2, 30):
        assert "Here" in read(client, f"{path}?page={page}")
    assert len(caches["fragments"]._cache) == before  # type: ignore[attr-defined]


def test_a_text_that_looks_like_a_mark_stays_a_text(client: Client) -> None:
    page = read(client, make_published("mark-0 <!--threads--> {{ csrf_token }}").article
                .get_absolute_url())  # fmt: skip
    assert "<p>mark-0 &lt;!--threads--&gt; {{ csrf_token }}</p>" in page


def test_sections_stand_in_the_masthead_in_their_order(client: Client) -> None:
    for position, name in enumerate(("Harbour", "Culture")):
        Section.objects.create(name=name, slug=name.lower(), position=position)
    page = read(client, "/")
    assert page.index("Harbour") < page.index("Culture")
