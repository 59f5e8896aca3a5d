"""Run benchmarks on throwaway servers: ``python -m bench [NAME ...]``.

With no name, all of them, and what they print becomes bench/results.md.
"""

import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

from launch.guard import Guard
from launch.interrupts import Interrupts
from launch.processes import Supervisor
from launch.servers import start_throwaway
from launch.test_parts import environment_of_tests

FOLDER = Path(__file__).parent
NAMES = (
    *("accepting", "screening", "near_duplicates", "queue", "desk_keys", "races", "article_page"),
    *("article_reader", "team", "polling", "automation", "classifier", "word_lists", "rules"),
    *("trials", "privacy"),
)


def run(names: list[str]) -> tuple[dict[str, str], list[str]]:
    """Run the benchmarks, each in a process and on a database of its own.

    Returns what they printed, and the names of those that failed or were above a limit of theirs.
    """
    printed, failed = {}, []
    for name in names:
        print(f"--- {name}", file=sys.stderr)
        with Interrupts() as interrupts, Guard() as guard:
            folder = Path(tempfile.mkdtemp(prefix="ord-"))
            supervisor = Supervisor(guard=guard, say=lambda line: None)
            try:
                servers = start_throwaway(
                    folder=folder, guard=guard, supervisor=supervisor, interrupts=interrupts
                )
                env = environment_of_tests(
                    base=os.environ,
                    folder=folder,
                    database_url=servers.database_url,
                    redis_url=servers.redis_url,
                )
                done = subprocess.run(
                    [sys.executable, "-m", f"bench.{name}"],
                    env=env,
                    stdout=subprocess.PIPE,
                    text=True,
                    check=False,
                )
            finally:
                supervisor.stop_all(interrupts=interrupts)
        print(done.stdout)
        printed[name] = done.stdout.strip()
        if done.returncode:
            failed.append(name)
    return printed, failed


def main(words: list[str]) -> None:
    printed, failed = run(words or list(NAMES))
    if not words:
        head = (
            "# What it costs\n\nWritten by `python -m bench`, everything in one run on"
            f" {os.cpu_count()} cores, Python {platform.python_version()}; the throwaway"
            " PostgreSQL does not wait for the disk. Machines differ: read the ratios.\n"
        )
        parts = [f"## bench/{name}.py\n\n{text}\n" for name, text in printed.items()]
        (FOLDER / "results.md").write_text("\n".join([head, *parts]))
    if failed:
        sys.exit(f"Failed, or above a limit: {', '.join(failed)}.")


if __name__ == "__main__":
    main(sys.argv[1:])
