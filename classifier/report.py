"""The figures of the model card: how they are stored, and the table they make."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from classifier.base import Label
from classifier.reliability import Bin
from classifier.thresholds import Threshold

EVALUATION = Path(__file__).parent / "model" / "evaluation.json"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure with its 95 % interval; ``n`` texts, ``hits`` of them positive."""

    group: str
    name: str
    measure: str  # AUC, share, AP, ECE, r
    value: float
    low: float
    high: float
    n: int
    hits: int | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence, what the model says of its own words, and what a person would do with it.

    ``label`` is the likeliest one and ``probability`` its; both are None where ``unscored``.
    """

    text: str
    label: str | None
    probability: float | None
    held_for: Sequence[str]  # labels whose proposed threshold holds it
    unscored: str | None
    person: str


@dataclass(frozen=True, slots=True)
class Rate:
    """Comments per second of processor time: the median of some rounds, the slowest and fastest."""

    mode: str  # "full" or "fast"
    at_a_time: int
    median: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast a model is on some machine, on comments of ``tokens`` tokens each."""

    model: str
    tokens: int
    machine: str
    load: float  # of the machine in the minute before
    memory_mb: int  # resident at most
    rates: Sequence[Rate]

    def rate(self, *, mode: str, at_a_time: int) -> Rate:
        """The rate in a mode at so many comments a call. Raises KeyError."""
        for rate in self.rates:
            if (rate.mode, rate.at_a_time) == (mode, at_a_time):
                return rate
        raise KeyError(f"{mode}, {at_a_time} at a time")


def save(
    *,
    version: str,
    figures: Sequence[Figure],
    bins: Sequence[Bin],
    examples: Sequence[Example],
    path: Path = EVALUATION,
) -> None:
    """Write the figures, to be committed beside the model that they are of.

    A speed that stands there is kept: it is measured apart, and names its own model.
    """
    content = {
        "model": version,
        "figures": [asdict(figure) for figure in figures],
        "reliability": [asdict(one) for one in bins],
        "examples": [asdict(example) for example in examples],
    }
    if path.exists() and (speed := _stored(path).get("speed")):
        content["speed"] = speed
    _store(path, content)


def save_speed(speed: Speed, *, path: Path = EVALUATION) -> None:
    """Write the speed beside the figures. Raises OSError or ValueError."""
    _store(path, {**_stored(path), "speed": asdict(speed)})


def _stored(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return content


def _store(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8")


def read(*, path: Path = EVALUATION) -> tuple[str, list[Figure]]:
    """The model's version and its figures. Raises OSError, ValueError or KeyError."""
    content = _stored(path)
    return content["model"], [Figure(**figure) for figure in content["figures"]]


def read_bins(*, path: Path = EVALUATION) -> list[Bin]:
    """The points of the reliability diagram. Raises as ``read`` does."""
    return [Bin(**one) for one in _stored(path)["reliability"]]


def read_examples(*, path: Path = EVALUATION) -> list[Example]:
    """The sentences and what the model said of them. Raises as ``read`` does."""
    return [Example(**one) for one in _stored(path)["examples"]]


def read_speed(*, path: Path = EVALUATION) -> Speed | None:
    """The speed, or None where it has not been measured. Raises as ``read`` does."""
    speed = _stored(path).get("speed")
    if speed is None:
        return None
    return Speed(**{**speed, "rates": [Rate(**rate) for rate in speed["rates"]]})


def table(*, version: str, figures: Sequence[Figure]) -> str:
    """The figures as Markdown, one table a group."""
    lines = [f"Model `{version}`.", ""]
    groups = dict.fromkeys(figure.group for figure in figures)
    for group in groups:
        lines += [f"**{group}**", "", "| what | measure | figure | 95 % interval | texts |"]
        lines.append("|---|---|---|---|---|")
        for figure in figures:
            if figure.group == group:
                lines.append(_row(figure))
        lines.append("")
    return "\n".join(lines).strip()


def threshold_table(cuts: Mapping[Label, Threshold]) -> str:
    """The proposed thresholds as Markdown."""
    lines = ["| label | hold from | remove from |", "|---|---|---|"]
    for label, cut in cuts.items():
        lines.append(f"| {label} | {cut.hold} | {'–' if cut.remove is None else cut.remove} |")
    return "\n".join(lines)


def example_table(examples: Sequence[Example]) -> str:
    """The sentences as Markdown: what the model says beside what a person would do."""
    lines = [
        "| sentence | highest label | by the proposed thresholds | a person would |",
        "|---|---|---|---|",
    ]
    for one in examples:
        text = one.text.replace("|", "\\|")
        if one.label is None or one.probability is None:
            highest, held = "–", f"not scored: {one.unscored}"
        else:
            highest = f"{one.label} {one.probability:.2f}"
            held = f"held for {', '.join(one.held_for)}" if one.held_for else "not held"
        lines.append(f"| {text} | {highest} | {held} | {one.person} |")
    return "\n".join(lines)


def speed_table(speed: Speed | None) -> str:
    """The speed as Markdown."""
    if speed is None:
        return "Not measured."
    head = (
        f"Model `{speed.model}`, comments of {speed.tokens} tokens, on {speed.machine}. "
        f"Load of the machine in the minute before: {speed.load:.1f}. "
        f"{speed.memory_mb} MB resident at most."
    )
    lines = [
        head,
        "",
        "| mode | at a time | comments per CPU second | slowest and fastest round |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {rate.mode} | {rate.at_a_time} | {rate.median:,} | {rate.low:,} to {rate.high:,} |"
        for rate in speed.rates
    ]
    return "\n".join(lines)


def as_text(value: float, measure: str) -> str:
    """A value of a figure as it is shown: shares in per cent."""
    return f"{100 * value:.1f} %" if measure == "share" else f"{value:.3f}"


def _row(figure: Figure) -> str:
    texts = f"{figure.n:,}"
    if figure.hits is not None:
        texts += f", {figure.hits:,} positive"
    value, low, high = (as_text(x, figure.measure) for x in (figure.value, figure.low, figure.high))
    return f"| {figure.name} | {figure.measure} | {value} | {low} to {high} | {texts} |"


def put_into(card: str, *, name: str, block: str) -> str:
    """``card`` with what stands between ``<!-- name -->`` and ``<!-- end of name -->`` replaced.

    Raises ValueError if it has no such place.
    """
    opening, closing = f"<!-- {name} -->", f"<!-- end of {name} -->"
    before, begin, rest = card.partition(opening)
    _, end, after = rest.partition(closing)
    if not begin or not end:
        raise ValueError(f"the card has no place for {name}")
    return f"{before}{opening}\n{block}\n{closing}{after}"
