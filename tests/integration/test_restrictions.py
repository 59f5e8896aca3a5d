"""Mutes and bans hold at every door, for exactly as long as they should."""

import uuid
from datetime import UTC, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.db.utils import InternalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import Role
from comments.addresses import address_hash
from comments.models import Author, Comment, Restriction, SiteSettings, Status
from comments.restrictions import held_for_their_author, restrictions_of
from comments.submission import (
    AuthorBanned,
    Draft,
    Writer,
    edit_comment,
    submit_comment,
    withdraw_comment,
)
from moderation.decisions import database_now
from moderation.models import Decision, ReviewItem
from moderation.screening import screen_batch
from tests.author_data import BAN, MUTE, impose, restricted
from tests.desk_data import client_of, person
from tests.make import (
    StandIn,
    make_article,
    make_comment,
    make_published,
    make_regular,
    make_user,
    screen_all,
)
from tests.posting import HTMX, form_data, send, words_of

pytestmark = pytest.mark.django_db
EDGE = timedelta(milliseconds=40)


def guest(article: Any) -> tuple[Client, Comment]:
    """A guest whose first comment is there: the cookie knows them from now on."""
    client = Client()
    send(client, article, "The first thing I say.")
    comment = Comment.objects.latest("pk")
    screen_all()
    comment.refresh_from_db()
    return client, comment


def bodies() -> list[str]:
    return list(Comment.objects.order_by("pk").values_list("current_revision__body", flat=True))


class TestBan:
    def test_a_banned_guest_is_told_until_when_and_why_and_keeps_the_text(self) -> None:
        article = make_article()
        client, comment = guest(article)
        ban = impose(comment.author).restriction
        answer = send(client, article, "Something I typed for an hour.")
        assert answer.status_code == 409
        page = answer.content.decode()
        local = timezone.localtime(ban.until)
        assert "Something I typed for an hour." in page
        iso = ban.until.astimezone(UTC).isoformat(timespec="seconds")
        until = f'<time data-exact datetime="{iso}">{date_format(local, "j F Y, H:i")}</time>'
        assert f"until {until}. The reason: {ban.words}" in page
        assert "kept below, to copy" in words_of(page)
        assert bodies() == ["The first thing I say."]

    def test_the_place_of_the_form_says_so_before_anything_is_typed(self) -> None:
        article = make_article()
        parent = make_published(article=article)
        client, comment = guest(article)
        page = client.get(article.get_absolute_url())
        assert 'name="body"' in page.content.decode()
        impose(comment.author)
        reply = reverse("comments:reply", args=[parent.public_id])
        for answer in (client.get(article.get_absolute_url()), client.get(reply, headers=HTMX)):
            told = words_of(answer.content.decode())
            assert "You cannot write comments here until" in told
            assert "The reason:" in told
            assert "kept below" not in told
            assert 'name="body"' not in answer.content.decode()
        everybody = Client().get(article.get_absolute_url()).content.decode()
        assert 'name="body"' in everybody
        assert "You cannot write comments here" not in everybody

    def test_the_form_is_back_when_the_ban_is_over_and_for_the_muted(self) -> None:
        article = make_article()
        client, comment = guest(article)
        impose(comment.author, MUTE)
        restricted(comment.author, BAN, until=database_now() - EDGE)
        page = client.get(article.get_absolute_url()).content.decode()
        assert 'name="body"' in page

    def test_an_account_is_told_wherever_it_signs_in(self) -> None:
        article, user = make_article(), make_user()
        impose(make_regular(user=user), length=None)
        page = client_of(user).get(article.get_absolute_url()).content.decode()
        assert "You cannot write comments here any more." in page
        assert 'name="body"' not in page

    def test_a_ban_for_good_says_so(self) -> None:
        article = make_article()
        client, comment = guest(article)
        impose(comment.author, length=None)
        page = words_of(send(client, article, "Again.").content.decode())
        assert "You cannot write comments here any more. The reason:" in page

    @pytest.mark.parametrize("headers", [None, HTMX])
    def test_neither_a_comment_nor_a_reply_is_taken(self, headers: dict[str, str] | None) -> None:
        article = make_article()
        parent = make_published(article=article)
        client, comment = guest(article)
        impose(comment.author)
        for fields in ({}, {"parent": str(parent.public_id)}):
            answer = send(client, article, "Let me in.", headers=headers, **fields)
            assert answer.status_code == 409
            assert "Let me in." in answer.content.decode()
            assert "You cannot write comments here until" in answer.content.decode()
        assert Comment.objects.count() == 2

    def test_an_edit_is_refused_and_its_text_kept(self) -> None:
        article = make_article()
        client, comment = guest(article)
        impose(comment.author)
        comment.refresh_from_db()
        answer = client.post(
            reverse("comments:edit", args=[comment.public_id]),
            {"body": "Something quite different.", "seen_version": comment.version},
        )
        assert answer.status_code == 409
        assert "Something quite different." in answer.content.decode()
        assert "You cannot write comments here until" in answer.content.decode()
        assert bodies() == ["The first thing I say."]

    def test_taking_out_and_reporting_are_still_allowed(self) -> None:
        comment = make_published()
        impose(comment.author)
        withdraw_comment(
            comment=comment,
            writer=Writer(guest_key=comment.author.key),
            seen_version=comment.version,
        )
        assert Comment.objects.get().withdrawn_at is not None

    def test_an_account_is_banned_wherever_it_signs_in(self) -> None:
        article, user = make_article(), make_user(name="Per Dahl")
        send(client_of(user), article, "The first thing I say.")
        impose(Author.objects.get(user=user))
        answer = send(client_of(user), article, "And another thing.")
        assert answer.status_code == 409
        assert Comment.objects.count() == 1

    def test_whoever_throws_the_cookie_away_is_somebody_new(self) -> None:
        article = make_article()
        _client, comment = guest(article)
        impose(comment.author)
        assert send(Client(), article, "A new name.").status_code == 303

    def test_the_second_half_of_a_double_click_is_thanked_though_the_ban_came_between(self) -> None:
        article = make_article()
        client, comment = guest(article)
        data = form_data("What I had to say.")
        address = f"{article.get_absolute_url()}comments/"
        assert client.post(address, data).status_code == 303
        impose(comment.author)
        assert client.post(address, data).status_code == 303
        Comment.objects.update(submitted_at=timezone.now() - timedelta(hours=1))
        assert client.post(address, data).status_code == 303, "a retry an hour later, too"
        assert bodies() == ["The first thing I say.", "What I had to say."]
        changed = {**data, "body": "Something else under the same key."}
        assert client.post(address, changed).status_code == 409
        assert len(bodies()) == 2

    def test_submitting_and_editing_by_the_functions_say_which_ban(self) -> None:
        comment = make_published()
        ban = impose(comment.author).restriction
        writer = Writer(guest_key=comment.author.key)
        with pytest.raises(AuthorBanned) as refused:
            submit_comment(
                article=comment.article,
                writer=writer,
                draft=Draft(body="More.", name="Marit Vik"),
                submission_key=uuid.uuid4(),
            )
        assert refused.value.restriction == ban
        with pytest.raises(AuthorBanned):
            edit_comment(comment=comment, writer=writer, body="More.", seen_version=comment.version)

    def test_of_two_bans_the_longer_one_is_told(self) -> None:
        author = make_regular()
        impose(author, length=timedelta(days=1))
        long = impose(author, length=None).restriction
        impose(author, length=timedelta(days=3))
        with pytest.raises(AuthorBanned) as refused:
            make_comment(author=author)
        assert refused.value.restriction == long

    def test_what_was_on_its_way_when_the_ban_came_waits_for_a_person(self) -> None:
        comment = make_comment()
        impose(comment.author)
        screen_all()
        comment.refresh_from_db()
        assert comment.status == Status.HELD
        assert Decision.objects.get().reason == (
            "Muted author: its author was banned while it was on its way"
        )


class TestTheEdge:
    """The database's clock decides, to the moment."""

    @pytest.mark.parametrize(("ends_in", "holds"), [(EDGE * 50, True), (-EDGE / 40, False)])
    def test_it_holds_until_that_moment(self, ends_in: timedelta, holds: bool) -> None:
        author = make_regular()
        ban = restricted(author, BAN, until=database_now() + ends_in)
        assert restrictions_of(author) == ([ban] if holds else [])
        mute = restricted(author, MUTE, until=database_now() + ends_in)
        assert restrictions_of(author) == ([mute, ban] if holds else [])

    def test_the_last_moment_itself_is_free(self) -> None:
        author = make_regular()
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT statement_timestamp()")
            restricted(author, BAN, until=database_now() + EDGE)
            assert restrictions_of(author)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.05)")
            assert not restrictions_of(author), "inside one transaction, too"

    def test_screening_asks_the_clock_of_the_database(self) -> None:
        comment = make_comment()
        restricted(comment.author, MUTE, until=database_now() - EDGE)
        assert held_for_their_author([comment.pk]) == {}
        restricted(comment.author, MUTE, until=database_now() + EDGE * 50)
        assert held_for_their_author([comment.pk]) == {comment.pk: "mute"}

    def test_what_is_lifted_holds_no_more(self) -> None:
        author = make_regular()
        ban = restricted(author, BAN, until=None)
        Restriction.objects.filter(pk=ban.pk).update(lifted_at=database_now())
        assert restrictions_of(author) == []
        assert make_comment(author=author).pk


class TestMute:
    def test_a_muted_author_is_heard_by_moderators_first(self) -> None:
        article = make_article()
        client, comment = guest(article)
        mute = impose(comment.author, MUTE).restriction
        answer = send(client, article, "The harbour is quiet today.", headers=HTMX)
        assert answer.status_code == 200
        told = words_of(answer.content.decode())
        assert "Thank you. Your comment has arrived. Until" in told
        assert "a moderator reads what you write before others see it." in told
        assert f"The reason: {mute.words}" in told

    def test_it_is_held_and_the_match_is_recorded_like_any_other(self) -> None:
        author = make_regular()
        impose(author, MUTE)
        comment = make_comment(author=author)
        screen_all()
        comment.refresh_from_db()
        assert comment.status == Status.HELD
        decision = Decision.objects.get(comment=comment)
        (match,) = decision.matched
        assert match == {
            "rule": "Muted author",
            "key": "muted-author",
            "action": "hold",
            "why": "its author is muted",
            "by": ["author.muted"],
        }
        assert ReviewItem.objects.get(is_open=True).reason == "Muted author: its author is muted"

    def test_an_edit_of_what_is_published_is_held_too(self) -> None:
        comment = make_published()
        impose(comment.author, MUTE)
        edit_comment(
            comment=comment,
            writer=Writer(guest_key=comment.author.key),
            body="Another text.",
            seen_version=comment.version,
        )
        screen_all()
        comment.refresh_from_db()
        assert comment.status == Status.HELD

    def test_a_mute_that_comes_while_the_model_reads_counts(self) -> None:
        comment = make_comment()

        class Slow(StandIn):
            def score(self, texts: Any) -> Any:
                impose(comment.author, MUTE)
                return super().score(texts)

        screen_batch(classifier=Slow())
        comment.refresh_from_db()
        assert comment.status == Status.HELD

    def test_a_mute_that_is_lifted_while_the_model_reads_does_not(self) -> None:
        comment = make_comment()
        mute = restricted(comment.author, MUTE, until=None)

        class Slow(StandIn):
            def score(self, texts: Any) -> Any:
                Restriction.objects.filter(pk=mute.pk).update(lifted_at=database_now())
                return super().score(texts)

        screen_batch(classifier=Slow())
        comment.refresh_from_db()
        assert comment.status == Status.PUBLISHED


class TestNewNames:
    ADDRESS = "203.0.113.7"

    def wrote(self, author: Author, *, address: str = ADDRESS, days_ago: int = 0) -> Comment:
        comment = make_comment(f"Said by {author.name} {uuid.uuid4()}", author=author)
        at = database_now() - timedelta(days=days_ago)
        Comment.objects.filter(pk=comment.pk).update(
            address_hash=address_hash(address), submitted_at=at
        )
        return comment

    def test_a_new_name_from_the_address_is_held_and_not_refused(self) -> None:
        banned = make_regular()
        self.wrote(banned, days_ago=2)
        impose(banned, holds_new_names=True)
        comment = self.wrote(make_regular(name="A new name"))
        screen_all()
        comment.refresh_from_db()
        assert comment.status == Status.HELD
        assert Decision.objects.get(comment=comment).matched[0]["why"] == (
            "a new name from the address of somebody who is muted or banned"
        )

    def test_only_where_it_was_chosen(self) -> None:
        banned = make_regular()
        self.wrote(banned, days_ago=2)
        impose(banned)
        comment = self.wrote(make_regular())
        assert held_for_their_author([comment.pk]) == {}

    def test_whoever_wrote_from_there_before_and_whoever_writes_elsewhere_is_free(self) -> None:
        banned, neighbour = make_regular(), make_regular(name="Neighbour")
        self.wrote(banned, days_ago=2)
        self.wrote(neighbour, days_ago=1)
        impose(banned, holds_new_names=True)
        free = [self.wrote(neighbour), self.wrote(make_regular(), address="203.0.113.8")]
        nowhere = make_comment(author=make_regular())
        assert held_for_their_author([c.pk for c in (*free, nowhere)]) == {}

    def test_an_address_is_forgotten_after_the_days_that_the_site_sets(self) -> None:
        SiteSettings.objects.create(pk=1, address_days=3)
        banned = make_regular()
        earlier = self.wrote(banned, days_ago=4)
        ban = impose(banned, MUTE, holds_new_names=True).restriction
        assert (ban.addresses, ban.names_held_until) == ([], None)
        Comment.objects.filter(pk=earlier.pk).update(submitted_at=F("submitted_at") + timedelta(2))
        ban = impose(banned, length=timedelta(days=30), holds_new_names=True).restriction
        assert ban.names_held_until == ban.from_at + timedelta(days=3)
        short = impose(banned, length=timedelta(days=1), holds_new_names=True).restriction
        assert short.names_held_until == short.until

    def test_new_names_are_free_when_the_time_is_over(self) -> None:
        banned = make_regular()
        Restriction.objects.create(
            author=banned,
            kind=BAN,
            from_at=database_now() - timedelta(days=9),
            addresses=[address_hash(self.ADDRESS)],
            names_held_until=database_now() - EDGE,
        )
        comment = self.wrote(make_regular())
        assert held_for_their_author([comment.pk]) == {}


class TestCost:
    def test_one_look_up_whatever_there_is(self, django_assert_num_queries: Any) -> None:
        author = make_regular()
        comments = [make_comment(f"Number {n}", author=author) for n in range(20)]
        for _ in range(5):
            impose(author, MUTE, holds_new_names=True)
        with django_assert_num_queries(1):
            held = held_for_their_author([comment.pk for comment in comments])
        assert set(held.values()) == {"mute"}

    def test_nobody_is_asked_about_when_nothing_is_due(self) -> None:
        assert held_for_their_author([]) == {}


class TestTheRow:
    def test_it_is_lifted_once_and_nothing_else(self) -> None:
        ban = restricted(make_regular(), BAN, until=None)
        mine = Restriction.objects.filter(pk=ban.pk)
        for change in ({"until": timezone.now()}, {"words": "x"}, {"kind": MUTE}):
            with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
                mine.update(**change)
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            mine.delete()
        assert mine.update(lifted_at=database_now()) == 1
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            mine.update(lifted_at=None)

    def test_a_mute_by_a_moderator_may_be_of_any_length(self) -> None:
        assert impose(make_regular(), MUTE, by=person(Role.MODERATOR), length=None).restriction
