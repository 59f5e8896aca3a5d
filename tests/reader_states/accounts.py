"""An account: made, opened, kept safe, and opened through others."""

from unittest.mock import patch

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import override_settings

from accounts.models import Role, User
from tests.desk_data import person
from tests.make import make_user
from tests.reader_states.stage import PASSWORD, Stage, give_device, state

_passkey: dict[str, object] = {}  # as the browser's device made it; the same for everybody here


def _long() -> str:
    """An address that leaves no room beside it on a narrow screen; each time another one."""
    return f"a.rather.long.address.of.marit.vik@number{User.objects.count()}.example.org"


def _sign_in(stage: Stage, user: User, password: str = PASSWORD) -> None:
    stage.go("/accounts/sign-in/")
    stage.fill(login=user.email, password=password)
    stage.press("Sign in")


def _with_app() -> User:
    user = make_user()
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)
    return user


def _with_passkey(stage: Stage) -> tuple[User, Authenticator]:
    """Somebody signed in who has a passkey; the first one is made as anybody makes one."""
    user = make_user()
    stage.is_user(user)
    if not _passkey:
        give_device(stage.page)
        stage.go("/accounts/passkeys/add/")
        stage.press("Make the passkey")
        stage.shows("Recovery codes")
        _passkey.update(Authenticator.objects.get(user=user, type="webauthn").data)
        return user, Authenticator.objects.get(user=user, type="webauthn")
    return user, Authenticator.objects.create(user=user, type="webauthn", data=_passkey)


@state("accounts:sign_in", "account_login")
def signing_in_with_a_mistake(stage: Stage) -> None:
    _sign_in(stage, make_user(), "wrong")
    stage.shows("do not belong together")


@state("429")
def too_many_tries_to_sign_in(stage: Stage) -> None:
    with override_settings(AXES_FAILURE_LIMIT=1):
        _sign_in(stage, make_user(), "wrong")
        stage.shows("Too many tries to sign in")


@state("account_signup")
def signing_up_with_mistakes(stage: Stage) -> None:
    stage.go("/accounts/sign-up/")
    stage.press("Sign up")
    stage.shows("Write your e-mail address.")


@state("account_signup")
def no_accounts_are_made_here(stage: Stage) -> None:
    with override_settings(SIGN_UP=False):
        stage.go("/accounts/sign-up/")
        stage.shows("New accounts are made by the newsroom")


@state("account_email_verification_sent")
def the_code_for_a_new_account(stage: Stage) -> None:
    stage.go("/accounts/sign-up/")
    stage.fill(name="Marit Vik", email=_long(), password1=PASSWORD)
    stage.press("Sign up")
    stage.shows("Look into your mail")
    stage.fill(code="AAAA-AAAA")
    stage.press("Go on")
    stage.shows("This is not the code that we sent.")


@state("account_inactive")
def a_closed_account(stage: Stage) -> None:
    stage.go("/accounts/closed/")


@state("account_reset_password")
def a_forgotten_password(stage: Stage) -> None:
    stage.go("/accounts/password/forgotten/")
    stage.press("Send the code")
    stage.shows("Write your e-mail address.")


@state("account_confirm_password_reset_code")
def the_code_for_a_new_password(stage: Stage) -> None:
    _forget(stage, make_user(email=_long()))
    stage.shows("It comes only if there is an account with this address.")


@state("account_complete_password_reset")
def a_new_password_after_a_code(stage: Stage) -> None:
    code = "ABCD-EFGH"
    with patch("accounts.adapters.AccountAdapter.generate_password_reset_code", lambda self: code):
        _forget(stage, make_user())
    stage.fill(code=code)
    stage.press("Go on")
    stage.shows("Your new password")


def _forget(stage: Stage, user: User) -> None:
    stage.go("/accounts/password/forgotten/")
    stage.fill(email=user.email)
    stage.press("Send the code")
    stage.shows("Look into your mail")


@state("account_password_reset_completed")
def a_new_password_is_saved(stage: Stage) -> None:
    stage.go("/accounts/password/forgotten/done/")


@state("accounts:account")
def ones_account(stage: Stage) -> None:
    stage.is_user(make_user(email=_long(), name="M" * 80))
    stage.go("/accounts/")


@state("account_email")
def another_address(stage: Stage) -> None:
    stage.is_user(make_user(email=_long()))
    stage.go("/accounts/address/")
    stage.fill(email="nobody")
    stage.press("Send the code")
    stage.shows("Write an address such as")


@state("account_reauthenticate")
def is_it_you_by_password(stage: Stage) -> None:
    stage.is_user(_with_app(), is_sure=False)
    stage.go("/accounts/once-more/")
    stage.shows("Other ways")


@state("account_request_reauthentication_code")
def is_it_you_by_mail(stage: Stage) -> None:
    stage.is_user(person(Role.READER), is_sure=False)
    stage.go("/accounts/once-more/code/")
    stage.shows("Mail me a code")


@state("account_confirm_reauthentication_code")
def the_code_that_shows_that_it_is_you(stage: Stage) -> None:
    stage.is_user(person(Role.READER), is_sure=False)
    stage.go("/accounts/once-more/code/")
    stage.press("Mail me a code")
    stage.shows("Look into your mail")


@state("mfa_reauthenticate")
def is_it_you_by_app(stage: Stage) -> None:
    stage.is_user(_with_app(), is_sure=False)
    stage.go("/accounts/safety/once-more/")
    stage.shows("Is it you?")


@state("mfa_reauthenticate_webauthn")
def is_it_you_by_passkey(stage: Stage) -> None:
    user, _key = _with_passkey(stage)
    stage.is_user(user, is_sure=False)
    stage.go("/accounts/passkeys/once-more/")
    stage.shows("Is it you?")


@state("account_change_password")
def another_password_with_mistakes(stage: Stage) -> None:
    stage.is_user(make_user())
    stage.go("/accounts/password/")
    stage.press("Save it")
    stage.shows("Write the password.")


@state("account_set_password")
def a_first_password(stage: Stage) -> None:
    stage.is_user(person(Role.READER))
    stage.go("/accounts/password/first/")
    stage.shows("New password, once more")


@state("mfa_index")
def an_account_with_an_app(stage: Stage) -> None:
    stage.is_user(_with_app())
    stage.go("/accounts/safety/")
    stage.shows("Make new ones")


@state("mfa_authenticate")
def the_code_of_the_app(stage: Stage) -> None:
    _sign_in(stage, _with_app())
    stage.shows("And the code")
    stage.fill(code="1")
    stage.press("Sign in")
    stage.shows("This code does not fit")


@state("mfa_activate_totp")
def an_app_to_turn_on(stage: Stage) -> None:
    stage.is_user(make_user())
    stage.go("/accounts/safety/app/")
    stage.fill(code="1")
    stage.press("Turn on")
    stage.shows("This code does not fit")


@state("mfa_deactivate_totp")
def an_app_to_turn_off(stage: Stage) -> None:
    stage.is_user(_with_app())
    stage.go("/accounts/safety/app/off/")


@state("mfa_view_recovery_codes")
def recovery_codes(stage: Stage) -> None:
    stage.is_user(_with_app())
    stage.go("/accounts/safety/recovery/")
    stage.shows("codes are left")


@state("mfa_generate_recovery_codes")
def new_recovery_codes(stage: Stage) -> None:
    stage.is_user(_with_app())
    stage.go("/accounts/safety/recovery/new/")


@state("mfa_list_webauthn")
def ones_passkeys(stage: Stage) -> None:
    _with_passkey(stage)
    stage.go("/accounts/passkeys/")
    stage.shows("Take away")


@state("mfa_add_webauthn")
def a_passkey_to_add(stage: Stage) -> None:
    stage.is_user(make_user())
    stage.go("/accounts/passkeys/add/")
    stage.shows("Make the passkey")


@state("mfa_edit_webauthn")
def a_passkey_to_rename(stage: Stage) -> None:
    _user, key = _with_passkey(stage)
    stage.go(f"/accounts/passkeys/{key.pk}/edit/")


@state("mfa_remove_webauthn")
def a_passkey_to_take_away(stage: Stage) -> None:
    _user, key = _with_passkey(stage)
    stage.go(f"/accounts/passkeys/{key.pk}/remove/")


def _come_from_the_provider(stage: Stage, **person: object) -> None:
    stage.provider.person = {"sub": str(User.objects.count()), **person}
    stage.go("/accounts/sign-in/")
    stage.press("The newsroom")
    stage.page.get_by_role("link", name="Go on").click()


@state("openid_connect_login")
def before_one_goes_to_the_provider(stage: Stage) -> None:
    stage.go("/accounts/oidc/newsroom/login/")
    stage.shows("Go to The newsroom")


@state("socialaccount_signup")
def what_the_provider_did_not_tell(stage: Stage) -> None:
    _come_from_the_provider(stage)
    stage.shows("One thing is missing")
    stage.press("Sign up")
    stage.shows("Write your e-mail address.")


@state("socialaccount_connections")
def other_ways_to_sign_in(stage: Stage) -> None:
    told = {"name": "Ingrid Solheim", "email": f"ingrid-{User.objects.count()}@example.org"}
    _come_from_the_provider(stage, email_verified=True, **told)
    stage.shows("Sign out")
    stage.go("/accounts/providers/")
    stage.shows("Add The newsroom")


@state("socialaccount_login_cancelled")
def the_provider_was_left(stage: Stage) -> None:
    stage.go("/accounts/providers/cancelled/")


@state("socialaccount_login_error")
def the_provider_did_not_tell_anything(stage: Stage) -> None:
    stage.go("/accounts/providers/trouble/", status=401)
