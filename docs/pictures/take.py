"""Take the pictures of the README: ``.venv/bin/python docs/pictures/take.py``, with ./run up."""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).parent
SIZE = {"width": 1280, "height": 860}
ACCOUNT = ("moderator@example.org", "ordstyrer-demo")


def article(browser: Browser, address: str) -> None:
    """An article's discussion, as a reader finds it."""
    page = browser.new_page(viewport=SIZE, base_url=address)
    page.goto("/articles/the-ferry-to-skarvoya/")
    page.screenshot(path=HERE / "article.png")
    page.locator("#discussion").scroll_into_view_if_needed()
    page.evaluate("document.querySelector('#discussion').scrollIntoView()")
    page.screenshot(path=HERE / "discussion.png")


def desk(browser: Browser, address: str) -> None:
    """The desk with a held comment in hand."""
    page = browser.new_page(viewport=SIZE, base_url=address)
    page.goto("/accounts/sign-in/?next=/desk/")
    page.get_by_label("E-mail address").fill(ACCOUNT[0])
    page.get_by_label("Password").fill(ACCOUNT[1])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=HERE / "desk.png")


def trial(browser: Browser, address: str) -> None:
    """A rule that a senior tried on the past."""
    page = browser.new_page(viewport=SIZE, base_url=address)
    page.goto("/accounts/sign-in/?next=/desk/rules/trials/")
    page.get_by_label("E-mail address").fill("senior@example.org")
    page.get_by_label("Password").fill(ACCOUNT[1])
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Too short to say anything").first.click()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=HERE / "trial.png")


def main(address: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        article(browser, address)
        trial(browser, address)
        desk(browser, address)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000")
