"""Word lists: all of them, one of them, and what may be changed about one."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from moderation.models import Rule, WordList
from moderation.punctuation import count, quoted
from moderation.rulebook.list_forms import FillForm, ListForm, SeenForm
from moderation.rulebook.list_words import problem_in_words
from moderation.rulebook.lists import (
    ListChanged,
    ListInUse,
    ListNameTaken,
    OtherEntries,
    Reading,
    delete_list,
    fill_list,
    lists,
    live_lists,
    make_list,
    read_into,
    rename_list,
    rules_by_list,
)
from moderation.rules.entries import Problem
from moderation.views.guard import DeskRequest, senior_view
from moderation.views.rulebook.frame import frame

MOST_SHOWN = 200  # entries of a list, and refused lines
MOST_EDITED = 5_000  # entries that are put into a field to be edited together
LONGEST_KEPT = 500_000  # characters that are given back to be mended


@dataclass(frozen=True, slots=True)
class Row:
    """One list among all: the rules that ask it, and how it stands to the live version."""

    word_list: WordList
    rules: list[Rule]
    standing: str


@require_safe
@senior_view
def word_lists(request: DeskRequest) -> HttpResponse:
    """List all lists."""
    return _all(request, ListForm())


@require_POST
@senior_view
def add_word_list(request: DeskRequest) -> HttpResponse:
    """Make an empty list and go there."""
    form = ListForm(request.POST)
    if form.is_valid():
        try:
            made = make_list(by=request.user, **form.cleaned_data)
        except ListNameTaken:
            form.say_taken()
        else:
            return redirect("moderation:word_list", list_key=made.key)
    return _all(request, form, status=422)


@require_safe
@senior_view
def word_list(request: DeskRequest, list_key: str) -> HttpResponse:
    """Show a list: its entries, or those with a word in them."""
    return _one(request, _found(list_key))


@require_POST
@senior_view
def fill_word_list(request: DeskRequest, list_key: str) -> HttpResponse:
    """Add entries to a list or put them in its place; refused lines first stop everything."""
    current, form = _found(list_key), FillForm(request.POST, request.FILES)
    if not form.is_valid():
        return _one(request, current, fill=form, status=422)
    instead = form.cleaned_data["how"] == "instead"
    reading = read_into(current, form.cleaned_data["text"], instead=instead)
    if reading.refused and not form.cleaned_data["leave_out"]:
        return _one(request, current, fill=form, reading=reading, status=422)
    try:
        fill_list(
            pk=current.pk,
            seen=SeenForm.number(request.POST),
            by=request.user,
            entries=reading.entries,
        )
    except ListChanged as changed:
        return _one(request, _found(list_key), fill=form, changed=changed, status=409)
    for sentence in _told(reading, form):
        messages.success(request, sentence)
    return redirect("moderation:word_list", list_key=list_key)


@require_POST
@senior_view
def take_out(request: DeskRequest, list_key: str) -> HttpResponse:
    """Take the marked entries out of a list, or all that a search in it found."""
    current, asked = _found(list_key), request.POST.get("q", "").strip()
    words = current.words()
    everything = asked and "everything" in request.POST
    gone = set(_with(words, asked) if everything else request.POST.getlist("entry"))
    left = [word for word in words if word not in gone]
    try:
        fill_list(pk=current.pk, seen=SeenForm.number(request.POST), by=request.user, entries=left)
    except ListChanged as changed:
        return _one(request, _found(list_key), changed=changed, status=409)
    number = len(words) - len(left)
    said = ngettext("%(n)s entry taken out.", "%(n)s entries taken out.", number) % {"n": number}
    messages.success(request, said)
    return redirect("moderation:word_list", list_key=list_key)


@require_POST
@senior_view
def rename_word_list(request: DeskRequest, list_key: str) -> HttpResponse:
    """Give a list another name or use."""
    current, form = _found(list_key), ListForm(request.POST)
    if not form.is_valid():
        return _one(request, current, rename=form, status=422)
    try:
        rename_list(
            pk=current.pk, seen=SeenForm.number(request.POST), by=request.user, **form.cleaned_data
        )
    except ListNameTaken:
        form.say_taken()
        return _one(request, current, rename=form, status=422)
    except OtherEntries:
        form.say_other_entries()
        return _one(request, current, rename=form, status=422)
    except ListChanged as changed:
        return _one(request, _found(list_key), rename=form, changed=changed, status=409)
    return redirect("moderation:word_list", list_key=list_key)


@require_safe
@senior_view
def download_word_list(request: DeskRequest, list_key: str) -> HttpResponse:
    """Hand a list out as text, one entry on each line."""
    current = _found(list_key)
    text = "".join(f"{word}\n" for word in current.words())
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{current.key}.txt"'
    return response


@require_POST
@senior_view
def delete_word_list(request: DeskRequest, list_key: str) -> HttpResponse:
    """Delete a list that no rule of the draft asks."""
    current = _found(list_key)
    try:
        delete_list(pk=current.pk, seen=SeenForm.number(request.POST), by=request.user)
    except ListInUse:
        return _one(request, current, in_use=True, status=409)
    except ListChanged as changed:
        return _one(request, _found(list_key), changed=changed, status=409)
    messages.success(request, _("“%(name)s” is deleted from the draft.") % {"name": current.name})
    return redirect("moderation:word_lists")


def _found(key: str) -> WordList:
    found = lists().defer(None).filter(key=key).first()
    if found is None:
        raise Http404
    return found


def _with(words: list[str], asked: str) -> list[str]:
    """Return the entries that have some letters in them."""
    letters = asked.casefold()
    return [word for word in words if letters in word.casefold()]


def _standing(word_list: WordList, live: str | None) -> str:
    """Say how a list stands to the live version; ``live`` is the sha256 that this one names."""
    if live is None:
        return _("Not live: no published rule asks it.")
    if live == word_list.sha256:  # type: ignore[attr-defined]
        return _("As it is live.")
    return _("Differs from the live version.")


def _told(reading: Reading, form: FillForm) -> list[str]:
    """Say what came of what was sent."""
    number = len(reading.entries)
    told = [
        ngettext(
            "%(came)s came. The list has %(n)s entry now.",
            "%(came)s came. The list has %(n)s entries now.",
            number,
        )
        % {"came": count(reading.came), "n": count(number)}
    ]
    if repeated := reading.repeated:
        shown = ", ".join(quoted(problem.entry) for problem in repeated[:10])
        more = _(" and %(n)s more") % {"n": count(len(repeated) - 10)} if len(repeated) > 10 else ""
        told.append(
            ngettext(
                "%(n)s was there already and is kept once: %(entries)s%(more)s.",
                "%(n)s were there already and are kept once: %(entries)s%(more)s.",
                len(repeated),
            )
            % {"n": count(len(repeated)), "entries": shown, "more": more}
        )
    if refused := reading.refused:
        told.append(
            ngettext("%(n)s line was left out.", "%(n)s lines were left out.", len(refused))
            % {"n": count(len(refused))}
        )
    if form.is_latin_1:
        told.append(_("The file is not UTF-8 and was read as Latin-1. Look at words with accents."))
    return told


def _all(request: DeskRequest, form: ListForm, *, status: int = 200) -> HttpResponse:
    rules, live = rules_by_list(), live_lists()
    rows = [Row(one, rules.get(one.key, []), _standing(one, live.get(one.key))) for one in lists()]
    context = {**frame(request, "lists"), "rows": rows, "form": form}
    return render(request, "moderation/rules/lists/all.html", context, status=status)


def _one(
    request: DeskRequest,
    current: WordList,
    *,
    fill: FillForm | None = None,
    rename: ListForm | None = None,
    reading: Reading | None = None,
    changed: ListChanged | None = None,
    in_use: bool = False,
    status: int = 200,
) -> HttpResponse:
    words, asked = current.words(), request.GET.get("q", "").strip()[:200]
    found = _with(words, asked) if asked else words
    context = {
        **frame(request, "lists"),
        "word_list": current,
        "number": len(words),
        "q": asked,
        "found_number": len(found),
        "shown": found[:MOST_SHOWN],
        "rules": rules_by_list().get(current.key, []),
        "standing": _standing(current, live_lists().get(current.key)),
        "fill": fill,
        "rename": rename or ListForm(initial={"name": current.name, "use": current.use}),
        "changed": changed,
        "in_use": in_use,
        "may_edit": 0 < len(words) <= MOST_EDITED,
        **_typed(request, current, words, fill),
        **_refusals(reading),
    }
    return render(request, "moderation/rules/lists/one.html", context, status=status)


def _typed(
    request: DeskRequest, current: WordList, words: list[str], fill: FillForm | None
) -> dict[str, Any]:
    """Return what stands in the field: what was sent, or the whole list to be edited."""
    if fill is not None:
        text = fill.cleaned_data.get("text") or fill["entries"].value() or ""
        kept = text if len(text) <= LONGEST_KEPT else ""
        return {"typed": kept, "how": fill["how"].value() or "add", "lost": bool(text) and not kept}
    if request.GET.get("edit") == "all" and len(words) <= MOST_EDITED:
        return {"typed": "\n".join(words), "how": "instead"}
    return {"typed": "", "how": "add"}


def _refusals(reading: Reading | None) -> dict[str, Any]:
    if reading is None:
        return {}

    def said(problems: list[Problem]) -> list[tuple[Problem, str]]:
        return [(problem, problem_in_words(problem)) for problem in problems[:MOST_SHOWN]]

    return {
        "refused": said(reading.refused),
        "refused_number": len(reading.refused),
        "repeated_number": len(reading.repeated),
        "would_have": len(reading.entries),
    }
