"""Facts of comments that were screened before facts were stored."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from classifier.base import Label
from comments.models import Comment
from moderation.decisions import database_now, decide
from moderation.models import Action, CommentFacts, Fingerprint
from moderation.rulebook import older_facts
from moderation.rulebook.older_facts import store_older
from moderation.rules.catalogue import PLACE, WINDOWS
from tests.desk_data import person, publish_plain_rules
from tests.make import StandIn, make_comment, make_regular, screen_all
from tests.trial_data import decided_past

pytestmark = pytest.mark.django_db

# Counted by what was decided later, too, or left out: see the module.
APPROXIMATED = {"author.published", "author.removed_share"}


@pytest.fixture(autouse=True)
def _plain_rules() -> None:
    publish_plain_rules()


def stored() -> dict[int, CommentFacts]:
    return {facts.revision_id: facts for facts in CommentFacts.objects.all()}


def test_what_can_be_known_is_as_screening_had_it(capsys: pytest.CaptureFixture[str]) -> None:
    author = make_regular(published_count=0)
    texts = ("Only a fool would say that.", "SEE https://a.example and see", "Only a fool says it.")
    for text in texts:
        make_comment(text, author=author)
    screen_all(StandIn({"fool": {Label.INSULT: 0.6, Label.TOXICITY: 0.55}}))
    before = stored()
    CommentFacts.objects.all().delete()
    call_command("store_facts")
    after = stored()
    assert after.keys() == before.keys()
    same = [place for key, place in PLACE.items() if key not in APPROXIMATED]
    for revision_id, facts in after.items():
        was = before[revision_id]
        assert [facts.numbers[n] for n in same] == [was.numbers[n] for n in same]
        for field in ("written_at", "language", "unscored", "hosts", "folded", "section_id"):
            assert getattr(facts, field) == getattr(was, field)
    assert "3 of 3" in capsys.readouterr().out


def test_the_author_is_known_by_the_comments_before() -> None:
    author = make_regular(published_count=0)
    first, second, third = (
        make_comment(f"The ferry is late, number {n}.", author=author) for n in range(3)
    )
    screen_all()
    Comment.objects.filter(pk=first.pk).update(status="published")
    Comment.objects.filter(pk=second.pk).update(status="removed")
    CommentFacts.objects.all().delete()
    while store_older() is not None:
        pass
    facts = stored()
    published, share = PLACE["author.published"], PLACE["author.removed_share"]
    assert facts[first.current_revision_id].numbers[published] == 0
    assert facts[first.current_revision_id].numbers[share] == -1  # nothing was decided
    assert facts[third.current_revision_id].numbers[published] == 1
    assert facts[third.current_revision_id].numbers[share] == 0.5


def test_it_goes_on_where_it_was_stopped_and_what_is_stored_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(older_facts, "AT_A_TIME", 2)
    decided_past(approved=5)
    long_ago = timezone.now() - timedelta(days=900)
    newest = CommentFacts.objects.order_by("-revision")[0]
    CommentFacts.objects.exclude(pk=newest.pk).delete()
    CommentFacts.objects.update(written_at=long_ago)
    step = store_older()
    assert step is not None
    assert (step.number, CommentFacts.objects.count()) == (2, 3)
    call_command("store_facts", verbosity=0)
    assert CommentFacts.objects.count() == 5
    assert CommentFacts.objects.get(pk=newest.pk).written_at == long_ago


def test_a_comment_that_was_never_scored_has_none() -> None:
    make_comment()
    assert store_older() is None


def test_facts_that_were_invented_later_are_added_and_agree_with_those_of_before() -> None:
    author, person_ = make_regular(published_count=0), person()
    first = make_comment("The ferry is late again today, as it was yesterday.", author=author)
    screen_all()
    first.refresh_from_db()
    decide(
        comment=first,
        action=Action.APPROVE,
        actor=person_,
        seen_version=first.version,
        at=database_now(),
    )
    again = make_comment("The ferry is late again today, as it was yesterday.", author=author)
    screen_all()
    ids = [first.current_revision_id, again.current_revision_id]
    whole = {pk: stored()[pk].numbers for pk in ids}
    known = PLACE["repeats.own_5"]  # the first of those that came later
    for facts in CommentFacts.objects.all():
        facts.numbers = facts.numbers[:known]
        facts.save()
    call_command("store_facts", verbosity=0)
    assert {pk: stored()[pk].numbers for pk in ids} == whole
    assert [whole[again.current_revision_id][PLACE[f"repeats.own_{n}"]] for n in WINDOWS] == [1] * 7
    assert whole[again.current_revision_id][PLACE["author.approved"]] == 1

    # The text before it is gone by now: what was counted within an hour says what ten knew.
    facts = stored()[again.current_revision_id]
    facts.numbers = facts.numbers[:known]
    facts.numbers[PLACE["repeats.own_60"]] = facts.numbers[PLACE["repeats.own_1440"]] = 3
    facts.save()
    Fingerprint.objects.all().delete()
    call_command("store_facts", verbosity=0)
    numbers = stored()[again.current_revision_id].numbers
    found = [numbers[PLACE[f"repeats.own_{minutes}"]] for minutes in WINDOWS]
    assert found == [0, 1, 1, 3, 3, 3, 3]
