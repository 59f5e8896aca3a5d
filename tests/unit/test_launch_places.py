"""Where data, sockets and secrets go."""

import json
import os
import stat
from pathlib import Path

import pytest

from launch import places as places_module
from launch.folders import fits_a_socket
from launch.places import Places, open_places, read_json, rotate_log, secret_key, take_lock
from launch.problems import Problem
from launch.users import Account


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return open_places(data=tmp_path / "data")


def test_the_secret_key_is_made_once_and_kept_to_its_owner(places: Places) -> None:
    key = secret_key(places=places)
    assert len(key) >= 50
    assert secret_key(places=places) == key
    assert stat.S_IMODE((places.data / "secret-key").stat().st_mode) == 0o600


def test_an_existing_folder_keeps_its_permissions(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o750)
    open_places(data=data)
    assert stat.S_IMODE(data.stat().st_mode) == 0o750
    assert stat.S_IMODE((data / "redis").stat().st_mode) == 0o700


def test_a_lock_is_held_by_one_and_free_again_afterwards(places: Places) -> None:
    first = take_lock(path=places.lock)
    assert first is not None
    assert take_lock(path=places.lock) is None
    os.close(first)
    again = take_lock(path=places.lock)
    assert again is not None
    os.close(again)


def test_long_paths_do_not_fit_a_socket() -> None:
    assert fits_a_socket(folder=Path("/home/someone/ordstyrer/data/redis-socket"))
    assert not fits_a_socket(folder=Path("/home/someone") / ("a" * 80))


def test_a_damaged_note_counts_as_nothing(tmp_path: Path) -> None:
    note = tmp_path / "note.json"
    assert read_json(path=note) == {}
    note.write_text("{ half")
    assert read_json(path=note) == {}


def test_a_long_log_is_moved_and_writing_to_it_goes_on(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    with log.open("ab", buffering=0) as writer:
        writer.write(b"a" * 100)
        rotate_log(path=log, longest=50)
        writer.write(b"b")
    assert log.read_bytes() == b"b"
    assert (tmp_path / "web.log.1").read_bytes() == b"a" * 100


class TestTheDatabaseOfRoot:
    """Root's database belongs to another account, which cannot look into root's home."""

    @pytest.fixture(autouse=True)
    def shelf(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        shelf = tmp_path / "shelf"
        shelf.mkdir()
        somebody = Account(name="somebody", uid=os.geteuid() + 4321, gid=4321)
        monkeypatch.setattr(places_module, "roots_shelf", lambda: shelf)
        monkeypatch.setattr(places_module, "database_account", lambda: somebody)
        monkeypatch.setattr(places_module, "_owner_of", lambda folder, otherwise: otherwise)
        self.reachable = {shelf}
        monkeypatch.setattr(
            places_module,
            "can_enter",
            lambda folder, account: any(folder.is_relative_to(place) for place in self.reachable),
        )
        return shelf

    def test_it_is_in_the_data_folder_where_that_can_be_reached(self, places: Places) -> None:
        self.reachable.add(places.data)
        folder, account = places_module.postgres_folder(places=places)
        assert folder == places.data / "postgres"
        assert account is not None

    def test_else_it_is_on_the_shelf_with_a_pointer(self, places: Places, shelf: Path) -> None:
        folder, _ = places_module.postgres_folder(places=places)
        assert folder.is_relative_to(shelf)
        pointer = json.loads((places.data / "postgres-is-at.json").read_text())
        assert pointer["postgres"] == str(folder)
        assert places_module.postgres_folder(places=places)[0] == folder

    def test_a_moved_data_folder_keeps_its_database(self, places: Places) -> None:
        folder, _ = places_module.postgres_folder(places=places)
        moved = places.data.rename(places.data.with_name("moved"))
        assert places_module.postgres_folder(places=Places(data=moved))[0] == folder

    def test_a_copied_data_folder_is_refused(self, places: Places) -> None:
        places_module.postgres_folder(places=places)
        copy = places.data.with_name("copy")
        copy.mkdir()
        name = "postgres-is-at.json"
        (copy / name).write_text((places.data / name).read_text())
        with pytest.raises(Problem, match="is a copy of"):
            places_module.postgres_folder(places=Places(data=copy))
