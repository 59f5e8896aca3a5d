"""Sending a comment, and the form for a reply."""

import uuid
from typing import NamedTuple

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from comments import limits
from comments.addresses import hashes_of_client
from comments.cookies import remember_guest, writer_of
from comments.forms import CommentForm, comment_form
from comments.hints import Hint, Wanted, hint_before, note_outcome
from comments.models import Article, Comment, SiteSettings, Status
from comments.restrictions import words_of_ban, words_of_mute
from comments.submission import (
    AnotherText,
    AuthorBanned,
    DiscussionClosed,
    NotTheAuthor,
    ParentGone,
    SubmissionRefused,
    Submitted,
    Writer,
    submit_comment,
)
from comments.views.article import article_with_form, fresh_form, own_comment_html
from comments.views.common import (
    for_one_reader,
    is_htmx,
    public_article,
    readable_comment,
    takes_comments,
)


class Refusal(NamedTuple):
    """Why a comment was not taken, in words for its author, and the status of the answer.

    ``is_final``: it cannot be sent again either.
    """

    words: str
    status: int
    is_final: bool = False


@require_POST
def submit(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a comment. Whatever goes wrong, the text comes back in the form."""
    article = public_article(slug)
    writer, site = writer_of(request), SiteSettings.current()
    parent, refusal = _parent(request, article, writer)
    form = comment_form(
        writer=writer, longest=site.comment_max_length, data=request.POST, parent=parent
    )
    if refusal is not None:
        form.add_error(None, refusal.words)
    if not form.is_valid():
        form.repair()
        status = refusal.status if refusal else 422
        return _form_again(request, article, form, parent, status=status)
    outcome = _send(request, article, writer, site, form, parent)
    if isinstance(outcome, Hint):
        form.hint = outcome
        return _form_again(request, article, form, parent, status=422)
    if isinstance(outcome, Refusal):
        if outcome.is_final:
            form.refused = outcome.words
        else:
            form.add_error(None, outcome.words)
        return _form_again(request, article, form, parent, status=outcome.status)
    answer = _said_before if outcome.said_before else _thanks
    response = answer(request, article, outcome, site)
    if writer.user is None and writer.guest_key is None:
        remember_guest(response, key=outcome.comment.author.key)
    return response


@require_safe
def reply(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The form for a reply, to put under its comment; without htmx, on the article's page."""
    writer = writer_of(request)
    parent = readable_comment(public_id, writer=writer)
    article, site = parent.article, SiteSettings.current()
    if not is_htmx(request):
        return redirect(f"{article.get_absolute_url()}?reply={parent.public_id}#write")
    if parent.status == Status.REMOVED or not takes_comments(article, site=site):
        raise Http404
    form = fresh_form(writer=writer, site=site, parent=parent)
    context = {"article": article, "form": form, "parent": parent}
    return for_one_reader(render(request, "comments/_write.html", context))


def _parent(
    request: HttpRequest, article: Article, writer: Writer
) -> tuple[Comment | None, Refusal | None]:
    wanted = request.POST.get("parent")
    if not wanted:
        return None, None
    try:
        parent = readable_comment(uuid.UUID(wanted), writer=writer)
    except (ValueError, Http404):
        return None, _refusal(ParentGone())
    if parent.article_id != article.pk or parent.status == Status.REMOVED:
        return None, _refusal(ParentGone())
    return parent, None


def _send(
    request: HttpRequest,
    article: Article,
    writer: Writer,
    site: SiteSettings,
    form: CommentForm,
    parent: Comment | None,
) -> Submitted | Refusal | Hint:
    key = form.cleaned_data["submission_key"]
    address = hashes_of_client(request)
    wait = limits.seconds_until_comment(
        address_hash=address.current, earlier=address.earlier, submission_key=str(key)
    )
    if wait:
        return Refusal(_too_many(wait), 429)
    draft = form.draft()
    if site.hints and not form.cleaned_data["told"]:
        wanted = Wanted(draft.body, article, parent, writer)
        if hint := hint_before(wanted, submission_key=key):
            return hint
    try:
        stored = submit_comment(
            article=article,
            writer=writer,
            draft=draft,
            submission_key=key,
            parent=parent,
            address_hash=address.current,
            network_hash=address.network,
            settings=site,
        )
    except SubmissionRefused as refused:
        if isinstance(refused, NotTheAuthor | AnotherText):
            form.renew_key()
        return _refusal(refused)
    if form.cleaned_data["told"]:
        note_outcome(submission_key=key, comment=stored.comment, body=draft.body)
    return stored


def _refusal(refused: SubmissionRefused) -> Refusal:
    if isinstance(refused, DiscussionClosed):
        words = gettext(
            "This discussion has closed, so your comment was not sent. Your text is below to copy."
        )
    elif isinstance(refused, AuthorBanned):
        words = words_of_ban(refused.restriction)
    elif isinstance(refused, ParentGone):
        words = gettext(
            "The comment you answer is not there any more. Your text is kept:"
            " send it again and it stands on its own."
        )
    else:
        words = gettext("Your comment was not stored this time. Your text is kept: send it again.")
    return Refusal(words, 409, is_final=isinstance(refused, DiscussionClosed | AuthorBanned))


def _too_many(wait: int) -> str:
    if wait < 60:
        when = ngettext("in %(count)d second", "in %(count)d seconds", wait) % {"count": wait}
    else:
        minutes = -(-wait // 60)
        when = ngettext("in %(count)d minute", "in %(count)d minutes", minutes)
        when %= {"count": minutes}
    return gettext(
        "That is many comments in a short time. Your text is kept: send it again %(when)s."
    ) % {"when": when}


def _form_again(
    request: HttpRequest,
    article: Article,
    form: CommentForm,
    parent: Comment | None,
    *,
    status: int,
) -> HttpResponse:
    """Show the form as it came back; where nothing is taken any more, the text alone, to copy."""
    if not takes_comments(article, site=SiteSettings.current()):
        form.refused = _refusal(DiscussionClosed()).words
    if is_htmx(request):
        context = {"article": article, "form": form, "parent": parent}
        return for_one_reader(render(request, "comments/_write.html", context, status=status))
    return article_with_form(request, article=article, form=form, parent=parent, status=status)


def _thanks(
    request: HttpRequest, article: Article, outcome: Submitted, site: SiteSettings
) -> HttpResponse:
    comment = outcome.comment
    words = gettext("Thank you. Your comment has arrived.")
    if outcome.muted is not None:
        words = format_html("{} {}", words, words_of_mute(outcome.muted))
    if not is_htmx(request):
        messages.success(request, words)
        anchor = f"{article.get_absolute_url()}#c-{comment.public_id}"
        response: HttpResponse = HttpResponseRedirect(anchor, status=303)
        return for_one_reader(response)
    context = {
        "article": article,
        "comment": comment,
        "html": own_comment_html(comment=comment),
        "form": _next_form(comment, site),
        "thanks": words,
        "there": f"#c-{comment.public_id}",
    }
    return for_one_reader(render(request, "comments/_submitted.html", context))


def _said_before(
    request: HttpRequest, article: Article, outcome: Submitted, site: SiteSettings
) -> HttpResponse:
    """Show the comment that is there. Its own page has it whatever became of it meanwhile."""
    comment = outcome.comment
    words = gettext(
        "You sent exactly this a few minutes ago. It is here once and was not stored again."
    )
    there = f"{comment.get_absolute_url()}#c-{comment.public_id}"
    if not is_htmx(request):
        messages.success(request, words)
        return for_one_reader(HttpResponseRedirect(there, status=303))
    template = "comments/_thanks.html" if comment.parent_id else "comments/_form.html"
    form = _next_form(comment, site)
    context = {"article": article, "form": form, "thanks": words, "there": there}
    return for_one_reader(render(request, template, context))


def _next_form(comment: Comment, site: SiteSettings) -> CommentForm:
    """Return an empty form for whoever wrote the comment."""
    author = comment.author
    sender = Writer(user=author.user, guest_key=None if author.user else author.key)
    return fresh_form(writer=sender, site=site)
