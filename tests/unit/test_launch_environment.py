"""The lock decides when something is installed."""

from pathlib import Path

import pytest

from launch import environment
from launch.environment import LOCAL_LOCK, RUNTIME_LOCK, TEST_LOCK, fingerprint, is_installed


def test_a_changed_lock_or_another_python_is_installed_anew(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.txt"
    lock.write_text("django==5.2\n")
    stamp = {lock.name: fingerprint(lock=lock, python="3.11.7")}
    assert is_installed(lock=lock, python="3.11.7", stamp=stamp)
    assert not is_installed(lock=lock, python="3.12.1", stamp=stamp)
    lock.write_text("django==5.3\n")
    assert not is_installed(lock=lock, python="3.11.7", stamp=stamp)


@pytest.mark.parametrize("smaller", [RUNTIME_LOCK, LOCAL_LOCK])
def test_what_test_installed_serves_run_too(smaller: Path) -> None:
    stamp = {TEST_LOCK.name: fingerprint(lock=TEST_LOCK, python="3.13.0")}
    assert is_installed(lock=smaller, python="3.13.0", stamp=stamp)
    stamp = {smaller.name: fingerprint(lock=smaller, python="3.13.0")}
    assert not is_installed(lock=TEST_LOCK, python="3.13.0", stamp=stamp)


def test_a_damaged_stamp_counts_as_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stamp = tmp_path / "stamp.json"
    monkeypatch.setattr(environment, "_STAMP", stamp)
    for text in ("", "{", "[]", "null"):
        stamp.write_text(text)
        assert environment._read_stamp() == {}


@pytest.mark.parametrize("lock", sorted(environment.ROOT.glob("requirements*.txt")))
def test_locks_pin_with_hashes_and_name_no_source(lock: Path) -> None:
    text = lock.read_text()
    pinned = [line for line in text.splitlines() if line and line[0].isalpha()]
    assert pinned
    assert all("==" in line for line in pinned)
    assert text.count("--hash=sha256:") >= len(pinned)
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text
