"""The median, as the database computes it."""

from django.db.models import Aggregate


class Median(Aggregate):
    """The middle one of the values that there are, or None where there is none."""

    template = "percentile_cont(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    name = "Median"
    allow_distinct = False
