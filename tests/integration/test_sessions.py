"""Sessions name the account that is signed in, and both are read together."""

from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib.sessions.backends.db import SessionStore as FormerStore
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Session, User
from tests.make import make_article, make_user

pytestmark = pytest.mark.django_db


def is_signed_in(client: Client) -> bool:
    return client.get(reverse("accounts:account")).status_code == 200


def test_a_session_and_its_account_take_one_statement() -> None:
    user, client = make_user(), Client()
    client.force_login(user)
    assert Session.objects.get().user == user
    with CaptureQueriesContext(connection) as asked:
        assert is_signed_in(client)
    about = [q["sql"] for q in asked if "accounts_session" in q["sql"]]
    assert len(about) == 1
    assert not [q for q in asked if 'FROM "accounts_user"' in q["sql"]]


def test_what_every_page_of_somebody_signed_in_asks_is_planned_once() -> None:
    client, page = Client(), make_article().get_absolute_url()
    client.force_login(make_user())
    for _ in range(7):
        client.get(page)
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement, generic_plans + custom_plans FROM pg_prepared_statements")
        kept = dict(cursor.fetchall())
    assert len(kept) == 2
    assert any("accounts_session" in text for text in kept)
    assert any("comments_visit" in text for text in kept)
    assert all(kept.values()), "and is asked for by its name"


def test_a_guests_session_names_nobody_and_signing_out_leaves_none() -> None:
    client = Client()
    session = client.session
    session["something"] = 1
    session.save()
    assert Session.objects.get().user is None
    assert not is_signed_in(client)
    client.force_login(make_user())
    client.post(reverse("accounts:sign_out"))
    assert not Session.objects.filter(user__isnull=False).exists()


def test_whoever_may_not_sign_in_any_more_is_nobody_at_once() -> None:
    user, client = make_user(), Client()
    client.force_login(user)
    User.objects.update(is_active=False)
    assert not is_signed_in(client)
    User.objects.update(is_active=True)
    client.force_login(user)
    user.set_password("another one, and a long one")
    user.save()
    assert not is_signed_in(client), "another password ends every session"


def test_a_session_that_outlives_its_account_is_nobodys() -> None:
    user, client = make_user(), Client()
    client.force_login(user)
    user.emailaddress_set.all().delete()
    User.objects.filter(pk=user.pk)._raw_delete("default")
    assert Session.objects.exists()
    assert not is_signed_in(client)


def test_sessions_of_before_are_taken_over() -> None:
    user, client = make_user(), Client()
    client.force_login(user)
    kept = Session.objects.get()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE django_session AS SELECT session_key, session_data,"
            " expire_date FROM accounts_session"
        )
        cursor.execute(
            "INSERT INTO django_session VALUES ('over', %s, %s)",
            [FormerStore().encode({}), timezone.now() - timedelta(days=1)],
        )
    Session.objects.all().delete()
    move = import_module("accounts.migrations.0004_sessions").move
    move(apps, SimpleNamespace(connection=connection))
    assert list(Session.objects.values_list("pk", "user")) == [(kept.pk, user.pk)]
    assert is_signed_in(client)
    assert "django_session" not in connection.introspection.table_names()
