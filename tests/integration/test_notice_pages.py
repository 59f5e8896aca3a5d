"""The page on which site admins say who is told of a late queue, and its log."""

from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from integrations.webhooks.models import (
    Delivery,
    Endpoint,
    Kind,
)
from tests.desk_data import client_of, person
from tests.notice_data import deliver_all, endpoint, message_of_test
from tests.receiver import Receiver

pytestmark = pytest.mark.django_db


class TestThePage:
    ADDRESS = "/desk/notices/"

    def add(self, client: Client, **fields: Any) -> str:
        sent = {"name": "Night desk", "kind": "generic", "is_on": "on", "remind_after": "60"}
        answer = client.post(self.ADDRESS, {**sent, **fields}, follow=True)
        return answer.content.decode()

    def test_a_secret_is_shown_once(self) -> None:
        client = client_of(person(Role.SITE_ADMIN))
        page = self.add(client, url="https://hooks.example.org/x")
        made = Endpoint.objects.get()
        assert made.secret in page
        address = reverse("notices:notice", args=[made.public_id])
        assert made.secret not in client.get(address).content.decode()
        page = client.post(
            reverse("notices:rotate_secret", args=[made.public_id]), follow=True
        ).content.decode()
        assert Endpoint.objects.get().secret in page
        assert made.secret not in page
        assert Endpoint.objects.get().secret not in client.get(address).content.decode()

    def test_an_address_that_is_a_secret_is_never_shown_whole(self) -> None:
        client = client_of(person(Role.SITE_ADMIN))
        self.add(client, kind="slack", url="https://hooks.slack.com/services/T0/B0/hush")
        made = Endpoint.objects.get()
        address = reverse("notices:notice", args=[made.public_id])
        for page in (self.ADDRESS, address):
            said = client.get(page).content.decode()
            assert "hooks.slack.com" in said
            assert "hush" not in said
        client.post(address, {"name": "Day desk", "kind": "slack", "is_on": "on", "url": ""})
        made.refresh_from_db()
        assert (made.name, made.url) == (
            "Day desk",
            "https://hooks.slack.com/services/T0/B0/hush",
        )

    @pytest.mark.parametrize(
        ("fields", "says"),
        [
            ({"url": "http://example.org/"}, "Nothing would be sent there: it is not https."),
            ({"url": ""}, "Write the address that you were given."),
            ({"kind": "mail"}, "Choose at least one person."),
            ({"url": "https://u:p@example.org/"}, "it carries a name and a password"),
            ({"url": "https://169.254.169.254/x"}, "it leads to an address that is not public."),
            ({"url": "https://[::1]/"}, "it leads to an address that is not public."),
            ({"url": "https://localhost/"}, "it leads to an address that is not public."),
        ],
    )
    def test_what_would_not_work_is_refused(self, fields: dict[str, str], says: str) -> None:
        page = self.add(client_of(person(Role.SITE_ADMIN)), **fields)
        assert says in page
        assert not Endpoint.objects.exists()

    def test_what_is_kept_can_be_tested_at_once_and_says_why_it_does_not_arrive(
        self, settings: LazySettings
    ) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens
        admin = person(Role.SITE_ADMIN)
        client = client_of(admin)
        page = self.add(client, kind="mail", people=[str(admin.pk)])
        assert "send a test to see whether it arrives" in page
        made = Endpoint.objects.get()
        client.post(reverse("notices:send_test", args=[made.public_id]))
        deliver_all()
        for address in (self.ADDRESS, reverse("notices:notice", args=[made.public_id])):
            said = client.get(address).content.decode()
            assert "the last attempt: the mail server does not answer" in said

    def test_an_address_does_not_go_over_to_another_kind(self) -> None:
        client = client_of(person(Role.SITE_ADMIN))
        self.add(client, kind="slack", url="https://hooks.slack.com/services/T0/B0/hush")
        made = Endpoint.objects.get()
        answer = client.post(
            reverse("notices:notice", args=[made.public_id]),
            {"name": "x", "kind": "generic", "url": ""},
        )
        assert answer.status_code == 422

    def test_test_log_and_replay(self, receiver: Receiver) -> None:
        client = client_of(person(Role.SITE_ADMIN))
        self.add(client, url=receiver.url)
        made = Endpoint.objects.get()
        address = reverse("notices:notice", args=[made.public_id])
        receiver.behave = 410
        client.post(reverse("notices:send_test", args=[made.public_id]))
        deliver_all()
        page = client.get(address).content.decode()
        assert "<td>410</td>" in page
        assert "given up" in page
        receiver.behave = 200
        told = Delivery.objects.get()
        Endpoint.objects.update(is_on=True)
        client.post(reverse("notices:replay_delivery", args=[told.public_id]))
        deliver_all()
        assert "<td>200</td>" in client.get(address).content.decode()

    def test_the_log_costs_the_same_for_more_rows(
        self, receiver: Receiver, django_assert_num_queries: Any
    ) -> None:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        client = client_of(person(Role.SITE_ADMIN))
        to = endpoint(receiver)
        address = reverse("notices:notice", args=[to.public_id])
        costs = []
        for number in (2, 10):
            for _one in range(number):
                message_of_test(to)
            deliver_all()
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            costs.append(len(queries))
        assert costs[0] == costs[1]


def test_no_secret_is_in_the_database() -> None:
    made = Endpoint.objects.create(name="A program", kind=Kind.GENERIC, url="https://x.example/")
    bare = made.secret.removeprefix("whsec_")
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(e)::text FROM integrations_endpoint e")
        stored = cursor.fetchone()[0]
    assert made.seed in stored
    assert bare not in stored
