"""A moderator looks closer at a comment, in a browser, with a real worker and its model."""

import time

import pytest
from playwright.sync_api import Browser, expect

from moderation.models import CloserLook, ReviewItem
from tests.desk_data import person, publish_plain_rules
from tests.desk_seat import complaints, seat
from tests.make import make_comment, make_regular
from tests.workers import WorkerProcess

pytestmark = pytest.mark.django_db(transaction=True)
SCREENED_WITHIN_S = 30


def wait_until_held() -> ReviewItem:
    end = time.monotonic() + SCREENED_WITHIN_S
    while not ReviewItem.objects.exists():
        assert time.monotonic() < end, "no worker screened the comment"
        time.sleep(0.05)
    return ReviewItem.objects.get()


def test_look_closer_by_key_wait_for_a_worker_and_read_what_each_word_moved(
    browser: Browser, live_server: object, celery_worker_process: WorkerProcess
) -> None:
    publish_plain_rules()
    make_comment(
        "The ferry was late again. You are a complete idiot.",
        author=make_regular(published_count=0),
    )
    wait_until_held()
    celery_worker_process.kill()
    page = seat(
        browser,
        person(),
        address=str(live_server),
        viewport={"width": 1280, "height": 800},
    )
    page.goto("/desk/queues/waiting/")
    expect(page.get_by_role("button", name="Look closer")).to_be_visible()
    assert complaints(page) == []
    page.keyboard.press("l")
    expect(page.locator("#look")).to_contain_text("A closer look is asked for.")
    page.keyboard.press("l")  # asks nobody for anything
    assert CloserLook.objects.count() == 1
    assert complaints(page) == []
    celery_worker_process.start()
    expect(page.get_by_role("heading", name="Looked closer")).to_be_visible(timeout=30_000)
    moved = page.locator(".moved li").filter(has_text="idiot").filter(has_text="raises insult")
    expect(moved.first).to_contain_text("without it")
    expect(page.locator(".text mark").filter(has_text="idiot").first).to_be_visible()
    expect(page.locator("#card-title")).to_have_text("Marit Vik")
    assert complaints(page) == []
    page.keyboard.press("a")
    expect(page.locator("#done")).to_contain_text("Approved")
    page.context.close()


def test_the_button_that_was_pressed_hands_its_focus_on(
    browser: Browser, live_server: object, celery_worker_process: WorkerProcess
) -> None:
    publish_plain_rules()
    make_comment("You are a complete idiot.", author=make_regular(published_count=0))
    wait_until_held()
    page = seat(browser, person(), address=str(live_server))
    page.goto("/desk/queues/waiting/")
    page.get_by_role("button", name="Look closer").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Looked closer")).to_be_focused(timeout=30_000)
    page.context.close()
