"""Filters with names: kept, shared, opened, renamed, deleted."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from moderation.models import SavedFilter
from tests.desk_data import client_of, person

pytestmark = pytest.mark.django_db


def save(client: Client, name: str, *, queue: str = "waiting", **fields: str) -> int:
    data = {"name": name, "queue": queue, "query": "label=spam&min=0.5", **fields}
    return client.post(reverse("moderation:save_filter"), data).status_code


def pane_of(user: User) -> str:
    page = client_of(user).get(reverse("moderation:queue", args=["waiting"]))
    return page.content.decode()


def address(route: str, saved: SavedFilter) -> str:
    return reverse(f"moderation:{route}", args=[saved.public_id])


def test_a_filter_is_kept_and_opened_by_one_click() -> None:
    anna = person()
    answer = client_of(anna).post(
        reverse("moderation:save_filter"),
        {"name": "Much spam", "queue": "waiting", "query": "label=spam&min=0.5&item=x&evil=1"},
    )
    assert answer["Location"] == "/desk/queues/waiting/?label=spam&min=0.5"
    link = '<a href="/desk/queues/waiting/?label=spam&amp;min=0.5" >Much spam</a>'
    assert link in pane_of(anna)
    opened = client_of(anna).get(answer["Location"]).content.decode()
    assert 'min=0.5" aria-current="page">Much spam</a>' in opened
    assert "Save this filter" not in opened


def test_a_search_is_kept_alike() -> None:
    anna = person()
    answer = client_of(anna).post(
        reverse("moderation:save_filter"),
        {"name": "Zebras", "queue": "", "query": "words=zebra+fish&status=removed&after=1.2"},
    )
    assert answer["Location"] == "/desk/search/?words=zebra+fish&status=removed"
    assert "Zebras" in pane_of(anna)


def test_a_filter_that_leaves_nothing_out_is_not_offered_to_be_kept() -> None:
    assert "Save this filter" not in pane_of(person())
    page = client_of(person()).get(reverse("moderation:queue", args=["waiting"]), {"min": "0.5"})
    assert "Save this filter" in page.content.decode()


def test_ones_own_is_seen_by_nobody_else() -> None:
    anna, per = person(), person()
    assert save(client_of(anna), "Mine alone") == 302
    saved = SavedFilter.objects.get()
    assert "Mine alone" not in pane_of(per)
    for user in (per, person(Role.SENIOR_MODERATOR), person(Role.SITE_ADMIN)):
        client = client_of(user)
        assert client.post(address("rename_filter", saved), {"name": "x"}).status_code == 404
        assert client.post(address("delete_filter", saved)).status_code == 404
    assert SavedFilter.objects.get().name == "Mine alone"


def test_seniors_share_with_everybody() -> None:
    senior = person(Role.SENIOR_MODERATOR)
    assert save(client_of(senior), "For all", shared="on") == 302
    assert "For all" in pane_of(person())
    listed = client_of(person()).get(reverse("moderation:saved_filters")).content.decode()
    assert f"shared by {senior}" in listed
    assert address("delete_filter", SavedFilter.objects.get()) not in listed


def test_to_rename_and_delete_is_offered_to_those_who_can() -> None:
    senior, anna = person(Role.SENIOR_MODERATOR), person()
    save(client_of(senior), "Ours", shared="on")
    assert "Rename or delete" in pane_of(senior)
    seen = pane_of(anna)
    assert "Ours" in seen
    assert "Rename or delete" not in seen
    save(client_of(anna), "Mine")
    assert "Rename or delete" in pane_of(anna)


def test_a_moderator_cannot_share() -> None:
    anna = person()
    assert save(client_of(anna), "Not for all", shared="on") == 302
    saved = SavedFilter.objects.get()
    assert not saved.is_shared
    client_of(anna).post(address("rename_filter", saved), {"name": "Still mine", "shared": "on"})
    saved.refresh_from_db()
    assert (saved.name, saved.is_shared) == ("Still mine", False)


def test_what_is_shared_is_changed_by_any_senior() -> None:
    save(client_of(person(Role.SENIOR_MODERATOR)), "For all", shared="on")
    saved, other = SavedFilter.objects.get(), client_of(person(Role.SENIOR_MODERATOR))
    fields = {"name": "For everybody", "shared": "on"}
    assert other.post(address("rename_filter", saved), fields).status_code == 302
    saved.refresh_from_db()
    assert (saved.name, saved.is_shared) == ("For everybody", True)
    assert other.post(address("delete_filter", saved)).status_code == 302
    assert not SavedFilter.objects.exists()


@pytest.mark.parametrize(
    ("name", "said"), [("", "Give the filter a name."), ("Taken", "of this name already")]
)
def test_a_name_that_cannot_be_is_said_and_nothing_is_lost(name: str, said: str) -> None:
    anna = client_of(person())
    assert save(anna, "Taken") == 302
    answer = anna.post(
        reverse("moderation:save_filter"), {"name": name, "queue": "waiting", "query": "min=0.5"}
    )
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert 'name="query" value="min=0.5"' in answer.content.decode()
    other = SavedFilter.objects.create(owner=SavedFilter.objects.get().owner, name="Other")
    answer = anna.post(address("rename_filter", other), {"name": name})
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_two_people_may_use_the_same_name() -> None:
    assert save(client_of(person()), "Spam") == 302
    assert save(client_of(person()), "Spam") == 302


def test_a_filter_that_is_not_there_is_not_found() -> None:
    gone = reverse("moderation:delete_filter", args=[uuid.uuid4()])
    assert client_of(person()).post(gone).status_code == 404
