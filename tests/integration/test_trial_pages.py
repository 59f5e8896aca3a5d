"""The pages of trials: what is chosen, what is shown first, what is marked, what is saved."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, User
from comments.models import Article, Comment, Section
from moderation.decisions import database_now
from moderation.erasing import erase_traces
from moderation.models import (
    Correction,
    DeskPreferences,
    Rule,
    RuleChange,
    Surprise,
    Trial,
    TrialState,
)
from moderation.rulebook import trial_findings
from moderation.rulebook.corrections import call_wrong
from privacy.registry import Person
from tests.desk_data import assigned, client_of, person, publish_plain_rules
from tests.make import make_article, make_held, make_published
from tests.posting import words_of
from tests.rules_data import asks, make_rule
from tests.trial_data import decided_past, insults_are_removed, run_all, started, tried

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _plain_rules() -> None:
    publish_plain_rules()


@pytest.fixture
def senior() -> User:
    return person(Role.SENIOR_MODERATOR, name="Signe Ask")


@pytest.fixture
def client(senior: User) -> Client:
    return client_of(senior)


def page_of(trial: Trial) -> str:
    return reverse("moderation:trial", args=[trial.public_id])


def text_of(answer: HttpResponse) -> str:
    """What a page says, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def sport() -> Section:
    return Section.objects.get_or_create(slug="sport", defaults={"name": "Sport"})[0]


def rows_of(page: str, corner: str) -> dict[str, str]:
    """The rows of the table with these words in its corner, by their own heads."""
    table = next(t for t in re.findall(r"<table.*?</table>", page, re.DOTALL) if corner in t)
    body = table.split("<tbody>")[1]
    rows = [words_of(row).split("|") for row in re.sub("</th>", "|", body).split("</tr>")]
    return {row[0].strip(): row[1].strip() for row in rows if len(row) == 2}


class TestChoosing:
    def days(self, **more: str) -> dict[str, str]:
        today = timezone.localdate().isoformat()
        return {"posted_from": today, "posted_to": today, **more}

    def test_the_draft_is_tried_on_days_and_its_page_shows_the_way(
        self, client: Client, senior: User
    ) -> None:
        decided_past(approved=1)
        answer = client.post(reverse("moderation:start_trial"), self.days())
        trial = Trial.objects.get()
        assert answer["Location"] == page_of(trial)
        assert (trial.started_by, trial.state, trial.rule_key) == (senior, "waiting", "")
        assert "0 of 1" in text_of(client.get(page_of(trial)))

    def test_a_rule_is_offered_where_one_came_from_and_is_shown_as_a_sentence(
        self, client: Client
    ) -> None:
        decided_past(approved=1)
        rule = insults_are_removed()
        offered = client.get(reverse("moderation:trials"), {"rule": rule.key})
        assert f'value="{rule.key}" selected' in offered.content.decode()
        client.post(reverse("moderation:start_trial"), self.days(rule=rule.key))
        shown = text_of(client.get(page_of(Trial.objects.get())))
        assert "Tried: “Insults go”" in shown
        assert "When" in shown

    @pytest.mark.parametrize(
        ("sent", "said"),
        [
            ({"posted_from": "2026-02-02", "posted_to": "2026-02-01"}, "before the first one"),
            ({"rule": "gone"}, "no such rule any more"),
            ({"posted_from": "2000-01-01", "posted_to": "2000-01-02"}, "has stored facts"),
        ],
    )
    def test_what_cannot_be_tried_is_refused_with_the_reason(
        self, client: Client, sent: dict[str, str], said: str
    ) -> None:
        answer = client.post(reverse("moderation:start_trial"), self.days() | sent)
        assert answer.status_code == 422
        assert said in text_of(answer)
        assert not Trial.objects.exists()

    def test_a_draft_that_cannot_be_read_is_named(self, client: Client) -> None:
        decided_past(approved=1)
        make_rule("Odd one", asks("words", "in_list", "gone"))
        answer = client.post(reverse("moderation:start_trial"), self.days())
        assert answer.status_code == 422
        assert "Odd one" in text_of(answer)

    def test_who_works_on_some_sections_tries_on_one_of_them(self, senior: User) -> None:
        decided_past(approved=1)
        narrowed = client_of(assigned(senior, "News"))
        refused = narrowed.post(reverse("moderation:start_trial"), self.days())
        assert refused.status_code == 422
        assert "Choose a section." in text_of(refused)
        narrowed.post(reverse("moderation:start_trial"), self.days(section="news"))
        assert Trial.objects.get().section == Section.objects.get(slug="news")


class TestReading:
    def test_the_surprises_come_first_with_text_reason_and_score(self, client: Client) -> None:
        decided_past(approved=2, removed=1)
        insults_are_removed()
        shown = text_of(client.get(page_of(tried())))
        first = shown.index("Moderators approved these, and this would remove them: 2")
        second = shown.index("Moderators removed these, and this would publish them: 0")
        assert first < shown.index("Only a fool would say that, number 0.") < second
        assert "This would remove it: Insults go: insult 0.80" in shown
        assert "The live version holds it: High insult: insult 0.80" in shown
        assert second < shown.index("What becomes of the comments")

    def test_figures_of_right_and_wrong_have_their_intervals(self, client: Client) -> None:
        decided_past(approved=2, removed=1)
        insults_are_removed()
        shown = text_of(client.get(page_of(tried())))
        assert "Of what is removed, people removed – 33 % (6 to 79 %) 1 of 3" in shown
        assert "Of what people removed, is removed 0 % (0 to 79 %) 100 % (21 to 100 %) 1 of 1" in (
            shown
        )

    def test_what_changes_is_a_table_and_so_are_sections_and_scores(self, client: Client) -> None:
        decided_past(approved=2, removed=1)
        make_published("The ferry is late.", article=make_article(section=sport()))
        make_held("A fool, and nobody looked.", article=make_article(section=sport()))
        make_rule("No ferries", asks("own.insult", "below", 0.5))
        insults_are_removed()
        page = client.get(page_of(tried())).content.decode()
        assert rows_of(page, "Live ↓ this →") == {
            "published": "0 1 0 1",
            "held": "0 0 4 4",
            "removed": "0 0 0 0",
            "all": "0 1 4 5",
        }
        assert rows_of(page, "By section") == {
            "News": "3 0 0 3 3 33 % (6 to 79 %)",
            "Sport": "2 0 1 1 2 –",
        }
        assert rows_of(page, "By strongest score") == {
            "insult": "4 0 0 4 4 33 % (6 to 79 %)",
            "No score of 0.50 or more": "1 0 1 0 1 –",
        }

    def test_rules_stand_in_their_order_and_are_told_from_what_always_holds(
        self, client: Client
    ) -> None:
        # One of the plain rules has the key of what always holds a comment that was not scored.
        decided_past(approved=1)
        make_rule("A", asks("text.length", "at_least", 1), mode="shadow")
        shown = client.get(page_of(tried())).context["result"].rules
        assert [(line.name, line.holds) for line in shown] == [
            ("High insult", 1),
            ("First comment of an author", 0),
            ("Not scored", 0),
            ("A", 1),
        ]

    def test_of_more_than_a_handful_a_random_few_are_shown_and_it_says_so(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(trial_findings, "SAMPLE", 2)
        monkeypatch.setattr(trial_findings, "PAGE_SIZE", 2)
        decided_past(approved=3)
        insults_are_removed()
        trial = tried()
        shown = text_of(client.get(page_of(trial)))
        assert "A random 2 of the 3" in shown
        everything = reverse("moderation:trial_findings", args=[trial.public_id, "removes"])
        page = client.get(everything)
        assert [f.place for f in page.context["findings"]] == [2, 1]
        older = client.get(everything, {"before": page.context["next"]})
        assert [f.place for f in older.context["findings"]] == [0]
        assert older.context["next"] is None

    def test_an_older_trial_that_kept_a_few_says_how_many_of_how_many(self, client: Client) -> None:
        decided_past(approved=3)
        insults_are_removed()
        trial = tried()
        kept = trial.surprises.get()
        kept.decisions = kept.decisions[:2]
        kept.save()
        everything = reverse("moderation:trial_findings", args=[trial.public_id, "removes"])
        assert "2 drawn by chance of 3: this trial is older" in text_of(client.get(everything))

    def test_an_erasure_leaves_a_gap_and_every_other_place_as_it_was(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(trial_findings, "PAGE_SIZE", 2)
        decisions = decided_past(approved=5)
        insults_are_removed()
        trial = tried()
        everything = reverse("moderation:trial_findings", args=[trial.public_id, "removes"])
        first = client.get(everything)
        gone = decisions[1].comment.author
        erase_traces(Person(author_id=gone.pk), stays=False)
        assert decisions[1].pk not in trial.surprises.get().decisions
        older = client.get(everything, {"before": first.context["next"]})
        assert [f.place for f in older.context["findings"]] == [2, 0]
        assert "All 5, but for what authors withdrew" in text_of(older)
        assert "Only a fool" in text_of(client.get(page_of(trial)))

    def test_a_blurred_text_and_what_rules_quote_of_it_are_not_on_the_page(
        self, client: Client, senior: User
    ) -> None:
        decided_past(approved=1)
        insults_are_removed()
        DeskPreferences.objects.create(user=senior, blurs=True)
        shown = client.get(page_of(tried())).content.decode()
        assert "Only a fool" not in shown
        assert "Blurred: insult 0.80" in shown

    def test_nothing_decided_by_people_is_said_instead_of_figures(self, client: Client) -> None:
        decided_past(approved=1)
        trial = tried()
        trial.tally = {**trial.tally, "cells": [1] + [0] * 26}
        trial.save()
        assert "People decided none of these comments" in text_of(client.get(page_of(trial)))

    def test_more_findings_cost_no_more_queries(self, client: Client) -> None:
        decided_past(approved=1)
        insults_are_removed()
        few = tried()
        decided_past(approved=4)
        many = tried()
        client.get(page_of(few))
        counts = []
        for trial in (few, many):
            with CaptureQueriesContext(connection) as asked:
                client.get(page_of(trial))
            counts.append(len(asked))
        assert counts[0] == counts[1]

    def test_who_works_on_other_sections_reads_none_of_it(self) -> None:
        decided_past(approved=1)
        insults_are_removed()
        trial = tried(section_id=Section.objects.get(slug="news").pk)
        elsewhere = client_of(assigned(person(Role.SENIOR_MODERATOR), "Sport"))
        assert elsewhere.get(page_of(trial)).status_code == 404
        assert "Tried" not in text_of(elsewhere.get(reverse("moderation:trials")))
        # The article moved since: the finding goes with it.
        here = client_of(assigned(person(Role.SENIOR_MODERATOR), "News"))
        assert "Only a fool" in text_of(here.get(page_of(trial)))
        Article.objects.update(section=Section.objects.get(slug="sport"))
        assert "Only a fool" not in text_of(here.get(page_of(trial)))


class TestMarking:
    def test_people_were_wrong_and_right_after_all(self, client: Client, senior: User) -> None:
        (decision,) = decided_past(approved=1)
        insults_are_removed()
        trial = tried()
        status = Comment.objects.get().status
        address = reverse("moderation:mark_wrong", args=[trial.public_id, decision.pk])
        answer = client.post(address, {"wrong": "yes", "back": "trial"})
        assert answer["Location"] == f"{page_of(trial)}#finding-{decision.pk}"
        assert Correction.objects.get().decision == decision
        assert "Signe Ask called this decision wrong" in text_of(client.get(page_of(trial)))
        assert Comment.objects.get().status == status
        client.post(address, {"wrong": "no", "back": "list"})
        assert not Correction.objects.exists()
        assert RuleChange.objects.filter(what="correction", by=senior).count() == 2

    def test_the_line_alone_is_answered_to_htmx(self, client: Client) -> None:
        (decision,) = decided_past(approved=1)
        insults_are_removed()
        trial = tried()
        address = reverse("moderation:mark_wrong", args=[trial.public_id, decision.pk])
        answer = client.post(address, {"wrong": "yes"}, headers={"HX-Request": "true"})
        assert answer.status_code == 200
        assert answer.content.decode().strip().startswith("<li")
        assert "They were right after all" in text_of(answer)


class TestEnding:
    def test_a_cancelled_trial_shows_what_it_had_found(self, client: Client) -> None:
        decided_past(approved=1)
        trial = started()
        client.post(reverse("moderation:cancel_trial", args=[trial.public_id]))
        trial.refresh_from_db()
        assert trial.state == TrialState.CANCELLED
        assert "It read no comment." in text_of(client.get(page_of(trial)))

    def test_again_is_a_trial_of_the_same_rules(self, client: Client, senior: User) -> None:
        (decision, *_more) = decided_past(approved=2)
        insults_are_removed()
        trial = tried()
        call_wrong(decision=decision, by=senior)
        Rule.objects.all().delete()
        answer = client.post(reverse("moderation:try_again", args=[trial.public_id]))
        run_all()
        shown = text_of(client.get(answer["Location"]))
        assert "Moderators approved these, and this would remove them: 1" in shown

    def test_ones_own_is_deleted_and_others_are_not(self, client: Client, senior: User) -> None:
        decided_past(approved=1)
        insults_are_removed()
        others, own = tried(), tried(senior)
        refused = client.post(reverse("moderation:delete_trial", args=[others.public_id]))
        assert refused.status_code == 403
        client.post(reverse("moderation:delete_trial", args=[own.public_id]))
        assert list(Trial.objects.all()) == [others]
        admin = client_of(person(Role.SITE_ADMIN))
        admin.post(reverse("moderation:delete_trial", args=[others.public_id]))
        assert not Trial.objects.exists()

    def test_a_trial_that_nobody_takes_up_asks_whether_workers_run(self, client: Client) -> None:
        decided_past(approved=1)
        trial = started()
        Trial.objects.update(started_at=database_now() - timedelta(minutes=2))
        assert "Are workers and beat running?" in text_of(client.get(page_of(trial)))


class TestFile:
    def test_every_finding_is_a_row_without_addresses_and_without_formulas(
        self, client: Client
    ) -> None:
        decided_past(approved=2)
        Comment.objects.update(author_name="=1+1", author_email="somebody@example.org")
        insults_are_removed()
        trial = tried()
        address = reverse("moderation:export_findings", args=[trial.public_id, Surprise.REMOVES])
        answer = client.get(address)
        content = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
        rows = list(csv.DictReader(io.StringIO(content)))
        assert [row["author"] for row in rows] == ["'=1+1"] * 2
        assert {row["its reason"] for row in rows} == {"Insults go: insult 0.80"}
        assert rows[1]["text"] == "Only a fool would say that, number 0."
        assert "@" not in content.replace("http://testserver", "")
