"""A list is uploaded, what was there already is told, and a text is tried on it, in a browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Role
from moderation.models import WordList
from tests.desk_data import person
from tests.desk_seat import NARROW, WIDE, complaints

pytestmark = pytest.mark.django_db(transaction=True)
FILE = {
    "name": "spam.csv",
    "mimeType": "text/csv",
    "buffer": b"word,since\ncialis,2019\nC1ALIS,2020\nscam*,2021\n*,2022\n",
}


@pytest.mark.parametrize(
    ("size", "scheme", "script"),
    [(WIDE, "light", True), (NARROW, "dark", False)],
    ids=["1280", "390 without JavaScript"],
)
def test_a_list_is_made_uploaded_tried_and_deleted(
    sit_down: Callable[..., Page], size: dict[str, int], scheme: str, script: bool
) -> None:
    senior = person(Role.SENIOR_MODERATOR, name="Ingrid Moe")
    page = sit_down(senior, viewport=size, color_scheme=scheme, java_script_enabled=script)
    page.goto("/desk/rules/lists/")
    page.get_by_label("Name", exact=True).fill("Advertising")
    page.get_by_role("button", name="Make the list").click()
    expect(page.get_by_role("heading", name="Advertising", level=1)).to_be_visible()

    page.locator("[type=file]").set_input_files(files=[FILE])  # type: ignore[list-item]
    page.get_by_role("button", name="Put them in", exact=True).click()
    expect(page.locator(".refused")).to_contain_text("Line 5 * A star needs a letter")
    expect(page.locator("#fill-entries")).to_have_value("\ncialis\nC1ALIS\nscam*\n*")
    page.get_by_role("button", name="Leave these lines out and store the rest").click()
    told = page.locator(".kept")
    expect(told.first).to_contain_text("2 came. The list has 2 entries now.")
    expect(told.nth(1)).to_contain_text("1 was there already and is kept once: “C1ALIS”.")
    if script:
        assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]

    page.get_by_label("Which entries hit this text?").fill("c.i.a.l.i.s from sc4mmers")
    if not script:
        page.get_by_role("button", name="Try", exact=True).click()
    expect(page.locator(".tried mark")).to_have_text(["c.i.a.l.i.s", "sc4mmers"])
    rows = page.locator(".tried tbody tr")
    expect(rows).to_have_text(["cialis c.i.a.l.i.s 1 to 11", "scam* sc4mmers 18 to 25"])
    if not script:
        page.get_by_role("link", name="Back to “Advertising”").click()

    page.get_by_label("Search in the list").fill("scam")
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_label("scam*", exact=True).check()
    page.get_by_role("button", name="Take the marked ones out").click()
    expect(page.locator(".list-entries")).to_have_text("cialis")
    if script:
        # More than a megabyte: no field of a form holds it.
        pasted = "\n".join(f"{'nonsense ' * 20}{n}" for n in range(6_000))
        page.locator("#fill-entries").evaluate("(field, text) => field.value = text", pasted)
        page.get_by_role("button", name="Put them in", exact=True).click()
        expect(page.get_by_text("6,000 came. The list has 6,001 entries now.")).to_be_visible()
    page.get_by_role("button", name="Delete this list from the draft").click()
    expect(page.get_by_text("“Advertising” is deleted from the draft.")).to_be_visible()
    assert not WordList.objects.filter(name="Advertising").exists()
