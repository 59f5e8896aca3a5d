"""What the site did in a period, in numbers: one query for each table, whatever the period.

After Art. 15 and 24 of Regulation (EU) 2022/2065: notices, decisions of one's own, machines and how
right they were, complaints, suspensions, people.
"""

from fractions import Fraction
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, Min, Q
from django.db.models.functions import TruncMonth
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import MODERATING, User
from comments.models import Restriction, RestrictionKind
from moderation.models import (
    RESTRICTIONS,
    Action,
    Appeal,
    AppealState,
    AuditDraw,
    Automated,
    Decision,
    IllegalContentNotice,
    IllegalKind,
    MadeBy,
    NoticeOutcome,
    Source,
    Statement,
    StatementKind,
)
from moderation.rulebook.truth import people_decided
from moderation.transparency.medians import Median
from moderation.transparency.periods import Period
from moderation.transparency.tables import Row, Table, Value

MOST_AUDITS = 20_000  # the newest of a period: more than a precision needs
_OF_COMMENTS = (StatementKind.REMOVED, StatementKind.HIDDEN)


def report(period: Period) -> list[Table]:
    """Return the tables of a period."""
    return [
        _notices(period),
        _own_initiative(period),
        _by_source(period),
        _by_month(period),
        _machines(period),
        _appeals(period),
        _restrictions(period),
        _people(period),
    ]


def _within(field: str, period: Period) -> Q:
    return Q(**{f"{field}__gte": period.start, f"{field}__lt": period.end})


def _took(later: str, earlier: str) -> Any:
    return ExpressionWrapper(F(later) - F(earlier), output_field=DurationField())


def _notices(period: Period) -> Table:
    outcomes = [*NoticeOutcome.values, ""]
    rows: Any = (
        IllegalContentNotice.objects.filter(_within("filed_at", period))
        .values("kind")
        .annotate(
            filed=Count("id"),
            median=Median(_took("decided_at", "filed_at"), filter=~Q(outcome="")),
            **{f"is_{name or 'open'}": Count("id", Q(outcome=name)) for name in outcomes},
        )
        .order_by("-filed", "kind")
    )
    return Table(
        slug="notices",
        title=_("Notices of illegal content"),
        about=_("By what law they name, and what became of them. A person decided each."),
        what=_("What they are about"),
        head=[
            *(_("filed"), _("removed as illegal"), _("removed by the site's rules")),
            *(_("left on the page"), _("taken out by the author"), _("waiting")),
            _("median time to the decision"),
        ],
        rows=[
            Row(
                str(IllegalKind(row["kind"]).label),
                [row["filed"], *(row[f"is_{name or 'open'}"] for name in outcomes), row["median"]],
            )
            for row in rows
        ],
        picture=0,
    )


def _statements(period: Period) -> Any:
    return Statement.objects.filter(_within("made_at", period), kind__in=RESTRICTIONS)


def _own_initiative(period: Period) -> Table:
    ways = list(Automated.values)
    rows = (
        _statements(period)
        .filter(source=Source.OWN_INITIATIVE, kind__in=_OF_COMMENTS)
        .values("policy_version__policy__name")
        .annotate(
            number=Count("id"),
            found=Count("id", Q(automated_detection=True)),
            **{f"by_{way}": Count("id", Q(automated_decision=way)) for way in ways},
        )
        .order_by("-number", "policy_version__policy__name")
    )
    return Table(
        slug="own",
        title=_("Restricted on the site's own initiative"),
        about=_("Comments removed or hidden without a notice or a report, by policy."),
        what=_("Policy"),
        head=[
            *(_("restricted"), _("found by a machine"), _("decided by a machine")),
            *(_("decided among many that a machine gathered"), _("decided by a person")),
        ],
        rows=[
            Row(
                row["policy_version__policy__name"] or _("No policy named"),
                [row["number"], row["found"], *(row[f"by_{way}"] for way in ways)],
            )
            for row in rows
        ],
        picture=0,
        notes=_what_is_missing(period),
    )


def _what_is_missing(period: Period) -> list[str]:
    """Say what was removed before the site wrote statements: that is in no table."""
    first = Statement.objects.aggregate(first=Min("made_at"))["first"]
    unstated = Decision.objects.filter(_within("decided_at", period), action=Action.REMOVE)
    if first is not None:
        unstated = unstated.filter(decided_at__lt=first)
    number = unstated.exclude(made_by=MadeBy.IMPORT).count()
    if not number:
        return []
    return [
        ngettext(
            "Of %(n)d more removal it is not known: it was made before reasons were recorded.",
            "Of %(n)d more removals it is not known: they were made before reasons were recorded.",
            number,
        )
        % {"n": number}
    ]


def _by_source(period: Period) -> Table:
    rows = (
        _statements(period)
        .values("source")
        .annotate(**{kind: Count("id", Q(kind=kind)) for kind in RESTRICTIONS})
        .order_by("source")
    )
    found = {row["source"]: row for row in rows}
    return Table(
        slug="sources",
        title=_("What made the site look"),
        about=_("All restrictions, each with a statement of reasons for whoever it concerns."),
        what=_("What made the site look"),
        head=[str(StatementKind(kind).label) for kind in RESTRICTIONS],
        rows=[
            Row(str(source.label), [found.get(source, {}).get(kind, 0) for kind in RESTRICTIONS])
            for source in Source
        ],
        picture=0,
    )


def _by_month(period: Period) -> Table:
    rows = (
        _statements(period)
        .filter(kind__in=_OF_COMMENTS)
        .annotate(month=TruncMonth("made_at"))
        .values("month")
        .annotate(number=Count("id"), machine=Count("id", Q(automated_decision=Automated.FULLY)))
    )
    found = {row["month"].date(): row for row in rows}
    numbers = [found.get(month, {"number": 0, "machine": 0}) for month in period.each_month]
    return Table(
        slug="months",
        title=_("Restricted comments by month"),
        about=_("Removed or hidden, whatever made the site look."),
        what=_("Month"),
        head=[_("restricted"), _("decided by a machine")],
        rows=[
            Row(date_format(month, "YEAR_MONTH_FORMAT"), [row["number"], row["machine"]])
            for month, row in zip(period.each_month, numbers, strict=True)
        ],
        picture=0,
    )


def _machines(period: Period) -> Table:
    draws = AuditDraw.objects.filter(_within("drawn_at", period)).order_by("-id")
    drawn = dict(draws.values_list("revision_id", "probability")[:MOST_AUDITS])
    words = [
        word
        for word in people_decided(list(drawn), with_appeals=False).values()
        if not word.in_bulk
    ]
    weights = {word.revision_id: 1 / drawn[word.revision_id] for word in words}
    total = sum(weights.values())
    right = sum(weights[word.revision_id] for word in words if word.removed)
    precision: Value = Fraction(right / total).limit_denominator(10_000) if total else None
    error: Value = 1 - precision if isinstance(precision, Fraction) else None
    return Table(
        slug="machines",
        title=_("How right machines were"),
        about=_(
            "A share of the comments that rules would have removed was shown to a moderator"
            " instead, who saw neither scores nor rules: how often that moderator removed it, too."
        ),
        what=_("Machine"),
        head=[_("audited"), _("right"), _("wrong")],
        rows=[Row(_("Removal by rules"), [len(words), precision, error])],
    )


def _appeals(period: Period) -> Table:
    by_rule = Q(decision__made_by=MadeBy.RULE)
    rows: Any = (
        Appeal.objects.filter(_within("filed_at", period))
        .values(is_automated=by_rule)
        .annotate(
            number=Count("id"),
            median=Median(_took("decided_at", "filed_at"), filter=Q(decided_at__isnull=False)),
            **{f"is_{state}": Count("id", Q(state=state)) for state in AppealState.values},
        )
    )
    found: dict[bool, dict[str, Any]] = {bool(row["is_automated"]): row for row in rows}
    names = ((False, _("Against people's decisions")), (True, _("Against machines' decisions")))
    return Table(
        slug="appeals",
        title=_("Appeals"),
        about=_("Authors' objections, each decided by somebody else than whoever decided first."),
        what=_("Against whom"),
        head=[
            _("filed"),
            *(str(state.label) for state in AppealState),
            _("median time to the decision"),
        ],
        rows=[
            Row(
                name,
                [
                    row.get("number", 0),
                    *(row.get(f"is_{state}", 0) for state in AppealState.values),
                    row.get("median"),
                ],
            )
            for automated, name in names
            for row in [found.get(automated, {})]
        ],
        picture=0,
    )


def _restrictions(period: Period) -> Table:
    rows: Any = (
        Restriction.objects.filter(_within("from_at", period))
        .values("kind")
        .annotate(
            number=Count("id"),
            for_good=Count("id", Q(until=None)),
            lifted=Count("id", Q(lifted_at__isnull=False)),
        )
    )
    found = {row["kind"]: row for row in rows}
    return Table(
        slug="accounts",
        title=_("Mutes and bans"),
        about=_("A mute: a moderator reads each comment first. A ban: no comments are taken."),
        what=_("What"),
        head=[_("imposed"), _("of these for good"), _("of these lifted")],
        rows=[
            Row(
                str(kind.label),
                [found.get(kind, {}).get(name, 0) for name in ("number", "for_good", "lifted")],
            )
            for kind in RestrictionKind
        ],
        picture=0,
    )


def _people(period: Period) -> Table:
    decided = Decision.objects.filter(
        _within("decided_at", period), made_by=MadeBy.MODERATOR
    ).aggregate(people=Count("actor", distinct=True), decisions=Count("id"))
    now = User.objects.filter(is_active=True, role__in=MODERATING).count()
    return Table(
        slug="people",
        title=_("People who moderate"),
        about=_("How many of them decided something in this time, and how many there are today."),
        what=_("Who"),
        head=[_("number")],
        rows=[
            Row(_("People who decided in this time"), [decided["people"]]),
            Row(_("Their decisions"), [decided["decisions"]]),
            Row(_("People who may moderate today"), [now]),
        ],
    )
