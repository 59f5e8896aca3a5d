"""The text of a comment as HTML: the one place where what readers typed is marked safe.

Everything is escaped first; then a few marks become elements: paragraphs, line breaks, links,
``>`` quotations and emphasis. Every expression below stops at the next delimiter, so the time
grows with the length of the text and with nothing else, whatever the text is.
"""

import re
from collections.abc import Iterator
from html import escape

from django.utils.safestring import SafeString, mark_safe

LINK_REL = "nofollow ugc noopener"
QUOTE_LEVELS = 3
LINK_LENGTH = 48  # characters of an address that are shown
MARKS = 2  # accents kept on one letter; the most that a written language puts there

# What no writing needs: control characters but tab and line feed, and non-characters. A NUL would
# also be mistaken for the place of a link, see _inline.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_ACCENT = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_PILED_MARKS = re.compile(f"({_ACCENT}{{{MARKS}}}){_ACCENT}+")
_QUOTE = re.compile(r"[ \t]*((?:>[ \t]?)*)(.*)", re.DOTALL)
# No invisible character may stand in an address: it would hide where the link leads.
_ADDRESS = re.compile(
    r"(?<!\w)https?://[^\s<>\"\x00\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+",
    re.IGNORECASE,
)
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+\.?(?::\d{1,5})?(?=[/?#]|$)")
_AFTER_ADDRESS = ".,;:!?'*_…"
# Emphasis opens before a letter and closes after one, never inside a word. "<" cannot be matched:
# after escaping it only stands in our own tags, which emphasis must not cross.
_STRONG = re.compile(r"(?<![\w*])\*\*(?=[^\s*])((?:[^*\n]|(?<!\*)\*(?!\*))*?[^\s*])\*\*(?![\w*])")
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*<\n]*[^\s*<])\*(?![\w*])")
_UNDERLINED = re.compile(r"(?<!\w)_(?=[^\s_])([^_<\n]*[^\s_<])_(?!\w)")


def render_body(text: str) -> SafeString:
    """Return the HTML of a comment's text. Linear in its length."""
    text = clean_text(text)
    if ">" not in text:
        return mark_safe("".join(_paragraphs(text.split("\n"))))  # noqa: S308, escaped in _inline
    return mark_safe("".join(_quotations(text.split("\n"))))  # noqa: S308, the same


def clean_text(text: str) -> str:
    """Return the text with plain line feeds, without control characters and piled-up accents."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _CONTROLS.search(text):
        text = _CONTROLS.sub("", text)
    if not text.isascii():
        text = _PILED_MARKS.sub(r"\1", text)
    return text


def _paragraphs(lines: list[str]) -> Iterator[str]:
    paragraph: list[str] = []
    for line in lines:
        if line and not line.isspace():
            paragraph.append(line)
        elif paragraph:
            yield f"<p>{_inline(paragraph)}</p>"
            paragraph = []
    if paragraph:
        yield f"<p>{_inline(paragraph)}</p>"


def _quotations(lines: list[str]) -> Iterator[str]:
    """Yield paragraphs within their quotations. A line without text never changes the level."""
    level = 0
    block: list[str] = []
    for line in lines:
        depth, content = _quoted(line)
        if content and depth != level:
            yield from _paragraphs(block)
            block = []
            yield "<blockquote>" * (depth - level) or "</blockquote>" * (level - depth)
            level = depth
        block.append(content)
    yield from _paragraphs(block)
    yield "</blockquote>" * level


def _quoted(line: str) -> tuple[int, str]:
    if ">" not in line:
        return 0, line if not line.isspace() else ""
    match = _QUOTE.match(line)
    assert match is not None, "the expression matches every line"  # noqa: S101
    content = match[2]
    return min(match[1].count(">"), QUOTE_LEVELS), "" if content.isspace() else content


def _inline(lines: list[str]) -> str:
    text = "\n".join(lines)
    links: list[str] = []
    if "://" in text:
        # Each link leaves a NUL at its place, so that emphasis never reaches into an address.
        text = _ADDRESS.sub(lambda match: _set_aside(match[0], links), text)
    text = escape(text)
    if "*" in text:
        if "**" in text:
            text = _STRONG.sub(r"<strong>\1</strong>", text)
        text = _EMPHASIS.sub(_emphasised, text)
    if "_" in text:
        text = _UNDERLINED.sub(_emphasised, text)
    text = text.replace("\n", "<br>")
    if links:
        pieces = text.split("\0")
        woven = [piece for pair in zip(pieces, links, strict=False) for piece in pair]
        text = "".join([*woven, pieces[-1]])
    return text


def _emphasised(match: re.Match[str]) -> str:
    return f"<em>{match[1]}</em>"


def _set_aside(found: str, links: list[str]) -> str:
    address, rest = _without_trailing(found)
    scheme, _, shown = address.partition("://")
    if not _HOST.match(shown):
        # No host, or a name before the host ("bank.example@evil.example"): left as it was typed.
        return found
    if len(shown) > LINK_LENGTH:
        shown = shown[: LINK_LENGTH - 1] + "…"
    href = escape(f"{scheme.lower()}://{address[len(scheme) + 3 :]}")
    links.append(f'<a href="{href}" rel="{LINK_REL}">{escape(shown.rstrip("/"))}</a>')
    return "\0" + rest


def _without_trailing(found: str) -> tuple[str, str]:
    """Split an address from the punctuation of the sentence around it."""
    closing = found.count(")") - found.count("(")
    end = len(found)
    while end and (found[end - 1] in _AFTER_ADDRESS or (found[end - 1] == ")" and closing > 0)):
        closing -= found[end - 1] == ")"
        end -= 1
    return found[:end], found[end:]
