"""A site admin has a past period scored again, in a browser, by a real worker."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts.models import Role
from moderation.models import Rescoring, RescoringState
from tests.desk_data import person, publish_plain_rules
from tests.desk_seat import seat
from tests.make import make_comment, make_held, make_regular, screen_all
from tests.workers import WorkerProcess

pytestmark = pytest.mark.django_db(transaction=True)
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(autouse=True)
def _comments(transactional_db: None) -> None:
    publish_plain_rules()
    make_comment("You are a complete idiot and a liar.", author=make_regular())
    make_comment("The morning ferry is always full.", author=make_regular())
    screen_all()
    make_held("I fear that the ferry will be late again.")


@pytest.fixture
def admin_page(browser: Browser, live_server: object) -> Iterator[Callable[..., Page]]:
    """A browser in which a site admin is signed in."""
    contexts: list[BrowserContext] = []

    def sit(**options: object) -> Page:
        user = person(Role.SITE_ADMIN, name="Ingrid Moe")
        page = seat(browser, user, address=str(live_server), **options)
        contexts.append(page.context)
        return page

    yield sit
    for context in contexts:
        context.close()


def complaints(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{v['id']}: {node['html'][:200]}" for v in found for node in v["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_count_start_watch_and_read_what_changed(
    scheme: str,
    admin_page: Callable[..., Page],
    celery_worker_process: WorkerProcess,
) -> None:
    page = admin_page(viewport=WIDE, color_scheme=scheme)
    page.goto("/desk/")
    page.locator(".rooms summary").click()
    page.get_by_role("link", name="Score again").click()
    page.get_by_role("button", name="Count").click()
    expect(page.get_by_text("3 comments were posted in this period.")).to_be_visible()
    assert complaints(page) == []
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("heading", name="What changed")).to_be_visible()
    expect(page.get_by_text("would be held or removed now")).to_be_visible()
    page.get_by_role("link", name="Marit Vik").first.click()
    expect(page.get_by_role("heading", name="Comment of Marit Vik")).to_be_visible()
    page.go_back()
    assert complaints(page) == []


def test_a_run_that_is_stopped_and_goes_on_while_nobody_works(
    admin_page: Callable[..., Page],
) -> None:
    page = admin_page(viewport=NARROW)
    page.goto("/desk/rescorings/")
    page.get_by_role("button", name="Count").click()
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("A worker takes it up within seconds.")).to_be_visible()
    assert complaints(page) == []
    page.get_by_role("button", name="Stop").focus()
    Rescoring.objects.update(state=RescoringState.READERS_FIRST)
    expect(page.get_by_text("It goes on by itself as soon as nobody waits.")).to_be_visible()
    expect(page.get_by_role("button", name="Stop")).to_be_focused()
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_everything_works_without_javascript(
    admin_page: Callable[..., Page], celery_worker_process: WorkerProcess
) -> None:
    page = admin_page(java_script_enabled=False)
    page.goto("/desk/rescorings/")
    page.get_by_label("Posted from").fill("")
    page.get_by_role("button", name="Count").click()
    expect(page.get_by_text("Choose the first day.")).to_be_visible()
    page.goto("/desk/rescorings/")
    page.get_by_role("button", name="Count").click()
    page.get_by_role("button", name="Start").click()

    def look() -> bool:
        link = page.get_by_role("link", name="Look how far it is now")
        if link.count():
            link.click()
        return page.get_by_role("heading", name="What changed").count() == 1

    assert any(look() for _ in range(200))
