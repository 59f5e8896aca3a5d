"""A moderator reads everything there is to a comment, by keys and by hand."""

from collections.abc import Callable
from functools import partial

import pytest
from playwright.sync_api import Page, expect

from classifier.base import Label
from comments.models import Comment, Report, Status
from comments.submission import Writer, edit_comment, report_comment
from moderation.batch_steps import take_chunk
from moderation.decisions import database_now, decide
from moderation.models import Action, Policy, ReviewItem
from tests.desk_data import held_item, item_with_evidence, open_item_of, person
from tests.desk_seat import NARROW, WIDE, complaints
from tests.make import StandIn, make_comment, make_published, screen_all

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("plain_desk")]
DESK = "/desk/queues/waiting/"
LETTER = (
    "Only a fool would close our school in June. Write to the council before Friday, it takes five"
    " minutes, and every letter is counted. Yours, the parents of {}."
)


@pytest.fixture
def desk_page(sit_down: Callable[..., Page]) -> Callable[..., Page]:
    """Sit a moderator down at a browser."""
    return partial(sit_down, person(name="Anna Lie"))


def tip_of(page: Page) -> str:
    """What is drawn beside the first mark."""
    return str(page.locator("mark").first.evaluate("e => getComputedStyle(e, '::after').content"))


def reported(comment: Comment, *readers: str) -> None:
    for reader in readers:
        report_comment(
            comment=comment, category="abuse", words=f"Says {reader}.", reporter_key=reader
        )


def changed_item() -> ReviewItem:
    """A held comment that its author has changed."""
    comment = make_published("Only a friend would say that.")
    edit_comment(
        comment=comment,
        writer=Writer(guest_key=comment.author.key),
        body="Only a fool would say that.",
        seen_version=comment.version,
    )
    screen_all(StandIn({"fool": {Label.INSULT: 0.8}}))
    return open_item_of(comment)


def letters(*places: str) -> ReviewItem:
    """The same letter from several places, the last of them held, the first one removed."""
    made = [make_comment(LETTER.format(place)) for place in places]
    screen_all(StandIn({places[-1]: {Label.INSULT: 0.8}}))
    made[0].refresh_from_db()
    decide(
        comment=made[0],
        action=Action.REMOVE,
        actor=person(name="Jonas Berg"),
        seen_version=made[0].version,
        at=database_now(),
        policy=Policy.objects.get(slug="spam"),
    )
    return open_item_of(made[-1])


def test_a_mark_tells_what_it_moved_when_it_is_pointed_at_or_reached_by_tab(
    desk_page: Callable[..., Page],
) -> None:
    item_with_evidence("And who pays for it? You parasites.", "You parasites")
    desk = desk_page()
    desk.goto(DESK)
    mark = desk.locator("mark")
    assert tip_of(desk) in ("none", "normal")
    mark.hover()
    assert "raises insult: 0.90, about 0.67 without it" in tip_of(desk)
    desk.keyboard.press("Escape")
    assert tip_of(desk) in ("none", "normal")
    desk.mouse.move(0, 0)
    mark.hover()
    assert "raises insult" in tip_of(desk)
    desk.mouse.move(0, 0)
    desk.locator("#card").focus()
    for _ in range(12):
        desk.keyboard.press("Tab")
        if mark.evaluate("e => e === document.activeElement"):
            break
    assert "raises insult" in tip_of(desk)
    described = mark.get_attribute("aria-describedby")
    expect(desk.locator(f"#{described}")).to_have_text("raises insult: 0.90, about 0.67 without it")


def test_earlier_versions_open_with_h_and_show_what_changed(
    desk_page: Callable[..., Page],
) -> None:
    changed_item()
    desk = desk_page()
    desk.goto(DESK)
    expect(desk.locator("#versions ins")).to_be_hidden()
    desk.keyboard.press("h")
    expect(desk.locator("#versions ins")).to_contain_text("fool")
    expect(desk.locator("#versions del")).to_contain_text("friend")
    desk.keyboard.press("h")
    expect(desk.locator("#versions ins")).to_be_hidden()
    desk.keyboard.press("v")
    expect(desk.locator("#card")).to_be_hidden()
    desk.keyboard.press("h")  # what it opens stands on the card
    expect(desk.locator("#versions ins")).to_be_visible()


def test_the_whole_branch_above_is_read_without_leaving_the_screen(
    desk_page: Callable[..., Page],
) -> None:
    parent = None
    for number in range(1, 10):
        parent = make_published(f"Says number {number}.", parent=parent)
    held_item(parent=parent)
    desk = desk_page()
    desk.goto(DESK)
    expect(desk.locator("#branch")).not_to_contain_text("Says number 3.")
    desk.get_by_role("link", name="… 4 more above").click()
    expect(desk.locator("#branch .above")).to_have_count(9)
    expect(desk.locator("#branch")).to_contain_text("Says number 3.")
    expect(desk.locator("#card-title")).to_be_visible()


def test_reports_are_answered_one_by_one_by_keys_and_the_rest_by_the_decision(
    desk_page: Callable[..., Page],
) -> None:
    comment = make_published("Only a fool would say that.")
    reported(comment, "first", "second", "third")
    desk = desk_page()
    desk.goto("/desk/queues/reported/")
    expect(desk.locator("#reports summary")).to_contain_text("3 reports, 3 to answer")
    desk.keyboard.press("e")
    expect(desk.locator("#reports .report-form button").first).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.locator("#reports summary")).to_contain_text("3 reports, 2 to answer")
    expect(desk.locator("#reports")).to_contain_text("agreed with 1 of 1")
    expect(desk.locator('#reports button[value="agreed"]').first).to_be_focused()
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    expect(desk.locator("#reports summary")).to_contain_text("3 reports, 1 to answer")
    desk.keyboard.press("a")
    expect(desk.locator("#done")).to_contain_text("Approved")
    outcomes = Report.objects.order_by("-id").values_list("outcome", flat=True)
    assert list(outcomes) == ["agreed", "disagreed", "disagreed"]
    reported(comment, "fourth")
    desk.goto("/desk/queues/reported/")
    expect(desk.locator(".why")).to_have_text("Reported again: Insults or harassment")
    expect(desk.locator(".stood-before")).to_contain_text("Anna Lie approved this, at")


def test_a_report_is_answered_without_javascript(desk_page: Callable[..., Page]) -> None:
    comment = make_published("Only a fool would say that.")
    reported(comment, "first")
    desk = desk_page(java_script_enabled=False)
    desk.goto("/desk/queues/reported/")
    desk.get_by_role("button", name="Disagree").click()
    expect(desk.locator("#reports summary")).to_have_text("1 report e")
    desk.locator("#reports summary").click()
    expect(desk.locator("#reports")).to_contain_text("Disagreed · Anna Lie")


def test_near_duplicates_open_with_d_and_show_what_differs(desk_page: Callable[..., Page]) -> None:
    letters("Lysdal", "Ytterholm", "Tarsk")
    desk = desk_page()
    desk.goto(DESK)
    expect(desk.locator("#alike summary")).to_contain_text("2 more like this, 1 was removed")
    desk.keyboard.press("d")
    expect(desk.locator("#alike .alike > li")).to_have_count(2)
    expect(desk.locator("#alike ins").first).to_contain_text("Ytterholm")
    expect(desk.locator("#alike")).to_contain_text("Jonas Berg removed this: Spam")
    assert complaints(desk) == []
    boxes = desk.locator("#alike input[type=checkbox]")
    assert [box.is_checked() for box in boxes.all()] == [True, False]  # what is removed is left
    desk.locator("#focus").get_by_role("button", name="Remove all…").click()
    expect(desk.get_by_role("heading", name="Remove 2 comments?")).to_be_visible()
    desk.get_by_role("radio", name="Insults").check()
    desk.get_by_role("button", name="Remove 2 comments").click()
    expect(desk.locator("#batch")).to_be_visible()
    while take_chunk():
        pass
    expect(desk.get_by_text("Done")).to_be_visible()
    assert not Comment.objects.exclude(status=Status.REMOVED).exists()


@pytest.mark.parametrize(
    ("size", "scheme"), [(WIDE, "light"), (NARROW, "dark")], ids=["wide-light", "narrow-dark"]
)
def test_axe_finds_nothing_on_a_card_with_everything(
    scheme: str, size: dict[str, int], desk_page: Callable[..., Page]
) -> None:
    changed = changed_item()
    reported(changed.comment, "first", "second")
    desk = desk_page(viewport=size, color_scheme=scheme)
    desk.goto(f"{DESK}?item={changed.public_id}")
    desk.keyboard.press("h")
    expect(desk.locator("#versions ins")).to_be_visible()
    desk.locator("mark, #versions ins").first.hover(position={"x": 2, "y": 4})
    assert complaints(desk) == []
    assert desk.evaluate("document.documentElement.scrollWidth") <= size["width"]
