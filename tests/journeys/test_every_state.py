"""Every state of every page of the desk, for everybody (tests/for_everybody.py).

The states are in tests/desk_states.
"""

import json
import time
import tomllib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext
from playwright.sync_api import Error as PlaywrightError

from accounts.models import Role
from tests.desk_data import held_items, person, publish_plain_rules
from tests.desk_seat import seat
from tests.desk_states import NO_PAGES, STATES, Stage
from tests.for_everybody import faults

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE_MS = 30_000
ACCESS = Path(__file__).parent.parent / "integration" / "access.toml"
NAMES = {
    Role.MODERATOR: "Anna Lie",
    Role.SENIOR_MODERATOR: "Ingrid Moe",
    Role.SITE_ADMIN: "Solveig Dahl",
}


@pytest.fixture
def stages(
    browser: Browser, live_server: object, transactional_db: None
) -> Iterator[Callable[[Role], Stage]]:
    """A page for each role, kept from one state to the next; no worker runs beside them."""
    from moderation.defaults import install

    install()
    publish_plain_rules()
    held_items(3)
    colleague = person(Role.MODERATOR, name="Jonas Berg")
    contexts: list[BrowserContext] = []
    made: dict[Role, Stage] = {}

    def stage(role: Role) -> Stage:
        if role not in made:
            user = person(role, name=NAMES[role])
            page = seat(browser, user, address=str(live_server), reduced_motion="reduce")
            page.context.set_default_timeout(PATIENCE_MS)
            contexts.append(page.context)
            made[role] = Stage(page=page, user=user, colleague=colleague)
        return made[role]

    yield stage
    for context in contexts:
        context.close()


def test_every_page_of_the_desk_has_a_state() -> None:
    tables = tomllib.loads(ACCESS.read_text())
    pages = {
        key.split("?")[0].split(" ")[0]
        for key, line in [*tables["desk"].items(), *tables["notices"].items()]
        if line.get("get") == 200
    }
    without = sorted(pages - {state.route for state in STATES} - set(NO_PAGES))
    assert not without, (
        f"No state shows {without}: write a function into tests/desk_states.py for each state of"
        " each of these pages that a person can meet, as those that are there."
    )


PARTS = 5  # so that no worker waits long for the last of them


@pytest.mark.parametrize("part", range(PARTS))
def test_every_state_is_for_everybody(part: int, stages: Callable[[Role], Stage]) -> None:
    found: dict[str, Any] = {}
    first, last = (len(STATES) * n // PARTS for n in (part, part + 1))
    for state in STATES[first:last]:
        started = time.monotonic()
        try:
            stage = stages(state.by)
            wrong = faults(stage.page, partial(state.show, stage))
        except (PlaywrightError, AssertionError) as error:
            wrong = [f"not shown: {error}"]
        if wrong:
            found[state.name] = wrong
        print(f"{time.monotonic() - started:5.1f} s  {state.name}", wrong, flush=True)
    assert not found, json.dumps(found, indent=2, ensure_ascii=False)
