"""A frame in somebody else's page: what it knows of that page and of its reader.

No cookie is read or set in a frame. Who is at the keyboard comes with the request itself, so
nothing that another site makes a browser send can speak for its reader.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import resolve
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt

from comments import cookies
from comments.embedding import tokens
from comments.embedding.links import Links
from comments.models import Article, SiteSettings

PASS = "Ordstyrer-Pass"  # noqa: S105, the name of a header
_ALSO_CALLED = {"no": "nb"}
SCHEMES = ("light", "dark", "auto")
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


@dataclass(slots=True)
class Frame:
    """``host``: the origin of the page around it, if it may show comments. ``kept_pass``: whose
    frame it is. ``page``: the page, where it has no article yet."""

    site: SiteSettings
    host: str
    language: str
    scheme: str
    kept_pass: str = ""
    page: tokens.NewPage | None = None

    @property
    def query(self) -> str:
        """What every address in this frame carries."""
        known = {"from": self.host, "lang": self.language, "scheme": self.scheme}
        return urlencode({name: value for name, value in known.items() if value})

    @property
    def ticket(self) -> str:
        """What stands in every form of this frame."""
        return tokens.ticket(host=self.host, kept_pass=self.kept_pass, page=self.page)


def frame_of(request: HttpRequest) -> Frame | None:
    """Return the frame in which this is asked, or None on the site itself."""
    found = getattr(request, "frame", None)
    return found if isinstance(found, Frame) else None


def framed(view: View[P]) -> View[P]:
    """Show a reader's page in a frame."""

    @csrf_exempt  # there is no cookie to ride on; ``_comes_from_a_frame`` asks for more than Django
    @wraps(view)
    def shown(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        frame = _open(request)
        with translation.override(frame.language or translation.get_language()):
            try:
                response = _answer(request, frame, lambda: view(request, *args, **kwargs))
            except Http404:
                response = render(request, "embed/absent.html", status=404)
            return _finished(frame, response, _links(request, frame, kwargs))

    return shown


def allow_framing(response: HttpResponse, *, site: SiteSettings) -> None:
    """Let the pages that the site admin allowed, and no others, show this answer in a frame."""
    response.xframe_options_exempt = True
    response._csp_replace = {  # type: ignore[attr-defined]
        "frame-ancestors": ["'self'", *site.allowed_origins()]
    }


def own_origin(request: HttpRequest) -> str:
    """Return the origin under which this site was asked."""
    return f"{request.scheme}://{request.get_host()}"


def language_of(request: HttpRequest) -> str:
    """Return the language of the page around the frame, if this site speaks it; else ""."""
    asked = request.GET.get("lang", "").lower()
    spoken = [code for code, _name in settings.LANGUAGES]
    first = asked.partition("-")[0]
    for wanted in filter(None, (asked, first, _ALSO_CALLED.get(first))):
        for code in spoken:
            if code == wanted or code.startswith(f"{wanted}-"):
                return code
    return ""


def _open(request: HttpRequest) -> Frame:
    """Take the frame's own knowledge from the request, and every cookie out of it."""
    site = SiteSettings.current()
    host = request.GET.get("from", "")
    scheme = request.GET.get("scheme", "")
    frame = Frame(
        site=site,
        host=host if host in (*site.allowed_origins(), own_origin(request)) else "",
        language=language_of(request),
        scheme=scheme if scheme in SCHEMES else "",
    )
    request.frame = frame  # type: ignore[attr-defined]
    request.session = type(request.session)()
    _recognise(request, frame, request.headers.get(PASS, ""))
    return frame


def _recognise(request: HttpRequest, frame: Frame, kept_pass: str) -> None:
    """Make the request that of the pass's owner, and of nobody else."""
    person = tokens.read_pass(kept_pass) if kept_pass else tokens.Person()
    is_known = person != tokens.Person()
    frame.kept_pass = kept_pass if is_known else ""
    guests = kept_pass.partition(tokens.BESIDE)[0]
    request.COOKIES = {cookies.NAME: guests} if person.guest_key else {}
    request.user = person.user or AnonymousUser()


def _answer(request: HttpRequest, frame: Frame, view: Callable[[], HttpResponse]) -> HttpResponse:
    if request.method not in ("GET", "HEAD", "POST"):
        return view()
    if request.method == "POST" and not _comes_from_a_frame(request, frame):
        if "shown" not in request.POST:
            return render(request, "embed/again.html", status=403)
        # The form for a comment comes back with its text in it when this is not there.
        sent = request.POST.copy()
        del sent["shown"]
        request.POST = sent  # type: ignore[assignment]
    response = view()
    given = response.cookies.pop(cookies.NAME, None)
    if given is not None:
        _recognise(request, frame, given.value)
        response[PASS] = given.value
    if request.method == "POST" and response.status_code in (302, 303):
        return _followed(request, response)
    return response


def _comes_from_a_frame(request: HttpRequest, frame: Frame) -> bool:
    """Whether a form was sent from a frame of ours, in a page that may still show it.

    The ticket's pass counts where no other came along: without scripts it is the only one.
    """
    origin = request.headers.get("Origin")
    same = request.headers.get("Sec-Fetch-Site") == "same-origin"
    if not (origin == own_origin(request) if origin else same):
        return False
    try:
        ticket = tokens.read_ticket(request.POST.get("csrfmiddlewaretoken", ""))
    except tokens.TicketRefused:
        return False
    if ticket.host and ticket.host not in (*frame.site.allowed_origins(), own_origin(request)):
        return False
    frame.page = ticket.page
    if not frame.kept_pass and ticket.kept_pass:
        _recognise(request, frame, ticket.kept_pass)
    return True


def _followed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Show at once where a form leads: asked for anew, a page would not know its reader."""
    path = response["Location"].partition("#")[0]
    if Links(here=path, query="").inside(path) is None:
        return response
    match = resolve(path)
    request.method = "GET"
    page: HttpResponse = match.func(request, *match.args, **match.kwargs)
    if PASS in response:
        page[PASS] = response[PASS]
    return page


def _links(request: HttpRequest, frame: Frame, named: Mapping[str, object]) -> Links:
    """Return how links are written. ``named``: the article's slug, or a comment's id."""
    page_url = None
    if frame.site.embed_permalinks:
        key = "slug" if "slug" in named else "comments__public_id"
        value = named.get("slug") or named.get("public_id")
        page_url = Article.objects.filter(**{key: value}).values_list("page_url", flat=True).first()
    return Links(here=request.get_full_path(), query=frame.query, page_url=page_url or "")


def _finished(frame: Frame, response: HttpResponse, links: Links) -> HttpResponse:
    if "Location" in response:
        response["Location"] = links.inside(response["Location"]) or response["Location"]
    elif response.get("Content-Type", "").startswith("text/html"):
        response.content = links.written_into(response.content)
    response.cookies.clear()
    patch_vary_headers(response, [PASS])
    allow_framing(response, site=frame.site)
    return response
