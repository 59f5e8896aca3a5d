"""JSON lines in, JSON lines with scores out: in order, in bounded memory, whatever they hold."""

import json
import math
import re
import signal
import time
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, NamedTuple, NoReturn, TextIO

from classifier.base import Classifier, Scores, Text

# A batch ends with whichever comes first; a longer line is read past, and not kept.
_BATCH_LINES = 256
_BATCH_BYTES = 4 * 1024 * 1024
LONGEST_LINE = 4 * 1024 * 1024
_HALF_PAIR = re.compile("[\ud800-\udfff]")


Id = str | int | float | None


class _Bad(Exception):
    """What is wrong with a line, in words."""


class Line(NamedTuple):
    """A line of the input: its number, from 1, and its bytes; None where they are too many."""

    number: int
    raw: bytes | None


class _Given(NamedTuple):
    id: Id
    text: Text


class _Refused(NamedTuple):
    why: str
    id: Id = None  # where one could be read


def score_lines(source: BinaryIO, target: BinaryIO, *, model: Classifier, notes: TextIO) -> int:
    """Score ``source`` line by line into ``target``; return how many lines could not be read.

    ``notes`` gets the progress. Whatever ends this early leaves whole lines in ``target``.
    """
    progress, bad = _Progress(notes), 0
    try:
        for batch in _batches(_lines(source)):
            answers = list(scored(batch, model=model))
            bad += sum("error" in answer for answer in answers)
            _write(target, b"".join(_encoded(answer) for answer in answers))
            progress.add(lines=len(batch), bad=bad)
    finally:
        progress.end()
    return bad


def scored(batch: Iterable[Line], *, model: Classifier) -> Iterator[dict[str, Any]]:
    """One answer per line, in order; one that cannot be read gives {"line", "error"}, and its "id".

    The id is there only if it could be read and is not null.
    """
    read = [(number, _read(raw)) for number, raw in batch]
    results = iter(model.score([given.text for _, given in read if isinstance(given, _Given)]))
    for number, given in read:
        if isinstance(given, _Given):
            yield as_json(next(results), text_id=given.id)
        else:
            name = {} if given.id is None else {"id": given.id}
            yield {"line": number, **name, "error": given.why}


def as_json(scores: Scores, *, text_id: object = None) -> dict[str, Any]:
    """Scores as they stand on an output line; ``scores`` holds the higher of own and quoted."""
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


def _lines(source: BinaryIO) -> Iterator[Line]:
    number = 0
    while raw := source.readline(LONGEST_LINE + 1):
        number += 1
        if len(raw) <= LONGEST_LINE or raw.endswith(b"\n"):
            yield Line(number, raw)
            continue
        while (rest := source.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
            pass
        yield Line(number, None)


def _batches(lines: Iterable[Line]) -> Iterator[list[Line]]:
    batch: list[Line] = []
    size = 0
    for line in lines:
        batch.append(line)
        size += len(line.raw or b"")
        if len(batch) == _BATCH_LINES or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _read(raw: bytes | None) -> _Given | _Refused:
    """Return what a line gives, or what is wrong with it."""
    text_id: Id = None
    try:
        given = _object(raw)
        text_id = _id(given)
        return _Given(text_id, _text(given))
    except _Bad as bad:
        return _Refused(str(bad), text_id)


def _object(raw: bytes | None) -> dict[str, Any]:
    if raw is None:
        raise _Bad(f"longer than {LONGEST_LINE // 1024 // 1024} MiB")
    if not raw.strip():
        raise _Bad("an empty line")
    try:
        given = json.loads(raw.decode("utf-8-sig"), parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise _Bad(f"not UTF-8 at byte {error.start + 1}") from None
    except RecursionError:
        raise _Bad("not readable: nested too deeply") from None
    except ValueError as error:
        raise _Bad(f"not JSON: {error}") from None
    if not isinstance(given, dict):
        raise _Bad("not an object")
    return given


def _id(given: dict[str, Any]) -> Id:
    text_id = given.get("id")
    if text_id is None or isinstance(text_id, str) or type(text_id) is int:
        return text_id
    if isinstance(text_id, float) and math.isfinite(text_id):
        return text_id
    raise _Bad("id must be a string or a number")


def _text(given: dict[str, Any]) -> Text:
    if "text" not in given:
        raise _Bad("text is missing")
    return Text(
        body=_string(given, "text"),
        parent=_string(given, "parent"),
        article_title=_string(given, "article_title"),
    )


def _string(given: dict[str, Any], name: str) -> str:
    value = given.get(name)
    if value is None and name != "text":
        return ""
    if not isinstance(value, str):
        raise _Bad(f"{name} must be a string")
    # Half of a surrogate pair is no letter, and nothing that reads UTF-8 could take it.
    return _HALF_PAIR.sub("\ufffd", value)


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _encoded(answer: dict[str, Any]) -> bytes:
    try:
        return json.dumps(answer, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:  # an id with half of a surrogate pair: as it came, escaped
        return json.dumps(answer).encode() + b"\n"


def _write(target: BinaryIO, lines: bytes) -> None:
    """Write and flush; Ctrl-C waits until the last line is whole."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        target.write(lines)
        target.flush()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Progress:
    """How far it is, at most once a second; on a terminal in one line that changes."""

    def __init__(self, notes: TextIO) -> None:
        self._notes = notes
        self._start = self._shown = time.monotonic()
        self._lines = self._bad = 0

    def add(self, *, lines: int, bad: int) -> None:
        self._lines += lines
        self._bad = bad
        if time.monotonic() - self._shown >= 1:
            self._show(end="" if self._notes.isatty() else "\n")

    def end(self) -> None:
        self._show(end="\n")

    def _show(self, *, end: str) -> None:
        self._shown = time.monotonic()
        rate = self._lines / max(self._shown - self._start, 0.001)
        bad = f", {self._bad:,} could not be read" if self._bad else ""
        start = "\r" if self._notes.isatty() else ""
        self._notes.write(f"{start}{self._lines:,} lines, {rate:,.0f} a second{bad}{end}")
        self._notes.flush()
