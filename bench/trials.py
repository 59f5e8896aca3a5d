"""What it costs to try rules on a past of 1,000,000 comments: 200 rules, 100,000 listed words."""

import resource
import time
from collections.abc import Callable
from typing import Any

from bench.setup import prepare, table

prepare()

from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Role, User  # noqa: E402
from bench.past import START, fill  # noqa: E402
from bench.rulebook import ENTRIES, RULES, entries, lists  # noqa: E402
from moderation.models import Rule, Surprise, Trial, WordList  # noqa: E402
from moderation.rescoring import Period  # noqa: E402
from moderation.rule_sets import publish  # noqa: E402
from moderation.rulebook import trials  # noqa: E402
from moderation.rulebook.stored import tables  # noqa: E402
from moderation.rulebook.trial_findings import (  # noqa: E402
    all_findings,
    findings_page,
    sample_of,
)
from moderation.rulebook.trial_results import Summary, Tally  # noqa: E402

NUMBER = 1_000_000


def draft() -> None:
    """Add 200 rules and the lists that they ask to what a new site starts with."""
    for key, lines in lists().items():
        WordList.objects.create(key=key, name=key, use="banned", entries="\n".join(lines))
    for place, entry in enumerate(entries()):
        fields = {field: entry.pop(field) for field in ("key", "name", "mode")}
        Rule.objects.create(**fields, body=entry, position=100 + place)


def megabytes() -> float:
    """The most memory that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def reading(period: Period) -> float:
    """Seconds to read everything, without asking anything of it."""
    start = time.perf_counter()
    assert sum(len(chunk) for chunk in tables(period=period)) == NUMBER
    return time.perf_counter() - start


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """What some work returns, and its seconds."""
    start = time.perf_counter()
    return work(), time.perf_counter() - start


def trying(period: Period, by: User) -> tuple[Trial, float, float]:
    """A trial from start to end: the seconds, and those of this process's own work."""
    trial = trials.start(period=period, by=by)
    start, own = time.perf_counter(), time.process_time()
    while trials.take_step() == trials.Step.WENT_ON:
        pass
    seconds, own = time.perf_counter() - start, time.process_time() - own
    trial.refresh_from_db()
    assert trial.done == NUMBER
    return trial, seconds, own


def listing(trial: Trial, number: int, by: User) -> list[tuple[str, str]]:
    """Read every surprise of a trial: a handful, a page in the middle, the whole list."""
    kind = Surprise.REMOVES
    _sample, sample = timed(lambda: sample_of(trial, kind, user=by))
    _page, page = timed(lambda: findings_page(trial, kind, user=by, before=number // 2))
    every, seconds = timed(lambda: sum(1 for _one in all_findings(trial, kind, user=by)))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(pg_column_size(decisions)) FROM moderation_trialsurprises"
            " WHERE trial_id = %s",
            [trial.pk],
        )
        (size,) = cursor.fetchone()
    return [
        ("surprises, and bytes kept for each", f"{number:,}, {size / number:.1f}"),
        ("a random handful of them, a page of the list", f"{sample:.2f} s, {page:.2f} s"),
        ("every one with its reasons, as for the file", f"{every:,} in {seconds:.1f} s"),
    ]


def main() -> None:
    by = User.objects.create_user("bench@example.org", name="Bench", role=Role.SITE_ADMIN)
    publish(by=by)
    fill(NUMBER, actor_id=by.pk)
    period = Period(START, timezone.now())
    read, before = reading(period), megabytes()
    _plain, plain_seconds, plain_own = trying(period, by)
    draft()
    full, full_seconds, full_own = trying(period, by)
    found = Summary(Tally.from_json(full.tally).cells)
    rows = [
        (f"reading {NUMBER:,} comments' facts", f"{read:.1f} s"),
        *(
            (
                f"trying {what} on them (at most 60 s)",
                f"{seconds:.1f} s, {own:.1f} s of it in Python",
            )
            for what, seconds, own in (
                ("the rules of a new site", plain_seconds, plain_own),
                (f"{RULES} rules more and {ENTRIES:,} words", full_seconds, full_own),
            )
        ),
        ("comments a second, then", f"{NUMBER / full_seconds:,.0f}"),
        ("memory of the process, before and after", f"{before:,.0f} MB, {megabytes():,.0f} MB"),
        ("would be published, held, removed", ", ".join(f"{n:,}" for n in found.tried)),
        *listing(full, found.surprising_removals, by),
    ]
    print(table("Rules tried on the past", rows))


if __name__ == "__main__":
    main()
