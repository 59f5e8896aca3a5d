"""A page is for everybody: axe finds nothing, nothing moves, nothing is wider than the screen, the
focus is seen, in light and dark, wide and narrow.
"""

from collections.abc import Callable, Iterator
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

WIDE, NARROW, NARROWEST = (1280, 800), (390, 844), (320, 640)  # the last is 1280 at 400 %
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERYTHING: dict[str, Any] = {"runOnly": TAGS, "rules": {"target-size": {"enabled": True}}}
# What a scheme changes, and what a narrow screen does; all else is as on the wide, light one.
CONTRAST: dict[str, Any] = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
PLACES: dict[str, Any] = {"runOnly": ["cat.keyboard"], "rules": {"target-size": {"enabled": True}}}
BOTH: dict[str, Any] = {"runOnly": {"type": "rule", "values": ["color-contrast", "target-size"]}}

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


def faults(page: Page, show: Callable[[], None], *, hides_nothing: bool = False) -> list[str]:
    """Have a page shown, once; return what is wrong with it at any width and in any scheme.

    ``hides_nothing``: a narrow page shows all that a wide one does, so it tells of both whether its
    colours are right in the dark.
    """
    _look(page, WIDE, "light")
    show()
    page.evaluate(AXE_SCRIPT)
    found = [f"wide: {said}" for said in _axe(page, EVERYTHING)]
    found += [f"moves: {said}" for said in page.evaluate(MOVES)]
    if not hides_nothing:
        _look(page, WIDE, "dark")
        found += [f"wide, dark: {said}" for said in _axe(page, CONTRAST)]
    for size in (NARROW, NARROWEST):
        _look(page, size, "dark")
        for _pane in _panes(page):
            found += [f"too wide at {size[0]}: {said}" for said in page.evaluate(TOO_WIDE)]
            if size == NARROW:
                wanted = BOTH if hides_nothing else PLACES
                found += [f"narrow, dark: {said}" for said in _axe(page, wanted)]
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
