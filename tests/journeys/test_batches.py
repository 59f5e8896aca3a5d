"""Deciding many at once, in a browser, by a real worker: by score, with handles, and back again."""

from collections.abc import Callable
from functools import partial

import pytest
from django.db import transaction
from playwright.sync_api import Locator, Page, expect

from accounts.models import Role
from classifier.base import Label, Scores, Text
from comments.models import Comment, Status
from moderation.models import Batch, BatchState
from tests.desk_data import person, publish_plain_rules
from tests.desk_seat import NARROW, WIDE, complaints
from tests.make import StandIn, make_comment, screen_all
from tests.workers import WorkerProcess

pytestmark = pytest.mark.django_db(transaction=True)
SCORED = (3, 3, 5, 8, 40, 71, 72, 75, 81, 85, 90, 97)  # hundredths of insult, one comment each


def says(text: Text) -> Scores:
    insult = int(text.body.rsplit(" ", 1)[1].strip(".")) / 100
    own = {**dict.fromkeys(Label, 0.01), Label.INSULT: insult}
    return Scores(model="stand-in-1", language="en", own=own)


@pytest.fixture(autouse=True)
def _waiting(transactional_db: None) -> None:
    publish_plain_rules()
    from tests.make import make_regular

    with transaction.atomic():  # a worker that the test before left must not find them unscreened
        for score in SCORED:  # held for their score, or as the first of an author
            author = make_regular(published_count=0)
            make_comment(f"What I think of the ferry is {score}.", author=author)
        screen_all(StandIn(says=says))
    assert Comment.objects.filter(status=Status.HELD).count() == len(SCORED)


@pytest.fixture
def desk_page(sit_down: Callable[..., Page], transactional_db: None) -> Callable[..., Page]:
    """Sit a moderator down at a browser."""
    return partial(sit_down, person(Role.MODERATOR, name="Anna Lie"))


def handle(page: Page, name: str) -> Locator:
    return page.get_by_role("slider", name=name)


def test_a_range_is_chosen_by_keys_removed_watched_and_taken_back(
    desk_page: Callable[..., Page], celery_worker_process: WorkerProcess
) -> None:
    page = desk_page(viewport=WIDE)
    page.goto("/desk/")
    page.get_by_role("link", name="By score").click()
    expect(page.locator(".in-range")).to_contain_text("7 of 12")  # from the rule's cut, 0.70
    expect(page.get_by_text("High insult: held from 0.70", exact=True)).to_be_visible()
    low = handle(page, "Lowest score")
    low.focus()
    for key in ("ArrowLeft", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    expect(low).to_have_attribute("aria-valuenow", "0.71")
    expect(low).to_have_attribute("aria-valuetext", "0.71: 7 of 12")
    expect(page.locator(".in-range")).to_contain_text("7 of 12")
    expect(page.get_by_role("spinbutton", name="From")).to_have_value("0.71")
    expect(page.get_by_text("What I think of the ferry is 71.")).to_be_visible()
    page.keyboard.press("PageUp")
    page.keyboard.press("PageDown")
    page.keyboard.press("Home")
    expect(page.locator(".in-range")).to_contain_text("12 of 12")
    page.keyboard.press("End")  # never past the other
    expect(low).to_have_attribute("aria-valuenow", "0.99")
    page.get_by_role("spinbutton", name="From").fill("0.71")
    page.get_by_role("spinbutton", name="From").press("Tab")
    expect(page.get_by_text("All that are inside")).to_be_visible()
    assert complaints(page) == []
    page.reload()
    expect(page.locator(".in-range")).to_contain_text("7 of 12")

    page.get_by_role("button", name="Remove all inside…").click()
    expect(page.get_by_role("heading", name="Remove 7 comments?")).to_be_visible()
    expect(page.get_by_text("insult from 0.71 to 1.00 in “Waiting”")).to_be_visible()
    assert complaints(page) == []
    page.get_by_role("button", name="Remove 7 comments").click()
    expect(page.get_by_text("Choose the policy that the authors are told about.")).to_be_visible()
    assert complaints(page) == []
    page.get_by_role("radio", name="Insults").check()
    page.get_by_role("button", name="Remove 7 comments").click()
    expect(page.get_by_text("Done")).to_be_visible()
    assert Comment.objects.filter(status=Status.REMOVED).count() == 7
    assert complaints(page) == []
    page.get_by_role("button", name="Take all 7 back").click()
    expect(page.get_by_text("Taken back", exact=True)).to_be_visible()
    assert Comment.objects.filter(status=Status.HELD).count() == len(SCORED)
    page.get_by_role("link", name="all batches").click()
    expect(page.get_by_text("7 of 7 decided, 7 taken back")).to_be_visible()
    assert complaints(page) == []


def test_a_handle_is_dragged_and_the_sample_follows(desk_page: Callable[..., Page]) -> None:
    page = desk_page(viewport=WIDE)
    page.goto("/desk/by-score/?low=0&high=0.1")
    expect(page.locator(".in-range")).to_contain_text("4 of 12")
    high = handle(page, "Highest score")
    box, whole = high.locator(".grip").bounding_box(), page.locator(".handles").bounding_box()
    assert box is not None
    assert whole is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(whole["x"] + whole["width"] * 0.5, box["y"], steps=5)
    expect(page.locator(".in-range")).to_contain_text("5 of 12")  # while it is in hand
    page.mouse.up()
    expect(high).to_have_attribute("aria-valuenow", "0.50")
    expect(high).to_be_focused()
    expect(page.get_by_text("What I think of the ferry is 40.")).to_be_visible()


def test_a_batch_that_nobody_works_on_is_stopped_and_goes_on(
    desk_page: Callable[..., Page],
) -> None:
    page = desk_page(viewport=NARROW)
    page.goto("/desk/by-score/?low=0")
    page.get_by_role("button", name="Approve all inside…").click()
    page.get_by_role("button", name="Approve 12 comments").click()
    expect(page.get_by_text("A worker takes it up within seconds.")).to_be_visible()
    page.get_by_role("button", name="Stop").focus()
    Batch.objects.update(decided=5)  # as if a worker had been there
    expect(page.get_by_text("5 of 12")).to_be_visible()
    expect(page.get_by_role("button", name="Stop")).to_be_focused()
    assert complaints(page) == []
    page.keyboard.press("Enter")
    expect(page.get_by_text("What was decided stays.")).to_be_visible()
    assert complaints(page) == []
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_everything_works_without_javascript(
    desk_page: Callable[..., Page], celery_worker_process: WorkerProcess
) -> None:
    page = desk_page(java_script_enabled=False)
    page.goto("/desk/by-score/")
    page.get_by_role("spinbutton", name="From").fill("0.7")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".in-range")).to_contain_text("7 of 12")
    page.get_by_role("button", name="Approve all inside…").click()
    page.get_by_role("button", name="Approve 7 comments").click()

    def look() -> bool:
        link = page.get_by_role("link", name="Look how far it is now")
        if link.count():
            link.click()
        return Batch.objects.filter(state=BatchState.DONE).exists()

    assert any(look() for _ in range(200))
    page.reload()
    page.get_by_role("button", name="Take all 7 back").click()
    expect(page.get_by_role("heading", name="Approve 7 comments")).to_be_visible()
