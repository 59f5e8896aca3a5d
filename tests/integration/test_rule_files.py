"""Rules as files: exported, checked, looked at, taken; their schema."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from jsonschema import Draft202012Validator

from accounts.models import Role
from moderation.models import Rule, RuleChange, RuleSet, WordList
from moderation.rule_sets import publish
from moderation.rules.schema import schema
from tests.desk_data import client_of, person, publish_plain_rules
from tests.rules_data import asks, make_rule, rule_entry

pytestmark = pytest.mark.django_db
PAGE, EXPORT = reverse("moderation:exchange_rules"), reverse("moderation:export_rules")
LINKS = rule_entry("Links", asks("text.links", "at_least", 3))
TEN_LINKS = asks("text.links", "at_least", 10)
BANNED = rule_entry("Banned", asks("words", "in_list", "banned-words"))


@pytest.fixture(autouse=True)
def _site(db: None) -> None:
    publish_plain_rules()


@pytest.fixture
def desk() -> Client:
    return client_of(person(Role.SENIOR_MODERATOR, name="Signe Dahl"))


def words(answer: HttpResponse) -> str:
    return " ".join(answer.content.decode().split())


def file_of(*rules: dict[str, Any], **lists: Any) -> str:
    lists = {key.replace("_", "-"): said for key, said in lists.items()}
    return json.dumps({"format": 2, "rules": list(rules), "lists": lists})


def replace(desk: Client, page: HttpResponse) -> HttpResponse:
    fields = {"do": "replace", "brought": page.context["brought"], "draft": page.context["draft"]}
    return desk.post(PAGE, fields)


def test_what_one_site_exports_another_takes(desk: Client) -> None:
    WordList.objects.filter(key="banned-words").update(entries="casino\ncr*pto")
    make_rule("Banned", asks("words", "in_list", "banned-words"))
    exported = desk.get(EXPORT)
    assert exported["Content-Disposition"] == 'attachment; filename="rules-draft.json"'
    document = exported.json()
    assert document["lists"]["banned-words"]["entries"] == ["casino", "cr*pto"]
    Draft202012Validator(schema()).validate(document)
    Rule.objects.all().delete()
    WordList.objects.all().delete()
    upload = SimpleUploadedFile("rules.json", exported.content)
    page = desk.post(PAGE, {"file": upload})
    assert "When something of the list “Banned words” stands in it" in words(page) or (
        "“banned-words”" in words(page)
    )
    assert not Rule.objects.exists(), "looking changes nothing"
    assert replace(desk, page).status_code == 302
    assert desk.get(EXPORT).json() == document
    taken = WordList.objects.get(key="banned-words")
    assert (taken.name, taken.use, taken.entries) == ("Banned words", "banned", "casino\ncr*pto")
    change = RuleChange.objects.latest("id")
    assert (change.what, change.before["rules"], change.note) == ("draft", [], "Taken from a file")
    assert RuleSet.objects.count() == 2, "the draft alone"


def test_an_entry_with_a_line_break_is_two_and_the_draft_is_what_the_file_says(
    desk: Client,
) -> None:
    text = file_of(BANNED, banned_words={"entries": ["casino\nbonus", "free\u2028spins"]})
    assert replace(desk, desk.post(PAGE, {"text": text})).status_code == 302
    taken = desk.get(EXPORT).json()["lists"]["banned-words"]["entries"]
    assert taken == ["casino", "bonus", "free", "spins"]
    assert not desk.post(PAGE, {"text": text}).context["differs"]


def test_a_version_is_exported_with_the_lists_it_had(desk: Client) -> None:
    WordList.objects.filter(key="banned-words").update(entries="casino")
    make_rule("Banned", asks("words", "in_list", "banned-words"))
    number = publish(by=None).number
    WordList.objects.filter(key="banned-words").update(entries="bonus")
    document = desk.get(reverse("moderation:export_version", args=[number])).json()
    assert document["lists"]["banned-words"]["entries"] == ["casino"]
    assert desk.get(reverse("moderation:export_version", args=[999])).status_code == 404


REFUSED = [
    ("", "Choose a file, or paste what stands in one."),
    ("rules", "It is no JSON"),
    ("[1]", "It has to be an object"),
    ('{"rules": []}', "It has to say “format”: 2."),
    ('{"format": 2, "rules": {}}', "“rules” has to be a list of rules."),
    (file_of({**LINKS, "name": ""}), "Rule 1: a rule has a name"),
    (file_of(LINKS, {**LINKS, "key": "other"}), "another rule has this key or this name"),
    (file_of(rule_entry("It", asks("own.insult", "at_least", 83))), "Rule “It”: own.insult"),
    (file_of(rule_entry("It", asks("own.anger", "at_least", 0))), "no fact called"),
    (file_of(BANNED), "asks for the list “banned-words”, which is not in the file"),
    (file_of(BANNED, banned_words=["casino"]), "it has to have a key of small letters"),
    (file_of(BANNED, banned_words={"entries": ["/(/"]}), "“/(/” cannot be looked for"),
    (file_of({**LINKS, "key": "x" * 61}), "its key is too long"),
    ('{"format": 2, "rules": [], "lists": NaN}', "It is no JSON"),
    ("[" * 100_000, "It is no JSON"),
    (
        file_of({**LINKS, "unles": LINKS["when"]}),
        "the rule has no part called",
    ),
    (file_of({**LINKS, "scope": {"untill": "2026-12-31"}}), "“scope” has no part called"),
    (file_of({**LINKS, "then": {"action": "hold", "urgent": 9}}), "“then” has no part called"),
    (file_of(rule_entry("It", {**TEN_LINKS, "not": True})), "a condition has no part called"),
    (file_of(rule_entry("It", when={"any": [{"all": [{**TEN_LINKS, "x": 1}]}]})), "no part"),
    (
        file_of(rule_entry("It", asks("comment.day", "at_least", 0))),
        "comment.day lies",
    ),
    (file_of(rule_entry("It", asks("comment.day", "below", 3_652_060))), "1 and 3652059"),
    (file_of({**LINKS, "scope": {"from": "2026-W01-1"}}), "is no day; write it as 2026-12-31"),
    (
        file_of({**LINKS, "name": "Li\0nks"}),
        "nks” holds a character",
    ),
    (
        file_of({**LINKS, "scope": {"sections": ["\ud800"]}}),
        "holds a character",
    ),
    (
        file_of(BANNED, banned_words={"entries": ["\ud800"]}),
        "holds a character",
    ),
]


@pytest.mark.parametrize(("text", "said"), REFUSED)
def test_a_file_that_cannot_be_is_refused_with_the_rule_and_the_reason(
    text: str, said: str, desk: Client
) -> None:
    before = list(Rule.objects.values_list("key", flat=True))
    answer = desk.post(PAGE, {"text": text})
    assert answer.status_code == 422
    assert said in words(answer)
    assert list(Rule.objects.values_list("key", flat=True)) == before


def test_a_norwegian_site_refuses_in_norwegian(desk: Client, settings: Any) -> None:
    settings.LANGUAGE_CODE = "nb"
    for text, said in REFUSED:
        answer = desk.post(PAGE, {"text": text})
        assert answer.status_code == 422
        assert said not in words(answer)
    bad = file_of({**LINKS, "then": {"action": "burn"}})
    told = words(desk.post(PAGE, {"text": bad}))
    assert "Regel «Links»: «action» er aldri «burn»." in told


def test_a_file_that_is_no_text(desk: Client) -> None:
    answer = desk.post(PAGE, {"file": SimpleUploadedFile("rules.json", b"\xff\xfe\x00")})
    assert answer.status_code == 422


def test_a_draft_that_changed_meanwhile_is_not_replaced(desk: Client) -> None:
    page = desk.post(PAGE, {"text": file_of(LINKS)})
    make_rule("Meanwhile", asks("text.links", "at_least", 9))
    late = replace(desk, page)
    assert late.status_code == 409
    assert "Somebody changed the draft meanwhile." in words(late)
    assert "<b>Meanwhile</b>" in words(late)
    assert Rule.objects.filter(name="Meanwhile").exists()
    assert replace(desk, late).status_code == 302
    assert list(Rule.objects.values_list("name", flat=True)) == ["Links"]


def test_what_an_automation_owns_no_file_changes(desk: Client) -> None:
    make_rule("Own", asks("own.insult", "at_least", 0.99), action="remove")
    Rule.objects.filter(name="Own").update(automation="insult")
    kept = Rule.objects.get(name="Own").entry()
    assert "automation" not in words(desk.get(EXPORT))
    other = rule_entry("Theirs", asks("own.insult", "at_least", 0.1), key="own", automation="x")
    for text in (file_of(LINKS), file_of(LINKS, other)):
        assert replace(desk, desk.post(PAGE, {"text": text})).status_code == 302
        assert Rule.objects.get(key="own").entry() == kept
        assert set(Rule.objects.values_list("name", flat=True)) == {"Links", "Own"}
    strange = rule_entry("Theirs", asks("own.insult", "at_least", 0.1), automation="x")
    replace(desk, desk.post(PAGE, {"text": file_of(strange)}))
    assert Rule.objects.get(name="Theirs").automation == ""


@pytest.mark.parametrize("brought", ["", "{}", '{"document": {"rules": []}, "lists": {}}'])
def test_a_form_that_was_made_up_replaces_nothing(brought: str, desk: Client) -> None:
    answer = desk.post(PAGE, {"do": "replace", "brought": brought, "draft": ""})
    assert answer.status_code == 422
    assert Rule.objects.count() == 3


def test_the_rules_of_a_new_site_keep_the_schema(desk: Client) -> None:
    told = desk.get(reverse("moderation:rules_schema"))
    assert told["Content-Type"] == "application/schema+json"
    validator = Draft202012Validator(told.json())
    validator.check_schema(told.json())
    first = RuleSet.objects.earliest("number")
    assert first.note == "The rules that every site starts with"
    document = desk.get(reverse("moderation:export_version", args=[first.number])).json()
    assert len(document["rules"]) > 10
    validator.validate(document)
    for bad in (
        {**LINKS, "mode": "loud"},
        rule_entry("It", asks("own.insult", "at_least", 1.5)),
        rule_entry("It", asks("own.insult", "yes")),
        rule_entry("It", asks("author.trust", "one_of", ["old"])),
        {**LINKS, "then": {"action": "remove"}},
        {**LINKS, "colour": "red"},
    ):
        assert not validator.is_valid({"format": 2, "rules": [bad], "lists": {}}), bad
