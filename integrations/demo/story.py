"""What the demo tells, read from the files in ``content/``. Plain values: no database."""

import tomllib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

CONTENT = Path(__file__).parent / "content"

# The order in which the newspaper printed them, oldest first.
SLUGS = (
    "two-delegations-one-breakfast-room",
    "the-organ-in-the-herring-hall",
    "the-school-at-the-end-of-the-road",
    "a-point-from-the-top-division",
    "night-ward-to-close",
    "the-ferry-to-skarvoya",
    "the-nurse-who-came-home-from-tarsk",
    "eighty-beds-in-the-old-seamens-home",
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a demo account."""

    email: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Picture:
    """What ``pictures.draw`` is asked for: colours as ``#rrggbb``, places as parts of the whole."""

    seed: int
    sky: tuple[str, str]
    ridges: tuple[str, str]
    sea: tuple[str, str]
    sun: tuple[float, float, float]
    sun_colour: str
    horizon: float
    motif: str


@dataclass(frozen=True, slots=True)
class Story:
    """An article as the demo prints it; ``body`` is HTML of our own making."""

    slug: str
    days_ago: float
    fields: dict[str, Any]
    section: str
    tags: tuple[str, ...]
    body: str
    picture: Picture


@dataclass(frozen=True, slots=True)
class Remark:
    """One comment, and what becomes of it.

    ``then`` is empty (whoever looks at it lets it stand), ``leave`` (what the rules said is the
    last word), ``remove``, ``flag``, ``undo`` (removed and taken back), or ``withdraw``. ``also``
    is what a removal brings its author (``strike``, ``mute``), and ``noted`` what a moderator then
    notes about them.
    """

    key: str
    article: str
    by: str
    say: str
    at: datetime
    to: str = ""
    website: str = ""
    then: str = ""
    policy: str = ""
    note: str = ""
    also: tuple[str, ...] = ()
    noted: str = ""
    edited: str = ""
    reports: tuple[tuple[str, str], ...] = field(default=())


def paper() -> dict[str, Any]:
    """Return what holds for the whole paper: its name, sections, accounts and listed words."""
    return _read(CONTENT / "paper.toml")


def people() -> list[Person]:
    """Return the accounts, the mildest role first."""
    return [Person(**entry) for entry in paper()["accounts"]]


def stories() -> list[Story]:
    """Return the articles, oldest first."""
    return [_story(slug) for slug in SLUGS]


def remarks(*, story: Story, now: datetime) -> list[Remark]:
    """Return the comments under an article in the order they were written.

    A remark with ``minutes_ago`` was written then. The others fill the time since publication,
    most of them in its first part, and a reply leaves a moderator time to publish what it answers.
    """
    path = CONTENT / "comments" / f"{story.slug}.toml"
    entries = _read(path)["comment"] if path.exists() else []
    published = now - timedelta(days=story.days_ago)
    last_hour = timedelta(minutes=paper()["quiet_minutes"])
    span = min(timedelta(days=4), now - published) - last_hour
    told: dict[str, Remark] = {}
    for number, entry in enumerate(entries, start=1):
        at = published + span * (number / (len(entries) + 1)) ** 1.6
        if "minutes_ago" in entry:
            at = now - timedelta(minutes=entry.pop("minutes_ago"))
        if entry.get("to"):
            at = max(at, told[entry["to"]].at + timedelta(minutes=35))
        remark = _remark(story.slug, number, entry, at)
        told[remark.key] = remark
    return sorted(told.values(), key=lambda remark: remark.at)


def _remark(slug: str, number: int, entry: dict[str, Any], at: datetime) -> Remark:
    reports = tuple((r["category"], r["words"]) for r in entry.pop("reports", ()))
    key = entry.pop("key", f"{slug}-{number}")
    also = tuple(entry.pop("also", ()))
    words = {name: entry.pop(name).strip() for name in ("say", "edited") if name in entry}
    return Remark(key=key, article=slug, at=at, reports=reports, also=also, **words, **entry)


def _story(slug: str) -> Story:
    entry = _read(CONTENT / "articles" / f"{slug}.toml")
    drawn: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in entry.pop("drawing").items()
    }
    return Story(
        slug=slug,
        days_ago=entry.pop("days_ago"),
        section=entry.pop("section"),
        tags=tuple(entry.pop("tags")),
        body=_html(entry.pop("body")),
        picture=Picture(**drawn),
        fields=entry,
    )


def _html(text: str) -> str:
    """Turn paragraphs, ``## `` headings and ``> `` quotations into HTML."""
    parts = []
    for block in (part.strip().replace("\n", " ") for part in text.strip().split("\n\n")):
        if block.startswith("## "):
            parts.append(f"<h2>{block[3:]}</h2>")
        elif block.startswith("> "):
            parts.append(f"<blockquote><p>{block[2:]}</p></blockquote>")
        else:
            parts.append(f"<p>{block}</p>")
    return "\n".join(parts)


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
