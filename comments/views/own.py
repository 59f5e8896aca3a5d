"""What an author does to their own comment: edit it, or take it out."""

import uuid
from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from comments import limits
from comments.addresses import hashes_of_client
from comments.cookies import writer_of
from comments.forms import EditForm, WithdrawForm
from comments.hints import Wanted, hint_before, note_outcome
from comments.models import Comment, SiteSettings, Status
from comments.restrictions import words_of_ban
from comments.submission import (
    AuthorBanned,
    ChangedMeanwhile,
    EditWindowOver,
    Writer,
    edit_comment,
    withdraw_comment,
)
from comments.views.common import for_one_reader, readable_comment, written_comment

View = Callable[[HttpRequest, uuid.UUID], HttpResponse]


def telling_what_went(view: View) -> View:
    """Tell the author of a comment that went meanwhile, who keeps the text of a form about it."""

    @wraps(view)
    def told(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
        try:
            return view(request, public_id)
        except Http404:
            return _gone(request, written_comment(public_id, writer=writer_of(request)))

    return told


@require_http_methods(["GET", "HEAD", "POST"])
@telling_what_went
def edit(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Change the text of one's own comment; it is checked again before others read it."""
    writer = writer_of(request)
    comment = _own_comment(public_id, writer)
    site = SiteSettings.current()
    longest = site.comment_max_length
    if request.method != "POST":
        return _edit_page(request, comment, EditForm(comment=comment, longest=longest), site)
    form = EditForm(request.POST, comment=comment, longest=longest)
    if not form.is_valid():
        return _edit_page(request, comment, form, site, status=422)
    if not {"body", "seen_version"}.intersection(form.changed_data):
        messages.info(request, gettext("Your text is as it was, so nothing was sent."))
        return _back(comment)
    if _is_too_often(request, comment, form.cleaned_data["seen_version"]):
        words = gettext("That is many changes in a short time. Your text is kept: wait a minute.")
        form.add_error(None, words)
        return _edit_page(request, comment, form, site, status=429)
    if _is_told(comment, form, site):
        return _edit_page(request, comment, form, site, status=422)
    try:
        edit_comment(
            comment=comment,
            writer=writer,
            body=form.cleaned_data["body"],
            seen_version=form.cleaned_data["seen_version"],
            settings=site,
        )
    except EditWindowOver:
        return _edit_page(request, comment, form, site, status=409)
    except AuthorBanned as banned:
        form.add_error(None, words_of_ban(banned.restriction))
        return _edit_page(request, comment, form, site, status=409)
    except ChangedMeanwhile:
        _go_on_from_now(comment, form)
        return _edit_page(request, comment, form, site, status=409)
    if form.cleaned_data["told"]:
        note_outcome(
            submission_key=form.cleaned_data["hint_key"],
            comment=comment,
            body=form.cleaned_data["body"],
        )
    messages.success(request, gettext("Your new text has arrived. It is checked again now."))
    return _back(comment)


@require_http_methods(["GET", "HEAD", "POST"])
@telling_what_went
def withdraw(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take one's own comment out, after being asked once."""
    writer = writer_of(request)
    comment = _own_comment(public_id, writer)
    if request.method != "POST":
        return _answer(request, "comments/withdraw.html", comment, WithdrawForm(comment=comment))
    form = WithdrawForm(request.POST, comment=comment)
    if not form.is_valid():
        return _changed(request, comment, form)
    try:
        withdraw_comment(
            comment=comment, writer=writer, seen_version=form.cleaned_data["seen_version"]
        )
    except ChangedMeanwhile:
        return _changed(request, comment, form)
    messages.success(request, gettext("Your comment has been taken out."))
    return HttpResponseRedirect(f"{comment.article.get_absolute_url()}#discussion", status=303)


def _own_comment(public_id: uuid.UUID, writer: Writer) -> Comment:
    comment = readable_comment(public_id, writer=writer)
    if not writer.wrote(comment) or comment.status == Status.REMOVED:
        raise Http404
    return comment


def _gone(request: HttpRequest, comment: Comment) -> HttpResponse:
    """Say that the comment went while a form about it was open; a text in it is there to copy."""
    context = {"comment": comment, "article": comment.article, "text": request.POST.get("body", "")}
    return for_one_reader(render(request, "comments/gone.html", context, status=410))


def _is_too_often(request: HttpRequest, comment: Comment, version: int) -> bool:
    """Each edit is screened like a new comment, so it counts as one."""
    address = hashes_of_client(request)
    edit_key = str(uuid.uuid5(comment.public_id, str(version)))
    wait = limits.seconds_until_comment(
        address_hash=address.current, earlier=address.earlier, submission_key=edit_key
    )
    return bool(wait)


def _is_told(comment: Comment, form: EditForm, site: SiteSettings) -> bool:
    """Put into the form which words will have the new text held; whether there is such a hint."""
    if not site.hints or form.cleaned_data["told"] or _window(comment, site)["is_over"]:
        return False
    author = comment.author
    sender = Writer(user=author.user, guest_key=None if author.user else author.key)
    wanted = Wanted(form.cleaned_data["body"], comment.article, comment.parent, sender)
    key = form.cleaned_data["hint_key"]
    form.hint = hint_before(wanted, submission_key=key)
    form.data = {**dict(form.data.items()), "hint_key": key}
    return form.hint is not None


def _changed(request: HttpRequest, comment: Comment, form: WithdrawForm) -> HttpResponse:
    _go_on_from_now(comment, form)
    return _answer(request, "comments/withdraw.html", comment, form, status=409)


def _go_on_from_now(comment: Comment, form: EditForm | WithdrawForm) -> None:
    """The comment is not as its author saw it: say so, and go on from how it is now."""
    comment.refresh_from_db()
    if comment.status == Status.REMOVED:
        words = gettext("Meanwhile a moderator has removed your comment, so nothing was changed.")
    else:
        words = gettext(
            "Meanwhile your comment was decided on or changed. Nothing is lost:"
            " look at it once more and send again."
        )
    form.data = {**dict(form.data.items()), "seen_version": comment.version}
    form.add_error(None, words)


def _edit_page(
    request: HttpRequest, comment: Comment, form: EditForm, site: SiteSettings, *, status: int = 200
) -> HttpResponse:
    window = _window(comment, site)
    return _answer(request, "comments/edit.html", comment, form, status=status, **window)


def _window(comment: Comment, site: SiteSettings) -> dict[str, object]:
    until = comment.editable_until(settings=site)
    return {"until": until, "is_over": until is None or timezone.now() > until}


def _answer(
    request: HttpRequest,
    template: str,
    comment: Comment,
    form: EditForm | WithdrawForm,
    *,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    context = {"comment": comment, "article": comment.article, "form": form, **more}
    return for_one_reader(render(request, template, context, status=status))


def _back(comment: Comment) -> HttpResponse:
    return HttpResponseRedirect(
        f"{comment.article.get_absolute_url()}#c-{comment.public_id}", status=303
    )
