"""A reader of comments in a frame, with Django's test client: no cookie goes in or out."""

import re
from html import unescape
from typing import Any

from django.http import HttpResponse
from django.test import Client

from comments.embedding.frame import PASS
from comments.models import Article, SiteSettings
from tests.posting import form_data

HOST = "https://paper.example"  # the site around the frame
OWN = "http://testserver"


def allow(*origins: str, **settings: Any) -> SiteSettings:
    """Let these sites show the comments."""
    site = SiteSettings.current()
    site.embed_origins = "\n".join(origins or (HOST,))
    for name, value in settings.items():
        setattr(site, name, value)
    site.save()
    return site


class Framed:
    """The frame of one reader. ``kept`` is what its script keeps: the pass."""

    def __init__(self, *, host: str = HOST, scripts: bool = True) -> None:
        self.client = Client()
        self.host = host
        self.scripts = scripts
        self.kept = ""

    def get(self, path: str, **query: str) -> HttpResponse:
        response = self.client.get(path, {"from": self.host, **query}, headers=self._headers())
        return self._heard(response)

    def post(self, path: str, data: dict[str, Any], *, origin: str = OWN) -> HttpResponse:
        headers = {"Origin": origin, **self._headers()}
        return self._heard(self.client.post(path, data, headers=headers))

    def send(self, article: Article, body: str, **fields: Any) -> HttpResponse:
        """Open the article's frame, write, send."""
        path = f"/embed/articles/{article.slug}/"
        data = form_data(body, csrfmiddlewaretoken=ticket_in(self.get(path)))
        return self.post(f"{path}comments/", {**data, **fields})

    def _headers(self) -> dict[str, str]:
        if not self.scripts:
            return {}
        return {"HX-Request": "true", **({PASS: self.kept} if self.kept else {})}

    def _heard(self, response: HttpResponse) -> HttpResponse:
        assert not response.cookies, response.cookies
        assert not self.client.cookies
        if self.scripts:
            self.kept = response.get(PASS) or self.kept
        return response


def signed_in_frame(at_the_top: Client, reader: Framed | None = None) -> Framed:
    """The frame of somebody who signs in from there, in the window that this opens.

    ``reader``: who they were as a guest; the frame's script keeps that pass, too.
    """
    page = at_the_top.get("/embed/sign-in/").content.decode()
    reader = reader or Framed()
    given = re.search(r'data-pass="([^"]+)"', page)[1]  # type: ignore[index]
    reader.kept = f"{reader.kept}~{given}"
    return reader


def ticket_in(response: HttpResponse) -> str:
    """Return the ticket of the first form of a page."""
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', response.content.decode())
    assert found, response.content.decode()[:2000]
    return unescape(found[1])


def policy_of(response: HttpResponse) -> str:
    """Return who may frame an answer, as its policy says."""
    found = re.search(r"frame-ancestors ([^;]+)", response["Content-Security-Policy"])
    assert found
    return found[1]
