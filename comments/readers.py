"""A reader as the pages know them: by a key, whether they are signed in or a guest.

``user:7`` for somebody signed in, ``guest:`` and the key of the signed cookie for a guest. Visits,
mutes and disagreements are kept under it.
"""

import uuid
from datetime import timedelta

from django.db import connection, transaction

from accounts.models import User
from comments.models import Disagreement, Mute, Visit
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


@transaction.atomic
def forget(*, key: str) -> int:
    """Delete everything that is kept under a reader's key; returns how many rows."""
    gone = [
        Mute.objects.filter(reader_key=key).delete(),
        Disagreement.objects.filter(reader_key=key).delete(),
        Visit.objects.filter(reader_key=key).delete(),
    ]
    return sum(rows for rows, _by_model in gone)
