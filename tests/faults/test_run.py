"""./run when things fall over, get killed, or are started twice."""

import os
import shutil
import signal
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.fake_checkout import FakeCheckout, Seen, wait_for


@pytest.fixture
def checkout() -> Iterator[FakeCheckout]:
    # Not tmp_path: below it, another account than root could not reach the database.
    checkout = FakeCheckout(folder=Path(tempfile.mkdtemp(prefix="ordstyrer-fake-")))
    yield checkout
    checkout.kill_everything()
    if checkout.process is not None:
        checkout.process.wait()
    shutil.rmtree(checkout.folder)


def test_a_site_starts_is_kept_up_and_leaves_nothing_behind(checkout: FakeCheckout) -> None:
    checkout.start()
    assert f"Ordstyrer is at http://localhost:{checkout.port}/" in checkout.said()
    assert "moderator@example.org  password: correct-horse" in checkout.said()

    # A second one on the same data is refused, and told where the first is.
    second = checkout.run()
    assert second.returncode == 1
    assert f"a site runs on {checkout.data} at http://localhost:{checkout.port}" in second.stderr

    # A management command uses the servers that run; its output and status are passed through.
    copied = checkout.run("manage", "copy", "3", stdin="a comment\n")
    assert (copied.returncode, copied.stdout) == (3, "a comment\n")
    checkout.run("manage", "sql", "create table kept as select 7 as n")

    # Whatever is killed comes back.
    for word in ("gunicorn", "celery -A config worker", "postgres -D", "redis-server"):
        killed = checkout.named(word)
        killed.send(signal.SIGKILL)
        wait_for(lambda word=word, killed=killed: _another(checkout, word, killed))
    assert checkout.said().count("starts again in") == 4
    wait_for(lambda: checkout.run("manage", "sql", "select 1").stdout == "[(1,)]\n")

    checkout.interrupt(number=signal.SIGTERM)
    wait_for(checkout.ended)
    assert checkout.process is not None
    assert checkout.process.returncode == 0, checkout.said()
    assert checkout.processes() == []

    # The data is there after a restart, the demo is loaded once, and no site is needed.
    assert checkout.run("manage", "sql", "select n from kept").stdout == "[(7,)]\n"
    checkout.start()
    assert "correct-horse" in checkout.said()
    assert checkout.run("manage", "sql", "select count(*) from demo").stdout == "[(1,)]\n"


def test_everything_is_killed_and_the_data_survives(checkout: FakeCheckout) -> None:
    checkout.start("--empty")
    assert "It is empty" in checkout.said()
    checkout.run("manage", "sql", "create table kept as select 7 as n")
    checkout.kill_everything()
    wait_for(checkout.ended)
    checkout.start()
    assert "It is empty" in checkout.said(), "a site that began empty gets no demo later"
    assert checkout.run("manage", "sql", "select n from kept").stdout == "[(7,)]\n"


def test_the_supervisor_alone_is_killed_and_takes_all_with_it(checkout: FakeCheckout) -> None:
    checkout.start("--empty")
    checkout.interrupt(number=signal.SIGKILL)
    wait_for(lambda: checkout.processes() == [])
    checkout.start()


def test_ctrl_c_twice_leaves_nothing_behind(checkout: FakeCheckout) -> None:
    checkout.start("--empty")
    checkout.named("celery -A config worker").send(signal.SIGSTOP)  # it will not hear SIGTERM
    checkout.interrupt()
    wait_for(lambda: "Stopping" in checkout.said())
    checkout.interrupt()
    wait_for(checkout.ended, within_s=8)
    assert checkout.processes() == []


def test_ctrl_c_while_it_starts_leaves_nothing_behind(checkout: FakeCheckout) -> None:
    (checkout.folder / "manage.py").write_text("import time\ntime.sleep(60)\n")
    with pytest.raises(AssertionError, match="Stopped"):
        _interrupt_when_said(checkout, "Bringing the database up to date")
    assert checkout.process is not None
    assert checkout.process.returncode == 130
    assert checkout.processes() == []


def test_a_busy_port_is_named_with_what_to_type(checkout: FakeCheckout) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", checkout.port))
        other.listen()
        refused = checkout.run("--port", str(checkout.port))
    assert refused.returncode == 1
    assert f"Port {checkout.port} is in use by another program." in refused.stderr
    assert "Add --port " in refused.stderr


def test_a_site_that_cannot_start_says_why_and_stops(checkout: FakeCheckout) -> None:
    (checkout.folder / "config" / "wsgi.py").write_text('raise RuntimeError("no such model")\n')
    refused = checkout.run("--empty", "--port", str(checkout.port))
    assert refused.returncode == 1
    assert "The site does not start." in refused.stderr
    assert "no such model" in refused.stderr
    assert checkout.processes() == []


def test_data_of_another_postgres_is_recognised(checkout: FakeCheckout) -> None:
    checkout.run("manage", "sql", "select 1")
    version = next(checkout.folder.glob("data/postgres/PG_VERSION"), None)
    if version is None:
        pytest.skip("the database is outside of the data folder here")
    version.write_text("12\n")
    refused = checkout.run("--port", str(checkout.port))
    assert refused.returncode == 1
    assert "was made by PostgreSQL 12" in refused.stderr
    assert "docs/operations.md" in refused.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write into any folder")
def test_a_folder_that_cannot_be_written_is_named(checkout: FakeCheckout, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    checkout.data = closed / "data"
    refused = checkout.run("--port", str(checkout.port))
    assert refused.returncode == 1
    assert f"The folder {checkout.data} cannot be used" in refused.stderr


def _another(checkout: FakeCheckout, word: str, killed: Seen) -> bool:
    return any(
        word in seen.words and seen.started > killed.started for seen in checkout.processes()
    )


def _interrupt_when_said(checkout: FakeCheckout, words: str) -> None:
    import threading

    def watch() -> None:
        wait_for(lambda: (checkout.folder / "said").exists() and words in checkout.said())
        checkout.interrupt()

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        checkout.start()
    finally:
        watcher.join()
