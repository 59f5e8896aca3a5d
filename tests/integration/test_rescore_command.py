"""``manage.py rescore``: the same run in the foreground."""

import io
import os
import signal
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from classifier.base import Label, Scores, Text, Unscored
from comments.models import Section
from moderation import rescoring, screening
from moderation.forms import PeriodForm
from moderation.models import Classification, Rescoring, RescoringState, ScreeningJob
from tests.desk_data import publish_plain_rules
from tests.make import StandIn, make_article, make_comment, make_regular, screen_all

pytestmark = pytest.mark.django_db


class Newer(StandIn):
    version = "stand-in-2"


@pytest.fixture(autouse=True)
def _five_comments_and_a_newer_model(monkeypatch: pytest.MonkeyPatch) -> None:
    publish_plain_rules()
    for n in range(5):
        make_comment(f"You fool, {n}.", author=make_regular())
    screen_all()
    use(monkeypatch, Newer({"fool": {Label.INSULT: 0.9}}))
    monkeypatch.setattr(rescoring, "CHUNK", 2)


def use(monkeypatch: pytest.MonkeyPatch, classifier: Any) -> None:
    monkeypatch.setattr(screening, "current_classifier", lambda: classifier)


def rescore(**options: str) -> tuple[str, str]:
    """Run the command over today; returns what it wrote to stdout and to stderr."""
    today = timezone.localdate().isoformat()
    given = {"posted_from": today, "posted_to": today, **options}
    out, err = io.StringIO(), io.StringIO()
    call_command("rescore", **given, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def interrupting_once() -> Any:
    sent: list[int] = []

    def says(text: Text) -> Scores:
        if not sent:
            sent.append(1)
            os.kill(os.getpid(), signal.SIGINT)
        return Scores(model="stand-in-2", own=dict.fromkeys(Label, 0.1))

    return says


def test_it_scores_everything_and_says_what_changed() -> None:
    out, err = rescore()
    assert "5 scored, 0 passed over, 0 failed." in out
    assert "5 would be held or removed now that were not; 0 would not any more." in out
    assert "Scored again: 100 %" in err
    assert Classification.objects.filter(model="stand-in-2").count() == 5


def test_ctrl_c_finishes_the_chunk_in_hand_and_the_same_command_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patched:
        use(patched, Newer(says=interrupting_once()))
        with pytest.raises(CommandError, match=r"Stopped. 2 scored") as stopped:
            rescore()
    assert stopped.value.returncode == 130
    assert Rescoring.objects.get().state == RescoringState.STOPPED
    out, _err = rescore()
    assert "5 scored" in out
    assert Rescoring.objects.count() == 1
    assert Classification.objects.filter(model="stand-in-2").count() == 5


def test_it_waits_for_readers_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    make_comment("A reader waits.", author=make_regular())
    monkeypatch.setattr("time.sleep", lambda _seconds: ScreeningJob.objects.all().delete())
    out, err = rescore()
    assert "Paused: readers' comments go first" in err
    assert "6 scored" in out


def test_without_a_model_it_ends_in_words_and_goes_on_another_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patched:
        use(patched, Newer(says=lambda _text: Scores(model="x", unscored=Unscored.FAILED)))
        with pytest.raises(CommandError, match=r"The model cannot be asked. 0 scored"):
            rescore()
    assert "5 scored" in rescore()[0]


def test_a_run_over_the_same_period_is_joined() -> None:
    today = PeriodForm(dict.fromkeys(("posted_from", "posted_to"), timezone.localdate()))
    assert today.is_valid()
    run = rescoring.start(period=today.period(), by=None)
    rescore()
    run.refresh_from_db()
    assert (run.state, run.done) == (RescoringState.DONE, 5)
    assert Rescoring.objects.count() == 1


def test_while_one_over_another_period_is_under_way_it_is_refused_in_words() -> None:
    long_ago = timezone.now() - timedelta(days=10)
    period = rescoring.Period(long_ago, timezone.now() + timedelta(days=1))
    rescoring.start(period=period, by=None)
    with pytest.raises(CommandError, match=r"One run at a time: \d{4}-\d\d-\d\d to"):
        rescore()
    assert not Classification.objects.filter(model="stand-in-2").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"posted_from": "soon"}, "--from: Write the day as year, month and day"),
        ({"posted_to": "2000-01-01"}, "--to: The last day is before the first one."),
        ({"section": "nowhere"}, "--section: There is no such section."),
        ({"posted_from": "2001-01-01", "posted_to": "2001-01-01"}, "No comment was posted"),
    ],
)
def test_what_cannot_be_is_refused_in_words(options: dict[str, str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        rescore(**options)


def test_a_section_narrows_it() -> None:
    war = make_article(section=Section.objects.create(name="War", slug="war"))
    make_comment(article=war, author=make_regular())
    screen_all()
    assert "1 scored" in rescore(section="war")[0]
