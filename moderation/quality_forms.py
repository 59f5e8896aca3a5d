"""What the pages of quality and of the team ask: an answer, a period, which of one's decisions."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.models import Section
from moderation.forms import helper_of, policy_field
from moderation.models import Action, DoubleReview, Policy
from moderation.periods import Days
from moderation.selectors.own import OwnFilters

CHOSEN = "chosen"
PERIODS = (
    ("1", _("Today")),
    ("7", _("7 days")),
    ("30", _("30 days")),
    ("90", _("90 days")),
    (CHOSEN, _("From … to …")),
)
LONGEST_DAYS = 731


class AnswerForm(forms.Form):
    """Approve, or remove for a policy: the one button that was pressed says which."""

    action = forms.ChoiceField(
        choices=[(Action.APPROVE.value, Action.APPROVE.label)],
        required=False,
        error_messages={"invalid_choice": _("Approve, or remove and choose the policy.")},
    )
    policy = policy_field()
    note = forms.CharField(
        required=False,
        max_length=DoubleReview._meta.get_field("note").max_length,
        error_messages={
            "max_length": _(
                "The note has %(show_value)d characters; %(limit_value)d are kept. Shorten it and"
                " answer again."
            )
        },
    )

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("action") and cleaned.get("policy") is None:
            self.add_error("action", _("Approve, or remove and choose the policy."))
        return cleaned

    @property
    def chosen(self) -> Action:
        """What was answered."""
        return Action.REMOVE if self.cleaned_data["policy"] is not None else Action.APPROVE


class PeriodForm(forms.Form):
    """Days, and a section, out of the address. What cannot be read is left out, and said."""

    period = forms.ChoiceField(label=_("Period"), choices=PERIODS, required=False)
    first = forms.DateField(
        label=_("From"),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": _("Write the day as year, month and day: 2026-03-31.")},
    )
    last = forms.DateField(
        label=_("To, and including"),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": _("Write the day as year, month and day: 2026-03-31.")},
    )
    section = forms.ModelChoiceField(
        Section.objects.none(),
        label=_("Section"),
        to_field_name="slug",
        required=False,
        empty_label=_("All"),
        error_messages={"invalid_choice": _("There is no such section. Choose another one.")},
    )

    def __init__(self, data: Any, *, usual: int, sections: QuerySet[Section] | None = None) -> None:
        given = {name: value for name, value in data.items() if value}
        super().__init__({"period": str(usual), **given})
        self.usual = usual
        self.auto_id = "filter_%s"
        names = ["period", "first", "last"]
        if sections is None:
            del self.fields["section"]
        else:
            self.fields["section"].queryset = sections  # type: ignore[attr-defined]
            names.append("section")
        self.helper = helper_of(*names)

    def clean(self) -> dict[str, Any]:
        """Refuse periods that run backwards or are longer than two years."""
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if cleaned.get("period") != CHOSEN or first is None or last is None:
            return cleaned
        if last < first:
            self.add_error("last", _("The last day is before the first one."))
        elif (last - first).days >= LONGEST_DAYS:
            self.add_error("first", _("Choose two years at most."))
        return cleaned

    def days(self, *, at: datetime) -> Days:
        """Return the days that could be read; half a choice is filled up with today."""
        self.is_valid()
        read = self.cleaned_data
        period = read.get("period") or str(self.usual)
        if period != CHOSEN:
            return Days.latest(int(period), at=at)
        today = timezone.localdate(at)
        last = read.get("last") or today
        first = read.get("first") or min(last, today - timedelta(days=self.usual - 1))
        return Days(first=first, last=last)

    def section_id(self) -> int | None:
        """Return the section that was chosen, if any."""
        self.is_valid()
        section = self.cleaned_data.get("section")
        return section.pk if section is not None else None


class OwnDecisionsForm(forms.Form):
    """Which of one's own decisions."""

    action = forms.ChoiceField(
        label=_("Decision"),
        choices=[("", _("All")), *[(a.value, a.label) for a in Action if a != Action.HOLD]],
        required=False,
    )
    policy = forms.ModelChoiceField(
        Policy.objects.all(),
        label=_("Policy"),
        to_field_name="slug",
        required=False,
        empty_label=_("All"),
    )
    overturned = forms.BooleanField(label=_("Overturned by somebody else"), required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.auto_id = "filter_%s"
        self.helper = helper_of("action", "policy", "overturned")

    def filters(self) -> OwnFilters:
        """Return what could be read."""
        self.is_valid()
        policy = self.cleaned_data.get("policy")
        return OwnFilters(
            action=self.cleaned_data.get("action", ""),
            policy_id=policy.pk if policy is not None else None,
            overturned=self.cleaned_data.get("overturned", False),
        )
