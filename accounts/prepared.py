"""Statements that PostgreSQL plans once for each connection, not anew for each page.

For the few that most pages ask and that are written by hand: planning takes longer than answering
them. The ORM's own go the usual way, where the driver puts the values into the text.
"""

from typing import Any

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor


def first_row(statement: str, values: Any) -> tuple[Any, ...] | None:
    """Return the first row of what a statement finds, or None.

    The statement's text must always be the same, and each value's type must be plain from it. The
    driver prepares it when it was asked often enough (``prepare_threshold``).
    """
    with _cursor() as cursor:
        cursor.execute(statement, values)
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row


def _cursor() -> Any:
    if connection.queries_logged:
        return connection.cursor()  # a log shows the values, and only the usual way knows them
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    native: Any = ServerBindingCursor  # which stubs do not know the driver's part of
    return connection.make_cursor(native(connection.connection))
