"""Sending, answering, editing, withdrawing and reporting, as browsers do it."""

import re
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from accounts.models import Role
from comments import forms
from comments.cookies import NAME, remember_guest
from comments.models import Article, Author, Comment, Report, SiteSettings, Status
from comments.submission import guest_key_for
from moderation.decisions import database_now, decide
from moderation.models import Action, ReviewItem
from tests.make import (
    make_article,
    make_comment,
    make_held,
    make_published,
    make_regular,
    make_user,
)
from tests.posting import HTMX, form_data, read, send, words_of

pytestmark = pytest.mark.django_db

NOBODYS = "6f1f3c3e-8a55-4c9e-9d53-3f2f6f5f0a11"  # an id that nothing has


@pytest.fixture(autouse=True)
def _no_hurry(settings: Any) -> None:
    settings.COMMENT_MIN_SECONDS = 0
    settings.COMMENTS_PER_MINUTE = settings.COMMENTS_PER_HOUR = 1000
    settings.REPORTS_PER_HOUR = 1000


@pytest.fixture
def article() -> Article:
    return make_article()


def known_as(author: Author) -> Client:
    client, response = Client(), HttpResponse()
    remember_guest(response, key=author.key)
    client.cookies.update(response.cookies)
    return client


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
    send(client, article, name="\u202elivE\u202c \u2066Hansen\u2069")
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


def refused(response: HttpResponse, *, status: int = 422, kept: str = "Keep this text") -> str:
    page = response.content.decode()
    assert response.status_code == status
    assert kept in page
    assert Comment.objects.count() == 0
    return words_of(page)


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


def test_a_discussion_that_closed_meanwhile_gives_the_text_back(
    client: Client, article: Article
) -> None:
    Article.objects.filter(pk=article.pk).update(comments_mode="closed")
    words = refused(send(client, article, "Keep this text"), status=409)
    assert "This discussion has closed" in words


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


# --- Replies -------------------------------------------------------------------------------------


def test_a_reply_link_works_without_scripts(client: Client) -> None:
    parent = make_published("What is > asked?", author=make_regular(name="Asker"))
    path = parent.article.get_absolute_url()
    assert f'href="?reply={parent.public_id}#write"' in read(client, path)
    page = read(client, f"{path}?reply={parent.public_id}")
    assert "Reply to Asker" in words_of(page)
    assert f'name="parent" value="{parent.public_id}"' in page
    assert page.index("What is &gt; asked?") < page.index('id="threads"')
    send(client, parent.article, "The answer", parent=parent.public_id)
    answer = Comment.objects.get(current_revision__body="The answer")
    assert (answer.parent, answer.root, answer.depth) == (parent, parent, 1)


def test_the_reply_link_of_a_thread_page_leads_to_the_form(client: Client) -> None:
    parent = make_published()
    response = client.get(f"{parent.get_absolute_url()}?reply={parent.public_id}")
    there = f"{parent.article.get_absolute_url()}?reply={parent.public_id}#write"
    assert (response.status_code, response["Location"]) == (302, there)
    response = client.get(f"{parent.get_absolute_url()}reply/")
    assert (response.status_code, response["Location"]) == (302, there)


def test_with_htmx_the_reply_form_comes_alone_and_its_answer_takes_its_place(
    client: Client,
) -> None:
    parent = make_published("Asked")
    response = client.get(f"{parent.get_absolute_url()}reply/", headers=HTMX)
    html = response.content.decode()
    assert "<html" not in html
    assert f'name="parent" value="{parent.public_id}"' in html
    answer = send(client, parent.article, "Answered", parent=parent.public_id, headers=HTMX)
    html = answer.content.decode()
    assert '<article class="c d1 own"' in html
    assert "<form" not in html


@pytest.mark.parametrize("parent", ["nonsense", NOBODYS])
def test_a_reply_to_what_is_gone_keeps_its_text_and_may_stand_alone(
    client: Client, article: Article, parent: str
) -> None:
    response = send(client, article, "Keep this text", parent=parent)
    assert "The comment you answer is not there any more." in refused(response, status=409)
    assert 'name="parent"' not in response.content.decode()


def test_a_comment_of_another_article_cannot_be_answered_here(
    client: Client, article: Article
) -> None:
    elsewhere = make_published("Elsewhere")
    response = send(client, article, parent=elsewhere.public_id)
    assert response.status_code == 409
    assert (
        client.get(f"{article.get_absolute_url()}?reply={elsewhere.public_id}").status_code == 404
    )


def test_what_the_public_cannot_read_cannot_be_answered(client: Client) -> None:
    hidden = make_held("Nobody reads this")
    response = send(client, hidden.article, "An answer", parent=hidden.public_id)
    assert response.status_code == 409
    assert "Nobody reads this" not in response.content.decode()


def test_an_author_may_answer_their_own_waiting_comment() -> None:
    author = make_regular()
    mine = make_held("Waiting", author=author)
    client = known_as(author)
    assert send(client, mine.article, "PS", parent=mine.public_id).status_code == 303


@pytest.mark.parametrize("wanted", ["nonsense", "%00", NOBODYS])
def test_a_reply_to_nothing_is_a_page_that_is_not_there(
    client: Client, article: Article, wanted: str
) -> None:
    response = client.get(f"{article.get_absolute_url()}?reply={wanted}")
    assert response.status_code in (400, 404)


def test_another_text_in_a_form_that_was_sent_is_not_mistaken_for_the_first(
    client: Client, article: Article
) -> None:
    # Back in the browser brings the old form with its old key; what is typed there is new.
    path, data = f"{article.get_absolute_url()}comments/", form_data("The first text")
    assert client.post(path, data).status_code == 303
    response = client.post(path, {**data, "body": "Quite another text"})
    page = response.content.decode()
    assert response.status_code == 409
    assert "Quite another text</textarea>" in page
    fresh = dict(re.findall(r'name="(submission_key|shown)" value="([^"]+)"', page))
    assert client.post(path, {**data, **fresh, "body": "Quite another text"}).status_code == 303
    bodies = article.comments.order_by("pk").values_list("current_revision__body", flat=True)
    assert list(bodies) == ["The first text", "Quite another text"]


def test_a_form_sent_again_after_an_edit_is_still_the_same_comment(
    client: Client, article: Article
) -> None:
    path, data = f"{article.get_absolute_url()}comments/", form_data("The first text")
    client.post(path, data)
    comment = article.comments.get()
    edit = {"body": "The second text", "seen_version": comment.version}
    assert client.post(f"{comment.get_absolute_url()}edit/", edit).status_code == 303
    assert client.post(path, data).status_code == 303
    assert article.comments.count() == 1


# --- Editing and withdrawing ---------------------------------------------------------------------


def test_an_author_edits_and_the_public_waits_for_the_new_text(client: Client) -> None:
    author = make_regular()
    comment = make_published("As it was", author=author)
    mine, path = known_as(author), f"{comment.get_absolute_url()}edit/"
    page = read(mine, path)
    assert "As it was</textarea>" in page
    data = {"body": "As it is", "seen_version": comment.version}
    assert mine.post(path, data).status_code == 303
    article = comment.article.get_absolute_url()
    assert "As it is" in read(mine, article)
    for text in ("As it was", "As it is"):
        assert text not in read(client, article)


@pytest.mark.parametrize("verb", ["edit", "withdraw"])
def test_nobody_else_changes_a_comment(client: Client, verb: str) -> None:
    comment = make_published("Not yours")
    path = f"{comment.get_absolute_url()}{verb}/"
    signed_in = Client()
    signed_in.force_login(make_user(Role.SITE_ADMIN))
    for stranger in (client, known_as(make_regular()), signed_in):
        assert stranger.get(path).status_code == 404
        data = {"body": "Mine now", "seen_version": comment.version}
        assert stranger.post(path, data).status_code == 404
    comment.refresh_from_db()
    assert (comment.status, comment.current_revision.body) == (Status.PUBLISHED, "Not yours")


def test_an_edit_of_what_was_decided_meanwhile_is_explained_and_keeps_the_text() -> None:
    author = make_regular()
    comment = make_held("As it was", author=author)
    seen = comment.version
    approve(comment)
    mine, path = known_as(author), f"{comment.get_absolute_url()}edit/"
    response = mine.post(path, {"body": "My new text", "seen_version": seen})
    page = response.content.decode()
    assert response.status_code == 409
    assert "Meanwhile your comment was decided on or changed." in page
    assert "My new text</textarea>" in page
    comment.refresh_from_db()
    assert f'name="seen_version" value="{comment.version}"' in page
    again = mine.post(path, {"body": "My new text", "seen_version": comment.version})
    assert again.status_code == 303


@pytest.mark.parametrize(
    ("data", "status"),
    [({"body": "", "seen_version": 2}, 422), ({"body": "x"}, 422), ({"body": "x" * 9000}, 422)],
)
def test_an_edit_with_a_mistake_changes_nothing(data: dict[str, Any], status: int) -> None:
    author = make_regular()
    comment = make_published("As it was", author=author)
    response = known_as(author).post(f"{comment.get_absolute_url()}edit/", data)
    assert response.status_code == status
    comment.refresh_from_db()
    assert comment.current_revision.body == "As it was"


def test_an_author_withdraws_after_being_asked_once(client: Client) -> None:
    author = make_regular()
    comment = make_published("Taken back", author=author)
    mine, path = known_as(author), f"{comment.get_absolute_url()}withdraw/"
    assert "Taken back" in read(mine, path)
    assert mine.post(path, {"seen_version": comment.version}).status_code == 303
    for reader in (mine, client):
        page = read(reader, comment.article.get_absolute_url())
        assert "<p>Taken back</p>" not in page
    assert mine.post(path, {"seen_version": comment.version}).status_code == 404


def test_withdrawing_what_a_moderator_just_removed_says_so() -> None:
    author = make_regular()
    comment = make_published("Removed first", author=author)
    mine, path = known_as(author), f"{comment.get_absolute_url()}withdraw/"
    read(mine, path)
    response = mine.post(path, {"seen_version": comment.version + 1})
    assert response.status_code == 409
    assert "Meanwhile your comment was decided on or changed." in response.content.decode()


# --- Reports -------------------------------------------------------------------------------------


def test_a_report_reaches_the_moderators_once_for_each_reader(client: Client) -> None:
    comment = make_published("Reported")
    path = f"{comment.get_absolute_url()}report/"
    assert "Reported" in read(client, path)
    for _ in range(2):
        response = client.post(path, {"category": "abuse", "words": "Look at this"})
        assert "Thank you. A moderator will look at this comment." in response.content.decode()
    report = Report.objects.get()
    assert (report.comment, report.category, report.words) == (comment, "abuse", "Look at this")
    assert report.reporter_key.startswith("address:")
    assert "127.0.0.1" not in report.reporter_key
    assert ReviewItem.objects.filter(comment=comment, queue="reported").count() == 1


def test_each_kind_of_reader_reports_under_their_own_key() -> None:
    comment = make_published("Reported")
    author, user = make_regular(), make_user()
    signed_in = Client()
    signed_in.force_login(user)
    for client in (Client(), known_as(author), signed_in):
        client.post(f"{comment.get_absolute_url()}report/", {"category": "spam"})
    kinds = {key.partition(":")[0] for key in Report.objects.values_list("reporter_key", flat=True)}
    assert kinds == {"address", "guest", "user"}


def test_with_htmx_a_report_is_made_in_place(client: Client) -> None:
    path = f"{make_published().get_absolute_url()}report/"
    form = client.get(path, headers=HTMX).content.decode()
    assert "<html" not in form
    assert 'name="category"' in form
    thanks = client.post(path, {"category": "spam"}, headers=HTMX).content.decode()
    assert "<html" not in thanks
    assert "Thank you." in thanks


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Choose what is wrong with it."),
        ({"category": "dislike"}, "dislike"),
        ({"category": "spam", "words": "x" * 1001}, "Up to 1000 letters; this has 1001."),
        ({"category": "spam", "words": "a\0b"}, "This contains a character that cannot be stored"),
    ],
)
def test_a_report_with_a_mistake_is_asked_for_again(
    client: Client, data: dict[str, str], words: str
) -> None:
    response = client.post(f"{make_published().get_absolute_url()}report/", data)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert Report.objects.count() == 0


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


def approve(comment: Comment) -> None:
    decide(
        comment=comment,
        action=Action.APPROVE,
        actor=make_user(Role.MODERATOR),
        seen_version=comment.version,
        at=database_now(),
    )


def test_the_signer_of_forms_does_not_sign_cookies() -> None:
    """A value from one place is worth nothing in another."""
    key = uuid.uuid4()
    client = Client()
    client.cookies[NAME] = forms.form_key()["shown"]
    comment = make_comment("Secret", author=make_regular(key=guest_key_for(key)))
    assert client.get(comment.get_absolute_url()).status_code == 404
