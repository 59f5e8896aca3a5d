"""A moderator finds things again, in a browser: saved filters, search, export, new arrivals."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Role
from comments.models import Section
from moderation.models import QueuePromise
from tests.desk_data import assigned, held_item, held_items, person
from tests.desk_seat import NARROW, WIDE, complaints
from tests.make import make_article, make_held, make_published, make_regular

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("plain_desk")]
SIGHTS = pytest.mark.parametrize(
    ("size", "scheme", "script"),
    [(WIDE, "light", True), (NARROW, "dark", False)],
    ids=["1280", "390 without JavaScript"],
)


def fine(page: Page, *, script: bool, size: dict[str, int]) -> None:
    """Nothing to complain of, and nothing wider than the screen."""
    if script:
        assert complaints(page) == []
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= size["width"]


@SIGHTS
def test_a_filter_is_saved_found_again_renamed_and_deleted(
    size: dict[str, int], scheme: str, script: bool, sit_down: Callable[..., Page]
) -> None:
    QueuePromise.objects.create(queue="waiting", minutes=30)
    held_items(2)
    user = person(Role.SENIOR_MODERATOR, name="Sigrid Vik")
    page = sit_down(user, viewport=size, color_scheme=scheme, java_script_enabled=script)
    page.goto("/desk/queues/waiting/?label=insult&min=0.5#queues-pane")
    page.get_by_text("Save this filter").click()
    page.get_by_label("Name", exact=True).fill("Strong insults")
    page.get_by_label("Everybody on the desk sees it").check()
    page.get_by_role("button", name="Save", exact=True).click()
    page.goto("/desk/queues/waiting/#queues-pane")
    fine(page, script=script, size=size)
    page.get_by_role("link", name="Strong insults").click()
    expect(page).to_have_url(re.compile(r"label=insult&min=0\.5"))
    page.goto("/desk/filters/")
    fine(page, script=script, size=size)
    page.get_by_text("Rename", exact=True).first.click()
    page.get_by_label("Name", exact=True).fill("Insults from 0.5")
    page.get_by_role("button", name="Rename").last.click()
    expect(page.get_by_role("link", name="Insults from 0.5")).to_be_visible()
    page.get_by_role("button", name="Delete Insults from 0.5").click()
    expect(page.get_by_text("None yet.")).to_be_visible()


@SIGHTS
def test_a_search_marks_the_words_opens_the_comment_and_is_saved_as_a_file(
    size: dict[str, int], scheme: str, script: bool, sit_down: Callable[..., Page], tmp_path: Path
) -> None:
    make_published("The zebra at the harbour is a good zebra, says the harbour master.")
    make_held("Only a fool would feed a zebra.", author=make_regular(name="=Kari()"))
    make_published("Nothing of the kind.")
    user = person(name="Anna Lind")
    page = sit_down(user, viewport=size, color_scheme=scheme, java_script_enabled=script)
    page.goto("/desk/")
    page.get_by_role("link", name="Search").first.click()
    page.get_by_label("Words").fill("zebra")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("#found li")).to_have_count(2)
    expect(page.locator("#found mark")).to_have_text(["zebra", "zebra", "zebra"])
    fine(page, script=script, size=size)
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save what is found as CSV").click()
    saved.value.save_as(tmp_path / "found.csv")
    text = (tmp_path / "found.csv").read_text()
    assert text.count("zebra") == 3
    assert '"\'=Kari()"' in text
    page.get_by_role("link", name="=Kari()").click()
    expect(page).to_have_url(re.compile(r"/desk/comments/"))


def test_a_moderator_of_a_section_sees_that_section_alone(sit_down: Callable[..., Page]) -> None:
    sports = Section.objects.create(name="Sports", slug="sports")
    there = make_held("Only a fool, elsewhere.", article=make_article(section=sports))
    item = there.review_items.get()
    held_item("Only a fool, here.")
    page = sit_down(assigned(person(), "News"), viewport=WIDE)
    page.goto("/desk/queues/waiting/?view=list")
    expect(page.locator("#list .row")).to_have_count(1)
    expect(page.locator("#queues .queue-count").first).to_have_text("1")
    expect(page.get_by_label("Section").locator("option")).to_have_text(["All", "News"])
    for address in (f"/desk/items/{item.public_id}/", f"/desk/comments/{there.public_id}/"):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 404
    page.goto("/desk/search/?words=fool")
    expect(page.locator("#found li")).to_have_count(1)


def test_new_arrivals_wait_until_they_are_asked_for(sit_down: Callable[..., Page]) -> None:
    held_item()
    page = sit_down(person(), viewport=WIDE)
    page.goto("/desk/queues/waiting/?view=list")
    expect(page.locator("#list .row")).to_have_count(1)
    mine = page.locator("#card").get_attribute("data-comment")
    held_items(7)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # a poll, now
    expect(page.locator("#new")).to_have_text("Show 7 new")
    expect(page.locator("#list .row")).to_have_count(1)
    page.get_by_role("link", name="Show 7 new").click()
    expect(page.locator("#list .row")).to_have_count(8)
    expect(page.locator("#new")).to_be_empty()
    assert page.locator("#card").get_attribute("data-comment") == mine
    with page.expect_response(lambda answer: "/desk/counts/" in answer.url) as second:
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    with page.expect_response(lambda answer: "/desk/counts/" in answer.url) as third:
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert 304 in (second.value.status, third.value.status)
