"""Screening through a real Celery worker, against the bare model and one task per comment.

Prints comments per second and the ratios, for the shipped model and for its fast mode: at least 0.8
of the bare model's batches in one process, and at least 50 times one task per comment. The shipped
model is so slow beside everything around it that a task for each comment costs it little; what the
site itself can do is seen in the fast mode. A reply is scored together with what it answers, which
costs the fast mode about twice as much; both cases are shown.
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

from django.utils.module_loading import import_string  # noqa: E402

from classifier.base import Classifier, Text  # noqa: E402
from comments.models import Comment  # noqa: E402
from config.celery import app  # noqa: E402
from moderation.models import Decision, ScreeningJob  # noqa: E402
from tests.make import make_article, make_regular, screen_all  # noqa: E402

ROUNDS = 3
CORES = os.cpu_count() or 1


@dataclass(frozen=True)
class Mode:
    """A way to run the model, with the batch that suits it, and how many comments to measure on."""

    name: str
    classifier: str
    batch: int
    many: int
    few: int


MODES = (
    Mode("shipped model", "classifier.loading.load_classifier", batch=64, many=1_536, few=200),
    Mode("fast mode", "classifier.loading.load_fast_classifier", batch=512, many=20_000, few=400),
)


@contextmanager
def worker(mode: Mode) -> Iterator[None]:
    """Run a worker as ./run does, with one process for each core."""
    log = Path(os.environ["ORDSTYRER_TEST_FOLDER"], "worker.log")
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "celery", "-A", "bench.naive", "worker", "-l", "INFO"),
                *("-Q", "screening", "--concurrency", str(CORES)),
                *("--without-gossip", "--without-mingle", "--without-heartbeat"),
            ],
            env=os.environ | {"CLASSIFIER": mode.classifier, "SCREENING_BATCH": str(mode.batch)},
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


def bare(mode: Mode, load: Load) -> float:
    """Comments per second of the model alone, in one process, in batches of the same size."""
    classifier = model_of(mode.classifier)
    told = dict(zip(newspaper()[2], comments(100, seed=3), strict=True))
    texts = [
        Text(body=body, parent=told.get(answer, ""), article_title="Ferry prices rise again")
        for body, answer in zip(load.bodies, load.answers, strict=True)
    ]
    start = time.perf_counter()
    for at in range(0, len(texts), mode.batch):
        classifier.score(texts[at : at + mode.batch])
    return len(texts) / (time.perf_counter() - start)


@lru_cache
def model_of(path: str) -> Classifier:
    classifier: Classifier = import_string(path)()
    return classifier


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


def compare(mode: Mode, name: str, many: Load) -> list[tuple[str, str]]:
    """Measure the model and the site in turns; return the rows of the table."""
    alone, batched = [], []
    for _ in range(ROUNDS):
        alone.append(bare(mode, many.first(4096)))
        batched.append(through_celery(many, wake_in_batches))
    model, celery = statistics.median(alone), statistics.median(batched)
    name = f"{mode.name}, {name}"
    return [
        (f"{name}: the bare model, one process, batches of {mode.batch}", f"{model:,.0f}/s"),
        (f"{name}: through Celery, {CORES} processes", f"{celery:,.0f}/s"),
        (f"{name}: Celery / bare model (at least 0.8)", f"{celery / model:.2f}"),
    ]


def measure(mode: Mode) -> list[tuple[str, str]]:
    mixed, flat = load(mode.many, replies=True), load(mode.many, replies=False)

    def one_task_each() -> None:
        for _ in range(mode.few):
            app.send_task("bench.screen_one", queue="screening")

    bare(mode, mixed.first(256))
    with worker(mode):
        through_celery(mixed.first(256), wake_in_batches)
        rows = compare(mode, "every second a reply", mixed)
        rows += compare(mode, "no replies", flat)
        few = mixed.first(mode.few)
        single = statistics.median(through_celery(few, one_task_each) for _ in range(ROUNDS))
        together = statistics.median(through_celery(mixed, wake_in_batches) for _ in range(ROUNDS))
    wanted = " (at least 50)" if mode.name == "fast mode" else ""
    return [
        *rows,
        (f"{mode.name}: one task per comment, {CORES} processes", f"{single:,.0f}/s"),
        (f"{mode.name}: Celery / one task per comment{wanted}", f"{together / single:.1f}"),
    ]


def main() -> None:
    rows = [row for mode in MODES for row in measure(mode)]
    print(table(f"Screening, {CORES} cores, medians of {ROUNDS}", rows))


if __name__ == "__main__":
    main()
