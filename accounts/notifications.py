"""What letters about the safety of an account tell its owner, in the words of the site.

Each is one sentence, which is the subject, too. The keys are django-allauth's names of letters.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TOLD: Mapping[str, Promise] = {
    "account/email/password_changed": _("The password of your account was changed"),
    "account/email/password_reset": _("A new password was chosen for your account"),
    "account/email/password_set": _("Your account has a password now"),
    "account/email/email_changed": _("The e-mail address of your account was changed"),
    "account/email/email_confirm": _("The e-mail address of your account was confirmed"),
    "account/email/email_deleted": _("An e-mail address was taken off your account"),
    "mfa/email/webauthn_added": _("A passkey was added to your account"),
    "mfa/email/webauthn_removed": _("A passkey was taken off your account"),
    "mfa/email/totp_activated": _("One-time codes from an app were turned on for your account"),
    "mfa/email/totp_deactivated": _("One-time codes from an app were turned off for your account"),
    "mfa/email/recovery_codes_generated": _("New recovery codes were made for your account"),
}
