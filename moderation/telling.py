"""Letters about decisions: one for each author, some minutes after the first of them.

What was taken back within those minutes needs no letter, and what nobody was written about needs
no second one. Every statement is told once: letter and mark are one transaction.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from comments.models import Author, SiteSettings, Status
from comments.verified import verified_addresses_of
from mailing.letters import post
from moderation import statement_words as words
from moderation.appeal_links import link_to_appeal
from moderation.appealable import can_be_appealed
from moderation.letter_texts import fill, text_of, with_way_out
from moderation.models import AppealState, LetterKind, Statement, StatementKind

KIND = "statement"
QUIET = timedelta(minutes=5)  # after the first decision: the others come into the same letter
AUTHORS = 50  # at a time
_TURN = 0x7E111  # of the lock that one worker holds: two would write one author two letters

_LETTERS = {
    StatementKind.REMOVED: LetterKind.REMOVED,
    StatementKind.HIDDEN: LetterKind.HIDDEN,
    StatementKind.MUTED: LetterKind.MUTED,
    StatementKind.BANNED: LetterKind.BANNED,
    StatementKind.RESTORED: LetterKind.RESTORED,
    StatementKind.LIFTED: LetterKind.LIFTED,
}


def tell_due(*, at: datetime) -> int:
    """Write to the authors whose turn it is; returns how many authors were looked at."""
    with transaction.atomic():
        if not _is_my_turn():
            return 0
        due = (
            Statement.objects.filter(told_at=None)
            .values("author")
            .annotate(first=Min("made_at"))
            .filter(first__lte=at - QUIET)
            .order_by("first")[:AUTHORS]
        )
        authors = [row["author"] for row in due]
        if authors:
            _tell(authors, at=at)
        return len(authors)


def _is_my_turn() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_TURN])
        return bool(cursor.fetchone()[0])


def _tell(author_ids: Sequence[int], *, at: datetime) -> None:
    found = Statement.objects.filter(author__in=author_ids, told_at=None).select_related(
        "author",
        "about",
        "comment__article",
        "decision__comment",
        "act__restriction",
        "policy_version__policy",
    )
    untold = list(found.order_by("id"))
    by_author: dict[int, list[Statement]] = {}
    for statement in untold:
        by_author.setdefault(statement.author_id, []).append(statement)
    site = SiteSettings.current()
    addresses = verified_addresses_of(author_ids) if site.decision_letters else {}
    of_appeals = _of_appeals(untold)
    written: list[int] = []
    with override(settings.LANGUAGE_CODE):
        for author_id, statements in by_author.items():
            told = worth_telling(statements, of_appeals=of_appeals)
            author = statements[0].author
            if told and author.decision_letters and (to := addresses.get(author_id)):
                _write(told, author=author, to=to, site=site)
                written += [statement.pk for statement in told]
    Statement.objects.filter(pk__in=written).update(told_at=at, letter=True)
    rest = {one.pk for one in untold}.difference(written)
    Statement.objects.filter(pk__in=rest).update(told_at=at)


def _of_appeals(untold: Iterable[Statement]) -> set[int]:
    """Return which of these the letters about an appeal tell (``moderation.appeal_letters``).

    What ended a restriction that was appealed, and what came again when an answer was taken back.
    One query.
    """
    appealed = Q(about__decision__appeal__isnull=False) | Q(about__act__appeal__isnull=False)
    waits = Q(about__decision__appeal__state=AppealState.OPEN) | Q(
        about__act__appeal__state=AppealState.OPEN
    )
    of_an_answer = Q()
    for what in ("restored_on_appeal", "answer_taken_back", "supersedes__answer_taken_back"):
        of_an_answer |= Q(**{f"decision__{what}__isnull": False})
    for what in ("lifted_on_appeal", "answer_taken_back", "undoes__answer_taken_back"):
        of_an_answer |= Q(**{f"act__{what}__isnull": False})
    found = Statement.objects.filter(pk__in=[one.pk for one in untold])
    told = found.filter((appealed & ~waits) | of_an_answer)
    return set(told.values_list("pk", flat=True))


def worth_telling(
    statements: Sequence[Statement], *, of_appeals: Collection[int] = ()
) -> list[Statement]:
    """Return those that an author is written about. ``statements``: untold ones, oldest first.

    ``of_appeals``: those that the letters about an appeal tell.
    """
    ended = {one.about_id for one in statements if one.about_id is not None}
    return [
        one
        for one in statements
        if one.pk not in ended
        and one.pk not in of_appeals
        and not _is_looked_at(one)
        and (one.restricts or (one.about is not None and one.about.letter))
    ]


def _is_looked_at(statement: Statement) -> bool:
    """Whether the look that a comment was taken off the page for is over: what came of it is told
    instead, and of what its author took out there is nothing to tell.
    """
    if statement.kind != StatementKind.HIDDEN:
        return False
    comment = statement.comment
    return comment is None or comment.status != Status.HELD


def _write(told: Sequence[Statement], *, author: Author, to: str, site: SiteSettings) -> None:
    only = told[0] if len(told) == 1 else None
    kind = _letter_about(only) if only else LetterKind.SEVERAL
    values = {"name": author.name, "site": site.name}
    values |= _values(only) if only else {"decisions": _lines(told)}
    text = with_way_out(fill(text_of(kind, language=settings.LANGUAGE_CODE), values))
    key = f"{KIND}:{told[0].public_id}"
    post(to=to, subject=text.subject, body=text.body, kind=KIND, key=key)


def _letter_about(statement: Statement) -> LetterKind:
    if statement.about is not None and statement.about.kind == StatementKind.HIDDEN:
        return LetterKind.RETURNED
    return _LETTERS[StatementKind(statement.kind)]


def _values(statement: Statement) -> Mapping[str, str]:
    version, against = statement.policy_version, statement.decision or statement.act
    values = {
        "link": words.link_for_letter(statement),
        "how": words.how_decided(statement),
        "standing": words.standing(statement),
        "policy": version.name if version else _("the rules of the discussion"),
        "policy_text": version.summary if version else "",
        "policy_link": settings.SITE_URL
        + (
            reverse("readers:policy_version", args=[version.policy.slug, version.number])
            if version
            else reverse("readers:policies")
        ),
    }
    if statement.comment is not None:
        values["article"] = statement.comment.article.title
    if against is not None and can_be_appealed(against):
        values["appeal"] = f"{link_to_appeal(against)}#appeal"
    if statement.act is not None:
        values["until"] = words.until_in_letter(statement.act.restriction)
    return values


def _lines(told: Sequence[Statement]) -> str:
    return "\n\n".join(f"{_line(one)}\n{words.link_for_letter(one)}" for one in told)


def _line(statement: Statement) -> str:
    if statement.comment is None:
        return words.title(statement)
    return _("%(title)s, on “%(article)s”") % {
        "title": words.title(statement),
        "article": statement.comment.article.title,
    }
