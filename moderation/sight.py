"""How one person sees texts on the desk: clear, masked or blurred until they reveal them.

A blurred text does not reach the page at all: in its place stands its silhouette, drawn from other
letters, hidden from screen readers and blurred by the style sheet.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import cycle

from accounts.models import User
from classifier.base import Label
from moderation import desk_days
from moderation.blind import waits_blind
from moderation.masking import masked
from moderation.models import Classification, DeskPreferences, ReviewItem
from moderation.wording import label_in_words

UGLY = frozenset(Label) - {Label.SPAM}
MOST_SILHOUETTE = 600  # characters: the shape of a text is seen by then
_LETTERS = "enlsatormihudc"
_KEPT_ON_USER = "_desk_preferences"


@dataclass(frozen=True, slots=True)
class Seen:
    """A text as somebody sees it: ``body`` may be shown to them as it is.

    ``hides`` means that it is blurred, and ``body`` its silhouette. ``masks`` means that at least
    one of its words is dots.
    """

    body: str
    revision_id: int
    hides: bool = False
    masks: bool = False
    label: str = ""
    score: float | None = None

    @property
    def label_in_words(self) -> str:
        """The label that made it hard, as people say it."""
        return label_in_words(self.label)


@dataclass(frozen=True, slots=True)
class Sight:
    """What one person sees today of some revisions."""

    preferences: DeskPreferences
    ugliest: Mapping[int, tuple[str, float]] = field(default_factory=dict)  # by revision
    revealed: Collection[int] = ()
    unmasked: Collection[int] = ()

    def of(self, body: str, *, revision_id: int | None) -> Seen:
        """Return a revision's text, or a part of it, as this person sees it."""
        if revision_id is None:
            return Seen(body=body, revision_id=0)
        label, score = self.ugliest.get(revision_id, ("", 0.0))
        is_hard = bool(label) and score >= self.preferences.hard_from
        if self.preferences.blurs and is_hard and revision_id not in self.revealed:
            return Seen(silhouette(body), revision_id, hides=True, label=label, score=score)
        if not self.preferences.masks_words or revision_id in self.unmasked:
            return Seen(body, revision_id)
        shown = masked(body)
        return Seen(shown, revision_id, masks=shown != body)


def preferences_of(user: User) -> DeskPreferences:
    """Return what this person wishes, or the defaults. One query for each request."""
    kept: DeskPreferences | None = getattr(user, _KEPT_ON_USER, None)
    if kept is None:
        kept = DeskPreferences.objects.filter(user=user).first() or DeskPreferences(user=user)
        setattr(user, _KEPT_ON_USER, kept)
    return kept


def sight_of(*, user: User, revisions: Iterable[int | None], at: datetime) -> Sight:
    """Return how this person sees these revisions. Three queries at most."""
    preferences = preferences_of(user)
    if not (preferences.blurs or preferences.masks_words):
        return Sight(preferences)
    day = desk_days.today(user=user, at=at)
    wanted = {pk for pk in revisions if pk is not None}
    return Sight(
        preferences=preferences,
        ugliest=ugliest_scores(wanted) if preferences.blurs else {},
        revealed=frozenset(day.revealed) if day else frozenset(),
        unmasked=frozenset(day.unmasked) if day else frozenset(),
    )


def ugliest_scores(revisions: Collection[int]) -> dict[int, tuple[str, float]]:
    """Return the highest ugly score of each revision, as (label, score), as scored last. One query.

    Quoted words count, too: whoever reads the text reads them. A text that checks the rules has
    none: blurring it would tell its score.
    """
    newest = (
        Classification.objects.filter(revision__in=revisions)
        .exclude(waits_blind("revision__comment"))
        .order_by("revision_id", "-id")
        .distinct("revision_id")
        .values_list("revision_id", "own", "quoted")
    )
    found = {}
    for revision_id, own, quoted in newest:
        scores = [(float(s), name) for part in (own, quoted) for name, s in part.items()]
        score, label = max((pair for pair in scores if pair[1] in UGLY), default=(0.0, ""))
        found[revision_id] = (label, score)
    return found


def opened(item: ReviewItem, *, user: User, at: datetime) -> None:
    """Count a comment that was put in this person's hand, and whether it is hard."""
    desk_days.at_work(user=user, at=at)
    revision_id = item.comment.current_revision_id
    _label, ugly = ugliest_scores([revision_id]).get(revision_id, ("", 0.0))
    if ugly >= preferences_of(user).hard_from:
        desk_days.met_hard(user=user, revision_id=revision_id, at=at)


def silhouette(body: str) -> str:
    """Return other letters in the shape of a text: its lines and the lengths of its words."""
    letters = cycle(_LETTERS)
    shape = (c if c.isspace() else next(letters) for c in body[:MOST_SILHOUETTE])
    return "".join(shape)
