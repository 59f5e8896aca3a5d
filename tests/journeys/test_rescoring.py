"""A site admin has a past period scored again, in a browser, by a real worker."""

from collections.abc import Callable
from functools import partial

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Role
from moderation.models import Rescoring, RescoringState
from tests.desk_data import person, publish_plain_rules
from tests.desk_seat import NARROW, WIDE, complaints
from tests.make import make_comment, make_held, make_regular, screen_all
from tests.workers import WorkerProcess

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _comments(transactional_db: None) -> None:
    publish_plain_rules()
    make_comment("You are a complete idiot and a liar.", author=make_regular())
    make_comment("The morning ferry is always full.", author=make_regular())
    screen_all()
    make_held("I fear that the ferry will be late again.")


@pytest.fixture
def admin_page(sit_down: Callable[..., Page], transactional_db: None) -> Callable[..., Page]:
    """Sit a site admin down at a browser."""
    return partial(sit_down, person(Role.SITE_ADMIN, name="Ingrid Moe"))


def test_count_start_watch_and_read_what_changed(
    admin_page: Callable[..., Page],
    celery_worker_process: WorkerProcess,
) -> None:
    page = admin_page(viewport=WIDE)
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
