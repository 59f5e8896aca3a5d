"""A site admin sets a target, sees it refused, granted, acting, and pausing by itself."""

import os
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Role
from moderation.decisions import database_now
from moderation.models import RuleSet
from moderation.rulebook.automations import acting_rules, watch_all
from tests.audit_data import audit, blind_item, publish_a_removal
from tests.automation_data import audited, decided_past
from tests.desk_data import person
from tests.desk_seat import NARROW, WIDE, complaints
from tests.learning_data import ready_site

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _site(transactional_db: None) -> None:
    ready_site()


def picture(page: Page, name: str) -> None:
    """Keep a picture where somebody wants to look: PICTURES names the folder."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.mark.parametrize(
    ("size", "scheme", "script"),
    [(WIDE, "light", True), (NARROW, "dark", False)],
    ids=["1280", "390 without JavaScript"],
)
def test_refused_granted_published_and_paused(
    size: dict[str, int], scheme: str, script: bool, sit_down: Callable[..., Page]
) -> None:
    admin = person(Role.SITE_ADMIN, name="Ingrid Moe")
    decided_past(admin, [(0.97, 40, 0), (0.88, 20, 3)])
    page = sit_down(admin, viewport=size, color_scheme=scheme, java_script_enabled=script)
    page.goto("/desk/rules/automations/")
    page.get_by_label("Remove by the score").select_option("insult")
    page.get_by_label("And tell their authors").select_option("insults")
    page.get_by_role("button", name="See whether it can be granted").click()
    expect(page.get_by_text("Too few decisions: it takes 203")).to_be_visible()
    picture(page, f"refused-{size['width']}-{scheme}")

    decided_past(admin, [(0.975, 200, 0)])
    page.get_by_role("button", name="Ask again").click()
    expect(page.get_by_text("Granted: acts once the draft is published")).to_be_visible()
    page.get_by_role("link", name="Publish the draft").click()
    if page.locator("[name=sure]").count():
        page.locator("[name=sure]").check()
    page.locator(".publish-form button[type=submit]").first.click()
    expect(page.get_by_role("heading", name="Publish the draft")).to_have_count(0)
    assert list(acting_rules()) == ["automatic-insult"]

    audit(100)
    audited(admin, 30, wrong=0)
    page.goto("/desk/rules/automations/")
    page.get_by_role("link", name="Insult, at least 98 % right").click()
    expect(page.get_by_role("heading", name="How right, by the number of audits")).to_be_visible()
    picture(page, f"acting-{size['width']}-{scheme}")

    audited(admin, 20, wrong=6)
    watch_all(at=database_now())
    assert RuleSet.objects.latest("number").published_by is None
    page.goto("/desk/")
    page.get_by_role("link", name="See why").click()
    expect(page.get_by_text("It paused by itself at")).to_be_visible()
    picture(page, f"paused-{size['width']}-{scheme}")
    if script:
        assert complaints(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_a_moderator_decides_a_comment_that_checks_the_rules(
    sit_down: Callable[..., Page],
) -> None:
    publish_a_removal()
    blind_item()
    page = sit_down(person(name="Anna Berg"), viewport=WIDE)
    page.goto("/desk/queues/waiting/")
    card = page.locator("#evidence")
    expect(card.get_by_text("Shown without scores: this one checks the rules.")).to_be_visible()
    assert "0.97" not in page.locator("#main").inner_text()
    picture(page, "blind-1280-light")
    page.wait_for_timeout(400)
    page.keyboard.press("a")
    expect(page.get_by_text("Approved: the comment of")).to_be_visible()
