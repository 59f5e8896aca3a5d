"""The form that asks where letters shall go."""

from collections.abc import Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _


class FollowForm(forms.Form):
    """An address; nothing at all for somebody whose address is known to be theirs."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("Never published. A letter with a link asks first whether it is yours."),
        error_messages={
            "required": _("Write the address that the letters shall go to."),
            "invalid": _("Write an address such as name@example.org."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, asks: bool, typed: str = ""
    ) -> None:
        """``typed``: the address that an account has, whether it is known to be theirs or not."""
        super().__init__(data, initial={"email": typed})
        if not asks:
            del self.fields["email"]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True  # the template carries the token
