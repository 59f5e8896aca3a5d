"""The page of learning: who sees it, what it says in each case, switching off and back."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from moderation.heads import take_out, use_new
from moderation.learning import learn
from moderation.models import HeadSwitch
from tests.desk_data import client_of, person
from tests.integration.test_learning import screened_by, stored_head
from tests.learning_data import (
    ENOUGH,
    by_the_opposite,
    by_the_toss_of_a_coin,
    decided_comments,
    few_are_enough,
    ready_site,
    settle,
    work_with,
)
from tests.make import make_held
from tests.stand_ins import Learner, NextLearner

pytestmark = pytest.mark.django_db
PAGE, SWITCH = reverse("moderation:learning"), reverse("moderation:switch_learning")


@pytest.fixture(autouse=True)
def _site(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    ready_site()
    work_with(monkeypatch, Learner())


@pytest.fixture
def admin() -> User:
    return person(Role.SITE_ADMIN, name="Ingrid Moe")


@pytest.fixture
def desk(admin: User) -> Client:
    return client_of(admin)


def words(answer: HttpResponse) -> str:
    return " ".join(answer.content.decode().split())


def test_a_new_site_is_told_how_many_decisions_are_missing(desk: Client) -> None:
    moderator = person(Role.MODERATOR)
    for _ in range(3):
        settle(make_held(), removed=True, actor=moderator)
    settle(make_held(), removed=False, actor=moderator)
    shown = words(desk.get(PAGE))
    assert "The model scores as it was shipped." in shown
    assert "There are 4 so far: 196 are missing." in shown
    assert SWITCH not in shown


def test_many_decisions_that_are_all_alike(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("classifier.fitting.FEWEST_DECISIONS", 3)
    for _ in range(3):
        settle(make_held(), removed=False, actor=person(Role.MODERATOR))
    assert "must not all be alike: it takes 20 removals" in words(desk.get(PAGE))


def test_what_was_learned_is_shown_with_its_gain_and_what_changed(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_are_enough(monkeypatch)
    decided_comments()
    head = learn()
    screened_by()
    shown = words(desk.get(PAGE))
    assert f"scores with what it learned here: {head.name}." in shown
    assert f"It was learned from {ENOUGH} decisions." in shown
    assert f"The newest comment was scored by learner-1~{head.name}." in shown
    assert shown.count('class="interval"') >= 1
    assert "better by more than chance: used" in shown
    assert shown.count(" → ") > len(head.figures["labels"])
    moved = head.figures["moved"]
    assert moved
    for move in moved:
        assert f"{move['before']:.2f} → {move['after']:.2f}" in shown


def test_what_is_not_good_enough_says_why(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    few_are_enough(monkeypatch)
    decided_comments(goes_by=by_the_toss_of_a_coin)
    assert not learn().is_good
    shown = words(desk.get(PAGE))
    assert "is not better by more than chance, so it is not used" in shown
    assert "not good enough" in shown
    assert SWITCH not in shown


def test_one_button_switches_off_and_back_and_says_who_did(desk: Client, admin: User) -> None:
    head = stored_head()
    assert f"Switch on: use {head.name}" in words(desk.get(PAGE))
    desk.post(SWITCH, {"to": "learned"})
    assert screened_by() == f"learner-1~{head.name}"
    assert "Switch off" in words(desk.get(PAGE))
    off = desk.post(SWITCH, {"to": "shipped"}, follow=True)
    assert "Learning is switched off" in words(off)
    assert "Ingrid Moe switched it off." in words(off)
    assert screened_by() == "learner-1"
    assert list(HeadSwitch.objects.values_list("head", "made_by")) == [
        (None, admin.pk),
        (head.pk, admin.pk),
    ]


def test_pressing_twice_is_pressing_once(desk: Client) -> None:
    stored_head()
    for _ in range(2):
        desk.post(SWITCH, {"to": "learned"})
    assert HeadSwitch.objects.count() == 1


@pytest.mark.parametrize("fields", [{}, {"to": ""}, {"to": "everything"}])
def test_a_form_that_asks_for_nothing_known_changes_nothing(
    fields: dict[str, str], desk: Client
) -> None:
    stored_head()
    desk.post(SWITCH, {"to": "learned"})
    assert desk.post(SWITCH, fields).status_code == 302
    assert HeadSwitch.objects.count() == 1


def test_what_the_nightly_run_took_out_is_told_with_the_way_back(
    desk: Client, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_are_enough(monkeypatch)
    decided_comments()
    head = learn()
    decided_comments(60, seed=4, goes_by=by_the_opposite)
    learn()
    shown = words(desk.get(PAGE))
    assert "The model scores as it was shipped." in shown
    assert f"The nightly run took {head.name} out: on the newest decisions it is no longer" in shown
    assert "no longer better by more than chance </li>" in shown
    assert "took out what was in use: no longer better than the model as it was shipped" in shown
    assert "switched it off" not in shown
    desk.post(SWITCH, {"to": "learned"})
    assert screened_by() == f"learner-1~{head.name}"
    shown = words(desk.get(PAGE))
    assert "took it out, and Ingrid Moe put it back: it stays until" in shown
    assert "Leave learning off" not in shown


def test_it_can_be_left_off_after_the_nightly_run_took_it_out(desk: Client) -> None:
    head = stored_head()
    use_new(head)
    take_out(head, why=HeadSwitch.Why.NOT_BETTER)
    assert "Leave learning off" in words(desk.get(PAGE))
    shown = words(desk.post(SWITCH, {"to": "shipped"}, follow=True))
    assert "Ingrid Moe switched it off." in shown
    assert "Leave learning off" not in shown


def test_with_too_few_decisions_left_there_is_no_way_back_but_deciding(desk: Client) -> None:
    head = stored_head()
    use_new(head)
    take_out(head, why=HeadSwitch.Why.TOO_FEW)
    shown = words(desk.get(PAGE))
    assert f"took {head.name} out: too few decisions are left" in shown
    assert "Switch on" not in shown
    desk.post(SWITCH, {"to": "learned"})
    assert screened_by() == "learner-1"


def test_a_version_that_stays_while_the_new_one_is_not_better(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_are_enough(monkeypatch)
    decided_comments()
    head = learn()
    decided_comments(20, seed=4)
    monkeypatch.setattr("classifier.fitting._choose_penalty", lambda *_: None)
    learn()
    shown = words(desk.get(PAGE))
    assert f"scores with what it learned here: {head.name}." in shown
    assert f"The newest run found nothing better: {head.name} stays in use" in shown
    assert "still better by more than chance" in shown


def test_another_model_scores_as_it_was_shipped(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = stored_head()
    desk.post(SWITCH, {"to": "learned"})
    work_with(monkeypatch, NextLearner())
    screened_by()
    shown = words(desk.get(PAGE))
    assert f"{head.name} is switched on, but it was learned for the model learner-1" in shown
    assert "The newest comment was scored by learner-2." in shown


def test_a_damaged_version_is_named(desk: Client) -> None:
    stored_head(document={"format": 1})
    desk.post(SWITCH, {"to": "learned"})
    assert "what is stored of it is damaged" in words(desk.get(PAGE))


def test_the_page_costs_the_same_with_many_versions(
    desk: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(4):
        stored_head(decisions=number + 1)
        desk.post(SWITCH, {"to": "learned" if number % 2 else "shipped"})
    with django_assert_max_num_queries(19):
        assert desk.get(PAGE).status_code == 200


def test_the_menu_names_it_for_site_admins_alone(desk: Client) -> None:
    decided = reverse("moderation:decided")
    assert PAGE in words(desk.get(decided))
    senior = client_of(person(Role.SENIOR_MODERATOR))
    assert PAGE not in words(senior.get(decided))
