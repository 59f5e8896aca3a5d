"""Emptying the database after a test that committed.

Django truncates every table and makes permissions anew, half a second each time, and waits for an
exclusive lock on each: a request that a browser left behind is then a deadlock. Here rows are
deleted from the tables that have some, triggers aside (some tables refuse to lose rows), and
content types and permissions stay.
"""

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import TransactionTestCase

_STAY = frozenset({"django_migrations", "django_content_type", "auth_permission"})
_LARGE = 8 * 1024 * 1024  # bytes; what is deleted leaves its room behind, truncating does not


def install() -> None:
    """Have tests that commit empty the database in this way."""
    TransactionTestCase._fixture_teardown = _empty_all


def _empty_all(test: TransactionTestCase) -> None:
    from moderation.defaults import install

    for alias in test._databases_names(include_mirrors=False):
        empty(connections[alias])
    install()  # as after every migration


def empty(connection: BaseDatabaseWrapper) -> None:
    """Delete every row of the project's tables. The connection must be a superuser's."""
    names = set(connection.introspection.django_table_names(only_existing=False)) - _STAY
    quoted = {name: connection.ops.quote_name(name) for name in sorted(names)}
    filled = " UNION ALL ".join(
        f"SELECT '{name}', pg_relation_size('{name}') WHERE EXISTS (SELECT FROM {table})"
        for name, table in quoted.items()
    )
    with connection.cursor() as cursor:
        cursor.execute(filled)
        sizes = dict(cursor.fetchall())
        if not sizes:
            return
        large = [quoted[name] for name, size in sizes.items() if size > _LARGE]
        emptying = [f"TRUNCATE {', '.join(large)} CASCADE"] if large else []
        emptying += [f"DELETE FROM {quoted[name]}" for name in sizes]
        statements = ["SET LOCAL session_replication_role = replica", *emptying]
        cursor.execute("BEGIN; " + "; ".join(statements) + "; COMMIT")
