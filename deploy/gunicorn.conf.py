"""How gunicorn serves the site, on every machine. Variables are in docs/operations.md."""

import os
import shutil
from pathlib import Path
from typing import Any

bind = os.environ.get("WEB_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
worker_class = "gthread"
limit_request_line = 8190  # the counts of a hundred pages are asked for in one line
timeout = 60
graceful_timeout = 15
keepalive = 5
max_requests = 20_000  # a process that leaks is a process that is replaced
max_requests_jitter = 2_000
control_socket_disable = True
# The heartbeat's file belongs in memory: on a slow disk it would block, and look like a hang.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")
access_log_format = '"%(r)s" %(s)s %(b)s %(M)sms'  # without the address it came from
accesslog = "-" if os.environ.get("WEB_ACCESS_LOG") else None


def on_starting(server: Any) -> None:
    """Begin with an empty folder of metrics: numbers of processes long gone mislead."""
    if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        shutil.rmtree(folder, ignore_errors=True)
        Path(folder).mkdir(mode=0o700, parents=True)


def child_exit(server: Any, worker: Any) -> None:
    """Take the gauges of a process that has ended out of the metrics."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid)
