"""A moderator takes care of themselves, and a site admin has others told, in a browser."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page, expect

from accounts.models import Role
from classifier.base import Label
from integrations.webhooks.models import Delivery, Endpoint
from integrations.webhooks.outbox import deliver_next
from moderation.decisions import database_now
from moderation.models import DeskDay, DeskPreferences, ReviewItem
from tests.desk_data import item_with_evidence, open_item_of, person
from tests.desk_seat import NARROW, WIDE, complaints
from tests.make import StandIn, make_comment, screen_all
from tests.receiver import Receiver

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("plain_desk")]
SIZES = pytest.mark.parametrize(
    ("size", "scheme"), [(WIDE, "light"), (NARROW, "dark")], ids=["1280", "390"]
)


def is_as_wide_as_the_window(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def hard_item(body: str = "You are a wanker, Olav.") -> ReviewItem:
    return item_with_evidence(body, "wanker")


@SIZES
def test_reveal_by_key_then_the_words(
    size: dict[str, int], scheme: str, sit_down: Callable[..., Page]
) -> None:
    anna = person(name="Anna Lund")
    DeskPreferences.objects.create(user=anna, blurs=True, masks_words=True, hard_from=0.8)
    hard_item()
    page = sit_down(anna, viewport=size, color_scheme=scheme)
    page.goto("/desk/queues/waiting/")
    card = page.locator("#card")
    expect(card.get_by_text("Blurred: insult 0.90").first).to_be_visible()
    assert "Olav" not in page.content()
    assert complaints(page) == []
    assert is_as_wide_as_the_window(page)
    page.keyboard.press("b")
    expect(card.locator(".text")).to_have_text("You are a w·····, Olav.")
    assert complaints(page) == []
    page.keyboard.press("b")
    expect(card.locator(".text")).to_have_text("You are a wanker, Olav.")
    assert len(DeskDay.objects.get(user=anna).revealed) == 1


def test_reveal_without_javascript(sit_down: Callable[..., Page]) -> None:
    anna = person()
    DeskPreferences.objects.create(user=anna, blurs=True, hard_from=0.8)
    hard_item()
    page = sit_down(anna, viewport=WIDE, java_script_enabled=False)
    page.goto("/desk/queues/waiting/")
    page.locator("#card").get_by_role("button", name="Reveal").click()
    expect(page.locator("#card .text")).to_have_text("You are a wanker, Olav.")


def test_a_screen_reader_is_told_that_it_is_blurred_and_nothing_of_it(
    sit_down: Callable[..., Page],
) -> None:
    anna = person()
    DeskPreferences.objects.create(user=anna, blurs=True, hard_from=0.8)
    hard_item()
    page = sit_down(anna, viewport=WIDE)
    page.goto("/desk/queues/waiting/")
    heard = page.locator("body").aria_snapshot()
    assert "Blurred: insult 0.90" in heard
    assert "Reveal" in heard
    for blurred in page.locator(".blurred").all_text_contents():
        assert blurred.split()[0] not in heard.split()


@SIZES
def test_choose_preferences(
    size: dict[str, int], scheme: str, sit_down: Callable[..., Page]
) -> None:
    anna = person()
    page = sit_down(anna, viewport=size, color_scheme=scheme)
    page.goto("/desk/preferences/")
    assert complaints(page) == []
    assert is_as_wide_as_the_window(page)
    page.get_by_label("A text is hard from a score of").fill("3")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("alert")).to_have_text("Nothing was changed yet: see the fields below.")
    assert complaints(page) == []
    page.get_by_label("A text is hard from a score of").fill("0.7")
    page.get_by_label("Blur hard texts").check()
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_text("Kept. It holds from the next comment on.")).to_be_visible()
    kept = DeskPreferences.objects.get(user=anna)
    assert (kept.hard_from, kept.blurs) == (0.7, True)


def test_a_break_is_suggested_put_off_and_turned_off(sit_down: Callable[..., Page]) -> None:
    anna, at = person(), database_now()
    DeskDay.objects.create(
        user=anna,
        day=at.date(),
        active_at=at - timedelta(seconds=30),
        steady_since=at - timedelta(minutes=75),
        seconds=75 * 60,
    )
    made = make_comment("Only a fool.")
    screen_all(StandIn({"fool": {Label.INSULT: 0.8}}))
    open_item_of(made)
    page = sit_down(anna, viewport=WIDE)
    page.goto("/desk/queues/waiting/")
    said = page.get_by_text("75 minutes without a break")
    expect(said).to_be_visible()
    assert complaints(page) == []
    assert page.evaluate("document.activeElement.id") == "card"  # it takes no focus
    page.get_by_role("button", name="In ten minutes").click()
    expect(said).to_be_hidden()
    DeskDay.objects.update(put_off_until=at)
    page.keyboard.press("r")  # while somebody decides, it stays away
    expect(page.get_by_text("Remove: hides it, tells the author:")).to_be_visible()
    with page.expect_response("**/desk/day/"):
        page.evaluate("htmx.trigger(document.body, 'my-day')")
    expect(said).to_be_hidden()
    page.keyboard.press("Escape")
    with page.expect_response("**/desk/day/"):
        page.evaluate("htmx.trigger(document.body, 'my-day')")
    expect(said).to_be_visible()
    page.get_by_role("button", name="Never again").click()
    expect(said).to_be_hidden()
    assert DeskPreferences.objects.get(user=anna).break_after is None


@SIZES
def test_set_up_an_endpoint_test_it_and_send_again(
    size: dict[str, int], scheme: str, sit_down: Callable[..., Page], settings: LazySettings
) -> None:
    page = sit_down(person(Role.SITE_ADMIN), viewport=size, color_scheme=scheme)
    with Receiver() as receiver:
        settings.WEBHOOK_INSIDE_HOSTS = [receiver.inside]
        page.goto("/desk/notices/")
        assert complaints(page) == []
        assert is_as_wide_as_the_window(page)
        page.get_by_label("Name", exact=False).first.fill("Night desk")
        page.get_by_label("Kind", exact=False).select_option("generic")
        page.get_by_label("Address", exact=False).fill("http://example.org/")
        page.get_by_role("button", name="Add").click()
        expect(page.get_by_text("Nothing would be sent there: it is not https.")).to_be_visible()
        assert complaints(page) == []
        page.get_by_label("Address", exact=False).fill(receiver.url)
        page.get_by_role("button", name="Add").click()
        expect(page.get_by_text("The secret, shown this once:")).to_be_visible()
        assert Endpoint.objects.get().secret in page.content()
        assert complaints(page) == []
        receiver.behave = 500
        page.get_by_role("button", name="Send a test").click()
        expect(page.get_by_text("A test is on its way")).to_be_visible()
        Delivery.objects.update(attempts=99)
        assert deliver_next()
        page.reload()
        expect(page.get_by_role("cell", name="500")).to_be_visible()
        assert complaints(page) == []
        assert is_as_wide_as_the_window(page)
        receiver.behave = 200
        page.get_by_role("button", name="Send again").click()
        expect(page.get_by_text("On its way again, under the same id.")).to_be_visible()
        assert deliver_next()
        page.reload()
        expect(page.get_by_role("cell", name="200")).to_be_visible()
        assert len({got.headers["webhook-id"] for got in receiver.got}) == 1
