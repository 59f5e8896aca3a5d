"""What one evaluation costs: 200 rules and 100,000 listed words, by the comment, in batches."""

import time

from bench.setup import prepare, table

prepare()

from bench.past import known  # noqa: E402
from bench.rulebook import ENTRIES, RULES, rule_set  # noqa: E402
from moderation.facts import Facts  # noqa: E402
from moderation.rules.evaluation import evaluate_each  # noqa: E402

BATCHES = (32, 512)
COUNT = 4_096


def per_comment(size: int) -> float:
    """Seconds of processor time for each comment: facts to verdicts, with every reason in words."""
    rules, facts = rule_set(), known(COUNT)
    evaluate_each(rules, facts[:1])  # the lists are made ready once for each version

    def batches() -> float:
        # Anew each time: a text is folded, and its links are found, when a rule first asks.
        fresh = [Facts(**_fields(one)) for one in facts]
        start = time.process_time()
        for at in range(0, COUNT, size):
            evaluate_each(rules, fresh[at : at + size])
        return time.process_time() - start

    return min(batches() for _ in range(3)) / COUNT


def _fields(facts: Facts) -> dict[str, object]:
    return {name: getattr(facts, name) for name in Facts.__dataclass_fields__}


def main() -> None:
    rows = [
        (
            f"one comment, in batches of {size} (under 1 ms)",
            f"{per_comment(size) * 1e3:.3f} ms",
        )
        for size in BATCHES
    ]
    print(table(f"{RULES} rules, {ENTRIES:,} listed words", rows))


if __name__ == "__main__":
    main()
