"""A text that somebody has blurred is on no page of the desk until they reveal it."""

import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from classifier.base import Label
from comments.models import Comment
from comments.submission import report_comment
from moderation.batches import start_batch
from moderation.decisions import database_now, decide
from moderation.double_review import answer, settle, take_next
from moderation.models import (
    Action,
    Batch,
    BatchComment,
    Decision,
    DeskPreferences,
    DoubleReview,
    LearnedHead,
    Outcome,
    Rescoring,
    RescoringState,
    Surprise,
    Trial,
    Why,
    WordList,
)
from moderation.rescoring import Period
from moderation.rule_sets import publish
from moderation.rulebook import trials
from tests.appeal_data import appealed, remove
from tests.desk_data import client_of, open_item_of, person, publish_plain_rules
from tests.desk_routes import desk_routes
from tests.illegal_data import make_notice
from tests.make import StandIn, make_article, make_comment, make_published, make_regular, screen_all
from tests.quality_data import drawn, policy
from tests.rules_data import asks, make_rule

pytestmark = pytest.mark.django_db
HARD = "blatherskite"  # in every hard text, in what readers quote of it, and in a rule
BODY = f"Every one of you is a {HARD} and a fool."
CLEAR = "The morning ferry is always full."

# What shows a text as it is, and why.
NOT_BLURRED = {
    "second_look": "blind: blurring would tell the score",
    "disagreement": "the same",
    "search_export": "a file that somebody asked for",
    "export_findings": "the same",
    "eu_statements": "numbers",
    "eu_statements_file": "no word of a comment",
    "privacy": "numbers of what is kept",
    "hints": "numbers",
    "embed": "what to paste, and the readers' own page in a frame",
    **dict.fromkeys(
        (
            *("rules", "new_rule", "rule", "delete_rule", "publish_rules", "discard_rules"),
            *("versions", "version", "version_again", "export_version", "rule_changes", "trust"),
            *("automations", "automation", "exchange_rules", "export_rules", "rules_schema"),
            *("word_lists", "try_word_lists", "word_list", "download_word_list"),
            *("desk_policies", "desk_policy", "letters", "letter"),
            *("fill_word_list", "take_out_of_word_list", "rename_word_list", "delete_word_list"),
        ),
        "about rules, lists and policies: no word of a comment",
    ),
}


class Site:
    """A hard text wherever the desk can show one."""

    def __init__(self) -> None:
        _publish_rules()
        self.user = person(Role.SITE_ADMIN, name="Bo Holm")
        self.article, self.author = make_article(), make_regular()
        first = make_published(CLEAR, article=self.article)
        self.held = self.hard(parent=first)
        self.below = self.hard(CLEAR, parent=self.held)
        report_comment(comment=self.held, category="spam", words=f"{HARD}!", reporter_key="r")
        self.item = open_item_of(self.held)
        self.decided = self.hard()
        self.by_user = decide(
            comment=self.decided,
            action=Action.APPROVE,
            actor=self.user,
            seen_version=self.decided.version,
            at=database_now(),
        )
        self.batch = _batch_that_passed_over(self.hard(), by=self.user)
        self.settled = _settled(by=self.user)
        _learned(self.decided, self.by_user)
        self.run = _rescored(self.decided)
        self.trial = _tried(by=self.user)
        self.notice = make_notice(self.hard(), explanation=f"{HARD}!", legal_ground=HARD)
        self.appeal = appealed(remove(self.hard(), by=person()), f"You are the {HARD}!")

    def hard(self, body: str = BODY, parent: Comment | None = None) -> Comment:
        """A comment by the same author under the same article, screened."""
        number = Comment.objects.count()  # whoever says the same again has said it before
        body = f"{body} ({number})"
        made = make_comment(body, article=self.article, author=self.author, parent=parent)
        screen_all(StandIn({HARD: {Label.INSULT: 0.95}}))
        made.refresh_from_db()
        return made

    @property
    def pages(self) -> dict[str, list[str]]:
        """Every address that answers GET and can hold words of a comment, by its name."""
        held, item = [self.held.public_id], [self.item.public_id]
        return {
            "queue": [
                reverse("moderation:queue", args=["waiting"]),
                f"{reverse('moderation:queue', args=['waiting'])}?view=list",
            ],
            "counts": [reverse("moderation:counts")],
            "item": [reverse("moderation:item", args=item)],
            "item_ahead": [reverse("moderation:item_ahead", args=item)],
            "look": [reverse("moderation:look", args=item)],
            "search": [
                f"{reverse('moderation:search')}?words=fool",
                f"{reverse('moderation:search')}?label=insult&min=0.5",
            ],
            "decided": [reverse("moderation:decided")],
            "comment": [
                reverse("moderation:comment", args=[one.public_id])
                for one in (self.held, self.decided)
            ],
            "alike": [reverse("moderation:alike", args=held)],
            "above": [reverse("moderation:above", args=[self.below.public_id])],
            "learning": [reverse("moderation:learning")],
            "rescorings": [reverse("moderation:rescorings")],
            "rescoring": [reverse("moderation:rescoring", args=[self.run.public_id])],
            "trials": [reverse("moderation:trials")],
            "trial": [reverse("moderation:trial", args=[self.trial.public_id])],
            "trial_findings": [
                reverse("moderation:trial_findings", args=[self.trial.public_id, Surprise.REMOVES])
            ],
            "article": [reverse("moderation:article", args=[self.article.slug])],
            "by_score": [f"{reverse('moderation:by_score')}?low=0.5"],
            "batches": [reverse("moderation:batches")],
            "batch": [reverse("moderation:batch", args=[self.batch.public_id])],
            "quality": [reverse("moderation:quality")],
            "disagreements": [reverse("moderation:disagreements")],
            "your_day": [reverse("moderation:your_day")],
            "team": [reverse("moderation:team")],
            "author": [
                reverse("moderation:author", args=[self.author.key]),
                f"{reverse('moderation:author', args=[self.author.key])}?pane=1",
            ],
            "questions": [reverse("moderation:questions")],
            "illegal_notices": [reverse("moderation:illegal_notices")],
            "illegal_notice": [reverse("moderation:illegal_notice", args=[self.notice.public_id])],
            "appeals": [reverse("moderation:appeals")],
            "appeal": [reverse("moderation:appeal", args=[self.appeal.public_id])],
            "saved_filters": [reverse("moderation:saved_filters")],
            "preferences": [reverse("moderation:preferences")],
            "day": [reverse("moderation:day")],
            "desk": [reverse("moderation:desk")],
        }

    def texts(self, client: Client) -> Iterator[tuple[str, str]]:
        """Every page as this person gets it, and the page that asks before a batch."""
        for addresses in self.pages.values():
            for address in addresses:
                yield address, client.get(address, follow=True).content.decode()
        marked = {"comment": [str(self.held.public_id)], "action": "approve"}
        asked = client.post(reverse("moderation:start_batch"), marked)
        yield "batch_confirm", asked.content.decode()


@pytest.fixture
def site(db: None) -> Site:
    return Site()


def test_a_hard_text_is_on_no_page_before_it_is_revealed(site: Site) -> None:
    DeskPreferences.objects.create(user=site.user, blurs=True, hard_from=0.8)
    seen = [where for where, page in site.texts(client_of(site.user)) if HARD in page]
    assert seen == []


def test_without_blurring_the_same_pages_show_it(site: Site) -> None:
    """Otherwise the walk would prove nothing."""
    pages = dict(site.texts(client_of(site.user)))
    shown = {where for where, page in pages.items() if HARD in page}
    without = ("counts", "item_ahead", "look", "rescorings", "batches", "team", "questions")
    without += ("saved_filters", "preferences", "day", "trials")
    silent = {address for name in without for address in site.pages[name]}
    assert set(pages) - shown <= silent


def test_masking_holds_on_the_same_pages(site: Site) -> None:
    body = "He is a wanker."
    for comment in (site.hard(body), site.hard(body, parent=site.held)):
        report_comment(comment=comment, category="spam", words=body, reporter_key="s")
    DeskPreferences.objects.create(user=site.user, masks_words=True)
    pages = dict(site.texts(client_of(site.user)))
    assert [where for where, page in pages.items() if "wanker" in page] == []
    assert any("w·····" in page for page in pages.values())


def test_a_revealed_text_is_shown_wherever_it_stands(site: Site) -> None:
    DeskPreferences.objects.create(user=site.user, blurs=True, hard_from=0.8)
    client = client_of(site.user)
    client.post(reverse("moderation:reveal", args=[site.held.public_id]))
    history = reverse("moderation:comment", args=[site.held.public_id])
    page = client.get(history).content.decode()
    assert BODY in page
    assert f"“{HARD}”" in page  # why the rule held it
    assert f"{HARD}!" in page  # what the reader wrote


def test_every_row_that_is_blurred_leads_to_a_page_with_the_button(site: Site) -> None:
    DeskPreferences.objects.create(user=site.user, blurs=True, hard_from=0.8)
    client = client_of(site.user)
    history = reverse("moderation:comment", args=[site.decided.public_id])
    for name in ("decided", "search", "rescoring", "learning", "your_day"):
        assert f'href="{history}"' in client.get(site.pages[name][0]).content.decode(), name
    reveals = reverse("moderation:reveal", args=[site.decided.public_id])
    assert reveals in client.get(history).content.decode()


def test_no_page_of_the_desk_is_left_out(site: Site) -> None:
    client = client_of(site.user)
    values = {"uuid": uuid.uuid4(), "slug": "x", "int": 1}
    unknown = []
    for route, kinds in desk_routes():
        given = {name: values[kind] for name, kind in kinds.items()}
        only_post = client.get(reverse(f"moderation:{route}", kwargs=given)).status_code == 405
        if not only_post and route not in {*site.pages, *NOT_BLURRED}:
            unknown.append(route)
    assert unknown == []  # a new page is added to Site.pages, or to NOT_BLURRED with its reason


def _tried(*, by: User) -> Trial:
    """A trial that would remove what somebody approved, in a hard text."""
    make_rule("Removes", asks("own.insult", "at_least", 0.5), action="remove")
    at = database_now()
    day = timedelta(days=1)
    trial = trials.start(period=Period(at - day, at + day), by=by)
    while trials.take_step() is trials.Step.WENT_ON:
        pass
    return trial


def _publish_rules() -> None:
    publish_plain_rules()
    WordList.objects.create(key="hard", name="Hard", use="suspect", entries=HARD)
    make_rule("Word", asks("words", "in_list", "hard"), then_urgency=500)
    publish(by=None)


def _batch_that_passed_over(comment: Comment, *, by: User) -> Batch:
    batch = start_batch(
        by=by,
        action=Action.APPROVE,
        comments=Comment.objects.filter(pk=comment.pk),
        criterion={"kind": "comments"},
    )
    BatchComment.objects.filter(batch=batch).update(outcome=Outcome.SKIPPED, why=Why.CHANGED)
    return batch


def _settled(*, by: User) -> DoubleReview:
    """One disagreement that is settled, and one that waits."""
    reviews = []
    for _n in range(2):
        drawn(person(), body=BODY)
        second, now = person(), database_now()
        review = take_next(moderator=second, at=now)
        assert review is not None
        reviews.append(
            answer(
                review=review,
                moderator=second,
                action=Action.REMOVE,
                at=now,
                policy=policy(),
            )
        )
    return settle(review=reviews[0], senior=by, action=Action.APPROVE, at=database_now())


def _learned(comment: Comment, newest: Decision) -> None:
    move = {"revision": comment.current_revision_id, "label": "insult", "before": 0.2, "after": 0.9}
    LearnedHead.objects.create(
        name="head-1",
        base="stand-in-1",
        document={},
        is_good=True,
        figures={"labels": {}, "recent": 1, "moved": [move]},
        decisions=1,
        newest_decision=newest,
        fitted_at=database_now(),
    )


def _rescored(comment: Comment) -> Rescoring:
    now = database_now()
    return Rescoring.objects.create(
        period_from=now - timedelta(days=1),
        period_to=now,
        state=RescoringState.DONE,
        done=1,
        moved=[[comment.pk, comment.current_revision_id, "insult", 0.2, 0.9]],
    )
