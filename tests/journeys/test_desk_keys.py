"""Every key that the panel lists reaches the control that it names."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from classifier.base import Label
from comments.submission import Writer, edit_comment, report_comment
from moderation.decisions import database_now, decide
from moderation.keys import ALWAYS, GROUPS
from moderation.models import Action, DeskPreferences, ReviewItem
from tests.desk_data import held_items, open_item_of, person
from tests.desk_seat import READ_MS
from tests.make import StandIn, make_comment, screen_all

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("plain_desk")]
LONG = "Only a fool would pay so much for the morning ferry to the islands, whatever they say {n}."
IN_REMOVAL = ("t", "m")
# Notes each control that a key presses, and lets it do nothing.
SPY = """() => {
  window.pressed = [];
  window.addEventListener("click", (event) => {
    const control = event.target.closest("[data-key], [data-digit]");
    if (!control) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    window.pressed.push(control.dataset.key ?? control.dataset.digit);
  }, true);
  for (const key of Object.keys(desk.moves)) desk.moves[key] = () => window.pressed.push(key);
}"""


def item_with_everything() -> ReviewItem:
    """Held for a hard text, changed by its author, reported, and with one that says the same."""
    harsh = StandIn({"fool": {Label.INSULT: 0.9}})
    make_comment(LONG.format(n="tomorrow"))
    comment = make_comment(LONG.format(n="tonight").replace("fool", "friend"))
    screen_all(harsh)
    comment.refresh_from_db()
    edit_comment(
        comment=comment,
        writer=Writer(guest_key=comment.author.key),
        body=LONG.format(n="tonight"),
        seen_version=comment.version,
    )
    screen_all(harsh)
    report_comment(comment=comment, category="spam", words="Really?", reporter_key="r")
    return open_item_of(comment)


def test_every_key_of_the_list_reaches_its_control(sit_down: Callable[[User], Page]) -> None:
    anna, (before,) = person(), held_items(1)
    DeskPreferences.objects.create(user=anna, blurs=True, hard_from=0.85)
    decided(before, by=anna)
    item = item_with_everything()
    desk = sit_down(anna)
    desk.goto(f"/desk/queues/waiting/?item={item.public_id}")
    desk.wait_for_timeout(READ_MS)

    desk.keyboard.press("b")
    expect(desk.locator("#card .text")).to_contain_text("Only a fool")
    desk.wait_for_timeout(READ_MS)
    reached = {"b"}

    desk.evaluate(SPY)
    for key in ("f", "r"):
        desk.keyboard.press(key)
        expect(desk.locator("details.act[open]")).to_have_count(1)
        if key == "r":
            for also in IN_REMOVAL:
                desk.keyboard.press(also)
        desk.keyboard.press("Escape")
        expect(desk.locator("details.act[open]")).to_have_count(0)
        reached |= {key, "Esc"}

    listed = {key.key for group in GROUPS for key in group.keys} | {key.key for key in ALWAYS}
    for key in sorted(listed - reached - {*IN_REMOVAL, "n"}):
        desk.keyboard.press(key)
    reached |= set(desk.evaluate("window.pressed"))
    assert listed - reached == {"n"}  # that one is there when somebody was quicker

    desk.reload()
    desk.wait_for_timeout(READ_MS)
    decided(item, by=person(name="Jonas Berg"))
    desk.keyboard.press("a")
    expect(desk.locator("#actions")).to_contain_text("Jonas Berg")
    desk.keyboard.press("n")
    expect(desk.locator("#claim")).to_contain_text("Jonas Berg approved this")


def test_a_range_is_selected_without_a_keyboard(sit_down: Callable[[User], Page]) -> None:
    held_items(4)
    desk = sit_down(person())
    desk.goto("/desk/queues/waiting/?view=list")
    rows = desk.locator("#list .row")
    desk.locator(".steps [data-key=x]").click()
    for _n in range(2):
        desk.wait_for_timeout(READ_MS)
        desk.locator(".steps [data-key=j]").click()
    expect(rows.nth(2)).to_have_attribute("aria-current", "true")
    desk.locator(".steps [data-key=X]").click()
    expect(desk.locator("#list .pick:checked")).to_have_count(3)
    expect(desk.locator("#picked-count")).to_have_text("3 selected")


def decided(item: ReviewItem, *, by: User) -> None:
    item.comment.refresh_from_db()
    decide(
        comment=item.comment,
        action=Action.APPROVE,
        actor=by,
        seen_version=item.comment.version,
        at=database_now(),
    )
