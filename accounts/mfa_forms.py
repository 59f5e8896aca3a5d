"""Passkeys and one-time codes, in our words."""

from typing import Any

from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django.utils.translation import gettext_lazy as _


class AddPasskeyForm(webauthn_forms.AddWebAuthnForm):
    """A passkey with a name. As a rule one signs in with it alone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("What you call it")
        alone = self.fields["passwordless"]
        alone.initial = True
        alone.label = _("Sign in with it alone, without the password")
        alone.help_text = _("The device asks for a fingerprint, your face or its PIN.")


class TurnOnAppForm(totp_forms.ActivateTOTPForm):
    """The first code of an app shows that it has the secret."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code from your app")


class AppCodeForm(mfa_forms.AuthenticateForm):
    """The code of the app, or a recovery code, after the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["code"].widget.attrs["placeholder"]  # it says the label once more


class AskCodeAgainForm(mfa_forms.ReauthenticateForm):
    """The same, once more, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["code"].widget.attrs["placeholder"]
