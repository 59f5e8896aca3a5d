"""The forms of the reader's side: comment, edit, withdraw, report."""

import uuid
from collections.abc import Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from crispy_forms.utils import render_crispy_form
from django import forms
from django.conf import settings
from django.core import signing
from django.core.cache import caches
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import URLValidator
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.names import can_be_seen, clean_name
from comments.hints import Hint
from comments.models import Comment, Report, ReportCategory
from comments.quoting import quoted
from comments.submission import Draft, Writer

_SALT = "comments.form"
_REFUSED_BY_STORE = {
    "null_characters_not_allowed": _(
        "This contains a character that cannot be stored. Remove it and send again."
    ),
    "max_length": _("Up to %(limit_value)d letters; this has %(show_value)d."),
}


def form_key() -> dict[str, str]:
    """Return the hidden values of a form that is shown now: its key, and since when it is shown.

    The key makes two sendings of the form one comment.
    """
    key = uuid.uuid4()
    return {"submission_key": str(key), "shown": _signer().sign(key.hex)}


class LongField(forms.CharField):
    """Some lines of text. What is too long is told and kept: browsers would cut it in silence."""

    widget = forms.Textarea

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Leave out the limit that browsers enforce."""
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs


class BodyField(forms.CharField):
    """A comment as it was typed; only line ends are made the same everywhere."""

    widget = forms.Textarea

    def __init__(self, *, longest: int, **options: Any) -> None:
        self.longest = longest
        super().__init__(
            strip=False,
            label=_("Comment"),
            error_messages={"required": _("Write something first."), **_REFUSED_BY_STORE},
            **options,
        )

    def to_python(self, value: Any) -> str:
        """Return the text with plain line feeds."""
        text = super().to_python(value) or ""
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def validate(self, value: str) -> None:
        """Refuse what is empty or too long, and say by how much."""
        super().validate(value)
        if not can_be_seen(value.replace(">", "")):
            raise ValidationError(self.error_messages["required"], code="required")
        over = len(value) - self.longest
        if over > 0:
            raise ValidationError(
                ngettext(
                    "Your comment is %(over)d character too long."
                    " Nothing is lost: shorten it and send again.",
                    "Your comment is %(over)d characters too long."
                    " Nothing is lost: shorten it and send again.",
                    over,
                ),
                code="too_long",
                params={"over": over},
            )


class CommentForm(forms.Form):
    """A comment or a reply. Somebody signed in is asked for the text alone.

    ``subject`` must stay empty: people do not see it, programs that fill in everything do.
    ``refused`` says why nobody can write here now, in the place of the fields. ``hint``: what its
    author is told before it is posted; ``told`` comes back with the form, so that it is told once.
    """

    refused = ""
    hint: Hint | None = None

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        error_messages={
            "required": _("Write the name that will stand above your comment."),
            **_REFUSED_BY_STORE,
        },
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("Never published."),
        error_messages={
            "required": _("Write your e-mail address. It is never published."),
            "invalid": _("Write an address such as name@example.org."),
            **_REFUSED_BY_STORE,
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    website = forms.URLField(
        label=_("Website (optional)"),
        required=False,
        max_length=200,
        assume_scheme="https",
        error_messages={
            "invalid": _("Write an address such as https://example.org, or leave it empty."),
            **_REFUSED_BY_STORE,
        },
        widget=forms.URLInput(attrs={"autocomplete": "url"}),
    )
    subject = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    parent = forms.UUIDField(required=False, widget=forms.HiddenInput)
    submission_key = forms.UUIDField(widget=forms.HiddenInput)
    shown = forms.CharField(widget=forms.HiddenInput)
    told = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        writer: Writer,
        longest: int,
        initial: Mapping[str, Any] | None = None,
        prefix_of_ids: str = "comment",
    ) -> None:
        super().__init__(data, initial={**form_key(), **(initial or {})})
        self.auto_id = f"{prefix_of_ids}-%s"
        self.writer = writer
        self.fields["body"] = BodyField(
            longest=longest,
            widget=forms.Textarea(attrs={"rows": 6, "data-longest": longest}),
        )
        asked: list[Any] = ["body"]
        if writer.user is None:
            asked = [Div("name", "email", "website", css_class="who-fields"), *asked]
        else:
            for name in ("name", "email", "website"):
                del self.fields[name]
        trap = Div(Field("subject"), css_class="leave-empty", aria_hidden="true")
        self.helper = _helper(*asked, trap)

    def clean_name(self) -> str:
        """Return the name on one line; refuse one that nobody could see."""
        name = clean_name(str(self.cleaned_data["name"]))
        if not name:
            raise ValidationError(self.fields["name"].error_messages["required"], code="required")
        return name

    def clean_website(self) -> str:
        """Return the address; only web addresses become links."""
        website = str(self.cleaned_data["website"])
        if website:
            invalid = self.fields["website"].error_messages["invalid"]
            URLValidator(schemes=["http", "https"], message=invalid)(website)
        return website

    def clean_subject(self) -> str:
        """Refuse, and say so: a person's browser may have filled it in."""
        if self.cleaned_data["subject"]:
            raise ValidationError(
                _("A field that people do not see was filled in. Your text is kept: send again."),
                code="trap",
            )
        return ""

    def clean(self) -> dict[str, Any]:
        """Refuse what came back faster than anybody types, keeping the text."""
        cleaned = super().clean() or self.cleaned_data
        if "submission_key" not in cleaned or not self._was_shown(cleaned):
            raise ValidationError(
                _("This form was not complete any more. Your text is kept: send it again."),
                code="stale",
            )
        if not self.errors and self._is_too_fast(cleaned):
            raise ValidationError(
                _(
                    "That was so quick that it could have been a program."
                    " Your text is kept: send it again."
                ),
                code="too_fast",
            )
        return cleaned

    def html(self) -> SafeString:
        """Return the visible fields, without the hidden ones: those are new in each form.

        The empty form is the same for everybody and is what most pages show, so it is kept.
        """
        if self.is_bound or self.initial.get("name") or self.initial.get("parent"):
            return SafeString(render_crispy_form(self))
        cache = caches["fragments"]
        who = "guest" if self.writer.user is None else "user"
        longest = self.fields["body"].widget.attrs["data-longest"]
        key = f"comment-form:{who}:{longest}:{translation.get_language()}"
        kept = cache.get(key)
        if isinstance(kept, SafeString):
            return kept
        made = SafeString(render_crispy_form(self))
        cache.set(key, made, 3600)
        return made

    def draft(self) -> Draft:
        """Return what was typed, once the form is valid."""
        body = self.cleaned_data["body"]
        if isinstance(self.writer.user, User):
            user = self.writer.user
            return Draft(body=body, name=user.name or str(_("Reader")), email=user.email)
        return Draft(
            body=body,
            name=self.cleaned_data["name"],
            email=self.cleaned_data["email"],
            website=self.cleaned_data["website"],
        )

    def repair(self) -> None:
        """Make the hidden values pass when what was typed is sent again.

        The key stays as long as it is sound, so that sending again never makes a second comment.
        """
        self.data = {**dict(self.data.items()), "subject": ""}
        if self.has_error(NON_FIELD_ERRORS, "stale"):
            self.data |= form_key()

    def renew_key(self) -> None:
        """Give the form another key: the one it had belongs to another comment already."""
        self.data = {**dict(self.data.items()), **form_key()}

    def _was_shown(self, cleaned: Mapping[str, Any]) -> bool:
        try:
            signed = _signer().unsign(cleaned.get("shown", ""))
        except signing.BadSignature:
            return False
        return bool(signed == cleaned["submission_key"].hex)

    def _is_too_fast(self, cleaned: Mapping[str, Any]) -> bool:
        try:
            _signer().unsign(cleaned["shown"], max_age=settings.COMMENT_MIN_SECONDS)
        except signing.SignatureExpired:
            return False
        return settings.COMMENT_MIN_SECONDS > 0


class EditForm(forms.Form):
    """Another text for one's own comment, as it was when the form was shown.

    ``hint`` and ``told`` as in ``CommentForm``; ``hint_key`` is what the hint is known by.
    """

    hint: Hint | None = None

    told = forms.BooleanField(required=False, widget=forms.HiddenInput)
    hint_key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    seen_version = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, comment: Comment, longest: int
    ) -> None:
        before = {
            "body": comment.current_revision.body,
            "seen_version": comment.version,
            "hint_key": uuid.uuid4(),
        }
        super().__init__(data, initial=before)
        self.fields["body"] = BodyField(
            longest=longest, widget=forms.Textarea(attrs={"rows": 10, "data-longest": longest})
        )
        self.helper = _helper("body", "seen_version", "hint_key")

    def clean_hint_key(self) -> uuid.UUID:
        """Return the key; a form that lost it is another one."""
        return self.cleaned_data["hint_key"] or uuid.uuid4()


class WithdrawForm(forms.Form):
    """Yes, take it out; as it was when the form was shown."""

    seen_version = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None = None, *, comment: Comment) -> None:
        super().__init__(data, initial={"seen_version": comment.version})
        self.helper = _helper("seen_version")


class ReportForm(forms.Form):
    """What is wrong with a comment."""

    category = forms.ChoiceField(
        label=_("What is wrong with it?"),
        choices=ReportCategory.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is wrong with it.")},
    )
    words = LongField(
        label=_("In your words (optional)"),
        required=False,
        max_length=Report._meta.get_field("words").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages=_REFUSED_BY_STORE,
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, prefix_of_ids: str = "report"
    ) -> None:
        super().__init__(data)
        self.auto_id = f"{prefix_of_ids}-%s"
        self.helper = _helper("category", "words")


def comment_form(
    *,
    writer: Writer,
    longest: int,
    data: Mapping[str, Any] | None = None,
    parent: Comment | None = None,
    known: Mapping[str, str] | None = None,
    quote: bool = False,
) -> CommentForm:
    """Return the form under an article, or the one for a reply.

    ``known``: name, e-mail address and website of a returning guest. ``quote``: a reply begins
    with the words that it answers.
    """
    initial: dict[str, Any] = dict(known or {})
    ids = "comment"
    if parent is not None:
        initial["parent"] = parent.public_id
        if quote:
            initial["body"] = f"{quoted(parent.current_revision.body)}\n\n"
        ids = f"reply-{parent.public_id.hex[:8]}"
    return CommentForm(data, writer=writer, longest=longest, initial=initial, prefix_of_ids=ids)


def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=_SALT)


def _helper(*layout: Any) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True  # the templates carry the token
    helper.layout = Layout(*layout)
    return helper
