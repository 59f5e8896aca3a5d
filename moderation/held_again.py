"""Restrictions that hold again, because what had ended them was undone.

Whoever undoes an approval or a lifting brings back what was restricted before: that is stated anew.
So three statements follow each other, and each says of the others what became of it.
"""

from collections.abc import Collection, Mapping

from django.db.models import F

from moderation.models import Action, Statement
from moderation.models.statement import RESTRICTIONS


def held_again(endings: Collection[Statement]) -> Mapping[int, Statement]:
    """Return what came again when these endings were undone: ending -> its statement.

    Two queries: one for comments, one for mutes and bans.
    """
    restricting = Statement.objects.filter(kind__in=RESTRICTIONS)
    of_comments = restricting.filter(
        decision__supersedes__statement__in=endings, decision__action=Action.UNDO
    ).annotate(undone=F("decision__supersedes__statement"))
    of_authors = restricting.filter(act__undoes__statement__in=endings).annotate(
        undone=F("act__undoes__statement")
    )
    return {one.undone: one for one in (*of_comments, *of_authors)}  # type: ignore[attr-defined]


def last_word_on(ending: Statement) -> tuple[Statement | None, Statement | None]:
    """Return what came again when this ending was undone, and the ending of that in turn, if any.

    However often it went to and fro: the last of each. Three queries for each time.
    """
    again, over = held_again([ending]).get(ending.pk), None
    while again is not None:
        over = again.ends.order_by("id").first()
        later = held_again([over]).get(over.pk) if over is not None else None
        if later is None:
            break
        again = later
    return again, over


def undone_by(again: Statement) -> Statement | None:
    """Return the ending that was undone, where this is what came again. One query at most.

    Load decision and act with the statement.
    """
    if not again.restricts:
        return None
    decision, act = again.decision, again.act
    if decision is not None and decision.action == Action.UNDO:
        ending = Statement.objects.filter(decision=decision.supersedes_id)
    elif act is not None and act.undoes_id is not None:
        ending = Statement.objects.filter(act=act.undoes_id)
    else:
        return None
    return ending.filter(about__isnull=False).select_related("about").first()
