"""Who is signed in, read with their session by one statement that is written once and for all.

Every page of somebody signed in begins with these two rows. The ORM takes several times as long to
put their statements together anew as PostgreSQL and the driver take to answer them, and a second
way to PostgreSQL and back costs as much as the first.
"""

from contextvars import ContextVar
from functools import cache
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib import auth
from django.contrib.auth import middleware
from django.contrib.sessions.backends import db
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.models import Session, User
from accounts.prepared import first_row

_session: ContextVar["SessionStore | None"] = ContextVar("session", default=None)


class SessionStore(db.SessionStore):
    """Sessions in the database, as Django keeps them, and beside each who is signed in there."""

    account: User | None = None  # of the session, as it was when that was read

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Return the model that ``accounts`` keeps sessions in."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return the row to write. It names the account, so that its sessions can be found."""
        row = super().create_model_instance(data)
        assert isinstance(row, Session)  # noqa: S101, for the type checker
        row.user_id = data.get(auth.SESSION_KEY)
        return row

    def _get_session_from_db(self) -> Session | None:
        found = _session_and_account(self.session_key)
        if found is None:
            self._session_key = None
            return None
        session, self.account = found
        return session


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """Signing in with an address and a password, as allauth does."""

    def get_user(self, user_id: Any) -> User | None:
        """Return who a session belongs to, unless they may not sign in any more."""
        session = _session.get()
        if session is None or session.account is None or session.account.pk != user_id:
            known: User | None = super().get_user(user_id)
            return known
        return session.account if self.user_can_authenticate(session.account) else None


class AuthenticationMiddleware(middleware.AuthenticationMiddleware):
    """Says who is signed in, as Django does, with the account that was read with the session."""

    def process_request(self, request: HttpRequest) -> None:
        """Have the account looked for when somebody first asks."""
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: _user_of(request))  # type: ignore[assignment]


def _user_of(request: HttpRequest) -> Any:
    token = _session.set(request.session)  # type: ignore[arg-type]
    try:
        return middleware.get_user(request)
    finally:
        _session.reset(token)


def _session_and_account(session_key: str | None) -> tuple[Session, User | None] | None:
    of_session, of_user, statement = _statement()
    row = first_row(statement, [session_key, timezone.now()])
    if row is None:
        return None
    here, there = row[: len(of_session)], row[len(of_session) :]
    session = Session.from_db(connection.alias, of_session, here)
    is_somebodys = there[of_user.index("id")] is not None
    return session, User.from_db(connection.alias, of_user, there) if is_somebodys else None


@cache
def _statement() -> tuple[list[str], list[str], str]:
    sessions, users = Session._meta, User._meta
    of_session = ["session_key", "session_data"]
    of_user = [field.attname for field in users.concrete_fields]
    columns = ", ".join(
        [f"{sessions.db_table}.{name}" for name in of_session]
        + [f"{users.db_table}.{field.column}" for field in users.concrete_fields]
    )
    statement = (
        f"SELECT {columns} FROM {sessions.db_table} LEFT JOIN {users.db_table}"  # noqa: S608
        f" ON {users.db_table}.id = {sessions.db_table}.user_id"
        f" WHERE {sessions.db_table}.session_key = %s AND {sessions.db_table}.expire_date > %s"
    )
    return of_session, of_user, statement
