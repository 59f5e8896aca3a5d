"""What a load balancer and an operator are told."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.models import Role
from classifier.loading import UnavailableClassifier, load_fast_classifier
from moderation import readiness
from moderation.models import Priority, QueueCount, ScreeningJob
from tests.make import make_comment, make_held, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_worker_reported() -> None:
    readiness.report(load_fast_classifier())


def test_a_site_that_keeps_up_is_ok(client: Client) -> None:
    make_comment()
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")


@pytest.mark.parametrize(
    ("priority", "status"), [(Priority.READER, "degraded"), (Priority.BACKLOG, "ok")]
)
def test_late_screening_is_degraded_unless_nobody_waits_for_it(
    client: Client, priority: Priority, status: str
) -> None:
    make_comment()
    ScreeningJob.objects.update(created_at=timezone.now() - timedelta(minutes=5), priority=priority)
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (200, status)


def test_a_model_that_cannot_be_loaded_is_said_with_its_reason(client: Client) -> None:
    readiness.report(UnavailableClassifier(reason="ValueError: weights of another model"))
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert "weights of another model" in answer.json()["checks"]["classifier"]


def test_workers_that_report_nothing_are_missed(client: Client) -> None:
    cache.clear()
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert "no worker has reported" in answer.json()["checks"]["classifier"]


def test_a_job_that_fails_again_and_again_is_late_too(client: Client) -> None:
    make_comment()
    ScreeningJob.objects.update(created_at=timezone.now() - timedelta(minutes=5), attempts=2)
    assert "waited 30" in client.get("/health/ready").json()["checks"]["screening"]


def test_live_asks_nobody(client: Client, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert client.get("/health/live", headers={"host": "10.0.0.7"}).status_code == 200


def test_metrics_are_for_site_admins_and_for_the_token(client: Client, settings) -> None:
    assert client.get("/metrics").status_code == 403
    settings.METRICS_TOKEN = "a token"
    assert client.get("/metrics", headers={"authorization": "Bearer wrong"}).status_code == 403
    assert client.get("/metrics", headers={"authorization": "Bearer a token"}).status_code == 200
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 403
    client.force_login(make_user(Role.MODERATOR))
    assert client.get("/metrics").status_code == 403


def test_recount_proves_the_counts_and_repairs_them() -> None:
    make_held()
    out = StringIO()
    call_command("recount_queues", stdout=out)
    QueueCount.objects.update(open_items=7)
    call_command("recount_queues", stdout=out)
    assert out.getvalue().splitlines() == ["All counts are right.", "1 wrong counts, repaired."]
    assert QueueCount.objects.get().open_items == 1
