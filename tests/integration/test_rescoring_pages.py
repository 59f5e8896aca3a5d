"""The page on which site admins have a past period scored again."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from classifier.base import Label
from comments.models import Comment, Section
from moderation import rescoring
from moderation.models import Rescoring, RescoringState
from moderation.rescoring import Step, rescore_chunk
from tests.desk_data import client_of, held_item, person, publish_plain_rules
from tests.make import StandIn, make_article, make_comment, make_held, make_regular, screen_all

pytestmark = pytest.mark.django_db

PERIODS = "/desk/rescorings/"
START = "/desk/rescorings/start/"


class Newer(StandIn):
    version = "stand-in-2"


@pytest.fixture
def admin() -> Client:
    publish_plain_rules()
    return client_of(person(Role.SITE_ADMIN, name="Ingrid Moe"))


def days(first: str = "", last: str = "", **more: str) -> dict[str, str]:
    today = timezone.localdate().isoformat()
    return {"posted_from": first or today, "posted_to": last or today, **more}


def run_through(**scores: float) -> Rescoring:
    model = Newer({word: {Label.INSULT: score} for word, score in scores.items()})
    while rescore_chunk(classifier=model) == Step.WENT_ON:
        pass
    return Rescoring.objects.latest("id")


def address_of(run: Rescoring) -> str:
    return reverse("moderation:rescoring", args=[run.public_id])


def words(answer: HttpResponse) -> str:
    return " ".join(answer.content.decode().split())


def started(client: Client, **more: str) -> Rescoring:
    assert client.post(START, days(**more)).status_code == 302
    return Rescoring.objects.latest("id")


class TestChoosing:
    def test_it_says_how_many_comments_and_how_long_before_anything_starts(
        self, admin: Client
    ) -> None:
        make_comment()
        make_comment()
        page = words(admin.get(PERIODS, days()))
        assert "2 comments were posted in this period." in page
        assert "nothing was measured here yet" in page
        assert not Rescoring.objects.exists()

    def test_how_long_comes_from_what_the_last_run_took(self, admin: Client) -> None:
        make_comment()
        screen_all()
        started(admin)
        run_through()
        Rescoring.objects.update(done=1, busy_seconds=300)
        assert "Reading them takes about 5 minutes of work" in words(admin.get(PERIODS, days()))

    def test_the_last_day_is_included_and_the_section_narrows_it(self, admin: Client) -> None:
        war = make_article(section=Section.objects.create(name="War", slug="war"))
        inside = make_comment(article=war)
        make_comment()
        eve = timezone.make_aware(datetime(2026, 3, 31, 23, 59, 59))  # noqa: DTZ001
        Comment.objects.update(submitted_at=eve)
        page = words(admin.get(PERIODS, days("2026-03-01", "2026-03-31", section="war")))
        assert "1 comment was posted in this period." in page
        assert "No comment was posted" in words(
            admin.get(PERIODS, days("2026-03-01", "2026-03-30"))
        )
        assert inside.article_id == war.pk

    def test_start_runs_it_and_shows_it(self, admin: Client) -> None:
        make_comment()
        screen_all()
        answer = admin.post(START, days(), follow=True)
        run = Rescoring.objects.get()
        assert answer.redirect_chain == [(address_of(run), 302)]
        assert run.started_by is not None
        assert run.started_by.name == "Ingrid Moe"
        assert "0 of 1" in words(answer)

    @pytest.mark.parametrize(
        ("fields", "field", "sentence"),
        [
            ({"posted_from": ""}, "posted_from", "Choose the first day."),
            ({"posted_to": ""}, "posted_to", "Choose the last day."),
            ({"posted_from": "yesterday"}, "posted_from", "Write the day as year, month and day"),
            ({"posted_from": "2026-02-30"}, "posted_from", "Write the day as year, month and day"),
            ({"posted_from": "0001-01-01"}, "posted_from", "Choose a day after 1969."),
            ({"posted_to": "9999-12-31"}, "posted_to", "This day has not come yet."),
            ({"posted_to": "2000-01-01"}, "posted_to", "The last day is before the first one."),
            ({"section": "nowhere"}, "section", "There is no such section."),
            ({"section": "\0"}, "section", "Null characters are not allowed."),
        ],
    )
    def test_what_cannot_be_is_refused_beside_its_field(
        self, admin: Client, fields: dict[str, str], field: str, sentence: str
    ) -> None:
        make_comment()
        answer = admin.post(START, {**days(), **fields})
        page = words(answer)
        assert answer.status_code == 422
        assert sentence in page.split(f'id="div_id_{field}"')[1].split('id="div_id_')[0]
        assert not Rescoring.objects.exists()

    def test_a_count_of_what_cannot_be_is_refused_too(self, admin: Client) -> None:
        answer = admin.get(PERIODS, days("2026-03-31", "2026-03-01"))
        assert answer.status_code == 422
        assert "The last day is before the first one." in words(answer)

    def test_a_period_without_comments_is_refused_in_words(self, admin: Client) -> None:
        answer = admin.post(START, days("2001-01-01", "2001-01-02"))
        assert answer.status_code == 422
        assert "No comment was posted in this period." in words(answer)

    def test_while_one_is_under_way_a_second_is_refused_and_the_first_is_named(
        self, admin: Client
    ) -> None:
        make_comment()
        screen_all()
        run = started(admin)
        answer = admin.post(START, days())
        assert answer.status_code == 409
        assert address_of(run) in words(answer)
        assert f'action="{START}"' not in words(admin.get(PERIODS, days()))


class TestWatching:
    def test_progress_comes_as_a_part_that_asks_again_until_it_is_done(
        self, admin: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rescoring, "CHUNK", 1)
        for _ in range(3):
            make_comment(author=make_regular())
        screen_all()
        run = started(admin)
        rescore_chunk(classifier=Newer())
        htmx = {"HX-Request": "true", "HX-Target": "run"}
        part = words(admin.get(address_of(run), headers=htmx))
        assert "1 of 3" in part
        assert 'hx-trigger="every 2s"' in part
        assert "<html" not in part
        run_through()
        part = words(admin.get(address_of(run), headers=htmx))
        assert "hx-trigger" not in part
        assert "What changed" in part

    @pytest.mark.parametrize(
        ("state", "sentence"),
        [
            (RescoringState.READERS_FIRST, "Paused: readers&#x27; comments go first"),
            (RescoringState.NO_MODEL, "nothing was stored as failed"),
            (RescoringState.STOPPED, "What was scored stays."),
        ],
    )
    def test_every_state_is_told_in_words(
        self, admin: Client, state: RescoringState, sentence: str
    ) -> None:
        make_comment()
        screen_all()
        run = started(admin)
        Rescoring.objects.update(state=state)
        assert sentence in words(admin.get(address_of(run)))

    def test_a_run_that_nobody_takes_up_says_so(self, admin: Client) -> None:
        make_comment()
        screen_all()
        run = started(admin)
        assert "No worker has looked" not in words(admin.get(address_of(run)))
        Rescoring.objects.update(started_at=timezone.now() - timedelta(minutes=2))
        assert "No worker has looked at it for more than a minute." in words(
            admin.get(address_of(run))
        )

    def test_stop_and_go_on_by_button(self, admin: Client) -> None:
        make_comment()
        screen_all()
        run = started(admin)
        page = words(admin.post(f"{address_of(run)}stop/", follow=True))
        assert "Stopped" in page
        assert f"{address_of(run)}go-on/" in page
        page = words(admin.post(f"{address_of(run)}go-on/", follow=True))
        assert "Running" in page
        assert run_through().state == RescoringState.DONE

    def test_going_on_beside_another_is_refused_in_words(self, admin: Client) -> None:
        make_comment()
        screen_all()
        first = started(admin)
        admin.post(f"{address_of(first)}stop/")
        started(admin)
        answer = admin.post(f"{address_of(first)}go-on/")
        assert answer.status_code == 409
        assert "Another run is under way." in words(answer)

    def test_two_versions_in_one_run_are_named_with_what_each_read(self, admin: Client) -> None:
        make_comment()
        screen_all()
        run = started(admin)
        Rescoring.objects.update(scored_by={"model-1": 1200, "model-2": 3})
        page = words(admin.get(address_of(run)))
        assert "went on with the new one: 1,200 by model-1, 3 by model-2." in page


class TestWhatChanged:
    def test_crossings_both_ways_with_the_comments_that_moved_most(self, admin: Client) -> None:
        make_comment("You fool.", author=make_regular())
        make_comment("Calm words.", author=make_regular())
        screen_all()
        make_held("You clown.")
        started(admin)
        run = run_through(fool=0.9, clown=0.1)
        page = words(admin.get(address_of(run)))
        assert "1 comment that was below every threshold would be held or removed now;" in page
        assert "1 that a threshold held or removed would not be." in page
        assert "<td>below every threshold</td> <td>held by a threshold</td>" in page
        assert "1 comment stands where it stood." in page
        assert "<b>insult</b> 0.01 → 0.90" in page
        assert "<b>insult</b> 0.80 → 0.10" in page
        moved = Comment.objects.get(current_revision__body="You fool.")
        assert reverse("moderation:comment", args=[moved.public_id]) in page

    def test_what_was_withdrawn_since_is_not_shown(self, admin: Client) -> None:
        make_comment("You fool.", author=make_regular())
        screen_all()
        started(admin)
        run = run_through(fool=0.9)
        Comment.objects.update(withdrawn_at=timezone.now())
        page = words(admin.get(address_of(run)))
        assert "You fool." not in page
        assert "0.01 → 0.90" not in page

    def test_a_text_is_shown_as_text(self, admin: Client) -> None:
        make_comment("You fool <script>alert(1)</script>", author=make_regular())
        screen_all()
        started(admin)
        page = words(admin.get(address_of(run_through(fool=0.9))))
        assert "fool &lt;script&gt;" in page

    def test_the_history_of_a_comment_keeps_the_scores_of_its_decision(self, admin: Client) -> None:
        held = make_held("You fool.")
        started(admin)
        run_through(fool=0.21)
        page = words(admin.get(reverse("moderation:comment", args=[held.public_id])))
        now, then = page.split("Scores as they were then")
        assert ">0.21<" in now
        assert ">0.80<" not in now
        assert ">0.80<" in then
        assert "stand-in-2" in now
        assert "stand-in-1" in then

    def test_a_card_says_that_its_scores_are_newer_than_the_reason(self, admin: Client) -> None:
        item = held_item("You fool.")
        address = reverse("moderation:queue", args=["waiting"])
        assert (
            "Scored again"
            not in words(admin.get(address, {"item": item.public_id})).split('id="card"')[1]
        )
        started(admin)
        run_through(fool=0.21)
        card = words(admin.get(address, {"item": item.public_id})).split('id="card"')[1]
        assert "by stand-in-2. The rules read the scores of before." in card


class TestCost:
    def cost(self, client: Client, address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    def test_pages_cost_the_same_at_5_rows_and_at_50(self, admin: Client) -> None:
        def fill(number: int) -> str:
            made = [make_comment(f"You fool, {n}.", author=make_regular()) for n in range(number)]
            screen_all()
            assert made
            for _ in range(number):
                last = started(admin)
                rescoring.stop(last)
            rescoring.go_on(last)
            run_through(fool=0.9)
            return address_of(last)

        few = self.cost(admin, fill(5)), self.cost(admin, PERIODS)
        Newer.version = "stand-in-3"
        try:
            many = self.cost(admin, fill(50)), self.cost(admin, PERIODS)
        finally:
            Newer.version = "stand-in-2"
        assert many == few
        # Five for the bar: questions, the day, preferences, automations that paused, appeals.
        assert max(many) <= 16


def test_only_site_admins_are_shown_the_way(admin: Client) -> None:
    queue = reverse("moderation:queue", args=["waiting"])
    assert PERIODS in words(admin.get(queue))
    assert PERIODS not in words(client_of(person(Role.SENIOR_MODERATOR)).get(queue))
