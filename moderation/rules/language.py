"""The language in which reasons are written. This room is pure: the site brings its own, once."""

from collections.abc import Callable
from dataclasses import dataclass


def gettext_noop(message: str) -> str:
    """Mark a sentence that ``gettext`` is given later."""
    return message


@dataclass(slots=True)
class _Language:
    """How sentences are said and numbers written; before the site says it: as in the source."""

    sentence: Callable[[str], str] = gettext_noop
    decimal: Callable[[str], str] = gettext_noop


_spoken = _Language()


def speak(*, sentence: Callable[[str], str], decimal: Callable[[str], str]) -> None:
    """Have every reason written in a language from now on."""
    _spoken.sentence, _spoken.decimal = sentence, decimal


def gettext(message: str) -> str:
    """Return a sentence in the language that is spoken."""
    return _spoken.sentence(message)


def decimal(written: str) -> str:
    """Return a number, "0.80", as it is written there."""
    return _spoken.decimal(written)
