"""Many comments of one filter, one author, one article, in a browser, decided by a real worker."""

from collections.abc import Callable

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from comments.models import Comment, Section, Status
from tests.desk_data import person
from tests.make import make_article, make_held, make_regular
from tests.workers import WorkerProcess

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("plain_desk")]


def confirm(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_text("Done")).to_be_visible()


def test_all_that_match_all_of_an_author_all_under_an_article(
    sit_down: Callable[..., Page], celery_worker_process: WorkerProcess
) -> None:
    war = make_article(section=Section.objects.create(name="War", slug="war"))
    author, article = make_regular(), make_article()
    with transaction.atomic():  # the worker must not find them unscreened
        in_war = [make_held(article=war), make_held("An ass, says he.", article=war)]
        of_author = [make_held(author=author), make_held("An ass, says she.", author=author)]
        under_article = make_held("A fool, says she.", article=article)
        left = make_held("A fool, says somebody.")
    page = sit_down(person(name="Anna Lie"))

    page.goto(f"/desk/queues/waiting/?section={war.section_id}")
    page.get_by_role("button", name="Approve all…").click()
    confirm(page, "Approve 2 comments")

    for address, button in (
        (f"/desk/authors/{author.key}/", "Remove 2 comments"),
        (f"/desk/articles/{article.slug}/", "Remove 1 comment"),
    ):
        page.goto(address)
        page.get_by_role("button", name="Remove all that wait…").click()
        page.get_by_role("radio", name="Insults").check()
        confirm(page, button)

    now = {comment.pk: comment.status for comment in Comment.objects.all()}
    assert {now[comment.pk] for comment in in_war} == {Status.PUBLISHED}
    assert {now[comment.pk] for comment in (*of_author, under_article)} == {Status.REMOVED}
    assert now[left.pk] == Status.HELD
