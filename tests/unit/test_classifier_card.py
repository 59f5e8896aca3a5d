"""The model card says what was measured, of the model that is shipped."""

import json
from pathlib import Path

import pytest

from classifier import report
from classifier.__main__ import DIAGRAM, DIAGRAM_TITLE
from classifier.loading import MODEL_DIR
from classifier.reliability import diagram
from classifier.thresholds import THRESHOLDS, proposed_thresholds
from classifier.training.sources import CALIBRATING, FITTED, source_table

CARD = (Path(__file__).parents[2] / "docs" / "model-card.md").read_text("utf-8")


def test_the_cards_figures_are_those_that_were_measured() -> None:
    version, figures = report.read()
    block = report.table(version=version, figures=figures)
    assert report.put_into(CARD, name="figures", block=block) == CARD


def test_the_figures_are_of_the_shipped_model() -> None:
    manifest = json.loads((MODEL_DIR / "manifest.json").read_text("utf-8"))
    assert report.read()[0] == manifest["full"]["version"]
    assert json.loads(THRESHOLDS.read_text("utf-8"))["version"] == manifest["full"]["version"]


def test_the_cards_diagram_is_drawn_from_what_was_measured() -> None:
    assert DIAGRAM.read_text("utf-8") == diagram(report.read_bins(), title=DIAGRAM_TITLE)


def test_the_card_names_every_set_that_the_weights_saw() -> None:
    assert report.put_into(CARD, name="sources", block=source_table()) == CARD


def test_the_card_states_the_proposed_thresholds() -> None:
    block = report.threshold_table(proposed_thresholds())
    assert report.put_into(CARD, name="thresholds", block=block) == CARD


def test_no_weights_are_trained_on_what_may_not_be_passed_on() -> None:
    names = {source.name for source in FITTED}
    assert names.isdisjoint(CALIBRATING)
    assert not any("NC" in source.licence for source in FITTED)


def test_a_card_without_a_place_for_figures_is_refused() -> None:
    with pytest.raises(ValueError, match="no place"):
        report.put_into("# A card", name="figures", block="")
