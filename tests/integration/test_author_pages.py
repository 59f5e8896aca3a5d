"""The author's drawer and page: what they show, and what each form answers."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from comments.models import Author, Comment, Outcome, Report, Restriction, Section
from comments.submission import report_comment
from moderation.author_acts import Measures
from moderation.decisions import database_now, decide
from moderation.models import Action, AuthorAct, Decision, Policy
from tests.author_data import MUTE, impose, newest_act
from tests.desk_data import assigned, client_of, decision_fields, held_item, person
from tests.make import make_article, make_comment, make_held, make_published, make_regular
from tests.posting import words_of

pytestmark = pytest.mark.django_db
DRAWER = {"HX-Request": "true", "HX-Target": "drawer"}


def address(author: Author, what: str = "author") -> str:
    return reverse(f"moderation:{what}", args=[author.key])


def drawer(client: Client, author: Author) -> str:
    answer = client.get(f"{address(author)}?pane=1", headers=DRAWER)
    assert answer.status_code == 200
    return words_of(answer.content.decode())


def remove(comment: Comment, policy: str) -> None:
    comment.refresh_from_db()
    decide(
        comment=comment,
        action=Action.REMOVE,
        actor=person(),
        seen_version=comment.version,
        at=database_now(),
        policy=Policy.objects.get(slug=policy),
    )


class TestWhatItShows:
    def test_what_became_of_the_comments(self) -> None:
        author = make_regular(published_count=0)
        for n in range(3):
            remove(make_held(f"Only a fool says {n}.", author=author), "insults")
        remove(make_held("Only a fool says buy.", author=author), "spam")
        comment = make_held("Only a fool waits.", author=author)
        report_comment(comment=comment, category="abuse", words="", reporter_key="a")
        report_comment(comment=comment, category="spam", words="", reporter_key="b")
        shown = drawer(client_of(person()), author)
        assert "Hardly known: 0 of 4 comments published." in shown
        assert "100 % removed" in shown
        assert "Removed by policy Insults 3 Spam 1" in shown
        assert "Insults or harassment 1" in shown
        assert "2 not answered" in shown
        assert "oldest first: 0 published, 4 removed, 1 waiting." in shown
        assert "No strike counts now." in shown
        assert "Nobody noted anything." in shown
        assert "Only a fool waits." in shown

    def test_other_names_of_an_address_are_told_to_seniors(self) -> None:
        author = make_regular()
        names = [make_regular(name=name) for name in ("Kari", "Ola")]
        for who in (author, *names):
            make_comment(f"From {who.name}", author=who)
        Comment.objects.update(address_hash="a" * 32)
        old = make_comment(author=make_regular(name="Long ago"))
        Comment.objects.filter(pk=old.pk).update(
            address_hash="a" * 32, submitted_at=timezone.now() - timedelta(days=31)
        )
        told = "2 other names from this address in the last 30 days."
        shown = drawer(client_of(person(Role.SENIOR_MODERATOR)), author)
        assert told in shown
        assert "Kari" in shown
        assert "Long ago" not in shown
        assert "other names" not in drawer(client_of(person()), author)

    def test_answers_to_reports_are_told(self) -> None:
        author = make_regular()
        outcomes = (Outcome.AGREED, Outcome.AGREED, Outcome.DISAGREED, "")
        for n, outcome in enumerate(outcomes):
            comment = make_published(f"Calm words, {n}.", author=author)
            report_comment(comment=comment, category="spam", words="", reporter_key=f"r{n}")
            if outcome:
                Report.objects.filter(comment=comment).update(
                    outcome=outcome, resolved_at=timezone.now()
                )
        shown = drawer(client_of(person()), author)
        assert "4 2 agreed with 1 disagreed with" in shown
        assert "1 not answered" in shown

    def test_what_a_section_keeps_from_somebody_is_no_link(self) -> None:
        author, other = make_regular(), make_regular(name="Kari")
        sport = Section.objects.create(slug="sport", name="Sport")
        make_comment("In the news.", author=author)
        elsewhere = make_article(section=sport)
        make_comment("From Kari.", author=other, article=elsewhere)
        Comment.objects.update(address_hash="a" * 32)
        removed = make_published("Removed in sport.", author=author, article=elsewhere)
        decide(
            comment=removed,
            action=Action.REMOVE,
            actor=person(),
            seen_version=removed.version,
            at=database_now(),
            policy=Policy.objects.get(slug="insults"),
            also=Measures(strike=True),
        )
        kari = reverse("moderation:author", args=[other.key])
        history = reverse("moderation:comment", args=[removed.public_id])
        for names, links in ((("News",), False), (("News", "Sport"), True)):
            senior = assigned(person(Role.SENIOR_MODERATOR), *names)
            page = client_of(senior).get(f"{address(author)}?pane=1", headers=DRAWER)
            shown = page.content.decode()
            assert "Kari" in shown
            assert (f'href="{kari}"' in shown) is links
            assert (f'href="{history}">with a removal' in shown) is links
            assert ("with a removal in a section of others" in shown) is not links

    def test_the_card_says_where_its_author_stands(self) -> None:
        item = held_item()
        impose(item.comment.author, MUTE, length=None)
        page = client_of(person()).get(reverse("moderation:queue", args=["waiting"]))
        assert "Muted for good" in words_of(page.content.decode())

    def test_the_drawer_pages_through_the_comments(self) -> None:
        author = make_regular()
        for n in range(12):
            make_comment(f"Comment number {n}.", author=author)
        client = client_of(person())
        first = client.get(f"{address(author)}?pane=1", headers=DRAWER).content.decode()
        assert "Comment number 11." in first
        assert "Comment number 1." not in first
        next_page = re.search(r'hx-get="([^"]+before=[^"]+)"', first)
        assert next_page is not None
        target = {**DRAWER, "HX-Target": "drawer-comments"}
        rest = client.get(next_page[1].replace("&amp;", "&"), headers=target).content.decode()
        assert "Comment number 1." in rest
        assert "Comment number 2." not in rest
        assert "Notes" not in rest

    def test_it_costs_the_same_for_one_act_as_for_many(self) -> None:
        def cost() -> int:
            client = client_of(senior)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(f"{address(author)}?pane=1", headers=DRAWER).status_code == 200
            return len(queries)

        senior, author = person(Role.SENIOR_MODERATOR), make_regular()
        impose(author, MUTE, by=senior)
        make_comment("The first.", author=author)
        few = cost()
        for n in range(8):
            impose(author, MUTE, by=senior)
            report_comment(
                comment=make_comment(f"N {n}", author=author),
                category="spam",
                words="",
                reporter_key="a",
            )
        assert cost() == few <= 20


class TestForms:
    def post(self, client: Client, author: Author, what: str, **fields: Any) -> Any:
        data = {"seen": newest_act(author), "policy": "insults", "note": "", **fields}
        return client.post(address(author, what), data)

    def test_a_note_is_kept_and_an_empty_one_asked_for(self) -> None:
        author, client = make_regular(), client_of(person(name="Anna Lie"))
        assert self.post(client, author, "note_author").status_code == 422
        assert (
            self.post(client, author, "note_author", note="Knows <b>boats</b>").status_code == 302
        )
        page = client.get(address(author)).content.decode()
        assert "Knows &lt;b&gt;boats&lt;/b&gt;" in page
        assert "Anna Lie" in page

    def test_a_strike_asks_for_its_policy(self) -> None:
        author, client = make_regular(), client_of(person())
        answer = self.post(client, author, "strike_author", policy="")
        assert answer.status_code == 422
        assert "Choose the policy that this is for." in answer.content.decode()
        assert self.post(client, author, "strike_author").status_code == 302
        assert AuthorAct.objects.get().kind == "strike"

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"kind": ""}, "Choose mute or ban."),
            ({"length": "date"}, "Choose the last day."),
            ({"length": "date", "until": "2020-01-01"}, "This day is over."),
            ({"length": "date", "until": "9999-12-31"}, "Choose a day within ten years"),
            ({"length": "date", "until": "soon"}, "Write the day as year, month and day"),
            ({"length": "30"}, "Moderators ban for up to 7 days."),
            ({"length": "good"}, "Moderators ban for up to 7 days."),
            ({"policy": "nothing"}, "This policy is not in use any more."),
            ({"note": "x" * 2001}, "2000 are kept."),
        ],
    )
    def test_what_cannot_be_is_explained_and_what_was_typed_stays(
        self, fields: dict[str, str], words: str
    ) -> None:
        author, client = make_regular(), client_of(person())
        typed = {"kind": "ban", "length": "7", "note": "Second time this week.", **fields}
        answer = self.post(client, author, "restrict_author", **typed)
        assert answer.status_code == 422
        page = answer.content.decode()
        assert words in words_of(page)
        assert typed["note"] in page
        assert not Restriction.objects.exists()

    def test_a_day_is_included(self) -> None:
        author, client = make_regular(), client_of(person())
        day = timezone.localdate() + timedelta(days=3)
        answer = self.post(
            client, author, "restrict_author", kind="ban", length="date", until=f"{day}"
        )
        assert answer.status_code == 302
        until = timezone.localtime(Restriction.objects.get().until)
        assert (until.date(), until.hour) == (day + timedelta(days=1), 0)

    def test_two_at_once_are_told_and_keep_what_they_typed(self) -> None:
        author = make_regular()
        anna, jonas = client_of(person(name="Anna Lie")), client_of(person())
        fields = {"kind": "mute", "length": "7", "seen": 0}
        assert self.post(anna, author, "restrict_author", **fields).status_code == 302
        late = self.post(jonas, author, "restrict_author", **fields, note="As I said.")
        assert late.status_code == 409
        page = late.content.decode()
        assert "Not done: meanwhile Anna Lie muted this author until" in words_of(page)
        assert "As I said." in page
        assert f'value="{newest_act(author)}"' in page
        again = {**fields, "seen": newest_act(author)}
        assert self.post(jonas, author, "restrict_author", **again).status_code == 302

    def test_the_drawer_answers_htmx_with_itself(self) -> None:
        author, client = make_regular(), client_of(person())
        answer = client.post(
            f"{address(author, 'strike_author')}?pane=1",
            {"seen": 0, "policy": "insults", "note": ""},
            headers=DRAWER,
        )
        shown = words_of(answer.content.decode())
        assert "Strike given. It counts until" in shown
        assert "<html" not in answer.content.decode()

    def test_a_ban_for_good_is_lifted_by_seniors_alone(self) -> None:
        act = impose(make_regular(), length=None)
        take_back = reverse("moderation:take_back_act", args=[act.public_id])
        moderator = client_of(person())
        assert "Lift the ban" not in drawer(moderator, act.author)
        assert moderator.post(take_back).status_code == 403
        senior = client_of(person(Role.SENIOR_MODERATOR))
        assert "Lift the ban" in drawer(senior, act.author)
        assert senior.post(take_back).status_code == 302
        assert senior.post(take_back).status_code == 409
        assert "Ban again" in drawer(senior, act.author)


class TestFromTheCard:
    def test_a_removal_brings_what_was_ticked(self) -> None:
        item, client = held_item(), client_of(person())
        fields = decision_fields(
            item, "remove", policy="insults", strike="on", mute="on", mute_days="30"
        )
        client.post(reverse("moderation:decide_item", args=[item.public_id]), fields)
        decision = Decision.objects.get(action="remove")
        assert {act.kind for act in decision.author_acts.all()} == {"strike", "mute"}
        made = Restriction.objects.get()
        assert made.until is not None
        assert (made.until - made.from_at).days == 30
        page = words_of(client.get(reverse("moderation:queue", args=["waiting"])).content.decode())
        assert "A strike was given." in page
        client.post(reverse("moderation:undo_decision", args=[decision.public_id]))
        assert Restriction.objects.get().lifted_at is not None

    def test_an_approval_brings_nothing(self) -> None:
        item = held_item()
        fields = decision_fields(item, "approve", strike="on", mute="on")
        client_of(person()).post(reverse("moderation:decide_item", args=[item.public_id]), fields)
        assert not AuthorAct.objects.exists()

    def test_a_length_that_is_not_offered_is_refused(self) -> None:
        item = held_item()
        fields = decision_fields(item, "remove", policy="insults", mute="on", mute_days="4000")
        answer = client_of(person()).post(
            reverse("moderation:decide_item", args=[item.public_id]), fields
        )
        assert answer.status_code == 422
        assert not Decision.objects.filter(action="remove").exists()
