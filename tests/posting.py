"""Sending the reader's forms as a browser would, through Django's test client."""

import re
from html import unescape
from typing import Any

from django.db import transaction
from django.db.models import F
from django.http import HttpResponse
from django.test import Client

from comments.cookies import remember_guest
from comments.forms import form_key
from comments.models import Article, Author, Comment, Status
from tests.make import make_comment

HTMX = {"HX-Request": "true"}


def form_data(body: str = "The morning ferry is always full.", **fields: Any) -> dict[str, Any]:
    """What a browser sends with the comment form, its hidden values fresh."""
    who = {"name": "Marit Vik", "email": "marit@example.org", "website": "", "subject": ""}
    return {**form_key(), **who, "body": body, **fields}


def send(client: Client, article: Article, body: str = "", **fields: Any) -> HttpResponse:
    """Post a comment. ``headers`` goes to the client, everything else into the form."""
    headers = fields.pop("headers", None)
    data = form_data(**({"body": body} if body else {}), **fields)
    return client.post(f"{article.get_absolute_url()}comments/", data, headers=headers)


def read(client: Client, path: str) -> str:
    """Return a page; it must be there."""
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)
    return response.content.decode()


def words_of(html: str) -> str:
    """Return the text of a page as a person reads it."""
    html = re.sub(r"<(script|style)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", html)))


def publish(body: str, **fields: Any) -> Comment:
    """Store a comment that is published from the start, whatever a running worker thinks of it.

    It is committed with its status: the worker never sees it waiting.
    """
    with transaction.atomic():
        comment = make_comment(body, **fields)
        changes = {"status": Status.PUBLISHED, "version": comment.version + 1}
        Comment.objects.filter(pk=comment.pk).update(**changes)
        Article.objects.filter(pk=comment.article_id).update(
            published_count=F("published_count") + 1,
            discussion_version=F("discussion_version") + 1,
        )
    comment.refresh_from_db()
    return comment


def known_as(author: Author) -> Client:
    """A browser with the cookie of a guest."""
    client, response = Client(), HttpResponse()
    remember_guest(response, key=author.key)
    client.cookies.update(response.cookies)
    return client


def refused(response: HttpResponse, *, status: int = 422, kept: str = "Keep this text") -> str:
    """Return the words of an answer that kept what was typed and stored nothing."""
    page = response.content.decode()
    assert response.status_code == status
    assert kept in page
    assert Comment.objects.count() == 0
    return words_of(page)
