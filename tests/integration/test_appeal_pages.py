"""The pages of an appeal: the author's, by a signed link, and the desk's."""

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, User
from accounts.signed_links import Purpose, sign
from comments.models import Comment, Status
from moderation.appeal_links import path_to_appeal
from moderation.appeals import claim
from moderation.decisions import database_now, undo
from moderation.models import Appeal, AppealState, Decision, Policy, Rule, WordList
from moderation.policies import Wording, publish_version
from moderation.rule_sets import publish
from moderation.statement_words import link_for_letter
from tests.appeal_data import REASON, WORDS, appeal_days, appealed, removed, settled
from tests.author_data import impose
from tests.desk_data import client_of, person, publish_plain_rules
from tests.make import make_regular

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _plain_rules() -> None:
    publish_plain_rules()


def said(answer: HttpResponse) -> str:
    return answer.content.decode()


class TestAuthor:
    def send(self, address: str, words: str = WORDS) -> HttpResponse:
        answer: HttpResponse = Client().post(address, {"words": words})
        return answer

    def test_looking_changes_nothing_and_sending_files_it_once(self) -> None:
        address = path_to_appeal(removed())
        for method in ("get", "head"):
            assert getattr(Client(), method)(address).status_code == 200
        assert not Appeal.objects.exists()
        first, again = self.send(address), self.send(address)
        assert (first.status_code, again.status_code) == (303, 303)
        assert Appeal.objects.get().words == WORDS
        page = said(Client().get(first["Location"]))
        assert "Your appeal has arrived" in page
        assert WORDS in page

    def test_other_words_a_second_time_are_not_added_and_not_lost(self) -> None:
        address = path_to_appeal(removed())
        self.send(address)
        answer = self.send(address, "One more thing.")
        assert answer.status_code == 409
        assert "your appeal is here already" in said(answer)
        assert "One more thing." in said(answer)
        assert Appeal.objects.get().words == WORDS

    def test_nothing_written_is_asked_for(self) -> None:
        answer = self.send(path_to_appeal(removed()), "  ")
        assert answer.status_code == 422
        assert "Say in your own words" in said(answer)

    def test_after_the_window_the_page_says_so_and_keeps_the_words(self) -> None:
        decision = removed()
        address = path_to_appeal(decision)
        appeal_days(0)
        page = said(Client().get(address))
        assert "takes no appeals" in page
        assert "<textarea" not in page
        answer = self.send(address)
        assert answer.status_code == 409
        assert WORDS in said(answer)
        assert not Appeal.objects.exists()

    def test_a_comment_that_is_back_needs_none(self) -> None:
        decision = removed()
        undo(decision=decision, actor=person(), at=database_now())
        assert "does not hold any more" in said(Client().get(path_to_appeal(decision)))

    def test_links_that_are_not_for_this(self, monkeypatch: pytest.MonkeyPatch) -> None:
        decision = removed()
        subject = f"decision:{decision.public_id.hex}"
        good = path_to_appeal(decision).split("/")[-2]
        forged = [
            f"{good[:-1]}{'A' if good[-1] != 'A' else 'B'}",
            "nonsense",
            sign(purpose=Purpose.STATEMENT, subject=subject),
            sign(purpose=Purpose.APPEAL, subject="decision:nobody"),
            sign(purpose=Purpose.APPEAL, subject=f"act:{decision.public_id.hex}"),
        ]
        for token in forged:
            address = reverse("readers:appeal", args=[token])
            for answer in (Client().get(address), self.send(address)):
                assert answer.status_code == 404
                assert "fool" not in said(answer)
        monkeypatch.setattr("moderation.appeal_links.GOOD_FOR", timedelta(seconds=-1))
        for answer in (Client().get(path_to_appeal(decision)), self.send(path_to_appeal(decision))):
            assert answer.status_code == 410
            assert "fool" not in said(answer)
        assert not Appeal.objects.exists()

    def test_many_in_a_short_time_wait(self, settings: LazySettings) -> None:
        author = make_regular()
        addresses = [
            path_to_appeal(removed(body=f"Only a fool, {n}.", author=author)) for n in range(2)
        ]
        settings.APPEALS_PER_DAY = 1
        assert self.send(addresses[0]).status_code == 303
        answer = self.send(addresses[1])
        assert answer.status_code == 429
        assert WORDS in said(answer)

    def test_an_address_is_counted_whoever_sends(self, settings: LazySettings) -> None:
        settings.APPEALS_PER_HOUR = 1
        one, other = (path_to_appeal(removed(body=f"Only a fool, {n}.")) for n in range(2))
        sent = {"words": WORDS}
        client = Client(REMOTE_ADDR="192.0.2.77")
        assert client.post(one, sent).status_code == 303
        assert client.post(other, sent).status_code == 429
        assert Client(REMOTE_ADDR="192.0.2.78").post(other, sent).status_code == 303

    def test_where_it_stands_is_told_without_a_name(self) -> None:
        decision, second = removed(), person(name="Second Moderator")
        address, appeal = path_to_appeal(decision), appealed(decision)
        claim(appeal=appeal, moderator=second, at=timezone.now())
        assert "A moderator is looking at it" in said(Client().get(address))
        settled(appeal, overturns=False, by=second, note="A hard case.")
        page = said(Client().get(address))
        assert "your comment stays removed" in page
        assert REASON in page
        for secret in ("Second Moderator", "First Decider", "A hard case.", "0.8"):
            assert secret not in page

    def test_a_ban_has_a_page_too(self) -> None:
        ban = impose(make_regular())
        assert self.send(path_to_appeal(ban)).status_code == 303
        settled(Appeal.objects.get(), overturns=True)
        assert "you can write comments again" in said(Client().get(path_to_appeal(ban)))


class TestDesk:
    def where(self, appeal: Appeal, what: str = "appeal") -> str:
        return reverse(f"moderation:{what}", args=[appeal.public_id])

    def answer(
        self, user: User, appeal: Appeal, outcome: str, reason: str = REASON
    ) -> HttpResponse:
        sent = {"outcome": outcome, "reason": reason}
        answer: HttpResponse = client_of(user).post(self.where(appeal, "decide_appeal"), sent)
        return answer

    def test_one_screen_has_all_it_takes(self) -> None:
        first, second = person(name="First Decider"), person()
        appeal = appealed(removed(first))
        page = said(client_of(second).get(self.where(appeal)))
        rested_on = ("First Decider", "High insult", "0.80", "Insults, version 1")
        for words in (WORDS, "Only a fool would say that.", *rested_on):
            assert words in page, words
        appeal.refresh_from_db()
        assert appeal.claimed_by == second

    def test_what_it_rests_on_stays_whatever_rules_and_policies_say_since(self) -> None:
        decision = removed(person(name="First Decider"), "Only a Quorlfool would say that.")
        WordList.objects.filter(key="banned-words").update(entries="quorlfool")
        Rule.objects.filter(name="High insult").update(name="Renamed")
        Rule.objects.exclude(name="Renamed").delete()
        publish(by=None)
        publish_version(
            policy=Policy.objects.get(slug="insults"),
            wording=Wording("Courtesy", "Be courteous.", "Another text."),
            note="",
            by=person(Role.SITE_ADMIN),
            seen=1,
        )
        appeal = appealed(decision)
        desk = said(client_of(person()).get(self.where(appeal)))
        for words in ("High insult", "0.80", "Insults, version 1"):
            assert words in desk, words
        author = said(Client().get(link_for_letter(decision.statement)))
        assert "Disagree as sharply as you like" in author
        assert "Quorlfool" in author
        for page in (desk, author):
            for since in ("Renamed", "Courtesy", "Be courteous", "does not publish"):
                assert since not in page, since

    def test_the_first_decider_finds_no_way_to_it(self) -> None:
        first = person(Role.SENIOR_MODERATOR)
        appeal = appealed(removed(first))
        client = client_of(first)
        assert client.get(self.where(appeal)).status_code == 404
        assert client.post(self.where(appeal, "release_appeal")).status_code == 404
        for outcome in ("uphold", "overturn"):
            assert self.answer(first, appeal, outcome).status_code == 404
        page = said(client.get(reverse("moderation:appeals")))
        assert WORDS not in page
        assert "1 more is not yours to decide" in page
        appeal.refresh_from_db()
        assert (appeal.state, appeal.claimed_by) == (AppealState.OPEN, None)
        settled(appeal, overturns=True)
        assert REASON in said(client.get(self.where(appeal)))  # afterwards they learn from it

    def test_the_queues_count_what_waits_for_whoever_looks(self) -> None:
        first = person()
        appealed(removed(first))
        for user, number in ((first, 0), (person(), 1)):
            page = said(client_of(user).get(reverse("moderation:counts")))
            assert f'Appeals</span>\n      <span class="queue-count">{number}<' in page

    def test_an_open_desk_hears_of_a_new_appeal(self) -> None:
        client, address = client_of(person()), reverse("moderation:counts")
        etag = client.get(address)["ETag"]
        appealed(removed())
        assert client.get(address, headers={"If-None-Match": etag}).status_code == 200

    def test_overturning_publishes_and_leads_to_the_next(self) -> None:
        second = person()
        one, other = appealed(removed()), appealed(removed(body="Only a fool would pay."))
        answer = self.answer(second, one, "overturn")
        assert answer.status_code == 302
        assert answer["Location"] == f"{self.where(other)}?done={one.public_id}"
        page = said(client_of(second).get(answer["Location"]))
        assert "is on the page, and they are told why" in page
        assert Comment.objects.get(pk=one.decision.comment_id).status == Status.PUBLISHED

    def test_a_reason_is_asked_for_and_what_was_typed_stays(self) -> None:
        appeal = appealed(removed())
        client = client_of(person())
        sent = {"outcome": "overturn", "reason": " ", "note": "Hm."}
        answer = client.post(self.where(appeal, "decide_appeal"), sent)
        assert answer.status_code == 422
        assert "the author reads these words" in said(answer)
        assert 'value="Hm."' in said(answer)
        appeal.refresh_from_db()
        assert appeal.is_open

    def test_the_second_to_answer_is_told_what_became_of_it(self) -> None:
        appeal = appealed(removed())
        settled(appeal, overturns=False, by=person(name="Kari Moe"))
        late = self.answer(person(), appeal, "overturn", "It was fair.")
        assert late.status_code == 409
        assert "Kari Moe let the decision stand" in said(late)
        assert "It was fair." in said(late)
        assert Decision.objects.latest("id").action == "remove"

    def test_what_a_colleague_has_in_hand_is_shown_and_not_decided(self) -> None:
        appeal = appealed(removed())
        claim(appeal=appeal, moderator=person(name="Kari Moe"), at=database_now())
        other = person()
        page = said(client_of(other).get(self.where(appeal)))
        assert "Kari Moe has this one" in page
        assert "decide/" not in page
        assert self.answer(other, appeal, "overturn").status_code == 423
        appeal.refresh_from_db()
        assert appeal.is_open
