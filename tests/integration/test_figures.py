"""Hours added up: what is read is what happened, whatever is added up by then."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from comments.models import Article, Comment, Section
from moderation import figures
from moderation.decisions import database_now, undo
from moderation.models import Action, Decision, Figure, FigureKind, FiguresUntil, ReviewItem
from moderation.tasks import add_up_everything, add_up_hours
from tests.desk_data import person, publish_plain_rules
from tests.make import make_article, make_held
from tests.quality_data import decided, look_at

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _rules(db: None) -> None:
    publish_plain_rules()
    look_at(0)


def a_day_ago() -> None:
    """Let everything so far have happened a day earlier; decisions stay, as they must."""
    for comment in Comment.objects.all():
        Comment.objects.filter(pk=comment.pk).update(submitted_at=comment.submitted_at - DAY)
    for item in ReviewItem.objects.all():
        ReviewItem.objects.filter(pk=item.pk).update(
            opened_at=item.opened_at - DAY,
            closed_at=item.closed_at - DAY if item.closed_at else None,
        )


def everything(sections: list[int] | None = None) -> dict[tuple[str, str], int]:
    now = database_now()
    found = figures.read(start=now - 30 * DAY, end=now + DAY, step="day", sections=sections)
    told: dict[tuple[str, str], int] = {}
    for (_day, kind, key), number in found.items():
        told[kind, key] = told.get((kind, key), 0) + number
    return told


def test_what_happened_is_counted_by_what_it_was() -> None:
    anna = person()
    decided(anna, Action.REMOVE, why="spam")
    decided(anna, Action.APPROVE)
    told = everything()
    assert told["arrived", ""] == 2
    assert told["opened", "waiting"] == 2
    assert told["decided", f"moderator|remove|spam|{anna.pk}"] == 1
    assert told["decided", f"moderator|approve||{anna.pk}"] == 1
    assert told["decided", "rule|hold||High insult"] == 2
    assert sum(n for (kind, _key), n in told.items() if kind == FigureKind.CLOSED) == 2


def test_what_is_read_does_not_depend_on_what_was_added_up() -> None:
    anna = person()
    decided(anna)
    a_day_ago()
    decided(anna, Action.REMOVE)
    before = everything()
    assert not Figure.objects.exists()
    figures.roll_up(at=database_now())
    assert Figure.objects.filter(kind=FigureKind.ARRIVED).exists()
    assert everything() == before
    figures.roll_up(at=database_now() + timedelta(hours=2))
    assert everything() == before


def test_a_section_is_told_apart() -> None:
    sport = Section.objects.create(slug="sport", name="Sport")
    make_held(article=make_article(section=sport))
    make_held()
    assert everything([sport.pk])["arrived", ""] == 1
    assert everything()["arrived", ""] == 2


def test_adding_up_again_changes_nothing_and_a_moved_article_is_found() -> None:
    held = make_held()
    decided(person())
    a_day_ago()
    add_up_hours()
    first = list(Figure.objects.order_by("pk").values_list())
    add_up_hours()
    assert list(Figure.objects.order_by("pk").values_list()) == first
    assert told_by_command() == "All figures are right."
    sport = Section.objects.create(slug="sport", name="Sport")
    Article.objects.filter(pk=held.article_id).update(section=sport)
    assert "wrong figures, repaired" in told_by_command()
    assert told_by_command() == "All figures are right."
    assert everything([sport.pk])["arrived", ""] == 1


def test_the_nightly_task_repairs_what_was_changed_by_hand() -> None:
    decided(person())
    a_day_ago()
    add_up_everything()
    right = everything()
    Figure.objects.update(number=99)
    assert everything() != right
    add_up_everything()
    assert everything() == right


def test_what_is_taken_back_later_never_left_and_came_once() -> None:
    anna = person()
    removal = decided(anna, Action.REMOVE)
    a_day_ago()
    add_up_hours()
    assert [key for kind, key in everything() if kind == FigureKind.CLOSED]
    undo(decision=removal, actor=anna, at=database_now())
    for _before_and_after in range(2):
        told = everything()
        assert told["opened", "waiting"] == 1
        assert not [key for kind, key in told if kind == FigureKind.CLOSED]
        add_up_hours()
    assert told_by_command() == "All figures are right."


def told_by_command() -> str:
    said = StringIO()
    call_command("rebuild_figures", stdout=said)
    return said.getvalue().strip()


def test_an_hour_is_added_up_when_it_is_over_for_ten_minutes() -> None:
    at = datetime(2026, 3, 2, 14, 9, tzinfo=UTC)
    figures.roll_up(at=at)
    assert FiguresUntil.objects.get().until == at.replace(hour=13, minute=0)
    figures.roll_up(at=at + timedelta(minutes=1))
    assert FiguresUntil.objects.get().until == at.replace(hour=14, minute=0)


def test_hours_and_days_are_those_of_the_sites_clock(settings: object) -> None:
    settings.TIME_ZONE = "Asia/Kolkata"  # type: ignore[attr-defined] # five and a half hours ahead
    with timezone.override("Asia/Kolkata"):
        held = make_held()
        Comment.objects.filter(pk=held.pk).update(
            submitted_at=datetime(2026, 3, 2, 18, 40, tzinfo=UTC)  # ten past midnight there
        )
        midnight = datetime(2026, 3, 2, 18, 30, tzinfo=UTC)
        for _ in range(2):
            found = figures.read(start=midnight, end=midnight + DAY, step="day", sections=None)
            assert found[midnight, "arrived", ""] == 1
            figures.roll_up(at=database_now())
        assert Figure.objects.get(kind=FigureKind.ARRIVED).hour == midnight


def test_waiting_times_keep_their_length_in_the_buckets() -> None:
    decided(person())
    item = ReviewItem.objects.get()
    assert item.closed_at is not None
    ReviewItem.objects.update(opened_at=item.closed_at - timedelta(minutes=20))
    (key,) = [key for kind, key in everything() if kind == FigureKind.CLOSED]
    queue, _bar, bucket = key.partition("|")
    low, high = figures.bounds(int(bucket))
    assert queue == "waiting"
    assert low <= 1200 <= high
    assert high / low < 1.2
    assert Decision.objects.filter(from_queue="waiting").count() == 1
