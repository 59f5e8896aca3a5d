"""Following by mail: who gets which letters, when, and how they end."""

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.models import Role
from comments import news
from comments.following import follows_of
from comments.models import Article, Follow, SiteSettings, Status
from comments.mutes import mute, mutes_of
from comments.news import tell_followers
from comments.readers import reader_key
from comments.receivers import join_guest_of_cookie
from comments.submission import Writer, edit_comment, withdraw_comment
from mailing.models import Letter, LetterState
from moderation.decisions import database_now, decide
from moderation.models import Action
from privacy.registry import Person, erasers
from tests.follow_data import KARI, SITE, deliver, followed, later, read_stop_link, removed, told
from tests.make import (
    make_article,
    make_held,
    make_published,
    make_regular,
    make_user,
    screen_all,
)
from tests.posting import known_as, read, words_of
from tests.receiver import Mailbox

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_hurry")]


@pytest.fixture(autouse=True)
def _at_once(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SITE_URL = SITE
    monkeypatch.setattr(news, "SETTLED_AFTER", timedelta(0))


@pytest.fixture
def article() -> Article:
    return make_article(title="Night ward to close")


# --- Who is asked --------------------------------------------------------------------------------


def test_a_guest_says_yes_from_the_letter_before_anything_is_sent(
    client: Client, article: Article, mailbox: Mailbox
) -> None:
    path = f"{article.get_absolute_url()}follow/"
    assert f'href="{path}"' in read(client, article.get_absolute_url())
    assert client.post(path, {"email": "Kari@Example.org"}).status_code == 303
    deliver()
    [(to, letter)] = mailbox.letters
    assert to == KARI
    assert f"asked {SiteSettings.current().name} for letters" in letter.get_content()
    make_published("Nobody confirmed yet.", article=article)
    assert told(mailbox) == []

    [link] = re.findall(r"https://news\.example\.org(\S+)", letter.get_content())
    page = read(Client(), link)  # as a mail scanner does
    assert "Do you want these letters?" in page
    assert Follow.objects.get().confirmed_at is None
    assert "You follow this discussion" in client.post(link).content.decode()
    make_published("News to Kari.", article=article)
    [said] = told(mailbox)
    assert "News to Kari." in said
    assert "Nobody confirmed yet." not in said


def test_whoever_is_signed_in_with_an_address_of_theirs_follows_at_once(
    client: Client, article: Article, mailbox: Mailbox
) -> None:
    user = make_user(email=KARI)
    client.force_login(user)
    path = f"{article.get_absolute_url()}follow/"
    assert f"Letters go to {KARI}." in words_of(read(client, path))
    client.post(path, {"email": "somebody.else@example.org"})
    make_published("News at once.", article=article)
    [said] = told(mailbox)
    assert "News at once." in said
    assert mailbox.letters[0][0] == KARI
    assert "Night ward to close" in words_of(read(client, "/me/follows/"))


def test_an_account_whose_address_is_not_verified_is_asked_too(
    client: Client, article: Article, mailbox: Mailbox
) -> None:
    user = make_user(email=KARI)
    EmailAddress.objects.filter(user=user).update(verified=False)
    client.force_login(user)
    client.post(f"{article.get_absolute_url()}follow/", {"email": KARI})
    assert Follow.objects.get().confirmed_at is None


def test_a_link_that_was_tampered_with_or_is_stale_changes_nothing(
    client: Client, article: Article, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.post(f"{article.get_absolute_url()}follow/", {"email": KARI})
    deliver()
    [link] = re.findall(r"example\.org(/\S+)", mailbox.letters[0][1].get_content())
    stop = read_stop_link(Follow.objects.get())
    for wrong in (f"{link[:-2]}x/", stop.replace("stop", "confirm")):
        answer = client.post(wrong)
        assert answer.status_code == 410
        assert "ask for another letter" in answer.content.decode()
    # Whoever wants to stop is told how, and not how to begin.
    for wrong in (f"{stop[:-2]}x/", link.replace("confirm", "stop")):
        for answer in (client.get(wrong), client.post(wrong)):
            page = answer.content.decode()
            assert answer.status_code == 410
            assert "copy the whole link from the letter" in page
            assert 'href="/me/follows/"' in page
            assert "ask for another letter" not in page
    future = timezone.now().timestamp() + 49 * 3600
    monkeypatch.setattr("django.core.signing.time.time", lambda: future)
    assert client.post(link).status_code == 410
    assert Follow.objects.get().confirmed_at is None


def test_nobody_is_flooded_with_letters_that_ask(client: Client, mailbox: Mailbox) -> None:
    for _ in range(8):
        path = f"{make_article().get_absolute_url()}follow/"
        assert [client.post(path, {"email": KARI}).status_code for _ in "ab"] == [303, 303]
    deliver()
    assert len(mailbox.letters) == 5


# --- What is told --------------------------------------------------------------------------------


def test_nothing_is_told_before_it_is_public(article: Article, mailbox: Mailbox) -> None:
    followed(article)
    held = make_held("Only a fool would wait.", article=article)
    assert told(mailbox) == []
    moderator = make_user(Role.MODERATOR)
    decide(
        comment=held,
        action=Action.APPROVE,
        actor=moderator,
        seen_version=held.version,
        at=database_now(),
    )
    [said] = told(mailbox)
    assert "Only a fool would wait." in said
    assert f"https://news.example.org{held.get_absolute_url()}" in said


def test_what_comes_meanwhile_waits_for_the_next_letter(article: Article, mailbox: Mailbox) -> None:
    followed(article)
    make_published("The first.", article=article)
    assert len(told(mailbox)) == 1
    for body in ("The second.", "The third."):
        make_published(body, article=article)
        assert told(mailbox) == []
    later()
    [said] = told(mailbox)
    assert "2 new comments on “Night ward to close”" in said
    assert said.index("The second.") < said.index("The third.")
    assert "The first." not in said
    later()
    assert told(mailbox) == []


def test_an_edited_comment_is_no_news(article: Article, mailbox: Mailbox) -> None:
    followed(article)
    comment = make_published("As it was.", article=article)
    assert len(told(mailbox)) == 1
    later()
    writer = Writer(guest_key=comment.author.key)
    edit_comment(comment=comment, writer=writer, body="As it is.", seen_version=comment.version)
    screen_all()
    comment.refresh_from_db()
    assert comment.status == Status.PUBLISHED
    assert told(mailbox) == []


@pytest.mark.parametrize("how", ["removed", "withdrawn", "edited"])
def test_what_is_not_public_any_more_when_the_letter_is_sent_is_not_in_it(
    article: Article, mailbox: Mailbox, how: str
) -> None:
    followed(article)
    comment = make_published("Read me not.", article=article)
    tell_followers()
    assert "Read me not" not in "".join(Letter.objects.values_list("body", flat=True))
    writer = Writer(guest_key=comment.author.key)
    if how == "removed":
        removed(comment)
    elif how == "withdrawn":
        withdraw_comment(comment=comment, writer=writer, seen_version=comment.version)
    else:
        edit_comment(comment=comment, writer=writer, body="Hm.", seen_version=comment.version)
    deliver()
    assert mailbox.letters == []
    assert Letter.objects.get().state == LetterState.DROPPED


def test_a_letter_that_was_refused_is_written_anew_for_the_next_attempt(
    article: Article, mailbox: Mailbox
) -> None:
    followed(article)
    gone = make_published("Gone by then.", article=article)
    make_published("Still there.", article=article)
    tell_followers()
    mailbox.refuses = True
    deliver()
    removed(gone)
    mailbox.refuses = False
    Letter.objects.update(due_at=timezone.now())
    deliver()
    [(_to, letter)] = mailbox.letters
    assert "Still there." in letter.get_content()
    assert "Gone by then." not in letter.get_content()


def test_nobody_is_told_of_their_own_comments(article: Article, mailbox: Mailbox) -> None:
    guest, user = make_regular(), make_user()
    signed_in = make_regular(user=user)
    followed(article, email="guest@example.org", guest_key=guest.key)
    followed(article, email="user@example.org", user=user)
    followed(article, email=user.email)  # before they had the account, perhaps
    make_published("By the guest.", article=article, author=guest)
    make_published("By the user.", article=article, author=signed_in)
    told(mailbox)
    letters = {to: letter.get_content() for to, letter in mailbox.letters}
    assert "By the user." in letters["guest@example.org"]
    assert "By the guest." not in letters["guest@example.org"]
    for address in ("user@example.org", user.email):
        assert "By the guest." in letters[address]
        assert "By the user." not in letters[address]


def test_nobody_is_told_of_readers_whom_they_muted(article: Article, mailbox: Mailbox) -> None:
    guest, user, loud = make_regular(), make_user(), make_regular(name="Loud")
    followed(article, email="guest@example.org", guest_key=guest.key)
    followed(article, email="user@example.org", user=user)
    followed(article)
    comment = make_published("Loud once more.", article=article, author=loud)
    for writer in (Writer(guest_key=guest.key), Writer(user=user)):
        mute(comment=comment, writer=writer, reader_key=reader_key(writer=writer))
    told(mailbox)
    assert [to for to, _letter in mailbox.letters] == [KARI]


# --- How it ends ---------------------------------------------------------------------------------


def test_one_click_in_the_mail_program_ends_it(article: Article, mailbox: Mailbox) -> None:
    followed(article)
    make_published("The last one.", article=article)
    told(mailbox)
    letter = mailbox.letters[0][1]
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = letter["List-Unsubscribe"].strip(" <>").removeprefix("https://news.example.org")
    assert address in letter.get_content()
    strict = Client(enforce_csrf_checks=True)
    assert "Stop them" in read(strict, address)
    assert Follow.objects.count() == 1
    assert strict.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Follow.objects.count() == 0
    assert strict.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    later()
    make_published("Unheard.", article=article)
    assert told(mailbox) == []


def test_a_letter_that_waits_is_dropped_when_its_reader_stops(
    article: Article, mailbox: Mailbox
) -> None:
    follow = followed(article)
    followed(make_article())
    make_published("Written, not sent.", article=article)
    tell_followers()
    Client().post(read_stop_link(follow), {"all": "1"})
    assert Follow.objects.count() == 0
    deliver()
    assert mailbox.letters == []


def test_the_list_shows_and_ends_ones_own_alone(article: Article) -> None:
    mine, other = make_regular(), make_regular()
    follow = followed(article, guest_key=mine.key)
    assert "Night ward to close" in words_of(read(known_as(mine), "/me/follows/"))
    for stranger in (known_as(other), Client()):
        assert "You follow no discussion." in words_of(read(stranger, "/me/follows/"))
        assert stranger.post(f"/me/follows/{follow.public_id}/stop/").status_code == 404
    assert known_as(mine).post(f"/me/follows/{follow.public_id}/stop/").status_code == 302
    assert Follow.objects.count() == 0


def test_a_guest_who_signs_in_goes_on_following_and_muting(article: Article) -> None:
    guest, user = make_regular(), make_user()
    follow = followed(article, guest_key=guest.key)
    writer, comment = Writer(guest_key=guest.key), make_published(article=article)
    mute(comment=comment, writer=writer, reader_key=reader_key(writer=writer))
    request = RequestFactory().get("/")
    request.COOKIES = {name: cookie.value for name, cookie in known_as(guest).cookies.items()}
    join_guest_of_cookie(request=request, user=user)
    account = Writer(user=user)
    assert list(follows_of(account)) == [follow]
    assert len(mutes_of(reader_key=reader_key(writer=account))) == 1


def test_whoever_is_erased_follows_nothing(article: Article) -> None:
    mine, other = make_regular(), make_regular()
    followed(article, guest_key=mine.key)
    followed(article, email="another@example.org", guest_key=other.key)
    for eraser in erasers():
        eraser.erase(Person(author_id=mine.pk), True)
    assert Follow.objects.get().guest_key == other.key


def test_a_site_that_sends_no_such_letters_offers_none(
    client: Client, article: Article, mailbox: Mailbox
) -> None:
    SiteSettings.objects.create(pk=1, follow_minutes=0)
    followed(article)
    make_published("Quiet.", article=article)
    assert "Follow by mail" not in read(client, article.get_absolute_url())
    assert client.get(f"{article.get_absolute_url()}follow/").status_code == 404
    assert told(mailbox) == []
