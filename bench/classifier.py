"""The bare classifier, shipped and fast: comments per second on one thread, one by one, in batches.

Everything counts: language, quotation, folding, features, spans. Needs no database.
"""

import resource
import statistics
import sys
import time

from bench.corpus import comments
from classifier.base import Classifier, Text
from classifier.loading import load_classifier

ROUNDS = 5
# Comments to measure on, and at a time.
FULL, FAST = (256, (1, 64)), (4_096, (1, 8, 32, 64, 256))


def per_second(model: Classifier, texts: list[Text], *, batch: int) -> float:
    """Comments per second of processor time, the median of some rounds."""
    rates = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        for at in range(0, len(texts), batch):
            model.score(texts[at : at + batch])
        rates.append(len(texts) / (time.process_time() - begun))
    return statistics.median(rates)


def measure(*, fast: bool) -> None:
    """Measure one mode and print its table."""
    begun = time.perf_counter()
    model = load_classifier(fast=fast)
    took = time.perf_counter() - begun
    count, batches = FAST if fast else FULL
    bodies = comments(count)
    words = statistics.mean(len(body.split()) for body in bodies)
    plain = [Text(body=body) for body in bodies]
    replies = [Text(body, bodies[at - 1], "Ferry prices rise again") for at, body in
               enumerate(bodies)]  # fmt: skip
    print(f"{model.version}, loaded in {took:.2f} s; {words:.0f} words a comment, one thread.\n")
    print("| at a time | comments/s | replies/s | against one by one |")
    print("|---|---|---|---|")
    alone = None
    for batch in batches:
        rate = per_second(model, plain, batch=batch)
        answers = per_second(model, replies, batch=batch)
        alone = alone or rate
        print(f"| {batch} | {rate:,.0f} | {answers:,.0f} | {rate / alone:.1f}x |")
    unit = 1024 if sys.platform != "darwin" else 1024 * 1024
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    print(f"\n{memory:.0f} MB resident at most, Python and numpy included.\n")


def main() -> None:
    """Measure both modes; the fast one first, because memory is the most so far."""
    measure(fast=True)
    measure(fast=False)


if __name__ == "__main__":
    main()
