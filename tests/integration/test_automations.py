"""Automations: granted on evidence, watched by audits, paused by themselves."""

from datetime import timedelta

import orjson
import pytest
from django.urls import reverse

from accounts.models import Role, User
from comments.models import Comment, Section, SiteSettings, Status
from integrations.webhooks.messages import body_of, mail_of
from integrations.webhooks.models import Delivery, Endpoint, Fact, Kind
from moderation.decisions import database_now
from moderation.models import Automation, Queue, Rule, RuleChange, RuleSet
from moderation.rule_sets import lock, publish, publish_document
from moderation.rulebook import automations
from moderation.rulebook.audits import share_of
from moderation.rulebook.automations import (
    AlreadyGranted,
    acting_rules,
    status_of,
    turn_off,
    watch_all,
)
from moderation.tasks import watch_automations
from tests.audit_data import audit
from tests.automation_data import (
    acting,
    ask_for_insults,
    audited,
    decided_past,
    submitted,
)
from tests.desk_data import client_of, open_item_of, person, publish_plain_rules
from tests.posting import words_of

pytestmark = pytest.mark.django_db
State = Automation.State
KEY = "automatic-insult"


@pytest.fixture(autouse=True)
def _rules(db: None) -> None:
    publish_plain_rules()


@pytest.fixture
def admin() -> User:
    return person(Role.SITE_ADMIN, name="Ada Lind")


def rule() -> Rule:
    return Rule.objects.get(key=KEY)


def stands_of(automation: Automation) -> automations.Status:
    share = share_of(SiteSettings.current())
    return status_of(automation, live=acting_rules(), share=share)


def page_of(admin: User, automation: Automation) -> str:
    address = reverse("moderation:automation", args=[automation.public_id])
    return words_of(client_of(admin).get(address).content.decode())


def live_entry() -> dict[str, object]:
    document = RuleSet.objects.order_by("-number")[0].document
    return next(entry for entry in document["rules"] if entry["key"] == KEY)


class TestAsking:
    def test_too_few_decisions_are_refused_with_the_number_it_takes(self, admin: User) -> None:
        decided_past(admin, [(0.97, 30, 0)])
        automation = ask_for_insults(admin)
        assert (automation.state, automation.threshold) == (State.REFUSED, None)
        assert not Rule.objects.filter(key=KEY).exists()
        page = client_of(admin).get(reverse("moderation:automation", args=[automation.public_id]))
        told = page.content.decode()
        assert "it takes 203 with such scores, none of them wrong, to prove 98 %" in told
        assert "There are 30." in told

    def test_a_grant_writes_a_rule_into_the_draft_and_publishing_makes_it_act(
        self, admin: User
    ) -> None:
        decided_past(admin, [(0.97, 240, 0), (0.8, 60, 40)])
        automation = ask_for_insults(admin)
        assert (automation.state, automation.threshold) == (State.GRANTED, 0.97)
        assert automation.evidence["chosen"] == [240, 0]
        assert automation.evidence["per_day"] == 240
        assert rule().entry() == {
            "key": KEY,
            "name": "Insult, at least 98 % right",
            "mode": "on",
            "when": {"all": [{"fact": "own.insult", "is": "at_least", "value": 0.97}]},
            "then": {"action": "remove", "policy": "insults"},
            "automation": KEY,
        }
        assert not stands_of(automation).acts
        publish(by=admin)
        assert stands_of(automation).acts
        (removed,) = Comment.objects.filter(pk__in=submitted(0.98, 1))
        assert removed.status == Status.REMOVED
        changes = RuleChange.objects.filter(about=KEY, by=admin)
        assert {change.what for change in changes} == {"rule", "automation"}

    def test_it_is_granted_for_one_section_on_what_was_decided_there(self, admin: User) -> None:
        sports = Section.objects.create(slug="sports", name="Sports")
        decided_past(admin, [(0.97, 240, 120)])
        decided_past(admin, section=sports)
        assert ask_for_insults(admin).state == State.REFUSED
        automation = ask_for_insults(admin, section=sports)
        entry = Rule.objects.get(key="automatic-insult-sports").entry()
        assert automation.state == State.GRANTED
        assert entry["scope"] == {"sections": ["sports"]}
        assert entry["name"] == "Insult in Sports, at least 98 % right"

    def test_what_was_published_unseen_is_no_evidence(self, admin: User) -> None:
        """People decided 240 with such scores, and 300 were published without anybody looking."""
        decided_past(admin)
        Rule.objects.filter(name="High insult").delete()
        publish(by=None)
        submitted(0.975, 300)
        automation = ask_for_insults(admin)
        assert (automation.state, automation.evidence["refusal"]) == (State.REFUSED, "not_seen")

    def test_what_was_granted_is_not_asked_for_again(self, admin: User) -> None:
        decided_past(admin)
        ask_for_insults(admin)
        with pytest.raises(AlreadyGranted):
            ask_for_insults(admin)


class TestWatching:
    @pytest.fixture(autouse=True)
    def _audits(self, db: None) -> None:
        audit(100)

    def test_good_audits_let_it_go_on(self, admin: User) -> None:
        automation = acting(admin)
        audited(admin, 40, wrong=0)
        assert watch_all(at=database_now()) == []
        stands = stands_of(automation)
        assert (stands.acts, len(stands.audits), stands.waiting) == (True, 40, 0)
        assert stands.watch is not None
        assert (stands.watch.effective, stands.watch.counted) == (280, 1)
        assert (stands.watch.held, stands.watch.stand_in) == (40, 240)
        shown = page_of(admin, automation)
        assert "right, by audits alone 100 % (91.1 to 100 %) audits decided 40" in shown
        assert "the bound 98.9 % pauses under 98 % audits in it 40" in shown
        assert "granting decisions in it 240 Decisions that granted it stand in until" in shown

    def test_what_granted_it_is_never_called_how_right_it_is(self, admin: User) -> None:
        automation = acting(admin)
        shown = page_of(admin, automation)
        assert "right, by audits alone no audit yet audits decided 0" in shown
        assert "audits in it 0 granting decisions in it 240" in shown
        assert "0 – – – 98.7 % 98 %" in shown, "the row of no audit beside the chart"
        listed = client_of(admin).get(reverse("moderation:automations")).content.decode()
        assert "no audit yet" in words_of(listed)
        audited(admin, 4, wrong=1)
        shown = page_of(admin, automation)
        assert "right, by audits alone 75 % (19.4 to 99.4 %) audits decided 4" in shown
        assert "granting decisions in it 240" in shown
        listed = client_of(admin).get(reverse("moderation:automations")).content.decode()
        assert "right by 4 audits: 75 % (19.4 to 99.4 %)" in words_of(listed)

    def test_it_pauses_by_itself_when_its_audits_are_wrong(self, admin: User) -> None:
        automation = acting(admin)
        audited(admin, 20, wrong=5)
        before = RuleSet.objects.count()
        watch_automations()
        automation.refresh_from_db()
        newest = RuleSet.objects.order_by("-number")[0]
        assert (automation.state, automation.paused_why) == (State.PAUSED, "contradicted")
        assert (newest.published_by, RuleSet.objects.count()) == (None, before + 1)
        assert "paused by itself" in newest.note
        assert live_entry()["then"] == {"action": "hold", "policy": "insults"}
        assert rule().entry()["then"] == {"action": "hold", "policy": "insults"}
        assert rule().changed_by is None
        changes = RuleChange.objects.filter(by=None, about=KEY).order_by("id")
        assert [(change.what, change.after) for change in changes] == [
            ("rule", rule().entry()),
            ("automation", {"state": "paused", "target": 0.98, "threshold": 0.97}),
        ]
        (held,) = Comment.objects.filter(pk__in=submitted(0.98, 1))
        assert held.status == Status.HELD
        assert open_item_of(held).queue == Queue.WAITING
        watch_automations()
        assert RuleSet.objects.count() == before + 1

    def test_site_admins_are_told_on_every_page_and_on_its_own_why(self, admin: User) -> None:
        automation = acting(admin)
        audited(admin, 20, wrong=5)
        watch_automations()
        desk = client_of(admin).get(reverse("moderation:queue", args=["waiting"]))
        assert "“Insult, at least 98 % right” paused by itself" in desk.content.decode()
        page = client_of(admin).get(reverse("moderation:automation", args=[automation.public_id]))
        told = page.content.decode()
        assert "so many of its latest audits were wrong that 98 % cannot be true" in told
        assert "Only a new grant lets it act again." in told
        other = client_of(person()).get(reverse("moderation:queue", args=["waiting"]))
        assert "paused by itself" not in other.content.decode()

    def test_whoever_gets_notices_is_told_once(self, admin: User) -> None:
        slack = Endpoint.objects.create(
            name="Night desk", kind=Kind.SLACK, url="https://example.org/hook"
        )
        acting(admin)
        audited(admin, 20, wrong=5)
        watch_automations()
        watch_automations()
        told = Delivery.objects.get(endpoint=slack)
        assert told.fact == Fact.PAUSED
        text = orjson.loads(body_of(told))["text"]
        assert text.startswith("The automation “Insult, at least 98 % right” paused by itself")
        assert "|See why>" in text
        assert mail_of(told).subject.startswith("An automation paused by itself")

    def test_the_rest_of_the_draft_is_not_published_with_it(self, admin: User) -> None:
        acting(admin)
        audited(admin, 20, wrong=5)
        Rule.objects.filter(name="High insult").update(mode="off")
        watch_automations()
        document = RuleSet.objects.order_by("-number")[0].document
        modes = {entry["name"]: entry["mode"] for entry in document["rules"]}
        assert modes["High insult"] == "on"

    def test_only_a_new_grant_lets_it_act_again(self, admin: User) -> None:
        """What it did wrong before is evidence, but no audit, of the new one."""
        automation = acting(admin)
        audited(admin, 20, wrong=5)
        watch_automations()
        publish(by=admin)
        assert not acting_rules()
        refused = ask_for_insults(admin)
        assert (refused.state, refused.evidence["total"]) == (State.REFUSED, 260)
        decided_past(admin, [(0.99, 700, 0)])
        again = ask_for_insults(admin)
        assert (again.pk, again.state) == (automation.pk, State.GRANTED)
        publish(by=admin)
        stands = stands_of(again)
        assert (stands.acts, len(stands.audits), stands.must_pause) == (True, 0, False)

    def test_going_back_to_a_version_in_which_it_acted_does_not_help(self, admin: User) -> None:
        acting(admin)
        acted = RuleSet.objects.order_by("-number")[0].document
        audited(admin, 20, wrong=5)
        watch_automations()
        lock()
        publish_document(acted, by=admin, note="As before")
        assert acting_rules()
        watch_automations()
        assert not acting_rules()

    def test_a_rule_that_asks_for_less_than_was_granted_does_not_act_for_long(
        self, admin: User
    ) -> None:
        automation = acting(admin)
        edited = rule()
        edited.body["when"]["all"][0]["value"] = 0.5
        edited.save()
        publish(by=admin)
        watch_automations()
        automation.refresh_from_db()
        assert (automation.state, automation.paused_why) == (State.PAUSED, "not granted")
        assert not acting_rules()

    def test_audits_of_before_it_was_granted_do_not_count(self, admin: User) -> None:
        automation = acting(admin)
        audited(admin, 20, wrong=5)
        Automation.objects.update(since=database_now() + timedelta(seconds=1))
        automation.refresh_from_db()
        assert len(stands_of(automation).audits) == 0


class TestTurningOff:
    def test_it_stops_at_once(self, admin: User) -> None:
        automation = acting(admin)
        turn_off(automation, by=admin)
        assert (automation.state, live_entry()["mode"], rule().mode) == (State.OFF, "off", "off")
        newest = RuleSet.objects.order_by("-number")[0]
        assert newest.published_by == admin
        (held,) = Comment.objects.filter(pk__in=submitted(0.98, 1))
        assert held.status == Status.HELD


class TestPages:
    def test_asking_on_the_page(self, admin: User) -> None:
        decided_past(admin)
        client = client_of(admin)
        wish = {"label": "insult", "section": "", "target": "98", "policy": "insults"}
        answer = client.post(reverse("moderation:ask_automation"), wish, follow=True)
        page = answer.content.decode()
        assert "Granted: acts once the draft is published" in page
        assert "Chosen: 0.97." in page
        assert 'aria-labelledby="curve-title"' in page
        again = client.post(reverse("moderation:ask_automation"), wish)
        assert (again.status_code, "already" in again.content.decode()) == (409, True)
        listed = client.get(reverse("moderation:automations")).content.decode()
        assert "Insult, at least 98 % right" in listed

    @pytest.mark.parametrize("target", ["", "12", "100", "many"])
    def test_a_target_that_is_none_is_refused_beside_its_field(
        self, admin: User, target: str
    ) -> None:
        wish = {"label": "insult", "section": "", "target": target, "policy": "insults"}
        answer = client_of(admin).post(reverse("moderation:ask_automation"), wish)
        assert answer.status_code == 422
        assert not Automation.objects.exists()

    def test_the_share_of_audits_is_changed_there(self, admin: User) -> None:
        client = client_of(admin)
        answer = client.post(reverse("moderation:change_audits"), {"percent": "12.5"}, follow=True)
        page = answer.content.decode()
        assert "Kept." in page
        assert 'value="12.5"' in page
        answer = client.post(reverse("moderation:change_audits"), {"percent": "50"}, follow=True)
        assert 'value="50"' in answer.content.decode()
        refused = client.post(reverse("moderation:change_audits"), {"percent": "101"})
        assert refused.status_code == 422

    def test_each_change_of_the_share_is_in_the_log(self, admin: User) -> None:
        """From the default of 5 %; what changes nothing is no change."""
        client = client_of(admin)
        for percent in ("12.5", "12.5", "7"):
            client.post(reverse("moderation:change_audits"), {"percent": percent})
        changes = RuleChange.objects.filter(what="audits", by=admin).order_by("id")
        assert [(change.before, change.after) for change in changes] == [
            ({"percent": 5.0}, {"percent": 12.5}),
            ({"percent": 12.5}, {"percent": 7.0}),
        ]
        log = client.get(reverse("moderation:rule_changes"), {"what": "audits"}).content.decode()
        assert "12.5 % of what rules remove" in log

    def test_without_audits_no_automation_acts_on(self, admin: User) -> None:
        automation = acting(admin)
        client = client_of(admin)
        answer = client.post(reverse("moderation:change_audits"), {"percent": "0"}, follow=True)
        assert "Paused: Insult, at least 98 % right" in answer.content.decode()
        automation.refresh_from_db()
        assert (automation.state, automation.paused_why) == (State.PAUSED, "not audited")
        assert (live_entry()["then"], acting_rules()) == (
            {"action": "hold", "policy": "insults"},
            {},
        )
        page = client.get(reverse("moderation:automation", args=[automation.public_id]))
        assert "no audits were drawn any more" in page.content.decode()

    def test_what_is_published_while_nothing_is_audited_pauses(self, admin: User) -> None:
        decided_past(admin)
        ask_for_insults(admin)
        audit(0)
        publish(by=admin)
        assert acting_rules()
        watch_automations()
        assert not acting_rules()
