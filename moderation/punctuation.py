"""Quotation marks, decimals and large numbers as the site's language has them."""

from functools import lru_cache

from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from moderation.rules.language import Spoken


def quoted(words: str) -> str:
    """Return words between quotation marks."""
    return _("“%(words)s”") % {"words": words}


def decimal(written: str) -> str:
    """Return a number that is written with a point, "0.80", as people write it here."""
    return str(number_format(written))


def two_decimals(share: float) -> str:
    """Return a score or a share, 0 to 1, as people write it here: "0.80"."""
    return decimal(f"{share:.2f}")


def count(number: float) -> str:
    """Return a whole number as people write it here, its thousands apart."""
    return str(number_format(round(number), force_grouping=True))


def spoken() -> Spoken:
    """Return how the language of here and now is spoken in the reasons of rules."""
    return _spoken_in(get_language())


@lru_cache(maxsize=16)
def _spoken_in(_language: str | None) -> Spoken:
    # Of the thirty reasons that screening writes for a comment hardly any is a new one.
    return Spoken(sentence=lru_cache(4096)(_), decimal=lru_cache(4096)(decimal))
