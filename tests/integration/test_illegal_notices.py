"""Notices of illegal content: filed by anybody, brought before a moderator, answered by letter."""

import re
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from comments.models import Article, Comment, ScoresShown, SiteSettings, Status
from comments.submission import Writer, withdraw_comment
from mailing.models import Letter
from moderation.decisions import database_now, decide, undo
from moderation.illegal_content import letters
from moderation.models import (
    Action,
    Decision,
    IllegalContentNotice,
    LetterText,
    Policy,
    Queue,
    ReviewItem,
    Source,
    Statement,
)
from moderation.personal import _erase_notices, _notices
from moderation.statement_facts import facts_of
from privacy.registry import Person
from privacy.retention import retain
from tests.desk_data import client_of, open_item_of, person, publish_plain_rules
from tests.illegal_data import NOTIFIER, file_by_form, make_notice, notice_form
from tests.make import make_comment, make_held, make_published, make_regular, make_user

pytestmark = pytest.mark.django_db

LATER = timedelta(minutes=11)
NOT_THERE = "No comment that everybody can read is at this address."


@pytest.fixture(autouse=True)
def _rules(settings: LazySettings) -> None:
    settings.ILLEGAL_NOTICES_PER_HOUR = 1000
    publish_plain_rules()


@pytest.fixture
def anna() -> User:
    return person(name="Anna Lie")


def decided(comment: Comment, action: Action, by: User, policy: str = "illegal") -> Decision:
    comment.refresh_from_db()
    return decide(
        comment=comment,
        action=action,
        actor=by,
        seen_version=comment.version,
        at=database_now(),
        policy=Policy.objects.get(slug=policy) if action == Action.REMOVE else None,
    )


def told() -> list[str]:
    """Let ten minutes pass; returns what was written about decisions, oldest first."""
    letters.tell(at=database_now() + LATER)
    written = Letter.objects.filter(kind="illegal_notice").exclude(key__endswith=":receipt")
    return [letter.body for letter in written.order_by("id")]


def test_a_notice_gets_a_receipt_and_comes_before_everything_else() -> None:
    comment = make_published("Drive them out of town!")
    answer = file_by_form(comment)
    notice = IllegalContentNotice.objects.get()
    assert answer.status_code == 303
    page = Client().get(answer["Location"]).content.decode()
    assert notice.reference in page
    assert NOTIFIER["email"] not in page
    assert NOTIFIER["name"] not in page
    receipt = Letter.objects.get()
    assert receipt.to == NOTIFIER["email"]
    assert notice.reference in receipt.subject
    assert comment.get_absolute_url() in receipt.body
    link = re.search(r"/notices/illegal/\S+", receipt.body)
    assert link is not None
    assert notice.reference in Client().get(link[0]).content.decode()
    mangled = Client().get(f"{link[0][:-3]}/")
    assert mangled.status_code == 404
    assert "copy the whole link from the letter" in mangled.content.decode()
    # Nobody can have words of their own sent to somebody else's address.
    assert not any(words in receipt.body for words in (NOTIFIER["name"], notice.explanation))
    item = open_item_of(comment)
    assert (item.queue, item.urgency) == (Queue.REPORTED, 1000)
    assert comment.status == Status.PUBLISHED


def test_what_waits_already_becomes_most_urgent_in_its_queue() -> None:
    item = open_item_of(make_held())
    make_notice(item.comment)
    item.refresh_from_db()
    assert (item.queue, item.urgency) == (Queue.WAITING, 1000)


def test_a_hidden_comment_is_refused_as_one_that_never_was() -> None:
    there, held, gone = make_published("There."), make_held(), make_published("Soon gone.")
    unscreened = make_comment()
    author = Writer(guest_key=gone.author.key)
    withdraw_comment(comment=gone, writer=author, seen_version=gone.version)
    here = "http://testserver"
    never = f"{here}/comments/00000000-0000-4000-8000-000000000000/"
    elsewhere = f"https://elsewhere.example{there.get_absolute_url()}"
    no_comment = f"{here}/articles/none/"
    hidden = [f"{here}{c.get_absolute_url()}" for c in (held, gone, unscreened)]
    pages = set()
    for link in (*hidden, never, elsewhere, no_comment, "//", f"{here}/comments/x/#c-"):
        answer = file_by_form(held, link=link)
        assert answer.status_code == 422
        page = answer.content.decode()
        assert NOT_THERE in page
        # The same page for all but for what was typed.
        pages.add(len(page.replace(link, "")) - page.count("csrf"))
    assert len(pages) == 1
    assert not IllegalContentNotice.objects.exists()
    assert not ReviewItem.objects.filter(comment=gone, is_open=True).exists()


def test_links_with_the_comment_behind_the_article_are_understood() -> None:
    comment = make_published("Drive them out of town!")
    article = comment.article.get_absolute_url()
    answer = file_by_form(comment, link=f"http://testserver{article}#c-{comment.public_id}")
    assert answer.status_code == 303
    elsewhere = f"https://paper.example/ferry#comment-{comment.public_id}"
    assert file_by_form(comment, link=elsewhere, kind="fraud").status_code == 422
    Article.objects.update(page_url="https://paper.example/ferry")
    assert file_by_form(comment, link=elsewhere, kind="fraud").status_code == 303


def test_name_and_address_may_be_left_out_about_children_alone() -> None:
    comment = make_published("Drive them out of town!")
    refused = file_by_form(comment, name="", email="")
    assert refused.status_code == 422
    assert "Write your name." in refused.content.decode()
    assert file_by_form(comment, name="", email="", kind="minors").status_code == 303
    assert not Letter.objects.exists()
    assert file_by_form(comment, in_good_faith="").status_code == 422


def test_what_is_too_long_is_told_and_kept_and_no_browser_cuts_it() -> None:
    comment = make_published("Drive them out of town!")
    long = "x" * 5001
    for answer in (
        file_by_form(comment, explanation=long),
        Client().post(f"{comment.get_absolute_url()}report/", {"category": "spam", "words": long}),
    ):
        page = answer.content.decode()
        assert "this has 5001" in page
        assert long in page
        area = page[page.index("<textarea") :]
        assert "maxlength" not in area[: area.index(">")]


def test_sent_twice_it_is_one_notice() -> None:
    comment = make_published("Drive them out of town!")
    form = notice_form(comment)
    client = Client()
    first, second = (client.post(reverse("readers:illegal_notice"), form) for _n in range(2))
    again = file_by_form(comment)  # another form, the same person, the same comment
    notice = IllegalContentNotice.objects.get()
    for answer in (first, second, again):
        assert notice.reference in client.get(answer["Location"]).content.decode()
    assert "was not added" not in client.get(again["Location"]).content.decode()
    other = client.post(
        reverse("readers:illegal_notice"), {**notice_form(comment), "explanation": "More."}
    )
    assert "What you wrote now was not added." in client.get(other["Location"]).content.decode()
    # Somebody else's address typed from elsewhere opens nothing of theirs.
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    stranger = elsewhere.post(reverse("readers:illegal_notice"), notice_form(comment))
    assert notice.reference not in elsewhere.get(stranger["Location"]).content.decode()


def test_an_address_files_so_many_an_hour_and_keeps_what_it_wrote(settings: LazySettings) -> None:
    settings.ILLEGAL_NOTICES_PER_HOUR = 2
    comment = make_published("Drive them out of town!")
    client = Client(REMOTE_ADDR="198.51.100.23")
    for kind, status in (("hate", 303), ("threats", 303), ("fraud", 429)):
        form = notice_form(comment, kind=kind, email=f"{kind}-{comment.pk}@example.org")
        answer = client.post(reverse("readers:illegal_notice"), form)
        assert answer.status_code == status
    assert "driven out of town" in answer.content.decode()


def test_a_report_against_the_law_becomes_a_notice_with_its_words(no_hurry: None) -> None:
    comment = make_published("Drive them out of town!")
    report = {"category": "illegal", "words": "Section 185!"}
    thanks = Client().post(reverse("comments:report", args=[comment.public_id]), report)
    assert "Make it a notice" in thanks.content.decode()
    begun = Client().post(
        reverse("readers:illegal_notice"),
        {"begin": "1", "comment": str(comment.public_id), "words": "Section 185!"},
    )
    page = begun.content.decode()
    assert (begun.status_code, IllegalContentNotice.objects.count()) == (200, 0)
    assert f'value="http://testserver{comment.get_absolute_url()}"' in page
    assert "Section 185!" in page
    hidden = Client().get(reverse("readers:illegal_notice"), {"comment": make_held().public_id})
    assert f'value="http://testserver{comment.get_absolute_url()}"' not in hidden.content.decode()


def test_a_site_that_takes_no_notices_has_no_such_page(no_hurry: None) -> None:
    SiteSettings.objects.update_or_create(pk=1, defaults={"takes_illegal_notices": False})
    comment = make_published("Drive them out of town!")
    assert Client().get(reverse("readers:illegal_notice")).status_code == 404
    assert file_by_form(comment).status_code == 404
    report = {"category": "illegal", "words": ""}
    thanks = Client().post(reverse("comments:report", args=[comment.public_id]), report)
    assert "Make it a notice" not in thanks.content.decode()


def test_the_notice_is_on_the_card_and_answered_on_its_page(anna: User) -> None:
    comment = make_published("Drive them out of town!")
    notice = make_notice(comment)
    other = make_notice(comment, email="nils@example.org", name="Nils")
    desk = client_of(anna)
    card = desk.get(reverse("moderation:item", args=[open_item_of(comment).public_id]), follow=True)
    assert "a notice of illegal content" in card.content.decode()
    address = reverse("moderation:illegal_notice", args=[notice.public_id])
    assert address in card.content.decode()
    page = desk.get(address).content.decode()
    assert NOTIFIER["name"] in page
    assert NOTIFIER["email"] not in page
    answer = desk.post(
        reverse("moderation:answer_illegal_notice", args=[notice.public_id]),
        {
            "action": "remove",
            "policy": "illegal",
            "answer": "It is 100% incitement: %(reference)s.",
            "version": comment.version,
        },
    )
    assert answer["Location"] == address
    comment.refresh_from_db()
    assert comment.status == Status.REMOVED
    statement = Statement.objects.get()
    assert statement.source == Source.NOTICE
    facts = facts_of(statement, scores=ScoresShown.NONE)
    assert "We hold it to be against the law." in facts.relied_on
    assert "Somebody told us that they hold it to be against the law." in facts.looked_at
    assert NOTIFIER["name"] not in str(facts)
    written = told()
    assert len(written) == 2
    for body in written:
        assert "against the law" in body
        assert "It is 100% incitement: %(reference)s." in body
        assert "A person decided this, not a machine." in body
        assert "If you do not agree" in body
        assert anna.name not in body
    assert {notice.email, other.email} == {
        letter.to for letter in Letter.objects.filter(kind="illegal_notice")
    }
    assert told() == written


def test_a_late_answer_is_told_who_was_first_and_loses_no_words(anna: User) -> None:
    comment = make_published("Drive them out of town!")
    notice, seen = make_notice(comment), comment.version
    form = {"action": "remove", "policy": "illegal", "answer": "My reason.", "version": seen}
    address = reverse("moderation:answer_illegal_notice", args=[notice.public_id])
    desk = client_of(anna)
    assert desk.post(address, {**form, "answer": ""}).status_code == 422
    decided(comment, Action.FLAG, person(name="Jonas Berg"))
    assert desk.post(address, form).status_code == 403  # a senior's now
    notice.refresh_from_db()
    assert notice.is_open
    assert notice.answer == ""


@pytest.mark.parametrize(
    ("action", "policy", "outcome"),
    [
        (Action.REMOVE, "illegal", "illegal"),
        (Action.REMOVE, "insults", "rules"),
        (Action.APPROVE, "", "kept"),
    ],
)
def test_a_decision_by_any_door_answers(
    anna: User, action: Action, policy: str, outcome: str
) -> None:
    comment = make_published("Drive them out of town!")
    notice = make_notice(comment)
    made = decided(comment, action, anna, policy)
    notice.refresh_from_db()
    assert (notice.outcome, notice.decision) == (outcome, made)
    assert len(told()) == 1


def test_what_is_taken_back_at_once_is_never_written_about(anna: User) -> None:
    comment = make_published("Drive them out of town!")
    notice = make_notice(comment)
    made = decided(comment, Action.REMOVE, anna)
    letters.tell(at=database_now())
    undo(decision=made, actor=anna, at=database_now())
    assert told() == []
    notice.refresh_from_db()
    assert notice.is_open
    assert open_item_of(comment).urgency == 1000


def test_what_is_taken_back_later_is_told_and_decided_anew(anna: User) -> None:
    comment = make_published("Drive them out of town!")
    make_notice(comment)
    made = decided(comment, Action.REMOVE, anna)
    assert len(told()) == 1
    undo(decision=made, actor=anna, at=database_now())
    assert "Your notice is open again" in told()[-1]
    decided(comment, Action.APPROVE, anna)
    assert "The comment stays on the page" in told()[-1]
    assert len(told()) == 3


def test_a_site_writes_about_notices_in_its_own_words(anna: User) -> None:
    for kind, body in (("noted", "Got {reference}."), ("judged", "{decision} So: {objection}")):
        LetterText.objects.create(kind=kind, language="en-gb", subject="{reference}", body=body)
    comment = make_published("Drive them out of town!")
    file_by_form(comment)
    reference = IllegalContentNotice.objects.get().reference
    [arrived] = Letter.objects.all()
    assert (arrived.subject, arrived.body) == (reference, f"Got {reference}.\n")
    decided(comment, Action.REMOVE, anna)
    [body] = told()
    assert body.startswith("The comment was removed: we think, too")
    assert "So: If you do not agree" in body


def test_a_decision_turned_round_changes_the_answer_and_back(anna: User) -> None:
    comment = make_published("Drive them out of town!")
    notice = make_notice(comment)
    decided(comment, Action.REMOVE, anna)
    told()
    restored = decided(comment, Action.APPROVE, anna)
    notice.refresh_from_db()
    assert notice.outcome == "kept"
    assert "This is not what we told you before" in told()[-1]
    undo(decision=restored, actor=anna, at=database_now())
    notice.refresh_from_db()
    assert notice.outcome == "illegal"
    assert len(told()) == 3


def test_an_author_who_withdraws_answers_it(anna: User) -> None:
    author = make_regular()
    comment = make_published("Drive them out of town!", author=author)
    notice = make_notice(comment)
    comment.refresh_from_db()
    withdraw_comment(
        comment=comment, writer=Writer(guest_key=author.key), seen_version=comment.version
    )
    notice.refresh_from_db()
    assert notice.outcome == "withdrawn"
    assert "its author took it out" in told()[0]


def test_the_notifier_is_forgotten_when_the_time_is_over(anna: User) -> None:
    SiteSettings.objects.update_or_create(pk=1, defaults={"illegal_notice_days": 30})
    comment = make_published("Drive them out of town!")
    answered, waiting = make_notice(comment), make_notice(make_published("Another."))
    decided(comment, Action.REMOVE, anna)
    told()
    for days, gone in ((29, 0), (31, 1)):
        outcomes = retain(settings=SiteSettings.current(), at=database_now() + timedelta(days=days))
        assert {one.rule.key: one.rows for one in outcomes}["illegal-notices"] == gone
    assert_forgotten(answered)
    waiting.refresh_from_db()
    assert waiting.email == NOTIFIER["email"]


def test_who_is_erased_has_filed_nothing_any_more() -> None:
    notice = make_notice(make_published("Drive them out of town!"), email="Per@Example.org")
    person = Person(user_id=make_user(email="per@example.org").pk)
    assert [row["reference"] for row in _notices(person)] == [notice.reference]
    assert _erase_notices(person, True) == {"illegal_notices": 1}
    assert_forgotten(notice)


def assert_forgotten(notice: IllegalContentNotice) -> None:
    personal = {*NOTIFIER.values(), notice.email, notice.explanation}
    notice.refresh_from_db()
    kept = {getattr(notice, f.attname) for f in IllegalContentNotice._meta.concrete_fields}
    assert not kept & personal
    assert notice.kind == "hate"
    assert notice.forgotten_at


def test_the_list_costs_the_same_for_many(anna: User) -> None:
    desk, address = client_of(anna), reverse("moderation:illegal_notices")
    make_notice(make_published("Drive them out of town!"))
    desk.get(address)
    with CaptureQueriesContext(connection) as few:
        desk.get(address)
    for number in range(4):
        make_notice(make_published(f"Drive them out of town, {number}!"))
    with CaptureQueriesContext(connection) as many:
        page = desk.get(address).content.decode()
    assert "5 wait for an answer" in page
    assert len(many) == len(few)
