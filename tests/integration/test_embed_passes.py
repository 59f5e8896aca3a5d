"""The pass of somebody signed in, in a frame: what it is good for, and when it ends."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from comments.models import Article
from tests.author_data import BAN, impose
from tests.desk_data import client_of, person
from tests.framing import allow, signed_in_frame, ticket_in
from tests.make import make_article, make_regular
from tests.posting import form_data, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_hurry")]


@pytest.fixture
def article() -> Article:
    allow()
    return make_article(slug="ferry-prices")


def frame_of(article: Article) -> str:
    return f"/embed/articles/{article.slug}/"


def sign_out(at_the_top: Client) -> None:
    at_the_top.post("/accounts/sign-out/")


def change_the_password(_at_the_top: Client) -> None:
    user = User.objects.get()
    user.set_password("another long secret")
    user.save()


def close_the_account(_at_the_top: Client) -> None:
    User.objects.update(is_active=False)


@pytest.mark.parametrize("end", [sign_out, change_the_password, close_the_account])
def test_a_pass_ends_at_once_with_what_it_was_given_for(
    article: Article, end: Callable[[Client], None]
) -> None:
    user = person(name="Aisha Khan")
    at_the_top, elsewhere = client_of(user), client_of(user)
    reader, other = signed_in_frame(at_the_top), signed_in_frame(elsewhere)
    ticket = ticket_in(reader.get(frame_of(article)))
    end(at_the_top)
    assert "Aisha Khan" not in reader.get(frame_of(article)).content.decode()
    # A form that was open asks who is writing; what was typed stays.
    data = form_data("Keep this", csrfmiddlewaretoken=ticket, name="", email="")
    answer = reader.post(f"{frame_of(article)}comments/", data)
    assert (answer.status_code, article.comments.count()) == (422, 0)
    assert "Keep this</textarea>" in answer.content.decode()
    # Signing out here ends nothing that was begun on another device.
    stays = "Aisha Khan" in other.get(frame_of(article)).content.decode()
    assert stays is (end is sign_out)


def test_a_ban_holds_in_the_frame_at_once_and_says_why(article: Article) -> None:
    user = person(name="Aisha Khan")
    author = make_regular(user=user)
    reader = signed_in_frame(client_of(user))
    data = form_data("Let me in", csrfmiddlewaretoken=ticket_in(reader.get(frame_of(article))))
    impose(author, BAN)
    answer = reader.post(f"{frame_of(article)}comments/", data)
    assert (answer.status_code, article.comments.count()) == (409, 0)
    for page in (answer, reader.get(frame_of(article))):
        assert "You cannot write comments here until" in words_of(page.content.decode())
