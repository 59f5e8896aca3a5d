"""Letters as files, where a site that tries things out has MAIL_FOLDER and no mail server."""

from collections.abc import Collection
from email import message_from_bytes
from email.utils import getaddresses
from functools import cached_property
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.mail.backends import filebased
from django.utils import timezone


class EmailBackend(filebased.EmailBackend):
    """Writes each letter into a file of its own.

    Django names files by the second and by where a backend lies in memory, which that of the next
    letter may share; then two people's letters are in one file, and go together.
    """

    @cached_property
    def _file(self) -> Path:
        return Path(self.file_path) / f"{timezone.now():%Y%m%d-%H%M%S}-{uuid4().hex}.log"

    def _get_filename(self) -> str:
        return str(self._file)


def delete_letters_to(addresses: Collection[str]) -> int:
    """Delete the files of letters to these addresses; return how many there were.

    Each letter is sent by itself, so a file is one letter to one person.
    """
    if not settings.EMAIL_FILE_PATH or not addresses:
        return 0
    wanted = {address.lower() for address in addresses}
    theirs = [file for file in Path(settings.EMAIL_FILE_PATH).glob("*.log") if _to(file) & wanted]
    for file in theirs:
        file.unlink(missing_ok=True)
    return len(theirs)


def _to(file: Path) -> set[str]:
    letter = message_from_bytes(file.read_bytes())
    return {address.lower() for _, address in getaddresses(letter.get_all("To", []))}
