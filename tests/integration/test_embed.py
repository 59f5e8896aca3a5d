"""Comments in a frame in somebody else's page: who may show them, and who speaks in them."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Role
from comments.embedding import tokens
from comments.models import Article, Comment, Report, SiteSettings, Status
from tests.desk_data import client_of, person
from tests.framing import HOST, Framed, allow, policy_of, signed_in_frame, ticket_in
from tests.make import make_article, make_held, make_published, make_regular
from tests.posting import form_data, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_hurry")]


@pytest.fixture
def article() -> Article:
    allow()
    return make_article(slug="ferry-prices")


def frame_of(article: Article) -> str:
    return f"/embed/articles/{article.slug}/"


# --- Who may show them ---------------------------------------------------------------------------


def test_only_pages_of_allowed_sites_may_frame_a_discussion_and_nothing_else(
    article: Article,
) -> None:
    framed = Framed().get(frame_of(article))
    assert policy_of(framed) == f"'self' {HOST}"
    assert "X-Frame-Options" not in framed
    for path in ("/", article.get_absolute_url(), "/embed/counts/", "/embed/sign-in/"):
        answer = Client().get(path)
        assert answer["X-Frame-Options"] == "DENY", path
        assert policy_of(answer) == "'none'", path


def test_no_site_may_as_long_as_none_is_named(article: Article) -> None:
    SiteSettings.objects.update(embed_origins="")
    assert policy_of(Framed().get(frame_of(article))) == "'self'"


def test_a_list_that_went_past_the_form_lets_nobody_in(article: Article) -> None:
    SiteSettings.objects.update(embed_origins="https://paper.example\n*; script-src *")
    assert policy_of(Framed().get(frame_of(article))) == "'self'"


def test_what_a_page_claims_to_be_counts_only_if_it_is_allowed(article: Article) -> None:
    shown = Framed(host='https://evil.example"><script>').get(frame_of(article))
    assert 'data-host=""' in shown.content.decode()
    assert "evil.example" not in shown.content.decode()
    assert f'data-host="{HOST}"' in Framed().get(frame_of(article)).content.decode()


def test_the_list_is_refused_beside_the_field_with_the_reason() -> None:
    admin = client_of(person(Role.SITE_ADMIN))
    SiteSettings.objects.get_or_create(pk=1)
    page = admin.post(
        "/admin/comments/sitesettings/1/change/", {"embed_origins": "https://paper.example/blog"}
    )
    assert (
        "“https://paper.example/blog” is a page. Write only how it begins: https://paper.example"
        in words_of(page.content.decode())
    )


def test_what_is_not_there_is_said_calmly_in_the_frame(article: Article) -> None:
    Article.objects.update(published_at=timezone.now() + timedelta(days=1))
    for path in (frame_of(article), "/embed/articles/nowhere/", "/embed/", "/embed/?url=nonsense"):
        answer = Framed().get(path)
        assert answer.status_code == 404
        assert "There is no discussion here" in answer.content.decode()
        assert policy_of(answer) == f"'self' {HOST}"


# --- Without cookies -----------------------------------------------------------------------------


def test_a_guest_writes_is_known_again_answers_and_changes_their_mind(article: Article) -> None:
    reader = Framed()
    sent = reader.send(article, "The ferry is late.")
    comment = article.comments.get()
    assert sent.status_code == 200
    assert "Thank you. Your comment has arrived." in words_of(sent.content.decode())
    assert comment.status == Status.SUBMITTED

    again = reader.get(frame_of(article)).content.decode()
    assert "The ferry is late." in again
    assert 'value="Marit Vik"' in again
    assert "The ferry is late." not in Framed().get(frame_of(article)).content.decode()

    parent = make_published("What became of it?", article=article)
    reader.send(article, "It was sold.", parent=str(parent.public_id))
    answer = Comment.objects.get(parent=parent)
    assert answer.author == comment.author

    edit = f"/embed/comments/{comment.public_id}/edit/"
    form = reader.get(edit)
    comment.refresh_from_db()  # it was screened meanwhile
    assert Framed().get(edit).status_code == 404
    sent = {"body": "The ferry is very late.", "seen_version": comment.version}
    changed = reader.post(edit, {**sent, "csrfmiddlewaretoken": ticket_in(form)})
    assert "Your new text has arrived." in words_of(changed.content.decode())
    assert "The ferry is very late." in changed.content.decode()


def test_it_works_without_scripts_too(article: Article) -> None:
    """The form's own ticket says who sent it: what comes back knows its reader."""
    reader = Framed(scripts=False)
    first = reader.send(article, "Written without scripts.")
    assert first.status_code == 200
    assert "Thank you. Your comment has arrived." in words_of(first.content.decode())
    assert "Only you can see it until then." in first.content.decode()
    data = form_data("And once more.", csrfmiddlewaretoken=ticket_in(first))
    reader.post(f"{frame_of(article)}comments/", data)
    one, two = article.comments.order_by("pk")
    assert one.author == two.author

    report = f"/embed/comments/{make_published('Spam.', article=article).public_id}/report/"
    form = reader.get(report)
    reader.post(report, {"category": "spam", "csrfmiddlewaretoken": ticket_in(form)})
    assert Report.objects.get().category == "spam"


def test_somebody_signed_in_on_the_site_is_a_stranger_in_the_frame_until_they_say_so(
    article: Article,
) -> None:
    user = person(name="Aisha Khan")
    at_the_top = client_of(user)
    shown = at_the_top.get(frame_of(article), {"from": HOST}).content.decode()
    assert "Aisha Khan" not in shown
    page = at_the_top.get("/embed/sign-in/")
    assert page["Cross-Origin-Opener-Policy"] == "unsafe-none"
    reader = signed_in_frame(at_the_top)
    assert "You write as Aisha Khan." in reader.get(frame_of(article)).content.decode()
    reader.send(article, "As myself.")
    assert article.comments.get().author.user == user


def test_a_guest_who_wants_to_sign_in_is_led_there_and_back() -> None:
    answer = Client().get("/embed/sign-in/")
    assert answer.status_code == 302
    form = answer["Location"]
    assert form.endswith("?next=/embed/sign-in/")
    # The frame that opened the page can be told; no other page of the site keeps its opener.
    for path, policy in (
        ("/embed/sign-in/", "unsafe-none"),
        (form, "unsafe-none"),
        (form.replace("/embed", "/desk"), "same-origin"),
        ("/?next=/embed/sign-in/", "same-origin"),
    ):
        assert Client().get(path)["Cross-Origin-Opener-Policy"] == policy, path


# --- Forged, replayed, too old -------------------------------------------------------------------


@pytest.mark.parametrize("origin", [HOST, "https://evil.example", "null", ""])
def test_a_form_that_another_site_sends_stores_nothing(article: Article, origin: str) -> None:
    reader = Framed()
    ticket = ticket_in(reader.get(frame_of(article)))
    data = form_data("Keep this text", csrfmiddlewaretoken=ticket)
    answer = reader.post(f"{frame_of(article)}comments/", data, origin=origin)
    assert answer.status_code == 422
    assert "Keep this text" in answer.content.decode()
    report = f"/embed/comments/{make_published(article=article).public_id}/report/"
    sent = {"category": "spam", "csrfmiddlewaretoken": ticket}
    assert reader.post(report, sent, origin=origin).status_code == 403
    assert (article.comments.count(), Report.objects.count()) == (1, 0)


def test_a_ticket_that_was_not_made_here_or_is_too_old_keeps_the_text(
    article: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Framed()
    ticket = ticket_in(reader.get(frame_of(article)))
    at = f"{frame_of(article)}comments/"
    for wrong in ("", "x", ticket[:-2], tokens.users_pass(session_key="x")):
        answer = reader.post(at, form_data("Keep this text", csrfmiddlewaretoken=wrong))
        assert answer.status_code == 422
        assert "Keep this text" in answer.content.decode()
    monkeypatch.setattr(tokens, "TICKET_LASTS", timedelta(seconds=-1))
    answer = reader.post(at, form_data("Keep this text", csrfmiddlewaretoken=ticket))
    assert answer.status_code == 422
    monkeypatch.undo()
    # What came back can be sent as it is.
    page = answer.content.decode()
    hidden = dict(re.findall(r'name="(submission_key|shown)" value="([^"]+)"', page))
    fresh = form_data("Keep this text", csrfmiddlewaretoken=ticket_in(answer), **hidden)
    assert reader.post(at, fresh).status_code == 200
    assert article.comments.count() == 1


def test_a_form_that_is_sent_again_is_one_comment(article: Article) -> None:
    reader = Framed()
    ticket = ticket_in(reader.get(frame_of(article)))
    data = form_data("Replayed.", csrfmiddlewaretoken=ticket)
    for _ in range(3):
        Framed().post(f"{frame_of(article)}comments/", data)
    assert article.comments.count() == 1


def test_a_site_that_is_not_allowed_any_more_can_send_nothing(article: Article) -> None:
    reader = Framed()
    ticket = ticket_in(reader.get(frame_of(article)))
    allow("https://other.example")
    data = form_data("Too late.", csrfmiddlewaretoken=ticket)
    assert reader.post(f"{frame_of(article)}comments/", data).status_code == 422
    assert article.comments.count() == 0


def test_the_sites_own_cookies_mean_nothing_in_a_frame(article: Article) -> None:
    author = make_regular()
    held = make_held(article=article, author=author)
    thief = Framed()
    thief.kept = tokens.ticket(host=HOST, kept_pass="")
    for kept in (thief.kept, "nonsense", str(author.key), author.key.hex):
        thief.kept = kept
        page = thief.get(frame_of(article)).content.decode()
        assert held.current_revision.body not in page
        assert thief.get(f"/embed/comments/{held.public_id}/").status_code == 404
        assert thief.get(f"/embed/comments/{held.public_id}/state/").status_code == 404


def test_links_stay_in_the_frame_or_open_at_the_top(article: Article) -> None:
    make_published("See https://example.org for more", article=article)
    page = Framed().get(frame_of(article), lang="en", scheme="dark").content.decode()
    carried = "from=https%3A%2F%2Fpaper.example&amp;lang=en-gb&amp;scheme=dark"
    for tag in re.findall(r"<(?:a|form)\b[^>]*>", page):
        address = re.search(r'(?:href|action)="([^"]*)"', tag)[1]  # type: ignore[index]
        if address.startswith("#"):
            continue
        stays = address.startswith(("?", "/embed/"))
        assert (carried in address) is (stays and ' target="' not in tag), tag
        if not stays:
            assert ' target="_blank"' in tag, tag
            assert re.search(r'rel="[^"]*noopener', tag), tag


# --- Pages of another site -----------------------------------------------------------------------

PAGE = f"{HOST}/2026/ferry?id=7"


def new_page(reader: Framed, **query: str) -> Any:
    return reader.get("/embed/", **{"url": PAGE, "title": "The ferry", **query})


def test_the_first_comment_makes_the_article_where_that_is_wanted() -> None:
    make_article()  # a site with a section
    allow(embed_creates_articles=True)
    before, reader = Article.objects.count(), Framed()
    opened = new_page(reader)
    assert "Nobody has written yet." in words_of(opened.content.decode())
    assert Article.objects.count() == before  # looking makes nothing

    at = re.search(r'action="([^"?]+)', opened.content.decode())[1]  # type: ignore[index]
    ticket = ticket_in(opened)
    empty = reader.post(at, form_data("", csrfmiddlewaretoken=ticket))
    assert empty.status_code == 422
    assert Article.objects.count() == before  # nor does a form that comes back
    for body in ("The first word.", "The second."):
        sent = reader.post(at, form_data(body, csrfmiddlewaretoken=ticket))
        assert sent.status_code == 200
    made = Article.objects.get(page_url=PAGE)
    assert (made.title, made.is_listed, made.comments.count()) == ("The ferry", False, 2)
    assert made.get_absolute_url() not in Client().get("/").content.decode()
    found = reader.get("/embed/", url=f"{PAGE}&utm_source=x#top")
    assert found["Location"].startswith(f"/embed/articles/{made.slug}/?from=")


@pytest.mark.parametrize(
    "query",
    [
        {"url": "https://evil.example/page"},
        {"url": "javascript:alert(1)"},
        {"url": f"{HOST}@evil.example/"},
        {"url": f"{HOST}/{'x' * 600}"},
        {"title": ""},
        {"title": "\u200b\u0007"},
        {"title": "x" * 251},
        {"from": "https://evil.example", "url": "https://evil.example/page"},
    ],
)
def test_no_article_is_promised_for_what_is_no_page_of_the_site_around(
    query: dict[str, str],
) -> None:
    make_article()
    allow(embed_creates_articles=True)
    assert new_page(Framed(), **query).status_code == 404


def test_no_article_is_made_where_the_admin_does_not_want_it() -> None:
    make_article()
    allow()
    assert new_page(Framed()).status_code == 404
    allow(embed_creates_articles=True)
    reader = Framed()
    opened = new_page(reader)
    at = re.search(r'action="([^"?]+)', opened.content.decode())[1]  # type: ignore[index]
    allow(embed_creates_articles=False)
    answer = reader.post(at, form_data("Kept?", csrfmiddlewaretoken=ticket_in(opened)))
    assert answer.status_code == 404
    assert "Kept?" in answer.content.decode()
    assert not Article.objects.filter(page_url=PAGE).exists()


# --- Counts --------------------------------------------------------------------------------------


def asked(*names: str, origin: str = HOST, **query: str) -> Any:
    data = {"of": list(names), **query}
    return Client().get("/embed/counts/", data, headers={"Origin": origin})


def test_many_pages_are_counted_at_once_and_only_what_is_public(
    article: Article, django_assert_num_queries: Any
) -> None:
    other = make_article(page_url=PAGE)
    secret = make_article(slug="secret", published_at=None)
    make_published(article=article)
    make_published(article=other)
    make_held(article=article)
    names = [article.slug, PAGE, "/2026/ferry?id=7", secret.slug, "nowhere", "../../desk/", ""]
    with django_assert_num_queries(2):  # the settings, and all counts
        answer = asked(*names, on=HOST)
    one = {"number": 1, "words": "1 comment"}
    assert answer.json() == {"counts": dict.fromkeys((names[0], names[1], names[2]), one)}
    assert answer["Access-Control-Allow-Origin"] == HOST
    assert "Access-Control-Allow-Credentials" not in answer
    assert "Origin" in answer["Vary"]
    assert "max-age=60" in answer["Cache-Control"]
    again = Client().get(
        "/embed/counts/",
        {"of": names, "on": HOST},
        headers={"Origin": HOST, "If-None-Match": answer["ETag"]},
    )
    assert again.status_code == 304


def test_counts_are_for_allowed_sites_and_for_a_hundred_pages(
    article: Article, django_assert_num_queries: Any
) -> None:
    refused = asked(article.slug, origin="https://evil.example")
    assert refused.status_code == 403
    assert "Access-Control-Allow-Origin" not in refused
    with django_assert_num_queries(0):
        assert asked(*(f"page-{n}" for n in range(101))).status_code == 400
        assert asked(*(f"page-{n}" for n in range(10_000))).status_code == 413
    assert asked(*(f"page-{n}" for n in range(100))).status_code == 200


# --- Links to comments ---------------------------------------------------------------------------


def test_links_to_comments_lead_to_the_page_around_where_the_site_wants_it() -> None:
    article = make_article(page_url=PAGE)
    comment = make_published(article=article)
    feed, there = f"{article.get_absolute_url()}feed/", f"{PAGE}#comment-{comment.public_id}"
    shared = f'href="{there}" data-do="share"'
    allow()
    assert there not in Client().get(feed).content.decode()
    assert shared not in Framed().get(frame_of(article)).content.decode()
    allow(embed_permalinks=True)
    assert there in Client().get(feed).content.decode()
    assert shared in Framed().get(frame_of(article)).content.decode()
