"""Rules in a browser: written by keyboard, published, seen to act, taken back; two at once."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Role
from comments.models import Comment, Section, Status
from moderation.models import Rule, RuleSet
from tests.desk_data import person, publish_plain_rules
from tests.desk_seat import NARROW, WIDE, complaints
from tests.make import make_comment, make_regular, screen_all
from tests.quality_data import decided
from tests.rules_data import asks, make_rule
from tests.trial_data import run_all

pytestmark = pytest.mark.django_db(transaction=True)
Sit = Callable[..., Page]
LINKS = "See https://a.example and https://b.example about the ferry."


@pytest.fixture(autouse=True)
def _site(plain_desk: None) -> None:
    publish_plain_rules()


@pytest.fixture
def sit(sit_down: Sit) -> Sit:
    return sit_down


def posted(body: str) -> Comment:
    """What becomes of a comment now."""
    comment = make_comment(body, author=make_regular())
    screen_all()
    comment.refresh_from_db()
    return comment


def is_clean(page: Page) -> None:
    assert complaints(page) == []
    width = page.evaluate("innerWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def tab_to(page: Page, selector: str) -> None:
    """Go on with the Tab key until the focus is where it shall be."""
    for _ in range(60):
        if page.evaluate("s => document.activeElement?.matches(s)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never came to {selector}")


def test_a_senior_writes_a_rule_by_keyboard_and_is_not_offered_to_publish(sit: Sit) -> None:
    page = sit(person(Role.SENIOR_MODERATOR, name="Signe Dahl"), viewport=WIDE)
    page.goto("/desk/")
    page.locator(".rooms summary").click()
    page.get_by_role("link", name="Rules", exact=True).click()
    page.get_by_role("link", name="Write a rule").press("Enter")
    tab_to(page, "[name=name]")
    page.keyboard.type("Links in insults")
    tab_to(page, "[name=c-0-fact]")
    page.keyboard.type("ins")  # as somebody chooses who knows its name
    expect(page.locator(":focus")).to_have_value("own.insult")
    expect(page.locator("[name=c-0-value]")).to_be_visible()
    expect(page.locator("[name=c-0-fact]")).to_be_focused()
    tab_to(page, "[name=c-0-value]")
    page.keyboard.type("0.45")
    sentence = page.locator("#sentence")
    expect(sentence).to_contain_text("When insult is at least 0.45, hold it in Waiting")
    tab_to(page, "#add-when")
    page.keyboard.press("Enter")
    expect(page.locator("[name=c-1-fact]")).to_be_focused()
    page.locator(":focus").select_option("text.links")
    expect(page.locator("[name=c-1-value]")).to_be_visible()
    expect(page.locator("[name=c-1-fact]")).to_be_focused()
    tab_to(page, "[name=c-1-value]")
    page.keyboard.type("2")
    expect(sentence).to_contain_text("insult is at least 0.45 and it has at least 2 links")
    is_clean(page)
    page.keyboard.press("Enter")
    expect(page.get_by_text("“Links in insults” is kept in the draft.")).to_be_visible()
    expect(page.get_by_text("new, not published")).to_be_visible()
    expect(page.get_by_role("link", name="Publish")).to_have_count(0)
    expect(page.get_by_role("link", name="Look at it and publish")).to_have_count(0)
    is_clean(page)
    assert [c["fact"] for c in Rule.objects.get(key="links-in-insults").body["when"]["all"]] == [
        "own.insult",
        "text.links",
    ]


def write_that_links_are_removed(page: Page) -> None:
    """In the news alone: the section is offered after a comma, too."""
    page.goto("/desk/rules/new/")
    page.locator("[name=name]").fill("Two links")
    page.locator("[name=c-0-fact]").select_option("article.section")
    section = page.locator("[name=c-0-value]")
    section.press_sequentially("news, s")
    offered = section.evaluate("field => [...field.list.options].map((one) => one.value)")
    assert offered == ["news, news", "news, sport"]
    section.fill("news")
    page.locator("#add-when").click()
    page.locator("[name=c-1-fact]").select_option("text.links")
    page.locator("[name=c-1-value]").fill("2")
    page.locator("[name=action]").select_option("remove")
    page.locator("[name=policy]").select_option("spam")
    page.once("dialog", lambda asked: asked.dismiss())
    page.get_by_role("link", name="Versions").click()  # half written: they stay
    expect(page.locator("#sentence")).to_contain_text("it has at least 2 links, remove it")
    page.get_by_role("button", name="Save in the draft").click()


def try_it_on_the_past(page: Page) -> None:
    page.get_by_role("link", name="Two links").click()
    page.get_by_role("link", name="Try it on the past").click()
    page.get_by_role("button", name="Try", exact=True).click()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    run_all()
    surprise = page.locator(".surprises").first
    expect(surprise).to_contain_text("Moderators approved these, and this would remove them: 1")
    expect(surprise.locator(".finding")).to_contain_text(f"Only a fool misses this. {LINKS}")
    is_clean(page)


def test_an_admin_writes_tries_publishes_sees_it_act_and_rolls_back(sit: Sit) -> None:
    Section.objects.create(slug="sport", name="Sport")
    decided(person(), body=f"Only a fool misses this. {LINKS}")
    before = RuleSet.objects.latest("number").number
    page = sit(person(Role.SITE_ADMIN, name="Ingrid Moe"), viewport=WIDE, color_scheme="dark")
    assert posted(LINKS).status == Status.PUBLISHED
    write_that_links_are_removed(page)
    try_it_on_the_past(page)
    page.goto("/desk/rules/rule/two-links/")
    page.locator("[name=action]").select_option("hold")  # what it would have removed was fine
    page.get_by_role("button", name="Save in the draft").click()
    page.get_by_role("link", name="Look at it and publish").click()
    expect(page.locator(".rule-diff ins")).to_contain_text(
        "it has at least 2 links, hold it in Waiting"
    )
    expect(page.get_by_text("held instead of published: 1")).to_be_visible()
    is_clean(page)
    page.get_by_label("Note").fill("Too many advertisements")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text(f"Version {before + 1} is live")).to_be_visible()
    held = posted(LINKS)
    assert held.status == Status.HELD
    page.goto("/desk/rules/")
    expect(page.locator("[data-rule=two-links]")).to_contain_text("held for 1 comment in 7 days")
    page.get_by_role("link", name="Versions").click()
    page.get_by_role("link", name=f"Version {before}", exact=True).click()
    page.get_by_role("link", name="Make this the live version again").click()
    is_clean(page)
    page.get_by_role("button", name="Make it live again").click()
    expect(page.get_by_text(f"the rules of version {before} again")).to_be_visible()
    assert posted(LINKS).status == Status.PUBLISHED
    page.get_by_role("link", name="Changes").click()
    expect(page.get_by_text(f"Back to version {before}").first).to_be_visible()
    is_clean(page)


def test_two_admins_at_once_are_told_of_each_other(sit: Sit) -> None:
    rule = make_rule("Links", asks("text.links", "at_least", 3))
    ingrid = sit(person(Role.SITE_ADMIN, name="Ingrid Moe"), viewport=WIDE)
    bo = sit(person(Role.SITE_ADMIN, name="Bo Lund"), viewport=NARROW)
    for page in (ingrid, bo):
        page.goto(f"/desk/rules/rule/{rule.key}/")
    for page, number in ((ingrid, "4"), (bo, "9")):
        page.locator("[name=c-0-value]").fill(number)
        page.get_by_role("button", name="Save in the draft").click()
    expect(ingrid.get_by_text("“Links” is kept in the draft.")).to_be_visible()
    expect(bo.get_by_text("Ingrid Moe changed this rule while you were writing.")).to_be_visible()
    expect(bo.locator(".trouble")).to_contain_text("When it has at least 4 links")
    expect(bo.locator("[name=c-0-value]")).to_have_value("9")
    is_clean(bo)
    bo.locator(".trouble").get_by_role("button", name="Save mine over it").click()
    expect(bo.get_by_text("When it has at least 9 links, hold it in Waiting")).to_be_visible()
    for page in (ingrid, bo):
        page.goto("/desk/rules/publish/")
    ingrid.get_by_role("button", name="Publish").click()
    expect(ingrid.get_by_text("is live: it decides from the next comment on")).to_be_visible()
    bo.get_by_role("button", name="Publish").click()
    expect(bo.get_by_text("There is nothing to publish: the draft is what is live")).to_be_visible()


def test_rules_are_moved_and_switched_by_keys_and_by_dragging(sit: Sit) -> None:
    page = sit(person(Role.SENIOR_MODERATOR), viewport=WIDE)
    page.goto("/desk/rules/")
    order = page.locator(".rule-head b")
    first, second, third = order.all_inner_texts()
    page.locator("#up-not-scored").focus()
    page.keyboard.press("Enter")
    expect(order).to_have_text([first, third, second])
    expect(page.locator("#up-not-scored")).to_be_focused()
    page.keyboard.press("Alt+ArrowUp")
    expect(order).to_have_text([third, first, second])
    expect(page.locator(".rules-said")).to_have_text("“Not scored” now stands at 1 of 3.")
    page.keyboard.press("Alt+ArrowDown")
    expect(order).to_have_text([first, third, second])
    lines = page.locator(".rule-line")
    lines.nth(2).locator(".rule-number").drag_to(lines.nth(0))
    expect(order).to_have_text([second, first, third])
    lines.nth(0).locator(".rule-number").drag_to(lines.nth(1))
    expect(order).to_have_text([first, second, third])
    page.locator("#up-not-scored").focus()
    for _ in range(2):
        page.keyboard.press("Alt+ArrowUp")  # quicker than the page answers
    expect(page.locator(".rules-said")).to_have_text("“Not scored” now stands at 1 of 3.")
    expect(order).to_have_text([third, first, second])
    page.locator("#shadow-not-scored").press("Enter")
    expect(page.locator("#shadow-not-scored")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#shadow-not-scored")).to_be_focused()
    expect(page.get_by_text("changed, not published")).to_be_visible()
    assert Rule.objects.get(key="not-scored").mode == "shadow"


def test_the_form_works_without_javascript(sit: Sit) -> None:
    page = sit(person(Role.SITE_ADMIN), viewport=NARROW, java_script_enabled=False)
    page.goto("/desk/rules/new/")
    page.locator("[name=name]").fill("Plain")
    page.locator("[name=c-0-fact]").select_option("own.insult")
    page.get_by_role("button", name="Go on with this line").click()
    page.locator("[name=c-0-value]").fill("7")
    page.get_by_role("button", name="Save in the draft").click()
    expect(page.get_by_text("Write a number from 0 to 1.")).to_be_visible()
    page.locator("[name=c-0-value]").fill("0.7")
    page.get_by_role("button", name="Add a condition").click()
    page.locator("[name=c-1-fact]").select_option("author.signed_in")
    page.get_by_role("button", name="Add an exception").click()
    page.locator("[name=c-1-comparison]").select_option("no")
    page.get_by_role("button", name="Take line 3 out").click()
    page.get_by_role("button", name="Save in the draft").click()
    said = "When insult is at least 0.7 and its author is a guest, hold it in Waiting"
    expect(page.get_by_text(said)).to_be_visible()
    page.locator("#off-plain").click()
    expect(page.get_by_text("“Plain” is now: Off.")).to_be_visible()
    page.locator("#up-plain").click()
    expect(page.get_by_text("“Plain” now stands at 3 of 4.")).to_be_visible()
    page.get_by_role("link", name="Look at it and publish").click()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("is live: it decides from the next comment on")).to_be_visible()
