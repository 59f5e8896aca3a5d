"""What a moderator wishes for themselves: calm comments in between, the day, and company seen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from classifier.base import Label
from moderation import presence
from moderation.models import DeskPreferences, ReviewItem
from tests.desk_data import person
from tests.desk_seat import READ_MS
from tests.make import StandIn, make_comment, make_regular, screen_all

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("plain_desk")]


def test_calm_ones_come_in_between_and_the_day_is_shown_beside_the_queue(
    sit_down: Callable[..., Page],
) -> None:
    hard = [make_comment(f"Only a fool, {n}.") for n in range(3)]
    screen_all(StandIn({"fool": {Label.INSULT: 0.9}}))
    make_comment("Good morning.", author=make_regular(published_count=0))
    screen_all()
    ReviewItem.objects.filter(comment__in=hard).update(urgency=500)
    anna = person(name="Anna Lie")
    DeskPreferences.objects.create(user=anna, calm_every=2, hard_from=0.8, shows_day=True)
    presence._redis().delete("desk:presence:waiting")
    for colleague in (anna.pk + 1, anna.pk + 2):
        presence.others_in(queue="waiting", user_id=colleague)
    page = sit_down(anna)
    page.goto("/desk/queues/waiting/")
    with page.expect_response("**/desk/counts/**"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#presence")).to_have_text("2 others are in this queue")
    said = page.get_by_text("A calm one in between, as you chose: one after every 2.")
    text, words = page.locator("#card .text"), ["fool, 2", "fool, 1", "morning", "fool, 0"]
    for step, expected in enumerate(words):
        expect(text).to_contain_text(expected)
        expect(said).to_have_count(int(step == 2))
        page.wait_for_timeout(READ_MS)
        page.keyboard.press("a")
    expect(page.get_by_text("Nothing waits")).to_be_visible()
    page.reload()  # it looks by itself once a minute
    expect(page.locator("#my-day .my-numbers")).to_contain_text("3 hard")
