"""Whoever looks at the desk in a test, and the list of the states in which they find it."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from accounts.models import Role, User
from moderation.decisions import database_now
from moderation.models import (
    Action,
    Decision,
    Policy,
    ReviewItem,
)
from moderation.review import resolve

# Addresses that are asked for and show no page of their own.
NO_PAGES = {
    "moderation:counts": "a part of a page",
    "moderation:day": "a part of a page",
    "moderation:download_word_list": "a file",
    "moderation:search_export": "a file",
    "moderation:eu_statements_file": "a file",
    "moderation:export_findings": "a file",
    "moderation:export_rules": "a file",
    "moderation:export_version": "a file",
    "moderation:rules_schema": "a file",
}


@dataclass
class Stage:
    """A browser's page, and who sits before it."""

    page: Page
    user: User
    colleague: User

    def go(self, address: str, *, status: int = 200) -> None:
        answer = self.page.goto(address)
        assert answer is not None
        assert answer.status == status, (address, answer.status)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def shows(self, selector: str) -> None:
        expect(self.page.locator(selector).first).to_be_visible()

    def decided(self, item: ReviewItem, action: Action, **fields: object) -> Decision:
        """What the colleague did with it."""
        policy = Policy.objects.get(slug="insults") if action == Action.REMOVE else None
        return resolve(
            item=item,
            moderator=fields.pop("by", self.colleague),  # type: ignore[arg-type]
            action=action,
            seen_version=item.comment.version,
            at=database_now(),
            policy=policy,
            **fields,  # type: ignore[arg-type]
        )


@dataclass(frozen=True)
class State:
    """``show`` brings a stage there; ``route`` is whose page it is, ``by`` who looks at it."""

    name: str
    route: str
    by: Role
    show: Callable[[Stage], None]


STATES: list[State] = []


def state(
    route: str, *, by: Role = Role.SENIOR_MODERATOR
) -> Callable[[Callable[[Stage], None]], Callable[[Stage], None]]:
    """Count a function among the states of a page of the desk."""

    def add(show: Callable[[Stage], None]) -> Callable[[Stage], None]:
        named = route if ":" in route else f"moderation:{route}"
        STATES.append(State(show.__name__.strip("_").replace("_", " "), named, by, show))
        return show

    return add


def post(stage: Stage, address: str, fields: dict[str, list[str]] | None = None) -> None:
    """Send a form that the page shows in another state, from within the page."""
    stage.page.evaluate(
        """([address, fields]) => {
            const form = document.createElement("form");
            form.method = "post";
            form.action = address;
            const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
            const all = [...Object.entries(fields), ["csrfmiddlewaretoken", [token]]];
            for (const [name, values] of all) {
                for (const value of values) {
                    const input = document.createElement("input");
                    input.type = "hidden";
                    input.name = name;
                    input.value = value;
                    form.append(input);
                }
            }
            document.body.append(form);
            form.submit();
        }""",
        [address, fields or {}],
    )
    stage.page.wait_for_load_state()
