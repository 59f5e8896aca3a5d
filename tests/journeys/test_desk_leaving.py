"""Keys that are pressed while another page is on its way, and what comes back with Back."""

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from playwright.sync_api import Page, Route, expect

from comments.models import Comment
from moderation.decisions import database_now
from moderation.models import Action, Batch, Decision, ReviewItem
from moderation.review import resolve
from tests.desk_data import held_items, person, session_of
from tests.desk_seat import READ_MS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("plain_desk")]
DESK = "/desk/queues/waiting/"


def held_back(desk: Page, address: str) -> list[Route]:
    """What is asked for at this address stays on its way until somebody lets it go on."""
    held: list[Route] = []
    desk.route(re.compile(address), lambda route: held.append(route))
    return held


def let_go(desk: Page, held: list[Route]) -> None:
    while not held:  # the patience of the whole test ends it
        desk.wait_for_timeout(50)
    held[0].continue_()


def test_what_is_typed_after_the_search_key_is_searched_for_and_decides_nothing(
    sit_down: Callable[..., Page],
) -> None:
    held_items(3)
    desk = sit_down(person())
    desk.goto(DESK)
    desk.wait_for_timeout(READ_MS)
    held = held_back(desk, "/desk/search/")
    desk.keyboard.press("/")
    desk.keyboard.type("mayors", delay=90)
    desk.keyboard.press("Backspace")
    let_go(desk, held)
    expect(desk.locator("#search_words")).to_be_focused()
    desk.keyboard.type(" and more", delay=20)
    expect(desk.locator("#search_words")).to_have_value("mayor and more")
    desk.get_by_role("heading", name="Search", exact=True).click()
    desk.keyboard.press("/")  # already there: back into the field, with nothing lost
    expect(desk.locator("#search_words")).to_be_focused()
    expect(desk.locator("#search_words")).to_have_value("mayor and more")
    desk.keyboard.press("Escape")
    expect(desk.locator("#search_words")).not_to_be_focused()
    assert not Decision.objects.filter(made_by="moderator").exists()


def test_enter_after_the_search_key_searches(sit_down: Callable[..., Page]) -> None:
    held_items(1)
    desk = sit_down(person())
    desk.goto(DESK)
    desk.keyboard.press("/")
    desk.keyboard.type("fool")
    desk.keyboard.press("Enter")
    expect(desk.locator(".found")).to_have_count(1)


@pytest.mark.parametrize("leave", ["link", "form"])
def test_no_key_acts_on_a_page_that_is_being_left(
    leave: str, sit_down: Callable[..., Page]
) -> None:
    held_items(3)
    desk = sit_down(person())
    desk.goto(DESK)
    desk.wait_for_timeout(READ_MS)
    held = held_back(desk, "/quality/|[?&]sort=")
    if leave == "link":
        desk.get_by_role("link", name="Quality", exact=True).click(no_wait_after=True)
    else:
        desk.get_by_role("button", name="Filter", exact=True).click(no_wait_after=True)
    desk.keyboard.press("a")
    let_go(desk, held)
    desk.wait_for_url(lambda address: "/quality/" in address or "sort=" in address)
    desk.wait_for_timeout(READ_MS)
    assert not Decision.objects.filter(made_by="moderator").exists()


def items_by(*names: str) -> list[ReviewItem]:
    """Held comments of these authors, in the order of the queue."""
    items = list(reversed(held_items(len(names))))
    for item, name in zip(items, names, strict=True):
        Comment.objects.filter(pk=item.comment_id).update(author_name=name)
    return items


def ticked(desk: Page) -> list[str]:
    return desk.locator("#list .row:has(.pick:checked) .row-name").all_text_contents()


@pytest.mark.parametrize("way", ["Back", "Cancel"])
def test_the_same_comments_are_ticked_after_one_did_not_confirm(
    way: str, sit_down: Callable[..., Page]
) -> None:
    first, *_rest = items_by("First", "Second", "Third", "Fourth")
    desk = sit_down(person())
    desk.goto(f"{DESK}?sort=newest&view=list")
    for name in ("Second", "Third"):
        desk.get_by_label(f"Select the comment of {name}").check()
    desk.locator("#picked").get_by_role("button", name="Approve").click()
    expect(desk.locator(".batch-form")).to_be_visible()
    resolve(
        item=first,
        moderator=person(name="Jonas Berg"),
        action=Action.APPROVE,
        seen_version=first.comment.version,
        at=database_now(),
    )
    if way == "Back":
        desk.go_back()
    else:
        desk.get_by_role("link", name="Cancel").click()
    expect(desk.locator("#picked-count")).to_have_text("2 selected")
    expect(desk.locator("#filter_sort")).to_have_value("newest")
    assert sorted(ticked(desk)) == ["Second", "Third"]
    desk.evaluate("document.querySelectorAll('.pick').forEach((box, n) => box.checked = n === 0)")
    desk.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    assert sorted(ticked(desk)) == ["Second", "Third"]
    desk.locator("#picked").get_by_role("button", name="Approve").click()
    desk.locator(".batch-go").click()
    expect(desk.locator("#batch")).to_be_visible()
    assert Batch.objects.get().matched == 2
    desk.goto(f"{DESK}?sort=newest")
    expect(desk.locator("#picked-count")).to_have_text("")


def test_a_session_that_ends_decides_nothing_and_keeps_the_note(
    sit_down: Callable[..., Page], live_server: object
) -> None:
    items_by("First", "Second", "Third")
    anna = person(name="Anna Lie")
    desk = sit_down(anna)
    with desk.expect_response("**/ahead/**"):
        desk.goto(DESK)
    desk.wait_for_timeout(READ_MS)
    desk.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    desk.keyboard.press("r")
    desk.locator("#removal-note").fill("The third one today.")
    desk.locator("#actions [name=policy][data-digit='2']").click()
    desk.wait_for_url("**/sign-in/**")
    name, session = settings.SESSION_COOKIE_NAME, session_of(anna)
    desk.context.add_cookies([{"name": name, "value": session, "url": str(live_server)}])
    back = desk.locator("[name=next]").first.input_value()
    desk.goto(back)
    expect(desk.locator("#card-title")).to_have_text("First")
    expect(desk.locator("#removal-note")).to_be_visible()
    expect(desk.locator("#removal-note")).to_have_value("The third one today.")
    expect(desk.locator("#done")).to_contain_text("Not sent: you were signed out")
    assert not Decision.objects.filter(made_by="moderator").exists()


def test_what_is_written_comes_back_with_the_actions(sit_down: Callable[..., Page]) -> None:
    (item,) = items_by("First")
    desk = sit_down(person())
    desk.goto(DESK)
    desk.keyboard.press("r")
    desk.locator("#removal-note").fill("Twice today.")
    jonas = person(name="Jonas Berg")
    mine = ReviewItem.objects.filter(pk=item.pk)
    anna_id = mine.get().claimed_by_id
    mine.update(claimed_by=jonas)
    desk.evaluate("htmx.trigger('#queues', 'poll')")
    expect(desk.locator("#actions")).to_contain_text("Jonas Berg has this one")
    expect(desk.locator("#approval")).to_have_count(0)
    mine.update(claimed_by=anna_id)
    desk.evaluate("htmx.trigger('#queues', 'poll')")
    expect(desk.locator("#removal-note")).to_have_value("Twice today.")


def test_a_note_that_is_far_too_long_is_told_so(sit_down: Callable[..., Page]) -> None:
    items_by("First", "Second")
    desk = sit_down(person())
    desk.goto(DESK)
    desk.wait_for_timeout(READ_MS)
    desk.keyboard.press("r")
    desk.locator("#removal-note").fill("no " * 33_333)
    desk.locator("#actions [name=policy][data-digit='1']").click()
    expect(desk.locator("#actions")).to_contain_text("Shorten it and decide again")
    expect(desk.locator("#removal-note")).to_have_value("no " * 33_333)


def test_previous_goes_on_back_after_an_undo(sit_down: Callable[..., Page]) -> None:
    items_by("First", "Second", "Third")
    desk = sit_down(person())
    desk.goto(DESK)
    title = desk.locator("#card-title")
    for key, name in [("j", "Second"), ("a", "Third"), ("u", "Second")]:
        desk.wait_for_timeout(READ_MS)
        desk.keyboard.press(key)
        expect(title).to_have_text(name)
    for name in ("Third", "First"):
        desk.wait_for_timeout(READ_MS)
        desk.keyboard.press("k")
        expect(title).to_have_text(name)
