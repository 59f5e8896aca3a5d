"""What following and hints hold of a person: what they may download, and how it goes."""

from collections.abc import Iterator, Mapping

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from comments.erasing import authors_of
from comments.models import Author, Follow, HintGiven
from privacy.registry import Eraser, Person, Room, Row, Share, addresses_of, register


def _theirs(person: Person) -> QuerySet[Follow]:
    keys = Author.objects.filter(pk__in=authors_of(person), user=None).values("key")
    mine = Q(email__in=addresses_of(person)) | Q(guest_key__in=keys)
    if person.user_id is not None:
        mine |= Q(user=person.user_id)
    return Follow.objects.filter(mine)


def _follows(person: Person) -> Iterator[Row]:
    for follow in _theirs(person).select_related("article").order_by("id"):
        yield {
            "article": follow.article.title,
            "one_thread": follow.thread_id is not None,
            "email": follow.email,
            "asked_at": follow.created_at,
            "confirmed_at": follow.confirmed_at,
        }


def _hints(person: Person) -> Iterator[Row]:
    found = HintGiven.objects.filter(comment__author__in=authors_of(person))
    for hint in found.select_related("comment").order_by("id").iterator():
        yield {
            "comment": str(hint.comment.public_id) if hint.comment else None,
            "told_at": hint.given_at,
            "told_about": hint.labels,
            "you_changed_it": hint.is_changed,
        }


def _erase(person: Person, stays: bool) -> Mapping[str, int]:
    hints = HintGiven.objects.filter(comment__author__in=authors_of(person))
    return {"follows": _theirs(person).delete()[0], "hints": hints.delete()[0]}


_OF_FOLLOWS = {
    "asked_at": _("Asked for"),
    "confirmed_at": _("Confirmed"),
    "one_thread": _("One thread alone"),
}
_OF_HINTS = {
    "told_about": _("What about"),
    "told_at": _("When"),
    "you_changed_it": _("You changed it"),
}
_LABELS = {
    "toxicity": _("toxicity"),
    "severe_toxicity": _("severe toxicity"),
    "insult": _("insult"),
    "threat": _("threat"),
    "identity_attack": _("identity attack"),
    "profanity": _("profanity"),
    "sexually_explicit": _("sexually explicit"),
    "spam": _("spam"),
}

register(
    Room(
        name="comments.writing",
        personal={
            "comments.Follow": ("email", "guest_key"),
            "comments.HintGiven": ("submission_key", "digest"),
        },
        impersonal={"comments.HintGiven": {"labels": "words of the program"}},
        shares=(
            Share("follows", _("What you follow"), _follows, called=_OF_FOLLOWS),
            Share(
                "hints",
                _("What you were told before you posted"),
                _hints,
                called=_OF_HINTS,
                words={"told_about": _LABELS},
            ),
        ),
        erasers=(Eraser(step=15, erase=_erase),),
    )
)
