"""The facts that a decision rests on, in plain words to the author of what was decided about.

Everything is read from what never changes: the decision with the rules that held, the version of
the rules, the scores of then, the text as it was. Nothing names a person, a rule or a report's
words; scores are told only where the site wishes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from comments.models import ReportCategory, ScoresShown
from moderation.models import Automated, Decision, MadeBy, Source, Statement
from moderation.punctuation import quoted
from moderation.rule_sets import published
from moderation.rules.conditions import InWordList
from moderation.rules.documents import conditions_of
from moderation.rules.evaluation import RuleAction
from moderation.wording import label_in_words

MOST_WORDS = 8  # of a list, that a statement names

_PLAIN: dict[str, Promise] = {
    "text.links": gettext_lazy("It contains many links."),
    "text.capitals": gettext_lazy("Much of it is written in capitals."),
    "text.length": gettext_lazy("Its length was a reason."),
    "hosts": gettext_lazy("It links to an address that this site does not want links to."),
    "language": gettext_lazy("The language that it is written in was a reason."),
    "comment.reports": gettext_lazy("Readers had reported it."),
    "author.muted": gettext_lazy("A moderator reads what you write before others see it."),
    "author.strikes": gettext_lazy(
        "Moderators had noted before that something you wrote went against the rules."
    ),
    "author.removed_share": gettext_lazy("Earlier comments of yours were removed."),
}
_OF_A_KIND: dict[str, Promise] = {
    "repeats": gettext_lazy("The same text was sent several times in a short time."),
    "author": gettext_lazy("How long and how often you have written here played a part."),
    "address": gettext_lazy("Many comments came from the same network address."),
    "article": gettext_lazy("A rule for discussions like this one played a part."),
    "comment": gettext_lazy("When and where it was written played a part."),
    "unscored": gettext_lazy("The automatic screening could not read it."),
}


class Told(NamedTuple):
    """What a decision rests on, and apart from it how the comment came to be looked at."""

    relied_on: list[str]
    looked_at: list[str]


def facts_of(statement: Statement, *, scores: str) -> Told:
    """Return the facts as sentences, each once. ``scores``: how the site tells them (ScoresShown).

    What rules found is what a machine's decision rests on. Where a person decided, it is why they
    were asked: they read the comment and judged it by the policy.

    Three queries at most. Load decision and revision with the statement.
    """
    decision = statement.decision
    by_person = decision is not None and decision.made_by == MadeBy.MODERATOR
    found = list(_of_rules(decision, scores=scores)) if decision and statement.restricts else []
    read = [_("A person of the editorial staff read your comment as it stands below.")]
    relied_on = (read if by_person and statement.restricts else found) + _of_law(statement)
    looked_at = [
        *(found if by_person else ()),
        *_of_reports(statement.reports),
        *_of_notice(statement),
        _how_found(statement, asked_by_rule=by_person and bool(found)),
    ]
    return Told(_each_once(relied_on), _each_once(looked_at))


def _how_found(statement: Statement, *, asked_by_rule: bool) -> str:
    if statement.automated_detection:
        return _("It was found by a machine: every comment is screened automatically.")
    if asked_by_rule:
        return _(
            "A rule of the site asked a person to read it. No machine found anything in its text."
        )
    if statement.automated_decision == Automated.FULLY and not statement.reports:
        return _("Every comment goes through the rules of the site.")
    return _("It was not found by a machine.")


def _each_once(told: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(told))


def _of_notice(statement: Statement) -> Iterator[str]:
    if statement.source == Source.NOTICE and statement.restricts:
        yield _("Somebody told us that they hold it to be against the law.")


def _of_law(statement: Statement) -> list[str]:
    version = statement.policy_version
    if version is None or not version.policy.is_illegal or not statement.restricts:
        return []
    law = version.policy.legal_ground
    if not law:
        return [_("We hold it to be against the law.")]
    return [_("We hold it to be against the law: %(law)s.") % {"law": law.rstrip(".")}]


def _of_rules(decision: Decision, *, scores: str) -> Iterator[str]:
    acted = [
        match
        for match in decision.matched
        if match["action"] != RuleAction.PUBLISH and not match.get("stopped")
    ]
    if decision.made_by == MadeBy.RULE:
        # What a rule decided rests on the rules that wanted just that.
        acted = [match for match in acted if match["action"] == decision.action] or acted
    asked = list(dict.fromkeys(fact for match in acted for fact in match.get("by", ())))
    scored = _scores(decision) if scores != ScoresShown.NONE else {}
    for side in ("own", "quoted"):
        read_as = [fact for fact in asked if fact.startswith(f"{side}.")]
        if read_as:
            yield _read_as(side, [_label(fact, scored.get(fact), scores) for fact in read_as])
    for fact in asked:
        side, _dot, _name = fact.partition(".")
        if fact == "words":
            yield _words(decision, {match["key"] for match in acted})
        elif told := _PLAIN.get(fact) or _OF_A_KIND.get(side):
            yield str(told)


def _read_as(side: str, labels: Sequence[str]) -> str:
    text = (
        _("The automatic screening read what it quotes as: %(label)s")
        if side == "quoted"
        else _("The automatic screening read it as: %(label)s")
    ) % {"label": ", ".join(labels)}
    return f"{text}."


def _label(fact: str, score: float | None, scores: str) -> str:
    label = label_in_words(fact.partition(".")[2])
    if score is None or scores == ScoresShown.NONE:
        return label
    if scores == ScoresShown.NUMBERS:
        return _("%(label)s (%(percent)d %%)") % {"label": label, "percent": round(score * 100)}
    return f"{label} ({_how_likely(score)})"


def _how_likely(score: float) -> str:
    if score >= 0.95:
        return _("almost certainly")
    if score >= 0.8:
        return _("very likely")
    return _("likely") if score >= 0.5 else _("perhaps")


def _scores(decision: Decision) -> Mapping[str, float]:
    scored = decision.classification
    if scored is None:
        return {}
    own = {f"own.{label}": score for label, score in scored.own.items()}
    return own | {f"quoted.{label}": score for label, score in scored.quoted.items()}


def _words(decision: Decision, keys: Iterable[str]) -> str:
    """Name the words of the site's lists that stand in the text, as their author typed them."""
    unnamed = _("It contains words that this site does not publish.")
    by_rule = decision if decision.rule_set_id else _held_by_rule(decision)
    if by_rule is None:
        return unnamed
    rules = published(by_rule.rule_set_id)
    lists = {
        condition.key
        for rule in rules.rules
        if rule.key in keys
        for condition in conditions_of(rule)
        if isinstance(condition, InWordList)
    }
    body = decision.revision.body
    hits = rules.lists.find(body, keys=tuple(lists)) if lists else ()
    typed = list(dict.fromkeys(body[hit.start : hit.end] for hit in hits))[:MOST_WORDS]
    if not typed:
        return unnamed
    named = ", ".join(map(quoted, typed))
    return _("It contains words that this site does not publish: %(words)s.") % {"words": named}


def _held_by_rule(decision: Decision) -> Decision | None:
    earlier = Decision.objects.filter(revision=decision.revision_id, made_by=MadeBy.RULE)
    return earlier.order_by("-id").first()


def _of_reports(reports: Mapping[str, Any]) -> Iterator[str]:
    if not reports:
        return
    names = dict(ReportCategory.choices)
    kinds = ", ".join(str(names.get(category, category)) for category in reports)
    number = sum(reports.values())
    yield ngettext(
        "%(n)d reader reported it: %(kinds)s.", "%(n)d readers reported it: %(kinds)s.", number
    ) % {"n": number, "kinds": kinds}
