"""Every state of every page of the desk, for everybody: axe finds nothing, nothing moves, nothing
is wider than the screen, the focus is seen, in light and dark, wide and narrow.

The states are in tests/desk_states.py.
"""

import json
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, Page
from playwright.sync_api import Error as PlaywrightError

from accounts.models import Role
from tests.desk_data import held_items, person, publish_plain_rules
from tests.desk_seat import seat
from tests.desk_states import NO_PAGES, STATES, Stage, State

pytestmark = pytest.mark.django_db(transaction=True)

WIDE, NARROW, NARROWEST = (1280, 800), (390, 844), (320, 640)  # the last is 1280 at 400 %
PATIENCE_MS = 30_000
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERYTHING: dict[str, Any] = {"runOnly": TAGS, "rules": {"target-size": {"enabled": True}}}
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}  # a scheme changes that
# What a narrow screen changes; all else is as on the wide one.
PLACES = {"runOnly": ["cat.keyboard"], "rules": {"target-size": {"enabled": True}}}
ACCESS = Path(__file__).parent.parent / "integration" / "access.toml"
NAMES = {
    Role.MODERATOR: "Anna Lie",
    Role.SENIOR_MODERATOR: "Ingrid Moe",
    Role.SITE_ADMIN: "Solveig Dahl",
}

# What is wider than the screen, with whatever stands out the farthest.
TOO_WIDE = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const far = [...document.querySelectorAll("body *")]
        .filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > width + 1)
        .map((e) => e.outerHTML.slice(0, 120));
    return far.slice(-2);
}"""
# What moves although the person asked for stillness.
MOVES = """() => [...document.querySelectorAll("body, body *")].filter((e) => {
    const style = getComputedStyle(e);
    const long = (times) => times.split(",").some((time) => parseFloat(time) > 0.01);
    return long(style.transitionDuration)
        || (style.animationName !== "none" && long(style.animationDuration));
}).map((e) => e.outerHTML.slice(0, 120)).slice(0, 3)"""
# What takes the focus and does not show it, or takes it behind something else.
UNSEEN_FOCUS = """() => {
    const fields = "input:not([type=hidden]), select, textarea";
    const kinds = `a[href], button, summary, [tabindex], ${fields}`;
    const shown = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true })
        && e.getClientRects().length > 0 && !e.disabled && e.tabIndex >= 0;
    const looks = (e) => [e, ...[...e.children].slice(0, 4)].map((part) => {
        const style = getComputedStyle(part); // of a drawn handle its parts show the focus
        return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow,
            style.borderColor, style.backgroundColor, style.stroke, style.strokeWidth].join();
    }).join();
    const scope = document.querySelector("dialog[open]") ?? document;
    const before = document.activeElement;
    const wrong = [];
    for (const e of [...scope.querySelectorAll(kinds)].filter(shown)) {
        e.blur();
        const without = looks(e);
        e.focus();
        if (document.activeElement !== e) continue;
        if (looks(e) === without) wrong.push("unseen: " + e.outerHTML.slice(0, 120));
        const box = e.getBoundingClientRect();
        const x = Math.min(Math.max(box.x + box.width / 2, 1), innerWidth - 1);
        const y = Math.min(Math.max(box.y + box.height / 2, 1), innerHeight - 1);
        const top = document.elementFromPoint(x, y);
        const popped = top?.closest("details.act[open]"); // Escape takes it away
        const itself = e.contains(top) || top?.contains(e) || top?.closest("label")?.contains(e);
        if (!itself && !popped)
            wrong.push(`under ${top?.outerHTML.slice(0, 60)}: ${e.outerHTML.slice(0, 120)}`);
    }
    before?.focus();
    return wrong.slice(0, 4);
}"""


@pytest.fixture
def stages(
    browser: Browser, live_server: object, transactional_db: None
) -> Iterator[Callable[[Role], Stage]]:
    """A page for each role, kept from one state to the next; no worker runs beside them."""
    from moderation.defaults import install

    install()
    publish_plain_rules()
    held_items(3)
    colleague = person(Role.MODERATOR, name="Jonas Berg")
    contexts: list[BrowserContext] = []
    made: dict[Role, Stage] = {}

    def stage(role: Role) -> Stage:
        if role not in made:
            user = person(role, name=NAMES[role])
            page = seat(browser, user, address=str(live_server), reduced_motion="reduce")
            page.context.set_default_timeout(PATIENCE_MS)
            contexts.append(page.context)
            made[role] = Stage(page=page, user=user, colleague=colleague)
        return made[role]

    yield stage
    for context in contexts:
        context.close()


def test_every_page_of_the_desk_has_a_state() -> None:
    tables = tomllib.loads(ACCESS.read_text())
    pages = {
        key.split("?")[0].split(" ")[0]
        for key, line in [*tables["desk"].items(), *tables["notices"].items()]
        if line.get("get") == 200
    }
    without = sorted(pages - {state.route for state in STATES} - set(NO_PAGES))
    assert not without, (
        f"No state shows {without}: write a function into tests/desk_states.py for each state of"
        " each of these pages that a person can meet, as those that are there."
    )


PARTS = 5  # so that no worker waits long for the last of them


@pytest.mark.parametrize("part", range(PARTS))
def test_every_state_is_for_everybody(part: int, stages: Callable[[Role], Stage]) -> None:
    found: dict[str, Any] = {}
    first, last = (len(STATES) * n // PARTS for n in (part, part + 1))
    for state in STATES[first:last]:
        started = time.monotonic()
        try:
            wrong = _faults(state, stages(state.by))
        except (PlaywrightError, AssertionError) as error:
            wrong = [f"not shown: {error}"]
        if wrong:
            found[state.name] = wrong
        print(f"{time.monotonic() - started:5.1f} s  {state.name}", wrong, flush=True)
    assert not found, json.dumps(found, indent=2, ensure_ascii=False)


def _faults(state: State, stage: Stage) -> list[str]:
    page = stage.page
    _look(page, WIDE, "light")
    state.show(stage)
    page.evaluate(AXE_SCRIPT)
    found = [f"wide: {said}" for said in _axe(page, EVERYTHING)]
    found += [f"moves: {said}" for said in page.evaluate(MOVES)]
    _look(page, WIDE, "dark")
    found += [f"wide, dark: {said}" for said in _axe(page, CONTRAST)]
    for width in (NARROW, NARROWEST):
        _look(page, width, "dark")
        for _pane in _panes(page):
            found += [f"too wide at {width[0]}: {said}" for said in page.evaluate(TOO_WIDE)]
            if width == NARROW:
                found += [f"narrow: {said}" for said in _axe(page, PLACES)]
    _look(page, WIDE, "light")
    page.keyboard.press("Shift")  # from now on the browser shows where the focus is
    found += page.evaluate(UNSEEN_FOCUS)
    return found


def _look(page: Page, size: tuple[int, int], scheme: str) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]


def _axe(page: Page, options: dict[str, Any]) -> list[str]:
    if page.locator("details:is(.menu, .act)[open]").count():
        # What an open menu or panel covers is no target until Escape takes that away.
        options = {**options, "rules": {"target-size": {"enabled": False}}}
    found = page.evaluate(
        "options => axe.run(document, { resultTypes: ['violations'], ...options })", options
    )
    return [
        f"{violation['id']}: {node['html'][:160]} {' '.join(node['failureSummary'].split())[:240]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def _panes(page: Page) -> Iterator[None]:
    """Show each pane in turn, where the page shows one at a time."""
    panes = page.eval_on_selector_all("nav.tabs a", "links => links.map((link) => link.hash)")
    for pane in panes or [None]:
        if pane:
            page.evaluate("hash => location.replace(hash)", pane)
        yield
