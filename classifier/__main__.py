"""python -m classifier score | explain | evaluate: see --help of each."""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from classifier import report
from classifier.base import Classifier, Scores, Text
from classifier.loading import load_classifier
from classifier.thresholds import proposed_thresholds

_BATCH = 256
CARD = Path(__file__).parents[1] / "docs" / "model-card.md"


def main() -> int:
    """Read the command line and do it; 0, or 1 where the model cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m classifier", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    score = commands.add_parser("score", help="JSON lines in, JSON lines with scores out")
    score.add_argument("--input", type=argparse.FileType("r", encoding="utf-8"), default=sys.stdin)
    score.add_argument(
        "--output", type=argparse.FileType("w", encoding="utf-8"), default=sys.stdout
    )
    explain = commands.add_parser("explain", help="what moved the scores of one text")
    explain.add_argument("text")
    evaluate = commands.add_parser("evaluate", help="print the figures of the model card")
    evaluate.add_argument("data", type=Path)
    evaluate.add_argument("--write", action="store_true", help="store them, in the card too")
    options = parser.parse_args()
    model = load_classifier()
    if model.version == "unavailable":
        print("The model cannot be loaded.", file=sys.stderr)
        return 1
    if options.command == "score":
        for line in scored(options.input, model=model):
            options.output.write(json.dumps(line, ensure_ascii=False) + "\n")
    elif options.command == "explain":
        _explain(options.text, model=model, out=sys.stdout)
    else:
        _evaluate(options.data, model=model, write=options.write)
    return 0


def scored(lines: Iterable[str], *, model: Classifier) -> Iterator[dict[str, Any]]:
    """One object per line, in order; a line that cannot be read gives an error with its number."""
    numbered = enumerate(lines, start=1)
    done = 0
    while batch := list(islice(numbered, _BATCH)):
        read = [_read(number, line) for number, line in batch]
        texts = [text for _, text in read if text is not None]
        results = iter(model.score(texts))
        for given, text in read:
            yield given if text is None else as_json(next(results), text_id=given.get("id"))
        done += len(batch)
        print(f"\r{done} lines", end="", file=sys.stderr)
    print(file=sys.stderr)


def _read(number: int, line: str) -> tuple[dict[str, Any], Text | None]:
    try:
        given = json.loads(line)
        parts = [given["text"], given.get("parent") or "", given.get("article_title") or ""]
        if not all(isinstance(part, str) for part in parts):
            raise TypeError("text, parent and article_title must be strings")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return {"line": number, "error": f"{type(error).__name__}: {error}"}, None
    return given, Text(*parts)


def as_json(scores: Scores, *, text_id: object = None) -> dict[str, Any]:
    """Scores as they stand on an output line."""
    own = {label.value: round(value, 4) for label, value in scores.own.items()}
    quoted = {label.value: round(value, 4) for label, value in scores.quoted.items()}
    return {
        "id": text_id,
        "scores": {label: max(value, quoted.get(label, 0.0)) for label, value in own.items()},
        "own_scores": own,
        "quoted_scores": quoted,
        "language": scores.language,
        "unscored": scores.unscored.value if scores.unscored else None,
        "spans": [
            {"start": s.start, "end": s.end, "label": s.label.value, "weight": s.weight}
            for s in scores.spans
        ],
        "model": scores.model,
    }


def _explain(text: str, *, model: Classifier, out: TextIO) -> None:
    scores = model.score([Text(text)])[0]
    out.write(f"{scores.model}, language {scores.language}\n")
    if scores.unscored:
        out.write(f"not scored: {scores.unscored.value}\n")
    for whose, values in (("own", scores.own), ("quoted", scores.quoted)):
        highest_first = sorted(values.items(), key=lambda pair: -pair[1])
        out.writelines(f"{whose:7}{label.value:19}{p:.3f}\n" for label, p in highest_first)
    for span in scores.spans:
        words = text[span.start : span.end]
        out.write(f"{span.label.value:19}{span.weight:+.2f}  {words!r} at {span.start}\n")


def _evaluate(data: Path, *, model: Classifier, write: bool) -> None:
    # Needs requirements-train.txt, so it is not imported for the other commands.
    from classifier.training.evaluate import figures
    from classifier.training.sources import source_table

    measured = figures(model=model, data=data)
    print(report.table(version=model.version, figures=measured))
    if write:
        report.save(version=model.version, figures=measured)
        card = CARD.read_text("utf-8")
        for name, block in (
            ("figures", report.table(version=model.version, figures=measured)),
            ("thresholds", report.threshold_table(proposed_thresholds())),
            ("sources", source_table()),
        ):
            card = report.put_into(card, name=name, block=block)
        CARD.write_text(card, "utf-8")


if __name__ == "__main__":
    sys.exit(main())
