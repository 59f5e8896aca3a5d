"""The desk on a phone and for screen readers; what axe finds and what is too wide is asked in
``test_every_state``.
"""

from collections.abc import Callable
from functools import partial

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import Role
from tests.desk_data import held_items, person, publish_plain_rules
from tests.desk_seat import NARROW, WIDE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def card(transactional_db: None) -> str:
    """The address of a card beside a list of two."""
    from moderation.defaults import install

    install()
    publish_plain_rules()
    shown, _other = held_items(2)
    waiting = reverse("moderation:queue", args=["waiting"])
    return f"{waiting}?item={shown.public_id}&view=focus"


@pytest.fixture
def desk_page(sit_down: Callable[..., Page], transactional_db: None) -> Callable[..., Page]:
    """Sit a senior moderator down at a browser."""
    return partial(sit_down, person(Role.SENIOR_MODERATOR, name="Ingrid Moe"))


def test_on_a_phone_one_pane_is_shown_at_a_time(card: str, desk_page: Callable[..., Page]) -> None:
    page = desk_page(viewport=NARROW)
    page.goto(card)
    panes = {
        "Queues": "#queues-pane",
        "List": "#list-pane",
        "Comment": "#focus",
        "Context": "#context",
    }
    expect(page.locator("#focus")).to_be_visible()
    for name, pane in panes.items():
        page.get_by_role("navigation", name="Panes").get_by_role("link", name=name).click()
        for other in panes.values():
            expect(page.locator(other)).to_be_visible(visible=other == pane)
    page.get_by_role("navigation", name="Panes").get_by_role("link", name="List").click()
    page.locator("#list .row a").last.click()
    expect(page.locator("#card")).to_be_visible()


def test_what_was_done_is_announced_where_a_screen_reader_listens(
    card: str, desk_page: Callable[..., Page]
) -> None:
    page = desk_page(viewport=WIDE)
    page.goto(card)
    page.evaluate("document.getElementById('done').dataset.kept = 'yes'")
    page.keyboard.press("a")
    expect(page.get_by_role("status").filter(has_text="Approved")).to_be_visible()
    expect(page.locator("#done")).to_have_attribute("data-kept", "yes")
    expect(page.locator("#card")).to_be_focused()
