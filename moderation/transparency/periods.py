"""The periods of reports and files: whole months, quarters and years."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

MONTHS, QUARTERS, YEARS = 12, 4, 3  # that can be chosen, back from now


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of whole months, by the site's clock. ``name`` is what an address calls it."""

    name: str
    first: date
    months: int

    @property
    def start(self) -> datetime:
        """The midnight it begins with."""
        return _midnight(self.first)

    @property
    def end(self) -> datetime:
        """The midnight after its last day."""
        return _midnight(_later(self.first, self.months))

    @property
    def last(self) -> date:
        """Its last day."""
        return _later(self.first, self.months) - timedelta(days=1)

    @property
    def each_month(self) -> list[date]:
        """The first day of each of its months."""
        return [_later(self.first, n) for n in range(self.months)]

    def __str__(self) -> str:
        if self.months == 1:
            return date_format(self.first, "YEAR_MONTH_FORMAT")
        if self.months == 3:
            quarter = (self.first.month + 2) // 3
            return _("%(quarter)d. quarter of %(year)d") % {
                "quarter": quarter,
                "year": self.first.year,
            }
        return str(self.first.year)


def latest(months: int, *, today: date) -> Period:
    """Return the last month (1), quarter (3) or year (12) that is over."""
    return next(_back(months, today=today))


def to_choose(*, today: date, running: bool = False) -> list[Period]:
    """Return the periods that can be asked for, the newest of each kind first.

    They are over, but for the month that ``running`` adds.
    """
    over = [
        period
        for months, number in ((1, MONTHS), (3, QUARTERS), (12, YEARS))
        for period in islice(_back(months, today=today), number)
    ]
    return [_holding(today, months=1), *over] if running else over


def named(name: str, *, today: date, running: bool = False) -> Period | None:
    """Return the period of an address ("2026-10", "2026-Q3", "2025"), if it can be chosen."""
    known = to_choose(today=today, running=running)
    return next((period for period in known if period.name == name), None)


def _holding(day: date, *, months: int) -> Period:
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return Period(name=_name(first, months), first=first, months=months)


def _back(months: int, *, today: date) -> Iterator[Period]:
    period = _holding(today, months=months)
    while True:
        period = _holding(_later(period.first, -months), months=months)
        yield period


def _name(first: date, months: int) -> str:
    if months == 12:
        return f"{first.year}"
    if months == 3:
        return f"{first.year}-Q{(first.month + 2) // 3}"
    return f"{first.year}-{first.month:02}"


def _later(first: date, months: int) -> date:
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
