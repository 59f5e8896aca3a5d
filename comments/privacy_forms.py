"""Confirming that it is the person who asks for everything of theirs, or to be erased."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class ConfirmForm(forms.Form):
    """The password, of an account that has one and did not sign in just now; else nothing.

    ``cannot_confirm``: the account has no password and did not sign in just now.
    """

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        error_messages={"required": _("Write the password.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    # Without it a form with nothing to fill in would hold no value, and never be bound.
    sure = forms.CharField(widget=forms.HiddenInput, initial="yes", required=False)

    def __init__(self, *args: Any, user: User | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user
        self.cannot_confirm = user is not None and not user.has_usable_password()
        if user is None or self.cannot_confirm:
            del self.fields["password"]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def clean_password(self) -> str:
        """The password is that of the account."""
        password = str(self.cleaned_data["password"])
        if self._user is None or not self._user.check_password(password):
            raise forms.ValidationError(
                gettext("This is not the password of your account. Try it once more.")
            )
        return password
