"""Lists of hosts, one on each line: ``example.org`` names it and everything under it."""

import re
from collections.abc import Iterable
from functools import lru_cache

from moderation.rules.entries import (
    LONGEST_ENTRY,
    MOST_ENTRIES,
    BadEntry,
    Problem,
    Trouble,
    lines_of,
)

_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_LONGEST_HOST = 253
_DOTS = str.maketrans("。．｡", "...")  # browsers read them as dots
_NEARLY_EVERYTHING = frozenset({"com", "net", "org"})


def read_hosts(text: str) -> tuple[list[str], list[Problem]]:
    """Read a list of hosts as it was typed or uploaded; never raises.

    Whole addresses are taken for their host. Returns as ``read_entries`` does.
    """
    entries: list[str] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for number, line in lines_of(text):
        if len(entries) == MOST_ENTRIES:
            problems.append(Problem(number, line, Trouble.TOO_MANY))
            break
        try:
            host = parse_host(line)
            if seen.setdefault(host, number) != number:
                raise BadEntry(Trouble.DUPLICATE, str(seen[host]))
        except BadEntry as bad:
            problems.append(Problem(number, line, bad.trouble, bad.detail))
        else:
            entries.append(host)
    return entries, problems


def parse_host(line: str) -> str:
    """Return the host of an entry as it goes over the wire, ``*.`` before it where it has that.

    Raises BadEntry.
    """
    typed = line.strip().lower()
    if len(typed) > LONGEST_ENTRY:
        raise BadEntry(Trouble.TOO_LONG)
    starred = typed.startswith("*.")
    host = plain_host(_host_of(typed[2:] if starred else typed))
    labels = host.split(".")
    if not all(map(_LABEL.fullmatch, labels)):
        raise BadEntry(Trouble.NOT_A_HOST)
    if starred and host in _NEARLY_EVERYTHING:
        raise BadEntry(Trouble.EVERYWHERE)
    if len(labels) == 1 and not starred:
        raise BadEntry(Trouble.NOT_A_HOST)
    return f"*.{host}" if starred else host


def _host_of(address: str) -> str:
    """Return the host in a web address; of a bare host, itself."""
    rest = address.split("://", 1)[-1]
    return re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")[2].partition(":")[0]


@lru_cache(maxsize=4096)
def plain_host(host: str) -> str:
    """Return a host in its one form: small letters, punycode, without "www." and a last dot.

    Whatever it is asked about; only ``parse_host`` refuses.
    """
    small = host.lower().translate(_DOTS).strip(".").removeprefix("www.")
    if small.isascii() or len(small) > _LONGEST_HOST:
        return small
    try:
        return small.encode("idna").decode("ascii").lower()
    except UnicodeError:  # too long a label, or a letter that no host may have
        return small


class HostMatcher:
    """A list of hosts. Entries that are none are passed over."""

    def __init__(self, entries: Iterable[str]) -> None:
        self._hosts: set[str] = set()
        self._above: set[str] = set()  # whose subdomains alone are meant
        for entry in entries:
            try:
                host = parse_host(entry)
            except BadEntry:
                continue
            if host.startswith("*."):
                self._above.add(host[2:])
            else:
                self._hosts.add(host)

    def entry_for(self, host: str) -> str | None:
        """Return the narrowest entry that a host falls under, or None."""
        name = plain_host(host)
        if name in self._hosts:
            return name
        while "." in name:
            name = name.partition(".")[2]
            if name in self._above:
                return f"*.{name}"
            if name in self._hosts:
                return name
        return None

    def matches(self, host: str) -> bool:
        """Whether a host is on the list."""
        return self.entry_for(host) is not None
