"""A reader as the pages know them: by a key, whether they are signed in or a guest.

``user:7`` for somebody signed in, ``guest:`` and the key of the signed cookie for a guest. Visits,
mutes and disagreements are kept under it.
"""

import uuid
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from accounts.models import User
from comments.models import Article, Disagreement, Mute, Visit
from comments.submission import Writer

# A visit to a discussion is over when nobody looked for so long.
VISIT_ENDS_AFTER = timedelta(minutes=30)
VISITS_KEPT = timedelta(days=180)


def key_of_user(user: User) -> str:
    """Return the key of somebody signed in."""
    return f"user:{user.pk}"


def key_of_guest(key: uuid.UUID) -> str:
    """Return the key of a guest."""
    return f"guest:{key.hex}"


def reader_key(*, writer: Writer) -> str:
    """Return the key of whoever is at the keyboard; empty for a guest without a cookie."""
    if writer.user is not None:
        return key_of_user(writer.user)
    return key_of_guest(writer.guest_key) if writer.guest_key is not None else ""


@transaction.atomic
def adopt(*, guest: uuid.UUID, user: User) -> None:
    """Give what a guest kept to the account that turned out to be theirs."""
    old, new = key_of_guest(guest), key_of_user(user)
    for model, beside in ((Mute, "muted_id"), (Disagreement, "comment_id"), (Visit, "article_id")):
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                f"""
                UPDATE {table} SET reader_key = %s WHERE reader_key = %s AND {beside} NOT IN (
                    SELECT {beside} FROM {table} WHERE reader_key = %s
                )
                """,  # noqa: S608, names of models
                [new, old, new],
            )
    forget(key=old)
    forget_own(user=user)


@transaction.atomic
def forget(*, key: str) -> int:
    """Delete everything that is kept under a reader's key; returns how many rows."""
    return (
        Mute.objects.filter(reader_key=key).delete()[0]
        + _take_back(Disagreement.objects.filter(reader_key=key))
        + Visit.objects.filter(reader_key=key).delete()[0]
    )


@transaction.atomic
def forget_own(*, user: User) -> None:
    """Let nobody mute themselves, or disagree with themselves, who joined what they did as two."""
    key = key_of_user(user)
    they = Q(muted__user=user) | Q(muted__joined_to__user=user, muted__comments=None)
    Mute.objects.filter(they, reader_key=key).delete()
    _take_back(Disagreement.objects.filter(reader_key=key, comment__author__user=user))


def _take_back(said: QuerySet[Disagreement]) -> int:
    """Delete disagreements, and show the discussions anew in which they may be counted."""
    articles = list(said.values_list("comment__article", flat=True).distinct())
    gone: int = said.delete()[0]
    Article.objects.filter(pk__in=articles).update(discussion_version=F("discussion_version") + 1)
    return gone
