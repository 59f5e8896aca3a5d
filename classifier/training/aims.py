"""What the classifier was meant to reach, and whether it does, from the figures that are stored.

Baselines and aims are those that were set before the model was built: what the best of the models
tried until then did on the same kinds of data.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from classifier.report import Figure, Speed, as_text

_NEWS = "News comments (C3 and UCC, dev split)"
_OTHER = "Other collections (dev splits)"
_PERSPECTIVE = "Agreement with Perspective's published scores (dev splits)"
_DISGUISED = "Disguised: still held, of toxic texts held undisguised"
_CONDEMNED = "Quoted and condemned: not held, of toxic sentences held on their own"
_FUNCTIONAL = "Functional tests: rightly held or rightly left alone"

_NOT_AT_HAND = "not measured: the set is not at hand"
_PROVIDER = "a moderation provider's public test set"


@dataclass(frozen=True, slots=True)
class Aim:
    """One thing aimed at. Of several figures (``names``; none: the whole group) the worst counts.

    ``reach`` is a bound that the figure must not fall below, or, ``at_most``, not exceed.
    """

    what: str
    baseline: str
    reach: float
    group: str
    names: tuple[str, ...] = ()
    at_most: bool = False
    remark: str = ""  # stands behind the aim


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """Something aimed at for which there is no data here."""

    what: str
    baseline: str
    reach: str


@dataclass(frozen=True, slots=True)
class Pace:
    """A number of comments per second of processor time aimed at."""

    what: str
    baseline: str
    reach: int
    mode: str
    at_a_time: int = 1


AIMS: tuple[Aim | Unmeasured | Pace, ...] = (
    Aim("Wikipedia toxicity, AUC", "0.978", 0.98, _OTHER, ("Wikipedia talk, toxicity",)),
    Aim("offensive tweets, AUC", "0.830", 0.84, _OTHER, ("tweets, offensive",)),
    Aim("social media, AUC", "0.926", 0.935, _OTHER, ("social media, toxicity",)),
    Aim("news comments, toxic vs civil, AUC", "0.715", 0.76, _NEWS, ("toxic vs civil",)),
    Aim("news comments, hostile, AUC", "0.751", 0.76, _NEWS, ("hostile (UCC alone)",)),
    Aim(
        "civil news comments held by mistake, all",
        "21 %",
        0.02,
        _NEWS,
        ("civil comments held by mistake",),
        at_most=True,
    ),
    Aim(
        "civil news comments held by mistake, on war, crime, groups",
        "46 %",
        0.04,
        _NEWS,
        ("civil comments on war, crime, groups held by mistake",),
        at_most=True,
    ),
    Aim("toxic news comments found at that", "–", 0.30, _NEWS, ("toxic comments held",)),
    Unmeasured("published functional hate tests, all", "73 %", "78 %"),
    Unmeasured("published functional hate tests, the not-hateful half", "31 % to 46 %", "60 %"),
    Aim(
        "our own functional tests, {n} sentences, all",
        "–",
        0.78,
        _FUNCTIONAL,
        ("all",),
        remark="set for the published ones",
    ),
    Aim(
        "our own functional tests, the {n} sentences to be left alone",
        "–",
        0.60,
        _FUNCTIONAL,
        ("to be left alone, all",),
        remark="set for the published ones",
    ),
    Aim("adversarial hate, AUC", "0.795", 0.81, _OTHER, ("adversarial hate",)),
    Aim("threats among sexist posts, AUC", "0.901", 0.90, _OTHER, ("threats among sexist posts",)),
    Aim("lewd posts, AUC", "0.922", 0.925, _OTHER, ("lewd posts",)),
    Unmeasured(f"{_PROVIDER}: sexual, AUC", "0.923", "0.930"),
    Unmeasured(f"{_PROVIDER}: hate, AUC", "0.891", "0.900"),
    Unmeasured(f"{_PROVIDER}: harassment, AUC", "0.878", "0.890"),
    Aim(
        "comment spam mixed into news, average precision",
        "0.988",
        0.99,
        _OTHER,
        ("video spam mixed into news comments",),
    ),
    Aim("agreement with Perspective, toxicity, r", "0.85", 0.88, _PERSPECTIVE, ("toxicity",)),
    Aim("agreement with Perspective, threat, r", "0.62", 0.75, _PERSPECTIVE, ("threat",)),
    Aim(
        "calibration error on news",
        "0.012",
        0.02,
        _NEWS,
        ("calibration of toxicity",),
        at_most=True,
    ),
    Aim("toxic texts disguised, still held, the worst way", "75 % to 88 %", 0.90, _DISGUISED),
    Aim(
        "a quoted toxic sentence, condemned: not held, the worst way with marks",
        "10 %",
        0.85,
        _CONDEMNED,
        ("in quotation marks", "in quotation marks, introduced", "on a quoted line"),
    ),
    Aim(
        "a quoted toxic sentence, condemned: not held, without any marks",
        "10 %",
        0.85,
        _CONDEMNED,
        ("without any marks",),
    ),
    Pace("comments per CPU second, {tokens} tokens, one by one", "110 to 130", 110, "full"),
    Pace(
        "comments per CPU second, {tokens} tokens, 64 at a time as workers take them",
        "97 to 122",
        110,
        "full",
        at_a_time=64,
    ),
    Pace("comments per CPU second, {tokens} tokens, fast mode, one by one", "–", 200, "fast"),
)


def aims_table(*, figures: Sequence[Figure], speed: Speed | None) -> str:
    """The aims beside what was measured, as Markdown.

    Raises KeyError if a figure that an aim asks for is not there.
    """
    lines = [
        "| what | best baseline before | aim | here, 95 % interval | |",
        "|---|---|---|---|---|",
    ]
    for aim in AIMS:
        if isinstance(aim, Unmeasured):
            lines.append(f"| {aim.what} | {aim.baseline} | {aim.reach} | {_NOT_AT_HAND} | – |")
        elif isinstance(aim, Pace):
            lines.append(_pace(aim, speed))
        else:
            lines.append(_measured(aim, figures))
    return "\n".join(lines)


def _measured(aim: Aim, figures: Sequence[Figure]) -> str:
    figure = _worst(aim, figures)
    reached = figure.value <= aim.reach if aim.at_most else figure.value >= aim.reach
    value, low, high = (as_text(x, figure.measure) for x in (figure.value, figure.low, figure.high))
    which = "" if len(aim.names) == 1 else f", {figure.name}"
    reach = as_text(aim.reach, figure.measure).replace(".0 %", " %")
    if aim.at_most:
        reach = f"at most {reach}"
    if aim.remark:
        reach = f"{reach}, {aim.remark}"
    below = not aim.at_most and is_below(aim.baseline, figure.value)
    return (
        f"| {aim.what.format(n=figure.n)} | {aim.baseline} | {reach} "
        f"| {value} ({low} to {high}){which} | {_verdict(reached, below)} |"
    )


def _worst(aim: Aim, figures: Sequence[Figure]) -> Figure:
    found = {one.name: one for one in figures if one.group == aim.group}
    # No names: all that the group has.
    chosen = [found[name] for name in aim.names or found]
    if not chosen:
        raise KeyError(aim.group)
    return (max if aim.at_most else min)(chosen, key=lambda one: one.value)


def _pace(aim: Pace, speed: Speed | None) -> str:
    if speed is None:
        what = aim.what.format(tokens=67)
        return f"| {what} | {aim.baseline} | {aim.reach} | not measured | – |"
    rate = speed.rate(mode=aim.mode, at_a_time=aim.at_a_time)
    here = f"{rate.median:,} (rounds: {rate.low:,} to {rate.high:,})"
    return (
        f"| {aim.what.format(tokens=speed.tokens)} | {aim.baseline} | {aim.reach} | {here} "
        f"| {_verdict(rate.median >= aim.reach, is_below(aim.baseline, rate.median))} |"
    )


def is_below(baseline: str, value: float) -> bool:
    """Whether ``value`` is less than a baseline such as "0.922" or "110 to 130". Shares: no."""
    lowest = baseline.split(" ")[0]
    return "%" not in baseline and lowest != "–" and value < float(lowest)


def _verdict(reached: bool, below: bool) -> str:
    if reached:
        return "reached"
    return "short, and below the baseline" if below else "short"
