"""Readers that a reader does not want to read. It is for oneself: nobody else sees or feels it."""

from collections.abc import Sequence

from django.utils import timezone

from comments.models import Author, Comment, Mute
from comments.submission import Writer


class NotOneself(Exception):
    """Somebody tried to mute themselves."""


def mute(*, comment: Comment, writer: Writer, reader_key: str) -> Mute:
    """Mute the author of a comment; a second time it is the first. Raises NotOneself."""
    if writer.wrote(comment):
        raise NotOneself
    return Mute.objects.get_or_create(
        reader_key=reader_key,
        muted=comment.author,
        defaults={"made_at": timezone.now()},
    )[0]


def unmute(*, author: Author, reader_key: str) -> bool:
    """Read somebody again; whether they were muted."""
    return bool(Mute.objects.filter(reader_key=reader_key, muted=author).delete()[0])


def unmute_by_id(*, mute_id: str, reader_key: str) -> bool:
    """The same, by the row of one's own list, as a form brings its number."""
    if not (mute_id.isascii() and mute_id.isdigit() and len(mute_id) < 19):
        return False
    return bool(Mute.objects.filter(reader_key=reader_key, pk=mute_id).delete()[0])


def mutes_of(*, reader_key: str) -> Sequence[Mute]:
    """Return whom a reader muted, the latest first."""
    if not reader_key:
        return []
    return list(Mute.objects.filter(reader_key=reader_key).select_related("muted"))


def is_muted(*, author: Author, reader_key: str) -> bool:
    """Whether a reader muted an author."""
    return Mute.objects.filter(reader_key=reader_key, muted=author).exists()


def keep_muted(*, guest: Author, author: Author) -> None:
    """Let a guest who is muted stay so as the author that they have become."""
    mutes = Mute.objects.filter(muted=guest).exclude(reader_key=f"user:{author.user_id}")
    Mute.objects.bulk_create(
        [Mute(reader_key=m.reader_key, muted=author, made_at=m.made_at) for m in mutes],
        ignore_conflicts=True,
    )
