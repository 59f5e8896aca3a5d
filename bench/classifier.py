"""The bare classifier, shipped and fast: comments per second on one thread, one by one, in batches.

    python -m bench.classifier [--write]

Everything counts: language, quotation, folding, features, spans. Needs no database. ``--write``
stores what was measured at ``TOKENS`` tokens beside the model, and puts it into the model card; do
that on a machine that has nothing else to do.
"""

import argparse
import multiprocessing
import os
import platform
import resource
import statistics
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from bench.corpus import comments, comments_of
from classifier import report
from classifier.base import Classifier, Text
from classifier.loading import MODEL_DIR, TOKENIZER, load_classifier
from classifier.report import Rate, Speed
from classifier.training import card

ROUNDS = 5
# As the tokenizer counts, without the two marks that it sets around a text.
TOKENS = 67
SIZES = (1, 64)


@dataclass(frozen=True, slots=True)
class Mode:
    """How much of a mode is measured: comments, and how many at a time."""

    name: str
    count: int
    sizes: tuple[int, ...]


FULL, FAST = Mode("full", 256, SIZES), Mode("fast", 4_096, (1, 8, 32, 64, 256))


def measured(model: Classifier, texts: list[Text], *, batch: int) -> list[float]:
    """Comments per second of processor time, in each of some rounds."""
    rates = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        for at in range(0, len(texts), batch):
            model.score(texts[at : at + batch])
        rates.append(len(texts) / (time.process_time() - begun))
    return rates


def per_second(model: Classifier, texts: list[Text], *, batch: int) -> float:
    """Comments per second of processor time, the median of some rounds."""
    return statistics.median(measured(model, texts, batch=batch))


def of_equal_length(count: int) -> list[str]:
    """Comments of ``TOKENS`` tokens each."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(MODEL_DIR / TOKENIZER))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return comments_of(
        count,
        tokens=TOKENS,
        counted=lambda words: len(tokenizer.encode(" ".join(words), add_special_tokens=False)),
    )


def compare_batches(model: Classifier, mode: Mode) -> None:
    """Print what batches of several sizes gain, and what it costs to look into parent and title."""
    bodies = comments(mode.count)
    words = statistics.mean(len(body.split()) for body in bodies)
    plain = [Text(body=body) for body in bodies]
    replies = [Text(body, bodies[at - 1], "Ferry prices rise again") for at, body in
               enumerate(bodies)]  # fmt: skip
    print(f"{words:.0f} words a comment, one thread.\n")
    print("| at a time | comments/s | replies/s | against one by one |")
    print("|---|---|---|---|")
    alone = None
    for batch in mode.sizes:
        rate = per_second(model, plain, batch=batch)
        answers = per_second(model, replies, batch=batch)
        alone = alone or rate
        print(f"| {batch} | {rate:,.0f} | {answers:,.0f} | {rate / alone:.1f}x |")
    print()


def rates_of(model: Classifier, mode: Mode, bodies: list[str]) -> list[Rate]:
    """The rates in ``mode`` on comments of equal length."""
    found = []
    for size in SIZES:
        rates = measured(model, [Text(body=body) for body in bodies[: mode.count]], batch=size)
        median, low, high = map(round, (statistics.median(rates), min(rates), max(rates)))
        found.append(Rate(mode.name, size, median, low, high))
    return found


def measure_mode(mode: Mode, bodies: list[str]) -> tuple[str, list[Rate]]:
    """Measure one mode and print its table. The model is gone afterwards."""
    begun = time.perf_counter()
    model = load_classifier(fast=mode.name == "fast")
    took = time.perf_counter() - begun
    print(f"{model.version}, loaded in {took:.2f} s; ", end="")
    compare_batches(model, mode)
    return model.version, rates_of(model, mode, bodies)


def measure() -> Speed:
    """Measure both modes; the fast one first, because memory is the most so far."""
    load = os.getloadavg()[0]
    # In another process: its tokenizer must not count in the memory of this one.
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as other:
        bodies = other.submit(of_equal_length, max(FULL.count, FAST.count)).result()
    _, fast = measure_mode(FAST, bodies)
    version, full = measure_mode(FULL, bodies)
    unit = 1024 if sys.platform != "darwin" else 1024 * 1024
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    machine = f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}"
    return Speed(version, TOKENS, machine, round(load, 2), round(memory), full + fast)


def main() -> None:
    """Measure, print, and store if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--write", action="store_true", help="store it, in the model card too")
    options = parser.parse_args()
    speed = measure()
    print(report.speed_table(speed))
    if options.write:
        report.save_speed(speed)
        card.rewrite()


if __name__ == "__main__":
    main()
