"""./test: throwaway servers, the parts in their order, and a table of how they went."""

import os
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from launch import environment
from launch.chromium import ensure_chromium
from launch.guard import Guard
from launch.interrupts import Interrupts
from launch.problems import Interrupted, Problem, say
from launch.processes import Supervisor
from launch.servers import start_throwaway
from launch.steps import run_foreground
from launch.test_parts import (
    BESIDE,
    NAMES,
    PARTS,
    TEMPLATE,
    Part,
    environment_of_production,
    environment_of_tests,
    pytest_options,
)

USAGE = """\
./test                      everything: {names}
./test PART [OPTION ...]    one part; the options go to its tool: ./test unit -k thread -x
./test PART PART ...        several parts
./test pytest [OPTION ...]  pytest as you like, with the servers: ./test pytest tests/unit

PostgreSQL and Redis are started for the time of the tests and removed afterwards. Several
./test may run side by side. ORDSTYRER_PROGRAMS=wheels uses the servers from the wheels even
where the machine has its own.
"""

_NO_TESTS = 5  # pytest's exit status when it found none
_NEVER_USED_DATABASE = "postgres://nobody@127.0.0.1:1/none"
_NEVER_USED_REDIS = "redis://127.0.0.1:1/0"


@dataclass(slots=True)
class Tally:
    """How many tests passed, failed and were skipped; a tool that is no test counts as one."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0


@dataclass(slots=True)
class Outcome:
    """How one part went."""

    name: str
    ok: bool
    seconds: float
    note: str = ""
    tally: Tally = field(default_factory=Tally)


def main(*, words: Sequence[str]) -> int:
    """Run ./test with the words of its command line; return the exit status."""
    if words and words[0] in ("-h", "--help", "help"):
        print(USAGE.format(names=", ".join(NAMES)))
        return 0
    try:
        parts, rest = choose(words=words)
        with Interrupts() as interrupts:
            return _run_parts(parts=parts, rest=rest, interrupts=interrupts)
    except Interrupted:
        say("\nStopped.")
        return 130
    except Problem as problem:
        say(str(problem))
        return 1


def choose(*, words: Sequence[str]) -> tuple[list[Part], list[str]]:
    """The parts that the words name, and the words that go to the tool."""
    if not words:
        return list(PARTS), []
    if words[0] == "pytest":
        part = Part(name="pytest", about="", folder="tests", servers=True, processes="0")
        return [part], list(words[1:])
    by_name = {part.name: part for part in PARTS}
    count = 0
    while count < len(words) and words[count] in by_name:
        count += 1
    if count == 0:
        raise Problem(f"There is no part {words[0]!r}. Choose from: {', '.join(NAMES)}, pytest.")
    if count > 1 and count < len(words):
        raise Problem("Options go to the tool of one part. Name one part only.")
    return [by_name[word] for word in words[:count]], list(words[count:])


def _run_parts(*, parts: Sequence[Part], rest: Sequence[str], interrupts: Interrupts) -> int:
    environment.prepare(lock=environment.TEST_LOCK, interrupts=interrupts)
    outcomes: list[Outcome] = []
    with ExitStack() as stack:
        guard = stack.enter_context(Guard())
        supervisor = Supervisor(guard=guard, say=say)
        stack.callback(supervisor.stop_all, interrupts=interrupts)
        folder = Path(tempfile.mkdtemp(prefix="ordstyrer-test-"))
        guard.remove_at_the_end(folder=folder)
        for name in ("media", "static"):
            (folder / name).mkdir()
        urls = (_NEVER_USED_DATABASE, _NEVER_USED_REDIS)
        if any(part.servers for part in parts):
            started = time.monotonic()
            servers = start_throwaway(
                folder=folder, guard=guard, supervisor=supervisor, interrupts=interrupts
            )
            urls = (servers.database_url, servers.redis_url)
            print(f"PostgreSQL and Redis are up ({time.monotonic() - started:.1f} s).", flush=True)
        env = environment_of_tests(
            base=os.environ, folder=folder, database_url=urls[0], redis_url=urls[1]
        )
        env["PATH"] = f"{environment.VENV / 'bin'}{os.pathsep}{env.get('PATH', '')}"
        runner = _Runner(rest=rest, env=env, folder=folder, interrupts=interrupts, guard=guard)
        if any(part.servers and part.folder for part in parts):
            env[TEMPLATE] = runner.make_template()
        pool = stack.enter_context(ThreadPoolExecutor())
        asides = {part.name: _Aside.begin(part, runner, pool) for part in parts[1:] if part.beside}
        for part in parts:
            print(f"\n=== {part.name} " + "=" * (74 - len(part.name)), flush=True)
            aside = asides.get(part.name)
            outcomes.append(aside.show() if aside else runner.run(part))
            supervisor.look()
    print(summary(outcomes=outcomes))
    return int(not all(outcome.ok for outcome in outcomes))


@dataclass(frozen=True, slots=True)
class _Runner:
    """Runs one part after another in the same surroundings."""

    rest: Sequence[str]
    env: Mapping[str, str]
    folder: Path
    interrupts: Interrupts
    guard: Guard
    output: IO[bytes] | None = None  # takes what the parts print, if that is for later

    def run(self, part: Part) -> Outcome:
        started = time.monotonic()
        outcome = Outcome(name=part.name, ok=True, seconds=0.0)
        try:
            if part.folder:
                self._run_tests(part, outcome)
            else:
                self._run_tools(part, outcome)
        except Problem as problem:
            say(str(problem))
            outcome.ok, outcome.note = False, "could not run"
        if not outcome.ok and outcome.tally.failed == 0:
            outcome.tally.failed = 1
        outcome.seconds = time.monotonic() - started
        return outcome

    def make_template(self) -> str:
        """Migrate the server's database, and return its name: every process of the tests copies
        it, which takes a tenth of the time."""
        started = time.monotonic()
        manage = [environment.venv_python(), environment.ROOT / "manage.py"]
        if self._call([*manage, "migrate", "--noinput", "--verbosity", "0"], self.env) != 0:
            raise Problem("The database could not be migrated: see above.")
        print(f"The database is migrated ({time.monotonic() - started:.1f} s).", flush=True)
        return urlsplit(self.env["DATABASE_URL"]).path.lstrip("/")

    def _run_tools(self, part: Part, outcome: Outcome) -> None:
        env = environment_of_production(base=self.env) if part.production else self.env
        for number, command in enumerate(part.commands, start=1):
            words = [*command, *(self.rest if number == len(part.commands) else [])]
            print("$ " + " ".join(words), flush=True)
            status = self._call([environment.VENV / "bin" / words[0], *words[1:]], env)
            if status == 0:
                outcome.tally.passed += 1
            else:
                outcome.tally.failed += 1
                outcome.ok, outcome.note = False, f"{words[0]} ended with status {status}"

    def _run_tests(self, part: Part, outcome: Outcome) -> None:
        env = dict(self.env)
        if part.chromium:
            env["CHROMIUM"] = ensure_chromium(interrupts=self.interrupts)
        if part.beside:
            env[BESIDE] = part.name
        report = self.folder / f"{part.name}.xml"
        options = pytest_options(words=self.rest, processes=part.processes, report=report)
        places = [] if part.name == "pytest" or _names_a_place(self.rest) else [part.folder]
        python = environment.venv_python()
        status = self._call([python, "-m", "pytest", *options, *places, *self.rest], env)
        outcome.tally = read_report(report=report)
        if status == _NO_TESTS and not self.rest:
            outcome.note = "there are no tests yet"
        elif status != 0:
            outcome.ok, outcome.note = False, f"pytest ended with status {status}"

    def _call(self, argv: Sequence[str | Path], env: Mapping[str, str]) -> int:
        status = run_foreground(
            argv=argv,
            env=env,
            cwd=environment.ROOT,
            interrupts=self.interrupts,
            guard=self.guard,
            output=self.output,
        )
        self.interrupts.check()
        return status


@dataclass(frozen=True, slots=True)
class _Aside:
    """A part that runs while others do; what it prints is shown when its turn comes."""

    said: Path
    ending: Future[Outcome]

    @classmethod
    def begin(cls, part: Part, runner: _Runner, pool: Executor) -> "_Aside":
        said = runner.folder / f"{part.name}.txt"

        def run() -> Outcome:
            with said.open("wb") as output:
                return replace(runner, output=output).run(part)

        return cls(said=said, ending=pool.submit(run))

    def show(self) -> Outcome:
        """Wait for its end, and print what it said."""
        outcome = self.ending.result()
        print(self.said.read_text(errors="replace"), flush=True)
        return outcome


def _names_a_place(rest: Sequence[str]) -> bool:
    return any(word.startswith("tests/") for word in rest)


def read_report(*, report: Path) -> Tally:
    """Count what pytest wrote into its JUnit report; nothing when there is no report."""
    try:
        root = ElementTree.parse(report).getroot()  # noqa: S314 (pytest wrote it a moment ago)
    except (OSError, ElementTree.ParseError):
        return Tally()
    tally = Tally()
    for suite in root.iter("testsuite"):
        total = int(suite.get("tests", "0"))
        failed = int(suite.get("failures", "0")) + int(suite.get("errors", "0"))
        skipped = int(suite.get("skipped", "0"))
        tally.failed += failed
        tally.skipped += skipped
        tally.passed += max(0, total - failed - skipped)
    return tally


def summary(*, outcomes: Sequence[Outcome]) -> str:
    """The table at the end; its last line is "N passed, N failed"."""
    lines = ["", f"{'part':<12} {'':<7} {'seconds':>8}"]
    for outcome in outcomes:
        verdict = "ok" if outcome.ok else "FAILED"
        line = f"{outcome.name:<12} {verdict:<7} {outcome.seconds:>8.1f}  {outcome.note}"
        lines.append(line.rstrip())
    passed = sum(outcome.tally.passed for outcome in outcomes)
    failed = sum(outcome.tally.failed for outcome in outcomes)
    skipped = sum(outcome.tally.skipped for outcome in outcomes)
    lines.append("")
    lines.append(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return "\n".join(lines)
