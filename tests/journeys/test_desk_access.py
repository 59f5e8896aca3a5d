"""The desk on a phone and by keyboard; that axe finds nothing is asked in ``test_every_state``."""

from collections.abc import Callable
from functools import partial

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import Role
from comments.submission import report_comment
from moderation.decisions import database_now
from moderation.models import Action
from moderation.review import claim, resolve
from tests.desk_data import (
    held_item,
    item_with_evidence,
    person,
    publish_plain_rules,
    unscored_item,
)
from tests.desk_seat import NARROW, WIDE
from tests.make import make_comment, make_published, screen_all

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pages(transactional_db: None) -> dict[str, str]:
    """An address for every page and state of the desk."""
    from moderation.defaults import install

    install()
    publish_plain_rules()
    parent = make_published("The morning ferry is always full.")
    reply = make_comment("> always full\n\nOnly a fool would say that.", parent=parent)
    screen_all()
    shown = item_with_evidence(
        "And who pays for it? You parasites, freeloaders and scoundrels.",
        *("You parasites", "freeloaders", "scoundrels"),
    )
    report_comment(comment=parent, category="abuse", words="Every day", reporter_key="r")
    decided = item_with_evidence("Nobody asked you clowns.", "clowns")
    resolve(
        item=decided,
        moderator=person(name="Jonas Berg"),
        action=Action.FLAG,
        seen_version=decided.comment.version,
        at=database_now(),
        note="Is this an insult?",
    )
    taken = claim(item=held_item(), moderator=person(name="Aisha Khan"), at=database_now())
    unscored_item()
    assert reply.pk
    waiting = reverse("moderation:queue", args=["waiting"])
    return {
        "list": f"{waiting}?item={shown.public_id}&view=list",
        "card": f"{waiting}?item={shown.public_id}&view=focus",
        "taken": f"{waiting}?item={taken.public_id}",
        "empty": f"{waiting}?label=threat",
        "reported": reverse("moderation:queue", args=["reported"]),
        "escalated": reverse("moderation:queue", args=["escalated"]),
        "unscored": reverse("moderation:queue", args=["unscored"]),
        "decided": reverse("moderation:decided"),
        "comment": reverse("moderation:comment", args=[decided.comment.public_id]),
        "author": reverse("moderation:author", args=[decided.comment.author.key]),
    }


@pytest.fixture
def desk_page(sit_down: Callable[..., Page], transactional_db: None) -> Callable[..., Page]:
    """Sit a senior moderator down at a browser."""
    return partial(sit_down, person(Role.SENIOR_MODERATOR, name="Ingrid Moe"))


@pytest.mark.parametrize("name", ["card", "list", "decided", "comment", "author"])
def test_nothing_is_wider_than_a_phone(
    name: str, pages: dict[str, str], desk_page: Callable[..., Page]
) -> None:
    page = desk_page(viewport=NARROW)
    page.goto(pages[name])
    for pane in ("", "#queues-pane", "#list-pane", "#focus", "#context"):
        page.evaluate("hash => { location.hash = hash }", pane)
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_on_a_phone_one_pane_is_shown_at_a_time(
    pages: dict[str, str], desk_page: Callable[..., Page]
) -> None:
    page = desk_page(viewport=NARROW)
    page.goto(pages["card"])
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
    pages: dict[str, str], desk_page: Callable[..., Page]
) -> None:
    page = desk_page(viewport=WIDE)
    page.goto(pages["card"])
    page.evaluate("document.getElementById('done').dataset.kept = 'yes'")
    page.keyboard.press("a")
    expect(page.get_by_role("status").filter(has_text="Approved")).to_be_visible()
    expect(page.locator("#done")).to_have_attribute("data-kept", "yes")
    expect(page.locator("#card")).to_be_focused()
