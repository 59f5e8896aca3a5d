"""Comments in a page of another site, in a browser that keeps no third-party cookie."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Locator, Page, expect

from accounts.models import Role, Session
from comments.models import Article, Comment, Visit
from comments.readers import key_of_user
from tests.desk_data import person, session_of
from tests.desk_seat import PATIENCE_MS, complaints
from tests.framing import allow
from tests.hosting import FALLBACK, ForeignSite, discussion
from tests.make import make_article, make_regular, screen_all
from tests.posting import publish
from tests.running_site import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_hurry")]

Visitor = Callable[..., BrowserContext]


@pytest.fixture
def host(live_server: Any) -> Iterator[ForeignSite]:
    with ForeignSite(comments_at=str(live_server)).open() as site:
        yield site


@pytest.fixture
def visitor(browser: Browser, tmp_path: Path) -> Iterator[Visitor]:
    """A browser of one's own that lets no site follow its reader to another.

    ``keeps_nothing``: it keeps no cookie and no data of any site.
    """
    contexts: list[BrowserContext] = []

    def make(*, keeps_nothing: bool = False) -> BrowserContext:
        folder = tmp_path / f"browser-{len(contexts)}"
        profile: dict[str, Any] = {"cookie_controls_mode": 1, "block_third_party_cookies": True}
        if keeps_nothing:
            profile["default_content_setting_values"] = {"cookies": 2}
        (folder / "Default").mkdir(parents=True)
        (folder / "Default" / "Preferences").write_text(json.dumps({"profile": profile}))
        kind = browser.browser_type
        context = kind.launch_persistent_context(folder, **_as_launched())
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


def _as_launched() -> dict[str, Any]:
    from tests.journeys.conftest import _ARGUMENTS, _chromium

    viewport = {"width": 1280, "height": 800}
    return {"executable_path": _chromium(whole=True), "args": _ARGUMENTS, "viewport": viewport}


def page_of(context: BrowserContext) -> tuple[Page, list[str]]:
    """Return a page, and what its console says."""
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda fault: said.append(str(fault)))
    return page, said


def place_in(page: Page) -> Locator:
    return page.locator("[data-ordstyrer-article]")


def opened(page: Page) -> FrameLocator:
    """Scroll to the discussion and return its frame, once it is there."""
    place_in(page).scroll_into_view_if_needed()
    expect(place_in(page)).to_have_attribute("data-ordstyrer-state", "open")
    return page.frame_locator("[data-ordstyrer-article] iframe")


def write(form: Locator, body: str) -> None:
    form.locator('[name="name"]').fill("Kari Moe")
    form.locator('[name="email"]').fill("kari@example.org")
    form.locator("textarea").fill(body)
    form.get_by_role("button", name="Send").click()


def height_of(page: Page) -> int:
    return int(page.locator("iframe").evaluate("frame => frame.clientHeight"))


def test_a_reader_takes_part_in_a_page_of_another_site(
    host: ForeignSite, visitor: Visitor, live_server: Any
) -> None:
    allow(host.origin)
    article: Article = make_article(slug="ferry-prices")
    parent = publish("What became of it?", article=article, author=make_regular())
    count = '<p><a href="#x" data-ordstyrer-count="ferry-prices">Comments</a></p>'
    address = host.paste("/ferry", count + discussion("ferry-prices"), above=80)
    context = visitor()
    page, said = page_of(context)

    # The count is there at once; the frame only when somebody comes near.
    page.goto(address)
    expect(page.locator("[data-ordstyrer-count]")).to_have_text("1 comment")
    expect(place_in(page)).to_have_text(FALLBACK)
    expect(page.locator("iframe")).to_have_count(0)
    frame = opened(page)
    expect(frame.locator(f"#c-{parent.public_id}")).to_contain_text("What became of it?")
    expect(page.get_by_text(FALLBACK)).to_have_count(0)
    expect(page.locator("iframe")).to_have_attribute("title", f"Comments on “{article.title}”")
    third_party = "document.cookie = 'x=1; SameSite=None; Secure'; document.cookie"
    assert page.frames[1].evaluate(third_party) == "", "this browser keeps third-party cookies"

    # It is as high as what is in it, and grows with it.
    before = height_of(page)
    frame.locator(f"#c-{parent.public_id}").get_by_text("Reply", exact=True).click()
    reply = frame.locator(".under form")
    expect(reply.locator('[name="name"]')).to_be_focused()
    page.wait_for_function(f"document.querySelector('iframe').clientHeight > {before}")
    inner = page.frames[1].evaluate("document.documentElement.scrollHeight")
    assert abs(height_of(page) - inner) <= 1

    # Answer, write, be known again after a reload, and after others read it.
    write(reply, "It was sold.")
    expect(frame.get_by_text("It was sold.")).to_be_visible()
    write(frame.locator("#write"), "The first word of a guest.")
    expect(frame.locator("#own")).to_contain_text("The first word of a guest.")
    one, two = Comment.objects.filter(author_name="Kari Moe")
    assert (one.author, one.parent) == (two.author, parent)
    page.reload()
    expect(opened(page).locator("#own")).to_contain_text("The first word of a guest.")
    screen_all()
    publish("Published meanwhile.", article=article, author=make_regular())
    # The count is kept for a minute: another page asks anew.
    again = host.paste("/again", f"{count} {count.replace('ferry-prices', 'x')}")
    page.goto(again)
    expect(page.locator('[data-ordstyrer-count="ferry-prices"]')).to_have_text("2 comments")
    expect(page.locator('[data-ordstyrer-count="x"]')).to_have_text("Comments")
    page.goto(address)
    frame = opened(page)
    frame.locator(f"#c-{two.public_id}").get_by_text("Withdraw", exact=True).click()
    frame.get_by_role("button", name="Withdraw it").click()
    expect(frame.get_by_text("Your comment has been taken out.")).to_be_visible()
    frame.locator(f"#c-{parent.public_id}").get_by_text("Report", exact=True).click()
    frame.get_by_label("Insults or harassment").check()
    frame.get_by_role("button", name="Send the report").click()
    expect(frame.get_by_text("A moderator will look at this comment.")).to_be_visible()

    # Sign in at the top; the frame hears of it, and what its guest wrote is theirs from now on.
    user = person(Role.READER, name="Aisha Khan")
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session_of(user)}
    context.add_cookies([{**cookie, "url": str(live_server)}])  # type: ignore[list-item]
    with page.expect_popup() as popup:
        frame.get_by_role("link", name="Sign in").click()
    expect(frame.get_by_text("You write as Aisha Khan.")).to_be_visible()
    wait_until(lambda: Visit.objects.filter(reader_key=key_of_user(user)).exists())
    assert popup.value.is_closed()
    expect(frame.get_by_text("Withdraw", exact=True)).to_have_count(1)
    frame.get_by_role("link", name="Sign out").click()
    expect(frame.get_by_text("You are signed out, here and at")).to_be_visible()
    expect(frame.get_by_text("You write as Aisha Khan.")).to_have_count(0)
    assert not Session.objects.filter(user=user).exists()

    # What others say counts for nothing, whatever they call themselves.
    height = height_of(page)
    page.evaluate("postMessage({ ordstyrer: 'height', height: 9 }, '*')")
    inside = page.frames[1]
    inside.evaluate("postMessage({ ordstyrer: 'scheme', scheme: 'dark' }, '*')")
    inside.evaluate("postMessage({ ordstyrer: 'pass', pass: 'x' }, '*')")
    page.wait_for_timeout(300)
    assert height_of(page) == height
    assert inside.evaluate("document.documentElement.dataset.scheme") == "light"
    # The page around may say what it looks like, and which comment it is about.
    page.evaluate("document.body.style.colorScheme = 'dark'")
    expect(frame.locator("html")).to_have_attribute("data-scheme", "dark")
    page.evaluate(f"location.hash = 'comment-{parent.public_id}'")
    expect(frame.locator(f"#c-{parent.public_id}")).to_be_in_viewport()
    assert said == []


def test_where_they_may_not_stand_or_nothing_is_kept(
    host: ForeignSite, visitor: Visitor, live_server: Any
) -> None:
    allow("https://paper.example")
    article: Article = make_article(slug="ferry-prices")
    address = host.paste("/ferry", discussion("ferry-prices"))
    page, _said = page_of(visitor())
    page.goto(address)
    expect(place_in(page)).to_have_attribute("data-ordstyrer-state", "fallback")
    expect(page.get_by_role("link", name=FALLBACK)).to_be_visible()
    expect(page.locator("iframe")).to_have_count(0)

    # Where it may, but a slug leads elsewhere, or nowhere.
    allow(host.origin)
    for name in ("nowhere", "../../desk/", "javascript:alert(1)", '"><b>'):
        page.goto(host.paste("/other", discussion(name.replace('"', "&quot;"))))
        expect(place_in(page)).to_have_attribute("data-ordstyrer-state", "fallback")
        expect(page.get_by_role("link", name=FALLBACK)).to_be_visible()

    # A browser that keeps nothing at all: what is sent is taken, and the reader is told.
    page, said = page_of(visitor(keeps_nothing=True))
    page.goto(address)
    frame = opened(page)
    expect(frame.locator(".forgets")).to_be_hidden()
    for body in ("Nothing is kept.", "And yet it is one reader."):
        write(frame.locator("#write"), body)
        expect(frame.locator("#own")).to_contain_text(body)
    expect(frame.locator(".forgets")).to_be_visible()
    assert Comment.objects.values("author").distinct().count() == 1
    assert said == []

    # A frame's page by itself, as everybody meets it.
    for scheme, width in (("light", 1280), ("dark", 390)):
        page.set_viewport_size({"width": width, "height": 844})
        page.goto(f"{live_server}/embed/articles/{article.slug}/?scheme={scheme}")
        # The frame has no paper of its own: this stands for the page around it.
        page.evaluate("document.body.style.background = 'var(--paper)'")
        assert complaints(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
