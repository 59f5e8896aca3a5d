"""Mutes, bans, strikes and notes in the browser: at the desk, and what the reader sees."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import Role
from classifier.base import Label
from comments import cookies
from comments.models import Comment, Restriction
from moderation.models import AuthorAct
from tests.author_data import MUTE, impose
from tests.desk_data import held_item, person
from tests.desk_seat import NARROW, WIDE, complaints
from tests.make import StandIn, make_article, screen_all
from tests.posting import send

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("plain_desk", "no_hurry"),
]
DESK = "/desk/queues/waiting/"


def guest_with_a_comment() -> tuple[Comment, str]:
    """A comment that a rule held, and the cookie of the guest who wrote it."""
    client, article = Client(), make_article(slug="ferry")
    send(client, article, "Only a fool would say that.")
    screen_all(StandIn({"fool": {Label.INSULT: 0.8}}))
    return Comment.objects.get(), client.cookies[cookies.NAME].value


def as_guest(page: Page, cookie: str, address: str) -> Page:
    page.context.add_cookies([{"name": cookies.NAME, "value": cookie, "url": address}])
    return page


def begin_to_write(page: Page, body: str) -> None:
    page.goto("/articles/ferry/")
    page.locator("#write textarea").fill(body)


def write(page: Page, body: str) -> None:
    begin_to_write(page, body)
    page.locator("#write").get_by_role("button", name="Send").click()


def open_drawer(desk: Page) -> None:
    desk.goto(DESK)
    desk.keyboard.press("p")
    expect(desk.locator("#drawer-title")).to_be_focused()


def test_a_ban_and_what_the_reader_sees_until_it_is_lifted(
    sit_down: Callable[..., Page], live_server: object
) -> None:
    _comment, cookie = guest_with_a_comment()
    reader = as_guest(sit_down(None), cookie, str(live_server))
    begin_to_write(reader, "I have so much more to say.")
    desk = sit_down(person(Role.SENIOR_MODERATOR))
    open_drawer(desk)
    desk.locator("summary", has_text="Mute or ban").click()
    form = desk.locator("#drawer details[open] form")
    form.get_by_label("Ban: nothing they write is taken").check()
    form.get_by_label("For how long").select_option("30")
    form.get_by_label("Policy").select_option(label="Insults")
    form.get_by_role("button", name="Mute or ban").click()
    expect(desk.locator(".drawer-done")).to_contain_text("Banned until")
    expect(desk.locator(".drawer-done")).to_be_focused()
    reader.locator("#write").get_by_role("button", name="Send").click()
    expect(reader.locator("#write")).to_contain_text("You cannot write comments here until")
    expect(reader.locator("#write")).to_contain_text("The reason: Disagree as sharply")
    expect(reader.locator("#write [role=alert]")).to_be_focused()
    kept = reader.get_by_label("What you wrote, to copy")
    expect(kept).to_have_value("I have so much more to say.")
    desk.get_by_role("button", name="Lift the ban").click()
    expect(desk.locator(".drawer-done")).to_contain_text("you lifted the ban")
    reader.reload()
    reader.get_by_role("button", name="Bring it back").click()
    reader.locator("#write").get_by_role("button", name="Send").click()
    expect(reader.locator("#write .thanks")).to_contain_text("Your comment has arrived")
    assert Comment.objects.count() == 2


def test_remove_with_strike_and_mute_by_keys_then_the_next_comment_is_held_then_undo(
    sit_down: Callable[..., Page], live_server: object
) -> None:
    comment, cookie = guest_with_a_comment()
    desk = sit_down(person())
    desk.goto(DESK)
    for key in ("r", "t", "m", "1"):
        desk.keyboard.press(key)
    expect(desk.locator("#done")).to_contain_text("A strike was given. Muted until")
    mute = Restriction.objects.get()
    assert mute.author == comment.author
    assert mute.until is not None
    assert (mute.until - mute.from_at).days == 7
    reader = as_guest(sit_down(None), cookie, str(live_server))
    write(reader, "A friendly word about the harbour.")
    expect(reader.locator(".thanks")).to_contain_text("a moderator reads what you write before")
    screen_all()
    desk.goto(DESK)
    expect(desk.locator("#evidence")).to_contain_text("Muted author: its author is muted")
    expect(desk.locator(".standing")).to_contain_text("Muted until")
    expect(desk.locator(".standing")).to_contain_text("1 strike counts now")
    desk.goto(reverse("moderation:comment", args=[comment.public_id]))
    desk.get_by_role("button", name="Undo").first.click()
    desk.goto(reverse("moderation:author", args=[comment.author.key]))
    expect(desk.locator("#drawer")).to_contain_text("No strike counts now.")
    assert Restriction.objects.get().lifted_at is not None


def test_the_drawer_by_keyboard_a_note_is_added_and_struck_out(
    sit_down: Callable[..., Page],
) -> None:
    item = held_item()
    desk = sit_down(person(name="Anna Lie"))
    open_drawer(desk)
    desk.keyboard.press("p")
    expect(desk.locator("#card")).to_be_focused()
    expect(desk.locator("#drawer")).to_be_empty()
    desk.keyboard.press("p")
    expect(desk.locator("#drawer-title")).to_be_focused()
    desk.locator("summary", has_text="Add a note").click()
    desk.locator("#drawer details[open] textarea").fill("Writes well about p and q.")
    desk.get_by_role("button", name="Add a note").click()
    expect(desk.locator(".notes")).to_contain_text("Writes well about p and q.")
    desk.get_by_role("button", name="Strike out").click()
    expect(desk.locator(".notes s")).to_have_text("Writes well about p and q.")
    assert AuthorAct.objects.filter(author=item.comment.author).count() == 2
    expect(desk.locator("#card-title")).to_have_text("Marit Vik")


def test_the_drawer_scrolls_itself_and_not_the_page(sit_down: Callable[..., Page]) -> None:
    held_item()
    desk = sit_down(person())
    open_drawer(desk)
    for summary in desk.locator("#drawer summary").all():
        summary.press("Enter")  # all forms: it is much longer than the screen
    desk.locator("#drawer details[open] form").nth(3).scroll_into_view_if_needed()
    page = "() => [document.documentElement.scrollHeight - innerHeight, scrollY]"
    assert desk.evaluate(page) == [0, 0]
    desk.get_by_role("button", name="Mute or ban").click()
    missing = desk.get_by_text("Choose mute or ban.")
    expect(missing).to_be_visible()
    beside = desk.locator("#drawer .form-check", has=missing).locator("input").bounding_box()
    assert beside is not None
    assert (missing.bounding_box() or beside)["y"] >= beside["y"] + beside["height"]


def test_everything_is_done_without_javascript(sit_down: Callable[..., Page]) -> None:
    author = held_item().comment.author
    desk = sit_down(person(), java_script_enabled=False)
    desk.goto(DESK)
    desk.get_by_role("link", name="Author’s drawer").click()
    desk.locator("summary", has_text="Give a strike").click()
    form = desk.locator("details[open] form")
    form.get_by_label("Policy").select_option(label="Spam")
    form.get_by_role("button", name="Give a strike").click()
    expect(desk.locator(".facts")).to_contain_text("Spam, counts until")
    desk.get_by_role("button", name="Take back").click()
    expect(desk.locator(".facts")).to_contain_text("No strike counts now.")
    assert [act.kind for act in author.acts.order_by("id")] == ["strike", "undo"]


@pytest.mark.parametrize(
    ("size", "scheme"), [(WIDE, "light"), (NARROW, "dark")], ids=["wide-light", "narrow-dark"]
)
def test_axe_finds_nothing_in_drawer_and_page(
    sit_down: Callable[..., Page], size: dict[str, int], scheme: str
) -> None:
    item = held_item()
    author = item.comment.author
    impose(author, MUTE, note="Had been warned twice.", holds_new_names=True)
    impose(author, length=None)
    page = sit_down(person(Role.SENIOR_MODERATOR), viewport=size, color_scheme=scheme)
    page.goto(reverse("moderation:author", args=[author.key]))
    for summary in page.locator("#drawer summary").all():
        summary.click()
    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    open_drawer(page)
    for summary in page.locator("#drawer summary").all():
        summary.click()
    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
