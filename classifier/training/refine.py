"""Stage 5: read on more gently, and average what both runs made.

    python -m classifier.training.refine WORK_DIR [--steps N] [--share SHARE]

Goes on from ``encoder.pt`` with ``PACE`` of its learning rate, in another order, with more of what
the first run learned least (``PASSES``) and with our own sentences read more often. News comments
that nobody labelled come along with the first run's own answers as targets, so that what it knows
of the domain is kept (Li and Hoiem 2016, "Learning without forgetting"). ``refined.pt`` is its
checkpoint: the same command goes on from it. In the end the weights of both runs are averaged,
``SHARE`` of them from the second, into ``averaged.pt``, from which ``export`` goes on: the average
keeps the first run's footing on news and most of what the second learned (Wortsman et al. 2022,
"Robust fine-tuning of zero-shot models").
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from classifier.training.finetune import (
    LABELS,
    Encoder,
    Lesson,
    Run,
    best_device,
    drawn,
    lesson_of,
    padded,
    train,
)
from classifier.training.sources import passes_of

SEED = 20261128
PACE = 0.6
STEPS = 4_500
SHARE = 0.5
# How often the second run reads a set, where it is not as often as the first.
PASSES = {
    "jigsaw_wiki_20k": 0.4,
    "jigsaw_wiki_robtest": 0.4,
    "jigsaw_wiki_sayan": 0.4,
    "jigsaw_wiki_ak": 0.4,
    "wiki_context_gn": 0.2,
    "wiki_context_gc": 0.2,
    "bias_templates": 0.25,
    "tweets_davidson": 0.7,
    "hate_kennedy20": 0.8,
    "hatemoji_build": 1.5,
    "dynahate": 1.5,
    "sbic": 2.0,
    "persp_rtp": 2.5,
    "persp_wiki2k": 3.0,
    "civil_ibm_arguments": 0.3,
    "civil_perspectrum": 0.3,
}
UNLABELLED_PASSES = 3.0
CONTRAST_PASSES = 1.5  # our own sentences with slots


def second_passes(name: str) -> float:
    """How often the second run reads a set."""
    if name.startswith("contrast:"):
        return CONTRAST_PASSES
    return PASSES.get(name, passes_of(name))


def answered(*, model: Encoder, table: pd.DataFrame) -> pd.DataFrame:
    """``table`` with the probabilities (N, L) that ``model`` gives as targets of its texts."""
    model.eval()
    lesson = lesson_of(table)
    answers = np.zeros((len(table), len(LABELS)), dtype=np.float32)
    with torch.inference_mode():
        for row, tokens in enumerate(lesson.tokens):
            answers[row] = torch.sigmoid(model(*padded([tokens])))[0].numpy()
    return table.assign(**dict(zip(LABELS, answers.T, strict=True)))


def lesson(*, model: Encoder, table: pd.DataFrame) -> Lesson:
    """What the second run reads, from the prepared ``table``."""
    unlabelled = answered(model=model, table=table[table["part"] == "unlabelled"])
    texts = pd.concat(
        [
            drawn(table[table["part"] == "fit"], passes=second_passes, seed=SEED),
            drawn(unlabelled, passes=lambda _name: UNLABELLED_PASSES, seed=SEED),
        ]
    )
    print(f"{len(texts)} texts", file=sys.stderr)
    return lesson_of(texts)


def averaged(
    first: dict[str, torch.Tensor], second: dict[str, torch.Tensor], *, share: float
) -> dict[str, torch.Tensor]:
    """The weights of two runs of one encoder, ``share`` in [0, 1] of them from the second.

    Raises KeyError where the two are not of one encoder.
    """
    return {
        name: torch.lerp(weights, second[name], share) if weights.is_floating_point() else weights
        for name, weights in first.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("--steps", type=int, default=STEPS, help="batches to learn from")
    parser.add_argument("--share", type=float, default=SHARE, help="how much the second run counts")
    options = parser.parse_args()
    saved = torch.load(options.work / "encoder.pt", map_location="cpu", weights_only=True)
    first, frozen = saved["model"], saved["frozen"]
    model = Encoder(frozen=frozen)
    model.load_state_dict(first)
    table = pd.read_parquet(options.work / "prepared.parquet")
    run = Run(
        lesson(model=model, table=table),
        options.steps,
        options.work / "refined.pt",
        seed=SEED,
        pace=PACE,
    )
    train(model=model, run=run, device=best_device())
    weights = averaged(first, model.cpu().state_dict(), share=options.share)
    torch.save({"model": weights, "frozen": frozen}, options.work / "averaged.pt")


if __name__ == "__main__":
    main()
