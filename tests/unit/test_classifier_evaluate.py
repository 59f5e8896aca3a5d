"""python -m classifier evaluate: where it looks."""

from pathlib import Path

import pytest

from classifier.training.places import NotAtHand, Places


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
