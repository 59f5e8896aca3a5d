"""People who publish, write and move rules in the same instant."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from accounts.models import Role
from moderation.models import Rule, RuleChange, RuleSet
from moderation.rulebook.drafts import Changed, change_rule, move_rule, read_draft
from moderation.rulebook.publishing import (
    NothingToPublish,
    PublishedMeanwhile,
    live_version,
    publish_draft,
)
from tests.desk_data import person, publish_plain_rules
from tests.rules_data import asks, make_rule

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _site(transactional_db: None) -> None:
    publish_plain_rules()


def race(*acts: Callable[[], str]) -> list[str]:
    """All at once, each with a connection of its own; what became of each."""
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], str]) -> str:
        barrier.wait()
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def told(act: Callable[[], Any]) -> Callable[[], str]:
    """What became of it, in a word."""

    def acted() -> str:
        try:
            act()
        except (Changed, NothingToPublish, PublishedMeanwhile) as refused:
            return type(refused).__name__
        return "done"

    return acted


def test_of_two_who_publish_the_same_draft_one_does() -> None:
    make_rule("Links", asks("text.links", "at_least", 3))
    live = live_version()
    assert live is not None
    stamp, versions = read_draft().stamp, RuleSet.objects.count()
    people = [person(Role.SITE_ADMIN) for _ in range(4)]
    ends = race(
        *(
            told(
                lambda who=who: publish_draft(
                    by=who, note="", seen_live=live.number, seen_draft=stamp
                )
            )
            for who in people
        )
    )
    assert sorted(ends) == ["PublishedMeanwhile"] * 3 + ["done"]
    assert RuleSet.objects.count() == versions + 1


def test_of_two_who_save_the_same_rule_one_does() -> None:
    rule = make_rule("Links", asks("text.links", "at_least", 3))
    entries = [{**rule.entry(), "mode": mode} for mode in ("shadow", "off")]
    people = [person(Role.SENIOR_MODERATOR) for _ in entries]
    ends = race(
        *(
            told(lambda who=who, entry=entry: change_rule(key="links", entry=entry, by=who, seen=0))
            for who, entry in zip(people, entries, strict=True)
        )
    )
    assert sorted(ends) == ["Changed", "done"]
    assert RuleChange.objects.filter(what="rule", about="links").count() == 1


def test_moves_in_the_same_instant_leave_every_rule_in_a_place_of_its_own() -> None:
    keys = list(Rule.objects.order_by("position").values_list("key", flat=True))
    who = person(Role.SENIOR_MODERATOR)
    race(
        *(told(lambda key=key: move_rule(key=key, before=keys[0], by=who)) for key in keys[1:] * 2)
    )
    places = list(Rule.objects.values_list("position", flat=True))
    assert sorted(places) == list(range(len(keys)))
