"""The test box of word lists: which entries hit a text, where."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from moderation.models import WordList
from moderation.rulebook.list_forms import TryForm
from moderation.rulebook.list_trying import find_in, pieces
from moderation.views.guard import DeskRequest, senior_view
from moderation.views.rulebook.frame import frame

MOST_MARKED = 300  # hits in one text


@require_http_methods(["GET", "HEAD", "POST"])
@senior_view
def try_word_lists(request: DeskRequest) -> HttpResponse:
    """Show a text with the hits of one list, or of all, marked; htmx asks for that part alone."""
    key = request.POST.get("list", "")
    tried = WordList.objects.defer("entries").filter(key=key).first() if key else None
    if key and tried is None:
        raise Http404
    form = TryForm(request.POST)
    context = {**_result(form, key), "tried_list": tried}
    status = 200 if form.is_valid() else 422
    if request.htmx:
        return render(request, "moderation/rules/lists/_tried.html", context, status=status)
    context |= frame(request, "lists")
    return render(request, "moderation/rules/lists/try.html", context, status=status)


def _result(form: TryForm, key: str) -> dict[str, Any]:
    if not form.is_valid():
        return {"try_form": form, "text": form["text"].value() or ""}
    # As the browser sends it, each line break is two characters, and as it is counted one.
    text = form.cleaned_data["text"].replace("\r\n", "\n").replace("\x00", "")
    found = find_in(text, key=key) if text.strip() else []
    marked = found[:MOST_MARKED]
    return {
        "try_form": form,
        "text": text,
        "found": marked,
        "found_number": len(found),
        "pieces": pieces(text, marked),
    }
