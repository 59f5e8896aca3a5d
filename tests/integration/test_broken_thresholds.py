"""The thresholds that the model proposes are missing or damaged: nothing breaks, and it is said."""

from pathlib import Path

import pytest
from django.core.management import CommandError
from django.db import connection
from django.urls import reverse

from accounts.models import Role
from classifier.thresholds import proposed_thresholds
from moderation import apps
from moderation.learning import NotLearned, learn
from moderation.models import LearnedHead, Policy, Rule, RuleSet
from moderation.rule_sets import publish
from tests.desk_data import client_of, person, publish_plain_rules
from tests.emptying import empty
from tests.learning_data import decided_comments, few_are_enough, ready_site, work_with
from tests.rules_data import asks, make_rule
from tests.stand_ins import Learner

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["missing", "damaged"])
def broken(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks for them finds a file like that."""
    path = tmp_path / "thresholds.json"
    if request.param == "damaged":
        path.write_text('{"thresholds": {"insult": {"ho')
    monkeypatch.setattr(proposed_thresholds, "__kwdefaults__", {"path": path})


@pytest.mark.usefixtures("broken")
def test_a_rule_can_be_written_without_a_proposal() -> None:
    publish_plain_rules()
    rule = make_rule("Rude", asks("own.insult", "at_least", 0.8))
    answer = client_of(person(Role.SENIOR_MODERATOR)).get(
        reverse("moderation:rule", args=[rule.key])
    )
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "0 to 1" in page
    assert "Measured on this model" not in page


def test_a_rule_is_written_with_one() -> None:
    publish_plain_rules()
    rule = make_rule("Rude", asks("own.insult", "at_least", 0.8))
    desk = client_of(person(Role.SENIOR_MODERATOR))
    page = desk.get(reverse("moderation:rule", args=[rule.key])).content.decode()
    assert "Measured on this model: hold from" in page


@pytest.mark.usefixtures("broken")
def test_nothing_is_learned_where_rules_do_not_say_what_is_held(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ready_site()
    few_are_enough(monkeypatch)
    work_with(monkeypatch, Learner())
    decided_comments()
    Rule.objects.exclude(key="high-insult").delete()
    publish(by=None)
    with pytest.raises(NotLearned, match="missing or damaged"):
        learn()
    assert not LearnedHead.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("broken")
def test_a_new_site_is_told_what_to_do_and_the_next_migration_gives_it_its_rules(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    empty(connection)
    with pytest.raises(CommandError, match="thresholds cannot be read"):
        apps._install_defaults()
    assert not Policy.objects.exists()
    assert not Rule.objects.exists()
    monkeypatch.undo()
    apps._install_defaults()
    assert RuleSet.objects.exists()
