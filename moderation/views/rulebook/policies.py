"""Policies on the desk: what they say, with a preview of the page; every change a version."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from comments.word_diff import Piece, word_diff
from moderation.models import Policy, PolicyVersion
from moderation.policies import ReworkedMeanwhile, Wording, newest_version, publish_version
from moderation.views.guard import DeskRequest, admin_view
from moderation.views.rulebook.frame import frame

LONGEST_TEXT = 20_000


class PolicyTextForm(forms.Form):
    """What a policy says, why it changes, and the version that it was made of."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    summary = forms.CharField(
        label=gettext_lazy("In one sentence"),
        help_text=gettext_lazy("What the author of a removed comment reads first."),
        max_length=500,
    )
    text = forms.CharField(
        label=gettext_lazy("Text of the page"),
        help_text=gettext_lazy("Paragraphs with an empty line between; **strong** and *emphasis*."),
        widget=forms.Textarea(attrs={"rows": 12}),
        max_length=LONGEST_TEXT,
        required=False,
    )
    note = forms.CharField(
        label=gettext_lazy("What changes, and why"),
        help_text=gettext_lazy("Readers see this beside the new version."),
        max_length=500,
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, policy: Policy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.policy = policy
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(*(Field(name) for name in self.fields))

    def clean_name(self) -> str:
        """Refuse a name that another policy has: moderators could not tell them apart."""
        name: str = self.cleaned_data["name"]
        if Policy.objects.filter(name=name).exclude(pk=self.policy.pk).exists():
            raise forms.ValidationError(_("Another policy has this name. Choose a different one."))
        return name

    @property
    def wording(self) -> Wording:
        """What the policy shall say."""
        said = self.cleaned_data
        return Wording(said["name"], said["summary"], said["text"].replace("\r\n", "\n"))


@require_safe
@admin_view
def desk_policies(request: DeskRequest) -> HttpResponse:
    """List the policies with the version that holds. Two queries, whatever their number."""
    newest = PolicyVersion.objects.order_by("policy_id", "-number").distinct("policy_id")
    versions = {version.policy_id: version for version in newest.select_related("changed_by")}
    found = [(one, versions[one.pk]) for one in Policy.objects.all()]
    context = {**frame(request, "policies"), "policies": found}
    return render(request, "moderation/rules/policies.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@admin_view
def desk_policy(request: DeskRequest, slug: str) -> HttpResponse:
    """Show a policy in a form; preview what it would say, or publish that (POST)."""
    policy = get_object_or_404(Policy, slug=slug)
    if request.method != "POST":
        return _page(request, policy, _filled(policy, newest_version(policy)))
    form = PolicyTextForm(request.POST, policy=policy)
    if not form.is_valid():
        return _page(request, policy, form, status=422)
    if "preview" in request.POST:
        return _page(request, policy, form, preview=form.wording)
    try:
        made = publish_version(
            policy=policy,
            wording=form.wording,
            note=form.cleaned_data["note"],
            by=request.user,
            seen=form.cleaned_data["seen"],
        )
    except ReworkedMeanwhile:
        seen = newest_version(policy).number
        form = PolicyTextForm({**form.cleaned_data, "seen": seen}, policy=policy)
        return _page(request, policy, form, status=409)
    said = _("Published: version %(n)d of “%(name)s” holds from now on.")
    messages.success(request, said % {"n": made.number, "name": made.name})
    return redirect("moderation:desk_policies")


def _filled(policy: Policy, version: PolicyVersion) -> PolicyTextForm:
    said = {"name": version.name, "summary": version.summary, "text": version.text}
    return PolicyTextForm(initial={**said, "seen": version.number}, policy=policy)


def _page(
    request: DeskRequest,
    policy: Policy,
    form: PolicyTextForm,
    *,
    preview: Wording | None = None,
    status: int = 200,
) -> HttpResponse:
    held = newest_version(policy)
    context = {
        **frame(request, "policies"),
        "policy": policy,
        "held": held,
        "form": form,
        "preview": preview,
        "changes": _changes(held, preview) if preview else (),
        "changed_meanwhile": status == 409,
    }
    return render(request, "moderation/rules/policy.html", context, status=status)


def _changes(held: PolicyVersion, wished: Wording) -> list[Piece]:
    before, after = (f"{x.name}\n\n{x.summary}\n\n{x.text}" for x in (held, wished))
    return word_diff(before, after)
