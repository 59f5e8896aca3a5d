"""What of a comment is scored at once: own and quoted words, as typed and with disguises undone.

A comment becomes up to four documents. Language and emptiness are settled here, before any model
is asked.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from classifier.base import Text, Unscored
from classifier.language import KNOWN_LANGUAGES, UNKNOWN, detect, is_surely_english
from classifier.quotations import only, split_quotations
from classifier.text import Folded, fold

# Of a longer text the beginning and the end are read: enough to judge, and bounded.
LONGEST = 100_000
_CHUNK_TEXTS = 256
_CHUNK_LENGTH = 250_000  # code points at a time, to bound memory
_LINK = re.compile(r"(?:https?://|www\.)\S+|(?<!\S)\S+@\S+\.\S+")


@dataclass(slots=True)
class Work:
    """One text on its way: which documents were made of it."""

    language: str
    unscored: Unscored | None = None
    own: list[int] = field(default_factory=list)
    quoted: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Document:
    """What is scored at once: the text, and the way back to the body where it was folded."""

    text: str
    folded: Folded | None = None
    shift_from: int = 0  # offsets from here on are further back in the body ...
    shift: int = 0  # ... by so much, where the middle of a long text was left out

    def place(self, *, start: int, end: int) -> tuple[int, int]:
        """Where ``text[start:end]`` stands in the body, widened to whole graphemes."""
        folded = self.folded or Folded(self.text, self.text)
        start, end = folded.span(start=start, end=end)
        start += self.shift if start >= self.shift_from else 0
        end += self.shift if end > self.shift_from else 0
        return start, end


def chunks(texts: Sequence[Text]) -> Iterator[Sequence[Text]]:
    """Yield the texts in parts that bound memory."""
    begin = length = 0
    for at, text in enumerate(texts):
        size = min(len(text.body), LONGEST)
        if at > begin and (at - begin >= _CHUNK_TEXTS or length + size > _CHUNK_LENGTH):
            yield texts[begin:at]
            begin, length = at, 0
        length += size
    if begin < len(texts):
        yield texts[begin:]


def prepare(text: Text, documents: list[Document]) -> Work:
    """Add the documents of ``text`` to ``documents`` and say which they are."""
    body, shift_from, shift = text.body, 0, 0
    if len(body) > LONGEST:
        shift_from, shift = LONGEST // 2 + 1, len(body) - LONGEST - 1
        body = body[: LONGEST // 2] + "\n" + body[-LONGEST // 2 :]
    language, readable = detect(body), body
    if language not in KNOWN_LANGUAGES:
        # Disguised English looks foreign: full-width letters, Cyrillic doubles.
        folded = fold(body)
        readable = folded.text
        if folded.changed and is_surely_english(readable):
            language = "en"
    if language == UNKNOWN and not _has_letters(_LINK.sub(" ", readable)):
        return Work(UNKNOWN, Unscored.EMPTY)
    if language not in KNOWN_LANGUAGES:
        return Work(language, Unscored.LANGUAGE)
    pieces = split_quotations(
        body=body,
        parent=text.parent,
        article_title=text.article_title,
        article=text.article,
    )
    work = Work(language)
    own = only(body, pieces.own)
    halves = [(work.own, own)] if not pieces.quoted or _has_letters(own) else []
    if pieces.quoted:
        halves.append((work.quoted, only(body, pieces.quoted)))
    for numbers, words in halves:
        numbers.append(len(documents))
        documents.append(Document(words, None, shift_from, shift))
        folded = fold(words)
        if folded.changed:
            numbers.append(len(documents))
            documents.append(Document(folded.text, folded, shift_from, shift))
    # Who only repeats what the article or the comment answered says answers for it.
    work.own = work.own or work.quoted
    return work


def _has_letters(text: str) -> bool:
    return any(map(str.isalpha, text))
