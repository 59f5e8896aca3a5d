"""The language in which reasons are written. This room is pure: the site brings its own, once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


def gettext_noop(message: str) -> str:
    """Mark a sentence that ``gettext`` is given later."""
    return message


@dataclass(frozen=True, slots=True)
class Spoken:
    """How a language says sentences and writes numbers; before the site says it: as here."""

    sentence: Callable[[str], str] = gettext_noop
    decimal: Callable[[str], str] = gettext_noop


_AS_HERE = Spoken()


def _as_here() -> Spoken:
    return _AS_HERE


_here: Callable[[], Spoken] = _as_here
_settled: ContextVar[Spoken | None] = ContextVar("settled", default=None)


def speak(here: Callable[[], Spoken]) -> None:
    """Have every reason written in the language that ``here`` returns, from now on."""
    global _here
    _here = here


@contextmanager
def settled() -> Iterator[None]:
    """Ask for the language once: which it is, is costly to ask for each of thirty reasons."""
    token = _settled.set(_here())
    try:
        yield
    finally:
        _settled.reset(token)


def gettext(message: str) -> str:
    """Return a sentence in the language that is spoken."""
    return (_settled.get() or _here()).sentence(message)


def decimal(written: str) -> str:
    """Return a number, "0.80", as it is written there."""
    return (_settled.get() or _here()).decimal(written)
