"""Every address of the site, asked by everybody, against the table in access.toml."""

import re
import tomllib
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.urls import URLPattern, reverse
from pytest_django import DjangoDbBlocker

from accounts.models import MODERATING, SENIOR, Role
from tests.access_world import OTHER, OWN, Who, World, everybody, guest, signed_in
from tests.make import make_held
from tests.site_routes import names_in, path_to, routes

pytestmark = pytest.mark.usefixtures("nothing_kept")

TABLE = Path(__file__).with_name("access.toml")
AUDIENCES: dict[str, frozenset[Role]] = {
    "moderators": MODERATING,
    "seniors": SENIOR,
    "admins": frozenset({Role.SITE_ADMIN}),
}
METHODS = ("get", "post")
SIGN_IN, REFUSED, NOT_FOUND, NO_SUCH_METHOD = "sign in", 403, 404, 405
ADMIN = "admin:"  # makes addresses of its own, and has one rule for all of them


@pytest.fixture(scope="module")
def people(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[list[Who]]:
    """Everybody, made once for all lines: a transaction holds them until the last was asked."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield everybody()
        transaction.set_rollback(True)


@pytest.fixture
def nothing_kept(people: list[Who]) -> Iterator[None]:
    """What a test makes is gone after it; the people stay, signed in as they were."""
    kept = [deepcopy(who.client.cookies) for who in people]
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    for who, cookies in zip(people, kept, strict=True):
        who.client.cookies = cookies


@dataclass(frozen=True)
class Line:
    """A line of the table."""

    key: str
    audience: str
    get: int | str | None = None
    post: int | str | None = None
    send: dict[str, str] = field(default_factory=dict)
    make: dict[str, str] = field(default_factory=dict)
    elsewhere: str = ""
    signed_in: int | None = None
    guests: int | str = SIGN_IN

    @property
    def route(self) -> str:
        return re.split(r"[? ]", self.key, maxsplit=1)[0]

    @property
    def query(self) -> str:
        return self.key.partition("?")[2]

    @property
    def is_of_the_desk(self) -> bool:
        return self.audience in AUDIENCES

    @property
    def names_an_object(self) -> bool:
        fixed = {"queue", "path", "section"}
        return bool({*names_in(ROUTES[self.route])} - fixed or "{" in self.query)

    def answer(self, who: Who, place: str, method: str) -> int | str:
        """What this person must be answered."""
        given: int | str | None = getattr(self, method)
        if self.audience == "everyone":
            return self._open_to_all(who, given)
        if self.audience == "its author":
            is_own = place == OWN and who.author is not None
            return NO_SUCH_METHOD if given is None else given if is_own else NOT_FOUND
        if given is None:
            return NO_SUCH_METHOD
        if who.role is None:
            return self.guests
        if self.audience == "whoever is signed in":
            return given
        if who.role not in AUDIENCES[self.audience]:
            return REFUSED
        elsewhere = place == OTHER and self.names_an_object and who.is_narrowed
        return NOT_FOUND if elsewhere and not self.elsewhere else given

    def _open_to_all(self, who: Who, given: int | str | None) -> int:
        if given is None:
            return NO_SUCH_METHOD
        return self.signed_in if self.signed_in and who.role is not None else given


ROUTES = {name: pattern for name, pattern, _ in routes() if not name.startswith(ADMIN)}
LINES = [
    Line(key, words.pop("for"), **words)
    for table in tomllib.loads(TABLE.read_text()).values()
    for key, words in table.items()
]
OF_DESK = [line for line in LINES if line.is_of_the_desk and line.route in ROUTES]


def address(line: Line, world: World, place: str) -> str:
    """Where a line points, with an object of that section."""
    pattern = ROUTES[line.route]
    names = {*names_in(pattern), *line.make}  # a part may stand in what includes the pattern
    values = {n: world.value(line.make.get(n, n), place) for n in names}
    path = path_to(line.route, pattern, values)
    query = world.filled(line.query, place)
    return f"{path}?{query}" if query else path


def ask(line: Line, world: World, place: str, method: str) -> HttpResponse:
    """Ask, and let the next one find everything as it was."""
    assert world.who is not None
    where = address(line, world, place)
    sent = {name: world.filled(value, place) for name, value in line.send.items()}
    with transaction.atomic():
        answer = getattr(world.who.client, method)(where, sent if method == "post" else None)
        transaction.set_rollback(True)
    return answer


def said(answer: HttpResponse) -> int | str:
    """The status, or that one shall sign in first."""
    to = answer.headers.get("Location", "")
    if answer.status_code == 302 and to.startswith(reverse("accounts:sign_in")):
        return SIGN_IN
    return int(answer.status_code)


def test_every_address_has_a_line() -> None:
    missing = {name: p for name, p in ROUTES.items() if name not in {line.route for line in LINES}}
    lines = "\n".join(
        f'  "{name}" = {{ for = "moderators", get = 200 }}   # {pattern.pattern}'
        for name, pattern in missing.items()
    )
    assert not missing, (
        f"Nobody has said who may open these addresses. Write a line for each into {TABLE.name},"
        f" with whom it is for and what they are answered, as in:\n{lines}"
    )


def test_every_line_has_an_address() -> None:
    gone = [line.key for line in LINES if line.route not in ROUTES]
    assert not gone, f"No address has these names: take their lines out of {TABLE.name}: {gone}"


def test_every_address_of_the_desk_is_for_somebody_of_the_desk() -> None:
    open_to_others = [
        line.key for line in LINES if line.route.startswith("moderation:") and line not in OF_DESK
    ]
    assert not open_to_others


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.key)
def test_each_person_is_answered_what_the_table_says(line: Line, people: list[Who]) -> None:
    if line.route not in ROUTES:
        pytest.skip("no address has this name: another test says so")
    wrong, world = {}, World()
    for world.who in people:
        for method, place in questions(line, in_both=not world.who.has_changed):
            expected = line.answer(world.who, place, method)
            got = said(ask(line, world, place, method))
            if got != expected and not _refuses_earlier(line, world.who, place, method, got):
                wrong[f"{world.who.name}, {method}, section {place}"] = f"{got}, not {expected}"
    assert not wrong, f"{line.key}: the table says otherwise"


def questions(line: Line, *, in_both: bool) -> Iterator[tuple[str, str]]:
    """The methods, and the sections where that can make a difference."""
    for method in METHODS:
        yield method, OWN
        if in_both and line.names_an_object and getattr(line, method) is not None:
            yield method, OTHER


def _refuses_earlier(line: Line, who: Who, place: str, method: str, got: int | str) -> bool:
    """Whether a method that the address does not have met another refusal first: either will do."""
    if getattr(line, method) is not None:
        return False
    other = line.answer(who, place, "post" if method == "get" else "get")
    return got == other and got in (SIGN_IN, REFUSED, NOT_FOUND)


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.SENIOR_MODERATOR])
@pytest.mark.parametrize("line", [line for line in OF_DESK if line.get], ids=lambda line: line.key)
def test_no_page_tells_a_word_of_another_section(line: Line, role: Role) -> None:
    who = signed_in("somebody", role)
    world = World(who)
    mine = world.item(OWN)
    world.decision(OTHER)
    article = world.item(OTHER).article
    make_held(f"Only a fool, {OTHER}.", article=article, author=mine.comment.author)
    for place in (OWN, OTHER):
        answer = ask(line, world, place, "get")
        words = b"".join(answer) if answer.streaming else answer.content
        assert OTHER.lower() not in words.decode().lower(), (place, line.key)


@pytest.mark.parametrize("line", [line for line in OF_DESK if line.names_an_object and line.get])
def test_whoever_is_assigned_nowhere_opens_both_sections(line: Line) -> None:
    who = signed_in("somebody", max(AUDIENCES[line.audience], key=list(Role).index))
    assert who.user is not None
    who.user.section_assignments.all().delete()
    world = World(who)
    assert {said(ask(line, world, place, "get")) for place in (OWN, OTHER)} == {line.get}


def test_nobody_but_site_admins_gets_into_the_admin(people: list[Who]) -> None:
    """One rule for every address of it: a guest is asked to sign in, everybody else refused."""
    of_admin = [p for name, p, _ in routes() if name.startswith(ADMIN) and p.name]
    addresses = {_filled(ADMIN + str(pattern.name), pattern) for pattern in of_admin}
    addresses.remove(reverse("admin:logout"))  # open to all, and tells nothing
    assert len(addresses) > 60
    let_in = {}
    for who in (guest(), signed_in("senior", Role.SENIOR_MODERATOR)):
        for path in addresses - {reverse("admin:login")}:
            for ask_for in (who.client.get, who.client.post):
                answer = ask_for(path)
                if not answer.headers.get("Location", "").startswith(reverse("admin:login")):
                    let_in[f"{who.name}, {path}"] = answer.status_code
    assert let_in == {}
    for who in people:
        at_the_door = said(who.client.get(reverse("admin:login")))
        assert at_the_door == {None: SIGN_IN, Role.SITE_ADMIN: 302}.get(who.role, REFUSED)


def _filled(name: str, pattern: URLPattern) -> str:
    values = {part: "comments" if part == "app_label" else "1" for part in names_in(pattern)}
    return reverse(name, kwargs=values)


def test_queries_are_read_as_they_are_written() -> None:
    """A typing mistake in a query would ask for the page without it, and prove nothing."""
    for line in LINES:
        assert [name for name, _ in parse_qsl(line.query)] == re.findall(r"(\w+)=", line.query)
