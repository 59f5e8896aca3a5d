"""Screening through a real Celery worker, against the bare model and one task per comment.

Prints comments per second and the ratios: at least 0.8 of the bare model's batches in one process,
and at least 50 times one task per comment. A reply is scored together with what it answers, which
costs the model about twice as much; both cases are shown, and top-level comments alone are the
harder one.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bench.corpus import comments
from bench.setup import prepare, submit_in_bulk, table

prepare()

from django.conf import settings  # noqa: E402

from classifier.base import Text  # noqa: E402
from comments.models import Comment  # noqa: E402
from config.celery import app  # noqa: E402
from moderation.models import Decision, ScreeningJob  # noqa: E402
from moderation.screening import current_classifier  # noqa: E402
from tests.make import make_article, make_regular, screen_all  # noqa: E402

ROUNDS = 3
MANY, FEW = 20_000, 400
CORES = os.cpu_count() or 1
BATCH: int = settings.SCREENING_BATCH


@contextmanager
def worker() -> Iterator[None]:
    """Run a worker as ./run does, with one process for each core."""
    log = Path(os.environ["ORDSTYRER_TEST_FOLDER"], "worker.log")
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "celery", "-A", "bench.naive", "worker", "-l", "INFO"),
                *("-Q", "screening", "--concurrency", str(CORES)),
                *("--without-gossip", "--without-mingle", "--without-heartbeat"),
            ],
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    while " ready." not in log.read_text():
        assert process.poll() is None, log.read_text()
        time.sleep(0.1)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


@dataclass(frozen=True)
class Load:
    """Comments to screen, and for each the top-level comment that it answers, or None."""

    bodies: list[str]
    answers: list[int | None]

    def first(self, count: int) -> "Load":
        return Load(self.bodies[:count], self.answers[:count])


@lru_cache
def newspaper() -> tuple[list[int], list[int], list[int]]:
    """Return 100 articles, 1,000 authors, and a published top-level comment for each article."""
    articles = [make_article().pk for _ in range(100)]
    authors = [make_regular().pk for _ in range(1000)]
    submit_in_bulk(comments(100, seed=3), article_ids=articles, author_ids=authors[:100])
    screen_all()
    roots = dict(Comment.objects.values_list("article_id", "id"))
    return articles, authors, [roots[article] for article in articles]


def load(count: int, *, replies: bool) -> Load:
    """Return comments of which every second one is a reply, or none is."""
    roots = newspaper()[2]
    answers = [roots[n % 100] if replies and n % 2 else None for n in range(count)]
    return Load(comments(count), answers)


def bare(load: Load) -> float:
    """Comments per second of the model alone, in one process, in batches of the same size."""
    classifier = current_classifier()
    told = dict(zip(newspaper()[2], comments(100, seed=3), strict=True))
    texts = [
        Text(body=body, parent=told.get(answer, ""), article_title="Ferry prices rise again")
        for body, answer in zip(load.bodies, load.answers, strict=True)
    ]
    start = time.perf_counter()
    for at in range(0, len(texts), BATCH):
        classifier.score(texts[at : at + BATCH])
    return len(texts) / (time.perf_counter() - start)


def through_celery(load: Load, wake: Callable[[], None]) -> float:
    """Comments per second from the wake-up to the last decision."""
    articles, authors, _roots = newspaper()
    before, count = Decision.objects.count(), len(load.bodies)
    submit_in_bulk(
        load.bodies,
        article_ids=[articles[n % 100] for n in range(count)],
        author_ids=[authors[n % 1000] for n in range(count)],
        answers=load.answers,
    )
    start = time.perf_counter()
    wake()
    # From the newest end: the other end is full of rows that are deleted but not vacuumed yet.
    while ScreeningJob.objects.order_by("-id").first():
        time.sleep(0.05)
    seconds = time.perf_counter() - start
    assert Decision.objects.count() == before + count
    return count / seconds


def wake_in_batches() -> None:
    for _ in range(CORES):
        app.send_task("moderation.screen_pending", queue="screening")


def one_task_each() -> None:
    for _ in range(FEW):
        app.send_task("bench.screen_one", queue="screening")


def compare(name: str, many: Load) -> list[tuple[str, str]]:
    """Measure the model and the site in turns; return the rows of the table."""
    alone, batched = [], []
    for _ in range(ROUNDS):
        alone.append(bare(many.first(4096)))
        batched.append(through_celery(many, wake_in_batches))
    model, celery = statistics.median(alone), statistics.median(batched)
    return [
        (f"{name}: the bare model, one process, batches of {BATCH}", f"{model:,.0f}/s"),
        (f"{name}: through Celery, {CORES} processes, batches of {BATCH}", f"{celery:,.0f}/s"),
        (f"{name}: Celery / bare model (at least 0.8)", f"{celery / model:.2f}"),
    ]


def main() -> None:
    mixed, flat = load(MANY, replies=True), load(MANY, replies=False)
    bare(mixed.first(512))
    with worker():
        through_celery(mixed.first(512), wake_in_batches)
        rows = compare("every second a reply", mixed) + compare("no replies", flat)
        few = mixed.first(FEW)
        single = statistics.median(through_celery(few, one_task_each) for _ in range(ROUNDS))
        together = statistics.median(through_celery(mixed, wake_in_batches) for _ in range(ROUNDS))
    rows += [
        (f"one task per comment, {CORES} processes", f"{single:,.0f}/s"),
        ("Celery / one task per comment (at least 50)", f"{together / single:.0f}"),
    ]
    print(table(f"Screening, {CORES} cores, medians of {ROUNDS}", rows))


if __name__ == "__main__":
    main()
