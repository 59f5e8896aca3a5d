"""What the parts of a rule are called: comparisons, actions, modes, queues."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from moderation.rules.catalogue import OPERATORS, Is, Kind

Text = str | Promise

COMPARISONS: dict[Is, Text] = {
    Is.AT_LEAST: _("is at least"),
    Is.BELOW: _("is below"),
    Is.YES: _("yes"),
    Is.NO: _("no"),
    Is.ONE_OF: _("is one of"),
    Is.NONE_OF: _("is none of"),
    Is.IN_LIST: _("is in the list"),
    Is.OUTSIDE_LIST: _("is outside the list"),
}
ACTIONS: dict[str, Text] = {
    "publish": _("Publish it: rules below do not act"),
    "hold": _("Hold it for a person"),
    "remove": _("Remove it"),
}
MODES: dict[str, Text] = {"on": _("On"), "shadow": _("Shadow"), "off": _("Off")}
MODES_EXPLAINED: dict[str, Text] = {
    "on": _("it acts"),
    "shadow": _("it is counted and acts on nothing"),
    "off": _("it is left out"),
}
QUEUES: dict[str, Text] = {"waiting": _("Waiting"), "escalated": _("Escalated")}


def comparisons_of(kind: Kind) -> list[tuple[str, Text]]:
    """Return how a fact of a kind may be compared, for a chooser."""
    return [(one.value, COMPARISONS[one]) for one in OPERATORS[kind]]
