"""What waits as a histogram by score: right numbers, the live rules' cuts, a sample, narrowed."""

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from classifier.base import Label, Scores, Text, Unscored
from comments.models import Comment, Section
from moderation.decisions import database_now, decide
from moderation.models import SCORED, Action, Classification, ReviewItem, SectionAssignment
from moderation.review_items import refresh_items
from moderation.score_range import ScoreRange
from moderation.screening import store_classifications
from moderation.selectors import sample_inside, score_counts
from tests.desk_data import client_of, open_item_of, person, publish_plain_rules, unscored_item
from tests.make import StandIn, make_article, make_comment, make_regular, screen_all

pytestmark = pytest.mark.django_db

PAGE = "/desk/by-score/"


@pytest.fixture
def anna() -> User:
    publish_plain_rules()
    return person(name="Anna Lie")


def waiting(*scores: float, **more: object) -> list[Comment]:
    """Comments that wait, the insult of each as given; those below the rule as first ones."""
    made = [
        make_comment(f"It scores {score:.4f}.", author=make_regular(published_count=0), **more)
        for score in scores
    ]

    def says(text: Text) -> Scores:
        insult = float(text.body.split()[-1].rstrip("."))
        own = {**dict.fromkeys(Label, 0.01), Label.INSULT: insult}
        return Scores(model="stand-in-1", language="en", own=own)

    screen_all(StandIn(says=says))
    return made


def words(answer: HttpResponse) -> str:
    return " ".join(answer.content.decode().split())


def page(client: Client, **asked: str) -> str:
    answer = client.get(PAGE, asked)
    assert answer.status_code == 200
    return words(answer)


def said(page: str) -> str:
    """The line that says how many the handles hold."""
    line = page.partition('class="in-range"')[2].partition(">")[2].partition("</p>")[0]
    for tag in ("<b>", "</b>", '<span id="number-inside">', "</span>", '<span class="soft">'):
        line = line.replace(tag, "")
    return " ".join(line.split())


class TestScoresOnItems:
    def test_the_order_of_the_scores_names_every_label_once(self) -> None:
        assert sorted(SCORED) == sorted(label.value for label in Label)

    def test_an_item_carries_the_scores_while_it_is_open(self, anna: User) -> None:
        comment = waiting(0.8125)[0]
        item = open_item_of(comment)
        assert item.scores is not None
        assert item.scores[SCORED.index("insult")] == 8125
        assert item.scores[SCORED.index("spam")] == 100
        comment.refresh_from_db()
        decide(
            comment=comment,
            action=Action.APPROVE,
            actor=anna,
            seen_version=comment.version,
            at=database_now(),
        )
        assert ReviewItem.objects.get(comment=comment).scores is None

    def test_what_is_scored_late_carries_the_late_scores(self, anna: User) -> None:
        item = unscored_item()
        assert item.scores is None
        late = Scores(model="stand-in-2", language="nb", own=dict.fromkeys(Label, 0.25))
        store_classifications([(item.comment.current_revision_id, late)], at=database_now())
        refresh_items({item.comment_id: ("insult", 0.25, 150)})
        item.refresh_from_db()
        assert item.scores == [2500] * len(SCORED)

    def test_a_model_that_failed_leaves_nothing_to_count(self, anna: User) -> None:
        comment = make_comment()
        failed = Scores(model="stand-in-1", unscored=Unscored.FAILED)
        screen_all(StandIn(says=lambda _text: failed))
        assert Classification.objects.exists()
        assert open_item_of(comment).scores is None


class TestCounting:
    def test_every_comment_is_in_one_hundredth(self, anna: User) -> None:
        waiting(0.0, 0.0099, 0.01, 0.29, 0.57, 0.58, 0.9999, 1.0)
        items = ReviewItem.objects.filter(is_open=True)
        counts = score_counts(items, label="insult")
        assert counts == {0: 2, 1: 1, 29: 1, 57: 1, 58: 1, 99: 2}

    @pytest.mark.parametrize(
        ("low", "high", "number"), [(0, 100, 6), (29, 58, 2), (29, 57, 1), (99, 100, 2), (5, 5, 0)]
    )
    def test_what_is_counted_is_what_is_taken(
        self, low: int, high: int, number: int, anna: User
    ) -> None:
        waiting(0.01, 0.29, 0.57, 0.58, 0.99, 1.0)
        items = ReviewItem.objects.filter(is_open=True)
        counts = score_counts(items, label="insult")
        assert sum(n for at, n in counts.items() if at is not None and low <= at < high) == number
        chosen = ScoreRange("insult", low, high)
        assert items.filter(chosen.condition).count() == number
        assert len(sample_inside(items, chosen, seed=0, size=12)) == number

    def test_a_sample_is_the_same_until_another_is_asked_for(self, anna: User) -> None:
        waiting(*(n / 100 for n in range(30)))
        items = ReviewItem.objects.filter(is_open=True)
        whole = ScoreRange("insult", 0, 100)

        def ids(seed: int) -> list[int]:
            return [i.pk for i, _score in sample_inside(items, whole, seed=seed, size=5)]

        assert ids(1) == ids(1)
        assert len({tuple(ids(seed)) for seed in range(5)}) > 1
        scores = [score for _item, score in sample_inside(items, whole, seed=3, size=5)]
        assert scores == sorted(scores, reverse=True)


class TestThePage:
    def test_it_says_how_many_are_inside_and_how_many_have_no_score(self, anna: User) -> None:
        waiting(0.1, 0.72, 0.85, 0.95)
        unscored_item()
        client = client_of(anna)
        # From 0.70, where the live rule begins to hold.
        assert said(page(client)) == "3 of 4 score inside for insult."
        ReviewItem.objects.filter(queue="unscored").update(queue="waiting")
        assert said(page(client, low="0.8")) == (
            "2 of 4 score inside for insult. 1 more has no score and is not among them."
        )

    def test_the_cuts_of_the_live_rules_are_named(self, anna: User) -> None:
        waiting(0.9)
        assert "High insult: held from 0.70" in page(client_of(anna))
        assert "High insult" not in page(client_of(anna), score_label="spam", low="0")

    def test_the_numbers_stand_in_a_table_too(self, anna: User) -> None:
        waiting(0.01, 0.72, 0.74)
        shown = page(client_of(anna))
        assert '<th scope="row">0.70 to 0.75</th> <td>2</td>' in shown
        assert '<th scope="row">0.75 to 0.80</th> <td>0</td>' in shown

    def test_the_texts_inside_are_shown_with_their_scores(self, anna: User) -> None:
        waiting(0.1, 0.9)
        shown = page(client_of(anna))
        assert "<b>0.90</b>" in shown
        assert "It scores 0.9000." in shown
        assert "It scores 0.1000." not in shown

    @pytest.mark.parametrize(
        "asked",
        [
            {"low": "x", "high": "-3", "score_label": "nonsense", "queue": "nowhere"},
            {"low": "0.9", "high": "0.1", "section": "x", "article": "99999999999999999999"},
            {"low": "nan", "high": "inf", "sample": "9" * 30},
        ],
    )
    def test_an_address_that_was_typed_over_shows_a_page(
        self, asked: dict[str, str], anna: User
    ) -> None:
        waiting(0.5)
        assert "of 1" in said(page(client_of(anna), **asked))

    def test_where_nothing_has_a_score_it_says_so(self, anna: User) -> None:
        assert "Nothing that waits here has a score." in said(page(client_of(anna)))

    def test_section_article_and_the_moderators_own_sections_narrow_it(self, anna: User) -> None:
        war = make_article(section=Section.objects.create(name="War", slug="war"))
        waiting(0.9, 0.91, article=war)
        other = waiting(0.92)[0].article
        client = client_of(anna)
        assert said(page(client)).startswith("3 of 3")
        assert said(page(client, section=str(war.section_id))).startswith("2 of 2")
        assert said(page(client, article=str(other.pk))).startswith("1 of 1")
        SectionAssignment.objects.create(user=anna, section=war.section)
        shown = page(client)
        assert said(shown).startswith("2 of 2")
        assert "It scores 0.9200." not in shown

    def test_escalated_comments_are_not_offered_to_moderators(self, anna: User) -> None:
        comment = waiting(0.9)[0]
        comment.refresh_from_db()
        decide(
            comment=comment,
            action=Action.FLAG,
            actor=anna,
            seen_version=comment.version,
            at=database_now(),
        )
        shown = page(client_of(anna), queue="escalated")
        assert "Escalated comments are decided by senior moderators." in shown
        assert "Remove all inside" not in shown

    def test_a_page_costs_the_same_for_more(
        self,
        anna: User,
        django_assert_num_queries: Callable[..., object],
        django_assert_max_num_queries: Callable[..., object],
    ) -> None:
        waiting(0.9, 0.8)
        client = client_of(anna)
        with django_assert_max_num_queries(20) as few:  # type: ignore[attr-defined]
            page(client)
        waiting(*(n / 100 for n in range(40)))
        with django_assert_num_queries(len(few)):  # type: ignore[attr-defined]
            page(client)

    def test_what_waits_under_an_article_is_marked_or_taken_whole(self, anna: User) -> None:
        article = make_article()
        comment = waiting(0.9, article=article)[0]
        waiting(0.8)
        client = client_of(anna)
        shown = words(client.get(f"/desk/articles/{article.slug}/"))
        assert "Under this article: 1 waiting" in shown
        assert "It scores 0.9000." in shown
        assert "It scores 0.8000." not in shown
        assert f'name="comment" value="{comment.public_id}"' in shown
        assert f'name="under" value="{article.slug}"' in shown


class TestAnotherLabel:
    def asked(self, client: Client, **asked: str) -> tuple[str, str]:
        context = client.get(PAGE, asked).context
        return context["low"], context["high"]

    def test_it_begins_at_its_own_rule(self, anna: User) -> None:
        client = client_of(anna)
        own = self.asked(client, score_label="threat")
        drawn = client.get(PAGE, {"low": "0.12", "high": "0.90"}).context["drawn"]
        assert drawn == "insult 0.12 0.90"
        kept = {"low": "0.12", "high": "0.90", "drawn": drawn}
        assert self.asked(client, score_label="threat", **kept) == own
        assert own != ("0.12", "0.90")

    def test_handles_that_were_set_for_it_stay(self, anna: User) -> None:
        client = client_of(anna)
        set_for_it = {"low": "0.30", "high": "1.00", "drawn": "insult 0.12 1.00"}
        assert self.asked(client, score_label="threat", **set_for_it) == ("0.30", "1.00")
        same = {"low": "0.12", "high": "1.00", "drawn": "insult 0.12 1.00"}
        assert self.asked(client, score_label="insult", **same) == ("0.12", "1.00")
        assert self.asked(client, score_label="threat", low="0.12") == ("0.12", "1.00")

    @pytest.mark.parametrize("drawn", ["x", "insult", "insult  ", "insult 0.12"])
    def test_a_form_that_was_changed_by_hand_is_read_all_the_same(
        self, anna: User, drawn: str
    ) -> None:
        client = client_of(anna)
        own = self.asked(client, score_label="threat")
        assert self.asked(client, score_label="threat", drawn=drawn) == own
