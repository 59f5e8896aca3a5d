"""A shift without a mouse: signing in, thirty comments of every kind, and never a lost focus."""

from collections import Counter
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.models import Role
from comments.models import Comment
from comments.submission import report_comment
from moderation.models import Action, Decision, ReviewItem
from tests.desk_data import held_item, held_items, publish_plain_rules, unscored_item
from tests.desk_seat import seat
from tests.make import make_published, make_user

pytestmark = pytest.mark.django_db(transaction=True)

READING_MS = 350  # what is pressed sooner was meant for the comment before
MOST_TABS = 120
# Where the keyboard is: something that can be seen, and not the page as a whole.
FOCUS_IS_SEEN = """() => {
    const e = document.activeElement;
    return Boolean(e) && e !== document.body && e !== document.documentElement
        && e.checkVisibility({ visibilityProperty: true }) && e.getClientRects().length > 0;
}"""


class Keyboard:
    """Somebody's ten fingers. Every key asks afterwards where the focus is."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.decided = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.page.wait_for_function(FOCUS_IS_SEEN)

    def write(self, words: str) -> None:
        self.page.keyboard.type(words)

    def decide(self, *keys: str, words: str = "") -> None:
        """Press, and have the next comment in hand, or be told that the queue is empty."""
        before = self.in_hand()
        self.page.wait_for_timeout(READING_MS)
        self.press(*keys)
        if words:
            self.write(words)
            self.press("Enter")
        expect(self.page.locator(f'#card[data-comment="{before}"]')).to_have_count(0)
        self.page.wait_for_function(FOCUS_IS_SEEN)
        self.decided += 1

    def move(self, key: str) -> None:
        """Go to another comment, and have it in hand."""
        before = self.in_hand()
        self.press(key)
        expect(self.page.locator(f'#card[data-comment="{before}"]')).to_have_count(0)
        self.page.wait_for_function(FOCUS_IS_SEEN)

    def in_hand(self) -> str:
        card = self.page.locator("#card[data-comment]")
        expect(card).to_have_count(1)
        return str(card.get_attribute("data-comment"))

    def tab_to(self, words: str) -> None:
        """Go on from control to control until one says this."""
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            here = self.page.locator("a:focus, button:focus")
            if here.count() and words in here.inner_text():
                return
        pytest.fail(f"{MOST_TABS} times Tab, and never at {words!r}")


@pytest.fixture
def keyboard(browser: Browser, live_server: object, transactional_db: None) -> Iterator[Keyboard]:
    """A browser before which nobody has signed in yet."""
    from moderation.defaults import install

    install()
    publish_plain_rules()
    page = seat(browser, None, address=str(live_server), viewport={"width": 1280, "height": 800})
    page.context.set_default_timeout(30_000)
    yield Keyboard(page)
    page.context.close()


def thirty_comments() -> None:
    """What waits: insults, an answer, a long one, what readers reported, what nobody scored."""
    held_items(21)
    parent = make_published("The morning ferry is always full.")
    held_item("> always full\n\nOnly a fool would say that.", parent=parent)
    held_item("Only a fool would write so much. " + "And more, and more of it. " * 60)
    held_item("Only a fool would link to https://example.org/a/long/way.")
    for n in range(3):
        reported = make_published(f"Go home, number {n}.")
        report_comment(comment=reported, category="abuse", words="!", reporter_key=f"reader {n}")
    for n in range(3):
        unscored_item(f"Jeg skjønner det ikke, nummer {n}.")


def test_thirty_comments_by_keys_alone(keyboard: Keyboard) -> None:
    thirty_comments()
    ingrid = make_user(Role.SENIOR_MODERATOR, name="Ingrid Moe")
    page = keyboard.page
    page.goto("/desk/queues/waiting/?view=focus")
    sign_in(keyboard, ingrid.email)
    expect(page.locator("#card")).to_be_focused()

    look_around(keyboard)
    for round_ in range(8):
        keyboard.decide("a")
        keyboard.decide("r", "1")
        if round_ == 0:
            take_back_and_decide_again(keyboard)
        if round_ == 1:
            page.wait_for_timeout(READING_MS)
            keyboard.move("s")
        keyboard.decide("f", words="Is this satire?")
    expect(page.locator("#focus")).to_contain_text("Nothing waits here.")
    page.wait_for_function(FOCUS_IS_SEEN)
    for queue in ("Reported", "Not scored"):
        keyboard.tab_to(queue)
        page.keyboard.press("Enter")
        expect(page.locator(".bar-title")).to_contain_text(queue)
        expect(page.locator("#card")).to_be_focused()
        keyboard.decide("a")
        keyboard.decide("r", "2")
        keyboard.decide("a")

    assert keyboard.decided == 30 + 1
    last = Decision.objects.filter(actor=ingrid).order_by("comment", "-id").distinct("comment")
    assert Counter(decision.action for decision in last) == {
        Action.APPROVE: 8 + 4,
        Action.REMOVE: 8 + 2,
        Action.FLAG: 8,
    }
    assert set(ReviewItem.objects.filter(is_open=True).values_list("queue", flat=True)) == {
        "escalated"
    }


def sign_in(keyboard: Keyboard, address: str) -> None:
    expect(keyboard.page.locator("[name=login]")).to_be_focused()
    keyboard.write(address)
    keyboard.press("Tab")
    keyboard.write("a long enough secret")
    keyboard.page.keyboard.press("Enter")
    keyboard.page.wait_for_url("**/desk/queues/waiting/**")


def look_around(keyboard: Keyboard) -> None:
    """Help, moves, panels that are closed again, the list, a selection, the search and back."""
    page, first = keyboard.page, keyboard.in_hand()
    keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    keyboard.move("j")
    keyboard.move("k")
    assert keyboard.in_hand() == first
    keyboard.press("r", "Escape", "f", "Escape", "o", "o", "q", "Escape")
    assert keyboard.in_hand() == first
    keyboard.press("v")
    expect(page.locator("#list .row").first).to_be_visible()
    keyboard.press("x")
    keyboard.move("j")
    keyboard.move("j")
    keyboard.press("X")
    expect(page.locator("#picked-number")).to_contain_text("3")
    for _ in range(2):
        keyboard.press("x")
        keyboard.move("k")
    keyboard.press("x")
    expect(page.locator("#picked-number")).to_have_text("")
    assert keyboard.in_hand() == first
    keyboard.press("v", "/")
    page.wait_for_url("**/desk/search/**")
    expect(page.locator("[name=words]")).to_be_focused()
    keyboard.write("ferry")
    page.keyboard.press("Enter")
    expect(page.locator("#found")).to_contain_text("ferry")
    keyboard.tab_to("Waiting")
    page.keyboard.press("Enter")
    expect(page.locator("#card")).to_be_focused()


def take_back_and_decide_again(keyboard: Keyboard) -> None:
    page = keyboard.page
    keyboard.press("u")
    expect(page.locator("#done")).to_contain_text("Taken back")
    removed = Comment.objects.get(decisions__action=Action.UNDO)
    expect(page.locator(f'#card[data-comment="{removed.public_id}"]')).to_have_count(1)
    keyboard.decide("r", "3")
