"""Word lists in words: why a line does not become an entry, what a change did."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from moderation.models import WordList
from moderation.punctuation import count, quoted
from moderation.rules.entries import (
    LONGEST_ENTRY,
    MOST_ENTRIES,
    MOST_PATTERNS,
    Problem,
    Trouble,
)

_WORDS = {
    Trouble.TOO_LONG: gettext_lazy("Longer than %(longest)d characters."),
    Trouble.TOO_MANY: gettext_lazy(
        "A list holds %(most)s entries; this line and those below it do not fit."
    ),
    Trouble.TOO_MANY_PATTERNS: gettext_lazy("A list holds %(patterns)d patterns between slashes."),
    Trouble.NOTHING: gettext_lazy("Nothing in it can be seen."),
    Trouble.LONE_STAR: gettext_lazy("A star needs a letter or a digit beside it."),
    Trouble.EVERYWHERE: gettext_lazy("It would be found in nearly everything."),
    Trouble.TOO_LARGE: gettext_lazy("The pattern takes too much memory. Make it simpler."),
    Trouble.EMPTY: gettext_lazy("The pattern is found where nothing stands."),
    Trouble.NOT_A_HOST: gettext_lazy("Not a host. Write it as example.org or *.example.org."),
}

# What RE2 says begins with one of these.
_PATTERNS = (
    ("missing )", gettext_lazy("A bracket ( is not closed.")),
    ("unexpected )", gettext_lazy("A bracket ) was never opened.")),
    ("missing ]", gettext_lazy("A bracket [ is not closed.")),
    ("no argument for repetition", gettext_lazy("There is nothing to repeat before the sign.")),
    ("bad repetition", gettext_lazy("Two signs of repetition stand together.")),
    ("invalid repetition size", gettext_lazy("Something may repeat 1000 times at most.")),
    ("invalid perl operator", gettext_lazy("RE2 cannot look ahead or behind.")),
    ("invalid escape", gettext_lazy("RE2 does not know this sign after a backslash.")),
    ("invalid character class", gettext_lazy("What stands between [ and ] cannot be read.")),
)


def problem_in_words(problem: Problem) -> str:
    """Return why a line was refused, or where its like stands."""
    if problem.trouble == Trouble.DUPLICATE:
        if not problem.detail:
            return _("The list has it already.")
        return _("The same as line %(line)s.") % {"line": problem.detail}
    if problem.trouble == Trouble.UNREADABLE:
        plain = next((said for start, said in _PATTERNS if problem.detail.startswith(start)), "")
        return _("The pattern cannot be read. %(plain)s RE2 says: %(said)s") % {
            "plain": plain,
            "said": problem.detail,
        }
    return _WORDS[problem.trouble] % {
        "longest": LONGEST_ENTRY,
        "most": count(MOST_ENTRIES),
        "patterns": MOST_PATTERNS,
    }


def list_in_words(side: Mapping[str, Any]) -> list[str]:
    """Return one side of a change of a list, as ``moderation.rulebook.lists`` logs it, in lines."""
    number = side.get("number", 0)
    use = dict(WordList.Use.choices).get(side.get("use", ""), "")
    said = ngettext("%(n)s entry", "%(n)s entries", number) % {"n": count(number)}
    lines = [f"{side.get('name', '')} ({use}): {said}"]
    for key, words in (
        ("added", _("%(n)s added: %(all)s")),
        ("taken_out", _("%(n)s taken out: %(all)s")),
    ):
        moved = side.get(key) or {}
        if moved.get("number"):
            shown = ", ".join(map(quoted, moved["entries"]))
            more = " …" if moved["number"] > len(moved["entries"]) else ""
            lines.append(words % {"n": count(moved["number"]), "all": shown + more})
    return lines
