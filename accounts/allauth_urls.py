"""Addresses of django-allauth's views, under the names by which it finds them itself."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount import views as social
from django.contrib.auth.views import LogoutView
from django.urls import include, path

urlpatterns = [
    path("sign-in/", account.login, name="account_login"),
    path("sign-out/", LogoutView.as_view(), name="account_logout"),
    path("closed/", account.account_inactive, name="account_inactive"),
    path("sign-up/", account.signup, name="account_signup"),
    path("once-more/", account.reauthenticate, name="account_reauthenticate"),
    path(
        "once-more/code/",
        account.request_reauthentication_code,
        name="account_request_reauthentication_code",
    ),
    path(
        "once-more/code/typed/",
        account.confirm_reauthentication_code,
        name="account_confirm_reauthentication_code",
    ),
    path("address/", account.email, name="account_email"),
    path("address/code/", account.email_verification_sent, name="account_email_verification_sent"),
    path("password/", account.password_change, name="account_change_password"),
    path("password/first/", account.password_set, name="account_set_password"),
    path("password/forgotten/", account.password_reset, name="account_reset_password"),
    path(
        "password/forgotten/code/",
        account.confirm_password_reset_code,
        name="account_confirm_password_reset_code",
    ),
    path(
        "password/forgotten/new/",
        account.complete_password_reset,
        name="account_complete_password_reset",
    ),
    path(
        "password/forgotten/done/",
        account.password_reset_from_key_done,
        name="account_password_reset_completed",
    ),
    path("safety/", mfa.index, name="mfa_index"),
    path("safety/code/", mfa.authenticate, name="mfa_authenticate"),
    path("safety/once-more/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("safety/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("safety/app/off/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("safety/recovery/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("safety/recovery/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path(
        "safety/recovery/file/", codes.download_recovery_codes, name="mfa_download_recovery_codes"
    ),
    path("passkeys/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path("passkeys/add/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("passkeys/sign-in/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path(
        "passkeys/once-more/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"
    ),
    path("passkeys/<int:pk>/remove/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
    path("passkeys/<int:pk>/edit/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path("providers/", social.connections, name="socialaccount_connections"),
    path("providers/sign-up/", social.signup, name="socialaccount_signup"),
    path("providers/cancelled/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("providers/trouble/", social.login_error, name="socialaccount_login_error"),
    path("", include("allauth.socialaccount.providers.openid_connect.urls")),
]
