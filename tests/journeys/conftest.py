"""A real browser on a real site with a real worker."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from accounts.models import User
from launch.chromium import WINDOWLESS, find_chromium
from tests.desk_data import publish_plain_rules
from tests.desk_seat import PATIENCE_MS, WIDE, seat
from tests.workers import WorkerProcess

# Playwright's synchronous interface runs an event loop, where Django suspects a mistake.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# A popup for an address bar that nobody sees costs each new context more than its page does.
# Chromium reads only the last such list, so what Playwright switches off by itself is in it.
_SWITCHED_OFF = (
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup"),
    *("HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable", "ThirdPartyStoragePartitioning"),
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "PaintHolding"),
    *("LensOverlay", "MediaRouter", "OptimizationHints", "NetworkTimeServiceQuerying"),
    *("AimEnabled", "PreconnectToSearch"),
)
_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(_SWITCHED_OFF)}",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long sweeps begin first, so that nobody waits for the last of them."""
    items.sort(key=lambda item: "test_every_state_is_for_everybody" not in item.name)


def _chromium(*, whole: bool = False) -> str:
    """The browser without windows if there is one; ``whole``: the one that people use."""
    if not whole and (windowless := shutil.which(WINDOWLESS)):
        return windowless
    path = os.environ.get("CHROMIUM") or find_chromium()
    if path is None:
        pytest.fail("There is no Chromium here. ./test journeys says how to install it.")
    return path


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_kept() -> None:
    """A browser asks for a style or a script once, as on a site behind WhiteNoise."""
    serve = StaticFilesHandler.serve

    def kept(handler: StaticFilesHandler, request: HttpRequest) -> HttpResponseBase:
        answer = serve(handler, request)
        answer.headers["Cache-Control"] = "max-age=600"
        return answer

    StaticFilesHandler.serve = kept  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all journeys of this process."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def new_context(
    browser: Browser, live_server: object, celery_worker_process: WorkerProcess
) -> Iterator[Callable[..., BrowserContext]]:
    """Make a browser context: a person with cookies of their own. Addresses such as "/" work.

    Keyword arguments go to Playwright: ``new_context(java_script_enabled=False)``.
    """
    contexts: list[BrowserContext] = []

    def make(**options: object) -> BrowserContext:
        context = browser.new_context(base_url=str(live_server), **options)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """One page of one person."""
    return new_context().new_page()


@pytest.fixture
def plain_desk(transactional_db: None) -> None:
    """A database that another test emptied gets its policies and plain rules back."""
    from moderation.defaults import install

    install()
    publish_plain_rules()


@pytest.fixture
def sit_down(browser: Browser, live_server: object) -> Iterator[Callable[..., Page]]:
    """Sit somebody down at a browser of their own, signed in, or a guest (None).

    No worker runs beside it: the test says itself what the classifier says. Keyword arguments go
    to Playwright.
    """
    contexts: list[BrowserContext] = []

    def sit(user: User | None, **options: object) -> Page:
        page = seat(browser, user, address=str(live_server), **{"viewport": WIDE, **options})
        contexts.append(page.context)
        return page

    yield sit
    for context in contexts:
        context.close()
