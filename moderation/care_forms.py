"""What a moderator wishes at the desk."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from comments.admin_bases import ModelForm
from moderation.models import DeskPreferences

FIELDS = ("hard_from", "blurs", "masks_words", "calm_every", "break_after", "shows_day")


class PreferencesForm(ModelForm[DeskPreferences]):
    """One person's preferences, each explained by its field in one sentence."""

    class Meta:
        model = DeskPreferences
        fields = FIELDS
        widgets = {
            "hard_from": forms.NumberInput(
                attrs={"step": "0.05", "min": "0.05", "max": "1", "inputmode": "decimal"}
            ),
        }
        error_messages = {
            "hard_from": {
                "required": _("Write a number between 0.05 and 1."),
                "invalid": _("Write a number between 0.05 and 1."),
            },
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(*(Field(name) for name in FIELDS))
