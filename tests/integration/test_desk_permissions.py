"""What the desk lets whom do, beyond who opens which address (``test_access``)."""

import uuid
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from moderation.models import Action, ReviewItem
from moderation.review import resolve
from tests.desk_data import client_of, decision_fields, held_item, person
from tests.desk_routes import desk_routes
from tests.make import make_held

pytestmark = pytest.mark.django_db


def escalated_item() -> ReviewItem:
    item = held_item()
    resolve(
        item=item,
        moderator=person(Role.MODERATOR),
        action=Action.FLAG,
        seen_version=item.comment.version,
        at=item.opened_at,
    )
    return ReviewItem.objects.select_related("comment").get(comment=item.comment, is_open=True)


# A colleague may have deleted the rule since: whoever changes it is told so.
DELETED_MEANWHILE = {"rule": {422}, "switch_rule": {409, 422}, "move_rule": {409}}
NOTHING = {"uuid": uuid.uuid4(), "int": 987_654_321, "slug": "nowhere"}


@pytest.mark.parametrize(("route", "kinds"), [(n, kinds) for n, kinds in desk_routes() if kinds])
def test_what_does_not_exist_is_not_found(route: str, kinds: dict[str, str]) -> None:
    parts = {name: NOTHING[kind] for name, kind in kinds.items()}
    address = reverse(f"moderation:{route}", kwargs=parts)
    client = client_of(person(Role.SITE_ADMIN))
    refused = {404, 405} | DELETED_MEANWHILE.get(route, set())
    assert {client.get(address).status_code, client.post(address).status_code} <= refused


def test_a_queue_that_does_not_exist_is_not_found() -> None:
    client = client_of(person(Role.MODERATOR))
    assert client.get("/desk/queues/nowhere/").status_code == 404


@pytest.mark.parametrize("address", ["decide_item", "claim_item"])
@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.MODERATOR, 403), (Role.SENIOR_MODERATOR, 302), (Role.SITE_ADMIN, 302)],
)
def test_what_was_escalated_is_for_seniors_alone(address: str, role: Role, status: int) -> None:
    item = escalated_item()
    answer = client_of(person(role)).post(
        reverse(f"moderation:{address}", args=[item.public_id]), decision_fields(item, "approve")
    )
    assert answer.status_code == status
    item.refresh_from_db()
    assert item.is_open == (status == 403 or address == "claim_item")


def test_everybody_on_the_desk_reads_what_was_escalated() -> None:
    item = escalated_item()
    page = client_of(person(Role.MODERATOR)).get(
        reverse("moderation:queue", args=["escalated"]), {"item": item.public_id}
    )
    assert "Escalated comments are decided by senior moderators." in page.content.decode()
    assert reverse("moderation:decide_item", args=[item.public_id]) not in page.content.decode()


def test_a_moderator_does_not_overrule_a_senior_from_the_history() -> None:
    item = escalated_item()
    resolve(
        item=item,
        moderator=person(Role.SENIOR_MODERATOR),
        action=Action.APPROVE,
        seen_version=item.comment.version,
        at=item.opened_at,
    )
    address = reverse("moderation:decide_comment", args=[item.comment.public_id])
    fields = decision_fields(item, "remove", policy="insults")
    assert client_of(person(Role.MODERATOR)).post(address, fields).status_code == 403
    assert client_of(person(Role.SENIOR_MODERATOR)).post(address, fields).status_code == 302


def test_a_moderator_does_not_take_back_what_a_senior_answered() -> None:
    item = escalated_item()
    decision = resolve(
        item=item,
        moderator=person(Role.SENIOR_MODERATOR),
        action=Action.APPROVE,
        seen_version=item.comment.version,
        at=item.opened_at,
    )
    address = reverse("moderation:undo_decision", args=[decision.public_id])
    assert client_of(person(Role.MODERATOR)).post(address).status_code == 403
    assert client_of(person(Role.SENIOR_MODERATOR)).post(address).status_code == 302


def test_a_flag_is_taken_back_by_whoever_raised_it() -> None:
    item = held_item()
    one, other = person(Role.MODERATOR), person(Role.MODERATOR)
    flag = resolve(
        item=item,
        moderator=one,
        action=Action.FLAG,
        seen_version=item.comment.version,
        at=item.opened_at,
    )
    address = reverse("moderation:undo_decision", args=[flag.public_id])
    assert client_of(other).post(address).status_code == 403
    assert client_of(one).post(address).status_code == 302


def test_a_decision_without_a_token_is_refused() -> None:
    item = held_item()
    client = client_of(person(Role.MODERATOR), enforce_csrf_checks=True)
    address = reverse("moderation:decide_item", args=[item.public_id])
    assert client.post(address, decision_fields(item, "approve")).status_code == 403
    item.refresh_from_db()
    assert item.is_open


def test_a_part_of_a_page_sends_a_guest_to_the_sign_in_as_a_whole_page() -> None:
    make_held()
    answer = client_of(None).get(
        reverse("moderation:queue", args=["waiting"]),
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/desk/queues/waiting/"},
    )
    assert answer["HX-Redirect"] == (
        reverse("accounts:sign_in") + "?next=%2Fdesk%2Fqueues%2Fwaiting%2F"
    )
    assert not answer.content


def test_a_form_of_a_guest_leads_back_to_the_page_it_was_on() -> None:
    item, page = held_item(), "http://testserver/desk/queues/waiting/?sort=newest"
    address = reverse("moderation:decide_item", args=[item.public_id])
    sign_in = reverse("accounts:sign_in")
    for came_from, back in [(page, quote(page)), ("http://elsewhere.example/", "/desk/")]:
        answer = Client().post(address, {}, headers={"Referer": came_from})
        assert answer["Location"] == f"{sign_in}?next={back}"
