"""The texts of letters: ours, or the site's own, with placeholders filled once.

A placeholder is a name in braces. There is nothing else: no conditions, no expressions, no markup.
What is filled in is never looked at again, so an author's name or an article's title that holds a
placeholder stays what it is.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.models import User
from comments.rendering import clean_text
from moderation.models import LetterKind, LetterText, RuleChange

_PLACEHOLDER = re.compile(r"\{([^{}\n]{0,40})\}")

PLACEHOLDERS: dict[str, Promise] = {
    "name": _("the author’s name"),
    "site": _("the name of the site"),
    "article": _("the title of the article"),
    "policy": _("the rule that it rests on, by its name"),
    "policy_text": _("that rule in its sentence"),
    "policy_link": _("the page of that rule"),
    "how": _("whether a person or a machine decided"),
    "until": _("until when it holds"),
    "standing": _("where the comment stands now"),
    "link": _("the page with everything about it"),
    "appeal": _("where the author objects"),
    "decisions": _("all decisions of the letter, a line each, with links"),
    "about": _("what the appeal is against"),
    "outcome": _("what came of the appeal, in one sentence"),
    "reason": _("the reason that the moderator gave"),
    "reference": _("the reference of the notice"),
    "filed": _("when the notice was sent"),
    "comment": _("the comment that the notice is about, as a link"),
    "against": _("what the notice says that the comment is"),
    "decision": _("what was decided on the notice, and why"),
    "objection": _("what somebody can do who does not agree"),
}
_ALWAYS = ("name", "site")
_REASONS = ("policy", "policy_text", "policy_link")
_OF_NOTICE = ("site", "reference", "filed", "comment", "link")
ALLOWED: dict[str, tuple[str, ...]] = {
    LetterKind.REMOVED: (*_ALWAYS, "article", *_REASONS, "how", "link", "appeal"),
    LetterKind.HIDDEN: (*_ALWAYS, "article", "how", "link"),
    LetterKind.RETURNED: (*_ALWAYS, "article", "standing", "link"),
    LetterKind.MUTED: (*_ALWAYS, *_REASONS, "until", "link", "appeal"),
    LetterKind.BANNED: (*_ALWAYS, *_REASONS, "until", "link", "appeal"),
    LetterKind.RESTORED: (*_ALWAYS, "article", "standing", "link"),
    LetterKind.LIFTED: (*_ALWAYS, "link"),
    LetterKind.SEVERAL: (*_ALWAYS, "decisions"),
    LetterKind.RECEIVED: (*_ALWAYS, "about", "link"),
    LetterKind.UPHELD: (*_ALWAYS, "about", "outcome", "reason", "link"),
    LetterKind.OVERTURNED: (*_ALWAYS, "about", "outcome", "reason", "link"),
    LetterKind.CLOSED: (*_ALWAYS, "about", "outcome", "link"),
    LetterKind.REOPENED: (*_ALWAYS, "about", "link"),
    LetterKind.NOTED: (*_OF_NOTICE, "against"),
    LetterKind.JUDGED: (*_OF_NOTICE, "decision", "objection"),
    LetterKind.REREAD: _OF_NOTICE,
}


@dataclass(frozen=True, slots=True)
class Text:
    """A subject and a body, with placeholders or filled."""

    subject: str
    body: str


_ANSWERED: tuple[str | Promise, Promise] = (
    "{outcome}",
    _(
        "Hello {name},\n\n"
        "you appealed against {about}. {outcome}.\n\n"
        "The reason:\n{reason}\n\n"
        "Somebody who had no part in the first decision has decided this.\n\n"
        "Your appeal and the answer:\n{link}\n\n"
        "{site}"
    ),
)
_ORIGINALS: dict[str, tuple[str | Promise, Promise]] = {
    LetterKind.REMOVED: (
        _("Your comment on “{article}” was removed"),
        _(
            "Hello {name},\n\n"
            "your comment on “{article}” was removed.\n\n"
            "It goes against this rule of the discussion: {policy}. {policy_text}\n"
            "{policy_link}\n\n"
            "{how}\n\n"
            "What the decision rests on, with your own words:\n{link}\n\n"
            "If you think this was wrong, you can object. Somebody who had no part in the decision"
            " looks at it again:\n{appeal}\n\n"
            "{site}"
        ),
    ),
    LetterKind.HIDDEN: (
        _("Your comment on “{article}” is off the page until a moderator has looked"),
        _(
            "Hello {name},\n\n"
            "your comment on “{article}” is off the page for now; only you can read it there."
            " A moderator looks at it without your doing anything.\n\n"
            "{how}\n\n"
            "Why:\n{link}\n\n"
            "We tell you what comes of it. If your comment is removed, you can object then.\n\n"
            "{site}"
        ),
    ),
    LetterKind.RETURNED: (
        _("Your comment on “{article}” was put back on the page"),
        _(
            "Hello {name},\n\n"
            "we wrote to you that your comment on “{article}” was off the page until a moderator"
            " has looked. That has happened. {standing}\n\n"
            "{link}\n\n"
            "{site}"
        ),
    ),
    LetterKind.MUTED: (
        _("A moderator reads your comments on {site} first"),
        _(
            "Hello {name},\n\n"
            "you can go on writing. For now a moderator reads what you write before others see it:"
            " {until}.\n\n"
            "The reason: {policy}. {policy_text}\n{policy_link}\n\n"
            "More about the decision:\n{link}\n\n"
            "If you think this is wrong, you can object:\n{appeal}\n\n"
            "{site}"
        ),
    ),
    LetterKind.BANNED: (
        _("You cannot write comments on {site}"),
        _(
            "Hello {name},\n\n"
            "your comments are not taken: {until}.\n\n"
            "The reason: {policy}. {policy_text}\n{policy_link}\n\n"
            "More about the decision:\n{link}\n\n"
            "If you think this is wrong, you can object:\n{appeal}\n\n"
            "{site}"
        ),
    ),
    LetterKind.RESTORED: (
        _("The removal of your comment on “{article}” was taken back"),
        _(
            "Hello {name},\n\n"
            "we wrote to you that your comment on “{article}” was removed. That decision was taken"
            " back. {standing}\n\n"
            "{link}\n\n"
            "{site}"
        ),
    ),
    LetterKind.LIFTED: (
        _("You can write on {site} as before"),
        _(
            "Hello {name},\n\n"
            "what we wrote to you about your comments holds no longer: the decision was taken"
            " back.\n\n"
            "{link}\n\n"
            "{site}"
        ),
    ),
    LetterKind.SEVERAL: (
        _("Decisions about your comments on {site}"),
        _(
            "Hello {name},\n\n"
            "several decisions were made about what you wrote. Each has a page that says why and"
            " how to object:\n\n"
            "{decisions}\n\n"
            "{site}"
        ),
    ),
    LetterKind.RECEIVED: (
        _("Your appeal has arrived"),
        _(
            "Hello {name},\n\n"
            "your appeal against {about} has arrived. Somebody who had no part in the decision"
            " looks again, and answers with a reason.\n\n"
            "Where it stands, and later the answer:\n{link}\n\n"
            "{site}"
        ),
    ),
    LetterKind.UPHELD: _ANSWERED,
    LetterKind.OVERTURNED: _ANSWERED,
    LetterKind.CLOSED: (
        "{outcome}",
        _(
            "Hello {name},\n\n"
            "you appealed against {about}. {outcome}: nobody needs to decide about it any more.\n\n"
            "Your appeal:\n{link}\n\n"
            "{site}"
        ),
    ),
    LetterKind.REOPENED: (
        _("The answer to your appeal was taken back"),
        _(
            "Hello {name},\n\n"
            "we wrote to you about your appeal against {about}. That answer was a mistake of ours"
            " and was taken back: it holds no longer. What you objected to stands as before.\n\n"
            "Your appeal is open again. You get another letter with the answer. Where it"
            " stands:\n{link}\n\n"
            "{site}"
        ),
    ),
    LetterKind.NOTED: (
        _("Your notice {reference} has arrived"),
        _(
            "Your notice of illegal content about a comment on {site} arrived on {filed}. Its"
            " reference is {reference}.\n\n"
            "{comment}\n{against}\n\n"
            "A moderator reads the comment and what you wrote, and decides. No machine does. You"
            " get another letter then.\n\n"
            "How far your notice is:\n{link}"
        ),
    ),
    LetterKind.JUDGED: (
        _("Your notice {reference}: decided"),
        _(
            "You sent us a notice of illegal content about a comment on {site} on {filed}.\n\n"
            "{comment}\n\n"
            "{decision}\n\n"
            "{objection}\n\n"
            "How far your notice is:\n{link}"
        ),
    ),
    LetterKind.REREAD: (
        _("Your notice {reference}: looked at again"),
        _(
            "You sent us a notice of illegal content about a comment on {site} on {filed}.\n\n"
            "{comment}\n\n"
            "What we had decided was taken back. Your notice is open again, and a moderator looks"
            " at it. You get another letter then.\n\n"
            "How far your notice is:\n{link}"
        ),
    ),
}


def original(kind: str, *, language: str) -> Text:
    """Return our own text of a letter in a language."""
    subject, body = _ORIGINALS[kind]
    with override(language):
        return Text(str(subject), str(body))


def text_of(kind: str, *, language: str) -> Text:
    """Return the text that is sent: the site's own, or ours. One query."""
    own = LetterText.objects.filter(kind=kind, language=language).first()
    return Text(own.subject, own.body) if own else original(kind, language=language)


def unknown_placeholders(text: str, *, kind: str) -> list[str]:
    """Return what stands in braces and is no placeholder of this kind of letter, as typed."""
    found = (match for match in _PLACEHOLDER.finditer(text) if match[1] not in ALLOWED[kind])
    return list(dict.fromkeys(match[0] for match in found))


def fill(text: Text, values: Mapping[str, str]) -> Text:
    """Return a text with its placeholders filled, each once. A subject stays one line."""
    return Text(
        subject=" ".join(_filled(text.subject, values).split()),
        body=clean_text(_filled(text.body, values)).strip() + "\n",
    )


def with_way_out(text: Text) -> Text:
    """Return a letter with how to get no more such letters, which no text of a site leaves out."""
    told = _("To get no more letters about decisions and appeals:")
    return Text(text.subject, f"{text.body}\n{told}\n{settings.SITE_URL}/me/decisions/\n")


def change_text(*, kind: str, language: str, wished: Text | None, seen: Text, by: User) -> bool:
    """Have other words sent from now on; ``wished`` None: ours again. ``seen``: what ``by`` saw.

    Returns False, changing nothing, when somebody else changed them since.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:  # one after another, also where there is no row yet
            cursor.execute("LOCK TABLE moderation_lettertext IN SHARE ROW EXCLUSIVE MODE")
        before = text_of(kind, language=language)
        if before != seen:
            return False
        rows = LetterText.objects.filter(kind=kind, language=language)
        after = wished or original(kind, language=language)
        if after == original(kind, language=language):
            rows.delete()
        else:
            LetterText.objects.update_or_create(
                kind=kind,
                language=language,
                defaults={"subject": after.subject, "body": after.body},
            )
        if after != before:
            RuleChange.objects.create(
                by=by,
                what=RuleChange.What.LETTER,
                about=f"{kind} {language}",
                before={"subject": before.subject, "text": before.body},
                after={"subject": after.subject, "text": after.body},
            )
    return True


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), text)
