"""What the desk asks of a search."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from comments.models import Section, Status
from moderation.forms import LARGEST_ID
from moderation.models import Action, Policy, Queue, SavedFilter
from moderation.selectors.search_terms import SearchFilters
from moderation.wording import LABELS

ANY = ("", _("Any"))
EARLIEST, LATEST = date(1970, 1, 1), date(8999, 12, 31)


def _id_field(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, required=False, min_value=1, max_value=LARGEST_ID, widget=forms.Select
    )


def _score_field(label: Any) -> forms.FloatField:
    return forms.FloatField(
        label=label,
        required=False,
        min_value=0,
        max_value=1,
        widget=forms.NumberInput(attrs={"step": "0.05", "inputmode": "decimal"}),
    )


def _day_field(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": _("Write the day as year, month and day: 2026-03-31.")},
    )


class SearchForm(forms.Form):
    """The terms of a search, out of the address. What cannot be read is left out, and said."""

    words = forms.CharField(
        label=_("Words"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    author = forms.CharField(label=_("Author, name or e-mail"), required=False, max_length=254)
    article = forms.CharField(label=_("Title of the article"), required=False, max_length=250)
    status = forms.ChoiceField(
        label=_("Status now"), choices=[ANY, *Status.choices], required=False
    )
    queue = forms.ChoiceField(
        label=_("Waits in queue"), choices=[ANY, *Queue.choices], required=False
    )
    section = _id_field(_("Section"))
    label = forms.ChoiceField(label=_("Score"), choices=[ANY, *LABELS.items()], required=False)
    min = _score_field(_("Score from"))
    max = _score_field(_("Score to"))
    rule = forms.CharField(
        label=_("Rule that matched"), required=False, max_length=120, widget=forms.Select
    )
    action = forms.ChoiceField(
        label=_("Decision in its history"), choices=[ANY, *Action.choices], required=False
    )
    moderator = _id_field(_("Decided by"))
    policy = _id_field(_("Reason"))
    since = _day_field(_("Sent from"))
    until = _day_field(_("Sent to, and including"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "search_%s"
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(*(Field(name) for name in self.fields))

    def offer(
        self,
        *,
        sections: Iterable[Section],
        moderators: Iterable[User],
        policies: Iterable[Policy],
        rules: Iterable[str],
    ) -> None:
        """Fill the lists that come from the database."""
        self._choices("section", [(s.pk, s.name) for s in sections])
        self._choices("moderator", [(user.pk, str(user)) for user in moderators])
        self._choices("policy", [(policy.pk, policy.name) for policy in policies])
        asked = self.data.get("rule", "")
        names = list(rules)
        self._choices(
            "rule", [(n, n) for n in ([*names, asked] if asked and asked not in names else names)]
        )

    def _choices(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        cast("forms.Select", self.fields[name].widget).choices = [ANY, *choices]

    def clean(self) -> dict[str, Any]:
        """Refuse what runs backwards, and a score of nothing."""
        cleaned = super().clean() or self.cleaned_data
        low, high = cleaned.get("min"), cleaned.get("max")
        if low is not None and high is not None and high < low:
            self.add_error("max", _("This is less than the score from which it starts."))
        if not cleaned.get("label") and (low is not None or high is not None):
            self.add_error("label", _("Choose the score that is meant."))
        for name in ("since", "until"):
            if cleaned.get(name) is not None and cleaned[name] < EARLIEST:
                self.add_error(name, _("Choose a day after 1969."))
        first, last = cleaned.get("since"), cleaned.get("until")
        if first is not None and last is not None and last < first:
            self.add_error("until", _("The last day is before the first one."))
        return cleaned

    def filters(self) -> SearchFilters:
        """Return what could be read."""
        self.is_valid()
        read = self.cleaned_data
        return SearchFilters(
            words=read.get("words", ""),
            author=read.get("author", ""),
            article=read.get("article", ""),
            section_id=read.get("section"),
            status=read.get("status", ""),
            queue=read.get("queue", ""),
            label=read.get("label", ""),
            min_score=read.get("min"),
            max_score=read.get("max"),
            rule=read.get("rule", ""),
            action=read.get("action", ""),
            moderator_id=read.get("moderator"),
            policy_id=read.get("policy"),
            since=_midnight(read.get("since")),
            until=_midnight(read.get("until"), days=1),
        )

    def address(self) -> dict[str, str]:
        """Return what was asked as it stands in an address."""
        self.is_valid()
        given = {name: self.data.get(name, "").strip() for name in self.cleaned_data}
        return {name: text for name, text in given.items() if text}


def _midnight(day: date | None, *, days: int = 0) -> datetime | None:
    """Return when a day begins on the site's clock, or another one so many days later."""
    if day is None or day > LATEST:
        return None
    return timezone.make_aware(datetime.combine(day + timedelta(days=days), time.min))


class FilterNameForm(forms.Form):
    """The name of a saved filter, and whether everybody sees it."""

    name = forms.CharField(
        label=_("Name"),
        max_length=SavedFilter._meta.get_field("name").max_length,
        error_messages={"required": _("Give the filter a name.")},
    )
    shared = forms.BooleanField(label=_("Everybody on the desk sees it"), required=False)

    @classmethod
    def showing(cls, saved: SavedFilter) -> "FilterNameForm":
        """Return the form with what a filter is called."""
        return cls(initial={"name": saved.name, "shared": saved.is_shared})

    def say_taken(self) -> None:
        """Say that the name is in use."""
        self.add_error("name", _("You have a filter of this name already. Choose another name."))
