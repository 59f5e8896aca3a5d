"""What every test may use: folders become markers, and a real worker runs on request."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from hypothesis import HealthCheck, settings

from launch.test_parts import BESIDE, TEMPLATE
from tests import emptying
from tests.receiver import Mailbox, Receiver
from tests.workers import WorkerProcess

_HERE = Path(__file__).parent
_FOLDERS = ("unit", "integration", "journeys", "faults")


def pytest_configure() -> None:
    """Let programs that a test starts hear Ctrl-C, even where a shell runs the tests behind."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    emptying.install()
    # How long an example takes to make says how busy the machine is, and nothing about the code.
    patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.register_profile("patient", patient)
    settings.load_profile("patient")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with its folder's name. Unit tests get no database: asking for it fails.

    Those that use a worker come together, because others end it and starting it takes seconds.
    """
    items.sort(key=lambda item: "celery_worker_process" in getattr(item, "fixturenames", ()))
    for item in items:
        try:
            folder = item.path.relative_to(_HERE).parts[0]
        except ValueError:
            continue
        if folder in _FOLDERS:
            item.add_marker(getattr(pytest.mark, folder))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Copy the database that ./test has migrated already, where it has.

    A part that runs beside others has databases of its own.
    """
    from django.db import connection

    connection.settings_dict["TEST"]["TEMPLATE"] = os.environ.get(TEMPLATE)
    if (part := os.environ.get(BESIDE)) is not None:
        own = connection.settings_dict["TEST"]
        process = os.environ.get("PYTEST_XDIST_WORKER", "main")
        own["NAME"] = f"test_{part}_{process}"


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> None:
    """Hash passwords in no time: what is slow on purpose is nothing that these tests prove."""
    from django.conf import settings as site

    site.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def _worker_of_this_process(
    django_db_setup: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[WorkerProcess]:
    worker = WorkerProcess(log=tmp_path_factory.mktemp("worker") / "worker.log")
    yield worker
    worker.kill()


@pytest.fixture
def celery_worker_process(
    transactional_db: None, _worker_of_this_process: WorkerProcess
) -> Iterator[WorkerProcess]:
    """A real Celery worker on the test's own database and Redis.

    The same process serves one test after another as long as each asks for it; a test that does
    not ask for it never meets it. A test may ``kill()`` and ``start()`` it.
    """
    worker = _worker_of_this_process
    worker.forget_messages()
    worker.start()
    yield worker
    worker.settle()


class _NoLuck:
    """Draws no decision for a second look unless all of them are."""

    def random(self) -> float:
        return 0.999


@pytest.fixture(autouse=True)
def _no_second_look_by_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test do something else in 3 of 100 runs."""
    monkeypatch.setattr("moderation.draws._chance", _NoLuck())


@pytest.fixture(autouse=True)
def _no_audit_by_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for what rules remove: only a share of 100 % draws."""
    monkeypatch.setattr("moderation.rulebook.audits.chances", lambda public_id: (0.999, 0.5))


@pytest.fixture(autouse=True)
def _no_hints_unless_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that has loaded its model by now would hold back what another test posts."""
    monkeypatch.setattr("comments.hints._estimate", lambda wanted: None)


@pytest.fixture(autouse=True)
def _no_worker_unless_asked(request: pytest.FixtureRequest) -> None:
    if "celery_worker_process" not in request.fixturenames:
        WorkerProcess.kill_all()


@pytest.fixture
def no_hurry(settings: LazySettings) -> None:
    """Forms may be sent as fast and as often as a test likes."""
    settings.COMMENT_MIN_SECONDS = 0
    settings.COMMENTS_PER_MINUTE = settings.COMMENTS_PER_HOUR = 1000
    settings.REPORTS_PER_HOUR = settings.FOLLOWS_PER_HOUR = 1000


@pytest.fixture
def receiver(settings: LazySettings) -> Iterator[Receiver]:
    with Receiver() as receiver:
        settings.WEBHOOK_INSIDE_HOSTS = [receiver.inside]
        settings.SITE_URL = "https://comments.example.org"
        yield receiver


@pytest.fixture
def mailbox(settings: LazySettings) -> Iterator[Mailbox]:
    with Mailbox() as mailbox:
        settings.EMAIL_BACKEND = "mailing.backend.Outbox"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mailbox.port
        yield mailbox
