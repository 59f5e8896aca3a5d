"""Readers write while things break: what they saw accepted is there, once."""

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from django.db import connection

from comments.models import Comment
from moderation.models import ScreeningJob
from tests.make import make_article
from tests.reader import Reader
from tests.running_site import RunningSite, wait_until

pytestmark = pytest.mark.django_db(transaction=True)

ACCEPTED = 303


@pytest.fixture
def site(tmp_path: Path) -> Iterator[RunningSite]:
    """Redis and the web server; no worker."""
    site = RunningSite(folder=tmp_path, CLASSIFIER="tests.make.StandIn")
    site.start_redis()
    site.start_web()
    yield site
    site.close()


@pytest.fixture
def reader(site: RunningSite) -> Reader:
    return Reader(site=site.address, article=make_article().slug)


def test_comments_sent_while_redis_is_away_are_accepted_and_screened_when_it_is_back(
    site: RunningSite, reader: Reader
) -> None:
    form = reader.fill_in("Written before Redis went away.")
    site.kill("redis")
    assert reader.send(form).status_code == ACCEPTED
    for n in range(5):
        assert reader.send(reader.fill_in(f"Written without Redis, {n}.")).status_code == ACCEPTED
    assert Comment.objects.count() == ScreeningJob.objects.count() == 6
    site.start_redis()
    site.start_worker()
    site.start_beat()
    wait_until(lambda: not ScreeningJob.objects.exists())


def test_limits_hold_while_redis_is_away(site: RunningSite, tmp_path: Path) -> None:
    strict = RunningSite(folder=tmp_path, COMMENTS_PER_MINUTE="3", COMMENTS_PER_HOUR="9")
    try:
        strict.start_web()  # its Redis is never started
        reader = Reader(site=strict.address, article=make_article().slug)
        answers = [reader.send(reader.fill_in(f"Number {n}.")).status_code for n in range(5)]
    finally:
        strict.close()
    assert answers == [ACCEPTED] * 3 + [429] * 2
    assert Comment.objects.count() == 3


def test_cut_database_connections_are_503_or_success_and_never_a_false_success(
    site: RunningSite, reader: Reader
) -> None:
    stop = threading.Event()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        ours = cursor.fetchone()[0]

    def cut() -> None:
        while not stop.wait(0.02):
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid NOT IN (pg_backend_pid(), %s)",
                    [ours],
                )
        connection.close()

    forms = [reader.fill_in(f"Sent while connections fall, {n}.") for n in range(30)]
    cutting = threading.Thread(target=cut)
    cutting.start()
    try:
        answers = {form["body"]: reader.send(form).status_code for form in forms}
    finally:
        stop.set()
        cutting.join()
    assert set(answers.values()) <= {ACCEPTED, 503}
    stored = set(Comment.objects.values_list("current_revision__body", flat=True))
    assert {body for body, status in answers.items() if status == ACCEPTED} <= stored
    for form in forms:
        assert reader.send(form).status_code == ACCEPTED
    assert Comment.objects.count() == len(forms)


def test_a_web_server_killed_while_it_answers_makes_one_comment_with_the_retry(
    site: RunningSite, reader: Reader
) -> None:
    for n in range(3):
        form = reader.fill_in(f"Sent into a dying server, {n}.")
        sending = threading.Thread(target=_send_whatever_happens, args=(reader, form))
        sending.start()
        for child in site.children_of("web"):
            os.kill(child, signal.SIGKILL)
        sending.join()
        wait_until(site.answers, within_s=30)
        assert reader.send(form).status_code == ACCEPTED
        assert Comment.objects.filter(current_revision__body=form["body"]).count() == 1


FORM = "application/x-www-form-urlencoded"
HOSTILE: dict[str, tuple[str, bytes]] = {
    "utf-16": (f"{FORM}; charset=utf-16", b"b\x00o\x00"),
    "unknown charset": (f"{FORM}; charset=rot13", b"body=x"),
    "broken multipart": ("multipart/form-data; boundary=x", b"--x\r\nbroken"),
    "no boundary": ("multipart/form-data", b"no boundary"),
    "deep JSON": ("application/json", b"[" * 100_000),
    "NUL and bad UTF-8": (FORM, b"body=%00%ff%fe&name=%c3%28"),
    "50 MB": (FORM, b"body=" + b"a" * 50_000_000),
    "100,000 fields": (FORM, b"&".join([b"a=1"] * 100_000)),
}


def test_hostile_bodies_are_refused_calmly(reader: Reader) -> None:
    reader.read()
    token = reader.session.cookies.get("csrftoken", "")
    answers = {
        name: reader.session.post(
            f"{reader.site}/articles/{reader.article}/comments/",
            data=body,
            headers={"Content-Type": kind, "X-CSRFToken": str(token), "Connection": "close"},
            timeout=60,
            allow_redirects=False,
        ).status_code
        for name, (kind, body) in HOSTILE.items()
    }
    assert {name for name, status in answers.items() if not 400 <= status < 500} == set()
    assert not Comment.objects.exists()


def _send_whatever_happens(reader: Reader, form: dict[str, str]) -> None:
    try:
        reader.send(form)
    except requests.ConnectionError:
        pass
