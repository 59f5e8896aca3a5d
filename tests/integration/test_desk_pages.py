"""What the desk's pages show, and that they cost the same for more rows."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from classifier.base import Label
from comments.submission import Writer, edit_comment, report_comment, withdraw_comment
from moderation.decisions import database_now, decide
from moderation.models import Action, Policy, ReviewItem, ScreeningJob
from moderation.review import claim
from tests.desk_data import (
    client_of,
    held_item,
    held_items,
    item_with_evidence,
    open_item_of,
    person,
    publish_plain_rules,
    unscored_item,
)
from tests.make import StandIn, make_article, make_comment, make_published, make_regular, screen_all

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _rules(db: None) -> None:
    publish_plain_rules()


@pytest.fixture
def anna() -> User:
    return person(name="Anna Lie")


def get(user: User, address: str, query: dict[str, str] | None = None, **headers: str) -> Any:
    return client_of(user).get(address, query or {}, headers=headers)


def queue_of(item: ReviewItem) -> str:
    return reverse("moderation:queue", args=[item.queue])


def opened(user: User, item: ReviewItem) -> Any:
    """The page of a queue with this item in hand."""
    return get(user, queue_of(item), {"item": str(item.public_id)})


def words(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_the_desk_opens_on_what_waits(anna: User) -> None:
    answer = get(anna, reverse("moderation:desk"))
    assert answer["Location"] == reverse("moderation:queue", args=["waiting"])


def test_a_card_says_which_rules_hold_it_and_why(anna: User) -> None:
    newcomer = make_regular(published_count=0)
    comment = make_comment("Only a fool.", author=newcomer)
    screen_all(StandIn({"fool": {Label.INSULT: 0.8}}))
    shown = words(opened(anna, open_item_of(comment)))
    assert "Held by High insult : insult 0.80" in shown
    assert "First comment of an author : nothing of this author is published yet" in shown


def test_the_article_stands_beside_its_comment_with_its_lead(anna: User) -> None:
    lead = "From Monday a crossing costs 49 kroner."
    item = held_item(article=make_article(title="Ferry prices rise again", lead=lead))
    page = opened(anna, item)
    assert f"<p>{lead}</p>" in page.content.decode()
    assert f'href="{item.comment.article.get_absolute_url()}"' in page.content.decode()
    assert f"Ferry prices rise again (in a new tab) {lead}" in words(page)


def test_evidence_is_marked_and_named(anna: User) -> None:
    item = item_with_evidence("And who pays? You parasites.", "You parasites")
    text = opened(anna, item).content.decode()
    assert 'data-tip="raises insult' in text
    assert ">You parasites</mark>" in text
    assert "“<bdi>You parasites</bdi>”" in text


def test_scores_stand_against_the_live_thresholds(anna: User) -> None:
    text = opened(anna, held_item()).content.decode()
    insult = re.search(r'<th scope="row">insult</th>.*?</tr>', text, re.DOTALL)
    assert insult is not None
    assert 'width="96.0"' in insult[0]  # 0.80 of 120
    assert 'd="M84.0 0V12"' in insult[0]  # held from 0.70
    assert "0.80" in insult[0]
    assert "held from" in insult[0]


def test_what_was_not_scored_is_hatched_and_says_why(anna: User) -> None:
    item = unscored_item()
    assert item.queue == "unscored"
    answer = opened(anna, item)
    assert "Not scored: the model does not know the language of this text." in words(answer)
    assert 'fill="url(#hatch)"' in answer.content.decode()
    assert 'class="scores"' not in answer.content.decode()


def test_what_was_flagged_or_reported_keeps_its_score_in_the_list(anna: User) -> None:
    item = held_item()
    decide(
        comment=item.comment,
        action=Action.FLAG,
        actor=anna,
        seen_version=item.comment.version,
        at=database_now(),
    )
    comment = make_comment("Only a fool, once more.")
    screen_all(StandIn({"fool": {Label.INSULT: 0.6}}))
    comment.refresh_from_db()
    report_comment(comment=comment, category="abuse", words="", reporter_key="r")
    kept = ReviewItem.objects.filter(is_open=True).order_by("id")
    assert [(i.queue, i.top_label, i.top_score) for i in kept] == [
        ("escalated", "insult", 0.8),
        ("reported", "insult", 0.6),
    ]


def test_text_names_notes_and_reports_are_escaped_everywhere(anna: User) -> None:
    evil = "<script>alert(1)</script>"
    author = make_regular(name=f"Eve {evil}", published_count=0)
    comment = make_comment(f"A fool {evil}", author=author)
    screen_all(StandIn({"fool": {Label.INSULT: 0.8}}))
    item = open_item_of(comment)
    report_comment(comment=comment, category="other", words=f"See {evil}", reporter_key="r")
    flag = decide(
        comment=item.comment,
        action=Action.FLAG,
        actor=anna,
        seen_version=item.comment.version,
        at=database_now(),
        note=f"Note {evil}",
    )
    pages = [
        opened(anna, open_item_of(comment)),
        get(anna, reverse("moderation:comment", args=[comment.public_id])),
        get(anna, reverse("moderation:author", args=[author.key])),
        get(anna, reverse("moderation:decided")),
    ]
    assert flag.note in "".join(words(page) for page in pages).replace("&lt;", "<").replace(
        "&gt;", ">"
    )
    for page in pages:
        assert page.status_code == 200
        assert "<script>alert" not in page.content.decode()
        assert "&lt;script&gt;" in page.content.decode()


def test_no_page_carries_inline_style_or_script(anna: User) -> None:
    item = item_with_evidence("You parasites.", "parasites")
    addresses = [
        queue_of(item),
        reverse("moderation:decided"),
        reverse("moderation:comment", args=[item.comment.public_id]),
        reverse("moderation:author", args=[item.comment.author.key]),
    ]
    for address in addresses:
        text = get(anna, address).content.decode()
        assert not re.search(r"\sstyle=|<style|\son\w+=|hx-on|javascript:", text)
        assert not re.search(r"<script(?![^>]*\bsrc=)", text)


def test_an_empty_queue_says_when_the_last_comment_came(anna: User) -> None:
    make_published()
    answer = get(anna, reverse("moderation:queue", args=["reported"]))
    assert "Nothing waits here. The last comment was sent at" in words(answer)


def test_a_queue_whose_comments_are_all_with_colleagues_says_so(anna: User) -> None:
    claim(item=held_item(), moderator=person(), at=database_now())
    answer = get(anna, reverse("moderation:queue", args=["waiting"]))
    assert "The one comment here is with a colleague." in words(answer)


def test_filters_that_leave_nothing_say_what_waits_outside_them(anna: User) -> None:
    held_item()
    answer = get(anna, reverse("moderation:queue", args=["waiting"]), {"label": "threat"})
    assert "Nothing more matches these filters; 1 comment waits outside them." in words(answer)


def test_a_filter_that_cannot_be_read_is_said_beside_it_and_left_out(anna: User) -> None:
    item = held_item()
    answer = get(anna, reverse("moderation:queue", args=["waiting"]), {"min": "7"})
    assert answer.status_code == 200
    assert "Ensure this value is less than or equal to 1." in words(answer)
    assert item.comment.author_name in words(answer)


@pytest.mark.parametrize(
    "query",
    [
        {"item": "no-uuid"},
        {"after": "9" * 40},
        {"section": str(2**70)},
        {"article": "-1"},
        {"min": "nan"},
        {"sort": "x", "label": "y", "waited": "z"},
    ],
)
def test_an_address_typed_over_still_shows_the_queue(anna: User, query: dict[str, str]) -> None:
    held_item()
    answer = get(anna, reverse("moderation:queue", args=["waiting"]), query)
    assert answer.status_code == 200
    assert "Only a fool would say that." in words(answer)


def test_late_screening_is_said_calmly_on_every_page(anna: User) -> None:
    make_comment()
    ScreeningJob.objects.update(created_at=timezone.now() - timedelta(minutes=3))
    for address in (
        reverse("moderation:queue", args=["waiting"]),
        reverse("moderation:decided"),
    ):
        assert "1 comment is still being screened; it has waited 3 minutes." in words(
            get(anna, address)
        )


def test_the_title_counts_and_dates_the_queue(anna: User) -> None:
    item = held_item()
    ReviewItem.objects.filter(pk=item.pk).update(opened_at=timezone.now() - timedelta(hours=3))
    title = re.search(r"<title>(.*?)</title>", opened(anna, item).content.decode(), re.DOTALL)
    assert title is not None
    assert " ".join(title[1].split()) == "Waiting 1 · oldest 3 h – Desk"


def counts(user: User, *, etag: str = "", **query: str) -> Any:
    headers = {"If-None-Match": etag} if etag else {}
    return get(user, reverse("moderation:counts"), {"queue": "waiting", **query}, **headers)


def test_the_counts_answer_304_until_something_changes(anna: User) -> None:
    held_item()
    seen = str(ReviewItem.objects.latest("id").pk)
    first = counts(anna, seen=seen)
    assert first.status_code == 200
    again = counts(anna, seen=seen, etag=first["ETag"])
    if again.status_code == 200:  # a minute ended between the two
        again = counts(anna, seen=seen, etag=again["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    held_item("Only a fool, again.")
    changed = counts(anna, seen=seen, etag=first["ETag"])
    assert changed.status_code == 200
    assert "Show 1 new" in words(changed)


def test_the_counts_say_that_another_took_the_comment_in_hand(anna: User) -> None:
    item = held_item()
    query = {"item": str(item.public_id), "version": str(item.comment.version)}
    claim(item=item, moderator=person(name="Jonas Berg"), at=database_now())
    assert "Jonas Berg has this one until" in words(counts(anna, **query))


def test_a_claim_that_ran_out_is_offered_to_whoever_looks(anna: User) -> None:
    item = held_item()
    query = {"item": str(item.public_id), "version": str(item.comment.version)}
    an_hour_ago = database_now() - timedelta(hours=1)
    claim(item=item, moderator=person(name="Jonas Berg"), at=an_hour_ago)
    assert "Nobody has this one. Take it t" in words(counts(anna, **query))


def test_the_counts_say_who_decided_the_comment_in_hand_and_close_its_actions(anna: User) -> None:
    item = held_item()
    query = {"item": str(item.public_id), "version": str(item.comment.version)}
    decide(
        comment=item.comment,
        action=Action.REMOVE,
        actor=person(name="Jonas Berg"),
        seen_version=item.comment.version,
        at=database_now(),
        policy=Policy.objects.get(slug="insults"),
    )
    answer = counts(anna, **query)
    assert "Jonas Berg removed this: Insults, at" in words(answer)
    assert 'id="actions" hx-swap-oob="innerHTML"' in answer.content.decode()
    assert 'value="approve"' not in answer.content.decode()


def test_the_history_tells_everything_in_its_order(anna: User) -> None:
    item = held_item("Only a fool would say that.")
    comment = item.comment
    writer = Writer(guest_key=comment.author.key)
    edit_comment(
        comment=comment, writer=writer, body="Only a fool, edited.", seen_version=comment.version
    )
    screen_all(StandIn({"fool": {Label.INSULT: 0.9}}))
    comment.refresh_from_db()
    report_comment(comment=comment, category="abuse", words="Look at this", reporter_key="r")
    decide(
        comment=comment,
        action=Action.REMOVE,
        actor=anna,
        seen_version=comment.version,
        at=database_now(),
        policy=Policy.objects.get(slug="insults"),
        note="The third this week",
    )
    shown = words(get(anna, reverse("moderation:comment", args=[comment.public_id])))
    told = [
        "Only a fool would say that.",
        "The rule “High insult” held this for a moderator",
        "High insult: insult 0.80 (rules, version 2)",
        "Changed by its author (revision 2)",
        "Only a fool, edited.",
        "insult 0.90",
        "A reader reported it: Insults or harassment",
        "Anna Lie removed this: Insults",
        "The third this week",
        "Undo",
    ]
    places = [shown.find(piece) for piece in told]
    assert -1 not in places
    assert places == sorted(places)


def test_an_author_page_shows_everything_they_wrote_with_its_fate(anna: User) -> None:
    author = make_regular(name="Marit Vik", published_count=0)
    held_item("Only a fool, one.", author=author)
    make_comment("Still on its way.", author=author)
    regretted = make_comment("Sent too soon.", author=author)
    writer = Writer(guest_key=author.key)
    withdraw_comment(comment=regretted, writer=writer, seen_version=regretted.version)
    shown = words(get(anna, reverse("moderation:author", args=[author.key])))
    for piece in ("Marit Vik", "Only a fool, one.", "Waiting for a moderator", "Being screened"):
        assert piece in shown
    assert "Withdrawn by its author" in shown
    assert "Removed" not in shown


def test_decided_is_narrowed_by_decision_by_kind_and_by_person(anna: User) -> None:
    jonas = person(name="Jonas Berg")
    for item, user in zip(held_items(2), (anna, jonas), strict=True):
        decide(
            comment=item.comment,
            action=Action.APPROVE,
            actor=user,
            seen_version=item.comment.version,
            at=database_now(),
        )

    def heads(**query: str) -> list[str]:
        text = get(anna, reverse("moderation:decided"), query).content.decode()
        return [
            " ".join(re.sub(r"<[^>]+>", " ", head).split())
            for head in re.findall(r'<p class="line-head">(.*?)</p>', text, re.DOTALL)
        ]

    assert len(heads()) == 4
    assert all("The rule" in head for head in heads(made_by="rule"))
    assert len(heads(made_by="rule")) == 2
    assert [head.split(" approved")[0] for head in heads(action="approve")] == [
        "Jonas Berg",
        "Anna Lie",
    ]
    assert [h.split(" approved")[0] for h in heads(moderator=str(jonas.pk))] == ["Jonas Berg"]
    assert heads(action="remove") == []
