"""Taking apart what newsrooms write in one line: captions with credits, and source lines."""

import re

_CREDIT = re.compile(
    r"[\s(\[–—|/-]*\b(?:photo|foto|picture|bilde|illustration|illustrasjon|image|credit)"
    r"(?:graph|graphy|grapher|graf|s)?(?:\s+(?:credit|by))?\s*[:©]\s*(?P<credit>[^\n]+)",
    re.IGNORECASE,
)
_COPYRIGHT = re.compile(r"[\s(\[–—|/-]*(?P<credit>©\s*[^\n]+)")
_SOURCE = re.compile(r"(?:sources?|kilder?|quellen?)\s*:\s*(?P<source>.+)", re.IGNORECASE)
_SENTENCE_FROM = 6  # words


def split_caption(line: str) -> tuple[str, str]:
    """Return (caption, credit) of a line such as ``The quay. Photo: Kari Vik / Courier``."""
    line = " ".join(line.split())
    found = _CREDIT.search(line) or _COPYRIGHT.search(line)
    if found is None:
        return line, ""
    credit = found["credit"].strip().rstrip(")]").strip()
    caption = line[: found.start()].strip()
    # "Kyiv - Ukraine." is a name and not a sentence: its full stop was there for what followed.
    if caption.endswith(".") and len(caption.split()) < _SENTENCE_FROM:
        caption = caption[:-1]
    return caption.rstrip(" ,;"), credit


def source_of(paragraph: str) -> str:
    """Return what stands after ``Source:`` where a paragraph is a source line, else nothing."""
    text = " ".join(paragraph.split())
    if text.startswith("©"):
        return text
    found = _SOURCE.fullmatch(text)
    return found["source"].strip() if found else ""
