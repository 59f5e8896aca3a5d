"""A site admin looks at what was learned and switches it off and back, in a browser."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts.models import Role
from moderation.learning import learn
from tests.desk_data import person
from tests.desk_seat import seat
from tests.learning_data import decided_comments, few_are_enough, ready_site, work_with
from tests.stand_ins import Learner

pytestmark = pytest.mark.django_db(transaction=True)
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(autouse=True)
def _site(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    ready_site()
    few_are_enough(monkeypatch)
    work_with(monkeypatch, Learner())


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


@pytest.mark.parametrize(
    ("size", "scheme", "script"),
    [(WIDE, "light", True), (NARROW, "dark", True), (WIDE, "dark", False)],
    ids=["1280", "390", "without JavaScript"],
)
def test_look_switch_off_and_back(
    size: dict[str, int], scheme: str, script: bool, admin_page: Callable[..., Page]
) -> None:
    decided_comments()
    head = learn()
    page = admin_page(viewport=size, color_scheme=scheme, java_script_enabled=script)
    page.goto("/desk/decided/")
    page.locator(".rooms summary").click()
    page.get_by_role("link", name="Learning").click()
    expect(page.get_by_text(f"scores with what it learned here: {head.name}")).to_be_visible()
    expect(page.get_by_role("heading", name="What changed most")).to_be_visible()
    if script:
        assert complaints(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.get_by_role("button", name="Switch off").click()
    expect(page.get_by_text("Ingrid Moe switched it off.")).to_be_visible()
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_role("button", name="Switch off")).to_be_visible()
    page.get_by_role("link", name="Marit Vik").first.click()
    expect(page.get_by_role("heading", name="Comment of Marit Vik")).to_be_visible()


def test_a_new_site_reads_what_is_missing(admin_page: Callable[..., Page]) -> None:
    page = admin_page(viewport=NARROW)
    page.goto("/desk/learning/")
    expect(page.get_by_text("The model scores as it was shipped.")).to_be_visible()
    assert complaints(page) == []
