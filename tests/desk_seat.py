"""A browser at the desk."""

from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from tests.desk_data import session_of

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
