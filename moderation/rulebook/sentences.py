"""A rule as a sentence in plain English."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from moderation.punctuation import decimal, quoted
from moderation.rulebook.fact_words import FACT_WORDS, NEITHER, VALUES, FactWords
from moderation.rulebook.names import Names
from moderation.rulebook.rule_words import QUEUES
from moderation.rules.catalogue import BY_KEY, WITHOUT_VALUE, Is, Kind

Entry = Mapping[str, Any]
GAP = "…"  # what is not written yet


def sentence(entry: Entry, names: Names) -> str:
    """Return a rule, as a document holds it, as one sentence.

    A rule that is still being written has gaps in it, and so has its sentence.
    """
    where = _where(entry.get("scope") or {}, names)
    when = group_in_words(entry.get("when"), names) or GAP
    unless = group_in_words(entry.get("unless"), names)
    then = then_in_words(entry.get("then") or {}, names)
    begin = _("%(where)s, when %(when)s") if where else _("When %(when)s")
    said = begin % {"where": _upper(where), "when": when}
    if unless:
        said = _("%(said)s, unless %(unless)s") % {"said": said, "unless": unless}
    return _("%(said)s, %(then)s.") % {"said": said, "then": then}


def group_in_words(group: Any, names: Names, *, inner: bool = False) -> str:
    """Return conditions that are grouped under "all" or "any"; nothing where there are none."""
    if not isinstance(group, dict) or len(group) != 1:
        return ""
    ((takes, parts),) = group.items()
    said = [_part(part, names) for part in parts] if isinstance(parts, list) else []
    said = [words for words in said if words]
    joined = _joined(said, _("and") if takes == "all" else _("or"))
    return f"({joined})" if inner and len(said) > 1 else joined


def _part(part: Any, names: Names) -> str:
    if isinstance(part, dict) and part.keys() & {"all", "any"}:
        return group_in_words(part, names, inner=True)
    return condition_in_words(part, names)


def condition_in_words(condition: Any, names: Names) -> str:
    """Return one condition, as a document holds it."""
    if not isinstance(condition, dict):
        return GAP
    key = str(condition.get("fact") or "")
    words = FACT_WORDS.get(key)
    if words is None:
        return GAP
    try:
        operator = Is(str(condition.get("is")))
    except ValueError:
        return f"{words.name} {GAP}"
    template = words.said.get(operator)
    if template is None:
        return f"{words.name} {GAP}"
    if operator in WITHOUT_VALUE:
        return str(template)
    value = condition.get("value")
    if BY_KEY[key].kind in (Kind.SCORE, Kind.SHARE, Kind.NUMBER):
        return _compared(words, operator, value)
    return str(template).replace("{words}", _values(key, operator, value, names))


def then_in_words(then: Any, names: Names) -> str:
    """Return what a rule does."""
    then = then if isinstance(then, dict) else {}
    policy = str(then.get("policy") or "")
    policy = names.policies.get(policy, policy)
    labels = [quoted(str(label)) for label in then.get("labels") or ()]
    match then.get("action"):
        case "publish":
            said = _("publish it")
        case "hold":
            said = _held(then, policy)
        case "remove":
            said = _("remove it for %(policy)s") % {"policy": quoted(policy) if policy else GAP}
        case _:
            said = GAP
    if labels:
        said = _("%(said)s and label it %(labels)s") % {
            "said": said,
            "labels": _joined(labels, _("and")),
        }
    if then.get("action") == "publish":
        said = _("%(said)s, and no rule below acts") % {"said": said}
    return said


def _held(then: Entry, policy: str) -> str:
    queue = str(then.get("queue") or "waiting")
    said = _("hold it in %(queue)s") % {"queue": QUEUES.get(queue, queue)}
    more = []
    if then.get("urgency"):
        more.append(_("urgency %(n)s") % {"n": then["urgency"]})
    if policy:
        more.append(_("proposing %(policy)s") % {"policy": quoted(policy)})
    return f"{said} ({', '.join(more)})" if more else said


def _where(scope: Entry, names: Names) -> str:
    parts = []
    sections = [names.sections.get(slug, slug) for slug in scope.get("sections") or ()]
    articles = [quoted(names.articles.get(slug, slug)) for slug in scope.get("articles") or ()]
    languages = [language_in_words(code) for code in scope.get("languages") or ()]
    if sections:
        parts.append(_("in %(sections)s") % {"sections": _joined(sections, _("and"))})
    if articles:
        parts.append(_("under %(articles)s") % {"articles": _joined(articles, _("and"))})
    if languages:
        parts.append(_("in comments in %(them)s") % {"them": _joined(languages, _("or"))})
    if scope.get("from"):
        parts.append(_("from %(day)s") % {"day": _day(scope["from"])})
    if scope.get("until"):
        parts.append(_("until %(day)s") % {"day": _day(scope["until"])})
    return ", ".join(parts)


def _compared(words: FactWords, operator: Is, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(words.said[operator]).replace("{n}", GAP)
    exactly = (words.exactly or {}).get((operator, float(value)))
    if exactly is not None:
        return str(exactly)
    return str(words.said[operator]).replace("{n}", number_in_words(words.unit, value))


def number_in_words(unit: str, value: float) -> str:
    """Return a number as people write it: percent, a time of day, a date."""
    match unit:
        case "percent":
            return f"{decimal(f'{100 * value:.4g}')} %"
        case "hour":
            return f"{value:.0f}:00"
        case "day":
            return _day(int(value))
        case _:
            return str(number_format(f"{value:.6g}", force_grouping=value >= 1000))


def _values(key: str, operator: Is, value: Any, names: Names) -> str:
    if BY_KEY[key].kind in (Kind.WORDS, Kind.HOSTS):
        if not isinstance(value, str) or not value:
            return GAP
        return _("the list “%(list)s”") % {"list": names.lists.get(value, value)}
    given = [str(word) for word in value] if isinstance(value, list) else []
    if not given:
        return GAP
    last = _("nor") if operator is Is.NONE_OF and key in NEITHER else _("or")
    said = [value_in_words(key, word, names) for word in given]
    if key == "comment.weekday":
        said = [_("a %(day)s") % {"day": day} for day in said]
    return _joined(said, last)


def value_in_words(key: str, word: str, names: Names) -> str:
    """Return one of the words that a fact may be."""
    if key == "language":
        return language_in_words(word)
    if key in VALUES:
        return str(VALUES[key].get(word, word))
    name = names.of_fact(key, word)
    return quoted(name) if key in ("article.slug", "article.tags") else name


def language_in_words(code: str) -> str:
    """Return a language's name; what is not told apart is said so."""
    if code == "und":
        return _("a language that could not be told")
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


def _day(day: Any) -> str:
    try:
        read = date.fromordinal(day) if isinstance(day, int) else date.fromisoformat(day)
    except (TypeError, ValueError, OverflowError):
        return str(day)
    return date_format(read, "DATE_FORMAT")


def _joined(words: Sequence[str], last: str) -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]
