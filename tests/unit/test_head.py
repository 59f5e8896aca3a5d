"""The head learned from decisions: what it does, what it refuses, how it is stored."""

import base64
import json
from typing import Any

import numpy as np
import pytest

from classifier import fitting
from classifier.base import Label
from classifier.fitting import APPROVED, REMOVED, SAYS_NOTHING, Fitted, Outcome, fit_head
from classifier.head import LABELS, BadHead, Features, Head

DIM = 24
INSULT = LABELS.index(Label.INSULT)
HELD = 60


def features(number: int, *, seed: int) -> Features:
    random = np.random.default_rng(seed)
    return Features(
        logits=random.normal(-2.0, 1.5, (number, len(LABELS))),
        embedding=random.normal(0.0, 1.0, (number, DIM)).astype(np.float32),
        scored=np.ones(number, dtype=np.bool_),
    )


def decisions(
    number: int, *, hidden: float, seed: int = 1, share: float = 0.4
) -> tuple[Features, np.ndarray]:
    """Decisions about insults. What people go by is the base's logit, plus ``hidden`` times
    something that only the embedding shows."""
    found = features(number, seed=seed)
    wanted = found.logits[:, INSULT] + hidden * found.embedding[:, 3]
    wanted += np.random.default_rng(seed + 100).normal(0.0, 0.7, number)
    verdicts = np.full((number, len(LABELS)), SAYS_NOTHING, dtype=np.int8)
    verdicts[:, INSULT] = np.where(wanted > np.quantile(wanted, 1 - share), REMOVED, APPROVED)
    return found, verdicts


def fit(found: Features, verdicts: np.ndarray, **changes: Any) -> Fitted:
    recent = features(1500, seed=9)
    return fit_head(
        **{
            "features": found,
            "verdicts": verdicts,
            "recent": recent,
            "held": {Label.INSULT: HELD},
            **changes,
        }
    )


def cut_that_holds(number: int, recent: Features) -> float:
    """A threshold, as a logit, at which so many of a sample are held by the base."""
    ordered = np.sort(recent.logits[:, INSULT])
    return float(ordered[-number] + ordered[-number - 1]) / 2


@pytest.fixture(scope="module")
def learned() -> Fitted:
    return fit(*decisions(1200, hidden=2.0))


class TestWhatIsLearned:
    def test_without_decisions_the_head_is_the_base_exactly(self) -> None:
        found, verdicts = decisions(50, hidden=0.0)
        nobody = np.zeros(50, dtype=np.bool_)
        fitted = fit(found.only(nobody), verdicts[nobody])
        seen = features(50, seed=3)
        assert not fitted.is_worth_using
        assert np.array_equal(fitted.head(seen.logits, seen.embedding), seen.logits)

    def test_what_only_the_embedding_shows_is_found(self, learned: Fitted) -> None:
        finding = learned.findings[Label.INSULT]
        assert finding.outcome == Outcome.USED
        assert finding.low is not None
        assert finding.gain is not None
        assert 0.0 < finding.low < finding.gain
        assert finding.gain > 0.1
        # Decisions that nobody fitted on agree.
        fresh, said = decisions(2000, hidden=2.0, seed=77)
        truth = (said[:, INSULT] == REMOVED).astype(float)
        after = learned.head(fresh.logits, fresh.embedding)[:, INSULT]
        gain = fitting.auc(after, truth) - fitting.auc(fresh.logits[:, INSULT], truth)
        assert gain == pytest.approx(finding.gain, abs=0.05)

    def test_labels_that_nobody_decided_about_keep_their_logits_exactly(
        self, learned: Fitted
    ) -> None:
        seen = features(50, seed=3)
        after = learned.head(seen.logits, seen.embedding)
        others = [row for row in range(len(LABELS)) if row != INSULT]
        assert learned.head.labels == (Label.INSULT,)
        assert np.array_equal(after[:, others], seen.logits[:, others])

    def test_as_many_are_held_as_before(self, learned: Fitted) -> None:
        recent = features(1500, seed=9)
        cut = cut_that_holds(HELD, recent)
        after = learned.head(recent.logits, recent.embedding)[:, INSULT]
        assert np.count_nonzero(after >= cut) == HELD
        before = set(np.flatnonzero(recent.logits[:, INSULT] >= cut).tolist())
        assert before != set(np.flatnonzero(after >= cut).tolist())

    def test_the_share_of_removals_does_not_move_what_is_held(self) -> None:
        strict, mild = (fit(*decisions(1200, hidden=2.0, share=share)).head for share in (0.7, 0.2))
        recent = features(1500, seed=9)
        cut = cut_that_holds(HELD, recent)
        for head in (strict, mild):
            after = head(recent.logits, recent.embedding)[:, INSULT]
            assert np.count_nonzero(after >= cut) == HELD

    def test_the_same_decisions_give_the_same_head(self, learned: Fitted) -> None:
        again = fit(*decisions(1200, hidden=2.0))
        assert again.head.name == learned.head.name
        assert again.findings == learned.findings

    def test_texts_without_scores_are_left_out(self, learned: Fitted) -> None:
        found, verdicts = decisions(1200, hidden=2.0)
        odd = features(40, seed=5)
        odd.embedding[:] = np.nan
        odd.scored[:] = False
        nonsense = np.full((40, len(LABELS)), REMOVED, dtype=np.int8)
        mixed = fit(Features.joined([odd, found]), np.concatenate([nonsense, verdicts]))
        assert mixed.head.name == learned.head.name


class TestWhatIsRefused:
    @pytest.mark.parametrize("seed", range(6))
    def test_decisions_by_the_toss_of_a_coin(self, seed: int) -> None:
        found, verdicts = decisions(800, hidden=0.0, seed=seed)
        random = np.random.default_rng(seed)
        verdicts[:, INSULT] = random.integers(0, 2, 800)
        fitted = fit(found, verdicts)
        assert not fitted.is_worth_using
        assert fitted.head.labels == ()

    @pytest.mark.parametrize("seed", range(6))
    def test_decisions_that_agree_with_the_base(self, seed: int) -> None:
        fitted = fit(*decisions(800, hidden=0.0, seed=seed))
        finding = fitted.findings[Label.INSULT]
        assert finding.outcome in {Outcome.NOTHING_TO_CORRECT, Outcome.NOT_BETTER}

    def test_too_few_decisions(self) -> None:
        enough, few = (
            fit(*decisions(number, hidden=3.0)).findings[Label.INSULT].outcome
            for number in (fitting.FEWEST_DECISIONS, fitting.FEWEST_DECISIONS - 1)
        )
        assert few == Outcome.TOO_FEW
        assert enough != Outcome.TOO_FEW

    @pytest.mark.parametrize("share", [0.02, 0.98])
    def test_too_few_of_a_side(self, share: float) -> None:
        fitted = fit(*decisions(800, hidden=3.0, share=share))
        assert fitted.findings[Label.INSULT].outcome == Outcome.ONE_SIDED

    def test_removals_that_all_came_lately(self) -> None:
        found, verdicts = decisions(800, hidden=3.0)
        order = np.argsort(verdicts[:, INSULT], kind="stable")
        fitted = fit(found.only(order), verdicts[order], recent=features(1500, seed=9))
        assert fitted.findings[Label.INSULT].outcome == Outcome.ONE_SIDED

    def test_a_site_without_recent_comments_to_choose_the_offset_on(self) -> None:
        fitted = fit(*decisions(800, hidden=3.0), recent=features(10, seed=9))
        assert fitted.findings[Label.INSULT].outcome == Outcome.NO_SAMPLE


class TestWhatIsWorn:
    def test_it_is_kept_where_nothing_new_is_found_and_it_still_is_better(
        self, learned: Fitted, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(fitting, "_choose_penalty", lambda *_: None)
        fitted = fit(*decisions(800, hidden=2.0, seed=5), worn=learned.head)
        found = fitted.findings[Label.INSULT]
        assert fitted.tried[Label.INSULT].outcome == Outcome.NOTHING_TO_CORRECT
        assert (found.outcome, found.held_back) == (Outcome.KEPT, 240)
        assert found.low is not None
        assert found.low > 0.0
        assert fitted.is_worth_using
        assert fitted.head.name == learned.head.name

    def test_what_is_new_and_better_takes_its_place(self, learned: Fitted) -> None:
        found, verdicts = decisions(800, hidden=2.0, seed=5)
        fitted, alone = fit(found, verdicts, worn=learned.head), fit(found, verdicts)
        assert fitted.findings[Label.INSULT].outcome == Outcome.USED
        assert fitted.worn[Label.INSULT].outcome == Outcome.KEPT
        assert fitted.head.name == alone.head.name

    @pytest.mark.parametrize("hidden", [0.0, -2.0])
    def test_it_goes_when_people_decide_otherwise_now(
        self, hidden: float, learned: Fitted, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(fitting, "_choose_penalty", lambda *_: None)
        fitted = fit(*decisions(800, hidden=hidden, seed=5), worn=learned.head)
        assert fitted.worn[Label.INSULT].outcome == Outcome.NOT_BETTER
        assert not fitted.is_worth_using
        assert fitted.head.labels == ()

    def test_too_few_decisions_speak_for_no_head(self, learned: Fitted) -> None:
        fitted = fit(
            *decisions(fitting.FEWEST_DECISIONS - 1, hidden=2.0, seed=5), worn=learned.head
        )
        assert fitted.worn[Label.INSULT].outcome == Outcome.TOO_FEW
        assert not fitted.is_worth_using

    def test_only_the_labels_go_that_are_better_no_longer(self, learned: Fitted) -> None:
        both = Head(learned.head.weights.copy(), learned.head.offset.copy())
        both.offset[LABELS.index(Label.THREAT)] = 1.0  # moves every score alike: no better order
        found, verdicts = decisions(800, hidden=2.0, seed=5)
        verdicts[:, LABELS.index(Label.THREAT)] = verdicts[:, INSULT]
        fitted = fit(found, verdicts, worn=both, recent=features(10, seed=9))
        assert {label: one.outcome for label, one in fitted.worn.items()} == {
            Label.INSULT: Outcome.KEPT,
            Label.THREAT: Outcome.NOT_BETTER,
        }
        assert fitted.head.labels == (Label.INSULT,)
        assert fitted.head.name == learned.head.name


class TestTheDocument:
    def test_there_and_back(self, learned: Fitted) -> None:
        stored = json.loads(json.dumps(learned.head.to_json()))
        again = Head.from_json(stored)
        seen = features(50, seed=3)
        assert again.name == learned.head.name
        assert np.array_equal(
            again(seen.logits, seen.embedding), learned.head(seen.logits, seen.embedding)
        )

    def test_another_head_has_another_name(self, learned: Fitted) -> None:
        assert learned.head.name != fit(*decisions(1200, hidden=1.0)).head.name
        assert learned.head.name.startswith("site-")

    @pytest.mark.parametrize(
        "damage",
        [
            lambda d: d.pop("labels"),
            lambda d: d.update(format=2),
            lambda d: d.update(inputs=10**9),
            lambda d: d.update(inputs="32"),
            lambda d: d.update(inputs=d["inputs"] + 1),
            lambda d: d.update(labels=[]),
            lambda d: d["labels"].update(kindness=d["labels"]["insult"]),
            lambda d: d["labels"]["insult"].update(offset="much"),
            lambda d: d["labels"]["insult"].update(offset=float("nan")),
            lambda d: d["labels"]["insult"].update(weights="???"),
            lambda d: d["labels"]["insult"].update(weights=d["labels"]["insult"]["weights"][:-8]),
            lambda d: d["labels"]["insult"].update(
                weights=base64.b64encode(
                    np.full(len(LABELS) + DIM, np.inf, dtype="<f4").tobytes()
                ).decode()
            ),
        ],
    )
    def test_a_damaged_document_is_refused(self, damage: Any, learned: Fitted) -> None:
        document = json.loads(json.dumps(learned.head.to_json()))
        damage(document)
        with pytest.raises(BadHead):
            Head.from_json(document)

    @pytest.mark.parametrize("document", [None, [], "head", 7, {}])
    def test_what_is_no_document_at_all_is_refused(self, document: Any) -> None:
        with pytest.raises(BadHead):
            Head.from_json(document)
