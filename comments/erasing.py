"""An author who had themselves erased: what becomes of their comments, their name, their reports.

Published comments stay as those of a "deleted reader", or go, as the site wishes. Everything that
is not published goes: nobody reads it any more. What goes leaves its place in the thread, so that
the replies keep standing.
"""

import uuid
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from django.db import connection, transaction
from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext

from comments import lifecycle
from comments.models import (
    Article,
    Author,
    Comment,
    CommentRevision,
    Publication,
    Report,
    Restriction,
    Status,
)
from comments.signals import comment_withdrawn
from comments.submission import Writer
from privacy.letting import erasing
from privacy.registry import Person

AT_A_TIME = 100  # comments in one transaction


def authors_of(person: Person) -> list[int]:
    """Return the ids of a person's authors: the one that asked, and whatever their account has.

    A guest of whom the account took over everything is one of them.
    """
    theirs = Q(pk=None)
    if person.author_id is not None:
        theirs |= Q(pk=person.author_id)
    if person.user_id is not None:
        theirs |= Q(user=person.user_id) | Q(joined_to__user=person.user_id, comments=None)
    return list(Author.objects.filter(theirs).order_by("id").values_list("id", flat=True))


def author_of_writer(writer: Writer) -> int | None:
    """Return the id of the author that a writer already is."""
    author = writer.author()
    return author.pk if author else None


def reporter_keys_of(person: Person) -> list[str]:
    """Return the keys under which a person reports; what was sent by address is nobody's."""
    keys = Author.objects.filter(pk__in=authors_of(person)).values_list("key", flat=True)
    guests = [f"guest:{key.hex}" for key in keys]
    return [f"user:{person.user_id}", *guests] if person.user_id is not None else guests


def erased_name() -> str:
    """Return what stands in the place of the name, in the site's language."""
    return gettext("Deleted reader")


def erase_comments(person: Person, stays: bool) -> Mapping[str, int]:
    """Take the person out of their comments, some at a time."""
    counts: Counter[str] = Counter()
    for author_id in authors_of(person):
        after = 0
        while ids := _next(author_id, after):
            counts.update(_erase_some(ids, stays=stays))
            after = ids[-1]
    return counts


def erase_author(person: Person, stays: bool) -> Mapping[str, int]:
    """Empty the author's own row; the cookie that was theirs opens nothing any more."""
    authors = authors_of(person)
    reports = Report.objects.filter(reporter_key__in=reporter_keys_of(person))
    erased = Concat(Value("erased:"), Cast("id", CharField()))
    counts = {"reports": reports.update(words="", reporter_key=erased)}
    with erasing():
        # What still holds new names from an address is the hash alone, under its key.
        Restriction.objects.filter(author__in=authors).filter(
            Q(lifted_at__isnull=False) | Q(names_held_until=None)
        ).exclude(addresses=[]).update(addresses=[])
    # For update: whoever is storing a comment of theirs is done when this goes on.
    with transaction.atomic():
        for author in Author.objects.select_for_update().filter(pk__in=authors).order_by("id"):
            if author.erased_at is None:
                _empty(author)
                counts["authors"] = counts.get("authors", 0) + 1
    return counts


def erased_import_key(key: str) -> str:
    """Return what an import knows an erased author by: nobody can try addresses out on it."""
    digest = salted_hmac("comments.erased_author", key, algorithm="sha256").hexdigest()
    return f"erased:{digest}"


def _empty(author: Author) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        author.erased_at = cursor.fetchone()[0]
    author.key = uuid.uuid4()
    author.name, author.email, author.verified_email = erased_name(), "", ""
    if author.imported_from:
        author.imported_from = erased_import_key(author.imported_from)
    author.save()


def _next(author_id: int, after: int) -> list[int]:
    theirs = Comment.objects.filter(author=author_id, pk__gt=after).order_by("pk")
    return list(theirs.values_list("pk", flat=True)[:AT_A_TIME])


@transaction.atomic
def _erase_some(ids: Sequence[int], *, stays: bool) -> Mapping[str, int]:
    comments = list(
        Comment.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    )
    staying = {c.pk for c in comments if stays and c.status == Status.PUBLISHED}
    going = [comment for comment in comments if comment.pk not in staying]
    _take_out([comment for comment in going if comment.status != Status.REMOVED])
    gone = [comment.pk for comment in going]
    texts = CommentRevision.objects.filter(
        Q(comment__in=gone) | Q(comment__in=staying) & ~Q(pk=F("comment__current_revision"))
    ).exclude(body="")
    emptied = texts.update(body="")
    # A history shows no text that is not there any more.
    Publication.objects.filter(comment__in=ids, revision__body="").delete()
    Comment.objects.filter(pk__in=staying).update(edited_at=None)
    changed = _unname(ids)
    _empty_reports(gone, staying)
    _show_anew(changed & staying)
    return {"comments": len(changed), "texts": emptied}


def _take_out(comments: Sequence[Comment]) -> None:
    """Withdraw comments, as their author could have."""
    if not comments:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        at = cursor.fetchone()[0]
    steps = [
        lifecycle.Move(
            comment_id=comment.pk,
            seen=comment.status,
            seen_version=comment.version,
            to=Status.REMOVED,
            by_author=True,
        )
        for comment in comments
    ]
    lifecycle.move(steps, at=at)
    Comment.objects.filter(pk__in=[c.pk for c in comments]).update(withdrawn_at=at)
    for comment in comments:
        comment.refresh_from_db()
        comment_withdrawn.send(Comment, comment=comment)


def _unname(ids: Collection[int]) -> set[int]:
    """Empty what names the author; returns the comments that did."""
    name = erased_name()
    named = Comment.objects.filter(pk__in=ids).exclude(
        author_name=name, author_email="", author_website="", address_hash="", network_hash=""
    )
    changed = set(named.values_list("pk", flat=True))
    Comment.objects.filter(pk__in=changed).update(
        author_name=name,
        author_email="",
        author_website="",
        address_hash="",
        network_hash="",
        submission_key=None,
    )
    return changed


def _empty_reports(gone: Collection[int], staying: Collection[int]) -> None:
    """What others said of these comments is about the person; what waits for an answer stays."""
    about = Q(comment__in=gone) | Q(comment__in=staying, resolved_at__isnull=False)
    Report.objects.filter(about).exclude(words="").update(words="")


def _show_anew(ids: Collection[int]) -> None:
    """Let no cached page show the names that were."""
    articles = Article.objects.filter(comments__in=ids).order_by("id").distinct()
    locked = list(articles.values_list("id", flat=True))
    Article.objects.filter(pk__in=locked).update(discussion_version=F("discussion_version") + 1)
