"""A queue that is late is told of, once, to real receivers that behave in every way."""

import json
import time
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.db import transaction

from accounts.models import Role, User
from integrations.webhooks import outbox, sending
from integrations.webhooks.models import (
    Attempt,
    Delivery,
    DeliveryState,
    Endpoint,
    Kind,
)
from moderation.decisions import database_now
from moderation.models import QueueDelay
from moderation.promises import News, check_promises
from tests.desk_data import held_item, person
from tests.notice_data import (
    deliver_all,
    due_now,
    endpoint,
    is_signed_with,
    late_item,
    message_of_test,
    wait,
)
from tests.receiver import Mailbox, Receiver

pytestmark = pytest.mark.django_db


class TestWhatIsTold:
    def test_a_late_queue_is_told_once_reminded_of_and_told_in_time(
        self, receiver: Receiver
    ) -> None:
        endpoint(receiver, remind_after=60)
        item = late_item()
        assert [news for _state, news in check_promises()] == [News.LATE]
        for _minute in range(3):
            check_promises()
        deliver_all()
        assert [json.loads(got.body)["type"] for got in receiver.got] == ["queue.late"]
        Delivery.objects.update(created_at=database_now() - timedelta(minutes=61))
        QueueDelay.objects.update(late_since=database_now() - timedelta(minutes=62))
        for _minute in range(3):
            check_promises()
        wait(item, minutes=1)
        for _minute in range(3):
            check_promises()
        deliver_all()
        assert [json.loads(got.body)["type"] for got in receiver.got] == [
            "queue.late",
            "queue.still_late",
            "queue.in_time",
        ]

    def test_without_reminders_it_is_said_once(self, receiver: Receiver) -> None:
        endpoint(receiver, remind_after=None)
        late_item()
        check_promises()
        Delivery.objects.update(created_at=database_now() - timedelta(days=2))
        QueueDelay.objects.update(late_since=database_now() - timedelta(days=3))
        check_promises()
        assert Delivery.objects.count() == 1

    def test_a_hundred_late_comments_are_one_notice(self, receiver: Receiver) -> None:
        endpoint(receiver)
        late_item()
        for _one in range(4):
            wait(held_item(f"Only a fool, {_one}."), minutes=25)
        check_promises()
        assert Delivery.objects.count() == 1
        assert Delivery.objects.get().facts["open"] == 5

    def test_counts_ages_and_a_link_and_nothing_of_the_comment(self, receiver: Receiver) -> None:
        endpoint(receiver)
        late_item()
        check_promises()
        deliver_all()
        document = json.loads(receiver.got[0].body)
        assert document["data"] | {"late_since": ""} == {
            "queue": "waiting",
            "name": "Waiting",
            "open": 1,
            "oldest_seconds": 1800,
            "promise_seconds": 1200,
            "late_since": "",
            "link": "https://comments.example.org/desk/queues/waiting/",
            "site": "comments.example.org",
        }
        for secret in (b"fool", b"Marit"):
            assert secret not in receiver.got[0].body

    def test_a_promise_that_is_kept_is_not_told_of(self, receiver: Receiver) -> None:
        endpoint(receiver)
        late_item(minutes=10, promise=20)
        assert check_promises() == []

    def test_a_fact_that_is_undone_is_not_told(self, receiver: Receiver) -> None:
        endpoint(receiver)
        late_item()
        with transaction.atomic():
            check_promises()
            transaction.set_rollback(True)
        assert not Delivery.objects.exists()
        assert not QueueDelay.objects.exists()

    def test_slack_reads_its_own_marks(self, receiver: Receiver) -> None:
        to = endpoint(receiver, Kind.SLACK)
        late_item()
        check_promises()
        deliver_all()
        assert json.loads(receiver.got[0].body) == {
            "text": "Late: 1 comment waits in “Waiting”, the oldest for 30 minutes; promised were"
            " 20 minutes. <https://comments.example.org/desk/queues/waiting/|Open the queue>"
        }
        assert is_signed_with(to.secret, receiver.got[0])

    def test_mattermost_reads_markdown(self, receiver: Receiver) -> None:
        to = endpoint(receiver, Kind.MATTERMOST)
        late_item()
        check_promises()
        deliver_all()
        text = json.loads(receiver.got[0].body)["text"]
        assert text.endswith("[Open the queue](https://comments.example.org/desk/queues/waiting/)")
        assert is_signed_with(to.secret, receiver.got[0])


class TestMail:
    def mailing(self, *people: User) -> Endpoint:
        to = Endpoint.objects.create(name="Seniors", kind=Kind.MAIL)
        to.people.set(people)
        return to

    def test_each_person_gets_a_letter_of_their_own(self, mailbox: Mailbox) -> None:
        anna, bo = person(Role.SENIOR_MODERATOR), person(Role.SENIOR_MODERATOR)
        self.mailing(anna, bo)
        late_item()
        check_promises()
        deliver_all()
        assert sorted(to for to, _letter in mailbox.letters) == sorted([anna.email, bo.email])
        _to, letter = mailbox.letters[0]
        assert letter["Subject"].startswith("A queue is late")
        assert "1 comment waits in “Waiting”" in letter.get_content()
        assert "fool" not in letter.as_string()
        assert Attempt.objects.filter(status=250).count() == 2

    def test_whoever_left_the_desk_gets_none(self, mailbox: Mailbox) -> None:
        anna = person(Role.SENIOR_MODERATOR)
        to = self.mailing(anna)
        message_of_test(to)
        User.objects.filter(pk=anna.pk).update(role=Role.READER)
        late_item()
        check_promises()
        deliver_all()
        assert mailbox.letters == []

    def test_a_server_that_refuses_is_tried_again_under_the_same_id(self, mailbox: Mailbox) -> None:
        told = message_of_test(self.mailing(person()))
        mailbox.refuses = True
        deliver_all()
        mailbox.refuses = False
        due_now()
        deliver_all()
        told.refresh_from_db()
        assert (told.state, told.attempts) == (DeliveryState.DELIVERED, 2)
        assert mailbox.letters[0][1]["Message-ID"].startswith(f"<{told.message_id}@")

    def test_a_server_that_is_down(self, mailbox: Mailbox, settings: LazySettings) -> None:
        settings.EMAIL_PORT = 1
        told = message_of_test(self.mailing(person()))
        deliver_all()
        told.refresh_from_db()
        assert told.state == DeliveryState.WAITING
        assert told.tries.get().problem == "the mail server does not answer"


class TestReceiversThatMisbehave:
    def once(self, receiver: Receiver, behave: int | str) -> Attempt:
        receiver.behave = behave
        told = message_of_test(endpoint(receiver))
        assert outbox.deliver_next()
        return told.tries.get()

    def test_one_that_is_down(self, receiver: Receiver) -> None:
        to = endpoint(receiver)
        to.url = "http://localhost:1/hook"
        told = message_of_test(to)
        to.save()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("django.conf.settings.WEBHOOK_INSIDE_HOSTS", ["localhost:1"])
            outbox.deliver_next()
        tried = told.tries.get()
        assert tried.status == 0
        assert tried.problem.startswith("no answer")

    @pytest.mark.parametrize("status", [400, 404, 429, 500, 503])
    def test_one_that_refuses(self, receiver: Receiver, status: int) -> None:
        assert self.once(receiver, status).status == status
        assert Delivery.objects.get().state == DeliveryState.WAITING

    def test_one_that_redirects_is_not_followed(self, receiver: Receiver) -> None:
        with Receiver() as other:
            receiver.leads_to = other.url
            tried = self.once(receiver, "redirect")
            assert tried.status == 307
            assert tried.problem == "it redirects, and redirects are not followed"
            assert other.got == []

    def test_one_that_hangs_up(self, receiver: Receiver) -> None:
        assert self.once(receiver, "hang up").status == 0

    @pytest.mark.parametrize("behave", ["slow", "drip"])
    def test_one_that_never_ends_its_answer(self, receiver: Receiver, behave: str) -> None:
        receiver.behave = behave
        started = time.monotonic()
        answer = sending.post(receiver.url, body=b"{}", headers={}, total_s=1.0)
        assert time.monotonic() - started < 4
        assert answer.status == 0
        assert answer.problem == "no answer in time"

    def test_one_that_sends_without_an_end(self, receiver: Receiver) -> None:
        assert self.once(receiver, "flood").status == 200
        time.sleep(0.2)
        assert receiver.sent_bytes < 50_000_000

    def test_one_at_a_private_address_is_never_asked(
        self, receiver: Receiver, settings: LazySettings
    ) -> None:
        settings.WEBHOOK_INSIDE_HOSTS = []
        for url in (
            f"https://localhost:{receiver.port}/",
            f"https://127.0.0.1:{receiver.port}/",
            f"https://[::ffff:127.0.0.1]:{receiver.port}/",
        ):
            answer = sending.post(url, body=b"{}", headers={})
            assert answer.problem == "not sent: it leads to an address that is not public"
        answer = sending.post(receiver.url, body=b"{}", headers={})
        assert answer.problem == "not sent: it is not https"
        assert receiver.got == []

    def test_a_name_that_changes_its_answer_reaches_what_was_looked_at(
        self, receiver: Receiver
    ) -> None:
        answers = iter([["127.0.0.1"], ["10.0.0.1"]])
        answer = sending.post(
            receiver.url,
            body=b"{}",
            headers={},
            resolver=lambda host, port: next(answers),
        )
        assert answer.status == 200
        assert receiver.got[0].headers["host"] == f"localhost:{receiver.port}"

    def test_a_receiver_without_the_right_certificate(self, receiver: Receiver) -> None:
        url = receiver.url.replace("http://", "https://")
        answer = sending.post(url, body=b"{}", headers={})
        assert answer.status == 0
        assert answer.problem.startswith(("no secure connection", "no answer"))


class TestTheOutbox:
    def test_it_waits_longer_each_time_and_is_given_up(self, receiver: Receiver) -> None:
        receiver.behave = 500
        told, pauses = message_of_test(endpoint(receiver)), []
        for _attempt in range(len(outbox.PAUSES)):
            outbox.deliver_next()
            told.refresh_from_db()
            pauses.append(told.due_at - database_now())
            assert told.state == DeliveryState.WAITING
            due_now()
        assert pauses == sorted(pauses)
        outbox.deliver_next()
        told.refresh_from_db()
        assert told.state == DeliveryState.GIVEN_UP
        assert {got.headers["webhook-id"] for got in receiver.got} == {told.message_id}
        assert not outbox.deliver_next()

    def test_what_was_given_up_is_told_again_under_the_same_id(self, receiver: Receiver) -> None:
        told = message_of_test(endpoint(receiver))
        Delivery.objects.update(state=DeliveryState.GIVEN_UP, attempts=8)
        assert outbox.replay(told, at=database_now())
        assert not outbox.replay(told, at=database_now())  # it is on its way already
        deliver_all()
        told.refresh_from_db()
        assert told.state == DeliveryState.DELIVERED
        assert receiver.got[0].headers["webhook-id"] == told.message_id

    def test_a_receiver_may_ask_for_time(self, receiver: Receiver) -> None:
        receiver.behave, receiver.answers = 503, {"Retry-After": "1800"}
        told = message_of_test(endpoint(receiver))
        outbox.deliver_next()
        told.refresh_from_db()
        assert told.due_at - database_now() > timedelta(minutes=29)

    def test_a_receiver_that_is_gone_is_turned_off(self, receiver: Receiver) -> None:
        receiver.behave = 410
        told = message_of_test(endpoint(receiver))
        outbox.deliver_next()
        told.refresh_from_db()
        assert told.state == DeliveryState.GIVEN_UP
        assert not Endpoint.objects.get().is_on

    def test_a_worker_that_died_after_telling_tells_again_under_the_same_id(
        self, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        told = message_of_test(endpoint(receiver))
        with monkeypatch.context() as patch:
            patch.setattr(outbox, "_note", _die)
            with pytest.raises(KeyboardInterrupt):
                outbox.deliver_next()
        assert not outbox.deliver_next()  # the lease of the dead one lasts
        Delivery.objects.update(leased_until=database_now() - timedelta(seconds=1))
        assert outbox.deliver_next()
        ids = [got.headers["webhook-id"] for got in receiver.got]
        assert ids == [told.message_id, told.message_id]
        told.refresh_from_db()
        assert told.state == DeliveryState.DELIVERED

    def test_a_worker_with_a_wrong_clock_signs_the_time_of_the_database(
        self, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        to = endpoint(receiver)
        message_of_test(to)
        real = time.time
        monkeypatch.setattr(time, "time", lambda: real() + 3600)
        deliver_all()
        stamp = int(receiver.got[0].headers["webhook-timestamp"])
        assert abs(stamp - database_now().timestamp()) < 60
        assert is_signed_with(to.secret, receiver.got[0])

    def test_both_secrets_sign_for_a_day_after_a_change(self, receiver: Receiver) -> None:
        to = endpoint(receiver)
        old = to.secret
        new = outbox.rotate(to, at=database_now())
        message_of_test(to)
        deliver_all()
        assert is_signed_with(old, receiver.got[0])
        assert is_signed_with(new, receiver.got[0])
        Endpoint.objects.update(old_secret_until=database_now() - timedelta(seconds=1))
        message_of_test(to)
        deliver_all()
        assert not is_signed_with(old, receiver.got[1])
        assert is_signed_with(new, receiver.got[1])

    def test_an_endpoint_that_is_off_is_told_nothing(self, receiver: Receiver) -> None:
        endpoint(receiver, is_on=False)
        late_item()
        check_promises()
        assert not Delivery.objects.exists()


def _die(*args: object, **kwargs: object) -> None:
    raise KeyboardInterrupt
