"""Sending a comment, as browsers do it."""

import re
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from comments import forms
from comments.cookies import NAME
from comments.models import Article, Author, Comment, SiteSettings, Status
from comments.submission import guest_key_for
from tests.make import (
    make_article,
    make_comment,
    make_published,
    make_regular,
    make_user,
)
from tests.posting import HTMX, form_data, known_as, read, refused, send, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_hurry")]

NOBODYS = "6f1f3c3e-8a55-4c9e-9d53-3f2f6f5f0a11"  # an id that nothing has


@pytest.fixture
def article() -> Article:
    return make_article()


# --- A comment -----------------------------------------------------------------------------------


def test_a_guest_is_sent_back_to_their_waiting_comment(client: Client, article: Article) -> None:
    response = send(client, article, "The ferry is late.")
    comment = article.comments.get()
    assert response.status_code == 303
    assert response["Location"] == f"{article.get_absolute_url()}#c-{comment.public_id}"
    assert comment.status == Status.SUBMITTED
    assert comment.current_revision.body == "The ferry is late."
    page = read(client, article.get_absolute_url())
    assert f'id="c-{comment.public_id}"' in page
    assert "Being checked. Only you can see it until then." in page
    assert "Thank you. Your comment has arrived." in page
    assert "The ferry is late." not in read(Client(), article.get_absolute_url())


def test_the_guests_cookie_is_signed_and_out_of_reach_of_scripts(
    client: Client, article: Article
) -> None:
    send(client, article)
    cookie = client.cookies[NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert int(cookie["max-age"]) == 365 * 24 * 3600
    assert "marit@example.org" not in cookie.value
    client.cookies[NAME] = cookie.value[:-1] + ("A" if cookie.value[-1] != "A" else "B")
    assert "The morning ferry" not in read(client, article.get_absolute_url())


def test_the_cookie_is_secure_where_the_site_is(
    client: Client, article: Article, settings: Any
) -> None:
    settings.SECURE = True
    send(client, article)
    assert client.cookies[NAME]["secure"]


def test_a_returning_guest_is_known_by_the_form_and_stays_the_same_author(
    client: Client, article: Article
) -> None:
    send(client, article, website="https://example.org/me")
    page = read(client, article.get_absolute_url())
    for value in ("Marit Vik", "marit@example.org", "https://example.org/me"):
        assert f'value="{value}"' in page
    assert page.index("Write a comment") < page.index('id="threads"')
    send(client, article, "Another one")
    assert Author.objects.count() == 1


def test_the_form_comes_after_the_comments_for_somebody_new(client: Client) -> None:
    page = read(client, make_published("First").article.get_absolute_url())
    assert page.index('id="threads"') < page.index('id="write"')
    assert 'href="#write"' in page


def test_somebody_signed_in_writes_under_their_own_name(client: Client, article: Article) -> None:
    user = make_user(name="Ola Signed-In")
    client.force_login(user)
    page = read(client, article.get_absolute_url())
    assert 'name="email"' not in page
    assert "You write as Ola Signed-In." in words_of(page)
    assert send(client, article, name="Somebody Else", email="").status_code == 303
    comment = article.comments.get()
    assert (comment.author_name, comment.author_email) == ("Ola Signed-In", user.email)
    assert comment.author.user == user
    assert NAME not in client.cookies


def test_a_name_cannot_be_turned_to_read_as_anothers(client: Client, article: Article) -> None:
    send(client, article, name="\u202elivE\u202c \u2066Ha\u200bnsen\u2069")
    assert article.comments.get().author_name == "livE Hansen"


def test_the_same_form_twice_is_one_comment(client: Client, article: Article) -> None:
    data = form_data("Sent twice")
    path = f"{article.get_absolute_url()}comments/"
    answers = [client.post(path, data) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert article.comments.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_halves_of_a_double_click_are_one_comment_and_one_guest(article: Article) -> None:
    data = form_data("Clicked twice")
    path = f"{article.get_absolute_url()}comments/"

    def click(_: int) -> tuple[int, str]:
        try:
            client = Client()  # the second click leaves before the first brought its cookie
            answer = client.post(path, data)
            return answer.status_code, client.cookies[NAME].value
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(click, range(8)))
    assert {status for status, _ in answers} == {303}
    assert article.comments.count() == 1
    assert Author.objects.count() == 1


def test_another_persons_form_cannot_be_sent_again(client: Client, article: Article) -> None:
    data = form_data("Mine")
    path = f"{article.get_absolute_url()}comments/"
    client.post(path, data)
    stranger = known_as(make_regular())
    response = stranger.post(path, {**data, "body": "Not mine"})
    page = response.content.decode()
    assert response.status_code == 409
    assert "Not mine" in page
    assert str(data["submission_key"]) not in page
    assert "Mine" not in page.replace("Not mine", "")
    assert article.comments.count() == 1


def test_with_htmx_the_comment_and_an_empty_form_come_back(
    client: Client, article: Article
) -> None:
    response = send(client, article, "In place", headers=HTMX)
    html = response.content.decode()
    assert response.status_code == 200
    assert "<html" not in html
    assert '<div id="own" hx-swap-oob="beforeend">' in html
    assert "<p>In place</p>" in html
    assert "In place</textarea>" not in html
    assert NAME in client.cookies


def test_the_page_asks_a_few_times_whether_the_comment_is_through(
    client: Client, article: Article
) -> None:
    send(client, article, "Soon there")
    comment = article.comments.get()
    state = f"{comment.get_absolute_url()}state/"
    assert f'hx-get="{state}?looked=1"' in read(client, article.get_absolute_url())
    assert f'hx-get="{state}?looked=2"' in read(client, f"{state}?looked=1")
    assert "hx-get" not in read(client, f"{state}?looked=5")
    assert "hx-get" not in read(client, f"{state}?looked=nonsense")
    Comment.objects.filter(pk=comment.pk).update(status=Status.PUBLISHED)
    html = read(client, f"{state}?looked=1")
    assert "Being checked" not in html
    assert "<p>Soon there</p>" in html
    assert f'href="{comment.get_absolute_url()}edit/"' in html


# --- What is refused keeps the text --------------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": ""}, "Write the name that will stand above your comment."),
        ({"name": "\u200b\u3164"}, "Write the name that will stand above your comment."),
        ({"name": "x" * 81}, "Up to 80 letters; this has 81."),
        ({"email": ""}, "Write your e-mail address. It is never published."),
        ({"email": "nobody"}, "Write an address such as name@example.org."),
        ({"email": f"{'x' * 60}@{'y' * 60}.{'z' * 60}.{'w' * 60}.{'v' * 60}"}, "Up to 254") ,
        ({"website": "javascript:alert(1)"}, "Write an address such as https://example.org"),
        ({"website": "ftp://example.org/"}, "Write an address such as https://example.org"),
        ({"name": "a\0b"}, "This contains a character that cannot be stored."),
        ({"subject": "buy"}, "A field that people do not see was filled in."),
        ({"shown": "forged"}, "This form was not complete any more."),
        ({"shown": ""}, "This form was not complete any more."),
        ({"submission_key": "nonsense"}, "This form was not complete any more."),
        ({"submission_key": NOBODYS}, "This form was not complete any more."),
    ],
)  # fmt: skip
def test_a_form_with_a_mistake_says_which_and_keeps_everything(
    client: Client,
    article: Article,
    fields: dict[str, str],
    words: str,
    headers: dict[str, str],
) -> None:
    response = send(client, article, "Keep this text", headers=headers, **fields)
    assert words in refused(response)


def test_a_long_comment_says_by_how_much(client: Client, article: Article) -> None:
    SiteSettings.objects.create(pk=1, comment_max_length=100)
    body = "Keep this text" + "\r\n" * 100 + "x" * 200
    words = refused(send(client, article, body))
    assert (
        "Your comment is 214 characters too long. Nothing is lost: shorten it and send again."
        in words
    )
    body = "x" * 50 + "\r\n" + "y" * 49
    assert send(client, article, body).status_code == 303
    assert article.comments.get().current_revision.body == body.replace("\r\n", "\n")


@pytest.mark.parametrize("body", [" ", "\u200b\u200b", "> \n>", "\u3164", "\n\n"])
def test_a_comment_that_nobody_could_see_is_asked_for_words(
    client: Client, article: Article, body: str
) -> None:
    response = send(client, article, body=body)
    assert response.status_code == 422
    assert "Write something first." in response.content.decode()


def test_a_nul_in_the_comment_is_refused_in_words(client: Client, article: Article) -> None:
    response = send(client, article, "Keep this text\0")
    assert "This contains a character that cannot be stored." in refused(response)


def test_odd_but_storable_text_is_stored_as_it_was_typed(client: Client, article: Article) -> None:
    body = " \u202eevil\u202c Z\u0335\u0335\u0335\u0335 \U0001f9d1\u200d\U0001f680 \x0b\x1b[31m <b>"
    assert send(client, article, body=body).status_code == 303
    assert article.comments.get().current_revision.body == body
    assert "\x0b" not in read(client, article.get_absolute_url())


def test_a_mended_form_is_taken_under_the_same_key(client: Client, article: Article) -> None:
    data = form_data("Keep this text", name="")
    page = client.post(f"{article.get_absolute_url()}comments/", data).content.decode()
    assert f'name="submission_key" value="{data["submission_key"]}"' in page
    assert f'name="shown" value="{data["shown"]}"' in page


def test_a_form_that_is_not_sound_comes_back_with_new_hidden_values(
    client: Client, article: Article
) -> None:
    data = form_data("Keep this text", shown="forged")
    page = client.post(f"{article.get_absolute_url()}comments/", data).content.decode()
    assert str(data["submission_key"]) not in page
    assert "forged" not in page


def test_what_comes_back_sooner_than_anybody_types_is_asked_to_be_sent_again(
    client: Client, article: Article, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.COMMENT_MIN_SECONDS = 2
    data = form_data("Keep this text")
    path = f"{article.get_absolute_url()}comments/"
    words = refused(client.post(path, data))
    assert "That was so quick that it could have been a program." in words
    words = refused(client.post(path, data | {"name": ""}))
    assert "Write the name that will stand above your comment." in words
    assert "so quick" not in words
    later = time.time() + 2.5
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert client.post(path, data).status_code == 303


def test_a_form_that_was_open_for_days_is_still_taken(
    client: Client, article: Article, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.COMMENT_MIN_SECONDS = 2
    data = form_data("Written slowly")
    later = time.time() + 5 * 24 * 3600
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert client.post(f"{article.get_absolute_url()}comments/", data).status_code == 303


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize("mode", ["closed", "archived"])
def test_a_discussion_that_closed_meanwhile_gives_the_text_back_to_copy(
    client: Client, article: Article, mode: str, headers: dict[str, str]
) -> None:
    Article.objects.filter(pk=article.pk).update(comments_mode=mode)
    whole = send(client, article, "Keep this text", headers=headers)
    with_a_mistake = send(client, article, "Keep this text", headers=headers, name="")
    for answer, status in ((whole, 409), (with_a_mistake, 422)):
        page = answer.content.decode()
        assert answer.status_code == status
        assert "This discussion has closed, so your comment was not sent." in words_of(page)
        assert re.search(r"<textarea[^>]* readonly>\s*Keep this text</textarea>", page)
        # Nothing is there to fill in or to send: it could never be taken.
        assert not re.search(r'name="(name|email|body)"|>Send<', page)


def test_an_unpublished_article_takes_nothing(client: Client, article: Article) -> None:
    Article.objects.filter(pk=article.pk).update(published_at=None)
    assert send(client, article).status_code == 404


def test_only_a_post_sends(client: Client, article: Article) -> None:
    assert client.get(f"{article.get_absolute_url()}comments/").status_code == 405


def test_a_lost_token_gives_the_text_back_to_copy(article: Article) -> None:
    client = Client(enforce_csrf_checks=True)
    response = send(client, article, "Keep </textarea><script>this")
    page = response.content.decode()
    assert response.status_code == 403
    assert "Keep &lt;/textarea&gt;&lt;script&gt;this</textarea>" in page
    assert "Please send that once more" in page


def test_a_form_of_two_megabytes_is_refused_calmly(client: Client, article: Article) -> None:
    response = send(client, article, "x" * 2_000_000)
    assert response.status_code == 413
    assert "That was too much at once" in response.content.decode()


# --- Texts that try to break out -----------------------------------------------------------------


def test_nothing_that_a_reader_types_becomes_markup(client: Client, article: Article) -> None:
    evil = "</script><img src=x onerror=alert(1)>\"'"
    send(client, article, evil, name=evil, website="https://example.org/?\"'><b>")
    comment = article.comments.get()
    Comment.objects.update(status=Status.PUBLISHED)
    Article.objects.update(published_count=1, discussion_version=99)
    here = comment.get_absolute_url()
    pages = [
        article.get_absolute_url(),
        f"{article.get_absolute_url()}?reply={comment.public_id}",
        here,
        f"{here}report/",
        f"{here}edit/",
        f"{here}withdraw/",
        f"{here}state/",
    ]
    for path in pages:
        page = read(client, path)
        assert "img src=x" in page, path
        assert "<img src=x" not in page, path
        assert "><b>" not in page, path


def test_a_website_that_is_no_web_address_is_no_link(client: Client) -> None:
    comment = make_published(website="javascript:alert(1)")
    page = read(client, comment.article.get_absolute_url())
    assert "javascript:" not in page


def test_the_signer_of_forms_does_not_sign_cookies() -> None:
    """A value from one place is worth nothing in another."""
    key = uuid.uuid4()
    client = Client()
    client.cookies[NAME] = forms.form_key()["shown"]
    comment = make_comment("Secret", author=make_regular(key=guest_key_for(key)))
    assert client.get(comment.get_absolute_url()).status_code == 404
