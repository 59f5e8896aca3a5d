"""Filters with names: kept, shared, opened, renamed, deleted."""

import re
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role, User
from comments.models import Section
from moderation.decisions import database_now
from moderation.models import ReviewItem, SavedFilter
from tests.desk_data import assigned, client_of, held_item, person
from tests.make import make_article

pytestmark = pytest.mark.django_db


def save(client: Client, name: str, *, queue: str = "waiting", **fields: str) -> int:
    data = {"name": name, "queue": queue, "query": "label=spam&min=0.5", **fields}
    return client.post(reverse("moderation:save_filter"), data).status_code


def keep(owner: User, name: str, query: str, *, queue: str = "waiting", **more: bool) -> None:
    SavedFilter.objects.create(owner=owner, name=name, query=query, queue=queue, **more)


def state_beside(name: str, pane: str) -> str:
    """What stands beside a filter's name, without what is said to ears alone."""
    entry = pane.partition(f">{name}</a>")[2].partition("</li>")[0]
    told = re.search(r"saved-state\">(.*?)\n", entry)
    heard = re.sub(r'<span class="vh">.*?</span>', "", told[1] if told else "")
    return " ".join(re.sub(r"<[^>]+>", " ", heard).split())


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


def test_a_filter_says_how_many_wait_and_how_old_the_oldest_is() -> None:
    anna = assigned(person(), "Culture")
    culture = make_article(section=Section.objects.get(name="Culture"))
    old, *_others = [held_item(), held_item(article=culture), held_item(article=culture)]
    ReviewItem.objects.filter(pk=old.pk).update(opened_at=database_now() - timedelta(hours=5))
    keep(person(), "For all", "min=0.5", is_shared=True)
    for number in range(3):
        keep(anna, f"Insults {number}", "label=insult&min=0.5")
    keep(anna, "Spam", "label=spam")
    keep(anna, "Zebras", "words=zebra", queue="")
    assert state_beside("For all", pane_of(person())) == "3 oldest 5 h"
    assert state_beside("For all", pane_of(anna)).startswith("2 oldest")
    assert state_beside("Insults 2", pane_of(anna)).startswith("2 oldest")
    assert state_beside("Spam", pane_of(anna)) == "empty"
    assert state_beside("Zebras", pane_of(anna)) == ""


def test_what_was_not_looked_at_is_said_by_a_plus(monkeypatch: pytest.MonkeyPatch) -> None:
    anna = person()
    keep(anna, "Insults", "label=insult")
    keep(anna, "Spam", "label=spam")
    held_item()
    held_item()
    monkeypatch.setattr("moderation.selectors.parts.MOST_LOOKED_AT", 1)
    assert state_beside("Insults", pane_of(anna)).startswith("2+ oldest")
    assert state_beside("Spam", pane_of(anna)) == ""


def test_more_filters_cost_no_more_queries() -> None:
    anna, asked = person(), []
    for name in ("One", "Two", "Three"):
        keep(anna, name, "label=insult")
        with CaptureQueriesContext(connection) as queries:
            pane_of(anna)
        asked.append(len(queries))
    assert len(set(asked)) == 1


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
