"""The texts of letters on the desk: placeholders, a preview, ours again."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from comments.models import SiteSettings
from moderation.illegal_content.letters import how_to_object
from moderation.letter_texts import (
    ALLOWED,
    PLACEHOLDERS,
    Text,
    change_text,
    fill,
    original,
    text_of,
    unknown_placeholders,
    with_way_out,
)
from moderation.models import IllegalKind, LetterKind, LetterText
from moderation.views.guard import DeskRequest, admin_view
from moderation.views.rulebook.frame import frame


class LetterForm(forms.Form):
    """A subject and a text with placeholders, and what stood there when it was shown."""

    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=150)
    body = forms.CharField(
        label=gettext_lazy("Text"), widget=forms.Textarea(attrs={"rows": 16}), max_length=5000
    )
    seen_subject = forms.CharField(widget=forms.HiddenInput, required=False)
    seen_body = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(*(Field(name) for name in self.fields))

    def clean_subject(self) -> str:
        """Keep the subject on one line."""
        return self._known(" ".join(str(self.cleaned_data["subject"]).split()))

    def clean_body(self) -> str:
        """Keep plain line feeds."""
        return self._known(_plain(self.cleaned_data["body"]))

    def _known(self, text: str) -> str:
        unknown = unknown_placeholders(text, kind=self.kind)
        if unknown:
            told = ngettext(
                "%(names)s is no placeholder of this letter. Choose one of the list, or write it"
                " without braces.",
                "%(names)s are no placeholders of this letter. Choose from the list, or write them"
                " without braces.",
                len(unknown),
            )
            raise forms.ValidationError(told % {"names": ", ".join(unknown)})
        return text

    @property
    def text(self) -> Text:
        """What shall be sent."""
        return Text(self.cleaned_data["subject"], self.cleaned_data["body"])

    @property
    def seen(self) -> Text:
        """What was sent when the form was shown."""
        return Text(self.cleaned_data["seen_subject"], _plain(self.cleaned_data["seen_body"]))


@require_safe
@admin_view
def letters(request: DeskRequest) -> HttpResponse:
    """List the letters of each language, and which have words of the site's own."""
    own = set(LetterText.objects.values_list("kind", "language"))
    found = [
        (kind, kind.label, code, name, (kind.value, code) in own)
        for code, name in settings.LANGUAGES
        for kind in LetterKind
    ]
    context = {**frame(request, "letters"), "letters": found}
    return render(request, "moderation/rules/letters.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@admin_view
def letter(request: DeskRequest, kind: str, language: str) -> HttpResponse:
    """Show a text in a form; preview it, keep it, or go back to ours (POST)."""
    if kind not in LetterKind.values or language not in dict(settings.LANGUAGES):
        raise Http404
    held = text_of(kind, language=language)
    if request.method != "POST":
        return _page(request, kind, language, _filled(kind, held))
    form = LetterForm(request.POST, kind=kind)
    back = "original" in request.POST
    if not form.is_valid() and not back:
        return _page(request, kind, language, form, status=422)
    if "preview" in request.POST:
        return _page(request, kind, language, form, preview=_example(kind, form.text))
    form.cleaned_data.setdefault("seen_subject", "")
    form.cleaned_data.setdefault("seen_body", "")
    wished = None if back else form.text
    if not change_text(
        kind=kind, language=language, wished=wished, seen=form.seen, by=request.user
    ):
        now = text_of(kind, language=language)
        typed = {"subject": request.POST.get("subject"), "body": request.POST.get("body")}
        seen = {"seen_subject": now.subject, "seen_body": now.body}
        again = LetterForm({**typed, **seen}, kind=kind)
        return _page(request, kind, language, again, status=409)
    messages.success(
        request, _("The letter has our own text again.") if back else _("Kept, from now on.")
    )
    return redirect("moderation:letters")


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _filled(kind: str, text: Text) -> LetterForm:
    said = {"subject": text.subject, "body": text.body}
    seen = {"seen_subject": text.subject, "seen_body": text.body}
    return LetterForm(initial={**said, **seen}, kind=kind)


def _example(kind: str, text: Text) -> Text:
    """Fill a text as for somebody, so that one sees what will be read."""
    link = f"{settings.SITE_URL}/…"
    filled = fill(
        text,
        {
            "name": _("Marit Vik"),
            "site": SiteSettings.current().name,
            "article": _("Ferry prices rise again"),
            "policy": _("Insults"),
            "policy_text": _("Disagree as sharply as you like, but do not insult other people."),
            "policy_link": f"{settings.SITE_URL}/policies/…",
            "how": _("A person decided this."),
            "until": _("until 4 May 2030, 12:00 (Europe/Oslo)"),
            "standing": _("Your comment is on the page."),
            "link": link,
            "appeal": link,
            "decisions": f"{_('Your comment was removed')}\n{link}",
            "about": _("the removal of your comment on “%(article)s”")
            % {"article": _("Ferry prices rise again")},
            "outcome": _("We have looked again, and your comment stays removed"),
            "reason": _("It calls the people on the pier fools, and that is about them."),
            "reference": "7F3K-2M9Q",
            "filed": _("4 May 2030, 12:00"),
            "comment": link,
            "against": str(IllegalKind.THREATS.label),
            "decision": _("The comment was removed."),
            "objection": how_to_object(),
        },
    )
    return with_way_out(filled) if "name" in ALLOWED[kind] else filled


def _page(
    request: DeskRequest,
    kind: str,
    language: str,
    form: LetterForm,
    *,
    preview: Text | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        **frame(request, "letters"),
        "kind": LetterKind(kind),
        "language": dict(settings.LANGUAGES)[language],
        "form": form,
        "preview": preview,
        "placeholders": [(f"{{{name}}}", PLACEHOLDERS[name]) for name in ALLOWED[kind]],
        "is_ours": text_of(kind, language=language) == original(kind, language=language),
        "changed_meanwhile": status == 409,
        "held": text_of(kind, language=language) if status == 409 else None,
    }
    return render(request, "moderation/rules/letter.html", context, status=status)
