"""Everybody who may be curious about what is not public, and every address that they can ask.

The addresses are those of the URLconf: one that is added later is asked as well, or a test fails
until somebody says here what its parts stand for.
"""

import random
import re
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from typing import Any, NamedTuple
from urllib.parse import quote

from django.db import connection
from django.test import Client

from accounts.models import Role
from accounts.signed_links import Purpose, sign, sign_once
from comments.cookies import guest_value
from comments.disagreeing import disagree
from comments.embedding.frame import PASS
from comments.embedding.tokens import users_pass
from comments.following import stop_address
from comments.models import Author, Comment, Follow, SiteSettings, Visit
from comments.mutes import mute
from comments.readers import reader_key
from comments.submission import Writer
from moderation.appeal_links import path_to_appeal
from moderation.decisions import database_now
from moderation.illegal_content import letters
from moderation.models import Statement
from moderation.statement_words import link_for_letter
from privacy.erasing import ask
from privacy.registry import Person
from tests.appeal_data import remove
from tests.canaries import words_in
from tests.desk_data import client_of, person, session_of
from tests.framing import HOST
from tests.illegal_data import make_notice
from tests.make import make_comment, screen_all
from tests.posting import HTMX, known_as
from tests.premoderated import Newsroom
from tests.site_routes import path_to, routes

# test_access.py asks these as everybody; no reader gets in.
OF_THE_DESK = ("moderation:", "notices:", "admin:")
# Where texts stand that are public, or a number of them: asked again and again.
BUSY = ("article", "article_feed", "comment", "history", "counts", "index", "mutes", "me")
_COUNTS = (
    re.compile(r'href="/articles/([\w-]+)/#discussion">\s*(\d+) comment'),
    re.compile(r'"@id": "[^"]*/articles/([\w-]+)/".*?"commentCount": (\d+)'),
    re.compile(r'"([\w-]+)": {"number": (\d+)'),
)


class Address(NamedTuple):
    """Where to ask, and by which name of the URLconf."""

    route: str
    path: str


@dataclass
class Curious:
    """Somebody with a browser, or a machine. ``parts`` are what only they can name."""

    name: str
    newsroom: Newsroom
    client: Callable[[], Client]
    headers: Mapping[str, str] = field(default_factory=dict)
    parts: dict[str, list[Any]] = field(default_factory=dict)
    chance: random.Random = field(default_factory=random.Random)
    addresses: list[Address] = field(default_factory=list)
    busy: list[Address] = field(default_factory=list)
    found: set[str] = field(default_factory=set)  # routes where they read what was public
    leaks: list[str] = field(default_factory=list)
    asked: int = 0
    may_ask: float = 0  # so far; between two of one's own addresses stands a busy one

    def ask_all(self, over: threading.Event) -> None:
        """Ask what is one's own to ask, and what is busy in between, as far as one may now."""
        waiting = self.chance.sample(self.addresses, len(self.addresses))
        try:
            while not over.is_set():
                if self.asked >= self.may_ask:
                    over.wait(0.002)
                elif waiting and self.asked % 2:
                    self.ask(*waiting.pop())
                else:
                    self.ask(*self.chance.choice(self.busy))
        finally:
            connection.close()

    def ask(self, route: str, path: str) -> None:
        """Ask for a page; note what it holds that was not public while it was made."""
        since = time.monotonic()
        answer = self.client().get(path, headers=dict(self.headers))
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        until = time.monotonic()
        text = f"{body.decode(errors='replace')}\n{dict(answer.headers)}"
        self.asked += 1
        for thing in (*words_in(text), *_counts_in(text)):
            if self._may_read(route, thing, since, until):
                self.found.add(route)
            else:
                self.leaks.append(f"{self.name} read {thing} at {path} ({answer.status_code})")

    def _may_read(self, route: str, thing: str, since: float, until: float) -> bool:
        was_public = self.newsroom.ledger.was_public
        if route.endswith(":history") and was_public(f"history: {thing}", since, until):
            return True
        return was_public(thing, since, until)


def _counts_in(text: str) -> Iterator[str]:
    for pattern in _COUNTS:
        yield from (f"{slug}: {number}" for slug, number in pattern.findall(text))


def everybody(newsroom: Newsroom) -> list[Curious]:
    """A newcomer, a guest, somebody signed in, the frames of both, and a machine.

    They share the addresses among them, differently each time; what is busy all of them ask.
    """
    guest = Author.objects.create(name="Per Gjest", published_count=5, email="per@example.org")
    user = person(Role.READER, name="Liv Leser")
    reader = Author.objects.create(name="Liv Leser", user=user, published_count=5, email=user.email)
    as_guest, as_reader = Writer(guest_key=guest.key), Writer(user=user)
    parts = {
        guest.pk: _involved(newsroom, guest, as_guest),
        reader.pk: _involved(newsroom, reader, as_reader),
    }
    erasure = ask(person=Person(author_id=-1), comments_stay=True)
    for known in parts.values():
        known["comments:erased.public_id"] = [erasure.public_id]
        known["comments:erase_confirm.token"] = [sign(purpose=Purpose.ERASE, subject=str(user.pk))]
    nobody = parts[guest.pk] | {"public_id": []}  # a link is good for whoever holds it
    signed_in, with_cookie = client_of(user), known_as(guest)
    kept_pass = "~" + users_pass(session_key=session_of(user))
    framed = {**HTMX, PASS: guest_value(guest.key)}
    people = [
        Curious("a newcomer", newsroom, Client, {}, nobody),
        Curious("a guest", newsroom, lambda: with_cookie, {}, parts[guest.pk]),
        Curious("a signed-in reader", newsroom, lambda: signed_in, {}, parts[reader.pk]),
        Curious("a guest in a frame", newsroom, Client, framed, parts[guest.pk]),
        Curious("a reader in a frame", newsroom, Client, {PASS: kept_pass}, nobody),
        Curious("a machine", newsroom, Client, {"Accept": "application/json", **HTMX}, nobody),
    ]
    first = newsroom.chance.randrange(len(people))
    for number, who in enumerate(people, start=first):
        who.chance = random.Random(newsroom.chance.random())
        found = addresses_for(who)
        who.busy = [one for one in found if one.route.partition(":")[2] in BUSY]
        # What is one's own differs from person to person.
        shared = [one for one in found if not one.path.startswith("/me/")]
        own = [one for one in found if one.path.startswith("/me/")]
        who.addresses = own + shared[number % len(people) :: len(people)]
    return people


def _involved(newsroom: Newsroom, author: Author, writer: Writer) -> dict[str, list[Any]]:
    """Have somebody do with comments of others whatever a reader can; returns what they hold."""
    key, site = reader_key(writer=writer), SiteSettings.current()
    public = [pk for pk in newsroom.names if newsroom.is_public(pk)]
    comments = list(Comment.objects.filter(pk__in=public).select_related("author", "article"))
    for comment in comments:
        mute(comment=comment, writer=writer, reader_key=key)
        disagree(comment=comment, reader_key=key, site=site)
    with newsroom.changing(others=3 * len(newsroom.articles)):
        own = [
            make_comment(f"{words}, {uuid.uuid4().hex}", parent=comments[n % 2], author=author)
            for n, words in enumerate(("I agree", "You fool", "Never"))
        ]
        screen_all()
        removal = remove(Comment.objects.get(pk=own[-1].pk), by=newsroom.desk[0])
    ago = database_now() - timedelta(minutes=1)
    about = {"email": author.email, "confirmed_at": ago, "told_until": ago}
    about |= {"user": writer.user, "guest_key": writer.guest_key}
    follows = [Follow.objects.create(article=a, **about) for a in newsroom.articles]
    follows += [
        Follow.objects.create(article=c.article, thread=c, **about) for c in comments if not c.depth
    ]
    if writer.user is not None:
        for article in newsroom.articles:
            Visit.objects.create(reader_key=key, article=article, since=ago, seen_at=ago)
    notices = [make_notice(c, name=author.name, email=author.email) for c in comments]
    return {
        "public_id": [comment.public_id for comment in own],
        "comments:stop_mine.public_id": [follow.public_id for follow in follows],
        "comments:stop_follow.token": [_token(stop_address(follow)) for follow in follows],
        "comments:confirm_follow.token": [
            sign(purpose=Purpose.FOLLOW, subject=str(follow.public_id)) for follow in follows
        ],
        "comments:open_link.token": [sign_once(purpose=Purpose.MANAGE, subject=author.email)],
        "readers:appeal.token": [_token(path_to_appeal(removal))],
        "readers:statement.token": [_token(link_for_letter(removal.statement))],
        "readers:illegal_receipt.token": [_token(letters.receipt_path(n)) for n in notices],
    }


def _token(address: str) -> str:
    return address.rstrip("/").rpartition("/")[2]


def addresses_for(who: Curious) -> list[Address]:
    """Every address that is not the desk's, with all that its parts can stand for."""
    parts = _parts_of(who)
    queries = _queries(who.newsroom)
    found = []
    for route, pattern, names in routes():
        if route.startswith(OF_THE_DESK):
            continue
        choices = [_choices(parts, route, name) for name in names]
        for values in product(*choices):
            path = path_to(route, pattern, dict(zip(names, values, strict=True)))
            own = queries.get(route, ())
            found += [Address(route, f"{path}{query}") for query in ("", *own)]
    return found


def _choices(parts: Mapping[str, list[Any]], route: str, name: str) -> list[Any]:
    found = parts.get(f"{route}.{name}", parts.get(name))
    assert found is not None, (
        f"Nobody has said what {name!r} stands for in the address {route!r}: add a line"
        f' "{route}.{name}" to _parts_of in tests/curious.py, with every value by which a reader'
        " could come to a comment that is not public."
    )
    return found


def _parts_of(who: Curious) -> dict[str, list[Any]]:
    newsroom = who.newsroom
    [section] = {article.section.slug for article in newsroom.articles}
    comments = Comment.objects.filter(pk__in=newsroom.names).values_list("public_id", flat=True)
    statements = Statement.objects.values_list("public_id", flat=True)
    return {
        "slug": [article.slug for article in newsroom.articles],
        "comments:section.slug": [section],
        "comments:section_feed.slug": [section],
        "comments:tag.slug": ["ferries"],
        "comments:sitemap_part.section": ["articles", "sections"],
        "readers:policy.slug": ["insults"],
        "readers:policy_version.slug": ["insults"],
        "readers:policy_version.number": [1],
        "readers:own_statement.public_id": list(statements),
        "openid_connect_login.provider_id": ["nobody"],
        "openid_connect_callback.provider_id": ["nobody"],
        "mfa_remove_webauthn.pk": [0],
        "mfa_edit_webauthn.pk": [0],
        "media.path": ["pictures/none.jpg"],
        **who.parts,
        "public_id": [*comments, *who.parts["public_id"]],
    }


def _queries(newsroom: Newsroom) -> dict[str, list[str]]:
    """What an address is asked with besides."""
    ids = list(Comment.objects.filter(pk__in=newsroom.names).values_list("public_id", flat=True))
    slugs = "&".join(f"of={article.slug}" for article in newsroom.articles)
    discussion = ["?sort=oldest", "?sort=replies", "?sort=picks", "?page=2"]
    discussion += [f"?reply={public_id}&quote=1" for public_id in ids]
    frame = f"from={quote(HOST)}"
    return {
        "comments:article": discussion,
        "embed:article": [f"{query}&{frame}" for query in discussion],
        "comments:comment": ["?page=1", "?reply=1"],
        "comments:state": ["?looked=1"],
        "embed:counts": [f"?{slugs}"],
        "embed:page": [f"?url={quote(a.page_url or '')}&{frame}" for a in newsroom.articles],
        "readers:illegal_notice": [f"?comment={public_id}" for public_id in ids],
    }
