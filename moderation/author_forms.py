"""What the author's drawer asks: note, strike, mute, ban, trust; what comes with a removal."""

from datetime import date, datetime, time, timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from comments.models import RestrictionKind, SiteSettings
from moderation.author_acts import Measures, Terms, may_impose
from moderation.forms import LARGEST_ID, DecisionForm, policy_field
from moderation.models import AuthorAct, Policy
from moderation.trust import NAMES, Level

GOOD, DATE = "good", "date"
LENGTHS = (
    ("1", _("1 day")),
    ("7", _("7 days")),
    ("30", _("30 days")),
    (GOOD, _("For good")),
    (DATE, _("Until a day")),
)
MUTES = LENGTHS[:3]  # what can be chosen beside a removal
LONGEST_DAYS = 3650
KINDS = (
    (RestrictionKind.MUTE.value, _("Mute: everything they write waits for a moderator")),
    (RestrictionKind.BAN.value, _("Ban: nothing they write is taken")),
)
_TOO_LONG = _("The note has %(show_value)d characters; %(limit_value)d are kept. Shorten it.")


class DrawerForm(forms.Form):
    """A form of the drawer; ``seen`` is the newest act that was shown with it."""

    seen = forms.IntegerField(min_value=0, max_value=LARGEST_ID, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, seen: int) -> None:
        super().__init__(data, initial={"seen": seen})
        self.auto_id = f"{type(self).__name__.lower()}_%s"
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(*(Field(name) for name in self.fields))

    def show_again(self, *, seen: int) -> None:
        """Keep what was typed; the newest act has been seen by now."""
        self.data = {**dict(self.data.items()), "seen": seen}


def _policy_field(*, help_text: Any = "") -> "forms.ModelChoiceField[Policy]":
    return policy_field(
        required=True,
        label=_("Policy"),
        help_text=help_text,
        empty_label=_("Choose …"),
        error_messages={"required": _("Choose the policy that this is for.")},
    )


class _NoteField(forms.CharField):
    def __init__(self, *, label: Any, rows: int, required: bool = False) -> None:
        super().__init__(
            label=label,
            required=required,
            max_length=AuthorAct._meta.get_field("note").max_length,
            widget=forms.Textarea(attrs={"rows": rows}),
            error_messages={"required": _("Write something first."), "max_length": _TOO_LONG},
        )


class NoteForm(DrawerForm):
    """Something that colleagues should know about an author."""

    note = _NoteField(label=_("Note for colleagues"), rows=3, required=True)


class StrikeForm(DrawerForm):
    """A strike by itself; the comment that earned it may be long gone."""

    policy = _policy_field()
    note = _NoteField(label=_("Note for colleagues, if it needs one"), rows=2)


class TrustForm(DrawerForm):
    """Another level of trust than the author's comments earn."""

    level = forms.ChoiceField(
        label=_("Trust this author as"),
        choices=[(level.value, NAMES[level]) for level in Level],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a level.")},
    )
    note = _NoteField(label=_("Why, for colleagues"), rows=2, required=True)


class RestrictForm(DrawerForm):
    """A mute or a ban: how long, for which policy, with what note."""

    kind = forms.ChoiceField(
        label=_("What"),
        choices=KINDS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose mute or ban.")},
    )
    length = forms.ChoiceField(label=_("For how long"), choices=LENGTHS, initial="7")
    until = forms.DateField(
        label=_("Last day, if you chose a day"),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": _("Write the day as year, month and day: 2026-03-31.")},
    )
    policy = _policy_field(help_text=_("The author reads its text as the reason."))
    note = _NoteField(label=_("Note for colleagues, if it needs one"), rows=2)
    holds_new_names = forms.BooleanField(
        label=_("Also hold what new names write from the same network address"), required=False
    )

    def __init__(self, data: Any = None, *, seen: int, user: User, settings: SiteSettings) -> None:
        super().__init__(data, seen=seen)
        self.user, self.settings = user, settings

    def clean(self) -> dict[str, Any]:
        """Ask for the day where one was chosen; refuse bans that are for seniors to give."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("length") == DATE and "until" not in self.errors:
            self._check_day(cleaned.get("until"))
        if self.errors:
            return cleaned
        now = timezone.now()
        until = self.ends(at=now)
        length = until - now if until is not None else None
        if not may_impose(self.user, kind=cleaned["kind"], length=length, settings=self.settings):
            days = self.settings.moderator_ban_days
            self.add_error(
                "length",
                ngettext(
                    "Moderators ban for %(n)d day at most. Ask a senior moderator for more.",
                    "Moderators ban for up to %(n)d days. Ask a senior moderator for more.",
                    days,
                )
                % {"n": days},
            )
        return cleaned

    def ends(self, *, at: datetime) -> datetime | None:
        """Return when it ends if it begins at ``at``; the last day is included."""
        length = self.cleaned_data["length"]
        if length == GOOD:
            return None
        if length == DATE:
            after = self.cleaned_data["until"] + timedelta(days=1)
            return timezone.make_aware(datetime.combine(after, time.min))
        return at + timedelta(days=int(length))

    def terms(self, *, at: datetime) -> Terms:
        """Return what ``author_acts.restrict`` takes."""
        read = self.cleaned_data
        return Terms(
            kind=RestrictionKind(read["kind"]),
            until=self.ends(at=at),
            policy=read["policy"],
            note=read["note"],
            holds_new_names=read["holds_new_names"],
        )

    def _check_day(self, day: date | None) -> None:
        today = timezone.localdate()
        if day is None:
            self.add_error("until", _("Choose the last day."))
        elif day < today:
            self.add_error("until", _("This day is over. Choose today or a day to come."))
        elif day > today + timedelta(days=LONGEST_DAYS):
            self.add_error("until", _("Choose a day within ten years, or “For good”."))


class MeasuredDecisionForm(DecisionForm):
    """A decision, and what a removal brings the author beside it."""

    strike = forms.BooleanField(required=False)
    mute = forms.BooleanField(required=False)
    mute_days = forms.IntegerField(
        required=False,
        validators=[MinValueValidator(1), MaxValueValidator(30)],
        widget=forms.Select(choices=MUTES),
    )

    def decision(self) -> dict[str, Any]:
        """Return what ``review.resolve`` and ``decisions.decide`` take."""
        read = self.cleaned_data
        mute = timedelta(days=read["mute_days"] or 7) if read["mute"] else None
        return {**super().decision(), "also": Measures(strike=read["strike"], mute=mute)}
