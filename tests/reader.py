"""A reader with an HTTP client: reads a page, fills in its form, sends it."""

import re
from html import unescape

import requests


class Reader:
    """A guest without JavaScript. Cookies stay with the session."""

    def __init__(self, *, site: str, article: str) -> None:
        self.site = site
        self.article = article
        self.session = requests.Session()

    def read(self) -> str:
        """Return the article's page."""
        response = self.session.get(f"{self.site}/articles/{self.article}/", timeout=10)
        response.raise_for_status()
        return response.text

    def fill_in(self, body: str) -> dict[str, str]:
        """Return what a browser would send with the form that the page shows now."""
        page = self.read()
        hidden = {
            name: unescape(re.search(rf'name="{name}" value="([^"]*)"', page)[1])  # type: ignore[index]
            for name in ("csrfmiddlewaretoken", "submission_key", "shown")
        }
        who = {"name": "Marit Vik", "email": "marit@example.org", "website": ""}
        return {**hidden, **who, "subject": "", "body": body}

    def send(self, data: dict[str, str]) -> requests.Response:
        """Post the form; redirects are not followed, so 303 means accepted."""
        return self.session.post(
            f"{self.site}/articles/{self.article}/comments/",
            data=data,
            timeout=30,
            allow_redirects=False,
        )
