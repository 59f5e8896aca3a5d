"""Whoever reads the newspaper in a test, and the states in which they find its pages."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from playwright.sync_api import Page, expect

from accounts.known import SessionStore
from accounts.models import User
from comments import cookies
from comments.models import Author, SiteSettings
from tests.desk_data import session_of
from tests.openid_provider import OpenIDProvider

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
PASSWORD = "a long enough secret"  # that of tests.make.make_user


@dataclass
class Stage:
    """A browser's page, before it nobody in particular; and what a state may turn on the site."""

    page: Page
    address: str
    provider: OpenIDProvider

    def go(self, address: str, *, status: int = 200) -> None:
        answer = self.page.goto(address)
        assert answer is not None
        assert answer.status == status, (address, answer.status)

    def shows(self, words: str) -> None:
        expect(self.page.get_by_text(words).first).to_be_visible()

    def press(self, button: str) -> None:
        self.page.get_by_role("button", name=button, exact=True).click()

    def fill(self, **fields: str) -> None:
        for name, value in fields.items():
            self.page.locator(f'main [name="{name}"]:visible').fill(value)

    def is_guest(self, author: Author) -> None:
        """From now on this browser is the one in which the author writes without an account."""
        self._keep(cookies.NAME, cookies.guest_value(author.key))

    def is_user(self, user: User, *, is_sure: bool = True) -> None:
        """From now on they are signed in; ``is_sure``: and typed their password a moment ago."""
        key = session_of(user)
        if is_sure:
            session = SessionStore(key)
            typed = {"method": "password", "at": time.time(), "reauthenticated": True}
            session["account_authentication_methods"] = [typed]
            session["account_authentication_methods_user"] = str(user.pk)
            session.save()
        self._keep(settings.SESSION_COOKIE_NAME, key)

    def site(self, **fields: object) -> None:
        """Change what the site has chosen, for this state."""
        SiteSettings.objects.update_or_create(pk=1, defaults=fields)

    def begin_anew(self) -> None:
        """Forget everybody and everything: the next state begins as a newcomer on a new site."""
        if self.page.url.startswith(self.address):
            self.page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
        self.page.context.clear_cookies()
        cache.clear()
        SiteSettings.objects.all().delete()

    def _keep(self, name: str, value: str) -> None:
        self.page.context.add_cookies([{"name": name, "value": value, "url": self.address}])


@dataclass(frozen=True)
class State:
    """``show`` brings a stage there; ``routes`` are those whose page it is."""

    name: str
    routes: tuple[str, ...]
    show: Callable[[Stage], None]


STATES: list[State] = []


def give_device(page: Page) -> None:
    """Give a browser a device that keeps passkeys and always agrees."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


def state(*routes: str) -> Callable[[Callable[[Stage], None]], Callable[[Stage], None]]:
    """Count a function among the states of a page; two routes that lead to the same are named."""

    def add(show: Callable[[Stage], None]) -> Callable[[Stage], None]:
        STATES.append(State(show.__name__.strip("_").replace("_", " "), routes, show))
        return show

    return add
