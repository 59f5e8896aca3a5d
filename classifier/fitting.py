"""Fitting a head to what people decided, and telling whether it is worth wearing.

For each label a logistic regression with a fixed part: the base model's own logit, scaled as it
predicts these decisions by itself (Platt, 1999). On top of it comes ``w . x``, x the standardised
logits and embedding, with an L2 penalty that pulls w to zero, which is the base. Inner folds
choose how hard it pulls, "all the way" included.

Moderators mostly see what was held, so their share of removals says nothing about the site's.
The fit's intercept is therefore thrown away, and the offset is chosen so that of a sample of all
recent comments as many are held as before: the same work, better chosen. For the same reason a
head is judged by the order it puts comments in (AUC) and not by log loss, which would reward it
for the share of removals among what was held.

A head that is worn already goes through the same gate again, on the newest decisions: of what it
corrects only those labels stay that it still puts in a better order than the base.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.base import Label
from classifier.head import LABELS, Features, Floats, Head, Singles

FEWEST_DECISIONS = 200
FEWEST_OF_A_SIDE = 20  # removals for a label, and approvals
FEWEST_IN_A_PART = 5  # of each side, among those fitted on and among those held back
FEWEST_RECENT = 50  # scored comments in the sample that the offset is chosen on
HELD_BACK = 0.3  # the newest
CONFIDENCE = 0.99  # eight labels are tried each night: 0.95 would often let chance through
RESAMPLES = 2000
FOLDS = 4
PENALTIES = (10_000.0, 3_000.0, 1_000.0, 300.0, 100.0, 30.0)  # hard first; after "all the way"
LEAST_SLOPE = 0.25  # a base that hardly predicts the decisions must not blow corrections up
SAFE_RANK = 5  # an offset taken from fewer than so many held comments would be chance
MOST_STEPS = 25
TOLERANCE = 1e-4
SEED = 20

SAYS_NOTHING, APPROVED, REMOVED = -1, 0, 1
Verdicts = NDArray[np.int8]


class Outcome(StrEnum):
    """What became of a label."""

    USED = "used"
    KEPT = "kept"  # nothing new is better, and the head that is worn still is
    TOO_FEW = "too_few"  # decisions
    ONE_SIDED = "one_sided"  # too few removals, or too few approvals
    NOTHING_TO_CORRECT = "nothing_to_correct"  # the inner folds prefer the base
    NOT_BETTER = "not_better"  # than the base by more than noise
    NO_SAMPLE = "no_sample"  # too few recent comments to choose the offset on


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found for a label. AUCs and their difference are of the part held back.

    ``low`` and ``high`` bound the gain (new AUC minus base AUC) with ``CONFIDENCE``.
    """

    outcome: Outcome
    decisions: int
    removed: int
    held_back: int = 0
    base_auc: float | None = None
    auc: float | None = None
    low: float | None = None
    high: float | None = None
    penalty: float | None = None

    @property
    def gain(self) -> float | None:
        """New AUC minus base AUC."""
        if self.auc is None or self.base_auc is None:
            return None
        return self.auc - self.base_auc


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A head, and what was found for each label. It corrects those that are USED or KEPT.

    ``tried`` tells of what was fitted now, ``worn`` of each label that the worn head corrects.
    """

    head: Head
    tried: Mapping[Label, Finding]
    worn: Mapping[Label, Finding]

    @property
    def findings(self) -> Mapping[Label, Finding]:
        """What was found of the head itself, by label."""
        return {
            label: self.worn[label] if self._keeps(label) else found
            for label, found in self.tried.items()
        }

    @property
    def is_worth_using(self) -> bool:
        """Whether it makes any label better by more than noise."""
        return bool({Outcome.USED, Outcome.KEPT} & {f.outcome for f in self.findings.values()})

    def _keeps(self, label: Label) -> bool:
        is_better = label in self.worn and self.worn[label].outcome == Outcome.KEPT
        return is_better and self.tried[label].outcome != Outcome.USED


@dataclass(frozen=True, slots=True, eq=False)
class _Fit:
    """How likely people remove: the logit is ``slope * (base + inputs @ weights) + intercept``."""

    slope: float
    intercept: float
    weights: Floats  # (inputs,), in the base's own logits

    def __call__(self, base: Floats, inputs: Singles) -> Floats:
        return np.asarray(self.slope * (base + inputs @ self.weights) + self.intercept)


def _nothing() -> None:
    pass


def fit_head(
    *,
    features: Features,
    verdicts: Verdicts,
    recent: Features,
    held: Mapping[Label, int],
    worn: Head | None = None,
    breathe: Callable[[], None] = _nothing,
) -> Fitted:
    """Fit a head to N decisions, oldest first; with none of use it is the base, exactly.

    ``verdicts`` (N, 8) holds REMOVED, APPROVED or SAYS_NOTHING for each label. ``recent`` is a
    sample of the site's latest comments, whatever became of them, of which the base holds
    ``held`` for each label. A label for which nothing better is found keeps the correction of the
    head that is ``worn``, if that is still better than the base. ``breathe`` is called every few
    seconds. The same arguments give the same head.
    """
    decided, said = features.only(features.scored), verdicts[features.scored]
    sample = recent.only(recent.scored)
    inputs, sampled = decided.inputs(), sample.inputs()
    weights = np.zeros((len(LABELS), inputs.shape[1]), dtype=np.float32)
    offset = np.zeros(len(LABELS))
    corrected = worn(decided.logits, decided.embedding) if worn is not None else None
    tried: dict[Label, Finding] = {}
    judged: dict[Label, Finding] = {}
    for row, label in enumerate(LABELS):
        known = said[:, row] != SAYS_NOTHING
        truth = said[known, row].astype(np.float64)
        about = _Decided(inputs[known], decided.logits[known, row], truth)
        tried[label], fit = _try_label(
            about, has_sample=len(sample) >= FEWEST_RECENT, breathe=breathe
        )
        if worn is not None and corrected is not None and label in worn.labels:
            judged[label] = _judge_again(about, corrected[known, row])
            breathe()
            if fit is None and judged[label].outcome == Outcome.KEPT:
                weights[row], offset[row] = worn.weights[row], worn.offset[row]
        if fit is not None:
            weights[row] = fit.weights
            added = sampled @ weights[row]
            offset[row] = _offset(sample.logits[:, row], added, held=held.get(label, 0))
    return Fitted(Head(weights, offset), tried, judged)


@dataclass(frozen=True, slots=True, eq=False)
class _Decided:
    """What people decided about one label: ``truth`` is 1 where they removed."""

    inputs: Singles
    base: Floats
    truth: Floats

    def __len__(self) -> int:
        return len(self.truth)

    def __getitem__(self, rows: slice | NDArray[np.bool_]) -> "_Decided":
        return _Decided(self.inputs[rows], self.base[rows], self.truth[rows])

    @property
    def smaller_side(self) -> int:
        return int(min(self.truth.sum(), len(self) - self.truth.sum()))

    @property
    def cut(self) -> int:
        """Where the part begins that is held back."""
        return len(self) - int(len(self) * HELD_BACK)

    def finding(self, outcome: Outcome, **found: Any) -> Finding:
        return Finding(outcome, decisions=len(self), removed=int(self.truth.sum()), **found)


def _try_label(
    decided: _Decided, *, has_sample: bool, breathe: Callable[[], None]
) -> tuple[Finding, _Fit | None]:
    """Fit one label on the older part and judge it on the newer one."""
    old, new = decided[: decided.cut], decided[decided.cut :]
    if (outcome := _too_little(decided, old, new, has_sample)) is not None:
        return decided.finding(outcome), None
    penalty = _choose_penalty(old, breathe)
    if penalty is None:
        return decided.finding(Outcome.NOTHING_TO_CORRECT), None
    fit = _fits(old, (penalty,))[0]
    breathe()
    finding = _compare(decided, fit(new.base, new.inputs), better=Outcome.USED, penalty=penalty)
    return finding, fit if finding.outcome == Outcome.USED else None


def _judge_again(decided: _Decided, after: Floats) -> Finding:
    """Judge a worn head on the newer part; its logits for all of ``decided`` are ``after``."""
    old, new = decided[: decided.cut], decided[decided.cut :]
    # The offset of a worn head was chosen when it was fitted: it takes no sample now.
    if (outcome := _too_little(decided, old, new, has_sample=True)) is not None:
        return decided.finding(outcome)
    return _compare(decided, after[decided.cut :], better=Outcome.KEPT)


def _compare(
    decided: _Decided, after: Floats, *, better: Outcome, penalty: float | None = None
) -> Finding:
    """Compare corrected logits of the newer part with the base's."""
    new = decided[decided.cut :]
    low, high = _gain_interval(new.base, after, new.truth)
    return decided.finding(
        better if low > 0.0 else Outcome.NOT_BETTER,
        held_back=len(new),
        base_auc=auc(new.base, new.truth),
        auc=auc(after, new.truth),
        low=low,
        high=high,
        penalty=penalty,
    )


def _too_little(
    decided: _Decided, old: _Decided, new: _Decided, has_sample: bool
) -> Outcome | None:
    if len(decided) < FEWEST_DECISIONS:
        return Outcome.TOO_FEW
    if decided.smaller_side < FEWEST_OF_A_SIDE:
        return Outcome.ONE_SIDED
    if min(old.smaller_side, new.smaller_side) < FEWEST_IN_A_PART:
        return Outcome.ONE_SIDED
    return None if has_sample else Outcome.NO_SAMPLE


def _choose_penalty(decided: _Decided, breathe: Callable[[], None]) -> float | None:
    """Return the penalty that predicts left-out folds best; None where the base alone does."""
    fold = np.random.default_rng(SEED).permutation(len(decided)) % FOLDS
    losses = np.zeros(1 + len(PENALTIES))
    for one in range(FOLDS):
        kept, out = decided[fold != one], decided[fold == one]
        breathe()
        fits = [_base_alone(kept), *_fits(kept, PENALTIES)]
        losses += [_loss(fit(out.base, out.inputs), out.truth) for fit in fits]
    best = int(losses.argmin())
    return PENALTIES[best - 1] if best else None


def _base_alone(decided: _Decided) -> _Fit:
    """Scale the base's logits as they predict these decisions."""
    slope, intercept = _newton(decided.base[:, None], decided.truth)
    slope = max(float(slope), LEAST_SLOPE)
    (intercept,) = _newton(decided.inputs[:, :0], decided.truth, fixed=slope * decided.base)
    return _Fit(slope, float(intercept), np.zeros(decided.inputs.shape[1]))


def _fits(decided: _Decided, penalties: Sequence[float]) -> list[_Fit]:
    """Fit with each penalty, the hardest first: each starts from the one before."""
    alone = _base_alone(decided)
    fixed = alone.slope * decided.base
    center = decided.inputs.mean(axis=0, dtype=np.float64)
    scale = decided.inputs.std(axis=0, dtype=np.float64)
    scale[scale < 1e-6] = np.inf  # what never differs says nothing
    standard = ((decided.inputs - center) / scale).astype(np.float32)
    solution = np.append(np.zeros(standard.shape[1]), alone.intercept)
    fits = []
    for penalty in penalties:
        solution = _newton(standard, decided.truth, fixed=fixed, penalty=penalty, start=solution)
        on_logit = solution[:-1] / scale
        fits.append(
            _Fit(alone.slope, float(solution[-1] - on_logit @ center), on_logit / alone.slope)
        )
    return fits


def _newton(
    inputs: NDArray[Any],
    truth: Floats,
    *,
    fixed: Floats | float = 0.0,
    penalty: float = 1e-3,
    start: Floats | None = None,
) -> Floats:
    """Logistic regression of ``truth`` (N,) on ``inputs`` (N, K), with a fixed part in the logit.

    Minimises the summed log loss plus ``penalty / 2 * |weights|^2``; the last of the K + 1 numbers
    returned is the intercept, which is not penalised.
    """
    design = np.column_stack([inputs, np.ones(len(inputs), dtype=np.float32)])
    ridge = np.append(np.full(inputs.shape[1], penalty), 1e-6)
    solution = np.zeros(len(ridge)) if start is None else start

    def cost(candidate: Floats) -> float:
        loss = _loss(fixed + design @ candidate, truth)
        return loss + 0.5 * float(ridge @ candidate**2)

    before = cost(solution)
    for _ in range(MOST_STEPS):
        likely = _sigmoid(fixed + design @ solution)
        gradient = design.T @ (likely - truth) + ridge * solution
        weight = (likely * (1.0 - likely)).astype(design.dtype)
        curvature = ((design * weight[:, None]).T @ design).astype(np.float64)
        step = np.linalg.solve(curvature + np.diag(ridge + 1e-9), gradient)
        after = cost(solution - step)
        while after > before and np.abs(step).max() > TOLERANCE:
            step = step / 2.0
            after = cost(solution - step)
        if after >= before:
            break
        solution, before = solution - step, after
        if np.abs(step).max() < TOLERANCE:
            break
    return solution


def _sigmoid(logits: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -30.0, 30.0))))


def _loss(logits: Floats, truth: Floats) -> float:
    """Summed log loss."""
    return float(np.sum(np.logaddexp(0.0, logits) - truth * logits))


def _offset(base: Floats, added: Floats, *, held: int) -> float:
    """Return what to add so that as many of a sample are held as before.

    ``held`` of the sample are held by the base, whose logits are ``base``.
    """
    rank = min(max(held, SAFE_RANK), len(base) - 1)

    def cut(logits: Floats) -> float:
        ordered = np.sort(logits)
        return float(ordered[-rank] + ordered[-rank - 1]) / 2.0

    return cut(base) - cut(base + added)


def auc(scores: Floats, truth: Floats) -> float:
    """Return how often a removed comment scores higher than an approved one; ties count half."""
    return _auc_of(scores[truth == 1.0], np.sort(scores[truth == 0.0]))


def _auc_of(removed: Floats, approved: Floats) -> float:
    """``approved`` is sorted."""
    below = np.searchsorted(approved, removed, "left") + np.searchsorted(approved, removed, "right")
    return float(below.mean() / (2 * len(approved)))


def _gain_interval(before: Floats, after: Floats, truth: Floats) -> tuple[float, float]:
    """Return the bounds of the gain in AUC by a paired bootstrap, each side drawn by itself."""
    random = np.random.default_rng(SEED)
    removed, approved = np.flatnonzero(truth == 1.0), np.flatnonzero(truth == 0.0)
    gains = np.empty(RESAMPLES)
    for one in range(RESAMPLES):
        ups = random.choice(removed, len(removed))
        downs = random.choice(approved, len(approved))
        gains[one] = _auc_of(after[ups], np.sort(after[downs])) - _auc_of(
            before[ups], np.sort(before[downs])
        )
    outside = (1.0 - CONFIDENCE) / 2.0
    low, high = np.quantile(gains, [outside, 1.0 - outside])
    return float(low), float(high)
