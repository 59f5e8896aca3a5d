"""The shipped model as a whole: windows, fast mode, heads, memory, and processes that fork."""

import multiprocessing
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from classifier.base import Label, Text
from classifier.head import Head
from classifier.loading import load_classifier, load_fast_classifier
from classifier.shipped import ShippedClassifier

ROOT = Path(__file__).parents[2]
CIVIL = (
    "The council published the figures for the ferry on Monday, and they were higher than last "
    "year. Nobody has explained yet where the money is to come from. "
)
UGLY = "You are a worthless stupid idiot and everybody here hates you. "
ANSWERING = [Text("You are a stupid idiot"), Text("Thanks, a good article."), Text("😀")]


def _loaded() -> ShippedClassifier:
    model = load_classifier()
    assert isinstance(model, ShippedClassifier)
    return model


MODEL = _loaded()


def _toxicity(body: str) -> float:
    return MODEL.score([Text(body)])[0].own[Label.TOXICITY]


def test_an_ugly_sentence_deep_in_a_long_comment_is_found() -> None:
    civil = _toxicity(CIVIL * 40)
    hidden = _toxicity(CIVIL * 20 + UGLY + CIVIL * 20)
    assert hidden > 3 * civil


def test_the_fast_mode_is_the_linear_part_under_a_name_of_its_own() -> None:
    fast = load_fast_classifier()
    assert fast.version == f"{MODEL.version}-fast"
    rude, kind, _ = fast.score(ANSWERING)
    assert rude.own[Label.INSULT] > 10 * kind.own[Label.INSULT]


def test_a_head_that_learned_nothing_changes_nothing_but_the_name() -> None:
    head = Head.none(inputs=len(Label) + 384)
    taught = MODEL.with_head(head)
    assert taught.version == f"{MODEL.version}~{head.name}"
    for ours, base in zip(taught.score(ANSWERING), MODEL.score(ANSWERING), strict=True):
        assert (ours.own, ours.spans) == (base.own, base.spans)


def test_a_head_moves_the_labels_that_it_learned_and_no_others() -> None:
    weights = np.zeros((len(Label), len(Label) + 384), dtype=np.float32)
    offset = np.zeros(len(Label))
    offset[list(Label).index(Label.INSULT)] = 2.0
    taught = MODEL.with_head(Head(weights, offset)).score(ANSWERING)[0]
    base = MODEL.score(ANSWERING)[0]
    assert taught.own[Label.INSULT] > base.own[Label.INSULT]
    assert {k: v for k, v in taught.own.items() if k != Label.INSULT} == {
        k: v for k, v in base.own.items() if k != Label.INSULT
    }
    assert MODEL.score(ANSWERING)[0].model == MODEL.version


def test_a_head_made_for_other_features_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        MODEL.with_head(Head.none(inputs=40))


def test_features_are_of_the_authors_own_words() -> None:
    plain = MODEL.features([Text("Please be civil."), Text("😀")])
    quoting = MODEL.features([Text(f"> {UGLY}\nPlease be civil.")])
    assert plain.logits.shape == (2, len(Label))
    assert plain.embedding.shape == (2, 384)
    assert plain.scored.tolist() == [True, False]
    assert np.allclose(plain.logits[0], quoting.logits[0])


def _scored_in_a_fork(answers: "multiprocessing.Queue[object]") -> None:
    answers.put([scores.own for scores in MODEL.score(ANSWERING)])


def test_a_process_forked_after_loading_scores_the_same() -> None:
    MODEL.score(ANSWERING)
    context = multiprocessing.get_context("fork")
    answers: multiprocessing.Queue[object] = context.Queue()
    child = context.Process(target=_scored_in_a_fork, args=(answers,))
    child.start()
    assert answers.get(timeout=60) == [scores.own for scores in MODEL.score(ANSWERING)]
    child.join()


SCORING = """
import sys
from pathlib import Path
from classifier.base import Text
from classifier.loading import load_classifier
model = load_classifier()
for number in range(60):
    model.score([Text(f"Comment {number}: " + "nobody reads the report, you fool. " * number)])
for number in range(8):
    model.score([Text("Thanks for that.", article_title=f"{number} " + "word " * 600_000)])
# Not ru_maxrss: that remembers what the process was before it became this program.
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(int(status["VmHWM"].split()[0]) * 1024, "torch" in sys.modules, "transformers" in sys.modules)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_scoring_one_by_one_takes_less_than_200_mb_and_no_torch() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCORING], cwd=ROOT, capture_output=True, text=True, check=True
    )
    peak, torch, transformers = done.stdout.split()
    assert int(peak) < 200_000_000
    assert (torch, transformers) == ("False", "False")
