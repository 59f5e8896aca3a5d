"""Quoting the comment that is answered, as ``>`` lines: readers and classifier tell them apart."""

from comments.rendering import clean_text

LONGEST = 1000  # code points of another's words; who needs more links to them


def quoted(body: str) -> str:
    """Return a comment's own words as ``>`` lines. What it quotes itself is left out."""
    lines = clean_text(body).split("\n")
    own = "\n".join(line for line in lines if not line.lstrip().startswith(">")).strip()
    kept = _shortened(own or "\n".join(lines).strip())
    return "\n".join(f"> {line}".rstrip() for line in kept.split("\n"))


def _shortened(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    cut = text[:LONGEST]
    return f"{cut.rsplit(None, 1)[0] or cut} …"
