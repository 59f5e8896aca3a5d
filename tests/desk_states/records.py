"""What was decided, authors, search, and what is decided in bulk."""

from django.db.models import QuerySet
from django.urls import reverse

from comments.models import Comment
from comments.picks import pick
from moderation.batch_steps import take_chunk
from moderation.batches import start_batch, stop, undo_batch
from moderation.decisions import database_now, decide, undo
from moderation.models import (
    Action,
    Batch,
    Policy,
    SavedFilter,
)
from tests.desk_data import held_item, open_item_of
from tests.desk_states.queue import marked_item
from tests.desk_states.stage import Stage, post, state
from tests.make import make_comment, make_published


@state("decided")
def what_was_decided(stage: Stage) -> None:
    stage.decided(held_item(), Action.REMOVE)
    stage.decided(held_item(), Action.APPROVE, note="Satire, and marked as such.")
    stage.go(reverse("moderation:decided"))


@state("comment")
def the_history_of_a_comment(stage: Stage) -> None:
    item = marked_item()
    stage.decided(item, Action.FLAG, note="Is this an insult?")
    again = open_item_of(item.comment)
    removed = stage.decided(again, Action.REMOVE, by=stage.user)
    undo(decision=removed, actor=stage.user, at=database_now())
    stage.go(reverse("moderation:comment", args=[item.comment.public_id]))


@state("comment")
def a_comment_that_the_editors_recommend(stage: Stage) -> None:
    comment = make_published("The ferry has been late since spring.")
    pick(comment=comment, by=stage.colleague, at=database_now())
    stage.go(reverse("moderation:comment", args=[comment.public_id]))
    stage.shows("text=Take the pick back")


@state("pick_comment")
def a_pick_that_came_too_late(stage: Stage) -> None:
    comment = make_published("Only a fool takes the ferry.")
    stage.go(reverse("moderation:comment", args=[comment.public_id]))
    decide(
        comment=comment,
        action=Action.REMOVE,
        policy=Policy.objects.get(slug="insults"),
        actor=stage.colleague,
        seen_version=comment.version,
        at=database_now(),
    )
    post(stage, reverse("moderation:pick_comment", args=[comment.public_id]))
    stage.shows(".pick [role=alert]")


@state("undo_decision")
def too_late_to_undo(stage: Stage) -> None:
    item = held_item()
    first = stage.decided(item, Action.APPROVE)
    stage.go(reverse("moderation:comment", args=[item.comment.public_id]))
    undo(decision=first, actor=stage.colleague, at=database_now())
    post(stage, reverse("moderation:undo_decision", args=[first.public_id]))
    stage.shows("text=Not taken back")


@state("author")
def an_author(stage: Stage) -> None:
    item = held_item()
    stage.decided(item, Action.REMOVE)
    make_comment("The evening one too.", author=item.comment.author)
    stage.go(reverse("moderation:author", args=[item.comment.author.key]))


@state("search")
def search_before_anything_is_asked(stage: Stage) -> None:
    stage.go(reverse("moderation:search"))


@state("search")
def search_finds_something(stage: Stage) -> None:
    stage.decided(held_item("Only a fool, and found."), Action.REMOVE)
    stage.go(f"{reverse('moderation:search')}?words=fool")


@state("search")
def search_finds_nothing(stage: Stage) -> None:
    stage.go(f"{reverse('moderation:search')}?words=xylophone")


@state("saved_filters")
def saved_filters(stage: Stage) -> None:
    SavedFilter.objects.create(owner=stage.user, name="Late ones", is_shared=True)
    stage.go(reverse("moderation:saved_filters"))


@state("batches")
def batches(stage: Stage) -> None:
    _batch(stage)
    stage.go(reverse("moderation:batches"))


@state("start_batch")
def a_batch_is_confirmed(stage: Stage) -> None:
    items = [held_item(f"Only a fool, {n}.") for n in range(3)]
    stage.go(reverse("moderation:batches"))
    chosen = {"comment": [str(item.comment.public_id) for item in items], "action": ["remove"]}
    post(stage, reverse("moderation:start_batch"), chosen)
    stage.shows("main form")


@state("batch")
def a_batch_is_running(stage: Stage) -> None:
    stage.go(_address(_batch(stage)))


@state("batch")
def a_batch_was_stopped(stage: Stage) -> None:
    batch = _batch(stage)
    stop(batch)
    stage.go(_address(batch))


@state("batch")
def a_batch_is_done(stage: Stage) -> None:
    batch = _batch(stage, taken=2)
    _work()
    stage.go(_address(batch))


@state("batch")
def a_batch_was_taken_back(stage: Stage) -> None:
    batch = _batch(stage)
    _work()
    undo_batch(batch, by=stage.user)
    _work()
    stage.go(_address(batch))


def _batch(stage: Stage, *, taken: int = 0) -> Batch:
    """A batch of five removals; some of the comments a colleague was quicker to decide."""
    items = [held_item(f"Only a fool, {n}.") for n in range(5)]
    comments: QuerySet[Comment] = Comment.objects.filter(pk__in=[i.comment_id for i in items])
    batch = start_batch(
        by=stage.user,
        action=Action.REMOVE,
        policy=Policy.objects.get(slug="insults"),
        comments=comments,
        criterion={"kind": "comments"},
    )
    for item in items[:taken]:
        stage.decided(item, Action.APPROVE)
    return batch


def _work() -> None:
    while take_chunk():
        pass


def _address(batch: Batch) -> str:
    return reverse("moderation:batch", args=[batch.public_id])
