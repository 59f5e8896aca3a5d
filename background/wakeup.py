"""Waking a worker without making the reader wait for the broker.

The request only sets a flag. A thread of this process sends at most one message for all flags set
meanwhile. When the broker is down the message is lost, which costs seconds: the work is in
the database, and beat has it looked for (``CELERY_BEAT_SCHEDULE``).
"""

import os
import threading
import time

import structlog
from celery import current_app

log = structlog.get_logger(__name__)

PAUSE_SECONDS = 0.05  # between two messages; a worker takes all jobs there are at each


class Waker:
    """Wakes a worker for one task: at most one message for all wishes meanwhile."""

    def __init__(self, *, task: str) -> None:
        self._task = task
        self._wanted = threading.Event()
        self._start = threading.Lock()
        self._pid = 0

    def wake(self) -> None:
        """Send a message soon. Costs the caller nothing and never raises."""
        self._wanted.set()
        if self._pid != os.getpid():
            self._start_thread()

    def _start_thread(self) -> None:
        # Once per process: a thread does not survive the fork of the web server's workers.
        with self._start:
            if self._pid == os.getpid():
                return
            self._pid = os.getpid()
            threading.Thread(target=self._run, name=f"wake {self._task}", daemon=True).start()

    def _run(self) -> None:
        while True:
            self._wanted.wait()
            self._wanted.clear()
            self._send()
            time.sleep(PAUSE_SECONDS)

    def _send(self) -> None:
        try:
            current_app.send_task(self._task, expires=60, retry=False)
        except Exception as error:  # noqa: BLE001, whatever it is, the thread lives on
            log.warning("worker_not_woken", task=self._task, error=str(error))
