"""How far an author can be trusted, in plain words. Pure: counts in, a level and a sentence out."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

KNOWN_FROM = 5  # decided comments, before which nothing can be said
OFTEN = 0.3  # share removed from which an author is often removed
SELDOM = 0.05


class Level(StrEnum):
    """From the least to the most that is known for an author."""

    NEW = "new"
    OFTEN_REMOVED = "often_removed"
    MIXED = "mixed"
    RELIABLE = "reliable"


@dataclass(frozen=True, slots=True)
class Trust:
    """A level, and the sentence that says why."""

    level: Level
    sentence: str


def trust_in(*, published: int, removed: int) -> Trust:
    """Return how far an author can be trusted, from how many comments stand and were removed."""
    decided = published + removed
    counts = {"published": published, "removed": removed, "decided": decided}
    if not decided:
        return Trust(Level.NEW, _("New here: nothing of this author was decided yet."))
    if decided < KNOWN_FROM:
        words = _("Hardly known: %(published)d of %(decided)d comments approved.")
        return Trust(Level.NEW, words % counts)
    if removed >= OFTEN * decided:
        words = _("Often removed: %(removed)d of %(decided)d comments.")
        return Trust(Level.OFTEN_REMOVED, words % counts)
    if removed > SELDOM * decided:
        words = _("Mixed: %(published)d of %(decided)d comments approved, %(removed)d removed.")
        return Trust(Level.MIXED, words % counts)
    words = _("Reliable: %(published)d of %(decided)d comments approved.")
    return Trust(Level.RELIABLE, words % counts)
