"""What is not public is read by nobody but its author and the desk, while it is being decided.

Threads ask every address of the site as everybody, and another one decides meanwhile, at random.
"""

import logging
import pickle
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from comments import news
from comments.models import Comment, Disagreeing
from mailing.models import Letter
from moderation.models import Action
from tests import everywhere
from tests.canaries import words_in
from tests.curious import Curious, addresses_for, everybody
from tests.desk_data import publish_plain_rules
from tests.framing import allow
from tests.premoderated import Newsroom
from tests.receiver import Mailbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_hurry")]

DECISIONS = 24
# Where each of these was read while it was public: those who ask would have seen the rest, too.
SEEN_AT_LEAST = {
    *("comments:article", "comments:article_feed", "comments:comment", "comments:history"),
    *("comments:index", "embed:article", "embed:comment"),
}
FOR_MACHINES = ("feed", "article_feed", "section_feed", "sitemap", "counts", "robots", "transp")


@pytest.fixture
def newsroom(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Newsroom]:
    logging.disable(logging.WARNING)  # most of what is asked for is not there
    caches["fragments"].clear()
    settings.SITE_URL = "http://testserver"
    monkeypatch.setattr(news, "SETTLED_AFTER", timedelta(0))
    publish_plain_rules()
    allow(
        edit_history=True,
        shows_transparency=True,
        disagreeing=Disagreeing.SHOWN,
        follow_minutes=1,
    )
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    made = Newsroom(random.Random(seed))
    made.open()
    yield made
    logging.disable(logging.NOTSET)


def test_nobody_reads_what_is_not_public_while_decisions_are_made(
    newsroom: Newsroom, mailbox: Mailbox
) -> None:
    people = everybody(newsroom)
    over = threading.Event()
    made: list[str] = []
    told: set[str] = set()
    with ThreadPoolExecutor(len(people)) as pool:
        asking = [pool.submit(who.ask_all, over) for who in people]
        try:
            for number in range(1, DECISIONS + 1):
                for who in people:
                    who.may_ask = len(who.addresses) * number / DECISIONS
                made.append(newsroom.move())
                told |= check_what_is_kept(newsroom, mailbox)
                wait_until_asked(people, asking)
        finally:
            over.set()
        for one in asking:
            one.result()
    ask_for_something_public(newsroom, people)
    leaks = [leak for who in people for leak in who.leaks]
    assert not leaks, f"{len(leaks)} times, while {made}"
    assert set().union(*(who.found for who in people)) >= SEEN_AT_LEAST
    assert told, "those who follow were told of what is public"


def wait_until_asked(people: list[Curious], asking: list[Future[None]]) -> None:
    """Let everybody ask what they may before the next decision."""
    for who, future in zip(people, asking, strict=True):
        while who.asked < who.may_ask:
            if future.done():
                future.result()
            time.sleep(0.002)


def ask_for_something_public(newsroom: Newsroom, people: list[Curious]) -> None:
    """At rest, everybody asks wherever a comment that is public must be seen."""
    comment = newsroom.publish_one()
    slug = comment.article.slug
    for who in people:
        for route, path in who.busy:
            if route in SEEN_AT_LEAST and "?" not in path and _is_about(path, comment, slug):
                who.ask(route, path)


def _is_about(path: str, comment: Comment, slug: str) -> bool:
    return path == "/" or str(comment.public_id) in path or slug in path


def check_what_is_kept(newsroom: Newsroom, mailbox: Mailbox) -> set[str]:
    """Between two decisions: what was kept or mailed holds nothing that is not public.

    Returns the words that letters told.
    """
    newsroom.send_letters()
    ledger = newsroom.ledger
    words = {*newsroom.hidden, *(w for known in newsroom.names.values() for w in known)}
    words |= {word for known in newsroom.texts.values() for word in known}
    assert everywhere.in_redis([word for word in words if not ledger.is_public(word)]) == []
    # Pages that were kept before a decision have names that nobody asks for any more.
    kept = pickle.dumps(list(caches["fragments"]._cache.values()))  # type: ignore[attr-defined]
    assert [word for word in words_in(kept) if not ledger.was_ever_public(word)] == []
    sent = [f"{dict(letter)} {letter.get_content()}" for _to, letter in mailbox.letters]
    sent += [f"{letter.subject} {letter.body}" for letter in Letter.objects.all()]
    mailbox.letters.clear()
    told = words_in(" ".join(sent))
    assert [word for word in told if not ledger.is_public(word)] == []
    return told


def test_what_is_hidden_changes_nothing_that_machines_read(newsroom: Newsroom) -> None:
    """Neither a byte nor a header tells that there is something."""
    [newcomer, *_] = everybody(newsroom)
    found = addresses_for(newcomer)
    asked = [one.path for one in found if one.route.partition(":")[2].startswith(FOR_MACHINES)]
    before = {path: answer_of(path) for path in asked}
    assert len(before) > 10
    article = newsroom.articles[0]
    held = newsroom.write(article, ugly=True)
    newsroom.edit(held)
    newsroom.decide(held, Action.HOLD)
    newsroom.decide(held, Action.REMOVE)
    newsroom.withdraw(newsroom.write(article))
    assert {path: answer_of(path) for path in asked} == before


def answer_of(path: str) -> tuple[bytes, dict[str, str]]:
    answer = Client().get(path)
    assert answer.status_code in (200, 404), path
    return answer.content, dict(answer.headers)
