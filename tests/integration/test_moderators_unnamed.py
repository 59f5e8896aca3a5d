"""Readers never learn a moderator's name: not on a page, in a feed, a mail, a header or a cache."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from django.core import mail
from django.core.cache import caches
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from accounts.models import Role, User
from classifier.base import Label
from comments.models import Article, Author, Comment, RestrictionKind
from comments.submission import report_comment
from comments.urls import urlpatterns
from moderation.author_acts import Terms, add_note, restrict, strike
from moderation.decisions import database_now, decide, undo
from moderation.models import Action, Policy
from tests.desk_data import client_of, person, publish_plain_rules
from tests.make import StandIn, make_article, make_comment, make_regular, screen_all

pytestmark = pytest.mark.django_db

NAME = "Xanthippe Quorlfeather"
ADDRESS = "xq.unmistakable@example.org"
TRACES = ("xanthippe", "quorlfeather", "xq.unmistakable")
LINKS = re.compile(
    r"""(?:href|src|action|hx-get|hx-post)="([^"]+)"|<(?:loc|link|guid)[^>]*>([^<]+)<"""
)
MOST_PAGES = 400


def moderator() -> User:
    user = person(Role.SENIOR_MODERATOR, name=NAME)
    user.email = ADDRESS
    user.save()
    return user


def held(body: str, **fields: object) -> Comment:
    comment = make_comment(body, **fields)
    screen_all(StandIn({"fool": {Label.INSULT: 0.8}}))
    comment.refresh_from_db()
    return comment


def act(comment: Comment, action: Action, by: User, **more: object) -> None:
    comment.refresh_from_db()
    decide(
        comment=comment,
        action=action,
        actor=by,
        seen_version=comment.version,
        at=database_now(),
        **more,
    )


def everything_by(by: User, article: Article, reader: User) -> list[Comment]:
    """Decisions of every kind with notes, answers to reports, and measures against an author."""
    policy = Policy.objects.filter(is_active=True)[0]
    author = make_regular(name="Olav Dahl")
    approved = held("Only a fool, approved.", article=article)
    act(approved, Action.APPROVE, by, note=f"Fine, says {NAME}")
    approved.refresh_from_db()
    reply = held("Only a fool, a reply.", article=article, parent=approved)
    act(reply, Action.APPROVE, by)
    signed = Author.objects.filter(user=reader).first() or make_regular(name="Marit", user=reader)
    removed = held("Only a fool, removed.", article=article, author=signed)
    act(removed, Action.REMOVE, by, policy=policy, note=f"Gone, says {NAME}")
    flagged = held("Only a fool, flagged.", article=article, author=signed)
    act(flagged, Action.FLAG, by, note=f"What do you think? {NAME}")
    back = held("Only a fool, taken back.", article=article, author=author)
    act(back, Action.REMOVE, by, policy=policy)
    undo(decision=back.decisions.order_by("-id")[0], actor=by, at=database_now())
    report_comment(comment=approved, category="spam", words="", reporter_key="a reader")
    act(approved, Action.APPROVE, by)
    at = database_now()
    add_note(author=author, by=by, text=f"Watch him, says {NAME}", at=at)
    newest = author.acts.order_by("-id").values_list("pk", flat=True).first() or 0
    strike(author=author, by=by, policy=policy, at=at, seen=newest, note=NAME)
    for one in (author, signed):
        newest = one.acts.order_by("-id").values_list("pk", flat=True).first() or 0
        terms = Terms(RestrictionKind.MUTE, at + timedelta(days=1), policy, note=NAME)
        restrict(author=one, by=by, terms=terms, at=at, seen=newest)
    return [approved, reply, removed, flagged, back]


def traces_in(text: str) -> list[str]:
    small = unescape(text).lower()
    return [trace for trace in TRACES if trace in small]


class Walk:
    """Follows every link that a reader can see, and remembers which routes answered."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.routes: set[str] = set()
        self.found: dict[str, list[str]] = {}
        self._seen: set[str] = set()

    def go(self, starts: list[str]) -> None:
        waiting = list(starts)
        while waiting and len(self._seen) < MOST_PAGES:
            path = waiting.pop()
            if path in self._seen or not self._is_public(path):
                continue
            self._seen.add(path)
            for extra in ({}, {"HTTP_HX_REQUEST": "true"}):
                answer = self.client.get(path, **extra)
                text = answer.getvalue().decode(errors="replace")
                heads = "\n".join(f"{name}: {value}" for name, value in answer.items())
                if traces := traces_in(text + heads + str(answer.cookies)):
                    self.found[path] = traces
            self.routes.add(resolve(urlsplit(path).path).view_name)
            for pair in LINKS.findall(text):
                link = urlsplit(urljoin(f"http://testserver{path}", unescape("".join(pair))))
                waiting.append(link.path + (f"?{link.query}" if link.query else ""))

    def _is_public(self, path: str) -> bool:
        try:
            name = resolve(urlsplit(path).path).view_name
        except Resolver404:
            return False
        return name.startswith(("comments:", "readers:", "accounts:sign_in"))


def test_no_reader_learns_who_moderates() -> None:
    publish_plain_rules()
    xq, reader = moderator(), person(Role.READER, name="Marit Vik")
    article = make_article()
    comments = everything_by(xq, article, reader)
    starts = [
        *("/", "/sitemap.xml", "/feed/", "/robots.txt", "/favicon.ico"),
        article.get_absolute_url(),
        reverse("comments:article_feed", args=[article.slug]),
        reverse("comments:seen", args=[article.slug]),
        reverse("comments:section_feed", args=[article.section.slug]),
    ]
    of_a_comment = ("comment", "state", "reply", "report", "edit", "withdraw")
    starts += [
        reverse(f"comments:{route}", args=[comment.public_id])
        for comment in comments
        for route in of_a_comment
    ]
    # What no page links to: forms are asked for, tokens are made up.
    parts = {"token": "made-up", "public_id": comments[0].public_id}
    starts += [
        reverse(f"comments:{one.name}", kwargs={n: parts[n] for n in one.pattern.converters})
        for one in urlpatterns
        if parts.keys() >= one.pattern.converters.keys()
    ]
    routes = set()
    for user in (None, reader):
        walk = Walk(client_of(user))
        walk.go(starts)
        assert walk.found == {}
        assert len(walk._seen) < MOST_PAGES, "the walk was cut short"
        routes |= walk.routes
        # Writing, reporting: what a muted author and a guest are answered.
        for comment in comments:
            answer = walk.client.post(
                reverse("comments:report", args=[comment.public_id]),
                {"category": "spam", "words": ""},
            )
            assert traces_in(answer.content.decode()) == []
        answer = walk.client.post(
            reverse("comments:submit", args=[article.slug]), {"body": "A word.", "name": "Marit"}
        )
        assert traces_in(answer.content.decode() + str(answer.headers)) == []
    named = {f"comments:{pattern.name}" for pattern in urlpatterns}
    unwalked = named - routes
    # Posted above; no article has a tag; answered with nothing and with a redirect.
    assert unwalked <= {"comments:submit", "comments:tag", "comments:seen", "comments:read"}
    assert [
        traces_in(str(letter.message()))
        for letter in mail.outbox
        if traces_in(str(letter.message()))
    ] == []
    fragments = caches["fragments"]
    kept = str(vars(fragments)["_cache"])
    assert kept != "OrderedDict()"  # there was something to look at
    assert traces_in(kept) == []
    assert _in_redis() == []


def test_the_walk_would_find_a_name_that_is_there() -> None:
    publish_plain_rules()
    article = make_article(title=f"An interview with {NAME}")
    walk = Walk(client_of(None))
    walk.go([article.get_absolute_url()])
    assert article.get_absolute_url() in walk.found


def _in_redis() -> list[str]:
    import redis
    from django.conf import settings

    with redis.Redis.from_url(settings.REDIS_URL) as client:
        found = []
        for key in client.scan_iter():
            kind = client.type(key)
            value = client.get(key) if kind == b"string" else b""
            text = (key + (value or b"")).decode(errors="replace")
            found += traces_in(text)
        return found
