"""What each word adds to a score, found by leaving it out and asking the model again.

Slower and sharper than the spans of ``score``, and right for any classifier, since nothing but its
answers is looked at. The method: J. Li, W. Monroe, D. Jurafsky, "Understanding Neural Networks
through Representation Erasure", arXiv 1612.08220 (2016), after the occlusion of picture parts in
M. Zeiler, R. Fergus, "Visualizing and Understanding Convolutional Networks", ECCV 2014. What it
cannot see: a word that stands twice, where either would be enough, adds nothing by itself.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from classifier.base import Classifier, Label, Scores, Span, Text
from classifier.quotations import Piece, only, split_quotations
from classifier.spans import heaviest
from classifier.text import whole_graphemes

MOST_PASSES = 64
NOTABLE = 0.15  # a label below this probability is not asked about
_EDGE = 1e-4  # scores are rounded; nearer to 0 or 1 a logit would say more than they do

# Letters set apart, "i d i o t", are one word to whoever reads them.
_WORD = re.compile(r"(?<!\S)\S(?:[ \t]\S(?!\S)){2,}|\S+")
_STOPS = '.,;:!?…"”’)'  # left out with their word, and not marked with it


def occlude(model: Classifier, text: Text, *, most: int = MOST_PASSES) -> tuple[Span, ...]:
    """Return the words that raise the notable labels, in the order of the text, by label.

    A weight is the fall of the label's calibrated logit when the words are left out; own and quoted
    words are judged apart, as ``score`` does. The model is asked once for at most ``most`` texts,
    and for each side as it is: in a long text neighbouring words make one phrase. A text that the
    model does not score has no spans; leaving words out that makes it unscored says nothing.
    """
    split = split_quotations(
        body=text.body,
        parent=text.parent,
        article_title=text.article_title,
        article=text.article,
    )
    own = replace(text, body=only(text.body, split.own))
    sides = [(own, split.own), (Text(only(text.body, split.quoted)), split.quoted)]
    phrases = list(_phrases(text.body, [pieces for _, pieces in sides], most=most))
    asked = [side for side, _ in sides]
    asked += [_without(sides[side][0], start, end) for side, start, end in phrases]
    scores = model.score(asked)
    found: list[Span] = []
    for number in range(len(sides)):
        mine = [at for at, (side, _, _) in enumerate(phrases) if side == number]
        places = [phrases[at][1:] for at in mine]
        lesser = [scores[len(sides) + at] for at in mine]
        found += _spans(text.body, places, whole=scores[number], lesser=lesser)
    return tuple(sorted(found, key=lambda span: (span.start, span.end, span.label)))


def _phrases(
    body: str, sides: Sequence[Sequence[Piece]], *, most: int
) -> Iterator[tuple[int, int, int]]:
    """Yield at most ``most`` phrases: (side, start, end). None reaches over a quotation's edge."""
    words = [
        (number, [match.span() for match in _WORD.finditer(body, *piece)])
        for number, pieces in enumerate(sides)
        for piece in pieces
    ]
    long = max(1, math.ceil(sum(len(inside) for _, inside in words) / most))
    while sum(math.ceil(len(inside) / long) for _, inside in words) > most:
        longest = max(len(inside) for _, inside in words)
        if long >= longest:  # more quotations than passes: as far as it goes
            break
        long += 1
    left = most
    for number, inside in words:
        for at in range(0, len(inside), long):
            if left == 0:
                return
            left -= 1
            start, end = inside[at][0], inside[min(at + long, len(inside)) - 1][1]
            yield (number, *whole_graphemes(body, start=start, end=end))


def _without(text: Text, start: int, end: int) -> Text:
    blank = " " * (end - start)
    return replace(text, body=text.body[:start] + blank + text.body[end:])


def _spans(
    body: str, places: Sequence[Piece], *, whole: Scores, lesser: Sequence[Scores]
) -> Iterator[Span]:
    if whole.unscored or not places:
        return
    start = np.array([place[0] for place in places], np.int64)
    end = np.array([place[1] for place in places], np.int64)
    for label in Label:
        if _probability(whole, label) < NOTABLE:
            continue
        before = _logit(_probability(whole, label))
        weights = np.array(
            [
                0.0 if without.unscored else before - _logit(_probability(without, label))
                for without in lesser
            ]
        )
        for left, right, weight in heaviest(weights=weights, start=start, end=end):
            right = left + (len(body[left:right].rstrip(_STOPS)) or right - left)
            left, right = whole_graphemes(body, start=left, end=right)
            yield Span(left, right, label, round(weight, 3))


def _probability(scores: Scores, label: Label) -> float:
    # One side of the text alone: wherever the model puts it now, it is the same words.
    return max(scores.own.get(label, 0.0), scores.quoted.get(label, 0.0))


def _logit(probability: float) -> float:
    inside = min(max(probability, _EDGE), 1 - _EDGE)
    return math.log(inside / (1 - inside))
