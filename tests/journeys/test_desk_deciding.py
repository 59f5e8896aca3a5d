"""A moderator at the desk, by keys and by hand, alone and beside a colleague."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from accounts.models import User
from comments.models import Comment, Status
from comments.submission import Writer, edit_comment
from moderation.models import Decision, Policy, ReviewItem
from tests.desk_data import held_item, held_items, person
from tests.desk_seat import READ_MS
from tests.make import StandIn, screen_all

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("plain_desk")]
DESK = "/desk/queues/waiting/"


@pytest.fixture
def sit_down(sit_down: Callable[..., Page]) -> Iterator[Callable[..., Page]]:
    """As everywhere; here, what a browser's console complains of fails the test."""
    troubles: list[str] = []

    def sit(user: User | None, **options: object) -> Page:
        page = sit_down(user, **options)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on(
            "console",
            lambda message: (
                troubles.append(message.text)
                if message.type == "error" and "status of 4" not in message.text
                else None
            ),
        )
        return page

    yield sit
    assert troubles == []


def title(page: Page) -> object:
    return page.locator("#card-title")


def reads(page: Page, name: str) -> None:
    """Wait for the comment of this author, and for as long as nobody can have read it."""
    expect(page.locator("#card-title")).to_have_text(name)
    page.wait_for_timeout(READ_MS)


def status_of(comment: Comment) -> str:
    return Comment.objects.get(pk=comment.pk).status


def items_by(names: list[str]) -> list[ReviewItem]:
    """Held comments of these authors; the last name is the first in the queue."""
    items = held_items(len(names))
    for item, name in zip(items, names, strict=True):
        Comment.objects.filter(pk=item.comment_id).update(author_name=name)
    return items


def test_a_comment_is_approved_by_key_and_read_under_its_article(
    sit_down: Callable[..., Page],
) -> None:
    item = held_item("Only a fool would say that.")
    desk = sit_down(person(name="Anna Lie"))
    desk.goto(DESK)
    expect(desk.locator(".why")).to_have_text("Held by High insult: insult 0.80")
    desk.keyboard.press("a")
    expect(desk.locator("#done")).to_contain_text("Approved: the comment of Marit Vik is on the")
    expect(desk.locator("#focus")).to_contain_text("Nothing waits here.")
    reader = sit_down(None)
    reader.goto(item.comment.article.get_absolute_url())
    expect(reader.locator("body")).to_contain_text("Only a fool would say that.")
    expect(reader.locator("body")).not_to_contain_text("Anna Lie")


def test_a_comment_is_removed_with_r_and_a_digit_and_comes_back_with_u(
    sit_down: Callable[..., Page],
) -> None:
    older, newer = items_by(["Older", "Newer"])
    desk = sit_down(person())
    desk.goto(DESK)
    expect(title(desk)).to_have_text("Newer")
    desk.keyboard.press("r")
    expect(desk.locator("[aria-labelledby=policies-title]")).to_be_visible()
    desk.keyboard.press("1")
    policy = Policy.objects.get(position=1)
    expect(desk.locator("#done")).to_contain_text(f"Removed: {policy}. Hidden, and Newer is told")
    expect(title(desk)).to_have_text("Older")
    assert status_of(newer.comment) == Status.REMOVED
    row = desk.locator(f"#row-{newer.comment.public_id}")
    expect(row).to_contain_text("Removed")
    desk.keyboard.press("u")
    expect(title(desk)).to_have_text("Newer")
    expect(desk.locator("#done")).to_contain_text("Taken back")
    expect(row).not_to_contain_text("Removed")
    assert status_of(newer.comment) == Status.HELD
    assert status_of(older.comment) == Status.HELD


def test_a_whole_round_by_keyboard_alone(sit_down: Callable[..., Page]) -> None:
    items = items_by(["Fifth", "Fourth", "Third", "Second", "First"])
    desk = sit_down(person())
    desk.goto(DESK)
    reads(desk, "First")
    desk.keyboard.press("j")
    reads(desk, "Second")
    expect(desk.locator("#card")).to_be_focused()
    desk.keyboard.press("k")
    reads(desk, "First")
    desk.keyboard.press("s")
    reads(desk, "Second")
    desk.keyboard.press("f")
    expect(desk.locator("[name=ready]").first).to_be_focused()
    desk.keyboard.type("a r1 u j?")  # keys typed into a field are words
    desk.keyboard.press("Enter")
    reads(desk, "Third")
    assert Decision.objects.get(action="flag").note == "a r1 u j?"
    desk.keyboard.press("o")
    expect(desk.locator("#context")).to_be_focused()
    desk.keyboard.press("o")
    expect(desk.locator("#card")).to_be_focused()
    desk.keyboard.press("q")
    expect(desk.locator("#filter_sort")).to_be_focused()
    desk.keyboard.press("Escape")
    desk.keyboard.press("?")
    expect(desk.get_by_role("dialog", name="Keys")).to_be_visible()
    desk.keyboard.press("a")  # not while the panel is open
    desk.keyboard.press("Escape")
    expect(desk.get_by_role("dialog", name="Keys")).to_be_hidden()
    desk.keyboard.press("Control+a")
    desk.keyboard.press("r")
    desk.keyboard.press("Escape")
    expect(desk.locator("[aria-labelledby=policies-title]")).to_be_hidden()
    with desk.expect_response(lambda answer: "/decide/" in answer.url):  # the screen is quicker
        desk.keyboard.press("a")
    reads(desk, "Fourth")
    published = [item.comment_id for item in items if status_of(item.comment) == "published"]
    assert published == [items[2].comment_id]


def test_single_keys_are_turned_off_and_stay_off(sit_down: Callable[..., Page]) -> None:
    item = held_item()
    desk = sit_down(person())
    desk.goto(DESK)
    desk.keyboard.press("?")
    desk.get_by_label("Single keys").uncheck()
    desk.reload()
    desk.keyboard.press("a")
    desk.keyboard.press("?")
    expect(desk.get_by_role("dialog", name="Keys")).to_be_hidden()
    assert status_of(item.comment) == Status.HELD
    desk.locator(".menu-me summary").click()
    desk.get_by_role("button", name="Keys").click()
    desk.get_by_label("Single keys").check()
    desk.get_by_role("button", name="Close Esc").click()
    desk.keyboard.press("a")
    expect(desk.locator("#done")).to_contain_text("Approved")


def test_a_key_that_is_held_down_decides_once(sit_down: Callable[..., Page]) -> None:
    items_by(["Third", "Second", "First"])
    desk = sit_down(person())
    desk.goto(DESK)
    for _ in range(5):  # down without up: the browser repeats it
        desk.keyboard.down("a")
    expect(title(desk)).to_have_text("Second")
    desk.keyboard.up("a")
    assert Decision.objects.filter(action="approve").count() == 1


def test_the_second_of_two_moderators_is_told_who_won(sit_down: Callable[..., Page]) -> None:
    item = held_item("Only a fool would say that.")
    anna, jonas = person(name="Anna Lie"), person(name="Jonas Berg")
    first = sit_down(anna)
    first.goto(DESK)
    expect(first.locator("#claim")).to_contain_text("Yours until")
    second = sit_down(jonas)
    second.goto(f"{DESK}?item={item.public_id}")
    expect(second.locator("#claim")).to_contain_text("Anna Lie has this one until")
    ReviewItem.objects.update(claimed_by=None, claimed_until=None)  # Anna's claim runs out
    second.goto(f"{DESK}?item={item.public_id}")
    expect(second.locator("#claim")).to_contain_text("Yours until")
    ReviewItem.objects.update(claimed_by=None, claimed_until=None)
    first.keyboard.press("a")
    expect(first.locator("#done")).to_contain_text("Approved")
    second.keyboard.press("r")
    second.keyboard.press("2")
    expect(second.locator("#actions")).to_contain_text("Anna Lie approved this, at")
    expect(second.locator("#claim")).to_contain_text("Anna Lie approved this, at")
    expect(second.locator("#card")).to_contain_text("Only a fool would say that.")
    assert status_of(item.comment) == Status.PUBLISHED
    second.keyboard.press("n")
    expect(second.locator("#claim")).to_contain_text("Anna Lie approved this")


def test_a_card_says_by_itself_that_a_colleague_decided_it(sit_down: Callable[..., Page]) -> None:
    item = held_item("Only a fool would say that.")
    second = sit_down(person(name="Jonas Berg"))
    second.goto(DESK)
    ReviewItem.objects.update(claimed_by=None, claimed_until=None)
    first = sit_down(person(name="Anna Lie"))
    first.goto(f"{DESK}?item={item.public_id}")
    first.keyboard.press("a")
    expect(first.locator("#done")).to_contain_text("Approved")
    second.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # looked at again
    expect(second.locator("#actions")).to_contain_text("Anna Lie approved this, at")
    expect(second.locator("#card")).to_contain_text("Only a fool would say that.")


def test_a_text_its_author_changed_is_shown_anew_with_n(sit_down: Callable[..., Page]) -> None:
    item = held_item("Only a fool would say that.")
    desk = sit_down(person())
    desk.goto(DESK)
    expect(desk.locator("#claim")).to_contain_text("Yours until")
    writer = Writer(guest_key=item.comment.author.key)
    edit_comment(
        comment=item.comment,
        writer=writer,
        body="Only a fool would say that twice.",
        seen_version=item.comment.version,
    )
    screen_all(StandIn(says=None, scores={"fool": {}}))
    desk.keyboard.press("a")
    expect(desk.locator("#actions")).to_contain_text("The author changed the text at")
    assert Decision.objects.filter(made_by="moderator").count() == 0
    assert "/decide/" not in desk.url  # or a reload would ask for what only a form may send
    desk.keyboard.press("n")
    expect(desk.locator("#card")).to_contain_text("Only a fool would say that twice.")


def test_a_poll_that_crosses_a_request_takes_nothing_from_it(sit_down: Callable[..., Page]) -> None:
    item = held_item("Only a fool would say that.")
    desk = sit_down(person())
    desk.goto(DESK)
    expect(desk.locator("#claim")).to_contain_text("Yours until")
    edit_comment(
        comment=item.comment,
        writer=Writer(guest_key=item.comment.author.key),
        body="Only a fool would say that twice.",
        seen_version=item.comment.version,
    )
    screen_all(StandIn(says=None, scores={"fool": {}}))
    desk.keyboard.press("a")
    expect(desk.locator("#actions")).to_contain_text("The author changed the text at")
    asked: list[Route] = []

    def hold(route: Route) -> None:
        asked.append(route)

    desk.route("**/desk/items/**", hold)
    with desk.expect_request("**/desk/items/**"):
        desk.keyboard.press("n")
    with desk.expect_response("**/desk/counts/**"):
        desk.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    asked[0].continue_()
    desk.unroute("**/desk/items/**")
    expect(desk.locator("#card")).to_contain_text("Only a fool would say that twice.")
    desk.keyboard.press("s")
    expect(desk.locator("#card.empty")).to_be_visible()


def test_going_from_comment_to_comment_leaves_back_where_it_was(
    sit_down: Callable[..., Page],
) -> None:
    items_by(["Third", "Second", "First"])
    desk = sit_down(person())
    desk.goto("/")
    desk.goto(DESK)
    reads(desk, "First")
    for key, name in (("j", "Second"), ("a", "Third"), ("u", "Second")):
        desk.keyboard.press(key)
        reads(desk, name)
    desk.go_back()
    expect(desk).to_have_url(re.compile(r"://[^/]+/$"))


def test_new_arrivals_wait_until_they_are_asked_for(sit_down: Callable[..., Page]) -> None:
    items_by(["Second", "First"])
    desk = sit_down(person())
    desk.goto(DESK)
    expect(desk.locator("#list .row")).to_have_count(2)
    held_items(3)
    desk.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(desk.locator("#new")).to_have_text("Show 3 new")
    expect(desk.locator("#list .row")).to_have_count(2)
    expect(title(desk)).to_have_text("First")
    desk.get_by_role("link", name="Show 3 new").click()
    expect(desk.locator("#list .row")).to_have_count(5)
    expect(desk.locator("#new")).to_be_empty()
    expect(title(desk)).to_have_text("First")


def test_place_and_filters_survive_a_reload_and_the_way_back(sit_down: Callable[..., Page]) -> None:
    items_by(["Third", "Second", "First"])
    desk = sit_down(person())
    desk.goto(f"{DESK}?label=insult&sort=newest")
    desk.keyboard.press("j")
    expect(title(desk)).to_have_text("Second")
    desk.reload()
    expect(title(desk)).to_have_text("Second")
    expect(desk.locator("#filter_label")).to_have_value("insult")
    desk.get_by_role("link", name="Whole history").click()
    expect(desk.get_by_role("heading", name="Comment of Second")).to_be_visible()
    desk.go_back()
    expect(title(desk)).to_have_text("Second")
    expect(desk.locator("#filter_sort")).to_have_value("newest")


def test_leaving_the_desk_gives_the_comment_back(sit_down: Callable[..., Page]) -> None:
    item = held_item()
    desk = sit_down(person(name="Anna Lie"))
    desk.goto(DESK)
    expect(desk.locator("#claim")).to_contain_text("Yours until")
    desk.goto("/desk/decided/")
    other = sit_down(person(name="Jonas Berg"))
    other.goto("/desk/decided/")
    other.wait_for_function(
        "address => fetch(address).then(r => r.text()).then(text => text.includes('Yours until'))",
        arg=f"{DESK}?item={item.public_id}",
        polling=100,
    )


def test_everything_is_decided_without_javascript(sit_down: Callable[..., Page]) -> None:
    items = items_by(["Third", "Second", "First"])
    desk = sit_down(person(), java_script_enabled=False)
    desk.goto("/desk/")
    expect(title(desk)).to_have_text("First")
    desk.locator("#actions").get_by_role("button", name="Approve").click()
    expect(title(desk)).to_have_text("Second")
    expect(desk.locator("#done")).to_contain_text("Approved")
    desk.locator("summary", has_text="Remove").click()
    desk.get_by_role("button", name="Insults").click()
    expect(title(desk)).to_have_text("Third")
    desk.get_by_role("button", name="Undo").click()
    expect(title(desk)).to_have_text("Second")
    desk.get_by_role("button", name="Skip").click()
    expect(title(desk)).to_have_text("Third")
    assert [status_of(item.comment) for item in items] == ["held", "held", "published"]


def test_a_page_behind_the_first_fifty_is_walked_without_leaving_the_list(
    sit_down: Callable[..., Page],
) -> None:
    held_items(55)
    desk = sit_down(person())
    desk.goto(f"{DESK}?view=list")
    expect(desk.locator("#list .row")).to_have_count(50)
    desk.locator("#more a").click()
    expect(desk.locator("#list .row")).to_have_count(55)
    desk.locator("#list .row a").last.click()
    row = desk.locator("#list .row").last
    expect(row).to_have_attribute("aria-current", "true")
    desk.keyboard.press("a")  # behind the last one comes the first
    expect(desk.locator("#list .row").first).to_have_attribute("aria-current", "true")
