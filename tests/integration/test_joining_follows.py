"""What a guest follows and keeps goes with them into their account, once."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.account.signals import email_changed
from django.test import Client
from django.utils import timezone

from accounts.models import User
from comments.following import confirm, follows_of
from comments.joining import join_guest
from comments.models import Article, Disagreement, Follow, Mute, Visit
from comments.readers import adopt, key_of_guest, key_of_user
from comments.submission import Writer
from tests.make import make_article, make_published, make_regular, make_user
from tests.posting import known_as, read, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_hurry")]
KARI, WORK = "kari@example.org", "kari@work.example"


@pytest.fixture
def article() -> Article:
    return make_article(title="Night ward to close")


def followed(article: Article, **fields: Any) -> Follow:
    now = timezone.now()
    fields = {"email": KARI, "article": article, "confirmed_at": now, "told_until": now, **fields}
    return Follow.objects.create(**fields)


def sign_in(user: User, client: Client) -> None:
    sent = {"login": user.email, "password": "a long enough secret"}
    assert client.post("/accounts/sign-in/", sent).status_code == 302


def test_what_was_confirmed_under_the_address_is_the_accounts(article: Article) -> None:
    elsewhere = followed(article)  # in a browser that is not known here
    thread = followed(article, thread=make_published(article=article))
    asked = followed(make_article(), confirmed_at=None)
    other = followed(article, email="other@example.org")
    user = make_user(email=KARI)
    EmailAddress.objects.update(verified=False)
    sign_in(user, Client())
    assert not Follow.objects.filter(user=user).exists()
    EmailAddress.objects.update(verified=True)
    client = Client()
    sign_in(user, client)
    assert set(Follow.objects.filter(user=user)) == {elsewhere, thread}
    assert set(Follow.objects.filter(user=None)) == {asked, other}
    assert words_of(read(client, "/me/follows/")).count("Night ward to close") >= 2


def test_what_the_account_follows_already_is_followed_once(article: Article) -> None:
    guest, user = make_regular(), make_user(email=KARI)
    root = make_published(article=article)
    whole = followed(article, user=user)
    again = followed(article, email=WORK, guest_key=guest.key)
    thread = followed(article, email=WORK, guest_key=guest.key, thread=root)
    sign_in(user, known_as(guest))
    again.refresh_from_db()
    assert again.user is None
    assert set(follows_of(Writer(user=user))) == {whole, thread}


def test_a_follow_is_theirs_who_said_yes_and_not_theirs_who_asked(article: Article) -> None:
    asker, owner = make_user(), make_regular()
    follow = followed(article, user=asker, confirmed_at=None)
    confirm(follow, writer=Writer(guest_key=owner.key))
    assert not follows_of(Writer(user=asker))
    assert list(follows_of(Writer(guest_key=owner.key))) == [follow]


def test_letters_go_to_the_address_that_the_account_has_now(article: Article) -> None:
    user = make_user(email=KARI)
    moves = followed(article, user=user)
    doubled = followed(make_article(), user=user)
    there = followed(doubled.article, email=WORK)
    followed(article, email=WORK, confirmed_at=None)
    stranger = followed(article, email="other@example.org")
    old = EmailAddress.objects.get(user=user)
    User.objects.filter(pk=user.pk).update(email=WORK)
    new = EmailAddress.objects.create(user=user, email=WORK, verified=True)
    email_changed.send(User, user=user, from_email_address=old, to_email_address=new)
    kept = {follow.pk: (follow.email, follow.user) for follow in Follow.objects.all()}
    assert kept == {
        moves.pk: (WORK, user),
        there.pk: (WORK, user),
        stranger.pk: ("other@example.org", None),
    }


def test_nobody_mutes_or_disagrees_with_what_turns_out_to_be_their_own(article: Article) -> None:
    guest, user = make_regular(), make_user()
    account = make_regular(user=user)
    by_guest = make_published("A guest's", author=guest, article=article)
    by_user = make_published("A user's", author=account, article=article)
    others = make_published("Somebody else's", article=article)
    for key, comment in (
        (key_of_guest(guest.key), by_user),
        (key_of_user(user), by_guest),
        (key_of_user(user), others),
    ):
        now = timezone.now()
        Disagreement.objects.create(reader_key=key, comment=comment, made_at=now)
        Mute.objects.create(reader_key=key, muted=comment.author, made_at=now)
    Visit.objects.create(
        reader_key=key_of_guest(guest.key),
        article=article,
        since=timezone.now(),
        seen_at=timezone.now(),
    )
    before = Article.objects.get().discussion_version
    adopt(guest=guest.key, user=user)
    join_guest(guest=guest, user=user)
    assert Visit.objects.get().reader_key == key_of_user(user)
    assert Disagreement.objects.get().comment == others
    assert Mute.objects.get().muted == others.author
    assert Article.objects.get().discussion_version > before
