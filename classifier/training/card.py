"""Everything in docs/model-card.md that was measured or chosen: made of what is stored.

What is stored is in ``classifier/model/``; ``evaluate --write`` and ``bench.classifier --write``
put it there, and then rewrite the card.
"""

from pathlib import Path

from classifier import report
from classifier.reliability import diagram
from classifier.thresholds import proposed_thresholds
from classifier.training.aims import aims_table
from classifier.training.sources import source_table

CARD = Path(__file__).parents[2] / "docs" / "model-card.md"
DIAGRAM = CARD.parent / "pictures" / "reliability.svg"
_TITLE = "Toxicity: the probability given, and the share of news comments rated toxic"


def blocks(*, path: Path = report.EVALUATION) -> dict[str, str]:
    """The marked blocks of the card, by name. Raises OSError, ValueError or KeyError."""
    version, figures = report.read(path=path)
    speed = report.read_speed(path=path)
    return {
        "figures": report.table(version=version, figures=figures),
        "aims": aims_table(figures=figures, speed=speed),
        "examples": report.example_table(report.read_examples(path=path)),
        "speed": report.speed_table(speed),
        "thresholds": report.threshold_table(proposed_thresholds()),
        "sources": source_table(),
    }


def picture(*, path: Path = report.EVALUATION) -> str:
    """The reliability diagram, as SVG. Raises as ``blocks`` does."""
    return diagram(report.read_bins(path=path), title=_TITLE)


def rewrite(*, card: Path = CARD, drawn: Path = DIAGRAM, path: Path = report.EVALUATION) -> None:
    """Put the blocks into the card, and draw its diagram.

    Raises ValueError, and changes nothing, if the card has no place for one of them.
    """
    text = card.read_text("utf-8")
    for name, block in blocks(path=path).items():
        text = report.put_into(text, name=name, block=block)
    drawn.write_text(picture(path=path), "utf-8")
    card.write_text(text, "utf-8")
