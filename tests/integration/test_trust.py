"""Trust in authors: earned, set by hand, asked by rules, never shown to readers."""

import io
import re
import zipfile

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from comments.models import Comment, Status
from moderation.decisions import database_now, decide
from moderation.models import (
    Action,
    AuthorAct,
    CommentFacts,
    Policy,
    Rule,
    RuleChange,
    TrustTerms,
)
from moderation.rule_sets import publish
from moderation.rules.catalogue import PLACE
from tests.audit_data import decide_item
from tests.desk_data import client_of, person
from tests.make import make_comment, make_regular, screen_all
from tests.posting import known_as, read, words_of
from tests.rules_data import asks, make_rule

pytestmark = pytest.mark.django_db

PAGE, CHANGE = "moderation:trust", "moderation:change_trust"


@pytest.fixture
def strangers_wait() -> None:
    Rule.objects.all().delete()
    make_rule("Not reliable", asks("author.trust", "none_of", ["reliable"]))
    publish(by=None)


def screened(author: object, body: str = "The ferry is late.") -> Comment:
    comment = make_comment(body, author=author)
    screen_all()
    comment.refresh_from_db()
    return comment


@pytest.mark.usefixtures("strangers_wait")
class TestRules:
    def test_a_reliable_author_passes_and_a_mixed_one_waits(self) -> None:
        assert screened(make_regular(published_count=10)).status == Status.PUBLISHED
        mixed = make_regular(published_count=10, removed_count=2)
        assert screened(mixed).status == Status.HELD

    def test_what_was_set_by_hand_holds_until_it_is_taken_back(self) -> None:
        author, desk = make_regular(published_count=0), client_of(person())
        address = reverse("moderation:trust_author", args=[author.key])
        sent = {"level": "reliable", "note": "Our own correspondent.", "seen": "0"}
        assert desk.post(address, sent).status_code == 302
        assert screened(author).status == Status.PUBLISHED
        drawer = desk.get(reverse("moderation:author", args=[author.key]))
        assert "set trust by hand: Reliable" in words_of(drawer.content.decode())
        act = AuthorAct.objects.get(kind="trust")
        desk.post(reverse("moderation:take_back_act", args=[act.public_id]))
        author.refresh_from_db()
        author.published_count = 0
        author.save()
        assert screened(author).status == Status.HELD

    def test_the_second_of_two_who_set_it_is_told(self) -> None:
        author = make_regular()
        address = reverse("moderation:trust_author", args=[author.key])
        sent = {"level": "reliable", "note": "Known.", "seen": "0"}
        client_of(person()).post(address, sent)
        late = client_of(person()).post(address, sent | {"level": "new"})
        assert late.status_code == 409
        assert AuthorAct.objects.filter(kind="trust").count() == 1

    def test_a_level_that_does_not_exist_and_one_without_a_reason_are_refused(self) -> None:
        address = reverse("moderation:trust_author", args=[make_regular().key])
        desk = client_of(person())
        for sent in ({"level": "saint", "note": "x"}, {"level": "new", "note": " "}):
            assert desk.post(address, sent | {"seen": "0"}).status_code == 422
        assert not AuthorAct.objects.exists()


def facts_of(comment: Comment) -> tuple[str, float]:
    """The level and the published comments that the rules were told."""
    told = CommentFacts.objects.get(revision=comment.current_revision_id)
    return told.trust, told.numbers[PLACE["author.published"]]


@pytest.mark.usefixtures("strangers_wait")
def test_levels_are_earned_by_what_moderators_approve_and_lost_by_what_they_remove() -> None:
    author, moderator = make_regular(published_count=0), person()
    written = [screened(author, f"Ferry number {n} is late.") for n in range(5)]
    assert {facts_of(comment) for comment in written} == {("new", 0)}
    for comment in written:
        decide_item(comment, moderator, Action.APPROVE)
    passed = screened(author, "At last it came.")
    assert (passed.status, facts_of(passed)) == (Status.PUBLISHED, ("reliable", 5))

    told = []
    for comment in written[:2]:
        comment.refresh_from_db()
        decide(
            comment=comment,
            action=Action.REMOVE,
            actor=moderator,
            seen_version=comment.version,
            at=database_now(),
            policy=Policy.objects.get(slug="insults"),
        )
        told.append(screened(author, f"And after {comment.pk}?"))
    assert [facts_of(comment) for comment in told] == [("mixed", 5), ("often_removed", 4)]
    assert {comment.status for comment in told} == {Status.HELD}


def test_readers_see_nothing_of_it_not_even_their_own(client: Client) -> None:
    """Neither the level, nor that one was set, nor the note: whatever a rule made of it."""
    Rule.objects.all().delete()
    author, desk = make_regular(name="Kari Lie"), client_of(person())
    passed = screened(author)
    sent = {"level": "often_removed", "note": "A zebra among horses.", "seen": "0"}
    desk.post(reverse("moderation:trust_author", args=[author.key]), sent)
    make_rule("No", asks("author.trust", "one_of", ["often_removed"]), action="remove")
    publish(by=None)
    removed = screened(author, "And the next one is late, too.")
    assert removed.status == Status.REMOVED
    drawer = desk.get(reverse("moderation:author", args=[author.key])).content.decode()
    assert "Often removed" in drawer and "zebra" in drawer  # noqa: PT018, one thing is shown

    article, own = passed.article.get_absolute_url(), known_as(author)
    why = reverse("readers:own_statement", args=[removed.statements.get().public_id])
    pages = [
        read(client, article),
        *(read(own, at) for at in (article, why, "/me/", "/me/decisions/")),
    ]
    theirs = ("Kari Lie", "late, too", why)
    assert all(any(one in page for one in theirs) for page in pages)
    download = own.post("/me/data/", {"sure": "yes"})
    with zipfile.ZipFile(io.BytesIO(b"".join(download.streaming_content))) as archive:
        pages += [archive.read(name).decode() for name in ("data.json", "data.html")]
    for page in pages:
        assert not re.search("often.removed|zebra|trust", page, re.IGNORECASE)


class TestTerms:
    def test_the_page_counts_the_authors_on_each_level(self) -> None:
        screened(make_regular(published_count=10))
        screened(make_regular(published_count=1))
        page = words_of(
            client_of(person(Role.SENIOR_MODERATOR)).get(reverse(PAGE)).content.decode()
        )
        assert "Of the 2 who wrote something" in page
        assert "Where the levels reach" not in page

    def test_an_admin_changes_the_terms_and_it_is_on_record(self) -> None:
        admin = person(Role.SITE_ADMIN)
        sent = {"known_from": "3", "often_percent": "50", "seldom_percent": "10"}
        assert client_of(admin).post(reverse(CHANGE), sent | {"seen": "5 30 5"}).status_code == 302
        assert TrustTerms.current().terms.level(published=3, removed=0) == "reliable"
        change = RuleChange.objects.get(what="trust")
        assert (change.by, change.before["known_from"], change.after["known_from"]) == (admin, 5, 3)

    def test_terms_that_cross_and_terms_that_changed_meanwhile_are_refused(self) -> None:
        desk = client_of(person(Role.SITE_ADMIN))
        crossed = {"known_from": "5", "often_percent": "5", "seldom_percent": "5", "seen": "5 30 5"}
        assert desk.post(reverse(CHANGE), crossed).status_code == 422
        stale = {"known_from": "5", "often_percent": "40", "seldom_percent": "5", "seen": "4 30 5"}
        answer = desk.post(reverse(CHANGE), stale)
        assert answer.status_code == 409
        assert 'value="40"' in answer.content.decode()
        assert not RuleChange.objects.filter(what="trust").exists()
