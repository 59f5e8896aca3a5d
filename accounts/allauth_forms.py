"""The forms of django-allauth in our words, with a name instead of a user name."""

from typing import Any

from allauth.account import forms as account_forms
from allauth.socialaccount import forms as social_forms
from django import forms
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.names import clean_name

ADDRESS = _("E-mail address")
_ADDRESS_WORDS = {
    "required": _("Write your e-mail address."),
    "invalid": _("Write an address such as name@example.org."),
}
_CODE_WORDS = {"required": _("Write the code from the letter.")}


def _plain(field: forms.Field, *, label: Any = None, words: dict[str, Any] | None = None) -> None:
    """Give a field our label and words; a placeholder would only say the label twice."""
    field.widget.attrs.pop("placeholder", None)
    if label is not None:
        field.label = label
    if isinstance(field.widget, forms.PasswordInput):
        words = {"required": _("Write the password.")}
    field.error_messages = {**field.error_messages, **(words or {})}


class SignInForm(account_forms.LoginForm):
    """E-mail address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["login"], label=ADDRESS, words=_ADDRESS_WORDS)
        self.fields["login"].widget.attrs |= {
            "autocomplete": "username webauthn",
            "autofocus": True,
        }
        _plain(self.fields["password"], label=_("Password"))


class NameForm(forms.Form):
    """The name that stands above somebody's comments."""

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("It stands above your comments."),
        error_messages={"required": _("Write the name that will stand above your comments.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def clean_name(self) -> str:
        """Return the name on one line; refuse one that nobody could see."""
        name = clean_name(str(self.cleaned_data["name"]))
        if not name:
            raise ValidationError(self.fields["name"].error_messages["required"], code="required")
        return name


class SignUpForm(NameForm, account_forms.SignupForm):
    """A name, an e-mail address and a password."""

    field_order = ("name", "email", "password1")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["email"], label=ADDRESS, words=_ADDRESS_WORDS)
        self.fields["email"].help_text = _("Never published. We send you a code to it.")
        _plain(self.fields["password1"], label=_("Password"))
        self.fields["password1"].help_text = password_validators_help_text_html()

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Store the account; where the address has one already, only its owner is told.

        Both ways hash a password, so that the time of the answer tells nothing either.
        """
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        saved: tuple[User | None, HttpResponse | None] = super().try_save(request)
        return saved


class SocialSignUpForm(NameForm, social_forms.SignupForm):
    """What is still asked from somebody who comes from an OpenID provider."""

    field_order = ("name", "email")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["email"], label=ADDRESS, words=_ADDRESS_WORDS)
        self.fields["name"].initial = self.sociallogin.user.name


class ChangeAddressForm(account_forms.AddEmailForm):
    """Another e-mail address for the account; a code goes to it first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["email"], label=_("New e-mail address"), words=_ADDRESS_WORDS)


class ResetPasswordForm(account_forms.ResetPasswordForm):
    """To whom a code for a new password is mailed, if they have an account."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["email"], label=ADDRESS, words=_ADDRESS_WORDS)


class ChangePasswordForm(account_forms.ChangePasswordForm):
    """The present password, and the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["oldpassword"], label=_("Your password now"))
        _plain(self.fields["password1"], label=_("New password"))
        _plain(self.fields["password2"], label=_("New password, once more"))


class SetPasswordForm(account_forms.SetPasswordForm):
    """A first password for somebody who came through a provider."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["password1"], label=_("New password"))
        _plain(self.fields["password2"], label=_("New password, once more"))


class NewPasswordForm(account_forms.ResetPasswordKeyForm):
    """The new password, twice, for whoever brought the code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["password1"], label=_("New password"))
        _plain(self.fields["password2"], label=_("New password, once more"))


class AskAgainForm(account_forms.ReauthenticateForm):
    """The password, once more, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["password"], label=_("Password"))


class AddressCodeForm(account_forms.ConfirmEmailVerificationCodeForm):
    """The code that was mailed to a new address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["code"], label=_("Code"), words=_CODE_WORDS)


class AskAgainCodeForm(account_forms.ConfirmReauthenticationCodeForm):
    """The code that was mailed before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["code"], label=_("Code"), words=_CODE_WORDS)


class PasswordCodeForm(account_forms.ConfirmPasswordResetCodeForm):
    """The code that was mailed to whoever wants a new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["code"], label=_("Code"), words=_CODE_WORDS)
