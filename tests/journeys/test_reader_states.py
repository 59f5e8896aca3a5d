"""Every state of every page of readers, for everybody (tests/for_everybody.py).

The states are in tests/reader_states.
"""

import json
import re
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from django.conf import LazySettings
from playwright.sync_api import Browser
from playwright.sync_api import Error as PlaywrightError

from tests.desk_seat import seat
from tests.for_everybody import faults
from tests.openid_provider import OpenIDProvider
from tests.reader_states import NO_PAGES, STATES, Stage
from tests.site_routes import routes

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("plain_desk", "no_hurry"),
]

OF_THE_DESK = ("moderation:", "notices:", "admin:")  # tests/desk_states
TROUBLE = {"404", "403_csrf", "429"}  # pages without an address
EXPECTED = re.compile("the server responded with|Response Status Error Code 4")  # a refused form
PARTS = 3  # so that no worker waits long for the last of them


@pytest.fixture
def stage(browser: Browser, live_server: object, settings: LazySettings) -> Iterator[Stage]:
    """A page that is kept from one state to the next; no worker runs beside it."""
    with OpenIDProvider() as provider:
        settings.SOCIALACCOUNT_PROVIDERS = provider.settings()
        settings.CONTENT_SECURITY_POLICY = provider.allowed_by(settings.CONTENT_SECURITY_POLICY)
        page = seat(browser, None, address=str(live_server), reduced_motion="reduce")
        yield Stage(page=page, address=str(live_server), provider=provider)
        page.context.close()


def test_every_page_of_readers_has_a_state() -> None:
    there = {one.name for one in routes() if not one.name.startswith(OF_THE_DESK)}
    shown = {route for state in STATES for route in state.routes}
    without = sorted(there - shown - NO_PAGES.keys())
    assert not without, (
        f"No state shows {without}: write a function into tests/reader_states for each state of"
        " each of these pages that a reader can meet, as those that are there; or say in"
        " no_pages.py why there is no page."
    )
    assert not (shown | NO_PAGES.keys()) - there - TROUBLE, "no such address is there"
    assert not shown & NO_PAGES.keys()


@pytest.mark.parametrize("part", range(PARTS))
def test_every_state_is_for_everybody(part: int, stage: Stage) -> None:
    found: dict[str, Any] = {}
    said: list[str] = []
    asked: list[str] = []
    home = (stage.address, stage.provider.url, "data:")
    stage.page.on("console", lambda message: said.append(message.text))
    stage.page.on("pageerror", lambda error: said.append(str(error)))
    stage.page.on("request", lambda request: asked.append(request.url))
    for state in STATES[part::PARTS]:
        started = time.monotonic()
        stage.begin_anew()
        said.clear()
        asked.clear()
        try:
            wrong = faults(stage.page, partial(state.show, stage), hides_nothing=True)
        except (PlaywrightError, AssertionError) as error:
            wrong = [f"not shown: {error}"]
        wrong += [f"said: {line}" for line in said if not EXPECTED.search(line)]
        wrong += [f"asked elsewhere: {url}" for url in asked if not url.startswith(home)]
        if wrong:
            found[state.name] = wrong
        print(f"{time.monotonic() - started:5.1f} s  {state.name}", wrong, flush=True)
    assert not found, json.dumps(found, indent=2, ensure_ascii=False)
