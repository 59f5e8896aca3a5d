"""The desk's keys: one list, from which the panel under ``?`` is drawn and the browser takes what
counts. A key that is not on it does nothing, so that the panel cannot differ from what works.

A key presses the control that carries ``data-key`` with it (a link, a button, a summary), which
also works without it; the few that only move are in static/js/desk.js.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Key:
    """One key, or the digits that follow another. ``once``: held down, it acts a single time.

    ``decides`` marks those that decide at once: they never reach a comment that just appeared.
    """

    key: str
    does: Promise
    once: bool = False
    decides: bool = False
    digits: bool = False  # followed by 1 to 9


@dataclass(frozen=True, slots=True)
class Group:
    """Keys that belong together, under a heading."""

    name: Promise
    keys: tuple[Key, ...]


GROUPS = (
    Group(
        _("Decide"),
        (
            Key("a", _("Approve"), once=True, decides=True),
            Key("f", _("Flag, with a question: 1 to 9 asks a ready one"), once=True, digits=True),
            Key("r", _("Remove: 1 to 9 is the policy its author is told"), once=True, digits=True),
            Key("u", _("Undo what you decided last"), once=True),
            Key("s", _("Skip: others first, you later"), once=True),
            Key("n", _("Show the new state where somebody was quicker"), once=True),
            Key("t", _("Take what is free again; with r open: a strike, too"), once=True),
            Key("m", _("With r open: a mute, too"), once=True),
        ),
    ),
    Group(
        _("Move"),
        (
            Key("j", _("Next comment")),
            Key("k", _("Comment before, decided ones too")),
            Key("v", _("Between focus view and list view"), once=True),
            Key("o", _("To the context, and back")),
            Key("q", _("To the filters")),
            Key("/", _("To the search")),
        ),
    ),
    Group(
        _("Look"),
        (
            Key("i", _("The article, in a tab of its own"), once=True),
            Key("p", _("The author’s drawer; again to close it"), once=True),
            Key("h", _("Earlier versions"), once=True),
            Key("e", _("Reports"), once=True),
            Key("d", _("Comments that say nearly the same"), once=True),
            Key("l", _("Look closer: which words moved the scores"), once=True),
            Key("b", _("Show a text that is blurred"), once=True),
        ),
    ),
    Group(
        _("Many at once"),
        (
            Key("x", _("Select the comment, or leave it out again"), once=True),
            Key("X", _("Select from there to here"), once=True),
        ),
    ),
)
ALWAYS = (
    Key("?", _("These keys")),
    Key("Esc", _("Close a panel, leave a field")),
)
