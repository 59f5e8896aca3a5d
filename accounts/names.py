"""Names that people give themselves: on one line, and something that a reader can see."""

import unicodedata

# Letters that fonts draw as nothing; unicodedata does not call them spaces.
_BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
# Marks that turn the direction of letters, or stand between them unseen: a name could be written to
# read as another's. Those that join letters or keep them apart stay: some languages need them.
_TURNING = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
_BETWEEN = (0x00AD, 0x180E, 0x200B, 0x2060, 0xFEFF)
_NOT_IN_NAMES = dict.fromkeys((*_TURNING, *_BETWEEN))
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me", "Zs", "Zl", "Zp"})


def can_be_seen(text: str) -> bool:
    """Whether somebody who reads ``text`` would see anything."""
    return any(
        letter not in _BLANK_LETTERS and unicodedata.category(letter) not in _UNSEEN
        for letter in text
    )


def clean_name(name: str) -> str:
    """Return a name on one line, or nothing where nobody could see it."""
    plain = " ".join(name.translate(_NOT_IN_NAMES).split())
    return plain if can_be_seen(plain) else ""
