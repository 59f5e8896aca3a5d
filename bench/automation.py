"""What an automation promises and what it keeps, over thousands of runs with the truth known.

Target 98 %, confidence 95 %. It needs no server.
"""

import sys

import numpy as np

from bench.setup import table
from moderation.automation.watch import Evidence
from tests.automation_runs import WORLDS, audits, grants, paused_after

SEED = 5
FACTOR = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0  # of the runs: 0.1 is a quick look
CHOICES, WATCHES = int(5000 * FACTOR), int(10_000 * FACTOR)
DECISIONS = (2_000, 8_000)
EVIDENCE = {
    "203 decisions, none wrong": Evidence(203, 203),
    "400 decisions, 2 wrong": Evidence(400, 398),
    "1,000 decisions, 5 wrong": Evidence(1000, 995),
}
DRIFTS = (0.97, 0.95, 0.90, 0.80)
STEADY = (0.995, 0.99, 0.985)
WITHIN = (100, 1000, 4000)
BEFORE = 1500  # audits of a healthy rule, before it drifts


def granting() -> list[tuple[str, str]]:
    rows = []
    for world in WORLDS:
        for number in DECISIONS:
            found = grants(world, seed=SEED, runs=CHOICES, decisions=number)
            told = f"{found.under:.1%} (granted: {found.granted:.1%})"
            rows.append((f"{world.name}; {number:,} decisions", told))
    return rows


def drifting(healthy: int) -> list[tuple[str, str]]:
    rows, chance = [], np.random.default_rng(SEED)
    for name, evidence in EVIDENCE.items():
        for right in DRIFTS:
            outcomes = np.concatenate(
                [
                    audits(chance, runs=WATCHES, number=healthy, right=0.995),
                    audits(chance, runs=WATCHES, number=1500, right=right),
                ],
                axis=1,
            )
            after = paused_after(outcomes, evidence=evidence)
            after = after[after > healthy] - healthy
            half, most = np.quantile(after, (0.5, 0.95), method="higher")
            rows.append((f"{name}; now {right:.0%} right", f"{half:,}; {most:,}"))
    return rows


def lasting() -> list[tuple[str, str]]:
    rows, chance = [], np.random.default_rng(SEED)
    for name, evidence in EVIDENCE.items():
        for right in STEADY:
            outcomes = audits(chance, runs=WATCHES, number=max(WITHIN), right=right)
            after = paused_after(outcomes, evidence=evidence)
            told = "; ".join(f"{(after <= number).mean():.1%}" for number in WITHIN)
            rows.append((f"{name}; always {right:.1%} right", told))
    return rows


def main() -> None:
    tables = {
        f"Granted a threshold under the target, of {CHOICES:,} runs (at most 5 %)": granting(),
        f"Audits until a drift pauses it from the first day, of {WATCHES:,} runs: half; 95 %": (
            drifting(0)
        ),
        f"Audits until a drift after {BEFORE:,} good ones pauses it: half; 95 %": drifting(BEFORE),
        f"Paused by chance within {', '.join(f'{n:,}' for n in WITHIN)} audits": lasting(),
    }
    print("\n\n".join(table(title, rows) for title, rows in tables.items()))


if __name__ == "__main__":
    main()
