"""The words of ./run and ./test, and what they say."""

import os
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from launch import run_command, test_command
from launch.guard import Guard
from launch.interrupts import Interrupts
from launch.places import Places
from launch.problems import Problem
from launch.site import address, site_environment, site_programs, why_not_bind
from launch.test_command import Outcome, Tally, choose, read_report, summary
from launch.test_parts import (
    NAMES,
    Part,
    environment_of_production,
    environment_of_tests,
    pytest_options,
)

PLACES = Places(data=Path("/srv/site"))


def test_words_after_manage_belong_to_the_command() -> None:
    options = run_command.read_options(
        words=["--data", "d", "manage", "shell", "-c", "x", "--port", "1"]
    )
    assert options.data == Path("d")
    assert options.manage == ("shell", "-c", "x", "--port", "1")
    assert options.port == 8000


@pytest.mark.parametrize("words", [["--port", "0"], ["--port", "x"], ["start"], ["--nonsense"]])
def test_wrong_words_are_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run_command.read_options(words=words)
    assert "usage: ./run" in capsys.readouterr().err


def test_who_holds_the_data_is_said_with_what_to_do() -> None:
    said = run_command.who_has_it(
        places=PLACES, about={"pid": 12, "what": "site", "host": "127.0.0.1", "port": 8001}
    )
    assert "a site runs on /srv/site at http://localhost:8001 (process 12)" in said
    assert "kill 12" in said
    said = run_command.who_has_it(places=PLACES, about={"pid": 12, "what": "command"})
    assert "A management command (process 12) is using /srv/site" in said


def test_the_person_s_own_variables_win() -> None:
    env = site_environment(
        base={"SITE_URL": "https://comments.example.org"},
        places=PLACES,
        secret_key="k",
        host="127.0.0.1",
        port=8000,
    )
    assert env["SITE_URL"] == "https://comments.example.org"
    assert env["MEDIA_ROOT"] == "/srv/site/media"
    assert env["DEBUG"] == "no"


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://localhost:80"),
        ("0.0.0.0", "http://localhost:80"),
        ("::", "http://localhost:80"),
        ("fd00::1", "http://[fd00::1]:80"),
        ("desk.example.org", "http://desk.example.org:80"),
    ],
)
def test_the_address_is_one_to_type(host: str, url: str) -> None:
    assert address(host=host, port=80) == url


def test_web_worker_and_beat_start_in_this_order() -> None:
    programs = site_programs(places=PLACES, env={}, host="::1", port=8000)
    assert [program.name for program in programs] == ["web", "worker", "beat"]
    assert "[::1]:8000" in programs[0].argv
    assert "screening,mail,maintenance" in programs[1].argv


def test_a_busy_port_is_named_with_a_free_one() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        reason = why_not_bind(host="127.0.0.1", port=port)
    assert reason is not None
    assert reason.startswith(f"Port {port} is in use by another program. Add --port ")
    assert why_not_bind(host="127.0.0.1", port=port) is None


def test_an_address_of_another_machine_is_refused() -> None:
    assert "no address of this machine" in str(why_not_bind(host="192.0.2.1", port=8000))


def test_no_words_mean_every_part() -> None:
    parts, rest = choose(words=[])
    assert tuple(part.name for part in parts) == NAMES
    assert rest == []


def test_words_after_a_part_go_to_its_tool() -> None:
    parts, rest = choose(words=["integration", "-k", "thread", "-x"])
    assert [part.name for part in parts] == ["integration"]
    assert rest == ["-k", "thread", "-x"]
    parts, rest = choose(words=["lint", "types"])
    assert [part.name for part in parts] == ["lint", "types"]


@pytest.mark.parametrize("words", [["speed"], ["unit", "integration", "-x"]])
def test_words_that_fit_no_part_are_refused(words: list[str]) -> None:
    with pytest.raises(Problem):
        choose(words=words)


def test_tests_run_side_by_side_unless_the_person_says_otherwise(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    ours = pytest_options(words=[], processes="4", report=report)
    assert ours[ours.index("-n") + 1] == "4"
    assert "-n" not in pytest_options(words=["-n0"], processes="4", report=report)
    assert "-n" not in pytest_options(words=["--pdb"], processes="4", report=report)


def test_the_person_s_own_site_does_not_leak_into_the_tests(tmp_path: Path) -> None:
    base = {"DATABASE_URL": "postgres://real", "SITE_URL": "https://real", "HOME": "/home/x"}
    env = environment_of_tests(
        base=base, folder=tmp_path, database_url="postgres://throwaway", redis_url="unix:///r"
    )
    assert "real" not in " ".join(env.values())
    assert env["HOME"] == "/home/x"
    production = environment_of_production(base=env)
    assert production["SITE_URL"].startswith("https://")
    assert "SERVE_STATIC_FROM_SOURCE" not in production


def test_what_a_part_says_that_runs_beside_others_is_shown_in_its_turn(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    part = Part(name="late", about="", commands=(("python", "-c", "print('done', 6 * 7)"),))
    with Interrupts() as interrupts, ThreadPoolExecutor() as pool:
        runner = test_command._Runner([], os.environ, tmp_path, interrupts, Guard())
        aside = test_command._Aside.begin(part, runner, pool)
        assert aside.ending.result().ok
        assert "done 42" not in capfd.readouterr().out
        assert aside.show().tally == Tally(passed=1)
        assert "done 42" in capfd.readouterr().out


def test_the_last_line_counts_tests() -> None:
    table = summary(
        outcomes=[
            Outcome(name="lint", ok=True, seconds=1.0, tally=Tally(passed=3)),
            Outcome(
                name="unit",
                ok=False,
                seconds=2.25,
                note="pytest ended with status 1",
                tally=Tally(passed=10, failed=2, skipped=1),
            ),
        ]
    )
    assert table.splitlines()[-1] == "13 passed, 2 failed, 1 skipped"
    assert "unit         FAILED       2.2  pytest ended with status 1" in table


def test_the_report_of_pytest_is_counted(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite tests="9" failures="2" errors="1" skipped="3"/></testsuites>'
    )
    assert read_report(report=report) == Tally(passed=3, failed=3, skipped=3)
    assert read_report(report=tmp_path / "none.xml") == Tally()


def test_help_names_every_part(capsys: pytest.CaptureFixture[str]) -> None:
    assert test_command.main(words=["--help"]) == 0
    said = capsys.readouterr().out
    assert all(name in said for name in NAMES)
