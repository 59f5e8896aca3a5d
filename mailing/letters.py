"""Writing letters and sending them.

A letter is stored in the transaction of the fact that it tells, and a worker sends it afterwards:
at least once, under the same Message-ID, so that a mail server that got it twice can know.
Letters are plain text: nothing in them is fetched from anywhere.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import connection, transaction
from django.db.models import QuerySet

from mailing.models import Letter, LetterState
from mailing.wakeup import wake_mailing

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=60)  # a mail server is waited for 10 seconds at most
# Between the attempts; then the letter is given up.
PAUSES = tuple(
    timedelta(seconds=s)
    for s in (10, 60, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 24 * 3600)
)
SUBJECT_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Text:
    """What a letter says."""

    subject: str
    body: str


# Kinds of letters that are written when they are sent, each by whoever knows what is true then.
_writers: dict[str, Callable[[str], Text | None]] = {}


def write_when_sent(*, kind: str, write: Callable[[str], Text | None]) -> None:
    """Have letters of a kind written at the moment they are sent, and at each attempt anew.

    ``write`` gets the letter's key; None: nothing is left to tell, and the letter is dropped. For
    what may be untrue or forbidden by then; such a letter is posted without subject and body.
    """
    _writers[kind] = write


def post(
    *,
    to: str,
    subject: str,
    body: str,
    kind: str,
    key: str = "",
    unsubscribe_url: str = "",
    due_at: datetime | None = None,
) -> Letter | None:
    """Store a letter in the caller's transaction and have it sent after the commit.

    ``kind`` says what it is about ("account", "statement", ...). With ``key`` the same thing is
    told once: None when it was told before. ``unsubscribe_url`` takes a POST (RFC 8058). Line
    breaks in the subject become spaces, so that no header can be smuggled in.
    """
    letter = Letter(
        to=to.strip().lower(),
        subject=" ".join(subject.split())[:SUBJECT_LENGTH],
        body=body,
        kind=kind,
        key=key or None,
        unsubscribe_url=unsubscribe_url,
        **({"due_at": due_at} if due_at else {}),
    )
    Letter.objects.bulk_create([letter], ignore_conflicts=True)
    stored = Letter.objects.filter(public_id=letter.public_id).first()
    if stored is not None:
        transaction.on_commit(wake_mailing, robust=True)
    return stored


def send_next() -> bool:
    """Send the letter that is due first; False when none is."""
    letter = _lease()
    if letter is None:
        return False
    text = _text_of(letter)
    if text is None:
        _mine(letter).update(state=LetterState.DROPPED, **_emptied(_now()))
    else:
        _note(letter, _send(letter, text))
    return True


def _text_of(letter: Letter) -> Text | None:
    write = _writers.get(letter.kind)
    return write(letter.key or "") if write else Text(letter.subject, letter.body)


@transaction.atomic
def _lease() -> Letter | None:
    now = _now()
    free = Letter.objects.filter(state=LetterState.WAITING, due_at__lte=now)
    letter = (
        free.exclude(leased_until__gt=now)
        .select_for_update(skip_locked=True)
        .order_by("due_at", "id")
        .first()
    )
    if letter is not None:
        letter.attempts += 1
        letter.leased_until = now + LEASE
        letter.save(update_fields=["attempts", "leased_until"])
    return letter


def _send(letter: Letter, text: Text) -> str:
    """Send it; return what went wrong, if anything did."""
    mail = EmailMessage(
        subject=" ".join(text.subject.split())[:SUBJECT_LENGTH],
        body=text.body,
        to=[letter.to],
        headers=_headers(letter),
        connection=get_connection(settings.MAIL_TRANSPORT),
    )
    try:
        mail.send()
    except SMTPException as error:
        return f"{type(error).__name__} {getattr(error, 'smtp_code', '')}".strip()
    except (OSError, ValueError) as error:
        return type(error).__name__
    return ""


def _headers(letter: Letter) -> dict[str, str]:
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    headers = {
        "Message-ID": f"<{letter.public_id.hex}@{host}>",
        "Auto-Submitted": "auto-generated",
    }
    if letter.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{letter.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _note(letter: Letter, problem: str) -> None:
    now = _now()
    if not problem:
        _mine(letter).update(state=LetterState.SENT, **_emptied(now))
        return
    log.warning("letter_not_sent", letter=str(letter.public_id), kind=letter.kind, problem=problem)
    if letter.attempts > len(PAUSES):
        _mine(letter).update(state=LetterState.GIVEN_UP, problem=problem, **_emptied(now))
        return
    # A little more at random, so that not all come at once.
    pause = PAUSES[letter.attempts - 1] * random.uniform(1.0, 1.1)  # noqa: S311, no secret
    _mine(letter).update(due_at=now + pause, leased_until=None, problem=problem)


def _mine(letter: Letter) -> QuerySet[Letter]:
    """The row as it was leased: after the lease another worker begins anew."""
    return Letter.objects.filter(pk=letter.pk, attempts=letter.attempts, state=LetterState.WAITING)


def _emptied(at: datetime) -> dict[str, object]:
    return {
        "settled_at": at,
        "leased_until": None,
        "subject": "",
        "body": "",
        "unsubscribe_url": "",
    }


def _now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
        return now
