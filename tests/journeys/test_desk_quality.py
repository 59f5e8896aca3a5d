"""Second looks, a disagreement settled, one's own day and the team's figures, in a browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Role, User
from comments.models import Comment, Status
from moderation.decisions import database_now
from moderation.double_review import settle
from moderation.models import Action, DoubleReview, Look
from tests.desk_data import held_item, person, publish_plain_rules
from tests.desk_seat import NARROW, WIDE, complaints
from tests.quality_data import decided, drawn, look_at, looked_at

pytestmark = pytest.mark.django_db(transaction=True)
WAYS = pytest.mark.parametrize(
    ("size", "scheme", "script"),
    [(WIDE, "light", True), (NARROW, "dark", False)],
    ids=["1280", "390 without JavaScript"],
)
Sit = Callable[..., Page]


@pytest.fixture(autouse=True)
def _site(transactional_db: None) -> None:
    publish_plain_rules()
    look_at(0)


@pytest.fixture
def sit(sit_down: Callable[..., Page]) -> Sit:
    """Sit somebody down before a screen of this size and scheme, with JavaScript or without."""

    def seated(user: User, size: dict[str, int], scheme: str, script: bool = True) -> Page:
        return sit_down(user, viewport=size, color_scheme=scheme, java_script_enabled=script)

    return seated


def is_clean(page: Page, size: dict[str, int]) -> None:
    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def press(page: Page, key: str, name: str, *, script: bool) -> None:
    """Press a key, once the page hears it, or without JavaScript the button it stands for."""
    if script:
        page.wait_for_load_state()
        page.keyboard.press(key)
    else:
        page.get_by_role("button", name=name).first.click()


@WAYS
def test_a_moderator_takes_second_looks(
    size: dict[str, int], scheme: str, script: bool, sit: Sit
) -> None:
    anna, bo = person(name="Anna Vik"), person(name="Bo Moen")
    reviews = [drawn(anna, body=f"Only a fool says {word}.") for word in ("one", "two", "three")]
    page = sit(bo, size, scheme, script)
    page.goto("/desk/queues/waiting/")
    page.get_by_role("link", name="Quality").click()
    page.get_by_role("link", name="Second look 3").click()
    expect(page.get_by_text("Only a fool says one.")).to_be_visible()
    expect(page.get_by_text("Your answer changes nothing about the comment.")).to_be_visible()
    if script:
        is_clean(page, size)
    press(page, "a", "Approve", script=script)
    expect(page.get_by_text("Only a fool says two.")).to_be_visible()
    if script:
        page.wait_for_load_state()
        page.keyboard.press("r")
        expect(page.get_by_role("button", name="Spam")).to_be_visible()
        is_clean(page, size)
        page.keyboard.press("4")
    else:
        page.locator("summary.act-remove").click()
        page.get_by_role("button", name="Spam").click()
    expect(page.get_by_text("Only a fool says three.")).to_be_visible()
    press(page, "u", "Undo", script=script)
    expect(page.get_by_text("Only a fool says two.")).to_be_visible()
    press(page, "s", "Skip", script=script)
    expect(page.get_by_text("Only a fool says three.")).to_be_visible()
    press(page, "a", "Approve", script=script)
    expect(page.get_by_text("No comment waits for your second look.")).to_be_visible()
    if script:
        is_clean(page, size)
    states = [DoubleReview.objects.get(pk=review.pk).state for review in reviews]
    assert states == [Look.AGREED, Look.WAITING, Look.AGREED]


@WAYS
def test_a_senior_settles_a_disagreement_and_decides_the_comment(
    size: dict[str, int], scheme: str, script: bool, sit: Sit
) -> None:
    anna, bo = person(name="Anna Vik"), person(name="Bo Moen")
    review = looked_at(anna, bo, Action.APPROVE, Action.REMOVE)
    page = sit(person(Role.SENIOR_MODERATOR, name="Signe Dahl"), size, scheme, script)
    page.goto("/desk/quality/")
    page.get_by_role("link", name="Disagreements 1").click()
    expect(page.get_by_text("Remove: Insults")).to_be_visible()
    if script:
        is_clean(page, size)
    page.locator(".line-text a").click()
    expect(page.get_by_text("One of them said")).to_be_visible()
    expect(page.get_by_text("Anna Vik")).to_have_count(0)
    page.get_by_label("Note for both of them").fill("It is about a person.")
    if script:
        is_clean(page, size)
    page.locator("summary.act-remove").click()
    page.get_by_role("button", name="Insults").click()
    expect(page.get_by_text("A disagreement, settled")).to_be_visible()
    for name in ("Anna Vik", "Bo Moen"):
        expect(page.get_by_text(name)).to_be_visible()
    if script:
        is_clean(page, size)
    page.get_by_role("button", name="Decide the comment so: Remove: Insults").click()
    expect(page.get_by_role("heading", name="Comment of Marit Vik")).to_be_visible()
    assert Comment.objects.get(pk=review.comment_id).status == Status.REMOVED


@WAYS
def test_everybody_reads_their_own_day_and_seniors_the_team(
    size: dict[str, int], scheme: str, script: bool, sit: Sit
) -> None:
    anna, bo = person(name="Anna Vik"), person(name="Bo Moen")
    signe = person(Role.SENIOR_MODERATOR, name="Signe Dahl")
    settled = looked_at(anna, bo, Action.APPROVE, Action.REMOVE)
    settle(review=settled, senior=signe, action=Action.APPROVE, at=database_now())
    decided(anna, Action.REMOVE, why="spam")
    decided(signe)
    held_item()
    own = sit(anna, size, scheme, script)
    own.goto("/desk/queues/waiting/")
    own.locator("summary", has_text="Anna Vik").click()
    own.get_by_role("link", name="Your day").click()
    expect(own.get_by_text("Only you see this page.")).to_be_visible()
    expect(own.locator(".line")).to_have_count(2)
    own.get_by_label("Decision").select_option("remove")
    own.get_by_role("button", name="Filter").click()
    expect(own.locator(".line")).to_have_count(1)
    expect(own.get_by_role("link", name="Team")).to_have_count(0)
    page = sit(signe, size, scheme, script)
    page.goto("/desk/quality/")
    expect(page.get_by_text("Anna Vik · Bo Moen")).to_be_visible()
    expect(page.get_by_role("img", name="Agreement over time")).to_be_visible()
    if script:
        is_clean(own, size)
        is_clean(page, size)
    page.get_by_role("link", name="Team").click()
    for name in (
        *("What came and what people decided", "What was removed, by policy"),
        *("What waited", "How long it waited", "Decided by rules"),
    ):
        expect(page.get_by_role("img", name=name)).to_be_visible()
    page.get_by_label("Period").select_option("1")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("img", name="What waited")).to_be_visible()
    if script:
        is_clean(page, size)
