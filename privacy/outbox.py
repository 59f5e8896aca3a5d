"""What the outbox of letters holds of a person."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from mailing.folder import delete_letters_to
from mailing.models import Letter, LetterState
from privacy.emptying import counting, deleting
from privacy.registry import Eraser, Person, Room, Row, Rule, Share, addresses_of, register


def _letters(person: Person) -> Iterator[Row]:
    letters = Letter.objects.filter(to__in=addresses_of(person)).order_by("id")
    for letter in letters.iterator():
        yield {
            "to": letter.to,
            "about": letter.kind,
            "written_at": letter.created_at,
            "sent_at": letter.settled_at if letter.state == LetterState.SENT else None,
            "subject": letter.subject,
            "text": letter.body,
        }


def _erase(person: Person, stays: bool) -> Mapping[str, int]:
    addresses = addresses_of(person)
    theirs = Letter.objects.filter(to__in=addresses)
    return {"letters": theirs.delete()[0], "letters_in_files": delete_letters_to(addresses)}


def _settled(before: datetime) -> QuerySet[Letter]:
    return Letter.objects.filter(settled_at__lt=before).exclude(state=LetterState.WAITING)


def _told(days: int | None) -> str:
    if days is None:
        return gettext("That a letter was sent, and to whom, is kept. Its text is not.")
    return ngettext(
        "A letter's text is emptied when it has been sent. That it was sent, and to whom, is"
        " kept for %(days)d day.",
        "A letter's text is emptied when it has been sent. That it was sent, and to whom, is"
        " kept for %(days)d days.",
        days,
    ) % {"days": days}


_KINDS = {
    "account": _("your account"),
    "appeal": _("an appeal"),
    "follow": _("a discussion that you follow"),
    "follow-confirm": _("a discussion that you follow"),
    "illegal_notice": _("a notice of illegal content"),
    "own_comments": _("your comments"),
    "statement": _("a decision"),
}

register(
    Room(
        name="mailing",
        personal={"mailing.Letter": ("to", "subject", "body", "unsubscribe_url")},
        impersonal={
            "mailing.Letter": {
                "kind": "what it is about, in a word of the program",
                "key": "a number or a public id with a word of the program; deleted with the row",
                "problem": "what a mail server answered, as a number",
            }
        },
        impersonal_models={
            "privacy.Erasure": "when, and how much: no name and no address",
            "privacy.Emptied": "when, and how much",
        },
        shares=(
            Share(
                "letters",
                _("Letters to you"),
                _letters,
                called={"to": _("To"), "about": _("What about"), "subject": _("Subject")},
                words={"about": _KINDS},
            ),
        ),
        # First: the addresses are still known. What is written later the second run finds.
        erasers=(Eraser(step=10, erase=_erase),),
        rules=(
            Rule(
                key="letters",
                title=_("Letters that were sent"),
                days=lambda settings: settings.letter_days,
                told=_told,
                empty=deleting(_settled),
                count=counting(_settled),
            ),
        ),
    )
)
