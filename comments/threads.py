"""The reply tree as readers see it: which comments a page shows, in which order, how deep.

Three reads, whatever the size: which threads, how their comments hang together (ids alone), and
the text of those that are shown. A text is read in the same statement that checks that its comment
is published, so a decision in between takes it out and never lets it through. Trees are walked
with a stack of our own: ten thousand replies deep is a long list here, and no recursion.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from django.db import connection
from django.utils.translation import pgettext_lazy

from accounts.models import MODERATING
from comments.models import Comment, Pick, Status

THREADS_ON_PAGE = 50
REPLIES_IN_THREAD = 50  # shown under the article; the rest is one link away
COMMENTS_ON_THREAD_PAGE = 200
INDENTED_LEVELS = 3


class Sort(StrEnum):
    """Orders of the threads. Replies always read from the oldest to the newest."""

    NEWEST = "newest"
    OLDEST = "oldest"
    REPLIES = "replies"
    PICKS = "picks"  # no order but a choice: what the editors recommend, the latest first


SORT_NAMES = {
    Sort.NEWEST: pgettext_lazy("order of comments", "Newest"),
    Sort.OLDEST: pgettext_lazy("order of comments", "Oldest"),
    Sort.REPLIES: pgettext_lazy("order of comments", "Most replies"),
}
_ORDER_BY = {
    Sort.NEWEST: "root.submitted_at DESC, root.id DESC",
    Sort.OLDEST: "root.submitted_at, root.id",
    Sort.REPLIES: "published DESC, root.submitted_at DESC, root.id DESC",
}


class Text(NamedTuple):
    """What the public may read of a published comment."""

    id: int
    public_id: str
    author_name: str
    author_website: str
    submitted_at: datetime
    edited_at: datetime | None
    body: str
    author_id: int = 0
    public_at: datetime | None = None
    badge: str = ""
    is_picked: bool = False
    disagree: int = 0


class Badge(StrEnum):
    """What a name carries beside it."""

    WRITER = "writer"
    NEWSROOM = "newsroom"


class Node(NamedTuple):
    """A place in a thread. ``text`` is None where the comment itself is not public.

    ``answers`` is set where indenting no longer shows what a reply answers.
    """

    id: int
    depth: int
    text: Text | None
    is_removed: bool
    answers: Text | None


class Thread(NamedTuple):
    """A top-level comment and the replies that are shown; ``more`` is how many are not."""

    root_public_id: str
    nodes: list[Node]
    more: int


class DiscussionPage(NamedTuple):
    """One page of the threads under an article. Pages count from 1."""

    threads: list[Thread]
    page: int
    pages: int


class ThreadPage(NamedTuple):
    """One page of a single thread. Pages count from 1."""

    thread: Thread
    page: int
    pages: int


class _Branch(NamedTuple):
    id: int
    parent_id: int | None
    root_id: int
    status: str
    public_id: str


def discussion_page(
    *, article_id: int, sort: Sort, page: int, counts_disagreement: bool = False
) -> DiscussionPage:
    """Return the threads of a page, each with its first replies.

    ``page`` beyond the last one gives the last one. ``counts_disagreement``: how many disagree with
    a comment is part of its text; else that is 0.
    """
    if sort == Sort.PICKS:
        return _picks(article_id, counts_disagreement)
    roots, total = _thread_ids(article_id, sort, page)
    pages = max(1, math.ceil(total / THREADS_ON_PAGE))
    if page > pages:
        return discussion_page(
            article_id=article_id, sort=sort, page=pages, counts_disagreement=counts_disagreement
        )
    trees = _trees(roots)
    walked = {root: _walk(branches) for root, branches in trees.items()}
    cut = {root: order[: REPLIES_IN_THREAD + 1] for root, order in walked.items()}
    texts = _texts(
        (branch.id for order in cut.values() for branch, _depth in order), counts_disagreement
    )
    threads = []
    for root in roots:
        if root in walked:
            more = _count_published(walked[root][REPLIES_IN_THREAD + 1 :])
            threads.append(Thread(walked[root][0][0].public_id, _nodes(cut[root], texts), more))
    return DiscussionPage(threads=threads, page=page, pages=pages)


def thread_page(
    *,
    root_id: int,
    focus_id: int | None,
    page: int | None,
    counts_disagreement: bool = False,
) -> ThreadPage | None:
    """Return a page of one thread: ``page``, or the one that holds ``focus_id``, or the first.

    None when the thread holds nothing that is published.
    """
    tree = _trees([root_id]).get(root_id)
    if tree is None:
        return None
    order = _walk(tree)
    pages = math.ceil(len(order) / COMMENTS_ON_THREAD_PAGE)
    if page is None:
        index = next((i for i, (branch, _) in enumerate(order) if branch.id == focus_id), 0)
        page = index // COMMENTS_ON_THREAD_PAGE + 1
    page = min(page, pages)
    shown = order[(page - 1) * COMMENTS_ON_THREAD_PAGE : page * COMMENTS_ON_THREAD_PAGE]
    # A page that begins inside a branch names what its first comments answer.
    ids = {branch.id for branch, _ in shown} | {branch.parent_id for branch, _ in shown}
    texts = _texts((pk for pk in ids if pk is not None), counts_disagreement)
    thread = Thread(order[0][0].public_id, _nodes(shown, texts), more=0)
    return ThreadPage(thread=thread, page=page, pages=pages)


def node_of(comment: Comment, *, counts_disagreement: bool = False) -> Node | None:
    """Return one comment as it stands in its thread, or None if it is not public (any more)."""
    ids = {comment.pk, comment.parent_id or comment.pk}
    texts = _texts(ids, counts_disagreement)
    if comment.pk not in texts:
        return None
    answers = texts.get(comment.parent_id or 0) if comment.depth > INDENTED_LEVELS else None
    return Node(comment.pk, comment.depth, texts[comment.pk], is_removed=False, answers=answers)


def picks_of(*, article_id: int) -> int:
    """Return how many published comments under an article the editors recommend."""
    return len(_picked(article_id))


def _picks(article_id: int, counts_disagreement: bool) -> DiscussionPage:
    """Return each comment that the editors recommend as a thread of its own."""
    picked = _picked(article_id)
    ids = {pk for pair in picked for pk in pair if pk is not None}
    texts = _texts(ids, counts_disagreement) if ids else {}
    threads = [
        Thread(text.public_id, [Node(pk, 0, text, False, texts.get(parent or 0))], more=0)
        for pk, parent in picked
        if (text := texts.get(pk)) is not None
    ]
    return DiscussionPage(threads=threads, page=1, pages=1)


def _picked(article_id: int) -> list[tuple[int, int | None]]:
    """Return the ids of recommended comments, each with the one that it answers."""
    standing = Pick.objects.standing().filter(
        comment__article=article_id, comment__status=Status.PUBLISHED
    )
    return list(standing.order_by("-pk").values_list("comment_id", "comment__parent_id"))


def _thread_ids(article_id: int, sort: Sort, page: int) -> tuple[list[int], int]:
    """Return the top-level ids of the page, and how many threads there are in all."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH thread AS (
                SELECT coalesce(root_id, id) AS id, count(*) AS published
                FROM comments_comment WHERE article_id = %s AND status = 'published' GROUP BY 1
            ), page AS (
                SELECT root.id, row_number() OVER (ORDER BY {_ORDER_BY[sort]}) AS place
                FROM thread JOIN comments_comment root USING (id)
                ORDER BY place LIMIT %s OFFSET %s
            )
            SELECT (SELECT count(*) FROM thread), page.id FROM (SELECT) AS always
            LEFT JOIN page ON true ORDER BY page.place
            """,  # noqa: S608, the order is one of three constants
            [article_id, THREADS_ON_PAGE, (page - 1) * THREADS_ON_PAGE],
        )
        rows = cursor.fetchall()
    return [root for _total, root in rows if root is not None], rows[0][0]


def _trees(roots: Sequence[int]) -> dict[int, list[_Branch]]:
    """Return the published comments of each thread, and what is needed to reach them.

    A comment that is not public is a branch only where something published hangs under it.
    Siblings come oldest first. Threads without anything published are left out.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE published AS (
                SELECT id, parent_id FROM comments_comment
                WHERE status = 'published' AND (id = ANY(%s) OR root_id = ANY(%s))
            ), above AS (
                SELECT comment.id, comment.parent_id
                FROM published JOIN comments_comment comment ON comment.id = published.parent_id
                WHERE comment.status <> 'published'
              UNION
                SELECT comment.id, comment.parent_id
                FROM above JOIN comments_comment comment ON comment.id = above.parent_id
                WHERE comment.status <> 'published'
            )
            SELECT id, parent_id, coalesce(root_id, id), status, public_id::text
            FROM comments_comment
            WHERE id IN (SELECT id FROM published UNION ALL SELECT id FROM above)
            ORDER BY submitted_at, id
            """,
            [list(roots), list(roots)],
        )
        trees: dict[int, list[_Branch]] = defaultdict(list)
        for row in cursor.fetchall():
            branch = _Branch(*row)
            trees[branch.root_id].append(branch)
    return trees


def _walk(branches: list[_Branch]) -> list[tuple[_Branch, int]]:
    """Return the tree in reading order, each comment before its replies, with its depth."""
    replies: dict[int | None, list[_Branch]] = defaultdict(list)
    for branch in branches:
        replies[branch.parent_id].append(branch)
    order: list[tuple[_Branch, int]] = []
    waiting = [(branch, 0) for branch in reversed(replies[None])]
    while waiting:
        branch, depth = waiting.pop()
        order.append((branch, depth))
        waiting.extend((reply, depth + 1) for reply in reversed(replies.get(branch.id, ())))
    return order


def _texts(ids: Iterable[int], counts_disagreement: bool) -> dict[int, Text]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT comment.id, comment.public_id::text, comment.author_name,
                comment.author_website, comment.submitted_at, comment.edited_at, revision.body,
                comment.author_id, coalesce(comment.public_since, comment.submitted_at),
                CASE WHEN author.user_id = article.writer_id THEN %s
                    WHEN account.is_active AND account.role = ANY(%s) THEN %s ELSE '' END,
                pick.id IS NOT NULL,
                CASE WHEN %s THEN (
                    SELECT count(*) FROM comments_disagreement WHERE comment_id = comment.id
                ) ELSE 0 END
            FROM comments_comment comment
            JOIN comments_commentrevision revision ON revision.id = comment.current_revision_id
            JOIN comments_article article ON article.id = comment.article_id
            JOIN comments_author author ON author.id = comment.author_id
            LEFT JOIN accounts_user account ON account.id = author.user_id
            LEFT JOIN comments_pick pick ON pick.comment_id = comment.id AND pick.ended_at IS NULL
            WHERE comment.id = ANY(%s) AND comment.status = 'published'
            """,
            [Badge.WRITER, sorted(MODERATING), Badge.NEWSROOM, counts_disagreement, list(ids)],
        )
        return {row[0]: Text(*row) for row in cursor.fetchall()}


def _nodes(order: Sequence[tuple[_Branch, int]], texts: dict[int, Text]) -> list[Node]:
    nodes = []
    above: set[int] = set()
    for branch, depth in order:
        answers = None
        if branch.parent_id is not None and (
            depth > INDENTED_LEVELS or branch.parent_id not in above
        ):
            answers = texts.get(branch.parent_id)
        above.add(branch.id)
        removed = branch.status == "removed"
        nodes.append(Node(branch.id, depth, texts.get(branch.id), removed, answers))
    return nodes


def _count_published(order: Sequence[tuple[_Branch, int]]) -> int:
    return sum(branch.status == "published" for branch, _depth in order)
