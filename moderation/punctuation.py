"""Quotation marks, decimals and large numbers as the site's language has them."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _


def quoted(words: str) -> str:
    """Return words between quotation marks."""
    return _("“%(words)s”") % {"words": words}


def decimal(written: str) -> str:
    """Return a number that is written with a point, "0.80", as people write it here."""
    return str(number_format(written))


def count(number: float) -> str:
    """Return a whole number as people write it here, its thousands apart."""
    return str(number_format(round(number), force_grouping=True))
