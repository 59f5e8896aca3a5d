"""From a key to the next comment on the screen: in Chromium, on a site that runs.

``python -m bench.desk_keys ADDRESS EMAIL PASSWORD`` signs in, goes on with ``j`` and
reports the median and the 95th percentile of the time from the key to the frame after the swap.
"""

import shutil
import statistics
import sys

from playwright.sync_api import sync_playwright

from launch.chromium import NAMES

STEPS = 60
READ_MS = 300
WATCH = """() => {
  window.paints = [];
  document.addEventListener("keydown", () => { window.pressed = performance.now(); }, true);
  document.addEventListener("desk:shown", () => requestAnimationFrame(
    () => setTimeout(() => window.paints.push(performance.now() - window.pressed))));
}"""


def main(address: str, email: str, password: str) -> None:
    """Measure and print."""
    chromium = next(filter(None, (shutil.which(name) for name in NAMES)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(base_url=address, viewport={"width": 1280, "height": 800})
        page.goto("/accounts/sign-in/?next=/desk/queues/waiting/%3Fview%3Dfocus")
        page.fill("[name=username]", email)
        page.fill("[name=password]", password)
        with page.expect_response("**/ahead/**"):
            page.keyboard.press("Enter")
        page.evaluate(WATCH)
        for _ in range(STEPS):
            page.wait_for_timeout(READ_MS)
            with page.expect_response("**/ahead/**"):
                page.keyboard.press("j")
        times = page.evaluate("paints")
        browser.close()
    ordered = sorted(times)
    p95 = ordered[round(0.95 * (len(ordered) - 1))]
    print(f"{len(times)} keys: median {statistics.median(times):.0f} ms, p95 {p95:.0f} ms")


if __name__ == "__main__":
    main(*sys.argv[1:])
