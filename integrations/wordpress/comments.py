"""The comments under an imported item: who answers whom, who wrote them, and where they stand.

Each is stored as SUBMITTED and then decided in the same transaction through
``moderation.decisions.decide_all``, with the export as the one who decided: an imported comment
has a history from its first day. A screening job is stored with it, so that it is scored like any
other; screening never changes what is decided.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from comments.models import Article, Author, Comment, CommentRevision, Status
from integrations.wordpress.authors import Who, authors_of, date_back, who_wrote
from integrations.wordpress.dates import first_date
from integrations.wordpress.keys import comment_key, comment_keys
from integrations.wordpress.plain_text import plain_text
from integrations.wordpress.reading import Commented, Item
from integrations.wordpress.tally import Tally
from integrations.wordpress.threads import parents_first
from moderation.decisions import LEADS_TO, Proposal, database_now, decide_all
from moderation.models import Action, MadeBy, Policy, Priority, Queue, ScreeningJob
from moderation.review_items import Opening
from moderation.wakeup import wake_screening

BATCH = 500  # comments in one transaction
NOT_COMMENTS = frozenset({"pingback", "trackback"})

_APPROVED = frozenset({"1", "approve", "approved"})
_NOBODY = frozenset({"", "0"})  # the parent of a comment that answers none
_TRASHED = frozenset({"trash", "post-trashed"})


@dataclass(frozen=True, slots=True)
class Arrival:
    """A comment about to be stored."""

    key: str
    parent_key: str | None
    who: Who
    body: str
    at: datetime
    approved: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stored comment stands in its thread."""

    pk: int
    root_pk: int
    depth: int


def import_comments(*, item: Item, article: Article, site: str, tally: Tally) -> None:
    """Store the comments of an item that are not here yet, and decide them as the export says."""
    places = {
        key: Place(pk, root or pk, depth)
        for key, pk, root, depth in Comment.objects.filter(
            article=article, imported_from__isnull=False
        ).values_list("imported_from", "pk", "root_id", "depth")
        if key is not None
    }
    arrivals = []
    for arrival in _arrivals(item, article, site, places, tally):
        if arrival.key in places:
            tally.already_here[_("comments")] += 1
        else:
            arrivals.append(arrival)
    for start in range(0, len(arrivals), BATCH):
        _store(arrivals[start : start + BATCH], article, places, tally)


def _arrivals(
    item: Item, article: Article, site: str, places: dict[str, Place], tally: Tally
) -> Iterator[Arrival]:
    """Yield the comments of an item, every one after the one that it answers."""
    kept = list(_kept(item, article, tally))
    positions: dict[str, int] = {}
    for position, (_key, comment, _body) in enumerate(kept):
        positions.setdefault(comment.number, position)
    at = [
        first_date(comment.date_gmt, comment.date) or article.published_at or database_now()
        for _key, comment, _body in kept
    ]
    order = parents_first(
        parents=[
            None if c.parent in _NOBODY else positions.get(c.parent) for _key, c, _body in kept
        ],
        wanted=sorted(range(len(kept)), key=lambda position: (at[position], position)),
    )
    if order.cycles:
        tally.noted[_("circles of comments that answer each other: one begins the thread")] += (
            order.cycles
        )
    for position in order.places:
        key, comment, body = kept[position]
        parent = order.parents[position]
        parent_key = kept[parent][0] if parent is not None else None
        if parent_key is None and comment.parent not in _NOBODY:
            # It may have come with an export of another day.
            earlier = comment_key(article=str(article.imported_from), number=comment.parent)
            parent_key = earlier if earlier in places else None
            if parent_key is None and key not in places and comment.parent not in positions:
                tally.noted[_("answers to comments that are not there: they begin a thread")] += 1
        yield Arrival(
            key=key,
            parent_key=parent_key,
            who=who_wrote(comment, site=site),
            body=body,
            at=at[position],
            approved=comment.approved.lower(),
        )


def _kept(item: Item, article: Article, tally: Tally) -> Iterator[tuple[str, Commented, str]]:
    """Yield (key, comment, plain text) of what people wrote; count what is left out."""
    keys = comment_keys(article=str(article.imported_from), comments=item.comments)
    seen: set[str] = set()
    for key, comment in zip(keys, item.comments, strict=True):
        body = plain_text(comment.content)
        if comment.kind in NOT_COMMENTS:
            tally.left_out[_("pingbacks and trackbacks (other sites' links, not comments)")] += 1
        elif key in seen:
            tally.left_out[_("comments that the file has twice")] += 1
        elif not body:
            tally.left_out[_("comments without a word in them")] += 1
        else:
            seen.add(key)
            yield key, comment, body


@transaction.atomic
def _store(
    arrivals: Sequence[Arrival], article: Article, places: dict[str, Place], tally: Tally
) -> None:
    wrote = [(arrival.who, arrival.at) for arrival in arrivals]
    authors = authors_of(wrote, tally=tally)
    arrivals = _of_nobody_erased(arrivals, authors, tally)
    now = database_now()
    comments, revisions = [], []
    ids, revision_ids = (_ids(kind, arrivals) for kind in ("comment", "commentrevision"))
    for arrival, pk, revision_pk in zip(arrivals, ids, revision_ids, strict=True):
        parent = places.get(arrival.parent_key) if arrival.parent_key else None
        places[arrival.key] = Place(
            pk, parent.root_pk if parent else pk, parent.depth + 1 if parent else 0
        )
        comments.append(
            Comment(
                pk=pk,
                article=article,
                parent_id=parent.pk if parent else None,
                root_id=parent.root_pk if parent else None,
                depth=places[arrival.key].depth,
                author=authors[arrival.who.key],
                author_name=arrival.who.name,
                author_email=arrival.who.email,
                author_website=arrival.who.website,
                address_hash=arrival.who.hashes.current,
                network_hash=arrival.who.hashes.network,
                current_revision_id=revision_pk,
                submitted_at=arrival.at,
                status_changed_at=now,
                imported_from=arrival.key,
            )
        )
        revisions.append(
            CommentRevision(pk=revision_pk, comment_id=pk, body=arrival.body, created_at=arrival.at)
        )
    Comment.objects.bulk_create(comments)
    CommentRevision.objects.bulk_create(revisions)
    ScreeningJob.objects.bulk_create(
        ScreeningJob(revision=revision, priority=Priority.BACKLOG) for revision in revisions
    )
    _decide(arrivals, comments, now, tally)
    date_back(authors, wrote)
    transaction.on_commit(wake_screening, robust=True)


def _of_nobody_erased(
    arrivals: Sequence[Arrival], authors: Mapping[str, Author], tally: Tally
) -> list[Arrival]:
    """Leave out what somebody wrote who had themselves erased here; nothing of them comes back."""
    kept = [one for one in arrivals if authors[one.who.key].erased_at is None]
    if len(kept) < len(arrivals):
        left_out = len(arrivals) - len(kept)
        tally.left_out[_("comments of readers who had themselves erased")] += left_out
    return kept


def _ids(kind: str, rows: Sequence[object]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(%s::regclass) FROM generate_series(1, %s)",
            [f"comments_{kind}_id_seq", len(rows)],
        )
        return [number for (number,) in cursor.fetchall()]


def _decide(
    arrivals: Sequence[Arrival], comments: Sequence[Comment], now: datetime, tally: Tally
) -> None:
    spam = Policy.objects.filter(slug="spam").values_list("pk", flat=True).first()
    proposals = []
    for arrival, comment in zip(arrivals, comments, strict=True):
        action, reason, counted = _outcome(arrival.approved)
        tally.came_in[counted] += 1
        proposals.append(
            Proposal(
                comment_id=comment.pk,
                revision_id=comment.current_revision_id,
                seen=Status.SUBMITTED,
                seen_version=1,
                action=action,
                to_status=LEADS_TO[action],
                made_by=MadeBy.IMPORT,
                policy_id=spam if arrival.approved == "spam" else None,
                reason=reason,
                opens=(
                    Opening(queue=Queue.WAITING, reason=reason) if action == Action.HOLD else None
                ),
            )
        )
    decide_all(proposals, at=now)


def _outcome(approved: str) -> tuple[Action, str, str]:
    """Return what the export's status means here, the reason, and what is counted."""
    if approved in _APPROVED:
        return Action.APPROVE, _("Approved in WordPress"), _("comments, published")
    if approved == "spam":
        return Action.REMOVE, _("Spam in WordPress"), _("comments, removed as spam")
    if approved in _TRASHED:
        return (
            Action.REMOVE,
            _("In the trash of WordPress"),
            _("comments, removed (from the trash)"),
        )
    return Action.HOLD, _("Pending in WordPress"), _("comments, waiting for a moderator")
