"""Everything a rule may ask about a comment. Plain values: no database, no Django."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from classifier.base import Label, Scores, Unscored
from classifier.text import Folded, fold


class Muted(StrEnum):
    """Why a person must look at whatever an author writes."""

    BAN = "ban"  # what was on its way when the ban came
    MUTE = "mute"
    NEW_NAME = "new_name"  # from the network address of somebody who is muted or banned


@dataclass(frozen=True)
class Facts:
    """One comment as the rules see it.

    Scores are calibrated probabilities, 0 to 1; both mappings are empty when ``unscored`` is set.
    """

    text: str
    own: Mapping[Label, float] = field(default_factory=dict)
    quoted: Mapping[Label, float] = field(default_factory=dict)
    unscored: Unscored | None = None
    language: str = "und"
    links: int = 0
    author_published: int = 0  # comments of this author that are published now
    pre_moderated: bool = False
    author_muted: Muted | None = None

    @cached_property
    def folded(self) -> Folded:
        """The text with evasion undone; made once, when the first word list asks."""
        return fold(self.text)


_LINK = re.compile(r"https?://|\bwww\.")


def facts_about(
    *,
    text: str,
    scores: Scores,
    author_published: int,
    pre_moderated: bool,
    author_muted: Muted | None = None,
) -> Facts:
    """Gather what the rules may ask from a comment's text, its scores, its author and article."""
    return Facts(
        text=text,
        own=scores.own,
        quoted=scores.quoted,
        unscored=scores.unscored,
        language=scores.language,
        links=count_links(text),
        author_published=author_published,
        pre_moderated=pre_moderated,
        author_muted=author_muted,
    )


def count_links(text: str) -> int:
    """Return how many web addresses stand in a text, written as one or meant as one."""
    lower = text.lower()
    # Most comments have none; two searches for a plain string are ten times as fast as the pattern.
    if "://" not in lower and "www." not in lower:
        return 0
    return len(_LINK.findall(lower))
