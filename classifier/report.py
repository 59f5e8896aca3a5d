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


def save(
    *, version: str, figures: Sequence[Figure], bins: Sequence[Bin], path: Path = EVALUATION
) -> None:
    """Write the figures, to be committed beside the model that they are of."""
    content = {
        "model": version,
        "figures": [asdict(figure) for figure in figures],
        "reliability": [asdict(one) for one in bins],
    }
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8")


def read(*, path: Path = EVALUATION) -> tuple[str, list[Figure]]:
    """The model's version and its figures. Raises OSError, ValueError or KeyError."""
    content: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
    return content["model"], [Figure(**figure) for figure in content["figures"]]


def read_bins(*, path: Path = EVALUATION) -> list[Bin]:
    """The points of the reliability diagram. Raises as ``read`` does."""
    return [Bin(**one) for one in json.loads(path.read_text("utf-8"))["reliability"]]


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


def _row(figure: Figure) -> str:
    texts = f"{figure.n:,}"
    if figure.hits is not None:
        texts += f", {figure.hits:,} positive"
    if figure.measure == "share":
        value, low, high = (f"{100 * x:.1f} %" for x in (figure.value, figure.low, figure.high))
    else:
        value, low, high = (f"{x:.3f}" for x in (figure.value, figure.low, figure.high))
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
