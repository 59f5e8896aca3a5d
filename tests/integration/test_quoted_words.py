"""Words of the article or of the comment above never look like the author's own on the desk."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from comments.models import Comment
from moderation.models import DoubleReview
from tests.appeal_data import appealed, remove, removed
from tests.desk_data import client_of, person, publish_plain_rules
from tests.make import make_article, make_held, make_published
from tests.quality_data import look_at

pytestmark = pytest.mark.django_db
SAID = "The ferry is late on every single morning now"
BODY = f"{SAID}. Only a fool would say that."
QUOTED = f'<span class="quoted"><span class="vh">quoted: </span>{SAID}'


@pytest.fixture(autouse=True)
def _rules(db: None) -> None:
    publish_plain_rules()
    look_at(0)


def of_the_article() -> dict[str, Any]:
    return {"article": make_article(body=f"<p>{SAID}.</p>")}


def of_the_comment_above() -> dict[str, Any]:
    return {"parent": make_published(f"{SAID}, dear all.")}


Source = Callable[[], dict[str, Any]]
SOURCES = pytest.mark.parametrize("source", [of_the_article, of_the_comment_above])


def page(route: str, *args: Any, role: Role = Role.SENIOR_MODERATOR) -> str:
    answer = client_of(person(role)).get(reverse(f"moderation:{route}", args=args))
    assert answer.status_code == 200
    return answer.content.decode()


@SOURCES
def test_in_the_history_of_a_comment(source: Source) -> None:
    assert QUOTED in page("comment", make_held(BODY, **source()).public_id)


@SOURCES
def test_among_the_comments_of_an_author(source: Source) -> None:
    assert QUOTED in page("author", make_held(BODY, **source()).author.key)


@SOURCES
def test_in_an_appeal(source: Source) -> None:
    assert QUOTED in page("appeal", appealed(removed(body=BODY, **source())).public_id)


@SOURCES
def test_in_a_second_look(source: Source) -> None:
    look_at(100)
    remove(make_held(BODY, **source()), by=person(name="First Decider"))
    assert DoubleReview.objects.count() == 1
    assert QUOTED in page("second_look", role=Role.MODERATOR)


def test_it_costs_no_query_for_a_comment() -> None:
    senior, comment = person(Role.SENIOR_MODERATOR), make_held(BODY, **of_the_comment_above())

    def queries() -> int:
        with CaptureQueriesContext(connection) as made:
            client_of(senior).get(reverse("moderation:author", args=[comment.author.key]))
        return len(made)

    queries()
    one = queries()
    for _ in range(4):
        make_held(BODY, author=comment.author, **of_the_comment_above())
    assert Comment.objects.filter(author=comment.author).count() == 5
    assert queries() == one
