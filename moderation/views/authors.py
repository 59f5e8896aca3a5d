"""An author: the drawer beside a card, the page of its own, and what moderators do about them."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from comments.models import Author, Comment, ReportCategory, SiteSettings
from moderation import author_acts, selectors, trust
from moderation import author_wording as wording
from moderation.author_acts import ActedMeanwhile, NothingToTakeBack, NotYours
from moderation.author_forms import DrawerForm, NoteForm, RestrictForm, StrikeForm, TrustForm
from moderation.closer_looks import quoted_in
from moderation.decisions import database_now
from moderation.evidence import marked
from moderation.models import ActKind, AuthorAct, TrustTerms
from moderation.scope import sections_of
from moderation.selectors import AuthorDrawer, QueueFilters
from moderation.sight import sight_of
from moderation.views.cards import Desk
from moderation.views.guard import DeskRequest, desk_view
from moderation.views.queues import chrome
from moderation.views.records import line_about, older
from moderation.views.state import read_number

IN_PANE = 10  # comments on one page of the drawer


@dataclass(frozen=True, slots=True)
class ActLine:
    """An act in a list, and the name of the button that takes it back, if this person may."""

    act: AuthorAct
    did: str
    button: str
    decided: Comment | None  # with whose removal it came, where this person may open that


@require_safe
@desk_view
def author(request: DeskRequest, author_key: uuid.UUID) -> HttpResponse:
    """Show an author: as a page, as the drawer, or the next comments of the drawer."""
    return _author(request, selectors.author_for(user=request.user, key=author_key))


@require_POST
@desk_view
def note_author(request: DeskRequest, author_key: uuid.UUID) -> HttpResponse:
    """Note something about an author."""
    found = selectors.author_for(user=request.user, key=author_key)
    form = NoteForm(request.POST, seen=0)

    def note() -> AuthorAct:
        text = form.cleaned_data["note"]
        return author_acts.add_note(author=found, by=request.user, text=text, at=database_now())

    return _act(request, found, {"note_form": form}, note)


@require_POST
@desk_view
def strike_author(request: DeskRequest, author_key: uuid.UUID) -> HttpResponse:
    """Give an author a strike."""
    found = selectors.author_for(user=request.user, key=author_key)
    form = StrikeForm(request.POST, seen=0)

    def strike() -> AuthorAct:
        return author_acts.strike(
            author=found, by=request.user, at=database_now(), **form.cleaned_data
        )

    return _act(request, found, {"strike_form": form}, strike)


@require_POST
@desk_view
def trust_author(request: DeskRequest, author_key: uuid.UUID) -> HttpResponse:
    """Trust an author more or less than their comments earn."""
    found = selectors.author_for(user=request.user, key=author_key)
    form = TrustForm(request.POST, seen=0)

    def set_trust() -> AuthorAct:
        return author_acts.set_trust(
            author=found, by=request.user, at=database_now(), **form.cleaned_data
        )

    return _act(request, found, {"trust_form": form}, set_trust)


@require_POST
@desk_view
def restrict_author(request: DeskRequest, author_key: uuid.UUID) -> HttpResponse:
    """Mute or ban an author."""
    found = selectors.author_for(user=request.user, key=author_key)
    form = RestrictForm(request.POST, seen=0, user=request.user, settings=SiteSettings.current())

    def restrict() -> AuthorAct:
        at = database_now()
        return author_acts.restrict(
            author=found,
            by=request.user,
            terms=form.terms(at=at),
            at=at,
            seen=form.cleaned_data["seen"],
        )

    return _act(request, found, {"restrict_form": form}, restrict)


@require_POST
@desk_view
def take_back_act(request: DeskRequest, act_id: uuid.UUID) -> HttpResponse:
    """Strike out a note, take back a strike, lift a mute or ban, or impose it again."""
    act = selectors.act_for(user=request.user, public_id=act_id)

    def take_back() -> AuthorAct:
        return author_acts.take_back(act=act, by=request.user, at=database_now())

    return _act(request, act.author, {}, take_back)


def _act(
    request: DeskRequest,
    found: Author,
    forms: dict[str, DrawerForm],
    do: Callable[[], AuthorAct],
) -> HttpResponse:
    """Do what a form asks; whatever stands in the way, what was typed stays in the form."""
    for form in forms.values():
        if not form.is_valid():
            return _author(request, found, status=422, forms=forms)
    try:
        act = do()
    except NotYours:
        raise PermissionDenied from None
    except ActedMeanwhile as acted:
        trouble = wording.acted_meanwhile(acted.newest)
        return _author(request, found, status=409, forms=forms, trouble=trouble)
    except NothingToTakeBack:
        return _author(request, found, status=409, trouble=wording.nothing_to_take_back())
    if not request.htmx:
        return redirect(f"{reverse('moderation:author', args=[found.key])}#drawer")
    act = selectors.act_for(user=request.user, public_id=act.public_id)
    return _author(request, found, done=act)


def _author(
    request: DeskRequest,
    found: Author,
    *,
    status: int = 200,
    forms: dict[str, DrawerForm] | None = None,
    trouble: str = "",
    done: AuthorAct | None = None,
) -> HttpResponse:
    in_pane = "pane" in request.GET
    part = request.htmx.target if request.htmx.target in ("drawer", "drawer-comments") else ""
    at_desk = Desk(user=request.user, filters=QueueFilters(), at=database_now())
    context: dict[str, Any] = {"author": found, "in_pane": in_pane}
    if part != "drawer-comments":
        context |= _drawer(at_desk, found, forms or {}, done)
    if in_pane or not part:
        context |= _comments(request, found, size=IN_PANE if in_pane else None)
    if not part:
        context |= chrome(at_desk)
    template = {"drawer": "_author_drawer", "drawer-comments": "_author_comments"}.get(
        part, "author"
    )
    context["drawer_trouble"] = trouble
    return render(request, f"moderation/{template}.html", context, status=status)


def _drawer(
    at_desk: Desk, found: Author, forms: dict[str, DrawerForm], done: AuthorAct | None
) -> dict[str, Any]:
    user, settings = at_desk.user, SiteSettings.current()
    sections = sections_of(user)
    drawer = selectors.author_drawer(user=user, author=found, at=at_desk.at)
    for form in forms.values():
        form.show_again(seen=drawer.seen)

    def line(act: AuthorAct) -> ActLine:
        open_to = author_acts.may_take_back(user, act, settings=settings)
        offered = open_to and author_acts.can_be_taken_back(act, at=at_desk.at)
        button = wording.take_back(act) if offered else ""
        return ActLine(act, wording.did(act), button, _removed_with(act, sections))

    decided = found.published_count + found.removed_count
    standing, names = drawer.standing, drawer.other_names
    return {
        "drawer": drawer,
        "drawer_done": wording.done(done) if done is not None else "",
        "trust": trust.trust_in(
            published=found.published_count,
            removed=found.removed_count,
            terms=TrustTerms.current().terms,
        ),
        "trust_by_hand": line(standing.trust) if standing.trust is not None else None,
        "removed_share": round(100 * found.removed_count / decided) if decided else None,
        "marks": [{"x": n * 8, "status": status} for n, status in enumerate(drawer.marks)],
        "marks_told": _marks_told(drawer),
        "restrictions": [
            {"line": line(act), "words": wording.standing(act)} for act in standing.restrictions
        ],
        "strikes": [line(act) for act in standing.strikes],
        "strikes_told": wording.strikes(len(standing.strikes)),
        "notes": [line(act) for act in drawer.acts if act.kind == ActKind.NOTE],
        "history": [line(act) for act in drawer.acts],
        "reports": [(ReportCategory(one.category).label, one) for one in drawer.reports],
        "names_told": wording.other_names(
            min(names.number, selectors.MOST_NAMES), days=names.days, more=names.is_capped
        )
        if names is not None
        else "",
        "note_form": NoteForm(seen=drawer.seen),
        "strike_form": StrikeForm(seen=drawer.seen),
        "trust_form": TrustForm(seen=drawer.seen),
        "restrict_form": RestrictForm(seen=drawer.seen, user=user, settings=settings),
        **forms,
    }


def _removed_with(act: AuthorAct, sections: frozenset[int] | None) -> Comment | None:
    if act.decision is None:
        return None
    removed = act.decision.comment
    return removed if sections is None or removed.article.section_id in sections else None


def _marks_told(drawer: AuthorDrawer) -> str:
    return wording.marks(
        published=drawer.marks.count("published"),
        removed=drawer.marks.count("removed"),
        total=len(drawer.marks),
    )


def _comments(request: DeskRequest, found: Author, *, size: int | None) -> dict[str, Any]:
    record = selectors.author_record(
        user=request.user,
        author=found,
        before=read_number(request.GET, "before"),
        **({"size": size} if size else {}),
    )
    sight = sight_of(
        user=request.user,
        revisions=[comment.current_revision_id for comment in record.comments],
        at=database_now(),
    )
    return {
        "sight": sight,
        "rows": [
            {
                "comment": comment,
                "seen": (
                    seen := sight.of(
                        comment.current_revision.body, revision_id=comment.current_revision_id
                    )
                ),
                "text": ""
                if size
                else marked(
                    seen.body,
                    quotations=()
                    if seen.hides
                    else quoted_in(comment, body=comment.current_revision.body),
                ),
                "line": line_about(request, record.decisions[comment.pk], comment=comment)
                if comment.pk in record.decisions
                else None,
            }
            for comment in record.comments
        ],
        "next_url": older(request, record.next_before),
        "at_top": "before" not in request.GET,
    }
