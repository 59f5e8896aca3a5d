"""The article page with 1,000 comments for a reader who is signed in, mutes others and was here.

Both get the same sheet; what is their own goes into theirs. Both are measured with the discussion
in the cache and without it, in turns: inside one process, and over HTTP from a gunicorn with one
process, from the first byte that is sent to the last that comes back.
"""

import http.client
import statistics
import time
from collections.abc import Callable
from datetime import timedelta

from bench.article_page import COMMENTS, ROUNDS, THREADS_ON_PAGE, store_comments
from bench.served import PORT, Server
from bench.setup import table

from django.core.cache import caches  # isort: skip
from django.db import connection  # isort: skip
from django.test import Client  # isort: skip
from django.utils import timezone  # isort: skip

from comments.models import Article, Author, Comment, Mute, Visit  # isort: skip
from comments.readers import key_of_user  # isort: skip
from tests.make import make_article, make_regular, make_user  # isort: skip

MUTED, NEW = 10, 200


def keep_something(article: Article, *, key: str) -> None:
    """Let a tenth of the comments be by readers that this one muted, and a fifth be new."""
    ids = list(Comment.objects.filter(article=article).order_by("-pk").values_list("pk", flat=True))
    for number in range(MUTED):
        author = make_regular(name=f"Muted {number}")
        Comment.objects.filter(pk__in=ids[number :: 10 * MUTED]).update(author=author)
    muted = Author.objects.filter(name__startswith="Muted")
    now = timezone.now()
    Mute.objects.bulk_create(Mute(reader_key=key, muted=one, made_at=now) for one in muted)
    yesterday = now - timedelta(days=1)
    Visit.objects.create(reader_key=key, article=article, since=yesterday, seen_at=yesterday)
    Comment.objects.filter(article=article).update(public_since=yesterday - timedelta(days=1))
    Comment.objects.filter(pk__in=ids[:NEW]).update(public_since=now)


def over_http(address: str, cookies: dict[str, str]) -> dict[str, float]:
    """Return the median milliseconds of each reader's page, asked for in turns."""
    server = Server(WEB_CONCURRENCY=1)
    line = http.client.HTTPConnection("127.0.0.1", PORT)
    took: dict[str, list[float]] = {who: [] for who in cookies}
    try:
        for _ in range(10 * ROUNDS):
            for who, cookie in cookies.items():
                start = time.perf_counter()
                line.request("GET", address, headers={"Cookie": cookie})
                answer = line.getresponse()
                size = len(answer.read())
                took[who].append((time.perf_counter() - start) * 1000)
                assert size > 1_000_000, answer.status
    finally:
        line.close()
        server.stop()
    return {who: statistics.median(times) for who, times in took.items()}


def main() -> None:
    """Print one table."""
    article = make_article(lead="Eight per cent more from January.", byline="Ingrid Solheim")
    store_comments(article)
    user = make_user()
    keep_something(article, key=key_of_user(user))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    guest, returning, reader = Client(), Client(), Client()
    returning.cookies["theme"] = "1"  # any cookie: not a newcomer's page, but nobody's own either
    reader.force_login(user)
    address = article.get_absolute_url()
    html = reader.get(address).content.decode()
    assert html.count('class="muted"') == COMMENTS // 10, html.count('class="muted"')
    assert html.count('class="new"') > NEW // 2
    ways: dict[str, tuple[Client, Callable[[], None]]] = {
        "a guest, cached": (guest, lambda: None),
        "a guest with a cookie, discussion cached": (returning, lambda: None),
        "the reader, discussion cached": (reader, lambda: None),
        "a guest, not cached": (guest, caches["fragments"].clear),
        "the reader, not cached": (reader, caches["fragments"].clear),
    }
    took: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(3 * ROUNDS):
        for way, (client, before) in ways.items():
            if before is not caches["fragments"].clear:
                client.get(address)
            before()
            start = time.perf_counter()
            client.get(address)
            took[way].append((time.perf_counter() - start) * 1000)
    median = {way: statistics.median(times) for way, times in took.items()}
    of_reader, of_guest = median["the reader, not cached"], median["a guest, not cached"]
    cached = median["the reader, discussion cached"]
    session = f"sessionid={reader.cookies['sessionid'].value}"
    served = over_http(address, {"a guest": "theme=1", "the reader": session})
    print(
        table(
            f"{COMMENTS:,} comments in {THREADS_ON_PAGE} threads; the reader: 1 in 10 muted,"
            " 1 in 5 new",
            [
                *((way, f"{took:.2f} ms") for way, took in median.items()),
                ("the reader / a guest, not cached (at most 1.3)", f"{of_reader / of_guest:.2f}"),
                ("the reader, cached / a guest, not cached", f"{cached / of_guest:.2f}"),
                (
                    "the reader / a guest, both cached, inside the process",
                    f"{cached / median['a guest, cached']:.2f}",
                ),
                *((f"{who}, cached, over HTTP", f"{took:.2f} ms") for who, took in served.items()),
                (
                    "the reader / a guest, both cached, over HTTP (at most 1.3)",
                    f"{served['the reader'] / served['a guest']:.2f}",
                ),
            ],
        )
    )


if __name__ == "__main__":
    main()
