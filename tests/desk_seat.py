"""A browser at the desk."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from tests.desk_data import session_of

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
RULES: dict[str, Any] = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
}
READ_MS = 300  # longer than the desk takes a comment for unread
PATIENCE_MS = 10_000
expect.set_options(timeout=PATIENCE_MS)


def seat(browser: Browser, user: User | None, *, address: str, **options: object) -> Page:
    """A page of a browser of its own in which this person is signed in, or a guest's."""
    context = browser.new_context(base_url=address, **options)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE_MS)
    if user is not None:
        cookie = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": cookie, "value": session_of(user), "url": address}])
    return context.new_page()


def complaints(
    page: Page, *, within: str | None = None, options: dict[str, Any] = RULES
) -> list[str]:
    """What axe finds against WCAG 2.2 AA on a page, or in a part of it."""
    found = Axe().run(page, context=within, options=options).response["violations"]
    return [f"{v['id']}: {node['html'][:200]}" for v in found for node in v["nodes"]]


# What another size or scheme changes; all else is as it was.
_OF_A_PHONE: dict[str, Any] = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "target-size"]}
}


def troubles_at_any_size(page: Page) -> list[str]:
    """What axe finds on a wide screen and on a dark phone, and whether the page is wider."""
    found = []
    for size, scheme, options in ((WIDE, "light", RULES), (NARROW, "dark", _OF_A_PHONE)):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found += complaints(page, options=options)
        if page.evaluate("document.documentElement.scrollWidth") > size["width"]:
            found.append(f"{page.url} is wider than {size['width']}")
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    page.emulate_media(color_scheme="light")
    return found
