"""What an author does to a comment: submit it, edit it, withdraw it, report another's."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import User
from comments import lifecycle
from comments.models import (
    Article,
    Author,
    Comment,
    CommentRevision,
    Report,
    Restriction,
    RestrictionKind,
    SiteSettings,
    Status,
)
from comments.restrictions import restrictions_of, strongest
from comments.signals import comment_reported, comment_submitted, comment_withdrawn

# For so long the same words of the same author in the same place are taken for the same comment.
SAME_WORDS_WITHIN = timedelta(minutes=10)
# So many of an author's latest comments are compared: enough for those minutes, and never slow.
_LATEST = 20


class SubmissionRefused(Exception):
    """The comment was not taken. Nothing was stored."""


class DiscussionClosed(SubmissionRefused):
    """The article takes no comments (any more)."""


class ParentGone(SubmissionRefused):
    """The comment that this answers cannot be read by the public any more."""


class NotTheAuthor(SubmissionRefused):
    """Somebody else wrote that comment, or sent something under that submission key."""


class AnotherText(SubmissionRefused):
    """Another text was stored under that submission key: a form that was sent, and used again."""


class AuthorBanned(SubmissionRefused):
    """The author may not write for now; ``restriction`` says until when, and why."""

    def __init__(self, restriction: Restriction) -> None:
        super().__init__(f"author {restriction.author_id} is banned")
        self.restriction = restriction


class EditWindowOver(SubmissionRefused):
    """The time in which its author could edit the comment is over, or there never was one."""


class ChangedMeanwhile(SubmissionRefused):
    """The comment was decided or edited since the author saw it."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Who is at the keyboard: a user, or a guest known by the key in their signed cookie.

    ``address``: an e-mail address, in lower case, that a guest showed to be theirs in this browser,
    with a link that was mailed to it. What guests wrote under it is theirs, too.
    """

    user: User | None = None
    guest_key: uuid.UUID | None = None
    address: str = ""

    def author(self) -> Author | None:
        """Return the author this writer already is, or None before a first comment."""
        if self.user is not None:
            return Author.objects.filter(user=self.user).first()
        if self.guest_key is not None:
            return Author.objects.filter(key=self.guest_key, user=None).first()
        return None

    def wrote(self, comment: Comment) -> bool:
        """Whether the comment is this writer's own. Load its author with it."""
        author = comment.author
        if self.user is not None:
            return author.user_id == self.user.pk
        if author.user_id is not None:
            return False
        typed = comment.author_email.lower()
        by_address = self.address != "" and self.address == author.email == typed
        return author.key == self.guest_key or by_address


@dataclass(frozen=True, slots=True)
class Draft:
    """What the form brought, already validated."""

    body: str
    name: str
    email: str = ""
    website: str = ""


@dataclass(frozen=True, slots=True)
class Submitted:
    """The stored comment, and whether this very call stored it (False for a retry).

    ``said_before``: the same words came in another form some minutes ago, and are there once.
    ``muted``: why a person will look at it before others read it, and until when that is so.
    """

    comment: Comment
    created: bool
    said_before: bool = False
    muted: Restriction | None = None


def guest_key_for(submission_key: uuid.UUID) -> uuid.UUID:
    """Return the key of a guest who has none yet.

    Made from the submission key, so that the second half of a double click, sent before the first
    answer brought its cookie, is the same guest and not a second one.
    """
    digest = salted_hmac("comments.guest", submission_key.hex, algorithm="sha256").digest()
    return uuid.UUID(bytes=digest[:16], version=4)


def submit_comment(
    *,
    article: Article,
    writer: Writer,
    draft: Draft,
    submission_key: uuid.UUID,
    parent: Comment | None = None,
    address_hash: str = "",
    network_hash: str = "",
    settings: SiteSettings | None = None,
) -> Submitted:
    """Store a comment as SUBMITTED with its first revision, once per submission key.

    Without scripts, Back brings the page again with another key and the text still in it: what an
    author sends to the letter a second time within ``SAME_WORDS_WITHIN``, under the same article
    and in answer to the same comment, is the comment that is there already, unless they have
    withdrawn it.

    One transaction; when it has committed, the comment is accepted. Raises DiscussionClosed,
    ParentGone, NotTheAuthor when somebody else used the submission key, AnotherText when the
    same writer did, for something else, or AuthorBanned.
    """
    settings = settings or SiteSettings.current()
    if not article.takes_comments(settings=settings, at=timezone.now()):
        raise DiscussionClosed
    if parent is not None and not _may_answer(parent, article, writer):
        raise ParentGone
    try:
        with transaction.atomic():
            hashes = (address_hash, network_hash)
            return _store(article, parent, writer, draft, submission_key, hashes)
    except IntegrityError:
        return Submitted(comment=_sent_before(submission_key, writer, draft), created=False)


def edit_comment(
    *,
    comment: Comment,
    writer: Writer,
    body: str,
    seen_version: int,
    settings: SiteSettings | None = None,
) -> CommentRevision:
    """Store a new revision and have it screened; until then the public does not read it.

    Raises NotTheAuthor, AuthorBanned, EditWindowOver, or ChangedMeanwhile when the comment is not
    as the author saw it (a removed comment cannot be edited).
    """
    _must_be_author(comment, writer)
    until = comment.editable_until(settings=settings or SiteSettings.current())
    with transaction.atomic():
        _may_write(comment.author)
        at = _take_back(comment, to=Status.SUBMITTED, seen_version=seen_version)
        if until is None or at > until:
            raise EditWindowOver
        number = comment.revisions.count() + 1
        revision = CommentRevision.objects.create(
            comment=comment, number=number, body=body, created_at=at
        )
        Comment.objects.filter(pk=comment.pk).update(current_revision=revision, edited_at=at)
        comment.refresh_from_db()
        comment_submitted.send(Comment, comment=comment, revision=revision)
    return revision


def withdraw_comment(*, comment: Comment, writer: Writer, seen_version: int) -> None:
    """Take a comment out at its author's wish. Raises NotTheAuthor or ChangedMeanwhile."""
    _must_be_author(comment, writer)
    with transaction.atomic():
        at = _take_back(comment, to=Status.REMOVED, seen_version=seen_version)
        Comment.objects.filter(pk=comment.pk).update(withdrawn_at=at)
        comment.refresh_from_db()
        comment_withdrawn.send(Comment, comment=comment)


def report_comment(
    *,
    comment: Comment,
    category: str,
    words: str,
    reporter_key: str,
    earlier_keys: Collection[str] = (),
) -> tuple[Report, bool]:
    """Store a report; the same reporter's second one is the first. Returns (report, created).

    ``earlier_keys`` are those that the same reporter had before (``comments.addresses``).
    """
    with transaction.atomic():
        # As it is now, and it stays so: what was decided meanwhile needs nobody any more.
        comment = Comment.objects.select_for_update(no_key=True).get(pk=comment.pk)
        if earlier_keys:
            before = comment.reports.filter(reporter_key__in=earlier_keys).first()
            if before is not None:
                return before, False
        report, created = Report.objects.get_or_create(
            comment=comment,
            reporter_key=reporter_key,
            defaults={"category": category, "words": words, "created_at": _ids_and_time()[2]},
        )
        if created:
            comment_reported.send(Comment, comment=comment, report=report)
    return report, created


def _may_answer(parent: Comment, article: Article, writer: Writer) -> bool:
    if parent.article_id != article.pk:
        return False
    if parent.status == Status.PUBLISHED:
        return True
    return writer.wrote(parent) and parent.status != Status.REMOVED


def _store(
    article: Article,
    parent: Comment | None,
    writer: Writer,
    draft: Draft,
    submission_key: uuid.UUID,
    hashes: tuple[str, str],
) -> Submitted:
    # Two at once with the same words: the second waits here, and then sees the first.
    turn = _number_of(writer, submission_key, article, parent, draft.body)
    comment_id, revision_id, now = _ids_and_time(turn=turn)
    author = writer.author()
    if author is not None:
        there = _same_words(author, article, parent, draft, since=now - SAME_WORDS_WITHIN)
        if there is not None:
            another_form = there.submission_key != submission_key
            return Submitted(comment=there, created=False, said_before=another_form)
    muted = _may_write(author, submission_key) if author is not None else None
    author = author or _new_author(writer, draft, submission_key)
    _keep_proof(author, writer, draft)
    # The revision is named before it exists: the foreign key is checked at commit.
    comment = Comment(
        pk=comment_id,
        article=article,
        parent=parent,
        root_id=parent.root_pk if parent else None,
        depth=parent.depth + 1 if parent else 0,
        author=author,
        author_name=draft.name,
        author_email=draft.email,
        author_website=draft.website,
        address_hash=hashes[0],
        network_hash=hashes[1],
        current_revision_id=revision_id,
        submission_key=submission_key,
        submitted_at=now,
        status_changed_at=now,
    )
    comment.save(force_insert=True)
    revision = CommentRevision(pk=revision_id, comment=comment, body=draft.body, created_at=now)
    revision.save(force_insert=True)
    comment.current_revision = revision
    comment_submitted.send(Comment, comment=comment, revision=revision)
    return Submitted(comment=comment, created=True, muted=muted)


def _may_write(author: Author, submission_key: uuid.UUID | None = None) -> Restriction | None:
    """Return the mute that holds for an author, if one does. Raises AuthorBanned.

    What was accepted before the ban and is sent again under its submission key is no new comment.
    """
    in_force = restrictions_of(author)
    ban = strongest(in_force, RestrictionKind.BAN)
    if ban is not None and not _is_accepted(submission_key):
        raise AuthorBanned(ban)
    return strongest(in_force, RestrictionKind.MUTE)


def _is_accepted(submission_key: uuid.UUID | None) -> bool:
    if submission_key is None:
        return False
    return Comment.objects.filter(submission_key=submission_key).exists()


def _ids_and_time(*, turn: int | None = None) -> tuple[int, int, datetime]:
    """Return fresh ids and the database's time; ``turn``: once no other transaction holds it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval('comments_comment_id_seq'), nextval('comments_commentrevision_id_seq'),"
            " clock_timestamp(), pg_advisory_xact_lock(%s::bigint)",
            [turn],
        )
        comment_id, revision_id, now, _ = cursor.fetchone()
        return comment_id, revision_id, now


def _number_of(
    writer: Writer, submission_key: uuid.UUID, article: Article, parent: Comment | None, body: str
) -> int:
    """Return the number of a lock that those alone share who send the same words to one place."""
    who = f"user {writer.user.pk}" if writer.user else writer.guest_key or submission_key
    what = f"{who} {article.pk} {parent and parent.pk} {body}"
    digest = blake2b(what.encode(), digest_size=8)
    return int.from_bytes(digest.digest(), signed=True)


def _same_words(
    author: Author, article: Article, parent: Comment | None, draft: Draft, *, since: datetime
) -> Comment | None:
    """Return the author's comment that says just this, here, and was sent after ``since``.

    A name or an address that was put right makes it another one.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT comment.id FROM (
                SELECT * FROM comments_comment WHERE author_id = %s ORDER BY id DESC LIMIT %s
            ) AS comment
            JOIN comments_commentrevision revision ON revision.id = comment.current_revision_id
            WHERE comment.article_id = %s AND comment.parent_id IS NOT DISTINCT FROM %s
                AND comment.submitted_at > %s AND comment.withdrawn_at IS NULL
                AND (author_name, author_email, author_website, body) = (%s, %s, %s, %s)
            ORDER BY comment.id DESC LIMIT 1
            """,
            [
                *(author.pk, _LATEST, article.pk, parent.pk if parent else None, since),
                *(draft.name, draft.email, draft.website, draft.body),
            ],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    return Comment.objects.select_related("author__user", "current_revision").get(pk=row[0])


def _new_author(writer: Writer, draft: Draft, submission_key: uuid.UUID) -> Author:
    key = writer.guest_key or guest_key_for(submission_key)
    if writer.user is not None:
        # Two first comments of one user at once: the second waits here and finds the first's row.
        return Author.objects.get_or_create(
            user=writer.user, defaults={"name": draft.name, "email": writer.user.email}
        )[0]
    return Author.objects.create(key=key, name=draft.name, email=draft.email.lower())


def _keep_proof(author: Author, writer: Writer, draft: Draft) -> None:
    """Remember that a guest writes under an address that this browser showed to be theirs."""
    typed = draft.email.lower()
    if writer.user is None and typed and writer.address == typed != author.verified_email:
        author.verified_email = typed
        author.save(update_fields=["verified_email"])


def _sent_before(submission_key: uuid.UUID, writer: Writer, draft: Draft) -> Comment:
    comment = (
        Comment.objects.select_related("author", "current_revision")
        .filter(submission_key=submission_key)
        .first()
    )
    if comment is None:
        # The other half of a double click made the guest, then failed or is not done: ask again.
        raise ChangedMeanwhile
    expected = writer.guest_key or guest_key_for(submission_key)
    same = (
        comment.author.user_id == writer.user.pk if writer.user else comment.author.key == expected
    )
    if not same:
        raise NotTheAuthor
    if comment.revisions.get(number=1).body != draft.body:
        raise AnotherText
    return comment


def _must_be_author(comment: Comment, writer: Writer) -> None:
    if not writer.wrote(comment):
        raise NotTheAuthor


def _take_back(comment: Comment, *, to: Status, seen_version: int) -> datetime:
    if to not in lifecycle.TRANSITIONS[comment.status] or comment.status == Status.REMOVED:
        raise ChangedMeanwhile
    at = _ids_and_time()[2]
    step = lifecycle.Move(
        comment_id=comment.pk,
        seen=comment.status,
        seen_version=seen_version,
        to=to,
        by_author=True,
    )
    if comment.pk not in lifecycle.move([step], at=at):
        raise ChangedMeanwhile
    return at
