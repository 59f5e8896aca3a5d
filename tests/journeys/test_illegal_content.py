"""A guest says that a comment breaks the law, and everybody is told what became of it."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Role
from mailing.letters import send_next
from moderation.decisions import database_now
from moderation.illegal_content import letters
from moderation.transparency.validation import faults
from tests.desk_data import person
from tests.desk_seat import NARROW
from tests.make import make_published
from tests.receiver import Mailbox

pytestmark = pytest.mark.django_db(transaction=True)


def newest_letter(mailbox: Mailbox) -> str:
    """What the mail server got last."""
    while send_next():
        pass
    to, letter = mailbox.letters[-1]
    assert to == "aase@example.org"
    body = letter.get_body()
    assert body is not None
    return str(body.get_content())


def link_in(letter: str, page: Page) -> str:
    line = next(line for line in letter.splitlines() if "/notices/illegal/" in line)
    return line[line.index("/notices/illegal/") :].strip()


def test_from_a_guests_notice_to_the_answer(
    sit_down: Callable[..., Page], plain_desk: None, mailbox: Mailbox, no_hurry: None
) -> None:
    comment = make_published("Drive them out of town!")
    guest = sit_down(None, viewport=NARROW, java_script_enabled=False)
    guest.goto(f"{comment.get_absolute_url()}report/")
    guest.get_by_label("Against the law").check()
    guest.get_by_label("In your words").fill("It calls for violence.")
    guest.get_by_role("button", name="Send the report").click()
    guest.get_by_role("button", name="Make it a notice").click()
    expect(guest.get_by_label("Why is it illegal?")).to_have_value("It calls for violence.")
    guest.get_by_role("button", name="Send the notice").click()
    expect(guest.get_by_text("Write your name.")).to_be_visible()
    guest.get_by_label("Threats, or incitement to violence").check()
    guest.get_by_label("Your name").fill("Åse Nabo")
    guest.get_by_label("Your e-mail address").fill("aase@example.org")
    guest.get_by_label("I believe in good faith").check()
    guest.get_by_role("button", name="Send the notice").click()
    expect(guest.get_by_text("Your notice has arrived.")).to_be_visible()
    receipt = newest_letter(mailbox)
    guest.goto(link_in(receipt, guest))
    expect(guest.get_by_role("heading", level=1)).to_contain_text("Notice")

    anna = sit_down(person(Role.MODERATOR, name="Anna Lie"))
    anna.goto("/desk/queues/reported/")
    anna.get_by_role("link", name="Answer with a reason of your own").click()
    expect(anna.get_by_text("Åse Nabo")).to_be_visible()
    anna.get_by_label("Remove it", exact=True).check()
    anna.get_by_label("Remove it for").select_option("illegal")
    anna.get_by_label("Reason that the notifier reads").fill("It incites to violence.")
    anna.get_by_role("button", name="Decide and answer").click()
    expect(anna.get_by_role("heading", name="Removed: against the law")).to_be_visible()

    solveig = sit_down(person(Role.SITE_ADMIN, name="Solveig Dahl"))
    solveig.goto(f"/desk/eu-statements/?period={timezone.localdate():%Y-%m}")
    with solveig.expect_download() as download:
        solveig.get_by_role("link", name="Download the file").click()
    [line] = Path(download.value.path()).read_text().splitlines()
    [statement] = json.loads(line)["statements"]
    assert faults(statement) == []
    assert statement["source_type"] == "SOURCE_ARTICLE_16"
    assert statement["decision_ground"] == "DECISION_GROUND_ILLEGAL_CONTENT"
    assert statement["category"] == "STATEMENT_CATEGORY_VIOLENCE"

    letters.tell(at=database_now() + timedelta(minutes=11))
    answer = newest_letter(mailbox)
    assert "we think, too, that it is against the law" in answer
    assert "It incites to violence." in answer
    assert "Anna" not in answer
    guest.goto(link_in(answer, guest))
    expect(guest.get_by_text("It incites to violence.")).to_be_visible()
