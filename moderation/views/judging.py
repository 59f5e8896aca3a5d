"""What a card shows of the text itself: quotations, marks, links, what was changed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from comments.models import CommentRevision, Report
from comments.word_diff import Piece, word_diff
from moderation import closer_looks, strips, wording
from moderation.evidence import Moved, marked, what_moved
from moderation.links import Link, links_in
from moderation.masking import masked
from moderation.reports import Record, pseudonym
from moderation.selectors import Focus
from moderation.sight import Seen, Sight


@dataclass(frozen=True, slots=True)
class Version:
    """An earlier text, and how it became the one after it."""

    revision: CommentRevision
    changes: list[Piece]


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A reader's report, by whom as far as the desk may know, and whether it can be answered."""

    report: Report
    reporter: str
    record: Record
    answerable: bool


def reports_context(focus: Focus) -> dict[str, Any]:
    """Return the reports about a comment, and what was decided before they came."""
    item, before = focus.item, focus.stood_before
    opened_at = item.opened_at if item is not None and item.is_open else None
    rows = [
        ReportRow(
            report=report,
            reporter=pseudonym(report.reporter_key),
            record=focus.reporters[report.reporter_key],
            answerable=opened_at is not None
            and (report.resolved_at is None or report.resolved_at >= opened_at),
        )
        for report in focus.reports
    ]
    return {
        "reports": rows,
        "unanswered": sum(row.report.resolved_at is None for row in rows),
        "stood_before": wording.told(before) if before is not None else "",
    }


def text_context(focus: Focus, *, sight: Sight, seen: Seen) -> dict[str, Any]:
    """Return the text with its evidence, and what is told of it below, as this person sees it.

    Of a text that is blurred nothing is told but its scores.
    """
    if seen.hides:
        return _hidden(focus, seen)
    body, scored = focus.comment.current_revision.body, focus.classification
    spans = closer_looks.spans_to_show(scored, focus.look)
    text = closer_looks.text_of(focus.comment, body=body)
    quotations = closer_looks.quotations_in(text)
    look = focus.look if focus.look is not None and focus.look.made_at is not None else None
    looked = closer_looks.moved(look, text=text) if look is not None else []
    told = looked
    if not told and scored is not None:
        told = what_moved(body, spans, own=scored.own, quoted=scored.quoted, quotations=quotations)
    if seen.masks:
        told, looked = _masked(told), _masked(looked)
    rows = _strips(focus, spans, body=seen.body)
    return {
        "text": marked(seen.body, spans, quotations=quotations, told=told),
        "told": told,
        "moved": looked,
        "strips": rows,
        "legend": strips.legend(rows),
        "links": _links(focus),
        "versions": _versions(focus, sight),
    }


def _hidden(focus: Focus, seen: Seen) -> dict[str, Any]:
    # Other letters in the shape of the text: nothing of them is quoted.
    rows = _strips(focus, (), body="")
    return {"text": marked(seen.body, quotations=()), "strips": rows, "legend": strips.legend(rows)}


def _strips(focus: Focus, spans: Sequence[Any], *, body: str) -> list[strips.Strip]:
    return strips.strips(
        classification=focus.classification, spans=spans, body=body, ticks=strips.thresholds()
    )


def _masked(told: Sequence[Moved]) -> list[Moved]:
    return [replace(one, words=masked(one.words)) for one in told]


def _links(focus: Focus) -> list[tuple[str, Link]]:
    """Return where addresses stand and lead: in the text, or behind the author's name."""
    website = links_in(focus.comment.author_website)
    in_text = links_in(focus.comment.current_revision.body)
    return [*(("text", link) for link in in_text), *(("name", link) for link in website)]


def _versions(focus: Focus, sight: Sight) -> list[Version]:
    texts: Sequence[CommentRevision] = [focus.comment.current_revision, *focus.versions]
    hides = any(sight.of(text.body, revision_id=text.pk).hides for text in texts)
    if hides:
        return []
    return [
        Version(
            revision=before,
            changes=word_diff(
                sight.of(before.body, revision_id=before.pk).body,
                sight.of(after.body, revision_id=after.pk).body,
            ),
        )
        for after, before in zip(texts, focus.versions, strict=False)
    ]
