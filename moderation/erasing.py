"""What the desk keeps of somebody who had themselves erased: that it decided, and nothing of them.

Decisions, acts and scores stay, because the desk answers for them and quality is measured by them.
What names the person or repeats their words is emptied: notes, the words that made a rule hold,
marked passages, facts with the text, fingerprints.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from urllib.parse import unquote_plus

from django.db import connection, transaction
from django.db.models.functions import Now

from comments.erasing import authors_of
from comments.models import Author, Comment, CommentRevision
from moderation.illegal_content.retention import forget_words_about
from moderation.models import (
    AnswerTakenBack,
    Appeal,
    AppealState,
    AuthorAct,
    Batch,
    Classification,
    CloserLook,
    CommentFacts,
    DoubleReview,
    Fingerprint,
    SavedFilter,
    ScreeningJob,
)
from privacy.letting import erasing
from privacy.registry import Person

AT_A_TIME = 200  # comments in one transaction

# A reason is "rule: why"; the why may repeat words or links of the text.
_DECISIONS = """
UPDATE moderation_decision SET note = '', reason = split_part(reason, ': ', 1),
    matched = {matched}, shadow = {shadow}
WHERE comment_id = ANY(%s) AND (note <> '' OR reason LIKE '%%: %%'
    OR {matched} <> matched OR {shadow} <> shadow)
"""
_AUDITS = """
UPDATE moderation_auditdraw SET matched = {matched}, shadow = {shadow}
WHERE comment_id = ANY(%s) AND ({matched} <> matched OR {shadow} <> shadow)
"""
_WITHOUT_WHY = """
(SELECT coalesce(jsonb_agg(rule || '{{"why": ""}}'), '[]') FROM jsonb_array_elements({0}) rule)
"""
_STRIPPED = {name: _WITHOUT_WHY.format(name) for name in ("matched", "shadow")}
# What a colleague asked when handing it to a senior is a note, and goes as notes do.
_ITEMS = """
UPDATE moderation_reviewitem
SET reason = CASE queue WHEN 'escalated' THEN '' ELSE split_part(reason, ': ', 1) END
WHERE comment_id = ANY(%s)
    AND (reason LIKE '%%: %%' OR queue = 'escalated' AND reason NOT IN ('', 'Flagged'))
"""
# The note of a batch is the note of each of its decisions.
_BATCHES = """
UPDATE moderation_batch SET note = '' WHERE note <> '' AND id IN (
    SELECT batch_id FROM moderation_decision WHERE comment_id = ANY(%s))
"""
# Each keeps its place, so that a list that somebody reads page by page does not move.
_SURPRISES = """
WITH theirs AS (
    SELECT id FROM moderation_decision WHERE comment_id = ANY(%(comments)s)
)
UPDATE moderation_trialsurprises SET decisions = ARRAY(
    SELECT CASE WHEN id IN (SELECT id FROM theirs) THEN 0 ELSE id END
    FROM unnest(decisions) WITH ORDINALITY AS kept(id, place) ORDER BY place)
WHERE EXISTS (SELECT FROM theirs WHERE id BETWEEN lowest AND highest)
    AND decisions && ARRAY(SELECT id FROM theirs)
"""


def erase_traces(person: Person, stays: bool) -> Mapping[str, int]:
    """Empty what the desk keeps about the person's comments and about themselves."""
    counts: Counter[str] = Counter()
    authors = authors_of(person)
    for author_id in authors:
        after = 0
        while ids := _next(author_id, after):
            counts.update(_erase_some(ids))
            after = ids[-1]
    with erasing():
        notes = AuthorAct.objects.filter(author__in=authors).exclude(note="")
        counts["notes"] += notes.update(note="")
        appeals = Appeal.objects.filter(author__in=authors)
        open_ones = appeals.filter(state=AppealState.OPEN)
        open_ones.update(state=AppealState.CLOSED, decided_at=Now(), claimed_by=None)
        appeals.filter(told_at=None).update(told_at=Now())
        AnswerTakenBack.objects.filter(appeal__in=appeals).update(reason="", note="")
        counts["appeals"] += appeals.exclude(words="").update(words="", reason="", note="")
    rows = list(Author.objects.filter(pk__in=authors, erased_at=None))
    for batch in Batch.objects.filter(criterion__author__in=[str(row.key) for row in rows]):
        batch.criterion["author"], batch.note = "", ""
        batch.save(update_fields=["criterion", "note"])
    counts["filters"] += _delete_filters({row.name for row in rows} | {row.email for row in rows})
    return counts


def _delete_filters(called: set[str]) -> int:
    """Delete searches that colleagues kept for this name or address, or called by it."""
    wanted = [re.escape(word) for word in called if word]
    if not wanted:
        return 0
    names = re.compile(rf"(?<!\w)({'|'.join(wanted)})(?!\w)", re.IGNORECASE)
    doomed = [
        saved.pk
        for saved in SavedFilter.objects.iterator()
        if names.search(saved.name) or names.search(unquote_plus(saved.query))
    ]
    return SavedFilter.objects.filter(pk__in=doomed).delete()[0]


def _next(author_id: int, after: int) -> list[int]:
    theirs = Comment.objects.filter(author=author_id, pk__gt=after).order_by("pk")
    return list(theirs.values_list("pk", flat=True)[:AT_A_TIME])


def _erase_some(ids: Sequence[int]) -> Mapping[str, int]:
    empty = CommentRevision.objects.filter(comment__in=ids, body="")
    with erasing():
        with connection.cursor() as cursor:
            cursor.execute(_DECISIONS.format(**_STRIPPED), [list(ids)])
            decisions = cursor.rowcount
            cursor.execute(_AUDITS.format(**_STRIPPED), [list(ids)])
            cursor.execute(_ITEMS, [list(ids)])
            cursor.execute(_BATCHES, [list(ids)])
        looks = CloserLook.objects.filter(classification__revision__in=empty).exclude(spans=[])
        looks.update(spans=[])
        Classification.objects.filter(revision__in=empty).exclude(spans=[]).update(spans=[])
    with transaction.atomic():
        ScreeningJob.objects.filter(revision__in=empty).delete()
        Fingerprint.objects.filter(revision__in=empty).delete()
        facts = CommentFacts.objects.filter(revision__in=empty).delete()[0]
        DoubleReview.objects.filter(comment__in=ids).exclude(note="").update(note="")
        with connection.cursor() as cursor:
            cursor.execute(_SURPRISES, {"comments": list(ids)})
        forget_words_about(ids)
    return {"decisions": decisions, "facts": facts}
