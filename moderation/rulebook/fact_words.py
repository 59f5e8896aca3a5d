"""What each fact of the catalogue is called, and how a condition about it is said.

``{n}`` is the number, ``{words}`` the words or the list that a condition names.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from classifier.base import Label, Unscored
from moderation.facts import Muted
from moderation.rulebook.rule_words import Text
from moderation.rules.catalogue import WINDOWS, Is
from moderation.wording import LABELS

AT_LEAST, BELOW, YES, NO = Is.AT_LEAST, Is.BELOW, Is.YES, Is.NO
ONE_OF, NONE_OF, IN_LIST, OUTSIDE = Is.ONE_OF, Is.NONE_OF, Is.IN_LIST, Is.OUTSIDE_LIST


@dataclass(frozen=True, slots=True)
class FactWords:
    """One fact: its name in a chooser, under which heading, and its sentences."""

    group: str
    name: Text
    said: Mapping[Is, Text]
    exactly: Mapping[tuple[Is, float], Text] | None = None  # where a number reads better in words
    unit: str = ""  # how the number is written: "", "percent", "hour", "day"


GROUPS: dict[str, Text] = {
    "own": _("The author's own words"),
    "quoted": _("Words that are quoted"),
    "text": _("The text"),
    "words": _("Word lists and links"),
    "repeats": _("Repetition"),
    "author": _("The author"),
    "address": _("The network address"),
    "article": _("The article"),
    "comment": _("The comment, and time"),
}

TRUST: dict[str, Text] = {
    "new": _("new"),
    "often_removed": _("often removed"),
    "mixed": _("sometimes removed"),
    "reliable": _("reliable"),
}
VALUES: dict[str, Mapping[str, Text]] = {
    "unscored": {
        Unscored.LANGUAGE: _("the model does not know its language"),
        Unscored.EMPTY: _("it has no words to score"),
        Unscored.FAILED: _("the model could not be asked"),
    },
    "author.trust": TRUST,
    "author.muted": {
        Muted.BAN: _("banned while it was on its way"),
        Muted.MUTE: _("muted"),
        Muted.NEW_NAME: _("a new name at the address of somebody muted or banned"),
    },
    "comment.weekday": {
        "monday": _("Monday"),
        "tuesday": _("Tuesday"),
        "wednesday": _("Wednesday"),
        "thursday": _("Thursday"),
        "friday": _("Friday"),
        "saturday": _("Saturday"),
        "sunday": _("Sunday"),
    },
}
_SPANS: dict[int, Text] = {
    5: _("5 minutes"),
    10: _("10 minutes"),
    30: _("30 minutes"),
    60: _("one hour"),
    180: _("3 hours"),
    720: _("12 hours"),
    1440: _("one day"),
}


class _Filled:
    """A translated template with a part filled in, when it is shown."""

    def __init__(self, template: Text, **parts: Text) -> None:
        self.template, self.parts = template, parts

    def __str__(self) -> str:
        text = str(self.template)
        for name, part in self.parts.items():
            text = text.replace(f"{{{name}}}", str(part))
        return text


def _filled(template: Text, **parts: Text) -> Text:
    return _Filled(template, **parts)  # type: ignore[return-value]


def _scores() -> Iterator[tuple[str, FactWords]]:
    for label in Label:
        name = LABELS[label]
        yield (
            f"own.{label}",
            FactWords(
                "own",
                name,
                {
                    AT_LEAST: _filled(_("{label} is at least {n}"), label=name),
                    BELOW: _filled(_("{label} is below {n}"), label=name),
                },
            ),
        )
    for label in Label:
        name = LABELS[label]
        yield (
            f"quoted.{label}",
            FactWords(
                "quoted",
                _filled(_("{label}, in quoted words"), label=name),
                {
                    AT_LEAST: _filled(_("{label} of the quoted words is at least {n}"), label=name),
                    BELOW: _filled(_("{label} of the quoted words is below {n}"), label=name),
                },
            ),
        )


def _repeats() -> Iterator[tuple[str, FactWords]]:
    for who, often in (
        ("own", _("its author had sent nearly the same at least {n} times within {span}")),
        ("site", _("nearly the same had come at least {n} times from anybody within {span}")),
    ):
        seldom, never, once, name = {
            "own": (
                _("its author had sent nearly the same fewer than {n} times within {span}"),
                _("its author had not sent nearly the same within {span}"),
                _("its author had sent nearly the same within {span}"),
                _("sent before by its author, within {span} (times)"),
            ),
            "site": (
                _("nearly the same had come fewer than {n} times from anybody within {span}"),
                _("nearly the same had come from nobody within {span}"),
                _("nearly the same had come from somebody within {span}"),
                _("sent before by anybody, within {span} (times)"),
            ),
        }[who]
        for minutes in WINDOWS:
            span = _SPANS[minutes]
            yield (
                f"repeats.{who}_{minutes}",
                FactWords(
                    "repeats",
                    _filled(name, span=span),
                    {AT_LEAST: _filled(often, span=span), BELOW: _filled(seldom, span=span)},
                    {
                        (AT_LEAST, 1): _filled(once, span=span),
                        (BELOW, 1): _filled(never, span=span),
                    },
                ),
            )


FACT_WORDS: dict[str, FactWords] = {
    **dict(_scores()),
    "language": FactWords(
        "text",
        _("language"),
        {ONE_OF: _("it is written in {words}"), NONE_OF: _("it is written in neither {words}")},
    ),
    "unscored": FactWords(
        "text",
        _("why it has no scores"),
        {
            ONE_OF: _("it has no scores ({words})"),
            NONE_OF: _("it has no scores for another reason than this: {words}"),
        },
    ),
    "text.length": FactWords(
        "text",
        _("length (characters)"),
        {
            AT_LEAST: _("it is at least {n} characters long"),
            BELOW: _("it is shorter than {n} characters"),
        },
    ),
    "text.capitals": FactWords(
        "text",
        _("share of capitals"),
        {
            AT_LEAST: _("at least {n} of its letters are capitals"),
            BELOW: _("less than {n} of its letters are capitals"),
        },
        unit="percent",
    ),
    "words": FactWords(
        "words", _("words and phrases"), {IN_LIST: _("something of {words} stands in it")}
    ),
    "hosts": FactWords(
        "words",
        _("where its links lead"),
        {
            IN_LIST: _("it links to a site of {words}"),
            OUTSIDE: _("it links to a site that is not in {words}"),
        },
    ),
    "text.links": FactWords(
        "words",
        _("links (number)"),
        {AT_LEAST: _("it has at least {n} links"), BELOW: _("it has fewer than {n} links")},
        {(AT_LEAST, 1): _("it has a link"), (BELOW, 1): _("it has no link")},
    ),
    **dict(_repeats()),
    "author.published": FactWords(
        "author",
        _("comments published, seen by somebody or not"),
        {
            AT_LEAST: _("at least {n} comments of its author are published"),
            BELOW: _("fewer than {n} comments of its author are published"),
        },
        {
            (AT_LEAST, 1): _("something of its author is published"),
            (BELOW, 1): _("nothing of its author is published yet"),
        },
    ),
    "author.approved": FactWords(
        "author",
        _("comments approved by a person"),
        {
            AT_LEAST: _("a person approved at least {n} comments of its author"),
            BELOW: _("a person approved fewer than {n} comments of its author"),
        },
        {
            (AT_LEAST, 1): _("a person approved something of its author"),
            (BELOW, 1): _("nobody has approved anything of its author yet"),
        },
    ),
    "author.removed_share": FactWords(
        "author",
        _("share of comments removed"),
        {
            AT_LEAST: _("at least {n} of its author's comments were removed"),
            BELOW: _("less than {n} of its author's comments were removed"),
        },
        unit="percent",
    ),
    "author.strikes": FactWords(
        "author",
        _("strikes"),
        {
            AT_LEAST: _("its author has at least {n} strikes"),
            BELOW: _("its author has fewer than {n} strikes"),
        },
        {(AT_LEAST, 1): _("its author has a strike"), (BELOW, 1): _("its author has no strike")},
    ),
    "author.age_days": FactWords(
        "author",
        _("known for (days)"),
        {
            AT_LEAST: _("its author came here at least {n} days before"),
            BELOW: _("its author came here less than {n} days before"),
        },
    ),
    "author.comments_hour": FactWords(
        "author",
        _("comments within the hour"),
        {
            AT_LEAST: _("its author had sent at least {n} comments within the hour"),
            BELOW: _("its author had sent fewer than {n} comments within the hour"),
        },
        {
            (AT_LEAST, 1): _("its author had sent a comment within the hour"),
            (BELOW, 1): _("its author had sent no comment within the hour"),
        },
    ),
    "author.signed_in": FactWords(
        "author",
        _("signed in"),
        {YES: _("its author is signed in"), NO: _("its author is a guest")},
    ),
    "author.verified": FactWords(
        "author",
        _("e-mail address verified"),
        {
            YES: _("its author's e-mail address is verified"),
            NO: _("its author's e-mail address is not verified"),
        },
    ),
    "author.trust": FactWords(
        "author",
        _("trust"),
        {ONE_OF: _("its author is {words}"), NONE_OF: _("its author is neither {words}")},
    ),
    "author.muted": FactWords(
        "author",
        _("muted or banned"),
        {
            ONE_OF: _("its author is {words}"),
            NONE_OF: _("its author is muted or banned in another way than this: {words}"),
        },
    ),
    "address.comments_hour": FactWords(
        "address",
        _("comments within the hour"),
        {
            AT_LEAST: _("at least {n} comments came from its network address within the hour"),
            BELOW: _("fewer than {n} comments came from its network address within the hour"),
        },
    ),
    "address.names_day": FactWords(
        "address",
        _("names within a day"),
        {
            AT_LEAST: _("at least {n} names were used at its network address within a day"),
            BELOW: _("fewer than {n} names were used at its network address within a day"),
        },
    ),
    "network.comments_hour": FactWords(
        "address",
        _("comments from its network within the hour"),
        {
            AT_LEAST: _("at least {n} comments came from its network within the hour"),
            BELOW: _("fewer than {n} comments came from its network within the hour"),
        },
    ),
    "network.names_day": FactWords(
        "address",
        _("names in its network within a day"),
        {
            AT_LEAST: _("at least {n} names were used in its network within a day"),
            BELOW: _("fewer than {n} names were used in its network within a day"),
        },
    ),
    "article.section": FactWords(
        "article",
        _("section"),
        {ONE_OF: _("it is in {words}"), NONE_OF: _("it is in neither {words}")},
    ),
    "article.slug": FactWords(
        "article",
        _("article"),
        {ONE_OF: _("it is about the article {words}"), NONE_OF: _("it is about neither {words}")},
    ),
    "article.tags": FactWords(
        "article",
        _("tags"),
        {
            ONE_OF: _("its article has the tag {words}"),
            NONE_OF: _("its article has neither the tag {words}"),
        },
    ),
    "article.age_hours": FactWords(
        "article",
        _("age (hours)"),
        {
            AT_LEAST: _("its article is at least {n} hours old"),
            BELOW: _("its article is less than {n} hours old"),
        },
    ),
    "article.pace": FactWords(
        "article",
        _("comments a minute"),
        {
            AT_LEAST: _("its article gets at least {n} comments a minute"),
            BELOW: _("its article gets less than {n} comments a minute"),
        },
    ),
    "article.pre_moderated": FactWords(
        "article",
        _("every comment waits for a moderator"),
        {
            YES: _("every comment on its article waits for a moderator"),
            NO: _("comments on its article are published first"),
        },
    ),
    "comment.depth": FactWords(
        "comment",
        _("depth of the answer"),
        {
            AT_LEAST: _("it is at least {n} answers deep"),
            BELOW: _("it is less than {n} answers deep"),
        },
        {(AT_LEAST, 1): _("it answers a comment"), (BELOW, 1): _("it answers no comment")},
    ),
    "comment.reports": FactWords(
        "comment",
        _("reports by readers"),
        {
            AT_LEAST: _("at least {n} readers reported it"),
            BELOW: _("fewer than {n} readers reported it"),
        },
        {(AT_LEAST, 1): _("a reader reported it"), (BELOW, 1): _("no reader reported it")},
    ),
    "comment.edited": FactWords(
        "comment", _("edited"), {YES: _("it was edited"), NO: _("it is new")}
    ),
    "comment.hour": FactWords(
        "comment",
        _("hour of the day"),
        {AT_LEAST: _("it was written at {n} or later"), BELOW: _("it was written before {n}")},
        unit="hour",
    ),
    "comment.weekday": FactWords(
        "comment",
        _("day of the week"),
        {
            ONE_OF: _("it was written on {words}"),
            NONE_OF: _("it was written on another day than {words}"),
        },
    ),
    "comment.day": FactWords(
        "comment",
        _("day"),
        {AT_LEAST: _("it was written on {n} or later"), BELOW: _("it was written before {n}")},
        unit="day",
    ),
}
# Words that are joined by "or" after "neither" are joined by "nor".
NEITHER = frozenset({"language", "author.trust", "article.section", "article.slug", "article.tags"})


def choices_of_facts() -> list[tuple[Text, list[tuple[str, Text]]]]:
    """Return every fact under its heading, for a chooser."""
    return [
        (
            heading,
            [(key, words.name) for key, words in FACT_WORDS.items() if words.group == group],
        )
        for group, heading in GROUPS.items()
    ]
