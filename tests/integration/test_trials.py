"""Rules tried on the past: everything counted once, nothing decided, people's word as the truth."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Role
from comments.models import Section
from moderation.batch_steps import take_chunk
from moderation.batches import start_batch
from moderation.decisions import database_now
from moderation.models import (
    Action,
    CommentFacts,
    Decision,
    Rule,
    RuleSet,
    Surprise,
    Trial,
    TrialState,
    WordList,
)
from moderation.rescoring import Period
from moderation.rulebook import trial_rules, trials
from moderation.rulebook.corrections import call_wrong
from moderation.rulebook.trial_results import Share, Summary, Tally
from moderation.rulebook.trials import (
    NothingToTry,
    Step,
    UnknownRule,
    cancel,
    start,
    start_again,
    take_step,
    with_rule,
)
from moderation.rules.documents import BadRuleSet
from moderation.rules.evaluation import RuleAction
from tests.desk_data import held_item, person, publish_plain_rules
from tests.make import make_article, make_published
from tests.rules_data import asks, make_rule, rule_entry
from tests.trial_data import (
    decided_past,
    ever,
    findings_of,
    insults_are_removed,
    run_all,
    started,
    tried,
)

pytestmark = pytest.mark.django_db

HOLD, REMOVE = RuleAction.HOLD, RuleAction.REMOVE


@pytest.fixture(autouse=True)
def _plain_rules() -> None:
    publish_plain_rules()


def summary(trial: Trial) -> Summary:
    trial.refresh_from_db()
    return Summary(Tally.from_json(trial.tally).cells)


class TestWhatItFinds:
    def test_the_draft_is_counted_beside_the_live_version_and_decides_nothing(self) -> None:
        decided_past(approved=3, removed=2)
        make_published()
        decisions = Decision.objects.count()
        insults_are_removed()
        trial = tried()
        found = summary(trial)
        assert (trial.state, trial.done, trial.total) == (TrialState.DONE, 6, 6)
        assert (found.live, found.tried, found.decided) == ([1, 5, 0], [1, 0, 5], 5)
        removals = found.of_tried(least=REMOVE)
        assert (removals.precision, removals.recall) == (Share(2, 5), Share(2, 2))
        assert Decision.objects.count() == decisions

    def test_what_people_approved_and_it_removes_is_kept_with_its_reason(self) -> None:
        approved = decided_past(approved=3, removed=1)[:3]
        insults_are_removed()
        trial = tried()
        found = findings_of(trial)
        assert [f.decision.pk for f in found] == [d.pk for d in approved]
        assert {(f.kind, f.before, f.before_why, f.why, f.label, f.score) for f in found} == {
            (
                Surprise.REMOVES,
                *("hold", "High insult: insult 0.80", "Insults go: insult 0.80", "insult", 0.8),
            )
        }

    def test_what_people_removed_and_it_publishes_is_kept_too(self) -> None:
        removed = decided_past(approved=1, removed=2)[1:]
        Rule.objects.all().delete()
        trial = tried()
        found = findings_of(trial, Surprise.PUBLISHES)
        assert [f.decision.pk for f in found] == [d.pk for d in removed]
        assert {(f.kind, f.before, f.why) for f in found} == {(Surprise.PUBLISHES, "hold", "")}

    def test_every_surprise_of_every_chunk_has_a_place_of_its_own(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(trials, "CHUNK", 3)
        approved = decided_past(approved=7)
        insults_are_removed()
        trial = tried()
        assert trial.surprises.count() == 3
        found = findings_of(trial)
        assert [f.place for f in found] == list(range(7))
        assert [f.decision.pk for f in found] == [d.pk for d in approved]
        assert summary(trial).surprising_removals == 7

    def test_the_reason_is_that_of_then_whatever_became_of_rules_and_lists(self) -> None:
        decided_past(approved=1)
        WordList.objects.create(key="rude", name="Rude", use="banned", entries="fool")
        rule = make_rule("Rude words", asks("words", "in_list", "rude"), action="remove")
        trial = tried()
        rule.delete()
        WordList.objects.all().delete()
        trial_rules._pair.cache_clear()
        (found,) = findings_of(trial)
        assert (found.is_so_still, found.why) == (True, "Rude words: “fool”")

    def test_an_article_that_is_tagged_otherwise_by_now_is_told(self) -> None:
        (decision,) = decided_past(approved=1)
        decision.comment.article.tags.create(name="Ferries", slug="ferries")
        make_rule("Ferries", asks("article.tags", "one_of", ["ferries"]), action="remove")
        trial = tried()
        assert findings_of(trial)[0].is_so_still
        decision.comment.article.tags.clear()
        (found,) = findings_of(trial)
        assert (found.is_so_still, found.why) == (False, "High insult: insult 0.80")

    def test_chunk_by_chunk_is_as_all_at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        decided_past(approved=3, removed=2)
        insults_are_removed()
        at_once = tried()
        monkeypatch.setattr(trials, "CHUNK", 2)
        assert tried().tally == at_once.tally

    def test_a_section_and_a_period_narrow_it(self) -> None:
        sport = Section.objects.create(name="Sport", slug="sport")
        held_item(article=make_article(section=sport))
        held_item()
        trial = tried(section_id=sport.pk)
        assert summary(trial).total == 1
        assert list(Tally.from_json(trial.tally).sections) == [sport.pk]
        long_ago = Period(ever().start, database_now() - timedelta(days=1))
        with pytest.raises(NothingToTry):
            start(period=long_ago, by=trial.started_by)

    def test_what_was_decided_in_bulk_is_nobodys_word(self) -> None:
        item = held_item()
        start_batch(
            comments=type(item.comment).objects.filter(pk=item.comment_id),
            action=Action.APPROVE,
            by=person(),
            criterion={},
        )
        while take_chunk():
            pass
        assert summary(tried()).decided == 0

    def test_a_decision_called_wrong_counts_in_the_next_trial(self) -> None:
        first, *_more = decided_past(approved=2, removed=1)
        insults_are_removed()
        senior = person(Role.SENIOR_MODERATOR)
        trial = tried(senior)
        assert summary(trial).of_tried(least=REMOVE).precision == Share(1, 3)
        call_wrong(decision=first, by=senior)
        again = start_again(trial, by=senior)
        run_all()
        assert summary(again).of_tried(least=REMOVE).precision == Share(2, 3)
        assert len(findings_of(again)) == 1
        assert summary(trial).of_tried(least=REMOVE).precision == Share(1, 3)


class TestOneRule:
    def test_it_is_tried_in_the_live_version_even_if_it_does_not_act_yet(self) -> None:
        decided_past(approved=1)
        make_published()
        everything = make_rule(
            "Everything", asks("text.length", "at_least", 1), action="remove", mode="shadow"
        )
        make_rule("Another of the draft", asks("text.length", "at_least", 1))
        trial = tried(rule_key=everything.key)
        assert summary(trial).tried == [0, 0, 2]
        assert trial.rule_name == "Everything"
        assert [r["key"] for r in trial.document["rules"]] == [
            *(r["key"] for r in RuleSet.objects.latest("number").document["rules"]),
            "everything",
        ]

    def test_a_rule_that_is_live_is_replaced_and_a_new_one_comes_where_the_draft_has_it(
        self,
    ) -> None:
        one, two, three = (rule_entry(name, asks("text.links", "at_least", 1)) for name in "ABC")
        changed = {**two, "mode": "off", "name": "Better"}
        live = {"format": 2, "rules": [one, two], "lists": {"x": "old"}}
        draft = {"format": 2, "rules": [three, one, changed], "lists": {"y": "new"}}
        replaced = with_rule(live=live, draft=draft, key="b")
        assert [(r["name"], r["mode"]) for r in replaced["rules"]] == [
            ("A", "on"),
            ("Better", "on"),
        ]
        added = with_rule(live=live, draft=draft, key="c")
        assert [r["key"] for r in added["rules"]] == ["c", "a", "b"]
        assert added["lists"] == {"x": "old"}
        with pytest.raises(UnknownRule):
            with_rule(live=live, draft=draft, key="nobody")

    def test_rules_that_cannot_be_read_are_refused_at_once(self) -> None:
        held_item()
        make_rule("Odd", asks("words", "in_list", "gone"))
        with pytest.raises(BadRuleSet):
            started()
        assert not Trial.objects.exists()


class TestWorkers:
    @pytest.fixture(autouse=True)
    def _chunks_of_two(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(trials, "CHUNK", 2)

    def test_what_a_killed_worker_left_is_taken_up_when_its_lease_is_over(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        decided_past(approved=3)
        trial = started()
        assert take_step() == Step.WENT_ON

        def killed(*_anything: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(trials, "_evaluate", killed)
            with pytest.raises(KeyboardInterrupt):
                take_step()
        assert take_step() == Step.BUSY
        Trial.objects.update(leased_until=database_now())
        run_all()
        trial.refresh_from_db()
        assert (trial.state, trial.done, summary(trial).total) == (TrialState.DONE, 3, 3)

    def test_a_worker_that_came_back_too_late_counts_nothing(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        decided_past(approved=3)
        trial = started()
        evaluate = trials._evaluate

        def slow(*given: Any) -> Any:
            found = evaluate(*given)
            Trial.objects.update(leased_until=database_now())
            monkeypatch.setattr(trials, "_evaluate", evaluate)
            assert take_step() == Step.WENT_ON  # another worker
            return found

        monkeypatch.setattr(trials, "_evaluate", slow)
        assert take_step() == Step.BUSY
        run_all()
        assert summary(trial).total == 3

    def test_a_cancelled_trial_takes_no_more_and_what_was_found_stays(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        decided_past(approved=4)
        insults_are_removed()
        trial = started()
        take_step()
        evaluate = trials._evaluate

        def cancelled_meanwhile(*given: Any) -> Any:
            cancel(trial)
            return evaluate(*given)

        monkeypatch.setattr(trials, "_evaluate", cancelled_meanwhile)
        take_step()
        assert take_step() == Step.IDLE
        trial.refresh_from_db()
        assert (trial.state, trial.done) == (TrialState.CANCELLED, 2)
        assert len(findings_of(trial)) == 2

    def test_trials_run_one_after_the_other(self) -> None:
        decided_past(approved=3)
        first, second = started(), started()
        take_step()
        assert [t.done for t in Trial.objects.order_by("id")] == [2, 0]
        run_all()
        for trial in (first, second):
            trial.refresh_from_db()
            assert (trial.state, trial.done) == (TrialState.DONE, 3)

    def test_one_that_fails_again_and_again_is_given_up_and_the_next_one_runs(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        decided_past(approved=1)
        first, second = started(), started()
        evaluate = trials._evaluate

        def fails(trial: Trial, *given: Any) -> Any:
            if trial.pk == first.pk:
                raise ValueError("strange facts")
            return evaluate(trial, *given)

        monkeypatch.setattr(trials, "_evaluate", fails)
        for _ in range(3):
            assert take_step() == Step.BUSY
            assert take_step() == Step.BUSY  # it rests for a moment
            Trial.objects.update(leased_until=None)
        run_all()
        states = dict(Trial.objects.values_list("pk", "state"))
        assert states == {first.pk: TrialState.FAILED, second.pk: TrialState.DONE}

    def test_facts_that_were_stored_meanwhile_are_counted(self) -> None:
        decided_past(approved=2)
        trial = started()
        take_step()
        written = trial.period_to - timedelta(microseconds=1)
        late = held_item().comment.current_revision_id
        CommentFacts.objects.filter(revision=late).update(written_at=written)
        run_all()
        trial.refresh_from_db()
        assert (trial.done, trial.total) == (3, 3)
