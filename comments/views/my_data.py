"""What is kept of a reader: to download, and to have erased. And what the site keeps at all."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.signed_links import (
    LinkExpired,
    LinkInvalid,
    LinkUsed,
    Purpose,
    read_unused,
    sign_once,
    use_up,
)
from comments.cookies import forget_guest, writer_of
from comments.erasing import author_of_writer
from comments.models import ErasedComments, SiteSettings
from comments.privacy_forms import ConfirmForm
from comments.submission import Writer
from comments.views.common import for_one_reader
from mailing.letters import post
from privacy import erasing
from privacy.downloads import zip_of
from privacy.models import Erasure
from privacy.registry import Person, rules

# Whoever has just signed in is not asked for the password once more.
FRESH = timedelta(minutes=10)
LINK_HOLDS = timedelta(hours=2)


@require_safe
def what_is_kept(request: HttpRequest) -> HttpResponse:
    """Say what the site keeps and how long: from the settings in force, so never wrong."""
    site = SiteSettings.current()
    told = [rule.told(rule.days(site)) for rule in rules()]
    context = {"told": [words for words in told if words], "stays": _stays(site)}
    return render(request, "privacy.html", context)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def data(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Hand out everything that is the reader's own, as a ZIP."""
    writer = writer_of(request)
    person = _person(writer)
    form = ConfirmForm(request.POST or None, user=_to_confirm(writer))
    if person is None or request.method != "POST" or form.cannot_confirm:
        return _page(request, "me/data.html", person, form)
    if not form.is_valid():
        return _page(request, "me/data.html", person, form, status=422)
    at, site = timezone.now(), SiteSettings.current()
    answer = StreamingHttpResponse(
        zip_of(person=person, site=site.name, at=at), content_type="application/zip"
    )
    called = gettext("my-data")
    name = f"{called}-{timezone.localdate(at):%Y-%m-%d}.zip"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest) -> HttpResponse:
    """Say what erasing does, ask once, and do it."""
    writer = writer_of(request)
    person = _person(writer)
    form = ConfirmForm(request.POST or None, user=_to_confirm(writer))
    if request.method != "POST":
        return _page(request, "me/erase.html", person, form)
    if person is None:
        return _to_erase()
    if form.cannot_confirm:
        return send_erase_link(request)
    if not form.is_valid():
        return _page(request, "me/erase.html", person, form, status=422)
    return _begin(request, person)


@require_POST
def send_erase_link(request: HttpRequest) -> HttpResponse:
    """Send an account without a password at hand a link that confirms the erasure."""
    user = request.user
    if isinstance(user, User):
        token = sign_once(purpose=Purpose.ERASE, subject=str(user.pk))
        address = settings.SITE_URL + reverse("comments:erase_confirm", args=[token])
        body = gettext(
            "You asked to have everything of yours erased at %(site)s. To go on, open this page"
            " and confirm it there:\n\n%(address)s\n\nThe link holds for two hours. If you did not"
            " ask, do nothing: nothing happens."
        ) % {"site": SiteSettings.current().name, "address": address}
        post(to=user.email, subject=gettext("Erase everything of yours"), body=body, kind="account")
        messages.success(request, gettext("A letter with a link is on its way to you."))
    return _to_erase()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def erase_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link in the letter. Opening it changes nothing; its button does."""
    try:
        user_id = int(read_unused(purpose=Purpose.ERASE, token=token, max_age=LINK_HOLDS))
    except LinkUsed:
        words = gettext("It works once. What was asked with it is under way, or was called off.")
        return _no_link(request, words, was_used=True)
    except LinkExpired:
        return _no_link(request, gettext("This link held for two hours, and they are over."))
    except (LinkInvalid, ValueError):
        return _no_link(request, gettext("This link is not whole. Copy all of it from the letter."))
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return _no_link(request, gettext("There is no such account any more."))
    person = _person(Writer(user=user))
    form = ConfirmForm(request.POST or None, user=None)
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return _page(request, "me/erase.html", person, form, status=status, by_link=True)
    assert person is not None  # noqa: S101, it has an account
    with transaction.atomic():
        try:
            use_up(purpose=Purpose.ERASE, token=token, max_age=LINK_HOLDS)
        except LinkInvalid:  # the first half of a double click did
            return _to_erase()
        return _begin(request, person)


@require_POST
def call_off(request: HttpRequest) -> HttpResponse:
    """Take back the wish to be erased, as long as its day has not come."""
    person = _person(writer_of(request))
    wish = erasing.asked_by(person) if person else None
    if wish is not None and erasing.call_off(wish):
        messages.success(request, gettext("Called off. Everything stays as it is."))
    else:
        messages.info(request, gettext("There was nothing to call off any more."))
    return _to_erase()


def _begin(request: HttpRequest, person: Person) -> HttpResponse:
    site = SiteSettings.current()
    if _is_of_the_desk(person):
        messages.info(
            request,
            gettext(
                "You work on the desk: a site admin takes that role from you first. Then you can"
                " have yourself erased here. Nothing was erased now."
            ),
        )
        return _to_erase()
    wish = erasing.ask(
        person=person, comments_stay=_stays(site), grace_days=site.erasure_grace_days
    )
    if site.erasure_grace_days:
        return _to_erase()
    logout(request)
    answer = HttpResponseRedirect(reverse("comments:erased", args=[wish.public_id]), status=303)
    forget_guest(answer)
    return answer


@never_cache
@require_safe
def erased(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say that it is done, or under way. There is nothing about anybody on the page."""
    wish = Erasure.objects.filter(public_id=public_id).first()
    return render(request, "me/erased.html", {"wish": wish}, status=200 if wish else 404)


def _person(writer: Writer) -> Person | None:
    """Return whom the reader can ask about: themselves; None for somebody not known here."""
    author_id = author_of_writer(writer)
    user_id = writer.user.pk if writer.user else None
    if author_id is None and user_id is None:
        return None
    return Person(author_id=author_id, user_id=user_id)


def _to_confirm(writer: Writer) -> User | None:
    """Return the account whose password is asked for: one that did not sign in just now."""
    user = writer.user
    if user is None or (user.last_login and user.last_login > timezone.now() - FRESH):
        return None
    return user


def _to_erase() -> HttpResponse:
    return HttpResponseRedirect(reverse("comments:erase"), status=303)


def _is_of_the_desk(person: Person) -> bool:
    user = User.objects.filter(pk=person.user_id).first() if person.user_id else None
    return user is not None and user.is_moderator


def _stays(site: SiteSettings) -> bool:
    return site.erased_comments == ErasedComments.STAY


def _page(
    request: HttpRequest,
    template: str,
    person: Person | None,
    form: ConfirmForm,
    *,
    status: int = 200,
    by_link: bool = False,
) -> HttpResponse:
    site = SiteSettings.current()
    context = {
        "place": "data",
        "person": person,
        "address": writer_of(request).address,
        "form": form,
        "stays": _stays(site),
        "grace_days": site.erasure_grace_days,
        "wish": erasing.asked_by(person) if person else None,
        "by_link": by_link,
    }
    return for_one_reader(render(request, template, context, status=status))


def _no_link(request: HttpRequest, words: str, *, was_used: bool = False) -> HttpResponse:
    context = {"words": words, "was_used": was_used}
    return render(request, "me/no_link.html", context, status=410)
