"""Screening through a real Celery worker, against the bare model and one task per comment.

Prints comments per second and the two ratios: at least 0.8 of the bare model's batches in one
process, and at least 50 times one task per comment.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.corpus import comments
from bench.setup import prepare, submit_in_bulk, table

prepare()

from classifier.base import Text  # noqa: E402
from config.celery import app  # noqa: E402
from moderation.models import Decision, ScreeningJob  # noqa: E402
from moderation.screening import current_classifier  # noqa: E402
from tests.make import make_article, make_regular  # noqa: E402

ROUNDS = 3
MANY, FEW = 20_000, 400
CORES = os.cpu_count() or 1


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


def bare(bodies: list[str]) -> float:
    """Comments per second of the model alone, in one process, in batches of the same size."""
    classifier = current_classifier()
    texts = [Text(body=body, article_title="Ferry prices rise again") for body in bodies]
    start = time.perf_counter()
    for at in range(0, len(texts), 256):
        classifier.score(texts[at : at + 256])
    return len(texts) / (time.perf_counter() - start)


def through_celery(bodies: list[str], wake: Callable[[], None]) -> float:
    """Comments per second from the wake-up to the last decision."""
    article, author = make_article(), make_regular()
    before = Decision.objects.count()
    submit_in_bulk(bodies, article_id=article.pk, author_id=author.pk)
    start = time.perf_counter()
    wake()
    while ScreeningJob.objects.exists():
        time.sleep(0.01)
    seconds = time.perf_counter() - start
    assert Decision.objects.count() == before + len(bodies)
    return len(bodies) / seconds


def wake_in_batches() -> None:
    for _ in range(CORES):
        app.send_task("moderation.screen_pending", queue="screening")


def one_task_each() -> None:
    for _ in range(FEW):
        app.send_task("bench.screen_one", queue="screening")


def main() -> None:
    bodies = comments(MANY)
    bare(bodies[:512])
    alone, batched, naive = [], [], []
    with worker():
        through_celery(bodies[:512], wake_in_batches)
        for _ in range(ROUNDS):
            alone.append(bare(bodies[:4096]))
            batched.append(through_celery(bodies, wake_in_batches))
            naive.append(through_celery(bodies[:FEW], one_task_each))
    model, celery, single = (statistics.median(rates) for rates in (alone, batched, naive))
    print(
        table(
            f"Screening, {CORES} cores, medians of {ROUNDS}",
            [
                ("the bare model, one process, batches of 256", f"{model:,.0f}/s"),
                (f"through Celery, {CORES} processes, batches of 256", f"{celery:,.0f}/s"),
                (f"one task per comment, {CORES} processes", f"{single:,.0f}/s"),
                ("Celery / bare model (at least 0.8)", f"{celery / model:.2f}"),
                ("Celery / one task per comment (at least 50)", f"{celery / single:.0f}"),
            ],
        )
    )


if __name__ == "__main__":
    main()
