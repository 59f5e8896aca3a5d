"""The parts of ./test: what each is called, what it runs, what it needs."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Part:
    """One part: commands that are all run, the words after the part's name added to the last.

    ``folder`` marks a part that is tests, run by pytest.
    """

    name: str
    about: str
    commands: tuple[tuple[str, ...], ...] = ()
    folder: str = ""
    servers: bool = False
    chromium: bool = False
    processes: str = "auto"  # that run its tests side by side: one for each core, or a number
    production: bool = False  # with the environment of a site on the Internet
    beside: bool = False  # runs while the parts before it do, and is shown after them


PARTS = (
    Part(
        name="lint",
        about="ruff (rules and format) and djlint",
        commands=(
            ("ruff", "check", "."),
            ("ruff", "format", "--check", "."),
            ("djlint", "templates", "--lint", "--quiet"),
        ),
    ),
    Part(name="types", about="mypy", commands=(("mypy",),)),
    Part(
        name="contracts",
        about="who imports whom (import-linter)",
        commands=(("lint-imports", "--no-cache"),),
    ),
    Part(
        name="migrations",
        about="the models and their migrations agree",
        commands=(("python", "manage.py", "makemigrations", "--check", "--dry-run"),),
        servers=True,
    ),
    Part(
        name="deploy",
        about="Django's own check of a site in production",
        commands=(("python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"),),
        servers=True,
        production=True,
    ),
    Part(name="unit", about="no database", folder="tests/unit"),
    Part(name="integration", about="PostgreSQL, Redis", folder="tests/integration", servers=True),
    Part(
        name="journeys",
        about="a real browser",
        folder="tests/journeys",
        servers=True,
        chromium=True,
    ),
    # Waiting for what was killed to come back takes time and no processor.
    Part(
        name="faults",
        about="things get killed",
        folder="tests/faults",
        servers=True,
        processes="4",
        beside=True,
    ),
)
NAMES = tuple(part.name for part in PARTS)
TEMPLATE = "ORDSTYRER_TEST_TEMPLATE"  # names the migrated database that tests copy
BESIDE = "ORDSTYRER_TEST_BESIDE"  # names the part, if it runs beside others

_NO_DISTRIBUTION = ("-n", "--numprocesses", "--pdb", "--trace", "-s", "--co", "--collect-only")


def pytest_options(*, words: Sequence[str], processes: str, report: Path) -> list[str]:
    """Options for pytest: ``words`` from the person, and ours where they said nothing."""
    options = ["-p", "tests.isolation", f"--junitxml={report}"]
    chosen = any(word.startswith(_NO_DISTRIBUTION) for word in words)
    if not chosen:
        options += ["-n", processes, "--dist", "worksteal"]
    return options


def environment_of_tests(
    *, base: Mapping[str, str], folder: Path, database_url: str, redis_url: str
) -> dict[str, str]:
    """The environment of every part. Nothing of the person's own site leaks in."""
    ours = {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "SECRET_KEY": secrets.token_urlsafe(50),
        "DEBUG": "no",
        "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1],testserver",
        "CSRF_TRUSTED_ORIGINS": "",
        "SITE_URL": "http://localhost",
        "MEDIA_ROOT": str(folder / "media"),
        "STATIC_ROOT": str(folder / "static"),
        "SERVE_STATIC_FROM_SOURCE": "yes",
        "LOG_FORMAT": "console",
        # Every reader of a test writes from one address; the tests of limits set their own.
        "COMMENT_MIN_SECONDS": "0",
        "COMMENTS_PER_MINUTE": "10000",
        "COMMENTS_PER_HOUR": "10000",
        "REPORTS_PER_HOUR": "10000",
        "APPEALS_PER_HOUR": "10000",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "ORDSTYRER_TEST_FOLDER": str(folder),
    }
    return {**base, **ours}


def environment_of_production(*, base: Mapping[str, str]) -> dict[str, str]:
    """``base`` changed to that of a site on the Internet, for Django's deployment check."""
    changed = {
        "ALLOWED_HOSTS": "comments.example.org",
        "CSRF_TRUSTED_ORIGINS": "https://comments.example.org",
        "SITE_URL": "https://comments.example.org",
        "LOG_FORMAT": "json",
    }
    return {
        name: value
        for name, value in {**base, **changed}.items()
        if name != "SERVE_STATIC_FROM_SOURCE"
    }
