"""Every address of the desk, for every role. An address without a line here fails."""

import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from accounts.models import Role, User
from moderation.decisions import database_now
from moderation.models import Action, Decision, Rescoring, RescoringState, ReviewItem
from moderation.review import resolve
from moderation.urls import urlpatterns
from tests.desk_data import assigned, client_of, decision_fields, held_item, person
from tests.make import make_held

pytestmark = pytest.mark.django_db

ROLES = (None, *Role)
SIGN_IN = "sign in"

# What each address answers to (a guest, a reader, a moderator, a senior moderator, a site admin).
GET, POST = "get", "post"
OUTSIDE = (SIGN_IN, 403)
ADMINS = (403, 403)  # what moderators are answered where site admins alone come in
MATRIX: dict[str, tuple[str, tuple[int | str, ...]]] = {
    "desk": (GET, (*OUTSIDE, 302, 302, 302)),
    "queue": (GET, (*OUTSIDE, 200, 200, 200)),
    "counts": (GET, (*OUTSIDE, 200, 200, 200)),
    "item": (GET, (*OUTSIDE, 302, 302, 302)),
    "decide_item": (POST, (*OUTSIDE, 302, 302, 302)),
    "claim_item": (POST, (*OUTSIDE, 302, 302, 302)),
    "release_item": (POST, (*OUTSIDE, 302, 302, 302)),
    "look": (GET, (*OUTSIDE, 302, 302, 302)),
    "look_closer": (POST, (*OUTSIDE, 302, 302, 302)),
    "decided": (GET, (*OUTSIDE, 200, 200, 200)),
    "undo_decision": (POST, (*OUTSIDE, 302, 302, 302)),
    "comment": (GET, (*OUTSIDE, 200, 200, 200)),
    "decide_comment": (POST, (*OUTSIDE, 302, 302, 302)),
    "author": (GET, (*OUTSIDE, 200, 200, 200)),
    "learning": (GET, (*OUTSIDE, *ADMINS, 200)),
    "switch_learning": (POST, (*OUTSIDE, *ADMINS, 302)),
    "rescorings": (GET, (*OUTSIDE, *ADMINS, 200)),
    "rescoring": (GET, (*OUTSIDE, *ADMINS, 200)),
    "start_rescoring": (POST, (*OUTSIDE, *ADMINS, 422)),  # the form is empty
    "stop_rescoring": (POST, (*OUTSIDE, *ADMINS, 302)),
    "go_on_rescoring": (POST, (*OUTSIDE, *ADMINS, 302)),
}

WITHOUT_AN_OBJECT = {
    *("desk", "queue", "counts", "decided"),
    *("learning", "switch_learning", "rescorings", "start_rescoring"),
}


def routes() -> Iterator[str]:
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        assert pattern.name
        yield pattern.name


def somebody(role: Role | None) -> User | None:
    return person(role) if role is not None else None


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


def removed_by(user: User) -> Decision:
    item = held_item()
    return resolve(
        item=item,
        moderator=user,
        action=Action.APPROVE,
        seen_version=item.comment.version,
        at=item.opened_at,
    )


def finished_run() -> Rescoring:
    now = database_now()
    return Rescoring.objects.create(
        period_from=now - timedelta(days=1), period_to=now, state=RescoringState.DONE
    )


def ask(client: Client, route: str, *, method: str = "") -> int | str:
    """Ask for an address with an object that exists; returns the status, or that one signs in."""
    item = held_item()
    values: dict[str, object] = {
        "queue": "waiting",
        "item_id": item.public_id,
        "comment_id": item.comment.public_id,
        "author_key": item.comment.author.key,
    }
    if "rescoring" in route:
        values["rescoring_id"] = finished_run().public_id
    fields = decision_fields(item, "approve")
    if route == "undo_decision":
        values["decision_id"] = removed_by(person(Role.MODERATOR)).public_id
    pattern = next(p for p in urlpatterns if p.name == route)
    wanted = pattern.pattern.converters
    address = reverse(f"moderation:{route}", kwargs={name: values[name] for name in wanted})
    answer = getattr(client, method or MATRIX[route][0])(address, fields)
    if answer.status_code == 302 and answer["Location"].startswith(reverse("accounts:sign_in")):
        return SIGN_IN
    return int(answer.status_code)


def test_every_route_of_the_desk_has_a_line() -> None:
    assert set(routes()) == set(MATRIX)


@pytest.mark.parametrize("route", sorted(MATRIX))
def test_each_role_gets_what_the_matrix_says(route: str) -> None:
    got = tuple(ask(client_of(somebody(role)), route) for role in ROLES)
    assert got == MATRIX[route][1]


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.SENIOR_MODERATOR])
@pytest.mark.parametrize("route", [r for r in sorted(MATRIX) if r not in WITHOUT_AN_OBJECT])
def test_an_object_of_another_section_is_not_found(route: str, role: Role) -> None:
    as_everywhere = MATRIX[route][1][ROLES.index(role)]
    of_here = client_of(assigned(person(role), "News"))
    of_elsewhere = client_of(assigned(person(role), "Harbour"))
    assert ask(of_here, route) == as_everywhere
    assert ask(of_elsewhere, route) == (404 if as_everywhere != 403 else 403)


@pytest.mark.parametrize("route", [r for r in sorted(MATRIX) if r not in WITHOUT_AN_OBJECT])
def test_a_site_admin_is_never_narrowed(route: str) -> None:
    admin = client_of(assigned(person(Role.SITE_ADMIN), "Harbour"))
    assert ask(admin, route) == MATRIX[route][1][ROLES.index(Role.SITE_ADMIN)]


@pytest.mark.parametrize("route", sorted(MATRIX))
def test_the_other_method_is_refused(route: str) -> None:
    other = POST if MATRIX[route][0] == GET else GET
    assert ask(client_of(person(Role.SITE_ADMIN)), route, method=other) == 405


@pytest.mark.parametrize("route", [r for r in sorted(MATRIX) if r not in WITHOUT_AN_OBJECT])
def test_what_does_not_exist_is_not_found(route: str) -> None:
    pattern = next(p for p in urlpatterns if p.name == route)
    address = reverse(
        f"moderation:{route}", kwargs=dict.fromkeys(pattern.pattern.converters, uuid.uuid4())
    )
    client = client_of(person(Role.SITE_ADMIN))
    assert getattr(client, MATRIX[route][0])(address).status_code == 404


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
    assert 'value="approve"' not in page.content.decode()


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


def test_somebody_demoted_while_signed_in_is_refused_at_once() -> None:
    user = person(Role.MODERATOR)
    client = client_of(user)
    address = reverse("moderation:queue", args=["waiting"])
    assert client.get(address).status_code == 200
    User.objects.filter(pk=user.pk).update(role=Role.READER)
    assert client.get(address).status_code == 403


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
