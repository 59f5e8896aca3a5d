"""Rules and word lists in the Django admin: saving either makes a new version live."""

from typing import Any, TypeVar

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments.admin_bases import ModelAdmin, ModelForm
from moderation.models import Rule, WordList
from moderation.rule_sets import publish
from moderation.rules import Kind, RuleAction
from moderation.wording import LABELS, label_in_words

KINDS = {
    Kind.SCORE: gettext_lazy("a score is at least …"),
    Kind.WORDS: gettext_lazy("a word of a list is in it"),
    Kind.LINKS: gettext_lazy("it has more links than …"),
    Kind.FIRST_COMMENT: gettext_lazy("nothing of its author is published yet"),
    Kind.UNSCORED: gettext_lazy("it could not be scored"),
    Kind.PRE_MODERATED: gettext_lazy("every comment under the article waits for a moderator"),
    Kind.AUTHOR_MUTED: gettext_lazy("its author is muted"),
}
ACTIONS = {
    RuleAction.PUBLISH: gettext_lazy("publish it"),
    RuleAction.HOLD: gettext_lazy("hold it for a moderator"),
    RuleAction.REMOVE: gettext_lazy("remove it"),
}
# What each kind of rule needs; the rest is left empty.
BELONGS = {
    Kind.SCORE: frozenset({"label", "threshold"}),
    Kind.WORDS: frozenset({"word_list"}),
    Kind.LINKS: frozenset({"number"}),
}
PARAMETERS = ("label", "threshold", "number", "word_list")

AnyModel = TypeVar("AnyModel", bound=Model)


class PublishingAdmin(ModelAdmin[AnyModel]):
    """Publishes a rule set version once for each request that changed something.

    The change and the version are one transaction: rules that are saved are rules that are live.
    """

    @transaction.atomic
    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save as Django's admin does, then publish."""
        response: HttpResponse = super().changeform_view(request, *args, **kwargs)
        self._publish(request)
        return response

    @transaction.atomic
    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save as Django's admin does, then publish."""
        response = super().changelist_view(request, *args, **kwargs)
        self._publish(request)
        return response

    @transaction.atomic
    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Delete as Django's admin does, then publish."""
        response: HttpResponse = super().delete_view(request, *args, **kwargs)
        self._publish(request)
        return response

    def save_model(self, request: HttpRequest, obj: AnyModel, form: Any, change: bool) -> None:
        """Save, and remember what to say about it."""
        super().save_model(request, obj, form, change)
        if form.has_changed() or not change:
            self._remember(request, self.told(obj, form, change=change))

    def delete_model(self, request: HttpRequest, obj: AnyModel) -> None:
        """Delete, and remember what to say about it."""
        self._remember(request, _("“%(name)s” deleted") % {"name": obj})
        super().delete_model(request, obj)

    def told(self, obj: AnyModel, form: Any, *, change: bool) -> str:
        """Say what was changed, for the note of the version."""
        raise NotImplementedError

    def _remember(self, request: HttpRequest, what: str) -> None:
        changes = getattr(request, "_rule_changes", [])
        request._rule_changes = [*changes, what]  # type: ignore[attr-defined]

    def _publish(self, request: HttpRequest) -> None:
        changes = getattr(request, "_rule_changes", [])
        if not changes:
            return
        note = "; ".join(changes)
        version = publish(by=request.user, note=note if len(note) <= 250 else f"{note[:249]}…")  # type: ignore[arg-type]
        messages.success(request, _("Version %(number)d is live.") % {"number": version.number})


class RuleForm(ModelForm[Rule]):
    """A rule in plain words; what its kind does not need is emptied."""

    kind = forms.ChoiceField(label=gettext_lazy("when"), choices=list(KINDS.items()))
    label = forms.ChoiceField(
        label=gettext_lazy("score"),
        choices=[("", "–"), *LABELS.items()],
        required=False,
        help_text=gettext_lazy("For rules about a score."),
    )
    action = forms.ChoiceField(label=gettext_lazy("then"), choices=list(ACTIONS.items()))

    class Meta:
        model = Rule
        fields = (
            "name", "kind", "label", "threshold", "number", "word_list", "action", "policy",
            "urgency", "position", "is_on",
        )  # fmt: skip
        help_texts = {
            "threshold": gettext_lazy("For rules about a score: a probability from 0 to 1."),
            "number": gettext_lazy("For rules about links."),
            "word_list": gettext_lazy("For rules about words."),
            "policy": gettext_lazy("For removals: what the author is told."),
            "urgency": gettext_lazy("How far up a held comment moves in the queue, 0 to 1000."),
            "position": gettext_lazy(
                "Of two rules as strict as each other the first gives the reason."
            ),
        }

    def clean(self) -> dict[str, Any] | None:
        """Empty what the chosen kind does not look at."""
        cleaned = super().clean()
        kind = self.cleaned_data.get("kind")
        for name in PARAMETERS:
            if name in self.cleaned_data and name not in BELONGS.get(
                Kind(kind or Kind.UNSCORED), ()
            ):
                self.cleaned_data[name] = "" if name == "label" else None
        return cleaned


class RuleRowForm(ModelForm[Rule]):
    """A rule in the list: only the number that it has can be typed."""

    class Meta:
        model = Rule
        fields = ("threshold", "number", "urgency", "is_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        belongs = BELONGS.get(Kind(self.instance.kind), frozenset()) if self.instance.pk else ()
        for name in ("threshold", "number"):
            if name in self.fields and name not in belongs:
                self.fields[name].disabled = True
                self.fields[name].widget = forms.HiddenInput()


@admin.register(Rule)
class RuleAdmin(PublishingAdmin[Rule]):
    """What holds and removes comments, in the order of evaluation."""

    form = RuleForm
    actions = None
    list_display = ("name", "when", "threshold", "number", "then", "urgency", "is_on")
    list_editable = ("threshold", "number", "urgency", "is_on")
    list_select_related = ("word_list", "policy")
    ordering = ("position", "id")
    fieldsets = (
        (None, {"fields": ("name", "is_on", "position")}),
        (gettext_lazy("When"), {"fields": ("kind", *PARAMETERS)}),
        (gettext_lazy("Then"), {"fields": ("action", "policy", "urgency")}),
    )

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> type[RuleRowForm]:
        """Use the row's own form."""
        return RuleRowForm

    @admin.display(description=gettext_lazy("when"))
    def when(self, rule: Rule) -> str:
        """Say what the rule looks at."""
        if rule.kind == Kind.SCORE:
            return _("its score for %(label)s is at least …") % {
                "label": label_in_words(rule.label)
            }
        words = str(KINDS[Kind(rule.kind)])
        return f"{words} ({rule.word_list})" if rule.kind == Kind.WORDS else words

    @admin.display(description=gettext_lazy("then"))
    def then(self, rule: Rule) -> str:
        """Say what the rule does."""
        words = str(ACTIONS[RuleAction(rule.action)])
        return f"{words} ({rule.policy})" if rule.policy is not None else words

    def told(self, obj: Rule, form: Any, *, change: bool) -> str:
        """Name the fields with what they were and what they are."""
        if not change:
            return _("“%(name)s” added") % {"name": obj}
        changes = ", ".join(
            f"{form.fields[name].label or name} {form.initial.get(name)} → {getattr(obj, name)}"
            for name in form.changed_data
        )
        return f"“{obj}”: {changes}"


@admin.register(WordList)
class WordListAdmin(PublishingAdmin[WordList]):
    """Words that rules look for."""

    actions = None
    list_display = ("name", "use", "how_many", "changed_at")
    readonly_fields = ("changed_at",)

    @admin.display(description=gettext_lazy("entries"))
    def how_many(self, word_list: WordList) -> int:
        """Count the words and phrases."""
        return len(word_list.words())

    def told(self, obj: WordList, form: Any, *, change: bool) -> str:
        """Say how many words came and went."""
        before = WordList(entries=form.initial.get("entries") or "") if change else WordList()
        came = set(obj.words()) - set(before.words())
        went = set(before.words()) - set(obj.words())
        return _("“%(name)s”: %(came)d words added, %(went)d taken out") % {
            "name": obj,
            "came": len(came),
            "went": len(went),
        }
