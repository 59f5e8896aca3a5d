"""Before it is posted: who is told which words, what they may do then, and what is recorded."""

import re
import uuid
from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from classifier.base import Label, Scores, Span, Text
from comments import hints
from comments.hints import Hint, Wanted
from comments.models import Article, Author, Comment, HintGiven, SiteSettings, Status
from comments.submission import Writer
from moderation.hints import what_is_held
from moderation.rule_sets import publish_document
from moderation.rules.documents import FORMAT
from tests.desk_data import client_of
from tests.make import (
    StandIn,
    make_article,
    make_published,
    make_regular,
    make_user,
    screen_all,
)
from tests.posting import HTMX, form_data, known_as, read, words_of
from tests.rules_data import asks, rule_entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_hurry")]
RUDE = "Only an idiot would say that."


@pytest.fixture
def article() -> Article:
    return make_article()


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody says of an idiot that it will be held."""

    def estimate(wanted: Wanted) -> Hint | None:
        return Hint(("idiot",), ("insult",)) if "idiot" in wanted.body else None

    monkeypatch.setattr(hints, "_estimate", estimate)


def value_of(name: str, page: str) -> str:
    """Return the value of a hidden field of a page."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]+)"', page)
    assert found, name
    return found[1]


def post(client: Client, article: Article, data: dict[str, Any], **headers: str) -> Any:
    return client.post(f"{article.get_absolute_url()}comments/", data, headers=headers)


# --- The form comes back -------------------------------------------------------------------------


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["without scripts", "with htmx"])
def test_the_author_is_told_once_and_changes_it(
    client: Client, article: Article, headers: dict[str, str]
) -> None:
    data = form_data(RUDE)
    first = post(client, article, data, **headers)
    assert first.status_code == 422
    page = first.content.decode()
    assert '<mark dir="auto">idiot</mark>' in page
    assert "Post it as it is" in page
    assert f"{RUDE}</textarea>" in page
    assert 'name="told" value="1"' in page
    assert f'value="{data["submission_key"]}"' in page
    assert Comment.objects.count() == 0

    changed = data | {"body": "Only a friend would say that.", "told": "1"}
    assert post(client, article, changed).status_code == 303
    given = HintGiven.objects.get()
    assert given.comment == Comment.objects.get()
    assert given.is_changed is True
    assert given.labels == ["insult"]


@pytest.mark.usefixtures("told")
def test_it_may_be_posted_as_it_is(client: Client, article: Article) -> None:
    data = form_data(RUDE)
    post(client, article, data)
    # A second click before the answer came is no choice.
    assert post(client, article, data).status_code == 422
    assert HintGiven.objects.count() == 1
    assert post(client, article, data | {"told": "1"}).status_code == 303
    assert Comment.objects.get().current_revision.body == RUDE
    assert HintGiven.objects.get().is_changed is False


@pytest.mark.usefixtures("told")
def test_a_mistake_in_the_form_does_not_ask_again(client: Client, article: Article) -> None:
    data = form_data(RUDE)
    post(client, article, data)
    page = post(client, article, data | {"told": "1", "name": ""}).content.decode()
    assert "Write the name that will stand above your comment." in page
    assert 'name="told" value="1"' in page


@pytest.mark.usefixtures("told")
def test_a_site_can_do_without(client: Client, article: Article) -> None:
    SiteSettings.objects.create(pk=1, hints=False)
    assert post(client, article, form_data(RUDE)).status_code == 303


def test_a_hint_that_fails_costs_no_comment(
    client: Client, article: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(wanted: Wanted) -> Hint | None:
        raise DatabaseError

    monkeypatch.setattr(hints, "_estimate", broken)
    assert post(client, article, form_data(RUDE)).status_code == 303
    assert Comment.objects.get().current_revision.body == RUDE


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize(("body", "is_changed"), [(RUDE, False), ("Only a friend.", True)])
def test_an_edit_is_told_once_too(article: Article, body: str, is_changed: bool) -> None:
    comment = make_published("As it was.", article=article)
    mine, path = known_as(comment.author), f"{comment.get_absolute_url()}edit/"
    key = value_of("hint_key", read(mine, path))
    sent = {"body": RUDE, "seen_version": comment.version, "hint_key": key}
    answer = mine.post(path, sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert '<mark dir="auto">idiot</mark>' in page
    assert "Post it as it is" in page
    assert f"{RUDE}</textarea>" in page
    assert value_of("hint_key", page) == key
    comment.refresh_from_db()
    assert (comment.status, comment.current_revision.body) == (Status.PUBLISHED, "As it was.")

    again = sent | {"body": body, "told": value_of("told", page)}
    assert mine.post(path, again).status_code == 303
    comment.refresh_from_db()
    assert comment.current_revision.body == body
    given = HintGiven.objects.get()
    assert (given.comment, given.is_changed) == (comment, is_changed)
    assert given.posted_at is not None


@pytest.mark.usefixtures("told")
def test_a_comment_can_have_a_hint_before_it_is_posted_and_one_for_each_edit(
    client: Client, article: Article
) -> None:
    data = form_data(RUDE)
    post(client, article, data)
    post(client, article, data | {"told": "1"})
    comment = Comment.objects.get()
    path = f"{comment.get_absolute_url()}edit/"
    for body in (f"{RUDE} Again.", f"{RUDE} Twice."):
        page = client.post(path, {"body": body, "seen_version": comment.version}).content.decode()
        told = {"told": "1", "hint_key": value_of("hint_key", page)}
        client.post(path, {"body": body, "seen_version": comment.version, **told})
        comment.refresh_from_db()
    assert HintGiven.objects.filter(comment=comment, is_changed=False).count() == 3


@pytest.mark.usefixtures("told")
def test_an_edit_that_comes_too_late_is_told_that_alone(article: Article) -> None:
    SiteSettings.objects.create(pk=1, edit_minutes=0)
    comment = make_published("As it was.", article=article)
    answer = known_as(comment.author).post(
        f"{comment.get_absolute_url()}edit/", {"body": RUDE, "seen_version": comment.version}
    )
    assert answer.status_code == 409
    assert "idiot</mark>" not in answer.content.decode()
    assert not HintGiven.objects.exists()


# --- Who is told what ----------------------------------------------------------------------------


class Pointing(StandIn):
    """Points at every idiot, and at cheap pills as spam."""

    def score(self, texts: list[Text]) -> list[Scores]:  # type: ignore[override]
        return [self._one(text.body) for text in texts]

    @staticmethod
    def _one(body: str) -> Scores:
        own = dict.fromkeys(Label, 0.01)
        spans = []
        for word, label in (("idiot", Label.INSULT), ("pills", Label.SPAM)):
            if (at := body.find(word)) >= 0:
                own[label] = 0.6
                spans.append(Span(at, at + len(word), label, 1.0))
        return Scores(model="pointing", language="en", own=own, spans=tuple(spans))


def rules_of(*rules: dict[str, Any]) -> None:
    """Have these rules and no others."""
    publish_document({"format": FORMAT, "rules": list(rules), "lists": {}}, by=None, note="")


def insults_from(threshold: float) -> dict[str, Any]:
    return rule_entry("Insults", asks("own.insult", "at_least", threshold))


def hint(body: str, article: Article, author: Author | None = None) -> Hint | None:
    writer = Writer(guest_key=author.key if author else uuid.uuid4())
    return what_is_held(Wanted(body, article, None, writer), model=Pointing())


def test_words_that_a_rule_holds_are_told_to_newcomers_too(article: Article) -> None:
    assert hint("What an Idiot, no: idiot.", article) == Hint(("idiot",), ("insult",))
    assert hint("What a ferry.", article) is None


def test_what_is_held_for_its_author_alone_is_no_hint(article: Article) -> None:
    assert hint("My first words here.", article) is None


def test_what_the_article_or_the_comment_above_says_is_nobodys_own_words(article: Article) -> None:
    said = "Only an idiot would say that the ferry is late"
    article.body = f"<p>The <b>minister</b>: {said}.</p>"
    asked: list[Text] = []

    class Asked(Pointing):
        def score(self, texts: list[Text]) -> list[Scores]:  # type: ignore[override]
            asked.extend(texts)
            return super().score(texts)

    parent = make_published("What the parent says.", article=article)
    what_is_held(Wanted(said, article, parent, Writer()), model=Asked())
    assert asked == [Text(said, "What the parent says.", article.title, f"The  minister : {said}.")]


def test_quoting_the_article_is_warned_of_as_little_as_it_is_held(article: Article) -> None:
    from classifier.loading import load_fast_classifier

    said = "You are a complete idiot and should shut up"
    quoting = f"{said}. That is what the minister told the council about the ferries yesterday."
    model = load_fast_classifier()
    assert what_is_held(Wanted(quoting, article, None, Writer()), model=model) is not None
    article.body = f"<p>{said}, the minister told the council.</p>"
    assert what_is_held(Wanted(quoting, article, None, Writer()), model=model) is None


def test_words_within_others_are_told_once(article: Article) -> None:
    class Overlapping(Pointing):
        def score(self, texts: list[Text]) -> list[Scores]:  # type: ignore[override]
            scores = super().score(texts)[0]
            whole = Span(0, len("You idiot"), Label.INSULT, 2.0)
            return [replace(scores, spans=(*scores.spans, whole))]

    wanted = Wanted("You idiot, you", article, None, Writer(guest_key=uuid.uuid4()))
    found = what_is_held(wanted, model=Overlapping())
    assert found is not None
    assert found.words == ("You idiot",)


def test_a_spammer_is_told_nothing(article: Article) -> None:
    assert hint("Cheap pills.", article) is None


def test_scores_just_above_a_threshold_are_not_sure_enough(article: Article) -> None:
    # 0.6 taken down by half a logit is 0.48.
    rules_of(insults_from(0.5))
    assert hint("What an idiot.", article) is None
    rules_of(insults_from(0.45))
    assert hint("What an idiot.", article) is not None


def test_whom_a_rule_publishes_is_told_nothing(article: Article) -> None:
    trusted = make_regular(published_count=500)
    regulars = rule_entry("Regulars", asks("author.published", "at_least", 100), action="publish")
    rules_of(regulars, insults_from(0.3))
    assert hint("What an idiot.", article, trusted) is None
    assert hint("What an idiot.", article, make_regular()) is not None


def test_the_shipped_model_points_at_what_it_would_hold(article: Article) -> None:
    from classifier.loading import load_fast_classifier

    model = load_fast_classifier()
    for body, words in (
        ("You are a complete idiot and should shut up.", ("idiot", "shut")),
        ("The minister was asked why the police killed two men in the war.", None),
        ("The ferry was late again and nobody tells us why.", None),
    ):
        found = what_is_held(Wanted(body, article, None, Writer()), model=model)
        assert (found.words if found else None) == words, body


# --- Whether it helps ----------------------------------------------------------------------------


@pytest.mark.usefixtures("told")
def test_the_desk_shows_whether_it_helps(client: Client, article: Article) -> None:
    for number, (told_to, body) in enumerate(
        ((RUDE, "A kind word."), (RUDE, "Another kind word."), (RUDE, RUDE), (RUDE, ""))
    ):
        guest = Client()
        data = form_data(told_to, email=f"reader{number}@example.org")
        post(guest, article, data)
        if body:
            post(guest, article, data | {"body": body, "told": "1"})
    Author.objects.update(published_count=5)
    screen_all(StandIn({"idiot": {Label.INSULT: 0.8}}))
    page = words_of(read(client_of(make_user(Role.SENIOR_MODERATOR)), reverse("moderation:hints")))
    assert "times an author was told 4" in page
    assert "Changed, then posted 2 50 % 2 0 0 100 %" in page
    assert "Posted as it was 1 25 % 0 0 1 –" in page
    assert "Not posted 1 25 % – – – –" in page
