"""Fifty open desks: polling every ten seconds against server-sent events, on gunicorn as it is.

Both ask the database the same question (``selectors.desk_stamp``) as often. Events hold a thread
and a database connection for as long as a desk is open, so they are also tried with as many threads
as there are desks. A moderator's decision is stood in for by a change of a queue's count.
"""

import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.served import BASE, Server, cpu_of
from bench.setup import prepare

prepare()

import requests  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import F  # noqa: E402

from accounts.models import Role, User  # noqa: E402
from moderation.models import QueueCount  # noqa: E402
from tests.desk_data import held_items, person, session_of  # noqa: E402

DESKS, SECONDS, EVERY = 50, 60.0, 10.0


def database_cpu() -> float:
    """Seconds that the database's processes have used, those that ended included."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    parent = Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()[1]
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return sum(cpu_of(int(pid)) for pid in [parent, *children])


def connections() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])


def events(environ: dict[str, object], start_response: Callable[..., object]) -> object:
    """The site with one more address: a stream that asks as often as a desk polls."""
    from config.wsgi import application

    if environ["PATH_INFO"] != "/events":
        return application(environ, start_response)
    user = User.objects.get(pk=int(str(environ["QUERY_STRING"])))
    start_response("200 OK", [("Content-Type", "text/event-stream")])
    return _stream(user)


def _stream(user: User) -> Iterator[bytes]:
    from moderation import selectors

    known = ""
    while True:
        stamp = selectors.desk_stamp(user=user, item_id=None, asked="")
        yield b": still here\n\n" if stamp == known else f"data: {stamp}\n\n".encode()
        known = stamp
        time.sleep(EVERY)


class Desks:
    """Fifty browsers for a minute; what each request took, and how it was answered."""

    def __init__(self, users: list[User]) -> None:
        self.users = users
        self.took: list[float] = []
        self.statuses: list[int] = []
        self.streams = 0
        self.end = time.monotonic() + SECONDS

    def run(self, desk: Callable[[int, User], None]) -> None:
        threads = [
            threading.Thread(target=desk, args=(number, user), daemon=True)
            for number, user in enumerate(self.users)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=SECONDS + 30)

    def poll(self, number: int, user: User) -> None:
        browser, etag = requests.Session(), ""
        browser.cookies.set(settings.SESSION_COOKIE_NAME, SESSIONS[user.pk])
        time.sleep(EVERY * number / len(self.users))
        while time.monotonic() < self.end:
            began = time.monotonic()
            answer = browser.get(
                f"{BASE}/desk/counts/?queue=waiting&seen=0", headers={"If-None-Match": etag}
            )
            self.took.append(time.monotonic() - began)
            self.statuses.append(answer.status_code)
            etag = answer.headers.get("ETag", "")
            time.sleep(max(0.0, EVERY - (time.monotonic() - began)))

    def listen(self, number: int, user: User) -> None:
        time.sleep(EVERY * number / len(self.users))
        try:
            with requests.get(f"{BASE}/events?{user.pk}", stream=True, timeout=20) as stream:
                for line in stream.iter_lines():
                    self.streams += line.startswith(b"data") and not hasattr(stream, "counted")
                    stream.counted = True  # type: ignore[attr-defined]
                    if time.monotonic() > self.end:
                        return
        except requests.RequestException:
            return


SESSIONS: dict[int, str] = {}


def measure(name: str, server: Server, users: list[User], *, busy: bool, polls: bool) -> list[str]:
    """Run fifty desks for a minute and return a row of figures."""
    desks, stop = Desks(users), threading.Event()

    def change() -> None:
        while busy and not stop.wait(2.0):  # half a decision a second: fourteen people at work
            QueueCount.objects.filter(queue="waiting").update(changes=F("changes") + 1)

    worker = threading.Thread(target=change, daemon=True)
    worker.start()
    cpu, of_database, held, pages = server.cpu(), database_cpu(), [0], []

    def look() -> None:
        while not stop.wait(3.0):
            held.append(connections())
            began = time.monotonic()
            try:
                requests.get(f"{BASE}/health/live", timeout=5)
                pages.append(time.monotonic() - began)
            except requests.RequestException:
                pages.append(5.0)

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    desks.run(desks.poll if polls else desks.listen)
    stop.set()
    not_modified = desks.statuses.count(304)
    took = sorted(desks.took) or [0.0]
    return [
        name,
        f"{len(desks.statuses) / SECONDS:.1f}" if polls else "–",
        f"{100 * not_modified / len(desks.statuses):.0f} %" if polls else "–",
        f"{statistics.median(took) * 1000:.0f} / {took[int(len(took) * 0.95)] * 1000:.0f} ms"
        if polls else f"{desks.streams} of {len(users)} served",
        f"{100 * (server.cpu() - cpu) / SECONDS:.1f} %",
        f"{100 * (database_cpu() - of_database) / SECONDS:.1f} %",
        str(max(held)),
        f"{server.memory():.0f} MiB",
        f"{max(pages) * 1000:.0f} ms",
    ]  # fmt: skip


def main() -> None:
    held_items(20)
    users = [person(Role.MODERATOR) for _ in range(DESKS)]
    SESSIONS.update({user.pk: session_of(user) for user in users})
    head = [
        "fifty desks, a minute", "requests/s", "304", "median / 95 %", "CPU of the web",
        "CPU of the database", "connections", "memory", "another page, at worst",
    ]  # fmt: skip
    rows = []
    for name, application, changed, busy, polls in (
        ("polling, quiet", "config.wsgi:application", {}, False, True),
        ("polling, a decision every 2 s", "config.wsgi:application", {}, True, True),
        ("events, threads as configured", "bench.polling:events", {}, True, False),
        ("events, 2 x 32 threads", "bench.polling:events", {"WEB_THREADS": 32}, True, False),
    ):
        server = Server(application, **changed)
        try:
            rows.append(measure(name, server, users, busy=busy, polls=polls))
        finally:
            server.stop()
        print(rows[-1], file=sys.stderr)
    print("\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)))


if __name__ == "__main__":
    main()
