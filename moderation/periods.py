"""Which days a page of figures speaks of, and in which steps it shows them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from django.utils import timezone
from django.utils.formats import date_format

LONGEST_IN_HOURS = timedelta(days=2)
LONGEST_IN_DAYS = timedelta(days=120)


class Step(StrEnum):
    """How finely time is shown; the words are those of ``date_trunc``."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Days:
    """Whole days of the site's clock: from the beginning of the first to the end of the last."""

    first: date
    last: date

    @classmethod
    def latest(cls, number: int, *, at: datetime) -> "Days":
        """Return so many days up to today; 1 is today alone."""
        today = timezone.localdate(at)
        return cls(first=today - timedelta(days=number - 1), last=today)

    @property
    def start(self) -> datetime:
        """The midnight before the first day."""
        return _midnight(self.first)

    @property
    def end(self) -> datetime:
        """The midnight after the last day."""
        return _midnight(self.last + timedelta(days=1))

    @property
    def step(self) -> Step:
        """Hours for two days, days for four months, weeks for more."""
        length = self.last - self.first + timedelta(days=1)
        if length <= LONGEST_IN_HOURS:
            return Step.HOUR
        return Step.DAY if length <= LONGEST_IN_DAYS else Step.WEEK

    def steps(self, *, until: datetime, step: Step | None = None) -> list[datetime]:
        """Return the beginning of each step that began before ``until``, in UTC.

        A week begins on Monday, so the first one may begin before the first day.
        """
        step, last = step or self.step, min(self.end, until)
        if step == Step.HOUR:
            whole = self.end.astimezone(UTC) - self.start.astimezone(UTC)
            hours = int(whole / timedelta(hours=1))
            # Added in UTC: on the day the clocks change, an hour is left out or comes twice.
            begin = self.start.astimezone(UTC)
            return [h for n in range(hours) if (h := begin + timedelta(hours=n)) < last]
        length = timedelta(days=7 if step == Step.WEEK else 1)
        back = timedelta(days=self.first.weekday() if step == Step.WEEK else 0)
        day, found = self.first - back, []
        while _midnight(day) < last:
            found.append(_midnight(day).astimezone(UTC))
            day += length
        return found

    def label(self, begin: datetime) -> str:
        """Return a step in words: "14:00", "3 Mar", or the Monday of a week."""
        if self.step != Step.HOUR:
            return self.day_label(begin)
        return date_format(
            timezone.localtime(begin), "TIME_FORMAT" if self.first == self.last else "D H:i"
        )

    def day_label(self, begin: datetime) -> str:
        """Return the day on which a step began: "3 Mar"."""
        return date_format(timezone.localtime(begin), "BRIEF_DAY_FORMAT")


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
