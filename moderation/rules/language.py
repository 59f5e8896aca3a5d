"""The language in which reasons are written. This room is pure: the site brings its own, once."""

import gettext as catalogues
from typing import Protocol


class Language(Protocol):
    """What gives a sentence in another language; Django's translation does."""

    def gettext(self, message: str) -> str:
        """Return a sentence."""
        ...


_spoken: Language = catalogues.NullTranslations()  # what stands in the source


def speak(language: Language) -> None:
    """Have every reason written in a language from now on."""
    global _spoken
    _spoken = language


def gettext(message: str) -> str:
    """Return a sentence in the language that is spoken."""
    return _spoken.gettext(message)


def gettext_noop(message: str) -> str:
    """Mark a sentence that ``gettext`` is given later."""
    return message
