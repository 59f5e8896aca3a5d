"""Rules tried on the past in a browser: the surprises first, people who were wrong, and again."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Role
from moderation.models import Correction
from tests.desk_data import person
from tests.desk_seat import NARROW, WIDE, complaints
from tests.trial_data import decided_past, insults_are_removed, run_all

pytestmark = pytest.mark.django_db(transaction=True)
Sit = Callable[..., Page]


def is_clean(page: Page) -> None:
    assert complaints(page) == []
    width = page.evaluate("innerWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_senior_tries_a_rule_reads_the_surprises_and_corrects_one(
    sit_down: Sit, plain_desk: None
) -> None:
    decided_past(approved=3, removed=1)
    rule = insults_are_removed()
    page = sit_down(person(Role.SENIOR_MODERATOR, name="Signe Dahl"), viewport=WIDE)
    page.goto(f"/desk/rules/rule/{rule.key}/")
    page.get_by_role("link", name="Try it on the past").click()
    expect(page.get_by_label("Try", exact=True)).to_have_value(rule.key)
    is_clean(page)
    page.get_by_role("button", name="Try", exact=True).click()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    run_all()

    removes = page.locator(".surprises").first
    expect(removes).to_contain_text("this would remove them: 3")
    # Before any figure, the first thing on the page.
    assert page.locator("h2").first.inner_text().startswith("Moderators approved these")
    right = page.get_by_role("row", name="Of what is removed, people removed")
    expect(right).to_contain_text("25 % (5 to 70 %)")
    is_clean(page)

    removes.locator(".finding").first.get_by_role("button", name="They were wrong").press("Enter")
    expect(removes).to_contain_text("Signe Dahl called this decision wrong")
    expect(removes.get_by_role("button", name="They were right after all")).to_be_focused()
    expect(page.get_by_role("button", name="They were right after all")).to_be_visible()
    is_clean(page)
    assert Correction.objects.count() == 1

    page.get_by_role("button", name="Try the same again").click()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    run_all()
    expect(removes).to_contain_text("this would remove them: 2")
    expect(right).to_contain_text("50 % (15 to 85 %)")
    page.set_viewport_size(NARROW)
    is_clean(page)


def test_without_scripts_a_trial_is_started_read_and_deleted(
    sit_down: Sit, plain_desk: None
) -> None:
    decided_past(approved=1)
    insults_are_removed()
    page = sit_down(person(Role.SITE_ADMIN), java_script_enabled=False)
    page.goto("/desk/rules/")
    page.get_by_role("link", name="Try it").click()
    page.get_by_role("button", name="Try", exact=True).click()
    expect(page.get_by_text("0 of 1")).to_be_visible()
    run_all()
    page.reload()
    expect(page.get_by_text("this would remove them: 1")).to_be_visible()
    page.get_by_role("button", name="They were wrong").click()
    expect(page.get_by_text("called this decision wrong")).to_be_visible()
    page.get_by_text("Delete this trial").click()
    page.get_by_role("button", name="Delete it for good").click()
    expect(page.get_by_text("Nothing was tried yet.")).to_be_visible()
