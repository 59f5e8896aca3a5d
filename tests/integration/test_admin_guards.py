"""Nothing in the Django admin goes past ``moderation.decisions``."""

import re
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import Role
from comments.models import Comment, Report, Status
from comments.submission import report_comment
from moderation.decisions import decide
from moderation.models import Action, Classification, Decision
from tests.make import make_held, make_published, make_user

pytestmark = pytest.mark.django_db

READ_ONLY = (
    "comments.comment",
    "comments.commentrevision",
    "comments.author",
    "comments.report",
    "moderation.decision",
    "moderation.classification",
    "moderation.ruleset",
)
# What somebody who wants a comment out would send to a form that had these fields.
ATTEMPT = {
    "status": Status.REMOVED,
    "body": "changed",
    "action": "delete_selected",
    "index": "0",
    "post": "yes",
    "_save": "Save",
    "withdrawn_at_0": "2026-01-01",
    "withdrawn_at_1": "10:00",
    "version": "99",
    "author_name": "Somebody else",
}


@pytest.fixture
def site_admin(client: Client) -> Client:
    client.force_login(make_user(Role.SITE_ADMIN))
    return client


@pytest.fixture
def held() -> Comment:
    comment = make_held()
    report_comment(comment=make_published(), category="spam", words="", reporter_key="k")
    return comment


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """Everything that only decisions may change, and what they are."""
    kept = {}
    for model in (Comment, Decision, Classification, Report):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {model._meta.db_table} ORDER BY id")
            kept[model.__name__] = cursor.fetchall()
    return kept


def admin_paths(**keys: str) -> list[str]:
    """Every address of the admin, with ``keys`` by model in the place of an object's id."""
    paths = []
    for route in _routes(get_resolver().url_patterns, ""):
        if route.startswith("admin/"):
            name = next((n for n in keys if f"/{n.replace('.', '/')}/" in route), "")
            filled = re.sub(r"<path:object_id>", keys.get(name, "1"), route)
            filled = re.sub(r"<[^>]+>", "1", filled)
            paths.append("/" + re.sub(r"[\^$]|\(\?P<[^>]*>[^)]*\)|\\", "", filled))
    return paths


def _routes(patterns: list[Any], prefix: str) -> list[str]:
    found: list[str] = []
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += _routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            found.append(route)
    return found


def key_of_one(label: str) -> str:
    model = admin.site.get_model_admin(_model(label)).model
    return str(model._default_manager.values_list("pk", flat=True).order_by("pk")[0])


def _model(label: str) -> Any:
    return next(m for m in admin.site._registry if m._meta.label_lower == label)


def test_everything_that_is_registered_and_holds_a_comments_fate_is_read_only() -> None:
    registered = {model._meta.label_lower for model in admin.site._registry}
    assert set(READ_ONLY) <= registered
    hidden = {"moderation.reviewitem", "moderation.screeningjob", "moderation.queuecount"}
    assert not hidden & registered


@pytest.mark.parametrize("label", READ_ONLY)
def test_a_site_admin_looks_at_rows_and_finds_nothing_to_press(
    site_admin: Client, held: Comment, label: str
) -> None:
    app, model = label.split(".")
    listed = site_admin.get(reverse(f"admin:{app}_{model}_changelist"))
    assert listed.status_code == 200
    assert b'name="action"' not in listed.content
    shown = site_admin.get(reverse(f"admin:{app}_{model}_change", args=[key_of_one(label)]))
    assert shown.status_code == 200
    assert b"_save" not in shown.content
    assert b"deletelink" not in shown.content


@pytest.mark.parametrize("label", READ_ONLY)
def test_no_post_to_what_is_read_only_is_taken(
    site_admin: Client, held: Comment, label: str
) -> None:
    app, model = label.split(".")
    pk = key_of_one(label)
    before = rows()
    assert before["Comment"]
    assert before["Decision"]
    attempts = [
        (reverse(f"admin:{app}_{model}_add"), {}),
        (reverse(f"admin:{app}_{model}_change", args=[pk]), {}),
        (reverse(f"admin:{app}_{model}_delete", args=[pk]), {}),
        (reverse(f"admin:{app}_{model}_changelist"), {"_selected_action": pk}),
    ]
    for path, more in attempts:
        response = site_admin.post(path, {**ATTEMPT, **more})
        assert response.status_code in {200, 302, 403}, path
    assert rows() == before


def test_no_address_of_the_admin_changes_a_comment_whatever_is_sent(
    site_admin: Client, held: Comment
) -> None:
    keys = {label: key_of_one(label) for label in READ_ONLY}
    paths = [path for path in admin_paths(**keys) if "/logout/" not in path]
    assert len(paths) > 60
    before = rows()
    statuses = {}
    for path in paths:
        answer = site_admin.post(path, {**ATTEMPT, "_selected_action": keys["comments.comment"]})
        statuses[path] = answer.status_code
    assert {status for status in statuses.values() if status >= 500} == set()
    assert 403 in statuses.values()
    assert rows() == before


def test_an_article_with_comments_is_not_deleted_and_says_why(
    site_admin: Client, held: Comment
) -> None:
    path = reverse("admin:comments_article_delete", args=[held.article_id])
    site_admin.post(path, {"post": "yes"})
    assert Comment.objects.filter(article=held.article_id).exists()


def test_a_decision_made_at_the_desk_is_seen_in_the_admin(
    site_admin: Client, held: Comment
) -> None:
    moderator = make_user(Role.MODERATOR, name="Jonas Brekke")
    decide(
        comment=held,
        action=Action.APPROVE,
        actor=moderator,
        seen_version=held.version,
        at=timezone.now(),
    )
    page = site_admin.get(reverse("admin:moderation_decision_changelist"))
    assert "Jonas Brekke" in page.content.decode()


@pytest.mark.parametrize("role", [Role.READER, Role.MODERATOR, Role.SENIOR_MODERATOR])
def test_others_are_told_that_the_admin_is_not_theirs(client: Client, role: Role) -> None:
    client.force_login(make_user(role))
    response = client.get(reverse("admin:index"), follow=True)
    assert response.status_code == 403


def test_a_guest_signs_in_at_the_sites_own_door_and_comes_back(client: Client) -> None:
    response = client.get(reverse("admin:comments_article_changelist"), follow=True)
    where, _status = response.redirect_chain[-1]
    assert where.startswith(reverse("accounts:sign_in"))
    assert "admin/comments/article/" in where
    assert (
        client.post(reverse("admin:login"), {"username": "a", "password": "b"}).status_code == 302
    )


def test_wrong_passwords_lock_the_admins_door_too(client: Client) -> None:
    user = make_user(Role.SITE_ADMIN)
    for _attempt in range(5):
        client.post(reverse("accounts:sign_in"), {"login": user.email, "password": "wrong"})
    client.post(
        reverse("accounts:sign_in"), {"login": user.email, "password": "a long enough secret"}
    )
    assert client.get(reverse("admin:index")).status_code == 302
