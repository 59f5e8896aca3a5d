"""Trust in authors: what the levels mean, how many are on each, where they reach."""

from datetime import timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from comments.admin_bases import ModelForm
from moderation.decisions import database_now
from moderation.models import TrustTerms
from moderation.rulebook.trusting import authors_on_each, change_terms
from moderation.trust import NAMES
from moderation.views.guard import DeskRequest, admin_view, senior_view
from moderation.views.rulebook.frame import frame

DAYS = 90
_FIELDS = ("known_from", "often_percent", "seldom_percent")


class TrustForm(ModelForm[TrustTerms]):
    """Where the levels reach, and what stood there when it was shown."""

    seen = forms.CharField(widget=forms.HiddenInput)

    class Meta:
        model = TrustTerms
        fields = _FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = _as_seen(self.instance)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(*(Field(name) for name in self.fields))

    def clean(self) -> dict[str, Any]:
        """Refuse levels that cross each other."""
        cleaned = super().clean() or self.cleaned_data
        often, seldom = cleaned.get("often_percent"), cleaned.get("seldom_percent")
        if often is not None and seldom is not None and seldom >= often:
            self.add_error("seldom_percent", _("Choose less than where “often removed” begins."))
        return cleaned


@require_safe
@senior_view
def trust(request: DeskRequest) -> HttpResponse:
    """Show the levels; a site admin finds the form."""
    return _page(request, TrustForm(instance=TrustTerms.current()))


@require_POST
@admin_view
def change_trust(request: DeskRequest) -> HttpResponse:
    """Change where the levels reach."""
    form = TrustForm(request.POST, instance=TrustTerms.current())
    if not form.is_valid():
        return _page(request, form, status=422)
    seen = _read_seen(form.cleaned_data["seen"])
    if not change_terms(wished=form.save(commit=False), seen=seen, by=request.user):
        form = TrustForm(
            {**form.cleaned_data, "seen": _as_seen(TrustTerms.current())},
            instance=TrustTerms.current(),
        )
        return _page(request, form, status=409)
    messages.success(request, _("Kept. It holds from the next comment on."))
    return redirect("moderation:trust")


def _page(request: DeskRequest, form: TrustForm, *, status: int = 200) -> HttpResponse:
    terms = TrustTerms.current()
    counted = authors_on_each(terms.terms, since=database_now() - timedelta(days=DAYS))
    context = {
        **frame(request, "trust"),
        "terms": terms,
        "form": form if request.user.is_site_admin else None,
        "changed_meanwhile": status == 409,
        "levels": [(level, NAMES[level], number) for level, number in counted.items()],
        "authors": sum(counted.values()),
        "days": DAYS,
    }
    return render(request, "moderation/rules/trust.html", context, status=status)


def _as_seen(terms: TrustTerms) -> str:
    return " ".join(str(number) for number in terms.told().values())


def _read_seen(text: str) -> dict[str, int]:
    numbers = [int(word) for word in text.split() if word.isdecimal()]
    return dict(zip(_FIELDS, numbers, strict=False))
