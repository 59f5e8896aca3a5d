"""What a notice of illegal content asks, and what its decision does."""

import uuid
from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from comments.forms import LongField
from comments.models import Comment
from moderation.forms import LARGEST_VERSION, helper_of, policy_field
from moderation.illegal_content.filing import Filing, comment_at
from moderation.models import Action, IllegalContentNotice, IllegalKind

NOT_THERE = _(
    "No comment that everybody can read is at this address. Open the comment on its page, choose"
    " the time above it, and copy the address from there."
)
_TOO_LONG = _("Up to %(limit_value)d letters; this has %(show_value)d.")
_STORED = {
    "max_length": _TOO_LONG,
    "null_characters_not_allowed": _(
        "This contains a character that cannot be stored. Remove it and send again."
    ),
}


def _longest(name: str) -> int | None:
    return IllegalContentNotice._meta.get_field(name).max_length  # type: ignore[union-attr]


class NoticeForm(forms.Form):
    """Where, what, why, who, and that it is meant in good faith (Art. 16(2)).

    Name and address may be left out where the law lets them: about sexual abuse of children.
    """

    link = forms.CharField(
        label=_("Address of the comment"),
        max_length=1000,
        widget=forms.URLInput,
        help_text=_("The time above a comment is a link to it: copy that."),
        error_messages={"required": _("Write the address of the comment."), **_STORED},
    )
    kind = forms.ChoiceField(
        label=_("What is it about?"),
        choices=IllegalKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it is about.")},
    )
    explanation = LongField(
        label=_("Why is it illegal?"),
        max_length=_longest("explanation"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("In your own words: which words of the comment, and why the law forbids them."),
        error_messages={"required": _("Write why you think that it is illegal."), **_STORED},
    )
    legal_ground = forms.CharField(
        label=_("Which law, if you know (optional)"),
        required=False,
        max_length=_longest("legal_ground"),
        error_messages=_STORED,
    )
    name = forms.CharField(
        label=_("Your name"),
        required=False,
        max_length=_longest("name"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages=_STORED,
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_(
            "For the receipt and the answer. The author of the comment never learns who you are."
            " About sexual abuse of children you may leave name and address out."
        ),
        error_messages={
            "invalid": _("Write an address such as name@example.org."),
            **_STORED,
        },
    )
    in_good_faith = forms.BooleanField(
        label=_("I believe in good faith that what I have written here is accurate and complete."),
        error_messages={"required": _("A notice needs this statement: tick it if it is so.")},
    )
    submission_key = forms.UUIDField(widget=forms.HiddenInput)

    comment: Comment | None = None

    def __init__(
        self,
        data: Any = None,
        *,
        hosts: Collection[str],
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial={"submission_key": uuid.uuid4(), **(initial or {})})
        self.hosts = hosts
        self.auto_id = "notice-%s"
        self.helper = helper_of(*self.fields)

    def clean_link(self) -> str:
        """Find the comment; every other address is refused in the same words."""
        link = str(self.cleaned_data["link"])
        self.comment = comment_at(link, hosts=self.hosts)
        if self.comment is None:
            raise forms.ValidationError(NOT_THERE, code="not_there")
        return link

    def clean(self) -> dict[str, Any]:
        """Ask for name and address unless the law lets them be left out."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("kind") != IllegalKind.MINORS:
            if not cleaned.get("name") and "name" not in self.errors:
                self.add_error("name", _("Write your name."))
            if not cleaned.get("email") and "email" not in self.errors:
                self.add_error("email", _("Write your e-mail address, for the answer."))
        return cleaned

    def filing(self) -> Filing:
        """Return what ``filing.file_notice`` takes."""
        read = self.cleaned_data
        return Filing(
            kind=IllegalKind(read["kind"]),
            explanation=read["explanation"],
            legal_ground=read["legal_ground"],
            name=read["name"],
            email=read["email"],
        )


class AnswerForm(forms.Form):
    """The decision about a notice: remove under a policy, or leave; and words to the notifier."""

    action = forms.ChoiceField(
        label=_("What shall happen to the comment?"),
        choices=[
            (Action.REMOVE.value, _("Remove it")),
            (Action.APPROVE.value, _("Leave it on the page")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what shall happen to the comment.")},
    )
    policy = policy_field(
        label=_("Remove it for"),
        empty_label=_("Choose …"),
        help_text=_("What the law forbids is told to the author as illegal."),
    )
    answer = forms.CharField(
        label=_("Reason that the notifier reads"),
        max_length=_longest("answer"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Why it is removed, or why it stays. Name nobody."),
        error_messages={"required": _("Write why you decide so."), "max_length": _TOO_LONG},
    )
    version = forms.IntegerField(min_value=1, max_value=LARGEST_VERSION, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, version: int) -> None:
        super().__init__(data, initial={"version": version})
        self.auto_id = "answer-%s"
        self.helper = helper_of(*self.fields)

    def clean(self) -> dict[str, Any]:
        """Ask for the policy of a removal."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("action") != Action.REMOVE:
            cleaned["policy"] = None
        elif cleaned.get("policy") is None and "policy" not in self.errors:
            self.add_error("policy", _("Choose the policy that the author is told about."))
        return cleaned
