"""What retention costs with 1,000,000 comments while the desk decides, and somebody with 10,000.

All comments are older than every number of days; every tenth is removed.
"""

import random
import threading
import time

from bench.setup import prepare, table

prepare()

from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from comments.models import Article, Author, SiteSettings  # noqa: E402
from privacy.downloads import zip_of  # noqa: E402
from privacy.erasing import ask, erase_next  # noqa: E402
from privacy.registry import Person  # noqa: E402
from privacy.retention import retain  # noqa: E402
from tests.make import make_article, make_regular  # noqa: E402

COMMENTS, OF_ONE = 1_000_000, 10_000
OLD = "now() - interval '400 days'"

FILL = f"""
SET session_replication_role = replica;
INSERT INTO comments_comment (
    id, public_id, article_id, author_id, depth, author_name, author_email, author_website,
    address_hash, status, version, current_revision_id, submitted_at, status_changed_at)
SELECT n, gen_random_uuid(), %s, CASE WHEN n <= %s THEN %s ELSE %s END, 0, 'Marit Vik', '', '',
    '1.' || left(md5(n::text), 24), CASE WHEN n %% 10 = 0 THEN 'removed' ELSE 'published' END, 1, n,
    {OLD}, {OLD}
FROM generate_series(1, %s) n;
INSERT INTO comments_commentrevision (id, comment_id, number, body, created_at)
SELECT n, n, 1, 'The morning ferry is always full, and so is the one at ' || n, {OLD}
FROM generate_series(1, %s) n;
SET session_replication_role = DEFAULT;
ANALYZE comments_comment, comments_commentrevision;
"""


def fill(article: Article, one: Author, others: Author) -> None:
    with connection.cursor() as cursor:
        cursor.execute(FILL, [article.pk, OF_ONE, one.pk, others.pk, COMMENTS, COMMENTS])


class Desk(threading.Thread):
    """Changes one comment after another as a decision does, and notes how long each took."""

    def __init__(self) -> None:
        super().__init__()
        self.over = threading.Event()
        self.took: list[float] = []

    def run(self) -> None:
        while not self.over.wait(0.05):
            started = time.monotonic()
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE comments_comment SET version = version + 1 WHERE id = %s",
                    [random.randint(1, COMMENTS)],
                )
            self.took.append(time.monotonic() - started)
        connection.close()

    def at(self, share: float) -> str:
        return f"{sorted(self.took)[int(len(self.took) * share)] * 1000:.1f} ms"


def retention() -> list[tuple[str, str]]:
    desk = Desk()
    desk.start()
    rows = [
        (outcome.rule.key, f"{outcome.rows:,} rows in {outcome.seconds:.0f} s")
        for outcome in retain(settings=SiteSettings())
        if outcome.rows
    ]
    desk.over.set()
    desk.join()
    rows.append(("a decision meanwhile, median", desk.at(0.5)))
    rows.append(("a decision meanwhile, 99 of 100", desk.at(0.99)))
    started = time.monotonic()
    list(retain(settings=SiteSettings()))
    rows.append(("a night with nothing to empty", f"{time.monotonic() - started:.1f} s"))
    return rows


def one_reader(person: Person) -> list[tuple[str, str]]:
    started, size, first = time.monotonic(), 0, 0.0
    for piece in zip_of(person=person, site="Bench", at=timezone.now()):
        first = first or time.monotonic() - started
        size += len(piece)
    took = time.monotonic() - started
    ask(person=person, comments_stay=True)
    started = time.monotonic()
    erase_next()
    return [
        (f"download of {OF_ONE:,} comments", f"{took:.1f} s, the first bytes after {first:.2f} s"),
        ("its size", f"{size / 1e6:.1f} MB"),
        (f"erasing {OF_ONE:,} comments", f"{time.monotonic() - started:.1f} s"),
    ]


def main() -> None:
    """Fill, measure, print."""
    one = make_regular(email="one@example.org")
    fill(make_article(), one, make_regular(email="others@example.org"))
    erased = one_reader(Person(author_id=one.pk))
    print(table(f"Privacy, with {COMMENTS:,} comments", [*erased, *retention()]))


if __name__ == "__main__":
    main()
