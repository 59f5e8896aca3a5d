"""From a removal and its letter, without signing in, past another moderator, back on the page."""

from collections.abc import Callable

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page, expect

from accounts.models import User
from comments.models import Comment, Status
from mailing.letters import send_next
from moderation import appeal_letters
from moderation.decisions import database_now
from moderation.models import Appeal
from moderation.telling import QUIET, tell_due
from tests.appeal_data import REASON, WORDS, remove, with_an_account
from tests.author_data import impose
from tests.desk_data import person
from tests.desk_seat import NARROW, WIDE
from tests.make import make_article, make_held
from tests.receiver import Mailbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("plain_desk")]
TEXT = "Only a fool would pay that much for the ferry."


def delivered(mailbox: Mailbox) -> str:
    """The one letter that waits, as it arrives."""
    before = len(mailbox.letters)
    while send_next():
        pass
    ((_to, letter),) = mailbox.letters[before:]
    return str(letter.get_content())


def link_in(letter: str, ending: str = "") -> str:
    return next(w for w in letter.split() if w.startswith("http") and w.endswith(ending))


@pytest.mark.parametrize(
    ("size", "scheme", "script"),
    [(WIDE, "light", False), (NARROW, "dark", True)],
    ids=["1280 without JavaScript", "390"],
)
def test_an_appeal_from_the_letter_to_the_page(
    size: dict[str, int],
    scheme: str,
    script: bool,
    sit_down: Callable[..., Page],
    mailbox: Mailbox,
    live_server: object,
    settings: LazySettings,
) -> None:
    settings.SITE_URL = str(live_server)

    def sit(user: User | None) -> Page:
        return sit_down(user, viewport=size, color_scheme=scheme, java_script_enabled=script)

    first, second = person(name="Anna Vik"), person(name="Bo Moen")
    comment = make_held(TEXT, author=with_an_account("Marit Vik"))
    remove(comment, by=first)

    tell_due(at=database_now() + QUIET)
    reader = sit(None)
    reader.goto(link_in(delivered(mailbox), "#appeal"))
    expect(reader.get_by_text(TEXT)).to_be_visible()
    reader.get_by_label("Why was this decision wrong?").fill(WORDS)
    reader.get_by_role("button", name="Send the appeal").click()
    expect(reader.get_by_role("heading", name="Your appeal has arrived")).to_be_visible()
    assert "your appeal against the removal" in delivered(mailbox)

    of_first = sit(first)
    of_first.goto("/desk/appeals/")
    expect(of_first.get_by_text("1 more is not yours to decide")).to_be_visible()
    expect(of_first.get_by_text(WORDS)).to_have_count(0)

    desk = sit(second)
    desk.goto("/desk/appeals/")
    if script:
        desk.keyboard.press("j")
    else:
        desk.get_by_role("link", name="Marit Vik").click()
    expect(desk.get_by_text(WORDS)).to_be_visible()
    reader.reload()
    expect(reader.get_by_text("A moderator is looking at it")).to_be_visible()
    if script:
        desk.keyboard.press("a")
        send = desk.get_by_role("button", name="Overturn: publish it again")
        expect(send).to_be_in_viewport(ratio=1)
        desk.keyboard.type(REASON)
    else:
        desk.locator("summary", has_text="Overturn").click()
        desk.locator("#reason-overturn").fill(REASON)
    desk.get_by_role("button", name="Overturn: publish it again").click()
    expect(desk.get_by_text("the comment of Marit Vik is on the page")).to_be_visible()
    desk.get_by_role("button", name="Undo").click()  # the wrong button, perhaps
    expect(desk.get_by_text("had overturned the decision")).to_be_visible()
    assert Comment.objects.get(pk=comment.pk).status == Status.REMOVED
    desk.locator("summary", has_text="Overturn").click()
    desk.locator("#reason-overturn").fill(REASON)
    desk.get_by_role("button", name="Overturn: publish it again").click()
    expect(desk.get_by_text("the comment of Marit Vik is on the page")).to_be_visible()

    comment = Comment.objects.get(pk=comment.pk)
    assert comment.status == Status.PUBLISHED
    anybody = sit(None)
    anybody.goto(comment.article.get_absolute_url())
    expect(anybody.get_by_text(TEXT)).to_be_visible()
    tell_due(at=database_now() + QUIET)
    appeal_letters.tell_due(at=database_now() + QUIET)
    answer = delivered(mailbox)  # one letter says both: it is back, and why
    assert REASON in answer
    reader.goto(link_in(answer))
    expect(reader.get_by_role("heading", name="Your appeal was right")).to_be_visible()
    assert Appeal.objects.get().decided_by == second


def test_a_ban_is_lifted_on_appeal(
    sit_down: Callable[..., Page],
    mailbox: Mailbox,
    live_server: object,
    settings: LazySettings,
) -> None:
    settings.SITE_URL = str(live_server)
    article, author = make_article(), with_an_account("Marit Vik")
    impose(author)
    reader = sit_down(author.user)
    reader.goto(article.get_absolute_url())
    expect(reader.locator("#write")).to_contain_text("You cannot write comments here until")
    tell_due(at=database_now() + QUIET)
    reader.goto(link_in(delivered(mailbox), "#appeal"))
    reader.get_by_label("Why was this decision wrong?").fill(WORDS)
    reader.get_by_role("button", name="Send the appeal").click()
    assert "against the decision that you cannot write comments" in delivered(mailbox)

    desk = sit_down(person(name="Bo Moen"))
    desk.goto("/desk/appeals/")
    desk.get_by_role("link", name="Marit Vik").click()
    expect(desk.get_by_text(WORDS)).to_be_visible()
    desk.keyboard.press("a")
    desk.keyboard.type(REASON)
    desk.get_by_role("button", name="Overturn: lift it").click()
    expect(desk.get_by_text("Overturned: lifted, and Marit Vik is told why.")).to_be_visible()

    tell_due(at=database_now() + QUIET)
    appeal_letters.tell_due(at=database_now() + QUIET)
    answer = delivered(mailbox)
    assert REASON in answer
    reader.goto(link_in(answer))
    expect(
        reader.get_by_role("heading", name="Your appeal was right: you can write comments again")
    ).to_be_visible()
    reader.goto(article.get_absolute_url())
    expect(reader.locator("#write textarea")).to_be_visible()
