"""What is told before rules are published, the draft or an old version: what to look at, what they
would have done; and what refuses them."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from moderation.decisions import database_now
from moderation.models import RuleSet
from moderation.rule_sets import EMPTY, published
from moderation.rulebook.checks import Weight, check
from moderation.rulebook.drafts import Draft
from moderation.rulebook.impact import DAYS, MOST_COMMENTS, Impact, impact_of
from moderation.rulebook.names import names_for
from moderation.rules.documents import BadRuleSet

LONGEST_NOTE = RuleSet._meta.get_field("note").max_length or 250
Checks = Mapping[str, Any]


def checked(draft: Draft, *, live: RuleSet | None, called: str) -> Checks:
    """Return what ``_checked.html`` shows about a draft; ``called`` is its name beside the live
    version."""
    impact = _impact(draft, live)
    findings = check(
        draft=draft,
        names=names_for(draft.document["rules"]),
        impact=impact,
        today=timezone.localdate(),
    )
    return {
        "impact": impact,
        **(_figures(impact, live, called) if impact else {}),
        "findings": findings,
        "stops": any(one.weight is Weight.STOPS for one in findings),
        "asks": any(one.weight is Weight.ASKS for one in findings),
        "days": DAYS,
        "most": MOST_COMMENTS,
    }


def note_in(sent: Mapping[str, str]) -> str:
    """Return the note that a form sent, without what no database keeps."""
    return sent.get("note", "").replace("\x00", "").strip()


def refusal(sent: Mapping[str, str], checks: Checks) -> str:
    """Return why what was checked is not published yet; nothing where it may be."""
    if checks["stops"]:
        return _("It cannot be published yet: see what stands in the way below.")
    if len(note_in(sent)) > LONGEST_NOTE:
        return _("The note has at most %(n)d characters.") % {"n": LONGEST_NOTE}
    if checks["asks"] and sent.get("sure") != "yes":
        return _("Nothing is published yet: say below that you mean it.")
    return ""


def _impact(draft: Draft, live: RuleSet | None) -> Impact | None:
    try:
        parsed = draft.parsed()
    except BadRuleSet:
        return None
    was = published(live.pk) if live else EMPTY
    return impact_of(live=was, draft=parsed, at=database_now())


def _figures(impact: Impact, live: RuleSet | None, called: str) -> dict[str, Any]:
    now = _("Version %(n)s") % {"n": live.number} if live else _("No rules")
    return {
        "outcomes": [(now, impact.live), (called, impact.draft)],
        "moves": [
            (_MOVES[move](), number)
            for move, number in sorted(impact.moves.items(), key=lambda one: -one[1])
        ],
    }


_MOVES: dict[tuple[str, str], Callable[[], str]] = {
    ("publish", "hold"): lambda: _("held instead of published"),
    ("publish", "remove"): lambda: _("removed instead of published"),
    ("hold", "publish"): lambda: _("published instead of held"),
    ("hold", "remove"): lambda: _("removed instead of held"),
    ("remove", "publish"): lambda: _("published instead of removed"),
    ("remove", "hold"): lambda: _("held instead of removed"),
}
