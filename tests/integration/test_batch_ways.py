"""From a button on a page of the desk to the last decision: each way of choosing many at once."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from comments.models import Comment, Section
from moderation.batch_steps import take_chunk
from moderation.decisions import database_now, decide
from moderation.models import Action, Batch, Decision, Policy
from tests.desk_data import client_of, held_item, held_items, person, publish_plain_rules
from tests.make import make_article, make_held, make_published

pytestmark = pytest.mark.django_db
LETTER = (
    "Only a fool would close our school in June. Write to the council before Friday, it takes five"
    " minutes, and every letter is counted. Yours, the parents of {}."
)


@dataclass
class Form:
    """A form as a browser has it: where it goes, what it carries, its buttons by their words."""

    action: str
    names: set[str]
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)


class Forms(HTMLParser):
    """All forms of a page."""

    def __init__(self, answer: Any) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._button: tuple[str, str] | None = None
        self.feed(answer.content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        name, value = values.get("name", ""), values.get("value", "")
        if tag == "form":
            names = {values.get("id", ""), *values.get("class", "").split()}
            self.found.append(Form(values.get("action", ""), names))
        elif tag == "button" and self.found:
            self._button, self._words = (name, value), ""
        elif tag == "input" and self.found and self._is_sent(values):
            self.found[-1].fields.append((name, value))

    @staticmethod
    def _is_sent(values: dict[str, str]) -> bool:
        is_set = values.get("type") == "hidden" or "checked" in values
        return is_set and values.get("name") != "csrfmiddlewaretoken"

    def handle_data(self, data: str) -> None:
        if self._button is not None:
            self._words += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "button" and self._button is not None:
            self.found[-1].buttons[" ".join(self._words.split())] = self._button
            self._button = None


def press(client: Client, page: Any, button: str, *, within: str, **typed: str) -> Any:
    """Press a button of a form of a page that was shown; exactly one form has it."""
    (form,) = [f for f in Forms(page).found if within in f.names and button in f.buttons]
    sent: dict[str, list[str]] = {}
    for name, value in [*form.fields, *typed.items(), form.buttons[button]]:
        if name:
            sent.setdefault(name, []).append(value)
    return client.post(form.action, sent)


def decided(client: Client, asked: Any, button: str, **typed: str) -> Batch:
    """Confirm what was asked for, and let the worker do all of it."""
    assert asked.status_code == 200
    assert not Batch.objects.exists()  # nothing begins before somebody confirms
    assert press(client, asked, button, within="batch-form", **typed).status_code == 302
    while take_chunk():
        pass
    return Batch.objects.get()


def outcome(batch: Batch, *comments: Comment) -> list[str]:
    """What became of these comments; each that was decided has one decision of the batch."""
    made = Decision.objects.filter(batch=batch)
    assert made.count() == len({d.comment_id for d in made}) == batch.decided
    found = {c.pk: c.status for c in Comment.objects.all()}
    return [found[comment.pk] for comment in comments]


@pytest.fixture
def client() -> Client:
    """Somebody at the desk."""
    publish_plain_rules()
    return client_of(person(name="Anna Lie"))


@pytest.mark.parametrize(
    ("button", "within"), [("Approve…", "picked-all"), ("Approve all…", "decide-all")]
)
def test_all_that_match_the_filters(button: str, within: str, client: Client) -> None:
    war = make_article(section=Section.objects.create(name="War", slug="war"))
    inside = [make_held(article=war), make_held("An ass, says he.", article=war)]
    outside = make_held("A fool, says she.")
    queue = reverse("moderation:queue", args=["waiting"])
    page = client.get(queue, {"section": str(war.section_id)})
    batch = decided(client, press(client, page, button, within=within), "Approve 2 comments")
    assert outcome(batch, *inside, outside) == ["published", "published", "held"]


@pytest.mark.parametrize(
    ("button", "confirm", "left"),
    [
        ("Remove all that wait…", "Remove 1 comment", "published"),
        ("Remove everything, published comments too…", "Remove 2 comments", "removed"),
    ],
)
def test_by_author(button: str, confirm: str, left: str, client: Client) -> None:
    held, other = held_items(2)
    author = held.comment.author
    published = make_published(author=author)
    page = client.get(reverse("moderation:author", args=[author.key]))
    asked = press(client, page, button, within="decide-all")
    batch = decided(client, asked, confirm, policy="insults")
    assert outcome(batch, held.comment, published, other.comment) == ["removed", left, "held"]


def test_by_article(client: Client) -> None:
    article = make_article()
    held, published = make_held(article=article), make_published(article=article)
    other = make_held("A fool, says she.")
    page = client.get(reverse("moderation:article", args=[article.slug]))
    asked = press(client, page, "Remove all that wait…", within="decide-all")
    batch = decided(client, asked, "Remove 1 comment", policy="insults")
    assert outcome(batch, held, published, other) == ["removed", "published", "held"]


def test_near_duplicates(client: Client) -> None:
    before, published = make_published(LETTER.format("Lysdal")), make_published(LETTER.format("Ås"))
    decide(
        comment=before,
        action=Action.REMOVE,
        actor=person(name="Jonas Berg"),
        seen_version=before.version,
        at=database_now(),
        policy=Policy.objects.get(slug="spam"),
    )
    held, other = held_item(LETTER.format("Tarsk")).comment, make_held("A fool, says she.")
    page = client.get(reverse("moderation:alike", args=[held.public_id]))
    asked = press(client, page, "Remove all…", within="alike-form")
    batch = decided(client, asked, "Remove 2 comments", policy="insults")
    assert outcome(batch, held, published, before, other) == [
        "removed",
        "removed",
        "removed",
        "held",
    ]
    assert not Decision.objects.filter(batch=batch, comment=before).exists()
