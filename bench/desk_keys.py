"""From a key to the next comment on the screen: in Chromium, at a queue of 2,000.

The page itself looks at its clock: from the moment the browser got the key until the frame with the
text of the next comment was painted. A comment is read for most of a second before the key, more
than twenty times as fast as 1,714 comments a day ask for; nothing waits for a request to end.
"""

import os
import statistics
import sys

from bench.setup import prepare, table

prepare()

from playwright.sync_api import Page, sync_playwright  # noqa: E402

from bench.queue import fill  # noqa: E402
from bench.served import BASE, Server  # noqa: E402
from launch.chromium import find_chromium  # noqa: E402
from tests.desk_data import person  # noqa: E402
from tests.desk_seat import WIDE, seat  # noqa: E402

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's loop, nothing of Django

COMMENTS = 100_000  # of which one in fifty waits
STEPS = 40  # of each kind
READ_MS = 700
MOST_MS = 100  # that a person takes for at once
KEYS = {"going on (j)": "j", "approve (a)": "a", "remove (r, then 1): from the 1": "r1"}

WATCH = """() => {
  const shown = () => document.querySelector("#card:has(.text)")?.dataset.comment;
  let pressed = 0, before = shown();
  window.took = [];
  const note = (event) => { pressed = event.timeStamp; before = shown(); };
  document.addEventListener("keydown", note, true);
  new MutationObserver(() => {
    const now = shown();
    if (!pressed || !now || now === before) return;
    const since = pressed;
    pressed = 0;
    requestAnimationFrame(() => setTimeout(() => took.push(performance.now() - since)));
  }).observe(document.querySelector("#focus"), { childList: true, subtree: true });
}"""


def times_of(page: Page, keys: str) -> list[float]:
    """Press keys at one comment after the other; milliseconds until the next one was there."""
    page.evaluate("took.length = 0")
    for number in range(1, STEPS + 1):
        page.wait_for_timeout(READ_MS)
        for key in keys:
            page.keyboard.press(key)
        page.wait_for_function("number => took.length === number", arg=number)
    return sorted(page.evaluate("took"))


def measure() -> dict[str, list[float]]:
    """Sit down at the queue and press each kind of key."""
    moderator = person()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        page = seat(browser, moderator, address=BASE, viewport=WIDE)
        page.goto("/desk/queues/waiting/?view=focus")
        page.evaluate(WATCH)
        times = {name: times_of(page, keys) for name, keys in KEYS.items()}
        browser.close()
    return times


def main() -> None:
    """Fill the database, serve the site, measure, print."""
    fill(COMMENTS)
    server = Server()
    try:
        times = measure()
    finally:
        server.stop()
    rows, above = [], []
    for name, took in times.items():
        p95 = took[round(0.95 * (len(took) - 1))]
        rows.append((name, f"{statistics.median(took):.0f} ms, {p95:.0f} ms"))
        if p95 > MOST_MS:
            above.append(name)
    title = f"from a key to the next comment, {STEPS} times: median, 95 % (at most {MOST_MS} ms)"
    print(table(title, rows))
    if above:
        sys.exit(f"More than {MOST_MS} ms: {'; '.join(above)}.")


if __name__ == "__main__":
    main()
