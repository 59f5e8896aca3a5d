"""The outbox of letters, on a real mail server."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.mail import EmailMessage, send_mail
from django.db import transaction

from mailing.letters import PAUSES, post, send_next
from mailing.models import Letter, LetterState
from mailing.tasks import deliver
from tests.receiver import Mailbox

pytestmark = pytest.mark.django_db


def a_letter(*, key: str = "", unsubscribe_url: str = "") -> Letter | None:
    return post(
        to="Kari@Example.org",
        subject="Your comment",
        body="Hello Kari,\nblåbær.",
        kind="statement",
        key=key,
        unsubscribe_url=unsubscribe_url,
    )


def test_a_letter_is_sent_once_and_then_emptied(mailbox: Mailbox) -> None:
    letter = a_letter()
    deliver()
    deliver()
    [(to, mail)] = mailbox.letters
    assert (to, mail["Subject"], mail.get_content_type()) == (
        "kari@example.org",
        "Your comment",
        "text/plain",
    )
    assert "blåbær" in mail.get_content()
    assert letter is not None
    letter.refresh_from_db()
    assert letter.state == LetterState.SENT
    assert (letter.subject, letter.body, letter.attempts) == ("", "", 1)


def test_one_click_unsubscribes(mailbox: Mailbox) -> None:
    a_letter(unsubscribe_url="https://comments.example.org/stop/1/")
    deliver()
    mail = mailbox.letters[0][1]
    assert mail["List-Unsubscribe"] == "<https://comments.example.org/stop/1/>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_what_was_told_is_not_told_again(mailbox: Mailbox) -> None:
    assert a_letter(key="removed 1") is not None
    assert a_letter(key="removed 1") is None
    deliver()
    assert a_letter(key="removed 1") is None
    deliver()
    assert len(mailbox.letters) == 1


def test_a_letter_goes_with_its_transaction() -> None:
    with transaction.atomic():
        a_letter()
        transaction.set_rollback(True)
    assert not Letter.objects.exists()


def test_a_server_that_refuses_is_asked_again_later_under_the_same_id(mailbox: Mailbox) -> None:
    mailbox.refuses = True
    letter = a_letter()
    assert letter is not None
    deliver()
    letter.refresh_from_db()
    assert letter.problem == "SMTPRecipientsRefused"
    wait = letter.due_at - letter.created_at
    assert PAUSES[0] <= wait < PAUSES[0] * 1.1 + timedelta(seconds=5)
    assert not send_next()
    mailbox.refuses = False
    Letter.objects.update(due_at=letter.created_at)
    deliver()
    [(_to, mail)] = mailbox.letters
    assert mail["Message-ID"].startswith(f"<{letter.public_id.hex}@")


def test_a_letter_is_given_up_in_the_end(mailbox: Mailbox) -> None:
    mailbox.refuses = True
    letter = a_letter()
    assert letter is not None
    Letter.objects.update(attempts=len(PAUSES))
    deliver()
    letter.refresh_from_db()
    assert (letter.state, letter.body) == (LetterState.GIVEN_UP, "")


def test_no_header_is_smuggled_in(mailbox: Mailbox) -> None:
    post(to="a@example.org", subject="Hello\r\nBcc: b@example.org", body=".", kind="account")
    deliver()
    [(to, mail)] = mailbox.letters
    assert (to, mail["Subject"], mail["Bcc"]) == (
        "a@example.org",
        "Hello Bcc: b@example.org",
        None,
    )


def test_what_libraries_mail_goes_through_the_outbox(mailbox: Mailbox) -> None:
    send_mail("Confirm", "A link", None, ["a@example.org", "b@example.org"])
    assert mailbox.letters == []
    deliver()
    assert sorted(to for to, _mail in mailbox.letters) == ["a@example.org", "b@example.org"]


def test_an_attachment_is_refused_and_not_lost(mailbox: Mailbox) -> None:
    mail = EmailMessage("With a file", "See it", None, ["a@example.org"])
    mail.attach("file.txt", "words", "text/plain")
    with pytest.raises(ValueError, match="attachments"):
        mail.send()


def test_letters_become_files_where_there_is_no_server(
    settings: LazySettings, tmp_path: Path
) -> None:
    settings.MAIL_TRANSPORT = "mailing.folder.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    for number in range(20):  # within the same second
        post(to=f"reader-{number}@example.org", subject="Hello", body="Hello", kind="statement")
    deliver()
    letters = [file.read_text() for file in tmp_path.iterdir()]
    assert len(letters) == 20
    assert all(letter.count("To: reader-") == 1 for letter in letters)
