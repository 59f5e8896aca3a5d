"""Anybody reads how the site moderated, and takes the numbers along."""

import csv
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import caches
from playwright.sync_api import Page, expect

from comments.models import SiteSettings
from moderation.decisions import database_now
from moderation.models import IllegalKind
from tests.illegal_data import make_notice
from tests.make import make_published

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("plain_desk")]


def test_the_report_of_a_month_and_of_a_year_as_a_page_and_as_a_file(
    sit_down: Callable[..., Page],
) -> None:
    caches["fragments"].clear()
    SiteSettings.objects.update_or_create(pk=1, defaults={"shows_transparency": True})
    last_month = database_now().replace(day=1) - timedelta(days=2)
    make_notice(make_published("Drive them out!"), kind=IllegalKind.HATE, filed_at=last_month)
    page = sit_down(None, java_script_enabled=False)
    page.goto("/")
    page.get_by_role("link", name="Transparency").click()
    notices = page.locator("section", has=page.locator("#notices"))
    kind = str(IllegalKind.HATE.label)
    line = notices.locator("tr", has_text=kind)
    expect(line.locator("td").first).to_have_text("1")
    with page.expect_download() as download:
        page.get_by_role("link", name="All numbers as a file (CSV)").click()
    assert download.value.suggested_filename == f"transparency-{last_month:%Y-%m}.csv"
    rows = csv.reader(Path(download.value.path()).read_text().splitlines())
    in_file = [number for _part, what, _of, number in rows if what == kind]
    assert line.locator("td").all_inner_texts() == in_file

    page.get_by_label("Another period").select_option(f"{last_month.year - 1}")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".report-period")).to_contain_text(f"{last_month.year - 1}")
    expect(notices).to_contain_text("Nothing in this time.")
