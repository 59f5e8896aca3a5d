"""The dates of an export, in the forms they come in."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def first_date(*written: str) -> datetime | None:
    """Return the first of these that is a date, in UTC.

    WordPress writes ``2022-03-30 08:00:00``, RSS ``Wed, 30 Mar 2022 08:00:00 +0000``; a post that
    was never published has ``0000-00-00 00:00:00``. Times of the site's own zone, which the export
    does not name, are read as UTC.
    """
    for text in written:
        date = _date(text.strip())
        if date is not None:
            return date
    return None


def _date(text: str) -> datetime | None:
    try:
        date = datetime.fromisoformat(text)
    except ValueError:
        try:
            date = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError):
            return None
    if date.year < 1970:
        return None
    try:
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except OverflowError:
        return None
