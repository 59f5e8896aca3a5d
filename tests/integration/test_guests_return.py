"""Guests who come back: by a mailed link, or with an account that takes over what they wrote."""

import re
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from accounts.models import Role, UsedLink, User
from accounts.signed_links import Purpose, sign, sign_once
from comments import mailed_links
from comments.models import Author, Comment, Restriction, SiteSettings, Status
from comments.verified import verified_addresses_of
from mailing.tasks import deliver
from moderation.author_acts import set_trust
from moderation.decisions import database_now, decide
from moderation.gathering import known_about
from moderation.models import Action, ActKind, AuthorAct, Policy, Statement
from moderation.rulebook.trusting import level_set_by_hand
from moderation.trust import Level
from privacy.retention import retain
from tests.author_data import BAN, MUTE, impose
from tests.make import make_article, make_held, make_published, make_regular, make_user
from tests.posting import known_as, read, send, words_of
from tests.receiver import Mailbox

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_hurry")]

MARIT = "marit@example.org"
PASSWORD = "a long enough secret"


@pytest.fixture(autouse=True)
def _no_limit(settings: LazySettings) -> None:
    settings.LINKS_PER_HOUR = 1000


def guest(email: str = MARIT, **fields: object) -> Author:
    return make_regular(email=email, **fields)


def ask(client: Client, email: str) -> str:
    answer = client.post("/me/link/", {"email": email})
    assert answer.status_code == 200
    return words_of(answer.content.decode()).replace(email.lower(), "ADDRESS")


def link_to(mailbox: Mailbox, address: str) -> str:
    deliver()
    letter = [mail.get_content() for to, mail in mailbox.letters if to == address][-1]
    found = re.search(r"http\S+(/me/link/\S+/)", letter.replace("=\n", ""))
    assert found, letter
    return found[1]


def verified(comment: Comment) -> bool:
    return known_about([comment.pk])[comment.pk].verified


def sign_in(client: Client, user: User) -> None:
    answer = client.post("/accounts/sign-in/", {"login": user.email, "password": PASSWORD})
    assert answer.status_code == 302


# --- The mailed link -----------------------------------------------------------------------------


def test_a_guest_opens_a_mailed_link_edits_and_withdraws(mailbox: Mailbox) -> None:
    held = make_held("Only a fool would wait.", author=guest(), email="Marit@Example.org")
    make_published("Somebody else's", author=guest("other@example.org"), email="other@example.org")
    client = Client()
    ask(client, "Marit@example.org")
    path = link_to(mailbox, MARIT)
    read(client, path)
    assert "Only a fool" not in read(client, "/me/")
    assert client.post(path).status_code == 303
    page = words_of(read(client, "/me/"))
    assert "Only a fool" in page
    assert "Somebody else" not in page
    edit, withdraw = (f"{held.get_absolute_url()}{what}/" for what in ("edit", "withdraw"))
    assert "Only a fool" in read(client, edit)
    sent = {"body": "Nobody wise would wait.", "seen_version": held.version}
    assert client.post(edit, sent).status_code == 303
    held.refresh_from_db()
    assert held.current_revision.body == "Nobody wise would wait."
    read(client, withdraw)
    assert client.post(withdraw, {"seen_version": held.version}).status_code == 303
    held.refresh_from_db()
    assert held.withdrawn_at is not None
    client.post("/me/forget/")
    assert "Only a fool" not in read(client, "/me/")


def test_a_guest_who_came_by_a_link_reads_why_and_is_told_how_to_take_the_rest(
    mailbox: Mailbox,
) -> None:
    taken = make_published("Only a fool", author=guest(), email=MARIT)
    stranger = make_published("Not hers", author=guest(), email="other@example.org")
    for comment in (taken, stranger):
        decide(
            comment=comment,
            action=Action.REMOVE,
            policy=Policy.objects.first(),
            actor=make_user(Role.MODERATOR),
            seen_version=comment.version,
            at=database_now(),
        )
    client = Client()
    ask(client, MARIT)
    client.post(link_to(mailbox, MARIT))
    [said] = Statement.objects.filter(comment=taken)
    why = f'href="/statements/{said.public_id}/"'
    decided = read(client, "/me/decisions/")
    assert why in decided
    assert decided.count("Your comment was removed") == 1
    assert why in read(client, "/me/")
    assert "Your comment was removed" in read(client, f"/statements/{said.public_id}/")
    for path in ("/me/data/", "/me/erase/"):
        assert f"sign up with {MARIT}" in words_of(read(client, path))
        assert "sign up with" not in words_of(read(Client(), path))


def test_the_answer_is_the_same_for_an_address_that_nobody_wrote_under(mailbox: Mailbox) -> None:
    make_published(author=guest(), email=MARIT)
    user = make_user(email="kari@example.org")
    make_published(author=make_regular(user=user, email=user.email), email=user.email)
    told = {ask(Client(), email) for email in (MARIT, "nobody@example.org", user.email)}
    assert len(told) == 1
    deliver()
    assert [to for to, _ in mailbox.letters] == [MARIT]


def test_a_link_runs_out_and_opens_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    make_held("Only a fool would wait.", author=guest(), email=MARIT)
    other = Client().post(f"/me/link/{sign(purpose=Purpose.CONFIRM, subject=MARIT)}/")
    assert (other.status_code, "ordstyrer_address" in other.cookies) == (404, False)
    token = sign_once(purpose=Purpose.MANAGE, subject=MARIT)
    monkeypatch.setattr(mailed_links, "GOOD_FOR", timedelta(0))
    late = Client().post(f"/me/link/{token}/")
    assert (late.status_code, "ordstyrer_address" in late.cookies) == (410, False)
    assert "This link has run out" in words_of(late.content.decode())


def test_a_link_takes_over_comments_once(mailbox: Mailbox) -> None:
    make_held("Only a fool would wait.", author=guest(), email=MARIT)
    ask(Client(), MARIT)
    path = link_to(mailbox, MARIT)
    mine, finder = Client(), Client()
    for scanner in (Client(), Client()):
        assert "Open my comments" in read(scanner, path)
    assert mine.post(path).status_code == 303
    for late in (finder.get(path), finder.post(path)):
        assert (late.status_code, "ordstyrer_address" in late.cookies) == (410, False)
        assert "This link was used already" in words_of(late.content.decode())
    assert "Only a fool" not in read(finder, "/me/")
    # Whoever opened it with the letter is told that they need no other.
    assert 'href="/me/">Go to your comments' in mine.get(path).content.decode()
    assert "Only a fool" in read(mine, "/me/")
    list(retain(settings=SiteSettings.current(), at=timezone.now() + timedelta(days=3)))
    assert not UsedLink.objects.exists()


def test_one_address_gets_few_letters_and_one_household_few_answers(
    mailbox: Mailbox, settings: LazySettings
) -> None:
    settings.LINKS_PER_HOUR = 4
    make_published(author=guest(), email=MARIT)
    here = {"REMOTE_ADDR": "198.51.100.77"}
    answers = [Client(**here).post("/me/link/", {"email": MARIT}).status_code for _ in range(5)]
    assert answers == [200, 200, 200, 200, 429]
    deliver()
    assert len(mailbox.letters) == 2


# --- Whether an address is verified --------------------------------------------------------------


def test_a_guests_address_is_verified_in_the_browser_that_opened_the_link(mailbox: Mailbox) -> None:
    author, article = guest(), make_article()
    before = make_published("From this browser", author=author, article=article, email=MARIT)
    stranger = make_published("Typed by somebody", author=guest(), article=article, email=MARIT)
    client = known_as(author)
    ask(client, MARIT)
    client.post(link_to(mailbox, MARIT))
    assert verified(before)
    assert not verified(stranger)
    authors = [author.pk, stranger.author_id]
    assert verified_addresses_of(authors) == {author.pk: MARIT}
    fresh = Client()
    ask(fresh, MARIT)
    fresh.post(link_to(mailbox, MARIT))
    assert send(fresh, article, "A new guest who showed it", email=MARIT).status_code == 303
    assert verified(Comment.objects.latest("pk"))
    assert send(fresh, article, "Under another address", email="x@example.org").status_code == 303
    assert not verified(Comment.objects.latest("pk"))


def test_a_users_address_is_verified_by_their_account() -> None:
    user = make_user()
    author = make_regular(user=user)
    comment = make_published(author=author)
    assert verified(comment)
    assert verified_addresses_of([author.pk]) == {author.pk: user.email}
    user.emailaddress_set.update(verified=False)
    assert not verified(comment)
    assert verified_addresses_of([author.pk]) == {}


# --- Joining an account --------------------------------------------------------------------------


def test_the_guest_of_the_browser_joins_the_account_that_signs_in_there() -> None:
    author = guest()
    public = make_published("Out there", author=author, email=MARIT)
    held = make_held("Only a fool would wait.", author=author, email=MARIT)
    Comment.objects.filter(pk=public.pk).update(approved_by_person=True)
    Author.objects.filter(pk=author.pk).update(approved_count=1)
    user, client = make_user(email="somebody@example.org"), known_as(author)
    sign_in(client, user)
    assert {public.pk, held.pk} == set(user.author.comments.values_list("pk", flat=True))
    author.refresh_from_db()
    assert (user.author.published_count, author.published_count) == (1, 5)
    assert (user.author.approved_count, author.approved_count) == (1, 0)
    assert author.joined_to == user.author
    assert user.author.first_seen_at == author.first_seen_at
    elsewhere = Client()
    elsewhere.force_login(user)
    assert "Only a fool" in read(elsewhere, "/me/")
    client.post("/accounts/sign-out/")
    assert "Only a fool" not in read(client, "/me/")


def test_nobody_escapes_a_ban_by_signing_in() -> None:
    author = guest()
    article = make_published(author=author, email=MARIT).article
    impose(author, BAN)
    client = known_as(author)
    sign_in(client, make_user())
    answer = send(client, article, "Let me in")
    assert answer.status_code == 409
    assert "You cannot write comments here until" in words_of(answer.content.decode())


def test_what_moderators_decided_follows_once_however_often_the_guest_joins() -> None:
    author, user = guest(), make_user()
    client = known_as(author)
    impose(author, MUTE)
    for words in ("Once", "And once more"):
        make_held(words, author=author, email=MARIT)
        sign_in(client, user)
        client.post("/accounts/sign-out/")
    assert user.author.comments.count() == 2
    assert [act.kind for act in AuthorAct.objects.filter(author=user.author)] == [ActKind.MUTE]


@pytest.mark.parametrize(
    ("set_for_guest", "follows"),
    [
        ([Level.RELIABLE], ""),
        ([Level.OFTEN_REMOVED], Level.OFTEN_REMOVED),
        ([Level.OFTEN_REMOVED, Level.RELIABLE], ""),
        ([Level.RELIABLE, Level.NEW], Level.NEW),
    ],
)
def test_of_trust_that_was_set_by_hand_the_last_word_follows_where_it_is_little(
    set_for_guest: list[Level], follows: str
) -> None:
    author, user, seen = guest(), make_user(), 0
    make_published(author=author, email=MARIT)
    for level in set_for_guest:
        by = make_user(Role.SENIOR_MODERATOR)
        act = set_trust(author=author, by=by, level=level, at=database_now(), seen=seen)
        seen = act.pk
    sign_in(known_as(author), user)
    assert level_set_by_hand(author_id=user.author.pk) == follows


def test_what_was_typed_under_an_address_joins_only_when_its_owner_says_so() -> None:
    stranger = guest(name="A stranger")
    typed = make_held("Only a fool would wait.", author=stranger, email=MARIT)
    impose(stranger, MUTE)
    owner, client = make_user(email=MARIT), Client()
    sign_in(client, owner)
    assert not Author.objects.filter(user=owner).exists()
    assert "Are they yours?" in read(client, "/me/")
    page = read(client, "/me/join/")
    assert "Only a fool" in page
    other = Client()
    other.force_login(make_user())
    assert "Only a fool" not in read(other, "/me/join/")
    assert other.post("/me/join/", {"guest": stranger.pk}).status_code == 404
    assert client.post("/me/join/", {"guest": stranger.pk}).status_code == 303
    typed.refresh_from_db()
    assert (typed.author.user, typed.status) == (owner, Status.HELD)
    assert "A moderator reads your comments first" in read(client, "/me/decisions/")
    assert AuthorAct.objects.get(author__user=owner).kind == ActKind.MUTE
    assert Restriction.objects.filter(author__user=owner).in_force().exists()


def test_what_is_not_mine_is_not_offered_again_until_it_is_after_all() -> None:
    stranger, mine = guest(name="A stranger"), guest(name="Marit")
    typed = make_held("Only a fool would wait.", author=stranger, email=MARIT)
    make_published("My own words", author=mine, email=MARIT)
    owner, client, other = make_user(email=MARIT), Client(), Client()
    client.force_login(owner)
    other.force_login(make_user())
    no = {"guest": stranger.pk, "answer": "not_mine"}
    assert other.post("/me/join/", no).status_code == 404
    for _ in range(2):
        assert client.post("/me/join/", no).status_code == 303
    page = read(client, "/me/join/")
    offered, dismissed = page.split("What you said is not yours")
    assert ("My own words" in offered, "Only a fool" in offered) == (True, False)
    assert "Only a fool" in dismissed
    client.post("/me/join/", {"guest": mine.pk})
    assert "Are they yours?" not in read(client, "/me/")
    make_published("The stranger writes on.", author=stranger, email=MARIT)
    assert "Are they yours?" not in read(client, "/me/")
    client.post("/me/join/", {"guest": stranger.pk})
    typed.refresh_from_db()
    assert typed.author.user == owner
    assert "What you said is not yours" not in read(client, "/me/join/")


def test_an_address_that_is_not_verified_is_offered_nothing() -> None:
    make_held("Only a fool would wait.", author=guest(), email=MARIT)
    squatter = make_user(email=MARIT)
    squatter.emailaddress_set.update(verified=False)
    client = Client()
    client.force_login(squatter)
    assert "Are they yours?" not in read(client, "/me/")
    assert "Only a fool" not in read(client, "/me/join/")


def test_a_moderator_who_tried_things_as_a_guest_is_asked_first() -> None:
    author = guest()
    make_published(author=author, email=MARIT)
    moderator, client = make_user(Role.MODERATOR), known_as(author)
    sign_in(client, moderator)
    assert not Author.objects.filter(user=moderator).exists()
