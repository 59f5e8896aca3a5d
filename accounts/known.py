"""Who is signed in, read with statements that are written once and for all.

Every page of somebody signed in begins with these two rows. The ORM takes several times as long to
put their statements together anew as PostgreSQL and the driver take to answer them.
"""

from functools import cache
from typing import Any, TypeVar

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Model
from django.utils import timezone

from accounts.models import User

M = TypeVar("M", bound=Model)


class SessionStore(db.SessionStore):
    """Sessions in the database, as Django keeps them."""

    def _get_session_from_db(self) -> Session | None:
        where = "session_key = %s AND expire_date > %s"
        found = _row(Session, where, self.session_key, timezone.now())
        if found is None:
            self._session_key = None
        return found


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """Signing in with an address and a password, as allauth does."""

    def get_user(self, user_id: Any) -> User | None:
        """Return who a session belongs to, unless they may not sign in any more."""
        user = _row(User, "id = %s", user_id)
        return user if user is not None and self.user_can_authenticate(user) else None


def _row(model: type[M], where: str, *values: Any) -> M | None:
    names, statement = _statement(model, where)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    return None if row is None else model.from_db(connection.alias, names, row)


@cache
def _statement(model: type[Model], where: str) -> tuple[list[str], str]:
    fields = model._meta.concrete_fields
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    statement = f"SELECT {columns} FROM {table} WHERE {where}"  # noqa: S608, names of models
    return [field.attname for field in fields], statement
