"""Rules as files: exported, taken from a file after a look at what would change, their schema."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from moderation.models import RuleSet
from moderation.rulebook.differences import differences
from moderation.rulebook.drafts import DraftChanged, read_draft
from moderation.rulebook.exchange import (
    LARGEST_FILE,
    Brought,
    brought_again,
    exported,
    read_file,
    take,
)
from moderation.rulebook.names import names_for
from moderation.rulebook.wording import tell
from moderation.rules.documents import BadRuleSet
from moderation.rules.schema import schema
from moderation.views.guard import DeskRequest, senior_view
from moderation.views.rulebook.frame import frame


@require_safe
@senior_view
def export_draft(request: DeskRequest) -> HttpResponse:
    """Send the draft as a file."""
    draft = read_draft()
    return _file(exported(draft.document, draft.entries), "rules-draft.json")


@require_safe
@senior_view
def export_version(request: DeskRequest, number: int) -> HttpResponse:
    """Send a version as a file."""
    row = RuleSet.objects.filter(number=number).first()
    if row is None:
        raise Http404
    return _file(exported(row.document), f"rules-version-{number}.json")


@require_safe
@senior_view
def rules_schema(request: DeskRequest) -> HttpResponse:
    """Send the JSON Schema of such a file."""
    address = request.build_absolute_uri(request.path)
    answer = JsonResponse(schema(address=address), json_dumps_params={"indent": 2})
    answer["Content-Type"] = "application/schema+json"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@senior_view
def exchange(request: DeskRequest) -> HttpResponse:
    """Offer the draft as a file, and read one: first what would change, then the change."""
    if request.method != "POST":
        return _page(request)
    try:
        if request.POST.get("do") == "replace":
            return _replaced(request, brought_again(request.POST.get("brought", "")))
        return _looked_at(request, read_file(_given(request)))
    except BadRuleSet as bad:
        return _page(request, trouble=str(bad), status=422)


def _given(request: HttpRequest) -> str:
    file = request.FILES.get("file")
    if file is None:
        text = request.POST.get("text", "")
        if not text.strip():
            raise BadRuleSet(_("Choose a file, or paste what stands in one."))
        return text
    if (file.size or 0) > LARGEST_FILE:
        raise BadRuleSet(_("The file is too large: 30 MB are the most."))
    try:
        return str(file.read().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadRuleSet(_("The file is no text in UTF-8.")) from None


def _replaced(request: DeskRequest, brought: Brought) -> HttpResponse:
    try:
        take(brought=brought, by=request.user, seen_draft=request.POST.get("draft", ""))
    except DraftChanged:
        said = _("Somebody changed the draft meanwhile. Below is what would change now.")
        return _looked_at(request, brought, trouble=said, status=409)
    messages.success(request, _("The draft is what the file says. Publishing it is another step."))
    return redirect("moderation:rules")


def _looked_at(
    request: DeskRequest, brought: Brought, *, trouble: str = "", status: int = 200
) -> HttpResponse:
    draft = read_draft()
    found = differences(before=draft.document, after=brought.document, entries=draft.entries)
    entries = [*brought.document["rules"], *(one.before for one in found.rules if one.before)]
    names = names_for(entries)
    called = {rule["key"]: rule["name"] for rule in brought.document["rules"]}
    return _page(
        request,
        trouble=trouble,
        status=status,
        brought=brought.written(),
        draft=draft.stamp,
        differs=bool(found),
        told=tell(found, names),
        moved=[called[key] for key in found.moved],
        changed_lists=[
            (names.lists.get(one.key) or brought.lists.get(one.key, {}).get("name", one.key), one)
            for one in found.lists
        ],
    )


def _page(
    request: DeskRequest, *, trouble: str = "", status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        **frame(request, "exchange"),
        "trouble": trouble,
        "text": request.POST.get("text", ""),
        **more,
    }
    return render(request, "moderation/rules/exchange.html", context, status=status)


def _file(document: Any, name: str) -> HttpResponse:
    answer = JsonResponse(document, json_dumps_params={"indent": 2, "ensure_ascii": False})
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
