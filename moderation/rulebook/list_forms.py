"""What the pages of word lists ask: a name and a use, entries typed or in a file, a text to try."""

import csv
import io
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from moderation.models import WordList

LARGEST_FILE = 20_000_000  # bytes: 100,000 entries of 200 characters, nearly all of them Latin
LONGEST_TRIED = 20_000  # characters
_LARGEST_EDITS = 2**31 - 1
_BYTES_OF_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_HEADINGS = frozenset({"word", "words", "term", "phrase", "entry", "entries", "host", "domain"})


class ListForm(forms.Form):
    """What a list is called, and what it is for."""

    name = forms.CharField(
        label=_("Name"),
        max_length=WordList._meta.get_field("name").max_length,
        error_messages={
            "required": _("Give the list a name."),
            "max_length": _("A name has %(limit_value)d characters at most."),
        },
    )
    use = forms.ChoiceField(
        label=_("What it is for"),
        choices=WordList.Use.choices,
        error_messages={
            "required": _("Choose what the list is for."),
            "invalid_choice": _("Choose what the list is for."),
        },
    )

    def say_taken(self) -> None:
        """Say that another list has the name."""
        self.add_error("name", _("There is a list of this name already. Choose another name."))

    def say_other_entries(self) -> None:
        """Say that words are no hosts."""
        self.add_error(
            "use",
            _("Words and hosts do not share a list. Make a new one, or empty this one first."),
        )


class SeenForm(forms.Form):
    """How often the list had been changed when the page was read. What cannot be read: never."""

    seen = forms.IntegerField(min_value=0, max_value=_LARGEST_EDITS)

    @classmethod
    def number(cls, data: Any) -> int:
        """Return it; -1, which no list ever was, where it is missing."""
        form = cls(data)
        return form.cleaned_data["seen"] if form.is_valid() else -1


class FillForm(forms.Form):
    """Entries, typed or in a file, to add or to put in the place of what is there."""

    entries = forms.CharField(label=_("Entries, one on each line"), required=False, strip=False)
    file = forms.FileField(label=_("Or a file"), required=False, allow_empty_file=True)
    how = forms.ChoiceField(
        choices=[
            ("add", _("Add them to what is there")),
            ("instead", _("Put them in the place of what is there")),
        ],
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")},
    )
    leave_out = forms.BooleanField(required=False)

    is_latin_1 = False

    def clean(self) -> dict[str, Any]:
        """Read the file; what is typed goes before it."""
        cleaned = super().clean() or self.cleaned_data
        typed, file = cleaned.get("entries", ""), cleaned.get("file")
        if file is not None:
            typed = "\n".join(part for part in (typed.strip("\r\n"), self._read(file)) if part)
        # Entries have lines; what the database cannot hold is drawn as nothing anyway.
        cleaned["text"] = typed.replace("\x00", "")
        if not self.errors and not cleaned["text"].strip() and cleaned.get("how") == "add":
            self.add_error("entries", _("Type some entries, or choose a file."))
        return cleaned

    def _read(self, file: "UploadedFile[bytes]") -> str:
        if (file.size or 0) > LARGEST_FILE:
            self.add_error("file", _("The file is larger than 20 MB. Nothing was read."))
            return ""
        raw = file.read()
        if raw.startswith(_BYTES_OF_UTF_16):
            text = raw.decode("utf-16", errors="replace")
        elif b"\x00" in raw:
            self.add_error("file", _("This is not a file of text. Nothing was read."))
            return ""
        else:
            try:
                text = raw.decode("utf-8-sig")
            except UnicodeDecodeError:
                text = raw.decode("latin-1")
                self.is_latin_1 = True
        return _first_column(text) if str(file.name).lower().endswith(".csv") else text


def _first_column(text: str) -> str:
    """Return the first field of each row of a table, row for row; a heading becomes empty."""
    first_line = text.partition("\n")[0]
    delimiter = max(",;\t", key=first_line.count)
    fields = []
    # A quotation mark that is never closed shall not swallow the rest of the file.
    for line in text.splitlines():
        try:
            row = next(csv.reader(io.StringIO(line), delimiter=delimiter), [])
        except csv.Error:  # a field longer than any entry may be
            row = [line]
        fields.append(row[0].strip() if row else "")
    if fields and fields[0].casefold() in _HEADINGS and len(fields) > 1:
        fields[0] = ""
    return "\n".join(fields)


class TryForm(forms.Form):
    """A text to look for entries in."""

    text = forms.CharField(
        label=_("A text"),
        required=False,
        strip=False,
        max_length=LONGEST_TRIED,
        error_messages={
            "max_length": _(
                "The text has %(show_value)d characters; %(limit_value)d can be tried at once."
            )
        },
    )
