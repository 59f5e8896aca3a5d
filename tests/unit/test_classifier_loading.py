"""A broken model never breaks the site: texts are then not scored, and it is said."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from classifier.base import Label, Scores, Text, Unscored
from classifier.loading import MODEL_DIR, load_classifier
from classifier.thresholds import THRESHOLDS, BadThresholds, proposed_thresholds, read_thresholds


@pytest.fixture
def model_dir(tmp_path: Path) -> Path:
    return shutil.copytree(MODEL_DIR, tmp_path / "model")


def _flip_a_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _forget_a_label(folder: Path) -> None:
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    del manifest["full"]["calibration"]["threat"]
    path.write_text(json.dumps(manifest))


def _hold_from_elsewhere(folder: Path) -> None:
    path = folder / "thresholds.json"
    table = json.loads(path.read_text())
    table["thresholds"]["insult"]["hold"] = 0.9
    path.write_text(json.dumps(table))


def _say_nothing_of_a_label(folder: Path) -> None:
    """Thresholds that are the manifest's and yet no good."""
    path = folder / "thresholds.json"
    table = json.loads(path.read_text())
    del table["thresholds"]["threat"]
    path.write_text(json.dumps(table))
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"]["thresholds.json"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))


DAMAGE: dict[str, Callable[[Path], object]] = {
    "everything missing": shutil.rmtree,
    "manifest missing": lambda folder: (folder / "manifest.json").unlink(),
    "manifest empty": lambda folder: (folder / "manifest.json").write_text(""),
    "manifest of another kind": lambda folder: (folder / "manifest.json").write_text("[]"),
    "label missing": _forget_a_label,
    "weights missing": lambda folder: (folder / "weights.npz").unlink(),
    "weights cut short": lambda folder: (folder / "weights.npz").write_bytes(b"PK"),
    "one bit of the weights": lambda folder: _flip_a_byte(folder / "weights.npz"),
    "encoder missing": lambda folder: (folder / "encoder.onnx").unlink(),
    "encoder cut short": lambda folder: (folder / "encoder.onnx").write_bytes(b"\x08"),
    "one bit of the encoder": lambda folder: _flip_a_byte(folder / "encoder.onnx"),
    "tokenizer of another kind": lambda folder: (folder / "tokenizer.json").write_text("{}"),
    "thresholds missing": lambda folder: (folder / "thresholds.json").unlink(),
    "thresholds cut short": lambda folder: (folder / "thresholds.json").write_text('{"thresh'),
    "thresholds of another model": _hold_from_elsewhere,
    "thresholds of too few labels": _say_nothing_of_a_label,
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_model_leaves_texts_unscored(damage: str, model_dir: Path) -> None:
    DAMAGE[damage](model_dir)
    model = load_classifier(model_dir=model_dir)
    assert model.ready is False  # type: ignore[attr-defined]
    assert (
        model.score([Text("a"), Text("")])
        == [Scores(model="unavailable", unscored=Unscored.FAILED)] * 2
    )


def test_the_shipped_model_is_ready_and_names_itself() -> None:
    model = load_classifier()
    manifest = json.loads((MODEL_DIR / "manifest.json").read_text())
    assert model.ready is True  # type: ignore[attr-defined]
    assert model.version == manifest["full"]["version"]
    assert sum(path.stat().st_size for path in MODEL_DIR.iterdir()) < 40_000_000


def test_every_label_has_a_threshold_to_hold_from() -> None:
    cuts = proposed_thresholds()
    assert set(cuts) == set(Label)
    for cut in cuts.values():
        assert 0.0 < cut.hold < 1.0
        assert cut.remove is None or cut.hold < cut.remove < 1.0


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"[]", b"{}", b"\xff", b'{"thresholds": {}}', b'{"thresholds": []}'),
        THRESHOLDS.read_bytes().replace(b'"hold"', b'"hold from"'),
        THRESHOLDS.read_bytes().replace(b'"hold": 0.', b'"hold": 1.'),
        THRESHOLDS.read_bytes().replace(b'"hold": 0.', b'"hold": -0.'),
        THRESHOLDS.read_bytes().replace(b'"remove": null', b'"remove": 0.01'),
        THRESHOLDS.read_bytes().replace(b'"remove": null', b'"remove": "never"'),
    ],
)
def test_damaged_thresholds_are_refused(content: bytes) -> None:
    with pytest.raises(BadThresholds):
        read_thresholds(content)


def test_missing_thresholds_are_refused_by_their_name(tmp_path: Path) -> None:
    with pytest.raises(BadThresholds, match=r"thresholds\.json: No such file"):
        proposed_thresholds(path=tmp_path / "thresholds.json")


def test_only_severe_toxicity_may_be_removed_without_a_person() -> None:
    removing = {label for label, cut in proposed_thresholds().items() if cut.remove is not None}
    assert removing <= {Label.SEVERE_TOXICITY}
