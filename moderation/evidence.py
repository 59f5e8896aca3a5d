"""The text of a comment as the desk shows it: as typed, escaped, with evidence marked.

``marked`` is the only place on the desk where text becomes HTML. It escapes every character of
the body itself; of the spans nothing but known labels in words reaches the page.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, isfinite, log
from typing import Any

from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from classifier.quotations import Piece, split_quotations
from moderation.punctuation import two_decimals
from moderation.wording import label_in_words

LINE_BREAKS = "\r\n"
_LEAST_LOGIT = 50.0  # by then a probability is nothing, and exp still a number


@dataclass(frozen=True, slots=True)
class Evidence:
    """A piece of a body that moved a label: ``body[start:end]``, within the body, never empty."""

    start: int
    end: int
    label: str
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Moved:
    """Words and the label they raise; its score as it is, and about what it were without them.

    Both numbers are None where another version of the model was asked than the one that scored.
    """

    span: Evidence
    words: str
    label: str
    score: float | None
    without: float | None

    @property
    def sentence(self) -> str:
        """What the words moved, to follow them."""
        if self.score is None or self.without is None:
            return _("raises %(label)s") % {"label": self.label}
        return _("raises %(label)s: %(score)s, about %(without)s without it") % {
            "label": self.label,
            "score": two_decimals(self.score),
            "without": two_decimals(self.without),
        }


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
            found.append(Evidence(start, end, label, weight if isfinite(weight) else 0.0))
    return sorted(found, key=lambda evidence: (evidence.start, evidence.end))


def words_by_label(body: str, spans: Sequence[Evidence], *, most: int = 3) -> dict[str, list[str]]:
    """Return the marked words of each label, strongest first, each once, ``most`` at most."""
    words: dict[str, dict[str, None]] = {}
    for span in sorted(spans, key=lambda evidence: -evidence.weight):
        word = " ".join(body[span.start : span.end].split())
        if word:
            words.setdefault(span.label, {})[word] = None
    return {label: list(found)[:most] for label, found in words.items()}


def what_moved(
    body: str,
    spans: Iterable[Any],
    *,
    own: Mapping[str, float],
    quoted: Mapping[str, float],
    quotations: Sequence[Piece],
) -> list[Moved]:
    """Return what each marked piece of a body moved, what moved most first.

    ``own`` and ``quoted`` are the scores that the spans belong to, both empty where they are not
    known; a span inside one of the ``quotations`` is told with the score of what is quoted.
    """
    found = []
    for span in sorted(read_spans(spans, length=len(body)), key=lambda s: -s.weight):
        is_quoted = any(start <= span.start < end for start, end in quotations)
        # Who says nothing but a quotation answers for it: then there is no score of its own.
        score = (quoted if is_quoted and quoted else own).get(span.label)
        found.append(
            Moved(
                span=span,
                words=" ".join(body[span.start : span.end].split()),
                label=label_in_words(span.label),
                score=score,
                without=None if score is None else _without(score, span.weight),
            )
        )
    return found


def marked(
    body: str,
    spans: Iterable[Any] = (),
    *,
    quotations: Sequence[Piece] | None = None,
    told: Sequence[Moved] = (),
) -> SafeString:
    """Return a body as HTML: own words and quotations apart, evidence in ``<mark>``.

    ``quotations`` are the pieces that are somebody else's words; without them those are looked
    for in the body alone. What is ``told`` can be reached by keyboard, says what it moved while
    it is pointed at, and names the list entry that says so (``moved-1`` and on). Line breaks stay
    line breaks; the style sheet keeps them.
    """
    if quotations is None:
        quotations = split_quotations(body=body).quoted
    evidence = read_spans(spans, length=len(body))
    numbers = {one.span: number for number, one in enumerate(told, start=1)}
    text = _Marking(body, evidence, told, numbers)
    blocks = []
    for start, end, is_quote in _blocks(body, quotations):
        inline = [] if is_quote else quotations
        tag = "blockquote" if is_quote else "p"
        blocks.append(f"<{tag}>{text.between(start, end, inline)}</{tag}>")
    return mark_safe("".join(blocks))  # noqa: S308, every piece was escaped in _Marking


def _without(score: float, weight: float) -> float:
    inside = min(max(score, 1e-4), 1 - 1e-4)
    lower = weight - log(inside / (1 - inside))
    return 1 / (1 + exp(min(lower, _LEAST_LOGIT)))


def _blocks(body: str, quotations: Sequence[Piece]) -> list[tuple[int, int, bool]]:
    """Cut a body into blocks: (start, end, whether it is quoted as a whole).

    A quotation that fills its lines is a block; others stand inside the sentence around them. Line
    breaks between two blocks belong to neither: the blocks break the line themselves.
    """
    blocks: list[tuple[int, int, bool]] = []
    at = 0
    for start, end in quotations:
        if not _fills_lines(body, start, end):
            continue
        blocks += [(at, start, False), (start, end, True)]
        at = end
    blocks.append((at, len(body), False))
    trimmed = ((*_without_empty_lines(body, start, end), quoted) for start, end, quoted in blocks)
    return [block for block in trimmed if block[0] < block[1]]


def _fills_lines(body: str, start: int, end: int) -> bool:
    before, after = body[:start].rpartition("\n")[2], body[end:].partition("\n")[0]
    is_at_break = body[end - 1] == "\n"
    return not before.strip() and (is_at_break or not after.strip())


def _without_empty_lines(body: str, start: int, end: int) -> tuple[int, int]:
    """Move both ends of ``body[start:end]`` inwards past line breaks."""
    while start < end and body[start] in LINE_BREAKS:
        start += 1
    while start < end and body[end - 1] in LINE_BREAKS:
        end -= 1
    return start, end


@dataclass(frozen=True, slots=True)
class _Marking:
    """Writes pieces of one body, cut wherever a span begins or ends so that marks never cross."""

    body: str
    evidence: Sequence[Evidence]
    told: Sequence[Moved]
    numbers: Mapping[Evidence, int]

    def between(self, start: int, end: int, quotations: Sequence[Piece]) -> str:
        """Return ``body[start:end]`` with its quotations set apart in the sentence."""
        written, at = [], start
        opens, closes = escape(_("quoted:")), escape(_("end of the quotation"))
        for begin, finish in quotations:
            if begin >= end or finish <= start:
                continue
            begin, finish = max(begin, start), min(finish, end)
            written.append(self._pieces(at, begin))
            written.append(
                f'<span class="quoted"><span class="vh">{opens} </span>'
                f"{self._pieces(begin, finish)}"
                f'<span class="vh"> {closes} </span></span>'
            )
            at = finish
        written.append(self._pieces(at, end))
        return "".join(written)

    def _pieces(self, start: int, end: int) -> str:
        near = [e for e in self.evidence if e.start < end and e.end > start]
        cuts = {start, end}
        for span in near:
            cuts |= {max(start, span.start), min(end, span.end)}
        pieces = []
        for left, right in itertools.pairwise(sorted(cuts)):
            here = [e for e in near if e.start < right and e.end > left]
            pieces.append(self._piece(self.body[left:right], here))
        return "".join(pieces)

    def _piece(self, text: str, here: Sequence[Evidence]) -> str:
        if not here:
            return escape(text)
        numbers = sorted({self.numbers[e] for e in here if e in self.numbers})
        if not numbers:
            labels = sorted({str(label_in_words(e.label)) for e in here})
            return f'<mark title="{conditional_escape(", ".join(labels))}">{escape(text)}</mark>'
        tip = "\n".join(self.told[number - 1].sentence for number in numbers)
        names = " ".join(f"moved-{number}" for number in numbers)
        return (
            f'<mark tabindex="0" aria-describedby="{names}" data-tip="{conditional_escape(tip)}">'
            f"{escape(text)}</mark>"
        )
