"""A batch and its undoing while people decide the same comments by hand."""

import random
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from comments.models import Comment
from moderation.batch_steps import take_chunk
from moderation.batches import start_batch, undo_batch
from moderation.models import Action, BatchComment, BatchState, Outcome
from tests.races import WORDS, Newsroom, drift

HEAD_START_S = 0.25  # at most, for the people: by then they have decided about a third


class BatchRace:
    """One batch over some comments; ``there`` runs it, ``back`` takes it back."""

    def __init__(self, room: Newsroom, comments: Sequence[Comment], *, seed: int) -> None:
        self.room, self.chance = room, random.Random(seed)
        self.batch = start_batch(
            by=room.ingrid,
            action=Action.REMOVE,
            policy=room.policy,
            comments=Comment.objects.filter(pk__in=[c.pk for c in comments]),
            criterion={},
        )

    def there(self) -> list[str]:
        """Two workers remove, two people approve; returns what is not as it must be."""
        return self._run(won=Outcome.DECIDED, lost=Outcome.SKIPPED, word=Action.REMOVE)

    def back(self) -> list[str]:
        """Two workers take the removals back, two people approve what was removed."""
        undo_batch(self.batch, by=self.room.ingrid)
        return self._run(won=Outcome.UNDONE, lost=Outcome.KEPT, word=Action.UNDO)

    def by_hand(self) -> int:
        """How many comments people were quicker to decide, so far."""
        return self.members().filter(outcome__in=(Outcome.SKIPPED, Outcome.KEPT)).count()

    def members(self):  # type: ignore[no-untyped-def]
        return BatchComment.objects.filter(batch=self.batch).select_related("decision__actor")

    def _run(self, *, won: Outcome, lost: Outcome, word: Action) -> list[str]:
        open_to_both = Outcome.LEFT if won == Outcome.DECIDED else Outcome.DECIDED
        ids = list(self.members().filter(outcome=open_to_both).values_list("comment_id", flat=True))
        comments = list(Comment.objects.filter(pk__in=ids))
        self.chance.shuffle(comments)
        half = len(comments) // 2
        hands = {self.room.anna: comments[:half], self.room.jonas: comments[half:]}
        told: dict[int, str | None] = {}
        go = threading.Event()

        def worker() -> None:
            go.wait(self.chance.random() * HEAD_START_S)
            while take_chunk():
                pass

        def by_hand(who):  # type: ignore[no-untyped-def]
            sides = [(c.pk, self.room.decides(who, Action.APPROVE, c)) for c in hands[who]]

            def decide() -> None:
                for pk, side in sides:
                    told[pk] = side.press()

            return decide

        together(worker, worker, *(by_hand(who) for who in hands))
        self.batch.refresh_from_db()
        names = {who.pk: who.name for who in hands}
        return [*self._problems(told, ids, won, lost, word, names), *drift()]

    def _problems(
        self,
        told: dict[int, str | None],
        ids: list[int],
        won: Outcome,
        lost: Outcome,
        word: Action,
        hands: dict[int, str],
    ) -> list[str]:
        found = []
        for member in self.members().filter(comment_id__in=ids):
            said = told[member.comment_id]
            if said is None:  # the person won, and the batch knows who it was
                winner = member.decision.actor_id if member.decision else None
                if member.outcome != lost or winner not in hands:
                    found.append(f"won by hand, but {member.outcome}, decided by {winner}")
            else:
                must = (self.room.ingrid.name, WORDS[word])
                if member.outcome != won or any(part not in said for part in must):
                    found.append(f"lost to the batch, but {member.outcome}: {said!r}")
        done = BatchState.DONE if won == Outcome.DECIDED else BatchState.UNDONE
        if self.batch.state != done or self.batch.left:
            found.append(f"the batch is {self.batch.state}, {self.batch.left} left")
        return found


def together(*jobs: Callable[[], None]) -> None:
    """Run jobs in threads of their own, with connections of their own."""

    def alone(job: Callable[[], None]) -> None:
        try:
            job()
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=len(jobs)) as pool:
        for done in [pool.submit(alone, job) for job in jobs]:
            done.result()
