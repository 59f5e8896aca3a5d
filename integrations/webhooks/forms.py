"""An endpoint as a site admin describes it."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import MODERATING, User
from comments.admin_bases import ModelForm
from integrations.webhooks.addresses import Refused, resolve, split
from integrations.webhooks.models import Endpoint, Kind

_LOOKED_UP_S = 2.0  # for a name, while a person waits for the page
FIELDS = ("name", "kind", "url", "people", "remind_after", "is_on")


class EndpointForm(ModelForm[Endpoint]):
    """An endpoint. The address of one that is there is not shown; left empty, it stays."""

    class Meta:
        model = Endpoint
        fields = FIELDS
        widgets = {
            "url": forms.TextInput(
                attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}
            ),
            "people": forms.CheckboxSelectMultiple,
        }
        error_messages = {
            "name": {"required": _("Give it a name.")},
            "kind": {"required": _("Choose how to tell.")},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept_url = self.instance.url
        self.kept_kind = self.instance.kind
        self.initial["url"] = ""
        people = self.fields["people"]
        if isinstance(people, forms.ModelMultipleChoiceField):
            people.queryset = User.objects.filter(role__in=MODERATING, is_active=True).order_by(
                "name"
            )
        if self.kept_url:
            self.fields["url"].help_text = _("Left empty, the address stays as it is.")
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(*(Field(name) for name in FIELDS))

    def clean_url(self) -> str:
        """Refuse an address that nothing would ever be sent to."""
        url: str = self.cleaned_data["url"].strip()
        if url:
            try:
                resolve(split(url), within_s=_LOOKED_UP_S)
            except Refused as refused:
                raise forms.ValidationError(
                    _("Nothing would be sent there: %(why)s."), params={"why": refused}
                ) from None
            except OSError:
                pass  # a name that nobody knows just now may be known when there is news
        return url

    def clean(self) -> dict[str, Any]:
        """Ask for the people of an e-mail, and for the address of everything else."""
        cleaned = super().clean() or self.cleaned_data
        is_mail = cleaned.get("kind") == Kind.MAIL
        if is_mail:
            cleaned["url"] = ""
            if not cleaned.get("people"):
                self.add_error("people", _("Choose at least one person."))
        elif "url" not in self.errors:
            # An address stays only where it belongs: not with another kind.
            stays = cleaned.get("kind") == self.kept_kind
            cleaned["url"] = cleaned.get("url") or (self.kept_url if stays else "")
            if not cleaned["url"]:
                self.add_error("url", _("Write the address that you were given."))
        return cleaned
