"""Publishing the draft: what changes, what it would have done, one button."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from moderation.models import RuleSet
from moderation.rulebook.differences import Differences, differences
from moderation.rulebook.drafts import Document, Draft, DraftChanged, read_draft
from moderation.rulebook.names import names_for
from moderation.rulebook.publishing import (
    NOTHING,
    NothingToPublish,
    PublishedMeanwhile,
    discard_draft,
    live_version,
    publish_draft,
)
from moderation.rulebook.wording import tell
from moderation.rules.documents import BadRuleSet
from moderation.views.guard import DeskRequest, admin_view, senior_view
from moderation.views.rulebook.checked import LONGEST_NOTE, Checks, checked, note_in, refusal
from moderation.views.rulebook.frame import frame
from moderation.views.state import read_number


@require_http_methods(["GET", "HEAD", "POST"])
@admin_view
def publish(request: DeskRequest) -> HttpResponse:
    """Show what would be published; publish it as it was seen."""
    draft, live = read_draft(), live_version()
    found = _differences(draft, live)
    if not found:
        status = 409 if request.method == "POST" else 200
        return _page(request, draft, live, found, status=status)
    checks = checked(draft, live=live, called=_("The draft"))
    trouble, status = "", 200
    if request.method == "POST":
        trouble, status = _refused(request, draft, live, checks)
        if not trouble:
            try:
                return _published(request)
            except PublishedMeanwhile as meanwhile:
                trouble, status = _meanwhile(meanwhile.live), 409
            except DraftChanged:
                trouble, status = _CHANGED(), 409
            except (NothingToPublish, BadRuleSet) as bad:
                trouble, status = str(bad), 409
    return _page(request, draft, live, found, checks, trouble=trouble, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@senior_view
def discard(request: DeskRequest) -> HttpResponse:
    """Ask whether the draft shall be thrown away, and make it what is live."""
    draft, live = read_draft(), live_version()
    trouble, status = "", 200
    if request.method == "POST":
        try:
            discard_draft(
                by=request.user,
                note=_("The draft was thrown away"),
                seen_draft=request.POST.get("draft", ""),
            )
        except DraftChanged:
            trouble, status = _CHANGED(), 409
        except NothingToPublish:
            messages.success(request, _("There was nothing to throw away."))
            return redirect("moderation:rules")
        else:
            messages.success(request, _("The draft is what is live again."))
            return redirect("moderation:rules")
    found = _differences(draft, live)
    context = {
        **frame(request, "rules"),
        **_what_changes(draft, live, found),
        "trouble": trouble,
    }
    return render(request, "moderation/rules/discard.html", context, status=status)


def _CHANGED() -> str:  # noqa: N802, a sentence
    return _("Somebody changed the draft after you opened this page. Below is how it is now.")


def _meanwhile(live: RuleSet) -> str:
    said = _("%(who)s published version %(n)s after you opened this page. Below is what is left.")
    return said % {"who": live.published_by or _("The site"), "n": live.number}


def _refused(
    request: DeskRequest, draft: Draft, live: RuleSet | None, checks: Checks
) -> tuple[str, int]:
    """Return why it is not published yet, and with which status; nothing where it may be."""
    if request.POST.get("live") != str(live.number if live else 0) and live is not None:
        return _meanwhile(live), 409
    if request.POST.get("draft") != draft.stamp:
        return _CHANGED(), 409
    trouble = refusal(request.POST, checks)
    return (trouble, 422) if trouble else ("", 200)


def _published(request: DeskRequest) -> HttpResponse:
    version = publish_draft(
        by=request.user,
        note=note_in(request.POST),
        seen_live=read_number(request.POST, "live") or 0,
        seen_draft=request.POST.get("draft", ""),
    )
    said = _("Version %(n)s is live: it decides from the next comment on.")
    messages.success(request, said % {"n": version.number})
    return redirect("moderation:version", number=version.number)


def _differences(draft: Draft, live: RuleSet | None) -> Differences:
    document = live.document if live else NOTHING
    return differences(before=document, after=draft.document, entries=draft.entries)


def _what_changes(draft: Draft, live: RuleSet | None, found: Differences) -> dict[str, Any]:
    before: Document = live.document if live else NOTHING
    entries = [*draft.document["rules"], *(one.before for one in found.rules if one.before)]
    names = names_for(entries)
    called = {rule["key"]: rule["name"] for rule in draft.document["rules"]}
    return {
        "live": live,
        "draft": draft,
        "differs": bool(found),
        "told": tell(found, names),
        "moved": [called[key] for key in found.moved],
        "changed_lists": [(names.lists.get(one.key, one.key), one) for one in found.lists],
        "rules_before": len(before.get("rules", ())),
        "rules_after": len(draft.document["rules"]),
    }


def _page(
    request: DeskRequest,
    draft: Draft,
    live: RuleSet | None,
    found: Differences,
    checks: Checks | None = None,
    *,
    trouble: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        **frame(request, "publish"),
        **_what_changes(draft, live, found),
        **(checks or {}),
        "links": True,
        "longest_note": LONGEST_NOTE,
        "note": request.POST.get("note", ""),
        "trouble": trouble,
    }
    return render(request, "moderation/rules/publish.html", context, status=status)
