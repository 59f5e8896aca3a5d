"""What an author says against a decision, and what a moderator answers."""

from collections.abc import Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from comments.forms import LongField
from moderation.appeals import LONGEST_REASON, LONGEST_WORDS

UPHOLD, OVERTURN = "uphold", "overturn"
LONGEST_NOTE = 500


class AppealForm(forms.Form):
    """The author's words."""

    words = LongField(
        label=_("Why was this decision wrong?"),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 8, "data-longest": LONGEST_WORDS}),
        help_text=_("A moderator who did not take part in the decision reads this."),
        error_messages={
            "required": _("Say in your own words why the decision was wrong."),
            "max_length": _(
                "Your appeal is too long: at most %(limit_value)d characters, and yours has"
                " %(show_value)d. Nothing is lost: shorten it and send it again."
            ),
            "null_characters_not_allowed": _("There is a character in it that cannot be kept."),
        },
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True  # the template carries the token
        self.helper.layout = Layout("words")


class AnswerAppealForm(forms.Form):
    """What somebody else decides, with the words that the author reads."""

    outcome = forms.ChoiceField(
        choices=[(UPHOLD, UPHOLD), (OVERTURN, OVERTURN)],
        error_messages={"required": _("Choose what becomes of the decision.")},
    )
    reason = forms.CharField(
        max_length=LONGEST_REASON,
        error_messages={
            "required": _("Say why: the author reads these words."),
            "max_length": _("At most %(limit_value)d characters, and these are %(show_value)d."),
        },
    )
    note = forms.CharField(
        max_length=LONGEST_NOTE,
        required=False,
        error_messages={
            "max_length": _("At most %(limit_value)d characters, and these are %(show_value)d.")
        },
    )

    @property
    def overturns(self) -> bool:
        """Whether the first decision shall not stand."""
        return bool(self.cleaned_data["outcome"] == OVERTURN)
