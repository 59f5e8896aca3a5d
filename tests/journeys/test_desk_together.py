"""Two people at one queue: who has what and for how long, who decided what, who asked whom."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Role
from comments.models import Comment
from moderation import presence
from moderation.decisions import database_now
from moderation.models import ReviewItem
from tests.desk_data import held_items, person
from tests.desk_seat import READ_MS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("plain_desk")]
DESK = "/desk/queues/waiting/"
FOR_EVER = 10**6  # seconds
SECONDS_LEFT = r"""(before) => {
    const said = document.querySelector("[data-until]").textContent.match(/^(\d+):(\d\d) left$/);
    const seconds = said && Number(said[1]) * 60 + Number(said[2]);
    return said && seconds < before ? seconds : null;
}"""


@pytest.fixture(autouse=True)
def _nobody_is_there() -> None:
    presence._redis().delete("desk:presence:waiting")


def items_by(*names: str) -> list[ReviewItem]:
    """Held comments of these authors, in the order of the queue."""
    items = list(reversed(held_items(len(names))))
    for item, name in zip(items, names, strict=True):
        Comment.objects.filter(pk=item.comment_id).update(author_name=name)
    return items


def looks_again(page: Page) -> None:
    """What an open desk does every ten seconds."""
    with page.expect_response("**/desk/counts/**"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_what_a_colleague_has_and_decides_is_said_in_its_row(
    sit_down: Callable[..., Page],
) -> None:
    _first, second, _third = items_by("First", "Second", "Third")
    anna, jonas = sit_down(person(name="Anna Lie")), sit_down(person(name="Jonas Berg"))
    anna.goto(f"{DESK}?view=list")
    expect(anna.locator("#presence")).to_be_empty()
    jonas.goto(f"{DESK}?item={second.public_id}")
    expect(jonas.locator("#claim")).to_contain_text("Yours until")
    looks_again(jonas)
    looks_again(anna)
    expect(anna.locator("#presence")).to_have_text("1 other is in this queue")
    state = anna.locator(f"#state-{second.comment.public_id}")
    expect(state).to_have_text("Jonas Berg has it")
    jonas.wait_for_timeout(READ_MS)
    jonas.keyboard.press("r")
    jonas.keyboard.press("1")
    expect(jonas.locator("#done")).to_contain_text("Removed")
    looks_again(anna)
    expect(state).to_have_text("Jonas Berg: Removed, Insults")
    names = anna.locator("#list .row-name")
    expect(names).to_have_text(["First", "Second", "Third"])  # it stays where it was
    expect(anna.locator("#list .row[aria-current] .row-name")).to_have_text("First")


def test_a_claim_counts_down_and_is_taken_over_with_t_when_it_ran_out(
    sit_down: Callable[..., Page],
) -> None:
    (item,) = items_by("First")
    whose = person(name="Anna Lie")
    anna, jonas = sit_down(whose), sit_down(person(name="Jonas Berg"))
    anna.goto(DESK)
    before = anna.wait_for_function(SECONDS_LEFT, arg=FOR_EVER).json_value()
    jonas.goto(f"{DESK}?item={item.public_id}")
    expect(jonas.locator("#claim")).to_contain_text("Anna Lie has this one until")
    jonas.keyboard.press("t")
    anna.wait_for_function(SECONDS_LEFT, arg=before, timeout=5_000)  # no poll brings a new one
    assert ReviewItem.objects.get().claimed_by == whose
    ReviewItem.objects.update(claimed_until=database_now())
    looks_again(jonas)
    expect(jonas.locator("#claim")).to_contain_text("Nobody has this one.")
    jonas.keyboard.press("t")
    expect(jonas.locator("#claim")).to_contain_text("Yours until")
    looks_again(anna)
    expect(anna.locator("#claim")).to_contain_text("Jonas Berg has this one until")
    jonas.wait_for_timeout(READ_MS)
    jonas.keyboard.press("a")
    expect(jonas.locator("#done")).to_contain_text("Approved: the comment of First")
    looks_again(anna)
    expect(anna.locator("#actions")).to_contain_text("Jonas Berg approved this, at")


def test_a_senior_is_asked_answers_and_whoever_asked_reads_it(
    sit_down: Callable[..., Page],
) -> None:
    items_by("First", "Second")
    anna = sit_down(person(name="Anna Lie"))
    ingrid = sit_down(person(Role.SENIOR_MODERATOR, name="Ingrid Moe"))
    anna.goto(DESK)
    anna.wait_for_timeout(READ_MS)
    anna.keyboard.press("f")
    anna.keyboard.type("Is this satire?")
    # The next card is there before the answer is: what Ingrid finds must be decided.
    with anna.expect_response(lambda answer: answer.request.method == "POST"):
        anna.keyboard.press("Enter")
    expect(anna.locator("#card-title")).to_have_text("Second")
    expect(anna.locator("#questions")).to_have_text("Your questions")
    ingrid.goto("/desk/queues/escalated/")
    expect(ingrid.locator(".why")).to_contain_text("Flagged by Anna Lie: Is this satire?")
    ingrid.wait_for_timeout(READ_MS)
    ingrid.get_by_label("Your answer to Anna Lie").fill("Sharp, and still about the matter.")
    ingrid.keyboard.press("Escape")
    ingrid.keyboard.press("a")
    expect(ingrid.locator("#done")).to_contain_text("Approved: the comment of First")
    looks_again(anna)
    anna.get_by_role("link", name="Your questions 1 new").click()
    question = anna.locator(".line", has_text="Is this satire?")
    expect(question).to_contain_text("New answer")
    expect(question).to_contain_text("Ingrid Moe approved this")
    expect(question).to_contain_text("Sharp, and still about the matter.")
    anna.reload()
    expect(question).not_to_contain_text("New answer")
    expect(anna.locator("#questions")).to_have_text("Your questions")
