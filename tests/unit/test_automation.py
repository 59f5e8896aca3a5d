"""A rule that decides by itself: exact bounds, where it begins, and the watch over it."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest

from moderation.automation.exact import (
    at_least,
    at_most,
    fewest,
    incomplete_beta,
    lower_bound,
    most_wrong,
)
from moderation.automation.threshold import Refusal, choose_threshold, lowest_seen, steady_share
from moderation.automation.watch import (
    RECENT,
    Audit,
    Evidence,
    Sign,
    chart,
    precision,
    watch,
    window,
)
from tests import automation_runs as runs


def binomial(wrong: int, total: int, share: Fraction) -> Fraction:
    """At most so many wrong, summed in whole numbers."""
    return sum(
        (math.comb(total, k) * share**k * (1 - share) ** (total - k) for k in range(wrong + 1)),
        Fraction(0),
    )


@pytest.mark.parametrize(("wrong", "total"), [(0, 1), (0, 149), (3, 40), (20, 40), (39, 40)])
@pytest.mark.parametrize("share", [Fraction(1, 50), Fraction(1, 3), Fraction(9, 10)])
def test_the_beta_function_sums_the_binomial(wrong: int, total: int, share: Fraction) -> None:
    exact = float(binomial(wrong, total, share))
    assert at_most(wrong, total, float(share)) == pytest.approx(exact, rel=1e-10, abs=1e-14)
    assert at_least(wrong + 1, total, float(share)) == pytest.approx(1 - exact, abs=1e-12)


@pytest.mark.parametrize("x", [0.001, 0.2, 0.5, 0.98])
def test_the_beta_function_is_that_of_known_forms(x: float) -> None:
    """Beta(a, 1) is x^a, beta(1/2, 1/2) the arcsine, and both sides add up, whole or not."""
    assert incomplete_beta(x, 3.7, 1) == pytest.approx(x**3.7, rel=1e-12)
    assert incomplete_beta(x, 0.5, 0.5) == pytest.approx(2 / math.pi * math.asin(math.sqrt(x)))
    both = incomplete_beta(x, 812.3, 9.4) + incomplete_beta(1 - x, 9.4, 812.3)
    assert both == pytest.approx(1, abs=1e-12)
    assert (incomplete_beta(0, 2, 3), incomplete_beta(1, 2, 3)) == (0, 1)


def test_the_bound_is_that_of_printed_tables() -> None:
    """Clopper and Pearson: none wrong of n is the n-th root; 9 of 10 at one side of 95 %."""
    assert lower_bound(149, 149, 0.95) == pytest.approx(0.05 ** (1 / 149), abs=1e-12)
    assert lower_bound(9, 10, 0.95) == pytest.approx(0.6058, abs=5e-5)
    assert lower_bound(0, 10, 0.95) == 0


@pytest.mark.parametrize("wrong", [0, 1, 7])
def test_how_many_it_takes_is_exact(wrong: int) -> None:
    enough = fewest(wrong, 0.98, 0.95)
    share, doubt = Fraction(1, 50), Fraction(1, 20)
    assert binomial(wrong, enough, share) <= doubt < binomial(wrong, enough - 1, share)
    assert most_wrong(enough, 0.98, 0.95) == wrong
    assert most_wrong(enough - 1, 0.98, 0.95) == wrong - 1


def test_the_bound_holds_as_often_as_it_promises() -> None:
    """Added up over every outcome of 60 decisions, not drawn."""
    for share in (0.5, 0.9, 0.98):
        above = sum(
            math.comb(60, right) * share**right * (1 - share) ** (60 - right)
            for right in range(61)
            if lower_bound(right, 60, 0.95) > share
        )
        assert above <= 0.05


def decisions(*bands: tuple[float, int, int]) -> dict[str, list[float] | list[bool]]:
    """Scores and outcomes of bands: (score, decisions, how many of them wrong)."""
    scores = [score for score, total, _wrong in bands for _ in range(total)]
    outcomes = [n >= wrong for _score, total, wrong in bands for n in range(total)]
    return {"scores": scores, "is_right": outcomes}


def choose(*bands: tuple[float, int, int], undecided: list[float] | None = None):
    return choose_threshold(
        **decisions(*bands), target=0.98, confidence=0.95, undecided=undecided or []
    )


def test_the_lowest_threshold_that_holds_is_chosen() -> None:
    choice = choose((0.955, 400, 1), (0.855, 400, 2), (0.755, 400, 40))
    assert choice.refusal is None
    assert choice.chosen is not None
    assert (choice.chosen.threshold, choice.chosen.total, choice.chosen.wrong) == (0.85, 800, 3)
    assert choice.chosen.lower > 0.98
    assert [point.threshold for point in choice.curve] == [0.95, 0.85, 0.75]
    assert choice.curve[2].lower < 0.98 < choice.curve[2].precision + 0.02


def test_a_threshold_with_no_decision_of_its_own_is_not_chosen() -> None:
    """300 decisions above 0.9 say nothing of 0.5, though the sum from there on is the same."""
    choice = choose((0.905, 300, 0))
    assert choice.chosen is not None
    assert choice.chosen.threshold == 0.9


def test_what_lies_below_a_break_is_not_reached() -> None:
    """Good on the whole, but every sequence ends above: the best of many is not what is asked."""
    choice = choose((0.955, 900, 40), (0.655, 9000, 0))
    assert choice.chosen is None
    assert choice.curve[-1].lower > 0.99
    assert choice.refusal == Refusal.NOT_PROVEN


def test_a_later_beginning_makes_up_for_bad_luck_at_the_top() -> None:
    """One wrong among the first 203 ends the first sequence; another begins where two can be."""
    choice = choose((0.955, 203, 1), (0.855, 400, 1))
    assert choice.chosen is not None
    assert choice.chosen.threshold == 0.85


def test_too_few_decisions_are_refused_with_the_number_it_takes() -> None:
    choice = choose((0.955, 202, 0))
    assert (choice.refusal, choice.needed, choice.total) == (Refusal.TOO_FEW, 203, 202)
    nothing = choose()
    assert (nothing.refusal, nothing.total, nothing.best) == (Refusal.TOO_FEW, 0, None)


def test_a_bound_under_the_target_is_refused_with_the_best_there_is() -> None:
    choice = choose((0.955, 300, 3))  # 99 % as counted
    assert choice.refusal == Refusal.NOT_PROVEN
    assert choice.best is not None
    assert 0.96 < choice.best.lower < 0.98 < choice.best.precision


def test_what_chance_would_pause_at_once_is_refused_though_it_is_proven() -> None:
    choice = choose((0.955, 6000, 80))
    assert choice.refusal == Refusal.NOT_STEADY
    assert choice.best is not None
    assert choice.target < choice.best.lower < choice.best.precision < choice.steady


def test_scores_that_people_seldom_decide_about_are_not_tried() -> None:
    """Below 0.9 only what readers reported came to people: that is no picture of the rest."""
    bands = ((0.955, 400, 1), (0.855, 100, 0))
    unseen = [0.86] * 900
    assert lowest_seen(scores=decisions(*bands)["scores"], undecided=unseen) == 0.87
    choice = choose(*bands, undecided=unseen)
    assert choice.chosen is not None
    assert choice.chosen.threshold == 0.95
    refused = choose(*bands, undecided=[*unseen, *([0.97] * 1000)])
    assert (refused.refusal, refused.total) == (Refusal.NOT_SEEN, 0)


def test_a_few_that_nobody_decided_about_stop_nothing() -> None:
    assert lowest_seen(scores=[0.5] * 10, undecided=[0.99, 0.98, 0.7]) == 0.01
    assert lowest_seen(scores=[], undecided=[0.995] * 6) == 2


EVIDENCE = Evidence(total=1000, right=995)
GOOD = Evidence(total=300, right=300)


def watched(*outcomes: bool, evidence: Evidence = EVIDENCE, probability: float = 0.05):
    return watch(
        audits=[Audit(right, probability) for right in outcomes],
        evidence=evidence,
        target=0.98,
        confidence=0.95,
        share=0.05,
    )


def test_before_the_first_audit_what_granted_it_speaks() -> None:
    said = watched()
    assert (said.audits, said.effective, said.sign) == (0, 1000, Sign.OK)
    assert said.counted == pytest.approx(0.995)
    assert said.lower == pytest.approx(lower_bound(995, 1000, 0.95))


def test_only_audits_say_how_right_it_is() -> None:
    """Whatever granted it: the share is theirs, weighted, and so is its interval."""
    assert watched().precision is None
    audits = [Audit(False, 0.5)] + [Audit(True, 0.05)] * 39 + [Audit(False, 0.05)]
    told = {"target": 0.98, "confidence": 0.95, "share": 0.05}
    said = [
        watch(audits=audits, evidence=evidence, **told).precision
        for evidence in (GOOD, EVIDENCE, Evidence(total=50_000, right=100))
    ]
    assert said[0] == said[1] == said[2] == precision(audits, confidence=0.95)
    assert said[0].value == pytest.approx(39 / 40.1)
    equal = precision([Audit(n != 0, 0.05) for n in range(40)], confidence=0.95)
    assert (equal.low, equal.high) == (
        pytest.approx(0.8684, abs=1e-4),
        pytest.approx(0.9994, abs=1e-4),
    )


def test_more_decisions_than_a_window_stand_for_no_more_than_one() -> None:
    said = watched(evidence=Evidence(total=50_000, right=49_800))
    assert (window(0.98), said.effective, said.sign) == (1000, 1000, Sign.OK)


def test_audits_take_the_place_of_what_granted_it() -> None:
    half = watched(*[True] * 500)
    assert half.counted == pytest.approx((500 + 500 * 0.995) / 1000)
    full = watched(*[True] * 1000, evidence=Evidence(total=1000, right=990))
    assert (full.counted, full.effective) == (1, 1000)


def test_only_the_last_window_counts() -> None:
    assert watched(*[False] * 900, *[True] * 1000).sign == Sign.OK


def test_it_pauses_when_the_bound_falls_under_the_target() -> None:
    """Twelve wrong ones in a window of 1,000 hold at 98 %; thirteen do not."""
    spread = [n % 75 != 0 for n in range(1, 901)]  # twelve of them
    assert watched(*spread, *[True] * 100).sign == Sign.OK
    said = watched(*spread, *[True] * 99, False)
    assert (said.sign, said.must_pause) == (Sign.BOUND, True)
    assert said.lower < 0.98 < said.counted


def test_it_pauses_when_the_latest_audits_alone_contradict_the_target() -> None:
    """Six wrong of 100 come once in 65 times at 98 %, seven once in 240: the bound still holds."""
    assert at_least(6, RECENT, 0.02) > 0.01 > at_least(7, RECENT, 0.02)
    good = [True] * 1000
    assert watched(*good, *[True] * 94, *[False] * 6).sign == Sign.OK
    said = watched(*good, *[True] * 93, *[False] * 7)
    assert (said.sign, said.must_pause) == (Sign.CONTRADICTED, True)
    assert said.lower > 0.98


def test_one_mistake_on_the_first_day_pauses_nothing_that_was_well_proven() -> None:
    assert watched(False, evidence=GOOD).sign == Sign.OK
    assert watched(evidence=Evidence(total=0, right=0)).must_pause


def test_an_audit_weighs_as_much_as_it_stands_for() -> None:
    """Drawn at 50 % it stands for two comments, at 5 % for twenty."""
    audits = [Audit(False, 0.5)] * 10 + [Audit(True, 0.05)] * 990
    said = watch(audits=audits, evidence=GOOD, target=0.98, confidence=0.95, share=0.05)
    assert said.counted == pytest.approx(990 / 991)
    assert said.effective == pytest.approx(991**2 / (990 + 10 * 0.01))
    later = watch(audits=audits, evidence=GOOD, target=0.98, confidence=0.95, share=0.5)
    assert (later.counted, later.effective) == (
        pytest.approx(said.counted),
        pytest.approx(said.effective),
    )


def test_what_granted_it_weighs_as_an_audit_of_now() -> None:
    """The share was doubled: an older audit stands for two of now, a decision for one."""
    audits = [Audit(False, 0.05)] * 10
    said = watch(audits=audits, evidence=GOOD, target=0.98, confidence=0.95, share=0.1)
    assert said.counted == pytest.approx(300 / 320)


def test_the_chart_goes_from_the_grant_to_now() -> None:
    audits = [Audit(n % 40 != 0, 0.05) for n in range(1, 1201)]
    told = {"evidence": EVIDENCE, "target": 0.98, "confidence": 0.95, "share": 0.05}
    points = chart(audits=audits, **told)
    assert [points[0].audits, points[-1].audits, len(points)] == [0, 1200, 60]
    assert points[-1] == watch(audits=audits, **told)
    assert all(a.audits < b.audits for a, b in itertools.pairwise(points))
    assert [p.audits for p in chart(audits=audits[:3], **told)] == [0, 1, 2, 3]
    assert len(chart(audits=[], **told)) == 1


@pytest.mark.parametrize(("target", "size", "steady"), [(0.95, 400, 0.981), (0.99, 2000, 0.996)])
def test_the_window_and_what_holds_in_it_follow_from_the_target(
    target: float, size: int, steady: float
) -> None:
    assert window(target) == size
    assert steady_share(target=target, confidence=0.95) == pytest.approx(steady, abs=5e-4)


# Thousands of runs with the truth known. Longer ones, and more of them: bench/automation.py.
MANY = 1000


@pytest.mark.parametrize("world", runs.WORLDS, ids=lambda world: world.name)
def test_a_threshold_under_the_target_is_granted_no_more_often_than_promised(
    world: runs.World,
) -> None:
    """At most 5 %; 0.02 more is what chance does to 1,000 runs (three standard errors)."""
    found = runs.grants(world, seed=11, runs=MANY, decisions=2000)
    assert found.under <= 0.05 + 0.02


def test_the_bound_itself_is_seldom_wrong_where_every_threshold_is_just_under() -> None:
    """What the watch asks for on top is left out; and it does happen, so the test can fail."""
    found = runs.grants(runs.JUST_UNDER, seed=12, runs=MANY, decisions=6000)
    assert 0.005 <= found.proven <= 0.05 + 0.02


def drawn(seed: int, right: float, number: int, healthy: int = 0) -> np.ndarray:
    chance = np.random.default_rng(seed)
    return np.concatenate(
        [
            runs.audits(chance, runs=2000, number=healthy, right=0.995),
            runs.audits(chance, runs=2000, number=number, right=right),
        ],
        axis=1,
    )


@pytest.mark.parametrize("healthy", [0, 1500])
def test_a_drop_to_90_percent_is_caught_within_130_audits(healthy: int) -> None:
    """In 95 of 100 runs, on the first day or after 1,500 audits of a rule that was 99.5 % right."""
    after = runs.paused_after(drawn(21, 0.90, 130, healthy), evidence=EVIDENCE)
    alive = after > healthy
    assert alive.mean() > 0.95
    assert (after[alive] <= healthy + 130).mean() >= 0.95


def test_a_healthy_rule_is_seldom_paused() -> None:
    """99.5 % right at a target of 98 %: about 1 in 200 within 1,000 audits, 1 in 30 in 4,000."""
    after = runs.paused_after(drawn(22, 0.995, 4000), evidence=EVIDENCE)
    assert (after <= 1000).mean() <= 0.01
    assert (after <= 4000).mean() <= 0.05


def test_the_quick_runs_are_the_watch_itself() -> None:
    """Forty histories, audit by audit, as far as the quick way says that they are paused."""
    outcomes = drawn(23, 0.95, 150)[:40]
    quick = runs.paused_after(outcomes, evidence=GOOD)
    for history, found in zip(outcomes.tolist(), quick.tolist(), strict=True):
        told = [
            watched(*history[:number], evidence=GOOD).must_pause
            for number in range(max(0, min(found, 151) - 15), min(found, 150) + 1)
        ]
        assert told == [False] * (len(told) - 1) + [found <= 150]
