"""Trust in authors: earned, set by hand, asked by rules, never shown to readers."""

import pytest
from django.urls import reverse

from accounts.models import Role
from comments.models import Comment, Status
from moderation.models import AuthorAct, Rule, RuleChange, TrustTerms
from moderation.rule_sets import publish
from tests.desk_data import client_of, person
from tests.make import make_comment, make_regular, screen_all
from tests.posting import words_of
from tests.rules_data import asks, make_rule

pytestmark = pytest.mark.django_db

PAGE, CHANGE = "moderation:trust", "moderation:change_trust"


@pytest.fixture
def strangers_wait() -> None:
    Rule.objects.all().delete()
    make_rule("Not reliable", asks("author.trust", "none_of", ["reliable"]))
    publish(by=None)


def screened(author: object) -> Comment:
    comment = make_comment("The ferry is late.", author=author)
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
