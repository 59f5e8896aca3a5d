"""The pass of somebody signed in, in a frame: what it is good for, and when it ends."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Role, User
from comments.models import Article, Comment, Visit
from comments.readers import key_of_user
from tests.author_data import BAN, impose
from tests.desk_data import client_of, person
from tests.framing import HOST, Framed, allow, signed_in_frame, ticket_in
from tests.make import make_article, make_published, make_regular
from tests.posting import form_data, read, words_of

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


def tell(reader: Framed, article: Article, what: str, **headers: str) -> int:
    """Send what the frame's script sends beside the page: ``join``, or ``sign-out``."""
    ticket = ticket_in(reader.get(frame_of(article)))
    return reader.post(f"/embed/{what}/", {"csrfmiddlewaretoken": ticket}, **headers).status_code


def test_whoever_signs_in_in_the_frame_takes_over_what_its_guest_wrote(article: Article) -> None:
    reader, user = Framed(), person(Role.READER, name="Aisha Khan")
    reader.send(article, "As a guest, and it waits.")
    as_guest, at_the_top = reader.kept, client_of(user)
    signed_in_frame(at_the_top, reader)
    # Somebody else's frame gives nothing away, whoever signs in there; nor does another site.
    assert tell(signed_in_frame(at_the_top), article, "join") == 204
    assert tell(reader, article, "join", origin=HOST) == 403
    comment = Comment.objects.select_related("author").get()
    assert comment.author.user is None

    assert tell(reader, article, "join") == 204
    comment.refresh_from_db()
    assert comment.author.user == user
    for page in (reader.get(frame_of(article)), at_the_top.get("/me/")):
        assert "As a guest, and it waits." in page.content.decode()
    reader.kept = as_guest  # whoever comes to this browser after them
    assert "As a guest" not in reader.get(frame_of(article)).content.decode()


def test_who_is_not_joined_finds_what_they_wrote_after_signing_out(article: Article) -> None:
    reader, moderator = Framed(), person(Role.MODERATOR)
    reader.send(article, "Trying it out.")
    at_the_top = client_of(moderator)
    signed_in_frame(at_the_top, reader)
    assert tell(reader, article, "join") == 204
    assert "Trying it out." not in reader.get(frame_of(article)).content.decode()
    sign_out(at_the_top)  # so their own pass is over, and the guest's is not
    assert "Trying it out." in reader.get(frame_of(article)).content.decode()


def test_signing_out_in_the_frame_signs_out_of_the_site_in_that_browser(article: Article) -> None:
    user = person(name="Aisha Khan")
    at_the_top, elsewhere = client_of(user), client_of(user)
    reader = signed_in_frame(at_the_top)
    assert tell(reader, article, "sign-out", origin=HOST) == 403
    assert "Aisha Khan" in read(at_the_top, "/")
    assert tell(reader, article, "sign-out") == 204
    assert "Aisha Khan" not in read(at_the_top, "/")
    assert "Aisha Khan" in read(elsewhere, "/")
    # A pass that is over cannot sign out; so nobody is told that they are signed out there.
    assert tell(reader, article, "sign-out") == 409


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


def test_a_visit_is_theirs_whose_frame_it_is(article: Article) -> None:
    make_published("What became of it?", article=article)
    user, another = person(name="Aisha Khan"), person()
    reader = signed_in_frame(client_of(user))
    seen, ticket = f"{frame_of(article)}seen/", ticket_in(reader.get(frame_of(article)))
    sent = {"at": "", "csrfmiddlewaretoken": ticket}
    assert reader.post(seen, sent, origin=HOST).status_code == 403
    assert not Visit.objects.exists()
    assert reader.post(seen, sent).status_code == 204
    assert Visit.objects.get().reader_key == key_of_user(user)
    ago = timezone.now() - timedelta(hours=3)
    Visit.objects.update(since=ago, seen_at=ago)
    assert "1 new since" in words_of(reader.get(frame_of(article)).content.decode())
    other = signed_in_frame(client_of(another)).get(frame_of(article))
    assert "1 new since" not in words_of(other.content.decode())
