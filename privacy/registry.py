"""What each room holds of a person: one list, so that nothing is forgotten when somebody asks.

A room registers itself once, where its application is ready. A test walks the fields of all models
and fails for one that could hold something of a person and of which no room says either that it
does (``personal``) or why it does not (``impersonal``).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

Row = Mapping[str, Any]  # of what JSON knows, and moments


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, as far as the site can tell: an author, an account, or both."""

    author_id: int | None = None
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """A part of what a person can download: a list in the file, a heading on the page.

    The file keeps the names and values of ``rows`` in every language. The page says them in words:
    names by ``called`` beside those that many parts have (``privacy.field_names``), values of a
    name by ``words``, all lazily translated.
    """

    name: str
    title: Any  # lazily translated
    rows: Callable[[Person], Iterator[Row]]
    called: Mapping[str, Any] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Eraser:
    """Takes a person out of a room; returns what it emptied, by name.

    It is safe to run twice and to break off: each of its transactions is short, and what they leave
    behind the next run finds. ``stays``: whether published comments stay, without a name.
    """

    step: int  # what has a lower one goes first
    erase: Callable[[Person, bool], Mapping[str, int]]


class Taken(NamedTuple):
    """How many rows were emptied, and the key of the last one; None when there are no more."""

    rows: int
    last: Any = None


@dataclass(frozen=True, slots=True)
class Rule:
    """Something that is kept for so many days and then emptied.

    ``days`` reads the settings of the site; None: it is kept. ``empty`` empties at most so many
    rows of before a moment whose keys come after one, in one short transaction: a run walks a table
    once, however little of it is over. ``count`` says how many there are. ``told`` says it to
    readers.
    """

    key: str
    title: Any
    days: Callable[[Any], int | None]
    told: Callable[[int | None], str]
    empty: Callable[[datetime, int, Any], Taken]
    count: Callable[[datetime], int]


@dataclass(frozen=True, slots=True)
class Room:
    """What one room says of itself. Fields are named by the model: ``{"comments.Author": ...}``."""

    name: str
    personal: Mapping[str, Iterable[str]] = field(default_factory=dict)
    impersonal: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # field -> reason
    impersonal_models: Mapping[str, str] = field(default_factory=dict)  # model -> reason
    addresses: Callable[[Person], set[str]] | None = None  # e-mail addresses that are theirs alone
    shares: Sequence[Share] = ()
    erasers: Sequence[Eraser] = ()
    rules: Sequence[Rule] = ()


_rooms: dict[str, Room] = {}


def register(room: Room) -> None:
    """Take a room into the list."""
    _rooms[room.name] = room


def rooms() -> list[Room]:
    """Return the rooms, by name."""
    return [_rooms[name] for name in sorted(_rooms)]


def shares() -> list[Share]:
    """Return what a person can download, in the order of the file."""
    return [share for room in rooms() for share in room.shares]


def erasers() -> list[Eraser]:
    """Return what takes a person out, in the order in which it must be done."""
    found = (eraser for room in rooms() for eraser in room.erasers)
    return sorted(found, key=lambda eraser: eraser.step)


def rules() -> list[Rule]:
    """Return what is forgotten in time."""
    return [rule for room in rooms() for rule in room.rules]


def addresses_of(person: Person) -> set[str]:
    """Return the e-mail addresses that are a person's and nobody else's, in lower case."""
    found: set[str] = set()
    for room in rooms():
        if room.addresses is not None:
            found |= room.addresses(person)
    return {address.lower() for address in found if address}
