"""What people decided text by text, and nobody took back: the measure of models and rules."""

from django.db.models import Exists, OuterRef, QuerySet

from moderation.models import Action, Decision, MadeBy


def settled_decisions() -> QuerySet[Decision]:
    """Return the decisions that count, newest first.

    What was decided in bulk was not read text by text, and by score it is the model's own word:
    neither may the model learn from that, nor does it show how right a rule is.
    """
    later = Decision.objects.filter(
        comment=OuterRef("comment"), version__gt=OuterRef("version"), revision=OuterRef("revision")
    )
    return (
        Decision.objects.filter(
            ~Exists(later),
            made_by=MadeBy.MODERATOR,
            action__in=(Action.APPROVE, Action.REMOVE),
            batch=None,
        )
        .select_related(None)
        .order_by("-id")
    )
