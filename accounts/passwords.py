"""How long a password must be, in our words: Django says it in English to everybody else."""

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import ngettext


class LengthValidator(MinimumLengthValidator):
    """A password has at least so many characters."""

    def get_error_message(self) -> str:
        """Return what somebody reads whose password is shorter."""
        return ngettext(
            "This password is too short: it takes at least %(n)d character.",
            "This password is too short: it takes at least %(n)d characters.",
            self.min_length,
        ) % {"n": self.min_length}
