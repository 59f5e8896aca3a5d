"""What rules are tried, and on what past."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from comments.models import Section
from moderation.forms import PeriodForm, helper_of

MOST_RULES_OFFERED = 500


class TrialForm(PeriodForm):
    """The whole draft or one rule of it, a period by its days, one section or all."""

    rule = forms.ChoiceField(
        label=_("Try"),
        required=False,
        error_messages={
            "invalid_choice": _("The draft has no such rule any more. Choose another one.")
        },
    )

    def __init__(
        self,
        *args: Any,
        rules: Sequence[tuple[str, str]],
        sections: QuerySet[Section],
        may_try_all: bool,
        **kwargs: Any,
    ) -> None:
        """Offer rules as (key, name), and sections: all of them together only where ``may_try_all``
        says so."""
        super().__init__(*args, **kwargs)
        offered = [(key, name) for key, name in rules]
        self.fields["rule"].choices = [("", _("The whole draft")), *offered]  # type: ignore[attr-defined]
        section = self.fields["section"]
        section.queryset = sections  # type: ignore[attr-defined]
        if not may_try_all:
            section.required = True
            section.empty_label = None  # type: ignore[attr-defined]
            section.error_messages["required"] = _("Choose a section.")
        self.helper = helper_of("rule", "posted_from", "posted_to", "section")
