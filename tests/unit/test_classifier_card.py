"""The model card says what was measured, of the model that is shipped."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from classifier import report
from classifier.loading import MODEL_DIR, load_classifier
from classifier.thresholds import THRESHOLDS, proposed_thresholds
from classifier.training import card, examples, sources
from classifier.training.aims import AIMS, Unmeasured

ROOT = Path(__file__).parents[2]
CARD = card.CARD.read_text("utf-8")
NAMES = ("figures", "aims", "examples", "speed", "thresholds", "sources")


def shipped_version() -> str:
    manifest = json.loads((MODEL_DIR / "manifest.json").read_text("utf-8"))
    version: str = manifest["full"]["version"]
    return version


@pytest.mark.parametrize("name", NAMES)
def test_a_block_of_the_card_is_what_is_stored(name: str) -> None:
    assert report.put_into(CARD, name=name, block=card.blocks()[name]) == CARD


def test_no_block_is_left_out() -> None:
    assert tuple(card.blocks()) == NAMES


def test_what_is_stored_is_of_the_shipped_model() -> None:
    assert report.read()[0] == shipped_version()
    assert json.loads(THRESHOLDS.read_text("utf-8"))["version"] == shipped_version()


def test_the_speed_is_of_the_shipped_model_at_the_length_aimed_at() -> None:
    speed = report.read_speed()
    assert speed is not None
    assert (speed.model, speed.tokens) == (shipped_version(), 67)
    assert all(rate.low <= rate.median <= rate.high for rate in speed.rates)


def test_the_cards_diagram_is_drawn_from_what_was_measured() -> None:
    assert card.DIAGRAM.read_text("utf-8") == card.picture()


def test_the_cards_sentences_are_those_that_are_listed() -> None:
    listed = [(one.text, one.person) for one in examples.sentences()]
    assert [(one.text, one.person) for one in report.read_examples()] == listed


def test_the_shipped_model_says_of_the_sentences_what_the_card_says() -> None:
    now = examples.judged(model=load_classifier(), cuts=proposed_thresholds())
    for then, one in zip(report.read_examples(), now, strict=True):
        assert (one.text, one.unscored) == (then.text, then.unscored)
        # Processors round otherwise; a few hundredths are no other answer.
        assert one.probability == pytest.approx(then.probability, abs=0.03), one.text


def test_the_card_names_every_aim_and_what_could_not_be_measured() -> None:
    rows = card.blocks()["aims"].splitlines()[2:]
    assert len(rows) == len(AIMS)
    unmeasured = [aim for aim in AIMS if isinstance(aim, Unmeasured)]
    assert sum("not at hand" in row for row in rows) == len(unmeasured) == 5
    verdicts = ("| reached |", "| short |", "| short, and below the baseline |", "| – |")
    assert all(row.endswith(verdicts) for row in rows)


def test_no_weights_are_trained_on_what_may_not_be_passed_on() -> None:
    names = {source.name for source in sources.FITTED} | set(sources.UNLABELLED)
    assert names.isdisjoint({*sources.CALIBRATING, *sources.JUDGING})
    assert not any("NC" in source.licence for source in sources.FITTED)


def test_the_card_names_the_sets_without_labels_and_their_licence() -> None:
    data = CARD.partition("## What it was trained on")[2].partition("\n## ")[0]
    for name in sources.UNLABELLED:
        assert f"`{name}`" in data
    assert "D3CODE (CC BY 4.0, Davani" in data


def constants(stage: str) -> dict[str, Any]:
    """The plain numbers at the top of a stage, which itself needs torch."""
    tree = ast.parse((ROOT / "classifier" / "training" / f"{stage}.py").read_text("utf-8"))
    return {
        one.targets[0].id: one.value.value
        for one in tree.body
        if isinstance(one, ast.Assign)
        and isinstance(one.targets[0], ast.Name)
        and isinstance(one.value, ast.Constant)
    }


def test_the_recipe_in_the_card_is_that_of_the_stages() -> None:
    first, second = constants("finetune"), constants("refine")
    texts = f"{first['BATCH']} texts, at most {first['LONGEST']} tokens"
    for said in (
        f"| {first['STEPS']:,} of {texts} | {second['STEPS']:,} of {texts} |",
        f"| {first['SEED']} | {second['SEED']} |",
        f"{first['PEAK']:.0e} at the topmost layer, {first['HEAD_PEAK']:.0e} at the head".replace(
            "e-0", "e-"
        ),
        f"| {second['PACE']:g} times that |",
        f"| {first['FALL']:g} times that of the layer above |",
        f"warm-up {100 * first['WARM_UP']:g} %",
    ):
        assert said in CARD
    assert (second["SHARE"], "half from each" in CARD) == (0.5, True)
    unlabelled = f"reads `{sources.UNLABELLED[0]}` three times"
    assert (second["UNLABELLED_PASSES"], unlabelled in CARD) == (3.0, True)


def test_the_card_lists_the_stages_in_their_order() -> None:
    listed = CARD.partition("## How to retrain")[2]
    stages = "prepare words train finetune refine export calibrate evaluate".split()
    commands = [line.split()[2] for line in listed.splitlines() if line.startswith("python -m ")]
    assert [name.rpartition(".")[2] for name in commands][:7] == stages[:7]
    assert "python -m classifier evaluate " in listed.partition("training.calibrate")[2]


def test_a_card_without_a_place_for_figures_is_refused() -> None:
    with pytest.raises(ValueError, match="no place"):
        report.put_into("# A card", name="figures", block="")
