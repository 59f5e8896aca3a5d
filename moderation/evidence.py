"""The text of a comment as the desk shows it: as typed, escaped, with evidence marked.

``marked`` is the only place on the desk where text becomes HTML. It escapes every character of
the body itself; of the spans nothing but known labels in words reaches the page.
"""

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe

from moderation.wording import label_in_words

QUOTED_LINE = re.compile(r"[ \t]*>(?![:;]?[_.\-]?[()<])")  # and not a face such as >:(
LINE_BREAKS = "\r\n"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A piece of a body that moved a label: ``body[start:end]``, within the body, never empty."""

    start: int
    end: int
    label: str
    weight: float = 0.0


def read_spans(spans: Iterable[Any], *, length: int) -> list[Evidence]:
    """Read stored spans (``[start, end, label, weight]``), leaving out what fits no body.

    Total: offsets outside the body are cut to it, and what is not a span is passed over. An old
    classification must never keep a moderator from reading the comment.
    """
    found = []
    for span in spans:
        try:
            start, end, label = int(span[0]), int(span[1]), str(span[2])
            weight = float(span[3]) if len(span) > 3 else 0.0
        except (TypeError, ValueError, LookupError, OverflowError):
            continue
        start, end = max(0, start), min(length, end)
        if start < end:
            found.append(Evidence(start, end, label, weight))
    return sorted(found, key=lambda evidence: (evidence.start, evidence.end))


def words_by_label(body: str, spans: Sequence[Evidence], *, most: int = 3) -> dict[str, list[str]]:
    """Return the marked words of each label, strongest first, each once, ``most`` at most."""
    words: dict[str, dict[str, None]] = {}
    for span in sorted(spans, key=lambda evidence: -evidence.weight):
        word = " ".join(body[span.start : span.end].split())
        if word:
            words.setdefault(span.label, {})[word] = None
    return {label: list(found)[:most] for label, found in words.items()}


def marked(body: str, spans: Iterable[Any] = ()) -> SafeString:
    """Return a body as HTML: blocks of own and quoted lines, evidence in ``<mark>``.

    Line breaks stay line breaks; the style sheet keeps them.
    """
    evidence = read_spans(spans, length=len(body))
    blocks = []
    for start, end, is_quote in _blocks(body):
        inside = _pieces(body, start, end, evidence)
        tag = ("<blockquote>", "</blockquote>") if is_quote else ("<p>", "</p>")
        blocks.append(f"{tag[0]}{inside}{tag[1]}")
    return mark_safe("".join(blocks))  # noqa: S308, every piece was escaped in _pieces


def _blocks(body: str) -> list[tuple[int, int, bool]]:
    """Cut a body into runs of own and of quoted lines: (start, end, is quoted).

    Line breaks between two runs belong to neither: the blocks break the line themselves.
    """
    blocks: list[tuple[int, int, bool]] = []
    at = 0
    for line in body.split("\n"):
        quoted = QUOTED_LINE.match(line) is not None
        if blocks and blocks[-1][2] == quoted:
            blocks[-1] = (blocks[-1][0], at + len(line), quoted)
        else:
            blocks.append((at, at + len(line), quoted))
        at += len(line) + 1
    trimmed = ((*_without_empty_lines(body, start, end), quoted) for start, end, quoted in blocks)
    return [block for block in trimmed if block[0] < block[1]]


def _without_empty_lines(body: str, start: int, end: int) -> tuple[int, int]:
    """Move both ends of ``body[start:end]`` inwards past line breaks."""
    while start < end and body[start] in LINE_BREAKS:
        start += 1
    while start < end and body[end - 1] in LINE_BREAKS:
        end -= 1
    return start, end


def _pieces(body: str, start: int, end: int, evidence: Sequence[Evidence]) -> str:
    """Escape ``body[start:end]``, cut wherever a span begins or ends so that marks never cross."""
    near = [e for e in evidence if e.start < end and e.end > start]
    cuts = {start, end}
    for span in near:
        cuts |= {max(start, span.start), min(end, span.end)}
    edges = sorted(cuts)
    pieces = []
    for left, right in itertools.pairwise(edges):
        labels = {e.label for e in near if e.start < right and e.end > left}
        pieces.append(_piece(body[left:right], labels))
    return "".join(pieces)


def _piece(text: str, labels: set[str]) -> str:
    if not labels:
        return escape(text)
    title = ", ".join(sorted(str(label_in_words(label)) for label in labels))
    return f'<mark title="{conditional_escape(title)}">{escape(text)}</mark>'
