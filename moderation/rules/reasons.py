"""Why a condition held for a comment, in words that follow the rule's name."""

from collections.abc import Sequence
from datetime import date

from classifier.base import Label, Unscored
from moderation.facts import Muted
from moderation.rules.catalogue import BY_KEY, Kind
from moderation.rules.language import decimal, gettext_noop
from moderation.rules.language import gettext as _

MOST_NAMED = 3

_LABELS: dict[str, str] = {
    Label.TOXICITY: gettext_noop("toxicity"),
    Label.SEVERE_TOXICITY: gettext_noop("severe toxicity"),
    Label.INSULT: gettext_noop("insult"),
    Label.THREAT: gettext_noop("threat"),
    Label.IDENTITY_ATTACK: gettext_noop("identity attack"),
    Label.PROFANITY: gettext_noop("profanity"),
    Label.SEXUALLY_EXPLICIT: gettext_noop("sexually explicit"),
    Label.SPAM: gettext_noop("spam"),
}
_NUMBERS: dict[str, str] = {
    "text.length": gettext_noop("%(n)s characters"),
    "text.links": gettext_noop("%(n)s links"),
    "text.capitals": gettext_noop("capitals %(n)s"),
    "author.published": gettext_noop("%(n)s comments of this author are published"),
    "author.removed_share": gettext_noop("removed of its author's comments: %(n)s"),
    "author.approved": gettext_noop("a person approved %(n)s comments of this author"),
    "author.strikes": gettext_noop("its author has %(n)s strikes"),
    "author.age_days": gettext_noop("its author came here %(n)s days before"),
    "author.comments_hour": gettext_noop("its author's no. %(n)s this hour"),
    "address.comments_hour": gettext_noop("comments from its network address this hour: %(n)s"),
    "address.names_day": gettext_noop("names at its network address within a day: %(n)s"),
    "network.comments_hour": gettext_noop("comments from its network this hour: %(n)s"),
    "network.names_day": gettext_noop("names in its network within a day: %(n)s"),
    "article.age_hours": gettext_noop("its article is %(n)s hours old"),
    "article.pace": gettext_noop("its article gets %(n)s comments a minute"),
    "comment.depth": gettext_noop("%(n)s answers deep"),
    "comment.reports": gettext_noop("reported %(n)s times"),
    "comment.hour": gettext_noop("written in hour %(n)s of the day"),
}
_EXACTLY: dict[tuple[str, float], str] = {
    ("text.length", 1): gettext_noop("1 character"),
    ("text.links", 1): gettext_noop("1 link"),
    ("author.published", 0): gettext_noop("nothing of this author is published yet"),
    ("author.published", 1): gettext_noop("1 comment of this author is published"),
    ("author.approved", 0): gettext_noop("nobody has approved anything of this author yet"),
    ("author.approved", 1): gettext_noop("a person approved 1 comment of this author"),
    ("author.strikes", 1): gettext_noop("its author has 1 strike"),
    ("author.comments_hour", 1): gettext_noop("its author's first this hour"),
    ("comment.depth", 0): gettext_noop("it answers no comment"),
    ("comment.depth", 1): gettext_noop("an answer to a comment"),
    ("comment.reports", 1): gettext_noop("reported once"),
}
_REPEATED: dict[str, str] = {
    "own": gettext_noop("nearly the same %(n)s times by its author in %(minutes)s minutes"),
    "site": gettext_noop("nearly the same %(n)s times by anybody in %(minutes)s minutes"),
}
_ANSWERS: dict[str, tuple[str, str]] = {  # yes, no
    "author.signed_in": (
        gettext_noop("its author is signed in"),
        gettext_noop("its author is a guest"),
    ),
    "author.verified": (
        gettext_noop("its author's e-mail address is verified"),
        gettext_noop("its author's e-mail address is not verified"),
    ),
    "article.pre_moderated": (
        gettext_noop("every comment here waits for a moderator"),
        gettext_noop("comments here are published first"),
    ),
    "comment.edited": (gettext_noop("it was edited"), gettext_noop("it is new")),
}
_WORDS: dict[tuple[str, str], str] = {
    ("unscored", Unscored.LANGUAGE): gettext_noop("the model does not know its language"),
    ("unscored", Unscored.EMPTY): gettext_noop("it has no words to score"),
    ("unscored", Unscored.FAILED): gettext_noop("the model could not be asked"),
    ("author.muted", Muted.BAN): gettext_noop("its author was banned while it was on its way"),
    ("author.muted", Muted.MUTE): gettext_noop("its author is muted"),
    ("author.muted", Muted.NEW_NAME): gettext_noop(
        "a new name from the address of somebody who is muted or banned"
    ),
    ("author.trust", "new"): gettext_noop("its author is new here"),
    ("author.trust", "often_removed"): gettext_noop("its author's comments are often removed"),
    ("author.trust", "mixed"): gettext_noop("some of its author's comments are removed"),
    ("author.trust", "reliable"): gettext_noop("its author is reliable"),
    ("comment.weekday", "monday"): gettext_noop("written on a Monday"),
    ("comment.weekday", "tuesday"): gettext_noop("written on a Tuesday"),
    ("comment.weekday", "wednesday"): gettext_noop("written on a Wednesday"),
    ("comment.weekday", "thursday"): gettext_noop("written on a Thursday"),
    ("comment.weekday", "friday"): gettext_noop("written on a Friday"),
    ("comment.weekday", "saturday"): gettext_noop("written on a Saturday"),
    ("comment.weekday", "sunday"): gettext_noop("written on a Sunday"),
}
_OF_ITS_OWN: dict[str, str] = {  # words that a site or a text brings
    "language": gettext_noop("its language is %(word)s"),
    "article.section": gettext_noop("in the section %(word)s"),
    "article.slug": gettext_noop("under the article %(word)s"),
}


def of_number(key: str, value: float) -> str:
    """Say a number: "insult 0.80", "3 links"."""
    side, _dot, name = key.partition(".")
    if side in ("own", "quoted"):
        label = _(_LABELS[name])
        said = _("quoted %(label)s") % {"label": label} if side == "quoted" else label
        return f"{said} {decimal(f'{value:.2f}')}"
    if side == "repeats":
        who, minutes = name.split("_")
        return _(_REPEATED[who]) % {"n": f"{value:g}", "minutes": minutes}
    if key == "comment.day":
        return date.fromordinal(int(value)).isoformat()
    if (key, value) in _EXACTLY:
        return _(_EXACTLY[key, value])
    written = f"{value:.2f}" if BY_KEY[key].kind is Kind.SHARE else f"{value:.4g}"
    return _(_NUMBERS[key]) % {"n": decimal(written)}


def of_answer(key: str, *, yes: bool) -> str:
    """Say what a question was answered with."""
    return _(_ANSWERS[key][0 if yes else 1])


def of_word(key: str, word: str) -> str:
    """Say a word: "its author is new here"."""
    if (key, word) in _WORDS:
        return _(_WORDS[key, word])
    return _(_OF_ITS_OWN[key]) % {"word": word}


def of_tags(shared: Sequence[str]) -> str:
    """Say which tags an article has of those that were asked for."""
    if not shared:
        return _("of the article's tags none")
    return _("the article is about %(tags)s") % {"tags": ", ".join(shared)}


def of_entries(entries: Sequence[str]) -> str:
    """Name entries of a list that stand in the text, the first of them."""
    shown = ", ".join(_("“%(words)s”") % {"words": entry} for entry in entries[:MOST_NAMED])
    if len(entries) <= MOST_NAMED:
        return shown
    return _("%(shown)s and %(n)d more") % {"shown": shown, "n": len(entries) - MOST_NAMED}


def of_hosts(hosts: Sequence[str]) -> str:
    """Name where links lead, the first of them."""
    return _("it links to %(hosts)s") % {"hosts": ", ".join(hosts[:MOST_NAMED])}


def together(said: Sequence[str]) -> str:
    """Join the reasons of conditions that held together."""
    return _(" and ").join(said)
