"""What the page of a rule asks: the rule itself, and a line for each of its conditions."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from classifier.base import Label
from classifier.thresholds import BadThresholds, Threshold, proposed_thresholds
from moderation.models import Policy
from moderation.punctuation import count, two_decimals
from moderation.rulebook.choices import Offered
from moderation.rulebook.fact_words import FACT_WORDS, VALUES, choices_of_facts
from moderation.rulebook.rule_words import ACTIONS, MODES, QUEUES, comparisons_of
from moderation.rules.catalogue import BY_KEY, WITHOUT_VALUE, Fact, Kind
from moderation.rules.conditions import condition_of
from moderation.rules.documents import (
    LONGEST_LABEL,
    LONGEST_NAME,
    MOST_CONDITIONS,
    MOST_LABELS,
    MOST_URGENCY,
)

PLACES = re.compile(r"(when|unless)(\.[0-9]{1,2})?")
NUMBERS = (Kind.SCORE, Kind.SHARE, Kind.NUMBER)
OF_LISTS = (Kind.WORDS, Kind.HOSTS)
SHOW = '{"do": "show"}'


class Words(forms.CharField):
    """Words with commas between them, each one that is known: by its key, or by its name."""

    def __init__(self, *, known: Mapping[str, str] | None = None, **options: Any) -> None:
        super().__init__(required=False, **options)
        self.known = known

    def clean(self, value: Any) -> list[str]:
        """Return the keys, each once."""
        typed = [word.strip() for word in str(super().clean(value)).split(",")]
        by_name = {name.casefold(): key for key, name in (self.known or {}).items()}
        found = []
        for word in filter(None, typed):
            key = word if self.known is None or word in self.known else by_name.get(word.casefold())
            if key is None:
                raise forms.ValidationError(_("There is no “%(word)s” here.") % {"word": word})
            found.append(key)
        return list(dict.fromkeys(found))


def _typed_day(**options: Any) -> forms.DateField:
    return forms.DateField(
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "invalid": gettext_lazy("Write the day as year, month and day: 2026-12-31.")
        },
        **options,
    )


class RuleForm(forms.Form):
    """A rule without its conditions."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=LONGEST_NAME,
        error_messages={
            "required": gettext_lazy("Give it a name: moderators read it on every card it holds.")
        },
    )
    mode = forms.ChoiceField(label=gettext_lazy("It is"), choices=list(MODES.items()))
    sections = Words(label=gettext_lazy("Only in these sections"))
    articles = Words(label=gettext_lazy("Only under these articles"))
    languages = Words(label=gettext_lazy("Only in these languages"))
    since = _typed_day(label=gettext_lazy("From"))
    until = _typed_day(label=gettext_lazy("Until, and including"))
    action = forms.ChoiceField(label=gettext_lazy("Then"), choices=list(ACTIONS.items()))
    policy = forms.ModelChoiceField(
        Policy.objects.filter(is_active=True),
        label=gettext_lazy("Policy that the author is told"),
        to_field_name="slug",
        required=False,
        empty_label=gettext_lazy("none"),
        error_messages={
            "invalid_choice": gettext_lazy(
                "This policy is not in use any more. Choose another one."
            )
        },
    )
    queue = forms.ChoiceField(
        label=gettext_lazy("In the queue"), choices=list(QUEUES.items()), required=False
    )
    urgency = forms.IntegerField(
        label=gettext_lazy("Urgency"),
        required=False,
        min_value=0,
        max_value=MOST_URGENCY,
        help_text=gettext_lazy("0 to 1000: how far up in the queue."),
    )
    labels = Words(
        label=gettext_lazy("Labels for moderators"),
        help_text=gettext_lazy("With commas between them."),
    )

    def __init__(self, *args: Any, offered: Offered, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, known in (("sections", offered.sections), ("articles", offered.articles)):
            field = cast("Words", self.fields[name])
            field.known = known
            field.widget.attrs.update(_with_list(name))
        self.fields["languages"].widget.attrs.update(_with_list("languages"))
        self.fields["name"].widget.attrs["autocomplete"] = "off"

    def clean_languages(self) -> list[str]:
        """Refuse what is no code of a language."""
        codes: list[str] = self.cleaned_data["languages"]
        return [_code(code) for code in codes]

    def clean_labels(self) -> list[str]:
        """Refuse too many labels, and long ones."""
        labels: list[str] = self.cleaned_data["labels"]
        if len(labels) > MOST_LABELS:
            raise forms.ValidationError(_("At most %(n)d labels.") % {"n": MOST_LABELS})
        if any(len(label) > LONGEST_LABEL for label in labels):
            raise forms.ValidationError(
                _("A label has at most %(n)d characters.") % {"n": LONGEST_LABEL}
            )
        return labels

    def clean(self) -> dict[str, Any]:
        """A removal names its policy, and no last day comes before the first."""
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day lies before the first."))
        wants_one = cleaned.get("action") == "remove" and "policy" not in self.errors
        if wants_one and cleaned.get("policy") is None:
            self.add_error("policy", _("Choose the policy that the author is told."))
        return cleaned

    def parts(self) -> dict[str, Any]:
        """Return what could be read, as documents hold it."""
        read = self.cleaned_data
        action, policy = read.get("action"), read.get("policy")
        then = {"action": action, "policy": policy.slug if policy else ""}
        if action == "hold":
            then |= {"queue": read.get("queue") or "waiting", "urgency": read.get("urgency") or 0}
        if action == "publish":
            del then["policy"]
        scope = {
            "sections": read.get("sections"),
            "articles": read.get("articles"),
            "languages": read.get("languages"),
            "from": _written(read.get("since")),
            "until": _written(read.get("until")),
        }
        return {
            "name": read.get("name", ""),
            "mode": read.get("mode", "on"),
            "scope": {name: value for name, value in scope.items() if value},
            "then": {
                name: value
                for name, value in {**then, "labels": read.get("labels")}.items()
                if value not in ("", [], None)
            },
        }


class ConditionForm(forms.Form):
    """One condition. Its fields follow from the fact that was chosen.

    ``place`` says in which group it stands: "when", "unless", or a group in them, "when.1".
    ``asked`` is the fact for which the fields were shown: of another one nothing is kept.
    """

    place = forms.CharField(widget=forms.HiddenInput)
    asked = forms.CharField(widget=forms.HiddenInput, required=False)
    fact = forms.ChoiceField(
        label=gettext_lazy("Fact"),
        error_messages={"required": gettext_lazy("Choose what to ask, or take the line out.")},
    )

    def __init__(self, *args: Any, offered: Offered, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = offered
        chooser = cast("forms.ChoiceField", self.fields["fact"])
        chooser.choices = [("", _("Choose…")), *choices_of_facts()]
        chooser.widget.attrs.update(_shows_form())
        self.known = BY_KEY.get(str(self["fact"].value() or ""))
        if self.known is not None:
            self._ask(self.known)
        self.initial["asked"] = self.known.key if self.known else ""

    @property
    def number(self) -> int:
        """Which line of the rule it is, from 0."""
        return int(str(self.prefix).rpartition("-")[2])

    def _ask(self, fact: Fact) -> None:
        comparisons = comparisons_of(fact.kind)
        self.fields["comparison"] = forms.ChoiceField(
            label=_("Comparison"),
            choices=comparisons,
            error_messages={
                "required": _("Choose how it is compared."),
                "invalid_choice": _("It is not compared like this. Choose another comparison."),
            },
        )
        if fact.kind is not Kind.YES_NO:
            self.fields["value"] = self._value_field(fact)

    def _value_field(self, fact: Fact) -> forms.Field:
        wanted = {"required": _("Write what it is compared with.")}
        label = _("Value")
        if FACT_WORDS[fact.key].unit == "day":
            field = _typed_day(label=label)
            field.required, field.error_messages["required"] = True, wanted["required"]
            return field
        if fact.kind in NUMBERS:
            return _number_field(fact, label=label)
        if fact.kind in OF_LISTS:
            return forms.ChoiceField(
                label=label,
                choices=[("", _("Choose a list…")), *self.offered.lists.items()],
                error_messages={
                    "required": _("Choose the list."),
                    "invalid_choice": _("This list is gone. Choose another one."),
                },
            )
        if fact.choices:
            return forms.MultipleChoiceField(
                label=label,
                choices=[(key, VALUES[fact.key][key]) for key in fact.choices],
                widget=forms.CheckboxSelectMultiple,
                error_messages={"required": _("Choose at least one.")},
            )
        source = self.offered.source(fact.key)
        return Words(
            label=label,
            known=self.offered.known(fact.key),
            widget=forms.TextInput(attrs=_with_list(source)),
            help_text=_("With commas between them."),
        )

    def clean(self) -> dict[str, Any]:
        """Have the rules themselves read it."""
        cleaned = super().clean() or self.cleaned_data
        if self.errors or self.known is None:
            return cleaned
        if self.known.kind not in (Kind.YES_NO, *NUMBERS, *OF_LISTS) and not cleaned["value"]:
            self.add_error("value", _("Write at least one."))
            return cleaned
        if self.known.key == "language":
            try:
                cleaned["value"] = [_code(code) for code in cleaned["value"]]
            except forms.ValidationError as refused:
                self.add_error("value", refused)
                return cleaned
        try:
            condition_of(self.condition())
        except ValueError as refused:
            self.add_error("value" if "value" in self.fields else "comparison", str(refused))
        return cleaned

    def condition(self) -> dict[str, Any]:
        """Return what could be read, as documents hold it: with gaps while it is being written."""
        read = getattr(self, "cleaned_data", {})
        if self.known is None:
            return {}
        condition: dict[str, Any] = {"fact": self.known.key}
        if read.get("comparison"):
            condition["is"] = read["comparison"]
        value = read.get("value")
        if value in (None, "", []) or condition.get("is") in WITHOUT_VALUE:
            return condition
        return condition | {"value": value.toordinal() if isinstance(value, date) else value}

    def clean_place(self) -> str:
        """Refuse places that no rule has."""
        place: str = self.cleaned_data["place"]
        if not PLACES.fullmatch(place):
            raise forms.ValidationError(_("This line belongs to no group."))
        return place


if TYPE_CHECKING:
    ConditionForms = forms.BaseFormSet[ConditionForm]
else:
    ConditionForms = forms.BaseFormSet

_ConditionFormSet = forms.formset_factory(
    ConditionForm,
    extra=0,
    max_num=MOST_CONDITIONS,
    absolute_max=MOST_CONDITIONS + 1,
    validate_max=True,
)


def condition_forms(
    *,
    offered: Offered,
    data: Mapping[str, Any] | None = None,
    lines: Sequence[Mapping[str, Any]] = (),
) -> ConditionForms:
    """Return the lines of a rule: as they were sent (``data``), or as they shall be shown."""
    made: ConditionForms = _ConditionFormSet(
        data, initial=list(lines), prefix="c", form_kwargs={"offered": offered}
    )
    return made


def _number_field(fact: Fact, *, label: str) -> forms.Field:
    most = count(fact.most)
    said = _("Write a number from 0 to %(most)s.") % {"most": most}
    whole = fact.kind is Kind.NUMBER and fact.whole
    options: dict[str, Any] = {
        "label": label,
        "min_value": 0,
        "max_value": int(fact.most) if whole else fact.most,
        "help_text": _hint(fact),
        "widget": forms.NumberInput(
            attrs={"step": "1" if whole else "any", "inputmode": "decimal"}
        ),
        "error_messages": dict.fromkeys(("required", "invalid", "min_value", "max_value"), said),
    }
    return forms.IntegerField(**options) if whole else forms.FloatField(**options)


def _hint(fact: Fact) -> str:
    """Return what helps to find a number for a fact."""
    side, _dot, name = fact.key.partition(".")
    if fact.kind is Kind.SHARE:
        return _("0 to 1: 0.3 is 30 %")
    if fact.kind is not Kind.SCORE:
        return ""
    proposed = _proposed(Label(name)) if side == "own" else None
    if proposed is None:
        return _("0 to 1")
    hold = two_decimals(proposed.hold)
    if proposed.remove is None:
        return _("0 to 1. Measured on this model: hold from %(hold)s") % {"hold": hold}
    return _("0 to 1. Measured on this model: hold from %(hold)s, remove from %(remove)s") % {
        "hold": hold,
        "remove": two_decimals(proposed.remove),
    }


def _proposed(label: Label) -> Threshold | None:
    try:
        return proposed_thresholds()[label]
    except BadThresholds:  # health says so; a rule can be written without a proposal
        return None


def _code(code: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}", code.lower()):
        raise forms.ValidationError(
            _("“%(code)s” is no code of a language; write en, de, nb, or und.") % {"code": code}
        )
    return code.lower()


def _written(day: date | None) -> str:
    return day.isoformat() if day else ""


def _with_list(name: str) -> dict[str, str]:
    return {"list": f"offered-{name}", "data-commas": "", "autocomplete": "off"}


def _shows_form() -> dict[str, str]:
    return {
        "hx-post": "",
        "hx-trigger": "change delay:300ms",  # whoever types its name changes it with each letter
        "hx-vals": SHOW,
        "hx-target": "#rule-form",
        "hx-swap": "outerHTML",
        "hx-include": "#rule-form",
    }
