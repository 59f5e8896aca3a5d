"""What django-allauth asks the site: its words, whom limits count for, how secrets are kept."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.names import clean_name
from accounts.notifications import TOLD
from accounts.sealing import seal, unseal

_MFA = "accounts.mfa"


class AccountAdapter(DefaultAccountAdapter):
    """Accounts by e-mail address, in plain words."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _(
            "This account is closed. Write to the newsroom if you think it should not be."
        ),
        "duplicate_email": _("This is the address of your account already."),
        "email_password_mismatch": _(
            "This address and password do not belong together. Check both and try again."
        ),
        "email_taken": _("This address cannot be used. Choose another one."),
        "enter_current_password": _("This is not your password now. Nothing was changed."),
        "incorrect_code": _("This is not the code that we sent. Look at the letter once more."),
        "incorrect_password": _("This is not your password. Try again."),
        "invalid_or_expired_key": _("This link does not work any more. Ask for a new one."),
        "invalid_login": _("This address cannot sign in. Check it and try again."),
        "invalid_password_reset": _("This link does not work any more. Ask for a new one."),
        "too_many_login_attempts": _("That was very often in a short time. Wait some minutes."),
        "rate_limited": _("That was very often in a short time. Wait a minute, then try again."),
        "same_as_current": _("This is the same as before."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether readers may open accounts: the setting SIGN_UP."""
        return bool(settings.SIGN_UP)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return whom limits count for, by the site's own rule about proxies and households."""
        pseudonym_of_client = import_string(settings.AXES_CLIENT_IP_CALLABLE)
        return pseudonym_of_client(request) or "unknown"

    def render_mail(
        self, template_prefix: str, email: str, context: dict[str, Any], headers: Any = None
    ) -> EmailMessage:
        """Write a letter; one about the safety of an account says what happened in our words."""
        if told := TOLD.get(template_prefix):
            template_prefix, context = "account/email/told", {**context, "told": told}
        letter: EmailMessage = super().render_mail(template_prefix, email, context, headers)
        return letter

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Store somebody who signs up, with the name that they gave."""
        user.name = form.cleaned_data["name"]
        saved: User = super().save_user(request, user, form, commit=commit)
        return saved


class SocialAdapter(DefaultSocialAccountAdapter):
    """Sign-in through OpenID providers."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """A provider that the site has chosen brings its people, even where SIGN_UP is off."""
        return True

    def populate_user(
        self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]
    ) -> User:
        """Take the name that the provider tells."""
        user: User = super().populate_user(request, sociallogin, data)
        told = (data.get("name"), data.get("first_name"), data.get("username"))
        user.name = next((name for name in map(clean_name, filter(None, told)) if name), "")[:80]
        return user

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        """Store somebody who came from a provider for the first time."""
        if form is not None:
            sociallogin.user.name = form.cleaned_data["name"]
        saved: User = super().save_user(request, sociallogin, form)
        return saved


class MFAAdapter(DefaultMFAAdapter):
    """Keeps the secrets of authenticator apps sealed: a copy of the database does not open them."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code does not fit, or was used before. Try the newest one."),
    }

    def encrypt(self, text: str) -> str:
        """Seal a secret with the site's key."""
        return seal(text, purpose=_MFA)

    def decrypt(self, encrypted_text: str) -> str:
        """Open a secret, with an earlier key of the site where it needs that."""
        return unseal(encrypted_text, purpose=_MFA)
