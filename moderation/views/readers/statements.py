"""Statements of reasons: one, for its author or whoever holds the letter's link; and all of one's
own, with the switch for letters."""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.signed_links import LinkExpired, LinkInvalid, Purpose, read
from comments.cookies import writer_of
from comments.models import Author, Comment, SiteSettings
from comments.own import written_by
from comments.submission import Writer
from comments.views.common import for_one_reader, page_number
from moderation import statement_words as words
from moderation.decisions import database_now
from moderation.held_again import held_again, last_word_on, undone_by
from moderation.models import Statement, StatementKind
from moderation.statement_facts import facts_of
from moderation.views.readers.appeals import appeal_context

GOOD_FOR = timedelta(days=2 * 365)
ON_PAGE = 20
_WITH = (
    "author",
    "comment__article",
    "revision",
    "decision__revision",
    "act__restriction",
    "act__undone_by",
    "about",
    "policy_version__policy",
)


@require_safe
def own_statement(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show a statement to its author: signed in, or the guest whom the browser remembers."""
    statement, writer = _statement(public_id), writer_of(request)
    if statement is None or not _is_theirs(statement, writer):
        raise Http404
    return _page(request, statement, is_own=True)


@require_safe
def statement(request: HttpRequest, token: str) -> HttpResponse:
    """Show a statement to whoever holds the link of its letter."""
    try:
        subject = read(purpose=Purpose.STATEMENT, token=token, max_age=GOOD_FOR)
        found = _statement(uuid.UUID(hex=subject))
    except LinkExpired:
        return _no_link(request, expired=True, status=410)
    except (LinkInvalid, ValueError):
        return _no_link(request, expired=False, status=404)
    if found is None:
        return _no_link(request, expired=False, status=404)
    return _page(request, found, is_own=False)


@require_http_methods(["GET", "HEAD", "POST"])
def decisions(request: HttpRequest) -> HttpResponse:
    """List everything that was decided about this reader; switch letters on or off (POST)."""
    writer, page = writer_of(request), page_number(request) or 1
    author = writer.author()
    if request.method == "POST":
        return _switch_letters(request, author)
    start = (page - 1) * ON_PAGE
    theirs = _stated_to(writer, author).select_related(*_WITH)
    found = list(theirs.order_by("-id")[start : start + ON_PAGE + 1])
    if page > 1 and not found:
        raise Http404
    context = {
        "place": "decisions",
        "author": author,
        "site_writes": SiteSettings.current().decision_letters,
        "statements": _listed(found[:ON_PAGE]),
        "page": page,
        "next_page": page + 1 if len(found) > ON_PAGE else None,
    }
    return for_one_reader(render(request, "me/decisions.html", context))


def _listed(statements: Sequence[Statement]) -> list[tuple[Statement, str, str]]:
    """Return statements with their titles and where things stand. Two queries."""
    endings = {one.about_id: one for one in Statement.objects.filter(about__in=statements)}
    own = {one.pk: endings.get(one.pk) if one.restricts else one for one in statements}
    again = held_again([one for one in own.values() if one is not None])
    found = {pk: again.get(ending.pk) for pk, ending in own.items() if ending is not None}
    return [
        (one, words.title(one), words.standing(one, again=found.get(one.pk))) for one in statements
    ]


def _switch_letters(request: HttpRequest, author: Author | None) -> HttpResponse:
    if author is None:  # whoever wrote nothing is not written to
        return HttpResponseRedirect(reverse("readers:decisions"), status=303)
    wants = request.POST.get("letters") == "on"
    Author.objects.filter(pk=author.pk).update(decision_letters=wants)
    said = (
        _("Kept: we write to you about decisions, if we know a proven address of yours.")
        if wants
        else _("Kept: no letters about decisions. This page goes on telling you.")
    )
    messages.success(request, said)
    return HttpResponseRedirect(reverse("readers:decisions"), status=303)


def _stated_to(writer: Writer, author: Author | None) -> QuerySet[Statement]:
    """Return what was stated to an author, and about what was written under an address of theirs.

    Whoever opened a mailed link is not the author of this browser, and may read why all the same.
    """
    theirs = Q(author=author) if author is not None else Q(pk=None)
    if writer.address:
        theirs |= Q(comment__in=Comment.objects.filter(written_by(writer)))
    return Statement.objects.filter(theirs)


def _is_theirs(statement: Statement, writer: Writer) -> bool:
    if statement.comment is not None:
        return writer.wrote(statement.comment)
    author = writer.author()
    return author is not None and statement.author_id == author.pk


def _statement(public_id: uuid.UUID) -> Statement | None:
    return Statement.objects.select_related(*_WITH).filter(public_id=public_id).first()


def _page(request: HttpRequest, found: Statement, *, is_own: bool) -> HttpResponse:
    site, at = SiteSettings.current(), database_now()
    ending = found.ends.order_by("id").first() if found.restricts else found
    again, over = last_word_on(ending) if ending is not None else (None, None)
    undone = undone_by(found)
    context: dict[str, Any] = {
        "statement": found,
        "title": words.title(found),
        "standing": words.standing(found, again=None if over else again),
        "how_decided": words.how_decided(found),
        "facts": facts_of(found, scores=site.scores_shown),
        "until": words.until(found.act.restriction) if found.act and found.restricts else "",
        "about": _with_address(found.about, is_own=is_own),
        "ending": _with_address(ending, is_own=is_own) if found.restricts else None,
        "again": _with_address(again, is_own=is_own),
        "over": _with_address(over, is_own=is_own),
        "undone": undone,
        "first": _with_address(undone.about, is_own=is_own) if undone else None,
        "is_own": is_own,
    }
    if found.kind == StatementKind.HIDDEN:
        context |= {"is_looked_at_by_itself": True, "outcome": _outcome(found, is_own=is_own)}
    against = found.decision or found.act
    if found.restricts and against is not None:
        context |= appeal_context(against, at=at)
    return _private(render(request, "readers/statement.html", context))


def _outcome(hidden: Statement, *, is_own: bool) -> tuple[Statement, str] | None:
    """Return the removal that came of the look at a comment, with where this reader finds it."""
    removals = Statement.objects.filter(comment=hidden.comment_id, kind=StatementKind.REMOVED)
    return _with_address(removals.filter(pk__gt=hidden.pk).order_by("id").first(), is_own=is_own)


def _with_address(other: Statement | None, *, is_own: bool) -> tuple[Statement, str] | None:
    """Return another statement with where this reader finds it."""
    if other is None:
        return None
    return other, words.path_for_author(other) if is_own else words.link_for_letter(other)


def _no_link(request: HttpRequest, *, expired: bool, status: int) -> HttpResponse:
    context = {"expired": expired}
    return _private(render(request, "readers/statement_no_link.html", context, status=status))


def _private(answer: HttpResponse) -> HttpResponse:
    """The address may open the page: no search engine keeps it, and no link from it tells it."""
    answer["X-Robots-Tag"] = "noindex"
    answer["Referrer-Policy"] = "same-origin"
    return for_one_reader(answer)
