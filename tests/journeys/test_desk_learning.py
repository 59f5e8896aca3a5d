"""A site admin looks at what was learned and switches it off and back, in a browser."""

from collections.abc import Callable
from functools import partial

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Role
from moderation.learning import learn
from tests.desk_data import person
from tests.desk_seat import NARROW, WIDE, complaints
from tests.learning_data import (
    by_the_opposite,
    decided_comments,
    few_are_enough,
    ready_site,
    work_with,
)
from tests.stand_ins import Learner

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _site(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    ready_site()
    few_are_enough(monkeypatch)
    work_with(monkeypatch, Learner())


@pytest.fixture
def admin_page(sit_down: Callable[..., Page], transactional_db: None) -> Callable[..., Page]:
    """Sit a site admin down at a browser."""
    return partial(sit_down, person(Role.SITE_ADMIN, name="Ingrid Moe"))


@pytest.mark.parametrize(
    ("size", "scheme", "script"),
    [(WIDE, "light", True), (NARROW, "dark", False)],
    ids=["1280", "390 without JavaScript"],
)
def test_look_switch_off_and_back(
    size: dict[str, int], scheme: str, script: bool, admin_page: Callable[..., Page]
) -> None:
    decided_comments()
    head = learn()
    page = admin_page(viewport=size, color_scheme=scheme, java_script_enabled=script)
    page.goto("/desk/decided/")
    page.locator(".rooms summary").click()
    page.get_by_role("link", name="Learning").click()
    expect(page.get_by_text(f"scores with what it learned here: {head.name}")).to_be_visible()
    expect(page.get_by_role("heading", name="What changed most")).to_be_visible()
    if script:
        assert complaints(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.get_by_role("button", name="Switch off").click()
    expect(page.get_by_text("Ingrid Moe switched it off.")).to_be_visible()
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_role("button", name="Switch off")).to_be_visible()
    page.get_by_role("link", name="Marit Vik").first.click()
    expect(page.get_by_role("heading", name="Comment of Marit Vik")).to_be_visible()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1280", "390"])
def test_what_the_nightly_run_took_out_is_put_back_with_one_click(
    size: dict[str, int], admin_page: Callable[..., Page]
) -> None:
    decided_comments()
    head = learn()
    decided_comments(60, seed=4, goes_by=by_the_opposite)
    learn()
    page = admin_page(viewport=size)
    page.goto("/desk/learning/")
    expect(page.get_by_text(f"The nightly run took {head.name} out")).to_be_visible()
    expect(page.get_by_role("button", name="Leave learning off")).to_be_visible()
    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.get_by_role("button", name=f"Switch on: use {head.name}").click()
    expect(page.get_by_text("Ingrid Moe put it back")).to_be_visible()
    assert complaints(page) == []


def test_a_new_site_reads_what_is_missing(admin_page: Callable[..., Page]) -> None:
    page = admin_page(viewport=NARROW)
    page.goto("/desk/learning/")
    expect(page.get_by_text("The model scores as it was shipped.")).to_be_visible()
    assert complaints(page) == []
