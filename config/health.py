"""Whether this process can do its work, for load balancers and for people."""

from datetime import timedelta

import redis
from django.core.cache import caches
from django.db import Error, connection
from django.http import JsonResponse

from moderation.jobs import readers_backlog
from moderation.readiness import problem

LATE = timedelta(seconds=60)


def ready() -> JsonResponse:
    """Answer 200 when the database answers, else 503.

    Redis down, screening late or a model that workers cannot use is "degraded": the site still
    takes and keeps comments, so readers are sent here all the same.
    """
    checks = {
        "database": _database(),
        "redis": _redis(),
        "screening": _screening(),
        "classifier": _classifier(),
    }
    up = checks["database"] == "ok"
    degraded = any(value != "ok" for value in checks.values())
    state = "down" if not up else "degraded" if degraded else "ok"
    return JsonResponse({"status": state, "checks": checks}, status=200 if up else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return "cannot be reached"
    return "ok"


def _redis() -> str:
    try:
        caches["strict"].get("health")
    except redis.RedisError:
        return "cannot be reached: comments are kept, and screened when it is back"
    return "ok"


def _screening() -> str:
    try:
        _waiting, waited = readers_backlog(most=1)
    except Error:
        return "unknown"
    if waited is None or waited < LATE:
        return "ok"
    return f"the oldest comment has waited {waited.total_seconds():.0f} seconds"


def _classifier() -> str:
    try:
        return problem() or "ok"
    except redis.RedisError:
        return "unknown"
