"""A moderator asks for a closer look; a worker leaves out words and says what each moved."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from classifier.base import Label, Scores, Text
from comments.submission import Writer, edit_comment
from moderation import closer_looks, screening
from moderation.closer_looks import look_at_next
from moderation.models import Classification, CloserLook, ReviewItem
from moderation.tasks import look_closer
from tests.desk_data import client_of, held_item, person, publish_plain_rules, unscored_item
from tests.make import StandIn, screen_all

pytestmark = pytest.mark.django_db

PART = {"HX-Request": "true", "HX-Target": "evidence"}


class Fools(StandIn):
    """Insulted by a fool and a bit by a liar; the desk's makers score as this version does."""

    def __init__(self, version: str = "stand-in-1") -> None:
        super().__init__()
        self.version = version
        self.asked: list[Text] = []

    def score(self, texts: Sequence[Text]) -> list[Scores]:
        self.asked += texts
        return [self._one(text.body) for text in texts]

    def _one(self, body: str) -> Scores:
        insult = 0.8 if "fool" in body else 0.2 if "liar" in body else 0.02
        return Scores(model=self.version, language="en", own={Label.INSULT: insult})


class Absent(Fools):
    ready = False


@pytest.fixture(autouse=True)
def _plain_rules() -> None:
    publish_plain_rules()


@pytest.fixture
def item() -> ReviewItem:
    return held_item("Only a fool would say that.")


@pytest.fixture
def desk() -> Client:
    return client_of(person())


def ask(desk: Client, item: ReviewItem, **fields: str) -> str:
    address = reverse("moderation:look_closer", args=[item.public_id])
    fields.setdefault("version", str(item.comment.version))
    answer = desk.post(address, fields, headers=PART)
    assert answer.status_code == 200
    return answer.content.decode()


def poll(desk: Client, item: ReviewItem, *, said: str = "asked") -> tuple[int, str]:
    address = reverse("moderation:look", args=[item.public_id])
    version = str(item.comment.version)
    answer = desk.get(address, {"said": said, "version": version}, headers=PART)
    return answer.status_code, answer.content.decode()


def page(desk: Client, item: ReviewItem) -> str:
    address = reverse("moderation:queue", args=["waiting"])
    return desk.get(address, {"item": str(item.public_id)}).content.decode()


def test_a_worker_marks_the_words_and_says_what_each_moved(desk: Client, item: ReviewItem) -> None:
    assert 'data-key="l"' in page(desk, item)
    assert "A worker takes a few seconds." in ask(desk, item)
    assert poll(desk, item) == (204, "")
    model = Fools()
    assert look_at_next(classifier=model)
    assert not look_at_next(classifier=model)
    status, part = poll(desk, item)
    assert status == 200
    words = " ".join(part.split())
    assert ">fool</mark>" in words
    assert "<bdi>fool</bdi></q> raises insult: 0.80, about 0.02 without it" in words
    assert "hx-trigger" not in part
    assert "Looked at with" not in part
    assert ">fool</mark>" in page(desk, item)
    assert 'data-key="l"' not in page(desk, item)


def test_the_model_is_asked_with_what_the_comment_answers(desk: Client, item: ReviewItem) -> None:
    article = item.comment.article
    article.body = "<p>The captain said it.</p>"
    article.save()
    ask(desk, item)
    model = Fools()
    look_at_next(classifier=model)
    assert model.asked[0].article_title == article.title
    assert model.asked[0].article == "The captain said it."


def test_asked_twice_it_is_one_question(desk: Client, item: ReviewItem) -> None:
    ask(desk, item)
    ask(client_of(person()), item)
    assert CloserLook.objects.count() == 1
    look_at_next(classifier=Fools())
    assert "raises insult" in ask(desk, item)
    assert CloserLook.objects.count() == 1
    assert not look_at_next(classifier=Fools())


def test_who_does_not_read_the_card_asks_nothing(item: ReviewItem) -> None:
    address = reverse("moderation:look_closer", args=[item.public_id])
    for user, status in ((None, 302), (person(Role.READER), 403)):
        assert client_of(user).post(address, {"version": "1"}).status_code == status
    assert not CloserLook.objects.exists()


def test_without_scores_there_is_nothing_to_look_at(desk: Client) -> None:
    item = unscored_item()
    assert "Not scored" in page(desk, item)
    assert 'data-key="l"' not in page(desk, item)
    assert "Not scored" in ask(desk, item)
    assert not CloserLook.objects.exists()
    with pytest.raises(closer_looks.NotScored):
        closer_looks.ask(Classification.objects.get())


def test_without_scripts_a_reload_shows_it(desk: Client, item: ReviewItem) -> None:
    address = reverse("moderation:look_closer", args=[item.public_id])
    answer = desk.post(address, {"version": str(item.comment.version)}, follow=True)
    assert "A worker takes a few seconds." in answer.content.decode()
    look_at_next(classifier=Fools())
    assert "raises insult" in desk.get(answer.request["PATH_INFO"]).content.decode()


class TestVersions:
    def test_another_version_is_named_and_compared_with_no_score(
        self, desk: Client, item: ReviewItem
    ) -> None:
        ask(desk, item)
        look_at_next(classifier=Fools("stand-in-2"))
        part = " ".join(poll(desk, item)[1].split())
        assert "Looked at with stand-in-2; the scores are by stand-in-1" in part
        assert "raises insult </li>" in part
        assert ">fool</mark>" in part

    def test_the_version_that_scored_is_asked_where_a_worker_has_it(
        self, desk: Client, item: ReviewItem, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        taught = Fools("stand-in-1~taught")
        monkeypatch.setattr(screening, "base_classifier", lambda: Fools())
        monkeypatch.setattr(screening, "current_classifier", lambda: taught)
        ask(desk, item)
        look_closer()
        assert CloserLook.objects.get().model == "stand-in-1"
        monkeypatch.setattr(screening, "base_classifier", lambda: Fools("stand-in-2"))
        other = held_item("Another fool.")
        ask(desk, other)
        look_closer()
        assert CloserLook.objects.latest("id").model == "stand-in-1~taught"

    def test_a_text_changed_meanwhile_never_takes_the_place_of_the_one_read(
        self, desk: Client, item: ReviewItem
    ) -> None:
        ask(desk, item)
        author = item.comment.author
        edit_comment(
            comment=item.comment,
            writer=Writer(user=author.user, guest_key=None if author.user else author.key),
            body="Only a liar would say that.",
            seen_version=item.comment.version,
        )
        screen_all(Fools())
        status, part = poll(desk, item)
        assert (status, part) == (286, "")  # htmx asks no more
        address = reverse("moderation:look_closer", args=[item.public_id])
        answer = desk.post(address, {"version": str(item.comment.version)}, headers=PART)
        assert answer.status_code == 409
        assert answer["HX-Retarget"] == "#actions"
        assert "liar" not in answer.content.decode()


class TestNoWorker:
    def test_it_says_that_it_waits(self, desk: Client, item: ReviewItem) -> None:
        ask(desk, item)
        CloserLook.objects.update(asked_at=CloserLook.objects.get().asked_at - timedelta(minutes=1))
        status, part = poll(desk, item)
        assert status == 200
        assert "waits: no worker has answered yet" in part
        assert poll(desk, item, said="late") == (204, "")

    def test_a_worker_without_a_model_leaves_it_waiting(
        self, desk: Client, item: ReviewItem
    ) -> None:
        ask(desk, item)
        for _ in range(5):
            assert not look_at_next(classifier=Absent())
        assert look_at_next(classifier=Fools())
        assert CloserLook.objects.get().attempts == 1

    def test_what_fails_keeps_no_other_from_its_turn(self, desk: Client, item: ReviewItem) -> None:
        class Broken(Fools):
            def score(self, texts: Sequence[Text]) -> list[Scores]:
                raise MemoryError

        ask(desk, item)
        assert look_at_next(classifier=Broken())
        other = held_item("Another fool.")
        ask(desk, other)
        assert look_at_next(classifier=Fools())
        assert poll(desk, item) == (204, "")
        assert poll(desk, other)[0] == 200
        CloserLook.objects.filter(made_at=None).update(leased_until=None)  # the pause is over
        assert look_at_next(classifier=Fools())
        assert poll(desk, item)[0] == 200

    def test_what_killed_its_workers_is_given_up(self, desk: Client, item: ReviewItem) -> None:
        ask(desk, item)
        CloserLook.objects.update(attempts=3)
        assert not look_at_next(classifier=Fools())
        assert "tried three times" in poll(desk, item)[1]


def test_quoted_words_are_compared_with_the_score_of_what_is_quoted() -> None:
    body = "> you are such an idiot\nOnly a moron writes that, and I am tired of it"
    scored = Classification(model="a", own={"insult": 0.5}, quoted={"insult": 0.9})
    spans = [[18, 23, "insult", 2.2], [31, 36, "insult", 1.0]]
    look = CloserLook(classification=scored, model="a", spans=spans)
    found = closer_looks.moved(look, text=Text(body))
    assert [(m.words, m.score, round(m.without or 0, 2)) for m in found] == [
        ("idiot", 0.9, 0.5),
        ("moron", 0.5, 0.27),
    ]


def test_what_is_made_cannot_be_changed(desk: Client, item: ReviewItem) -> None:
    ask(desk, item)
    look_at_next(classifier=Fools())
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        CloserLook.objects.update(spans=[])
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM moderation_closerlook")
