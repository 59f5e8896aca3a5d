"""Versions that were published: read, compared, made live again; and everything ever changed."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from moderation.models import RuleChange, RuleSet
from moderation.rulebook.differences import differences
from moderation.rulebook.names import names_for
from moderation.rulebook.publishing import (
    NOTHING,
    NothingToPublish,
    PublishedMeanwhile,
    as_draft,
    live_version,
    publish_again,
)
from moderation.rulebook.sentences import sentence
from moderation.rulebook.wording import changes_in_words, tell
from moderation.rules.documents import BadRuleSet, upgraded
from moderation.views.guard import DeskRequest, admin_view, senior_view
from moderation.views.rulebook.checked import LONGEST_NOTE, Checks, checked, note_in, refusal
from moderation.views.rulebook.frame import frame
from moderation.views.state import read_number

PAGE_SIZE = 50


@require_safe
@senior_view
def versions(request: DeskRequest) -> HttpResponse:
    """List the versions, newest first."""
    before = read_number(request.GET, "before")
    rows = RuleSet.objects.select_related("published_by").order_by("-number")
    if before is not None:
        rows = rows.filter(number__lt=before)
    page = list(rows[: PAGE_SIZE + 1])
    live = live_version()
    context = {
        **frame(request, "versions"),
        "versions": [(row, len(row.document.get("rules", ()))) for row in page[:PAGE_SIZE]],
        "live": live,
        "next_before": page[PAGE_SIZE - 1].number if len(page) > PAGE_SIZE else None,
    }
    return render(request, "moderation/rules/versions.html", context)


@require_safe
@senior_view
def version(request: DeskRequest, number: int) -> HttpResponse:
    """Show one version: its rules as sentences, and what it changed."""
    return _page(request, _version(number))


@require_http_methods(["GET", "HEAD", "POST"])
@admin_view
def version_again(request: DeskRequest, number: int) -> HttpResponse:
    """Ask whether an old version shall be live again, and publish it under a new number."""
    row, live = _version(number), live_version()
    if request.method != "POST":
        return _again_page(request, row, live)
    trouble = refusal(request.POST, _checks(row, live))
    if trouble:
        return _again_page(request, row, live, trouble=trouble, status=422)
    try:
        made = publish_again(
            version=row,
            by=request.user,
            note=note_in(request.POST) or _("Back to version %(n)s") % {"n": number},
            seen_live=read_number(request.POST, "live") or 0,
        )
    except PublishedMeanwhile as meanwhile:
        live = meanwhile.live
        said = _("%(who)s published version %(n)s after you opened this page.")
        trouble = said % {"who": live.published_by or _("The site"), "n": live.number}
    except NothingToPublish:
        trouble = _("This is what is live already.")
    except BadRuleSet as bad:
        trouble = str(bad)
    else:
        said = _("Version %(new)s is live: the rules of version %(old)s again.")
        messages.success(request, said % {"new": made.number, "old": number})
        return redirect("moderation:version", number=made.number)
    return _again_page(request, row, live, trouble=trouble, status=409)


def _checks(row: RuleSet, live: RuleSet | None) -> Checks:
    return checked(as_draft(row), live=live, called=_("Version %(n)s") % {"n": row.number})


def _again_page(
    request: DeskRequest,
    row: RuleSet,
    live: RuleSet | None,
    *,
    trouble: str = "",
    status: int = 200,
) -> HttpResponse:
    compared = _compared(live, row)
    context = {
        **frame(request, "versions"),
        **compared,
        **(_checks(row, live) if compared["differs"] else {}),
        "version": row,
        "live": live,
        "note": request.POST.get("note", ""),
        "longest_note": LONGEST_NOTE,
        "trouble": trouble,
    }
    return render(request, "moderation/rules/version_again.html", context, status=status)


@require_safe
@senior_view
def changes(request: DeskRequest) -> HttpResponse:
    """Show everything that was ever changed about the rules, newest first."""
    what, before = request.GET.get("what", ""), read_number(request.GET, "before")
    rows = RuleChange.objects.select_related("by").order_by("-id")
    if what in RuleChange.What.values:
        rows = rows.filter(what=what)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    page = list(rows[: PAGE_SIZE + 1])
    context = {
        **frame(request, "changes"),
        "changes": changes_in_words(page[:PAGE_SIZE]),
        "whats": RuleChange.What.choices,
        "what": what if what in RuleChange.What.values else "",
        "next_before": page[PAGE_SIZE - 1].pk if len(page) > PAGE_SIZE else None,
    }
    return render(request, "moderation/rules/changes.html", context)


def _version(number: int) -> RuleSet:
    row = RuleSet.objects.select_related("published_by").filter(number=number).first()
    if row is None:
        raise Http404
    return row


def _page(request: DeskRequest, row: RuleSet) -> HttpResponse:
    previous = RuleSet.objects.filter(number__lt=row.number).order_by("-number").first()
    live = live_version()
    context = {
        **frame(request, "versions"),
        **_compared(previous, row),
        "version": row,
        "previous": previous,
        "is_live": live is not None and live.pk == row.pk,
    }
    return render(request, "moderation/rules/version.html", context)


def _compared(before: RuleSet | None, after: RuleSet) -> dict[str, Any]:
    old = before.document if before else NOTHING
    found = differences(before=old, after=after.document)
    entries = upgraded(after.document)["rules"]
    names = names_for([*entries, *(one.before for one in found.rules if one.before)])
    called = {rule["key"]: rule["name"] for rule in entries}
    return {
        "rules": [(rule, sentence(rule, names)) for rule in entries],
        "differs": bool(found),
        "told": tell(found, names),
        "moved": [called[key] for key in found.moved],
        "changed_lists": [(names.lists.get(one.key, one.key), one) for one in found.lists],
    }
