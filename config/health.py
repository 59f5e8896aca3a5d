"""Whether this process can do its work, for load balancers and for people."""

import redis
from django.core.cache import cache
from django.db import Error, connection
from django.http import JsonResponse

OLDEST_JOB_SECONDS = 60


def ready() -> JsonResponse:
    """Answer 200 when the database answers, else 503.

    Redis down or screening late is "degraded": the site still takes and keeps comments, so
    readers are sent here all the same.
    """
    checks = {"database": _database(), "redis": _redis(), "screening": _screening()}
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
        cache.get("health")
    except redis.RedisError:
        return "cannot be reached: comments are kept, and screened when it is back"
    return "ok"


def _screening() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT extract(epoch FROM clock_timestamp() - min(created_at))::int"
                " FROM moderation_screeningjob WHERE priority = 0"
            )
            row = cursor.fetchone()
    except Error:
        return "unknown"
    age = row[0] if row and row[0] is not None else 0
    return "ok" if age < OLDEST_JOB_SECONDS else f"the oldest comment has waited {age} seconds"
