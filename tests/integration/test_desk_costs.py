"""No page of the desk costs more queries for more rows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role, User
from classifier.base import Label
from comments.models import Author, Comment
from comments.submission import report_comment
from moderation.decisions import database_now, decide
from moderation.models import Action
from tests.desk_data import client_of, person, publish_plain_rules
from tests.make import StandIn, make_comment, make_regular, screen_all

pytestmark = pytest.mark.django_db


def fill(number: int) -> None:
    """Rows of every kind: items, an author's comments, decisions, reports, revisions."""
    author = Author.objects.filter(name="Prolific").first() or make_regular(name="Prolific")
    made = [make_comment(f"Only a fool, {n} of {number}.", author=author) for n in range(number)]
    screen_all(StandIn({"fool": {Label.INSULT: 0.8}}))
    anna = User.objects.filter(role=Role.MODERATOR).first() or person()
    for comment in made[: number // 2]:
        comment.refresh_from_db()
        decide(
            comment=comment,
            action=Action.APPROVE,
            actor=anna,
            seen_version=comment.version,
            at=database_now(),
        )
    first = Comment.objects.earliest("id")
    for n in range(number):
        report_comment(
            comment=first, category="spam", words="", reporter_key=f"reader {number} {n}"
        )


def cost(user: User, address: str) -> int:
    client = client_of(user)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    assert answer.status_code == 200
    return len(queries)


@pytest.mark.parametrize(
    ("page", "most"), [("queue", 36), ("decided", 14), ("comment", 20), ("author", 22)]
)
def test_a_page_costs_the_same_at_5_rows_and_at_50(page: str, most: int) -> None:
    def address() -> str:
        first = Comment.objects.earliest("id")
        return {
            "queue": reverse("moderation:queue", args=["waiting"]),
            "decided": reverse("moderation:decided"),
            "comment": reverse("moderation:comment", args=[first.public_id]),
            "author": reverse("moderation:author", args=[first.author.key]),
        }[page]

    publish_plain_rules()
    anna = person()
    fill(5)
    few = cost(anna, address())
    fill(50)
    many = cost(anna, address())
    assert many == few
    assert many <= most
