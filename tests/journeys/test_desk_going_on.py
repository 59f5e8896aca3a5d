"""From comment to comment: two views, one set of keys, and nothing lost between two requests."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from comments.models import Comment
from moderation.keys import GROUPS
from moderation.models import Decision, Policy, ReviewItem, Skip
from tests.desk_data import held_items, person
from tests.desk_seat import READ_MS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("plain_desk")]
DESK = "/desk/queues/waiting/"


def items_by(*names: str) -> list[ReviewItem]:
    """Held comments of these authors, in the order of the queue."""
    items = list(reversed(held_items(len(names))))
    for item, name in zip(items, names, strict=True):
        Comment.objects.filter(pk=item.comment_id).update(author_name=name)
    return items


def title(page: Page) -> Locator:
    return page.locator("#card-title")


def got_ready(page: Page, press: Callable[[], object]) -> None:
    """Do something and wait until the comment after the next one is ready."""
    with page.expect_response("**/ahead/**"):
        press()
    page.wait_for_timeout(READ_MS)


def decided(action: str) -> list[str]:
    made = Decision.objects.filter(action=action, made_by="moderator").order_by("id")
    return [decision.comment.author_name for decision in made.select_related("comment")]


def wait_for(check: Callable[[], object]) -> None:
    end = time.monotonic() + 10
    while not check():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_decision_waits_for_the_one_before_and_hits_what_was_on_the_screen(
    sit_down: Callable[..., Page],
) -> None:
    items_by("First", "Second", "Third", "Fourth")
    desk = sit_down(person())
    got_ready(desk, lambda: desk.goto(DESK))
    held_back: list[Route] = []
    desk.route("**/decide/**", lambda route: held_back.append(route))
    desk.keyboard.press("a")
    expect(title(desk)).to_have_text("Second")  # before the server has answered
    assert decided("approve") == []
    desk.wait_for_timeout(READ_MS)
    desk.keyboard.press("a")
    wait_for(lambda: held_back)
    held_back[0].continue_()
    while len(held_back) < 2:  # the patience of the whole test ends it
        desk.wait_for_timeout(50)
    held_back[1].continue_()
    expect(title(desk)).to_have_text("Third")
    wait_for(lambda: decided("approve") == ["First", "Second"])


def test_a_key_pressed_twice_in_haste_decides_nothing_unread(
    sit_down: Callable[..., Page],
) -> None:
    items_by("First", "Second", "Third")
    desk = sit_down(person())
    got_ready(desk, lambda: desk.goto(DESK))
    desk.evaluate(
        "['a', 'a'].forEach(key => document.dispatchEvent(new KeyboardEvent('keydown', {key})))"
    )
    expect(title(desk)).to_have_text("Second")
    wait_for(lambda: decided("approve") == ["First"])
    desk.wait_for_timeout(READ_MS)
    assert decided("approve") == ["First"]


def test_a_refused_decision_brings_its_comment_back(sit_down: Callable[..., Page]) -> None:
    first, _second = items_by("First", "Second")
    desk = sit_down(person())
    got_ready(desk, lambda: desk.goto(DESK))
    Comment.objects.filter(pk=first.comment_id).update(version=99)
    desk.keyboard.press("a")
    expect(desk.locator("#actions .trouble")).to_be_visible()
    expect(title(desk)).to_have_text("First")
    assert decided("approve") == []


def test_what_a_colleague_took_is_passed_over(sit_down: Callable[..., Page]) -> None:
    _first, second, _third = items_by("First", "Second", "Third")
    desk = sit_down(person())
    got_ready(desk, lambda: desk.goto(DESK))
    jonas = sit_down(person(name="Jonas Berg"))
    jonas.goto(f"{DESK}?item={second.public_id}")
    expect(jonas.locator("#claim")).to_contain_text("Yours until")
    desk.keyboard.press("a")
    expect(title(desk)).to_have_text("Third")
    expect(desk.locator("#claim")).to_contain_text("Yours until")


def test_rows_are_decided_where_they_stand_and_the_view_stays(
    sit_down: Callable[..., Page],
) -> None:
    first, *_rest = items_by("First", "Second", "Third")
    desk = sit_down(person())
    got_ready(desk, lambda: desk.goto(DESK))
    desk.keyboard.press("v")
    expect(desk.locator("#card")).to_be_hidden()
    expect(desk.locator("#list .row[aria-current] > a")).to_be_focused()
    desk.keyboard.press("r")
    desk.keyboard.press("1")
    row = desk.locator(f"#row-{first.comment.public_id}")
    expect(row).to_contain_text("Removed")
    assert Decision.objects.get(action="remove").policy == Policy.objects.get(position=1)
    expect(desk.locator("#list .row[aria-current] .row-name")).to_have_text("Second")
    desk.reload()
    expect(desk.locator("#card")).to_be_hidden()
    expect(desk.locator("#list .row[aria-current] .row-name")).to_have_text("Second")
    desk.keyboard.press("Enter")
    expect(desk.locator("#card")).to_be_visible()


def test_previous_goes_back_along_what_one_looked_at_and_undoes_there(
    sit_down: Callable[..., Page],
) -> None:
    items_by("First", "Second", "Third")
    desk = sit_down(person(name="Anna Lie"))
    got_ready(desk, lambda: desk.goto(DESK))
    got_ready(desk, lambda: desk.keyboard.press("a"))
    desk.keyboard.press("k")
    expect(title(desk)).to_have_text("First")
    expect(desk.locator("#actions")).to_contain_text("Anna Lie approved this")
    desk.keyboard.press("u")
    expect(desk.locator("#claim")).to_contain_text("Yours until")
    assert decided("undo") == ["First"]


def test_skipped_comments_come_last(sit_down: Callable[..., Page]) -> None:
    items_by("First", "Second")
    desk = sit_down(person())
    got_ready(desk, lambda: desk.goto(DESK))
    desk.keyboard.press("s")
    expect(title(desk)).to_have_text("Second")
    wait_for(lambda: Skip.objects.count() == 1)
    desk.wait_for_timeout(READ_MS)
    desk.goto(DESK)
    expect(title(desk)).to_have_text("Second")


def test_what_was_done_is_said_for_a_while_and_undone_for_longer(
    sit_down: Callable[..., Page],
) -> None:
    items_by("First", "Second")
    desk = sit_down(person())
    desk.goto(DESK)
    desk.keyboard.press("a")
    expect(desk.locator("#done")).to_contain_text("Approved")
    desk.evaluate("document.querySelector('[data-fades]').dataset.fades = '2020-01-01T00:00Z'")
    expect(desk.locator("#done .done-words")).to_have_count(0)
    desk.get_by_role("button", name="Undo: approved the comment of First").click()
    expect(title(desk)).to_have_text("First")


def test_a_selection_survives_reloads_decisions_and_arrivals(sit_down: Callable[..., Page]) -> None:
    items_by("First", "Second", "Third", "Fourth")
    desk = sit_down(person())
    desk.goto(f"{DESK}?view=list")
    desk.keyboard.press("x")
    expect(desk.locator("#picked-count")).to_have_text("1 selected")
    for _ in range(2):
        with desk.expect_response("**/desk/**"):
            desk.keyboard.press("j")
        desk.wait_for_timeout(READ_MS)
    expect(desk.locator("#list .row[aria-current] .row-name")).to_have_text("Third")
    desk.keyboard.press("Shift+X")
    expect(desk.locator("#picked-count")).to_have_text("3 selected")
    desk.reload()
    expect(desk.locator("#picked-count")).to_have_text("3 selected")
    desk.keyboard.press("j")
    expect(desk.locator("#list .row[aria-current] .row-name")).to_have_text("Fourth")
    desk.wait_for_timeout(READ_MS)
    desk.keyboard.press("a")
    expect(desk.locator("#done")).to_contain_text("Approved: the comment of Fourth")
    expect(desk.locator("#picked-count")).to_have_text("3 selected")
    held_items(2)
    desk.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    desk.get_by_role("link", name="Show 2 new").click()
    expect(desk.locator("#list .row")).to_have_count(5)
    expect(desk.locator("#picked-count")).to_have_text("3 selected")
    ticked = desk.locator("#list .row:has(.pick:checked) .row-name")
    expect(ticked).to_have_text(["First", "Second", "Third"])
    desk.locator("#picked").get_by_role("button", name="Approve").click()
    expect(desk.get_by_role("heading", name="Approve 3 comments?")).to_be_visible()


def test_the_panel_lists_the_keys_that_work_and_no_other(sit_down: Callable[..., Page]) -> None:
    items_by("First", "Second")
    desk = sit_down(person())
    desk.goto(DESK)
    listed = {key.key for group in GROUPS for key in group.keys}
    in_panel = desk.eval_on_selector_all(
        "#keys [data-listed]", "rows => rows.map(row => row.dataset.listed)"
    )
    assert set(in_panel) == listed
    moves = set(desk.evaluate("Object.keys(desk.moves)"))
    controls = set(
        desk.eval_on_selector_all("[data-key]", "all => all.map(one => one.dataset.key)")
    )
    assert moves <= listed
    assert controls - {"?"} <= listed
    assert {"a", "f", "r", "s", "j", "k", "v", "o", "q", "x", "X", "/"} <= moves | controls
    desk.evaluate("document.querySelectorAll('#keys [data-listed=a]').forEach(row => row.remove())")
    desk.keyboard.press("z")
    assert decided("approve") == []
