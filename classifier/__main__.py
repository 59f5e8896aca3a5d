"""python -m classifier score | explain | evaluate: see --help of each."""

import argparse
import os
import stat
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, TextIO

from classifier.base import Classifier, Text
from classifier.lines import score_lines
from classifier.loading import load_classifier
from classifier.occlusion import occlude
from classifier.thresholds import proposed_thresholds

_SCORE = """\
Scores JSON lines: one JSON object a line in, one a line out, in the same order, in UTF-8.

Input:
  text           what the reader typed (needed)
  id             a string or a number, given back as it came
  parent         the comment that is answered
  article_title  the title above it
What text repeats of parent or article_title, some words in a row, is quoted. Other keys are
ignored.

Output:
  id             that of the input, or null
  scores         {label: probability}, the higher of the next two
  own_scores     {label: probability} of the writer's own words. Judge a comment by these.
  quoted_scores  the same of quoted words; {} where nothing is quoted
  language       ISO 639-1 where there is such a code, or "und"
  unscored       null, or why there are no scores: "language" (one that the model does not know),
                 "empty" (nothing to read), "failed". Then the three score objects are {}; that
                 never means "clean".
  spans          [{"start", "end", "label", "weight"}], what moved a label: text[start:end],
                 counted in code points; weight in logits
  model          the version that answered

A line that cannot be read gives {"line": its number from 1, "error": why}, with its "id" if one
could be read, and the rest goes on. Progress and the count of such lines go to standard error.
"""
_SCORE_END = """\
Exit status: 0, even if there were lines that could not be read; 1 if the model cannot be loaded or
the reader of the output went away; 2 if a file cannot be used; 130 after Ctrl-C.
Lines may be up to 4 MiB long. docs/scoring.md has an example.
"""


def main() -> int:
    """Read the command line and do it; 0, or else what went wrong: see each --help."""
    parser = argparse.ArgumentParser(prog="python -m classifier", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    score = commands.add_parser(
        "score",
        help="JSON lines in, JSON lines with scores out",
        description=_SCORE,
        epilog=_SCORE_END,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    score.add_argument("--input", type=Path, help="a file; standard input where it is left out")
    score.add_argument("--output", type=Path, help="a file; standard output where it is left out")
    explain = commands.add_parser("explain", help="what moved the scores of one text")
    explain.add_argument("text", type=_readable)
    explain.add_argument(
        "--occlude", action="store_true", help="by leaving words out: slower and sharper"
    )
    evaluate = commands.add_parser("evaluate", help="print the figures of the model card")
    evaluate.add_argument(
        "data",
        type=Path,
        nargs="+",
        help="folders with SET.parquet files, or such files; the first that has a set counts",
    )
    evaluate.add_argument("--write", action="store_true", help="store them, in the card too")
    for command in (score, explain):
        command.add_argument("--fast", action="store_true", help="without the encoder")
    options = parser.parse_args()
    model = load_classifier(fast=getattr(options, "fast", False))
    if model.version == "unavailable":
        print("The model cannot be loaded.", file=sys.stderr)
        return 1
    if options.command == "score":
        return _score(options.input, options.output, model=model)
    if options.command == "evaluate":
        return _evaluate(options.data, model=model, write=options.write)
    _explain(options.text, occluded=options.occlude, model=model, out=sys.stdout)
    return 0


def _readable(argument: str) -> str:
    """``argument`` with a sign in the place of bytes that are no UTF-8."""
    return argument.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _score(source: Path | None, target: Path | None, *, model: Classifier) -> int:
    try:
        lines = source.open("rb") if source else sys.stdin.buffer
        if target and _is_same_file(lines, target):
            print(f"{target} is the input: it would be emptied. Name another.", file=sys.stderr)
            return 2
        with lines, target.open("wb") if target else sys.stdout.buffer as out:
            score_lines(lines, out, model=model, notes=sys.stderr)
    except BrokenPipeError:  # whoever read the answers has had enough
        return 1
    except OSError as error:
        print(f"{error.filename or target or 'output'}: {error.strerror}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped; what was written are whole lines.", file=sys.stderr)
        return 130
    return 0


def _is_same_file(lines: BinaryIO, target: Path) -> bool:
    """Whether ``target`` is the very file that is read, under whatever name."""
    try:
        ours, theirs = os.fstat(lines.fileno()), target.stat()
    except FileNotFoundError:
        return False
    return stat.S_ISREG(ours.st_mode) and os.path.samestat(ours, theirs)


def _explain(text: str, *, occluded: bool, model: Classifier, out: TextIO) -> None:
    scores = model.score([Text(text)])[0]
    out.write(f"{scores.model}, language {scores.language}\n")
    if scores.unscored:
        out.write(f"not scored: {scores.unscored.value}\n")
    for whose, values in (("own", scores.own), ("quoted", scores.quoted)):
        highest_first = sorted(values.items(), key=lambda pair: -pair[1])
        out.writelines(f"{whose:7}{label.value:19}{p:.3f}\n" for label, p in highest_first)
    for span in occlude(model, Text(text)) if occluded else scores.spans:
        words = text[span.start : span.end]
        out.write(f"{span.label.value:19}{span.weight:+.2f}  {words!r} at {span.start}\n")


def _evaluate(data: Sequence[Path], *, model: Classifier, write: bool) -> int:
    # Needs requirements-train.txt, so it is not imported for the other commands.
    try:
        from classifier.training.evaluate import figures
    except ModuleNotFoundError as error:
        print(f"{error.name} is not installed: see requirements-train.txt", file=sys.stderr)
        return 2
    from classifier import report
    from classifier.training import aims, card, examples
    from classifier.training.places import NotAtHand, Places

    try:
        measured, bins = figures(
            model=model, fast=load_classifier(fast=True), data=Places(tuple(data))
        )
    except NotAtHand as error:
        print(error, file=sys.stderr)
        return 2
    said = list(examples.judged(model=model, cuts=proposed_thresholds()))
    print(report.table(version=model.version, figures=measured))
    print(f"\n{aims.aims_table(figures=measured, speed=report.read_speed())}")
    print(f"\n{report.example_table(said)}")
    if write:
        report.save(version=model.version, figures=measured, bins=bins, examples=said)
        card.rewrite()
    return 0


if __name__ == "__main__":
    sys.exit(main())
