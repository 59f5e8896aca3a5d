"""What the desk asks: which part of a queue, and what shall become of a comment."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from comments.models import Article, Section
from moderation.models import Action, Decision, MadeBy, Policy, Queue
from moderation.questions import READY
from moderation.rescoring import Period
from moderation.selectors import DecidedFilters, QueueFilters, Sort
from moderation.wording import LABELS

LARGEST_ID = 2**63 - 1
LARGEST_VERSION = 2**31 - 1
SORTS = (
    (Sort.URGENT, _("Most urgent")),
    (Sort.NEWEST, _("Newest")),
    (Sort.OLDEST, _("Longest waiting")),
)
WAITED = (("", _("Any")), ("60", _("1 hour")), ("240", _("4 hours")), ("1440", _("1 day")))
DECIDABLE = (Action.APPROVE, Action.FLAG, Action.REMOVE)


class _IdField(forms.IntegerField):
    """A primary key out of an address. Which ones are offered is the widget's business."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            required=False, min_value=1, max_value=LARGEST_ID, widget=forms.Select, **options
        )


def helper_of(*names: str) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(*(Field(name) for name in names))
    return helper


def policy_field(**options: Any) -> "forms.ModelChoiceField[Policy]":
    """One of the policies in use, by its address part; none where a decision needs none."""
    messages = {
        "invalid_choice": _("This policy is not in use any more. Choose another one."),
        **options.pop("error_messages", {}),
    }
    return forms.ModelChoiceField(
        Policy.objects.filter(is_active=True),
        to_field_name="slug",
        error_messages=messages,
        **{"required": False, "empty_label": _("Choose…"), **options},
    )


class QueueFilterForm(forms.Form):
    """The filters of a queue, out of the address. What cannot be read is left out, and said."""

    sort = forms.ChoiceField(label=_("Order"), choices=SORTS, required=False)
    section = _IdField(label=_("Section"))
    article = _IdField(label=_("Article"))
    label = forms.ChoiceField(
        label=_("Strongest score"), choices=[("", _("Any")), *LABELS.items()], required=False
    )
    min = forms.FloatField(
        label=_("Score from"),
        required=False,
        min_value=0,
        max_value=1,
        widget=forms.NumberInput(attrs={"step": "0.05", "inputmode": "decimal"}),
    )
    waited = forms.ChoiceField(label=_("Waiting for at least"), choices=WAITED, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "filter_%s"  # several forms share a page
        self.helper = helper_of("sort", "section", "article", "label", "min", "waited")

    def offer(self, *, sections: Iterable[Section], articles: Iterable[Article]) -> None:
        """Fill the two lists that come from the database."""
        everything = ("", _("All"))
        self._choices("section", [everything, *((s.pk, s.name) for s in sections)])
        self._choices("article", [everything, *((a.pk, a.title) for a in articles)])

    def filters(self, *, queue: Queue) -> QueueFilters:
        """Return what could be read."""
        self.is_valid()
        read = self.cleaned_data
        waited = read.get("waited")
        return QueueFilters(
            queue=queue,
            sort=read.get("sort") or Sort.URGENT,
            section_id=read.get("section"),
            article_id=read.get("article"),
            label=read.get("label", ""),
            min_score=read.get("min"),
            waited=timedelta(minutes=int(waited)) if waited else None,
        )

    def _choices(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        cast("forms.Select", self.fields[name].widget).choices = choices


class DecisionForm(forms.Form):
    """What shall become of a comment, as it was seen (``version``)."""

    action = forms.ChoiceField(
        choices=[(action.value, action.label) for action in DECIDABLE],
        error_messages={"required": _("Choose what shall happen to the comment.")},
    )
    version = forms.IntegerField(min_value=1, max_value=LARGEST_VERSION)
    policy = policy_field()
    ready = forms.IntegerField(required=False, min_value=1, max_value=len(READY))
    note = forms.CharField(
        label=_("Note for colleagues"),
        required=False,
        max_length=Decision._meta.get_field("note").max_length,
        error_messages={
            "max_length": _(
                "The note has %(show_value)d characters; %(limit_value)d are kept. Shorten it and"
                " decide again."
            )
        },
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the policy of a removal and the question of a flag."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("action") == Action.REMOVE:
            if cleaned.get("policy") is None and "policy" not in self.errors:
                self.add_error("policy", _("Choose the policy that the author is told about."))
        else:
            cleaned["policy"] = None
        if cleaned.get("action") == Action.FLAG and "note" not in self.errors:
            ready = cleaned.get("ready")
            typed = cleaned["note"].strip()
            # Enter in the field presses the form's first button: what was typed counts.
            cleaned["note"] = typed or (str(READY[ready - 1]) if ready else "")
            if not cleaned["note"]:
                self.add_error("note", _("Ask the senior moderator something, or pick a question."))
        return cleaned

    def decision(self) -> dict[str, Any]:
        """Return what ``review.resolve`` and ``decisions.decide`` take."""
        return {
            "action": Action(self.cleaned_data["action"]),
            "seen_version": self.cleaned_data["version"],
            "policy": self.cleaned_data["policy"],
            "note": self.cleaned_data["note"],
        }


class PeriodForm(forms.Form):
    """A past period by the days on which comments were posted, the first and the last included."""

    EARLIEST = date(1970, 1, 1)

    posted_from = forms.DateField(
        label=_("Posted from"),
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": _("Choose the first day."),
            "invalid": _("Write the day as year, month and day: 2026-03-31."),
        },
    )
    posted_to = forms.DateField(
        label=_("To, and including"),
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": _("Choose the last day."),
            "invalid": _("Write the day as year, month and day: 2026-03-31."),
        },
    )
    section = forms.ModelChoiceField(
        Section.objects.all(),
        label=_("Section"),
        to_field_name="slug",
        required=False,
        empty_label=_("All"),
        error_messages={"invalid_choice": _("There is no such section. Choose another one.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper_of("posted_from", "posted_to", "section")

    def clean(self) -> dict[str, Any]:
        """Refuse days to come, days before there were computers, and periods that run backwards."""
        cleaned = super().clean() or self.cleaned_data
        for name in ("posted_from", "posted_to"):
            day = cleaned.get(name)
            if day is not None and day > timezone.localdate():
                self.add_error(name, _("This day has not come yet. Choose today or a day before."))
            elif day is not None and day < self.EARLIEST:
                self.add_error(name, _("Choose a day after 1969."))
        first, last = cleaned.get("posted_from"), cleaned.get("posted_to")
        if first is not None and last is not None and last < first:
            self.add_error("posted_to", _("The last day is before the first one."))
        return cleaned

    def period(self) -> Period:
        """Return the period, from midnight to midnight on the site's clock."""
        section = self.cleaned_data["section"]
        return Period(
            start=_midnight(self.cleaned_data["posted_from"]),
            end=_midnight(self.cleaned_data["posted_to"] + timedelta(days=1)),
            section_id=section.pk if section else None,
        )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


class DecidedFilterForm(forms.Form):
    """Which of the decisions made so far."""

    action = forms.ChoiceField(
        label=_("Decision"), choices=[("", _("All")), *Action.choices], required=False
    )
    made_by = forms.ChoiceField(
        label=_("Made by"), choices=[("", _("Anybody")), *MadeBy.choices], required=False
    )
    moderator = _IdField(label=_("Moderator"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "filter_%s"  # several forms share a page
        self.helper = helper_of("action", "made_by", "moderator")

    def offer(self, *, moderators: Iterable[User]) -> None:
        """Fill the list of people."""
        widget = cast("forms.Select", self.fields["moderator"].widget)
        widget.choices = [("", _("Anybody")), *((user.pk, str(user)) for user in moderators)]

    def filters(self) -> DecidedFilters:
        """Return what could be read."""
        self.is_valid()
        return DecidedFilters(
            action=self.cleaned_data.get("action", ""),
            made_by=self.cleaned_data.get("made_by", ""),
            moderator_id=self.cleaned_data.get("moderator"),
        )
