"""How far an author can be trusted, in plain words. Pure: counts in, a level and a sentence out.

A level is earned by comments that stand, seen by somebody or not, and lost by removals. Moderators
may set another one for somebody they know; it holds until it is taken back. Readers never see any
of it.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class Level(StrEnum):
    """From the least to the most that is known for an author."""

    NEW = "new"
    OFTEN_REMOVED = "often_removed"
    MIXED = "mixed"
    RELIABLE = "reliable"


NAMES: dict[str, Promise] = {
    Level.NEW: gettext_lazy("New"),
    Level.OFTEN_REMOVED: gettext_lazy("Often removed"),
    Level.MIXED: gettext_lazy("Mixed"),
    Level.RELIABLE: gettext_lazy("Reliable"),
}


@dataclass(frozen=True, slots=True)
class Terms:
    """From where to where the levels reach; a site admin changes them."""

    known_from: int = 5  # decided comments, before which nothing can be said
    often: float = 0.3  # share removed from which an author is often removed
    seldom: float = 0.05  # share removed up to which an author is reliable

    def level(self, *, published: int, removed: int) -> Level:
        """Return the level that so many published and removed comments earn."""
        decided = published + removed
        if decided < self.known_from:
            return Level.NEW
        if removed >= self.often * decided:
            return Level.OFTEN_REMOVED
        return Level.MIXED if removed > self.seldom * decided else Level.RELIABLE


@dataclass(frozen=True, slots=True)
class Trust:
    """A level, and the sentence that says why."""

    level: Level
    sentence: str


def trust_in(*, published: int, removed: int, terms: Terms) -> Trust:
    """Return how far an author can be trusted, from how many comments stand and were removed."""
    decided = published + removed
    counts = {"published": published, "removed": removed, "decided": decided}
    level = terms.level(published=published, removed=removed)
    if not decided:
        return Trust(level, _("New here: nothing of this author was decided yet."))
    sentences = {
        Level.NEW: _("Hardly known: %(published)d of %(decided)d comments published."),
        Level.OFTEN_REMOVED: _("Often removed: %(removed)d of %(decided)d comments."),
        Level.MIXED: _(
            "Mixed: %(published)d of %(decided)d comments published, %(removed)d removed."
        ),
        Level.RELIABLE: _("Reliable: %(published)d of %(decided)d comments published."),
    }
    return Trust(level, sentences[level] % counts)
