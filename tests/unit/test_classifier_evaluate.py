"""python -m classifier evaluate: where it looks, what it stores, what it calls reached."""

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from classifier import __main__ as command
from classifier import report
from classifier.base import Label, Scores, Text, Unscored
from classifier.report import Example, Figure, Rate, Speed
from classifier.thresholds import Threshold
from classifier.training import aims, card, examples
from classifier.training.places import NotAtHand, Places

SPEED = Speed(
    "model-1",
    67,
    "a machine",
    0.1,
    150,
    [
        Rate("full", 1, 109, 90, 112),
        Rate("full", 64, 117, 90, 119),
        Rate("fast", 1, 900, 1, 999),
    ],
)
EXAMPLE = Example("A | b", "insult", 0.254, ["insult", "spam"], None, "leave it alone: a test")


def stored_figures() -> list[Figure]:
    return report.read()[1]


# --- Where it looks -----------------------------------------------------------------------------


def put(folder: Path, *names: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / f"{name}.parquet").touch()
    return folder


def test_places_are_searched_in_the_order_given(tmp_path: Path) -> None:
    first, second = put(tmp_path / "1", "a"), put(tmp_path / "2", "a", "b")
    places = Places((first, second))
    assert (places.folder("a"), places.folder("b")) == (first, second)
    assert Places((second, first)).folder("a") == second


def test_a_file_stands_for_its_own_set_alone(tmp_path: Path) -> None:
    folder, other = put(tmp_path / "1", "a", "b"), put(tmp_path / "2", "b")
    places = Places((folder / "a.parquet", other))
    assert (places.folder("a"), places.folder("b")) == (folder, other)
    with pytest.raises(NotAtHand):
        Places((folder / "a.parquet",)).folder("b")


def test_every_missing_set_is_named_with_the_places_searched(tmp_path: Path) -> None:
    places = Places((put(tmp_path / "1", "a"), put(tmp_path / "2")))
    with pytest.raises(NotAtHand) as refused:
        places.check(["c", "a", "b"])
    searched = f"{tmp_path / '1'}, {tmp_path / '2'}"
    assert str(refused.value) == f"b.parquet, c.parquet are not at hand. Looked in: {searched}."


def test_a_place_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotAtHand, match="no such file or folder"):
        Places((tmp_path / "none",)).check([])
    with pytest.raises(NotAtHand, match="named after none of the sets"):
        Places((put(tmp_path, "mine") / "mine.parquet",)).check(["a"])


# --- The command, with the measuring left out ---------------------------------------------------


class Model:
    """Finds an insult in everything but what is empty."""

    version = "model-1"

    def score(self, texts: Sequence[Text]) -> list[Scores]:
        own = dict.fromkeys(Label, 0.1) | {Label.INSULT: 0.9}
        return [Scores(self.version, "en", own) for _ in texts]


def measuring(monkeypatch: pytest.MonkeyPatch, *, sets: Sequence[str]) -> None:
    module = ModuleType("classifier.training.evaluate")

    def figures(*, model: Any, fast: Any, data: Places) -> tuple[list[Figure], list[Any]]:
        data.check(sets)
        return stored_figures(), report.read_bins()

    module.figures = figures  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(command, "load_classifier", lambda **_: Model())


def evaluate(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    monkeypatch.setattr(sys, "argv", ["classifier", "evaluate", *map(str, words)])
    return command.main()


def test_evaluate_takes_several_places_and_prints_the_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    measuring(monkeypatch, sets=["a", "b"])
    places = put(tmp_path / "1", "a"), put(tmp_path / "2", "b") / "b.parquet"
    assert evaluate(monkeypatch, *places) == 0
    said = capsys.readouterr().out
    assert "Model `model-1`." in said
    assert "| our own functional tests, 900 sentences, all |" in said
    assert "| insult 0.90 |" in said


def test_evaluate_says_what_is_missing_and_where_it_looked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    measuring(monkeypatch, sets=["a", "b"])
    assert evaluate(monkeypatch, put(tmp_path / "1", "a")) == 2
    said = capsys.readouterr()
    assert said.err == f"b.parquet is not at hand. Looked in: {tmp_path / '1'}.\n"
    assert not said.out


def test_evaluate_writes_figures_card_and_diagram_and_keeps_the_speed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measuring(monkeypatch, sets=[])
    stored, page, drawn = (tmp_path / name for name in ("stored.json", "card.md", "drawn.svg"))
    stored.write_text("{}")
    report.save_speed(SPEED, path=stored)
    places = "".join(f"<!-- {name} -->\n<!-- end of {name} -->\n" for name in card.blocks())
    page.write_text(f"# Card\n{places}The end.\n")
    monkeypatch.setattr(report, "save", partial(report.save, path=stored))
    monkeypatch.setattr(card, "rewrite", partial(card.rewrite, card=page, drawn=drawn, path=stored))
    assert evaluate(monkeypatch, tmp_path, "--write") == 0
    assert report.read(path=stored) == ("model-1", stored_figures())
    assert report.read_speed(path=stored) == SPEED
    assert {one.label for one in report.read_examples(path=stored)} == {"insult"}
    text = page.read_text("utf-8")
    for name, block in card.blocks(path=stored).items():
        assert report.put_into(text, name=name, block=block) == text
    assert "| insult 0.90 | held for insult |" in text
    assert text.endswith("The end.\n")
    assert drawn.read_text("utf-8") == card.picture(path=stored)


def test_a_card_without_a_place_is_left_as_it_was(tmp_path: Path) -> None:
    page, drawn = tmp_path / "card.md", tmp_path / "drawn.svg"
    page.write_text("# Card\n")
    with pytest.raises(ValueError, match="no place"):
        card.rewrite(card=page, drawn=drawn)
    assert page.read_text() == "# Card\n"
    assert not drawn.exists()


# --- What is stored -----------------------------------------------------------------------------


def test_a_speed_is_stored_beside_the_figures(tmp_path: Path) -> None:
    stored = tmp_path / "stored.json"
    report.save(version="m", figures=[], bins=[], examples=[EXAMPLE], path=stored)
    assert report.read_speed(path=stored) is None
    report.save_speed(SPEED, path=stored)
    assert report.read_speed(path=stored) == SPEED
    assert report.read_examples(path=stored) == [EXAMPLE]
    assert list(json.loads(stored.read_text())) == [
        "model", "figures", "reliability", "examples", "speed"
    ]  # fmt: skip


def test_the_speed_table_says_on_what_and_how_far_rounds_differ() -> None:
    said = report.speed_table(SPEED)
    assert "comments of 67 tokens, on a machine" in said
    assert "150 MB resident at most" in said
    assert "| full | 1 | 109 | 90 to 112 |" in said
    assert report.speed_table(None) == "Not measured."


# --- Sentences ----------------------------------------------------------------------------------


def test_a_sentence_is_shown_with_its_highest_label_and_what_holds_it() -> None:
    unscored = replace(EXAMPLE, label=None, probability=None, held_for=[], unscored="language")
    calm = replace(EXAMPLE, held_for=[])
    rows = report.example_table([EXAMPLE, unscored, calm]).splitlines()[2:]
    assert rows == [
        r"| A \| b | insult 0.25 | held for insult, spam | leave it alone: a test |",
        r"| A \| b | – | not scored: language | leave it alone: a test |",
        r"| A \| b | insult 0.25 | not held | leave it alone: a test |",
    ]


def test_sentences_are_judged_by_their_own_words() -> None:
    low, high = Scores("m", "en", {Label.THREAT: 0.4, Label.SPAM: 0.1}), 0.9
    quoting = replace(low, quoted={Label.THREAT: high})
    away = Scores("m", "da", unscored=Unscored.LANGUAGE)
    count = len(examples.sentences())
    answers = [low, quoting, *[away] * (count - 2)]
    model: Any = SimpleNamespace(version="m", score=lambda texts: answers[: len(texts)])
    cuts = dict.fromkeys(Label, Threshold(hold=0.5)) | {Label.SPAM: Threshold(hold=0.1)}
    said = list(examples.judged(model=model, cuts=cuts))
    assert len(said) == count
    assert (said[0].label, said[0].probability, said[0].held_for) == ("threat", 0.4, ["spam"])
    assert (said[1].label, said[1].probability, said[1].held_for) == ("threat", 0.4, ["spam"])
    assert (said[2].label, said[2].held_for, said[2].unscored) == (None, [], "language")


# --- Aims ---------------------------------------------------------------------------------------


def row(what: str, figures: Sequence[Figure], speed: Speed | None = SPEED) -> str:
    table = aims.aims_table(figures=figures, speed=speed).splitlines()
    return next(line for line in table if what in line)


def changed(name: str, value: float) -> list[Figure]:
    return [
        replace(one, value=value, low=0.0, high=1.0) if one.name == name else one
        for one in stored_figures()
    ]


@pytest.mark.parametrize(
    ("what", "name", "reached", "short"),
    [
        ("lewd posts", "lewd posts", 0.925, 0.9249),
        ("held by mistake, all", "civil comments held by mistake", 0.02, 0.0201),
        ("calibration error", "calibration of toxicity", 0.02, 0.0201),
        ("900 sentences, all", "all", 0.78, 0.7799),
    ],
)
def test_what_is_reached_is_computed(what: str, name: str, reached: float, short: float) -> None:
    assert row(what, changed(name, reached)).endswith("| reached |")
    assert row(what, changed(name, short)).endswith("| short |")


def test_of_several_figures_the_worst_counts_and_is_named() -> None:
    said = row("disguised", changed("stretched", 0.5))
    assert "| 50.0 % (0.0 % to 100.0 %), stretched | short |" in said


def test_without_marks_is_an_aim_of_its_own() -> None:
    assert row("the worst way with marks", changed("without any marks", 0.1)).endswith("reached |")
    assert row("without any marks", changed("without any marks", 0.1)).endswith("| short |")


def test_the_speed_aims_are_filled_from_what_is_stored() -> None:
    figures = stored_figures()
    said = row("CPU second, 67 tokens, one by one", figures)
    assert said.endswith(
        "| 110 to 130 | 110 | 109 (rounds: 90 to 112) | short, and below the baseline |"
    )
    said = row("CPU second, 67 tokens, 64 at a time", figures)
    assert said.endswith("| 97 to 122 | 110 | 117 (rounds: 90 to 119) | reached |")
    assert row("fast mode", figures).endswith("| 900 (rounds: 1 to 999) | reached |")
    assert row("fast mode", figures, None).endswith("| not measured | – |")


def test_a_figure_that_an_aim_asks_for_must_be_there() -> None:
    figures = [one for one in stored_figures() if one.name != "lewd posts"]
    with pytest.raises(KeyError):
        aims.aims_table(figures=figures, speed=SPEED)
    with pytest.raises(KeyError):
        aims.aims_table(
            figures=[one for one in figures if not one.group.startswith("Disguised")], speed=SPEED
        )
