"""What the form of a rule refuses stands beside its field, and what was written is kept."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from accounts.models import Role
from moderation.models import Rule
from tests.desk_data import client_of, person, publish_plain_rules
from tests.rule_forms import line, rule_fields

pytestmark = pytest.mark.django_db
NEW = reverse("moderation:new_rule")
INSULT = line("own.insult", "at_least", "0.8")


@pytest.fixture
def desk(db: None) -> Client:
    publish_plain_rules()
    return client_of(person(Role.SENIOR_MODERATOR))


def beside(answer: HttpResponse) -> dict[str, str]:
    """What the form of a rule refuses, by the field that it stands beside."""
    written = answer.context["written"]
    told = {
        form[name].html_name: " ".join(errors)
        for form in (written.rule, *written.lines.forms)
        for name, errors in form.errors.items()
    }
    return told | written.trouble


@pytest.mark.parametrize(
    ("fields", "where", "said"),
    [
        (rule_fields("", INSULT), "name", "Give it a name"),
        (rule_fields("High insult", INSULT), "name", "Another rule has this name."),
        (rule_fields("It"), "when", "Write at least one condition."),
        (
            rule_fields("It", line("", "", "")),
            "c-0-fact",
            "Choose what to ask, or take the line out.",
        ),
        (
            rule_fields("It", line("own.insult", "at_least", "83")),
            "c-0-value",
            "Write a number from 0 to 1.",
        ),
        (
            rule_fields("It", line("own.insult", "yes", "0.8")),
            "c-0-comparison",
            "It is not compared like this.",
        ),
        (
            rule_fields("It", line("text.links", "at_least", "many")),
            "c-0-value",
            "Write a number from 0 to",
        ),
        (
            rule_fields("It", line("article.section", "one_of", "Sprot")),
            "c-0-value",
            "no “Sprot” here",
        ),
        (
            rule_fields("It", line("article.tags", "one_of", " , ")),
            "c-0-value",
            "Write at least one.",
        ),
        (
            rule_fields("It", line("language", "one_of", "English")),
            "c-0-value",
            "no code of a language",
        ),
        (
            rule_fields("It", line("words", "in_list", "no-such")),
            "c-0-value",
            "This list is gone.",
        ),
        (
            rule_fields("It", line("author.trust", "one_of", [])),
            "c-0-value",
            "Choose at least one.",
        ),
        (
            rule_fields("It", line("comment.day", "below", "soon")),
            "c-0-value",
            "Write the day as year",
        ),
        (
            rule_fields("It", INSULT, action="remove"),
            "policy",
            "Choose the policy that the author",
        ),
        (rule_fields("It", INSULT, urgency="1001"), "urgency", "less than or equal to 1000"),
        (rule_fields("It", INSULT, labels="a,b,c,d,e,f"), "labels", "At most 5 labels."),
        (
            rule_fields("It", INSULT, labels="x" * 41),
            "labels",
            "A label has at most 40 characters.",
        ),
        (
            rule_fields("It", INSULT, since="2026-12-31", until="2026-12-01"),
            "until",
            "The last day lies before the first.",
        ),
        (
            rule_fields("It", line("article.tags", "one_of", "x\0")),
            "c-0-value",
            "Null characters",
        ),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_kept(
    fields: dict[str, Any], where: str, said: str, desk: Client
) -> None:
    answer = desk.post(NEW, {**fields, "labels": fields.get("labels", "keep me")})
    shown = " ".join(answer.content.decode().split())
    assert answer.status_code == 422
    ((field, told),) = beside(answer).items()
    assert field == where
    assert said in told
    assert " ".join(escape(told).split()) in shown
    assert "Nothing is saved yet" in shown
    assert fields.get("labels", "keep me") in shown
    assert Rule.objects.count() == 3
