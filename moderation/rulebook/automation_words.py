"""What the pages of automations say and draw."""

import math
from collections.abc import Sequence

from django.utils.translation import gettext as _

from moderation.automation.exact import lower_bound
from moderation.automation.threshold import Refusal
from moderation.automation.watch import Precision, Sign, Watch, window
from moderation.charts import Chart, Series, line_chart
from moderation.models import Automation
from moderation.punctuation import count, decimal, two_decimals
from moderation.rulebook.automations import Status, Why
from moderation.wording import clock

SHOWN_BELOW = 0.1  # of the target: what is less right than that stands on the bottom line


def percent(share: float) -> str:
    """Return a share as people say it, never rounded up: "98.7 %"."""
    tenths = int(share * 1000 + 1e-9)
    whole, tenth = divmod(tenths, 10)
    return f"{whole} %" if tenth == 0 else f"{decimal(f'{whole}.{tenth}')} %"


def by_audits(found: Precision | None) -> str:
    """Return how right audits alone say that something is: "99 % (94.5 to 100 %)"."""
    if found is None:
        return _("no audit yet")
    return _("%(share)s (%(low)s to %(high)s)") % {
        "share": percent(found.value),
        "low": percent(found.low).removesuffix(" %"),
        "high": percent(math.ceil(found.high * 1000 - 1e-9) / 1000),
    }


def state(status: Status) -> str:
    """Return how an automation stands, in a few words."""
    match status.automation.state:
        case Automation.State.REFUSED:
            return _("Refused")
        case Automation.State.PAUSED:
            return _("Paused")
        case Automation.State.OFF:
            return _("Off")
        case _granted if status.acts:
            return _("Acts")
        case _granted:
            return _("Granted: acts once the draft is published")


def told(status: Status) -> str:
    """Return what happened to an automation and what follows, in sentences."""
    automation = status.automation
    match automation.state:
        case Automation.State.REFUSED:
            return _refused(automation)
        case Automation.State.PAUSED:
            return _paused(automation)
        case Automation.State.OFF:
            return _("Somebody turned it off. Ask again when it shall act.")
        case _granted if status.acts:
            return _("It removes what scores so high without anybody looking, but for the audits.")
        case _granted:
            return _("Its rule is in the draft. It acts once a site admin publishes the draft.")


def _refused(automation: Automation) -> str:
    found = automation.evidence
    words = {
        "target": percent(automation.target),
        "needed": count(found["needed"]),
        "total": count(found["total"]),
        "steady": percent(found["steady"]),
        "best": percent(max((lower for _at, _n, _w, lower in curve(automation)), default=0.0)),
    }
    match found["refusal"]:
        case Refusal.TOO_FEW:
            return (
                _(
                    "Too few decisions: it takes %(needed)s with such scores, none of them wrong,"
                    " to prove %(target)s. There are %(total)s."
                )
                % words
            )
        case Refusal.NOT_SEEN:
            return (
                _(
                    "People decide about too few of the comments with such scores: most are"
                    " published, or removed by rules, with nobody looking. Let a rule hold them for"
                    " a while, or raise the share of audits."
                )
                % words
            )
        case Refusal.NOT_STEADY:
            return (
                _(
                    "It is proven that %(target)s are right, but only just: chance alone would soon"
                    " pause it. It takes %(steady)s as counted."
                )
                % words
            )
        case _not_proven:
            return (
                _(
                    "Not proven: at no score is it certain that %(target)s are right. The best that"
                    " is certain is %(best)s."
                )
                % words
            )


def _paused(automation: Automation) -> str:
    words = {
        "time": clock(automation.paused_at) if automation.paused_at else "",
        "target": percent(automation.target),
    }
    match automation.paused_why:
        case Sign.CONTRADICTED:
            why = _(
                "It paused by itself at %(time)s: so many of its latest audits were wrong that"
                " %(target)s cannot be true."
            )
        case Sign.BOUND:
            why = _(
                "It paused by itself at %(time)s: the bound that decides about pausing fell under"
                " %(target)s."
            )
        case Why.NOT_AUDITED:
            why = _(
                "It paused by itself at %(time)s: no audits were drawn any more, so nothing would"
                " have shown whether %(target)s are right."
            )
        case _edited:
            why = _(
                "It paused by itself at %(time)s: the rule that was live is not the one that was"
                " granted."
            )
    return (
        why % words
        + " "
        + _("Its rule holds comments for people since then. Only a new grant lets it act again.")
    )


def curve(automation: Automation) -> list[tuple[float, int, int, float]]:
    """Return (threshold, decisions, wrong ones, bound), the lowest threshold first."""
    confidence = automation.evidence.get("confidence", automation.confidence)
    return [
        (at, total, wrong, lower_bound(total - wrong, total, confidence))
        for at, total, wrong in reversed(automation.evidence.get("curve", []))
    ]


def curve_chart(automation: Automation) -> Chart:
    """Return which share people had removed from each score on: what it was granted on."""
    points = curve(automation)
    chosen = automation.threshold
    description = _(
        "Of what people decided with at least such a score, the share that they removed; and the"
        " share that is certain, corrected for having tried many scores."
    )
    if chosen is not None:
        description += " " + _("Chosen: %(at)s.") % {"at": two_decimals(chosen)}
    marks = [lower if at == chosen else None for at, _n, _w, lower in points]
    return line_chart(
        slug="curve",
        title=_("What people removed, by where it begins"),
        description=description,
        labels=[two_decimals(at) for at, *_rest in points],
        series=[
            Series(_("certain"), [lower for *_rest, lower in points]),
            Series(_("as counted"), [1 - wrong / total for _at, total, wrong, _l in points]),
            Series(_("target"), [automation.target] * len(points)),
            *([Series(_("chosen"), marks)] if chosen is not None else []),
            Series(_("decisions"), [total for _at, total, _w, _l in points], is_drawn=False),
        ],
        say=_share_or_number,
        most=1.0,
        least=max(0.0, round(automation.target - SHOWN_BELOW, 2)),
        across_is=_("From a score of"),
    )


def control_chart(automation: Automation, points: Sequence[Watch]) -> Chart:
    """Return how right it was by its audits, and beside it the bound that decides about pausing."""
    description = _(
        "Right: over the last %(window)s audits at each moment, and nothing else. The bound that"
        " decides about pausing rests on decisions that granted it, too, until there are so many"
        " audits: it pauses where that falls under the target."
    ) % {"window": count(window(automation.target))}
    of_pausing = [
        Series(_("decides about pausing"), [point.lower for point in points]),
        Series(_("target"), [automation.target] * len(points)),
    ]
    least = automation.target - SHOWN_BELOW
    return _by_audits(points, description, least=least, beside=of_pausing)


def rule_chart(points: Sequence[Watch]) -> Chart:
    """Return how right a rule was by its audits that has no target, since it was changed last."""
    description = _("Over the last %(window)s audits at each moment. Nothing pauses this rule.")
    description %= {"window": count(points[0].window)}
    least = min((point.precision.low for point in points if point.precision), default=0.0)
    return _by_audits(points, description, least=least)


def _by_audits(
    points: Sequence[Watch], description: str, *, least: float, beside: Sequence[Series] = ()
) -> Chart:
    found = [point.precision for point in points]
    return line_chart(
        slug="control",
        title=_("How right, by the number of audits"),
        description=description,
        labels=[count(point.audits) for point in points],
        series=[
            Series(_("right"), [one.value if one else None for one in found]),
            Series(_("at least"), [one.low if one else None for one in found], is_drawn=not beside),
            Series(_("at most"), [one.high if one else None for one in found], is_drawn=False),
            *beside,
        ],
        say=percent,
        most=1.0,
        least=max(0.0, math.floor(least * 100 + 1e-9) / 100),
        across_is=_("Audits"),
    )


def _share_or_number(value: float) -> str:
    return count(value) if value > 1 or isinstance(value, int) else percent(value)
