"""A reader takes everything along and leaves; and no page asks anybody else for anything."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from playwright.sync_api import BrowserContext, expect

from accounts.models import Role, User
from comments.models import Comment
from privacy.models import Erasure
from tests.desk_seat import session_of
from tests.framing import allow
from tests.hosting import ForeignSite, discussion
from tests.make import make_article, make_held, make_regular, make_user
from tests.posting import publish
from tests.running_site import wait_until

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("plain_desk", "no_hurry"),
]

People = Callable[..., BrowserContext]


def _strangers(context: BrowserContext, *homes: str) -> list[str]:
    """Collect every request that goes anywhere else."""
    found: list[str] = []
    known = {urlsplit(home).netloc for home in homes}

    def look(url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc not in known:
            found.append(url)

    context.on("request", lambda request: look(request.url))
    return found


def _sign_in(context: BrowserContext, user: User, address: str) -> None:
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session_of(user), "url": address}
    context.add_cookies([cookie])  # type: ignore[list-item]


def test_a_reader_downloads_everything_and_has_it_erased(
    new_context: People, live_server: object
) -> None:
    reader = make_user(name="Ronja Lie")
    make_regular(name="Ronja Lie", user=reader)
    article = make_article()
    publish("Under another name", article=article)
    context = new_context()
    strangers = _strangers(context, str(live_server))
    page = context.new_page()
    _sign_in(context, reader, str(live_server))
    page.goto(article.get_absolute_url())
    page.locator("#write textarea").fill("Words that I take along.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Thank you. Your comment has arrived.")).to_be_visible()

    def screened() -> bool:
        return Comment.objects.filter(status="published", author__user=reader).exists()

    wait_until(screened)
    page.goto("/privacy/")
    page.get_by_role("link", name="Your data").click()
    page.get_by_label("Your password").fill("a long enough secret")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download it").click()
    with zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes())) as archive:
        data = json.loads(archive.read("data.json"))
    assert [one["texts"][0]["text"] for one in data["comments"]] == ["Words that I take along."]
    page.get_by_role("link", name="Erase everything of mine").click()
    page.get_by_role("button", name="Erase everything").click()
    expect(page.get_by_text("Write the password.")).to_be_visible()
    page.get_by_label("Your password").fill("a long enough secret")
    page.get_by_role("button", name="Erase everything").click()
    expect(page.get_by_role("heading", name="Erasing")).to_be_visible()

    def erased() -> bool:
        return Erasure.objects.get().runs > 0

    wait_until(erased)
    page.goto(article.get_absolute_url())
    expect(page.get_by_text("Words that I take along.")).to_be_visible()
    expect(page.get_by_text("Deleted reader")).to_be_visible()
    expect(page.get_by_text("Ronja Lie")).to_have_count(0)
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    assert strangers == []


def test_no_page_asks_another_site_for_anything(new_context: People, live_server: object) -> None:
    link = "Look: https://elsewhere.example.org/picture.png and ![](https://elsewhere.example.org/x.png)"
    article = make_article(body='<p>Text</p><img src="https://elsewhere.example.org/a.png">')
    published = publish(link, article=article)
    held = make_held("Only a fool links to https://elsewhere.example.org/b.png")
    admin = make_user(Role.SITE_ADMIN)
    context = new_context()
    strangers = _strangers(context, str(live_server))
    page = context.new_page()
    for path in (article.get_absolute_url(), published.get_absolute_url()):
        page.goto(path, wait_until="networkidle")
    _sign_in(context, admin, str(live_server))
    for path in (
        *("/desk/queues/waiting/", f"/desk/comments/{held.public_id}/", "/desk/search/?q=fool"),
        *(f"/desk/authors/{held.author.key}/", "/desk/quality/", "/desk/team/", "/desk/rules/"),
        *("/desk/privacy/", "/desk/learning/", "/desk/notices/", "/admin/"),
    ):
        page.goto(path)
        page.wait_for_load_state("load")
    assert strangers == []


def test_nor_does_a_discussion_in_a_page_of_another_site(
    new_context: People, live_server: object
) -> None:
    link = "Look: https://elsewhere.example.org/picture.png"
    with ForeignSite(comments_at=str(live_server)).open() as host:
        host.policy = "default-src * 'unsafe-inline'"  # that page forbids nothing
        allow(host.origin)
        article = make_article(body='<img src="https://elsewhere.example.org/a.png">')
        published = publish(link, article=article)
        context = new_context()
        strangers = _strangers(context, str(live_server), host.origin)
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        count = f'<p><a href="#x" data-ordstyrer-count="{article.slug}">Comments</a></p>'
        page.goto(host.paste("/ferry", count + discussion(article.slug)))
        frame = page.frame_locator("[data-ordstyrer-article] iframe")
        comment = frame.locator(f"#c-{published.public_id}")
        expect(comment).to_contain_text("elsewhere.example.org")
        comment.get_by_text("Reply", exact=True).click()
        form = frame.locator(".under form")
        form.locator('[name="name"]').fill("Kari Moe")
        form.locator('[name="email"]').fill("kari@example.org")
        form.locator("textarea").fill(link)
        form.get_by_role("button", name="Send").click()
        expect(frame.locator(".own")).to_contain_text("elsewhere.example.org")
        comment.get_by_text("Report", exact=True).click()
        expect(frame.get_by_role("button", name="Send the report")).to_be_visible()
        page.wait_for_load_state("networkidle")
    assert any("/embed/articles/" in url for url in asked), "the frame's own requests are seen"
    assert any("/embed/counts/" in url for url in asked)
    assert strangers == []
