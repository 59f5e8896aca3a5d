"""``manage.py load_demo``: a small invented newspaper with its readers and moderators."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from integrations.demo import days, newsroom, rules, second_looks, story
from moderation.decisions import database_now
from moderation.progress import say
from moderation.screening import screen_batch


class Command(BaseCommand):
    """Loads the demo once. Progress goes to stderr, the table of accounts to stdout."""

    help = "Loads a small invented newspaper: articles, readers, comments, and five accounts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the password of the demo's accounts."""
        parser.add_argument(
            "--password",
            default="",
            help="password of the demo's accounts; needed on a site that is on the Internet",
        )

    def handle(self, *args: Any, password: str, **options: Any) -> None:
        """Load the demo, or say that it is here."""
        if newsroom.is_here():
            say(self.stderr, "The demo is here already. Nothing was changed.")
        else:
            self._load(password)
        self._print_accounts(password or str(story.paper()["password"]))

    def _load(self, password: str) -> None:
        if settings.SECURE and not password:
            raise CommandError(
                "This site is on the Internet, and everybody knows the demo's password. "
                "Choose another one: load_demo --password ..."
            )
        # What readers sent before is screened first, at its own time.
        while screen_batch():
            pass
        with transaction.atomic():
            self._tell(password or str(story.paper()["password"]))

    def _tell(self, password: str) -> None:
        now = database_now()
        users = newsroom.open_accounts(password=password)
        newsroom.name_the_paper()
        newsroom.list_words(by=users["admin@example.org"])
        rules.remove_adverts(by=users["admin@example.org"])
        rules.count_shouting(by=users["admin@example.org"])
        newsroom.promise_and_save(by=users["senior@example.org"])
        told = story.stories()
        say(self.stderr, "Drawing the pictures and printing the articles ...")
        articles = {one.slug: newsroom.print_article(told=one, now=now) for one in told}
        remarks = [remark for one in told for remark in story.remarks(story=one, now=now)]
        staff = days.Staff(
            reader=users["reader@example.org"],
            moderators=(users["moderator@example.org"], users["moderator2@example.org"]),
            senior=users["senior@example.org"],
        )
        days.live_through(
            remarks=remarks,
            articles=articles,
            staff=staff,
            told=lambda done: self._count(done, len(remarks)),
        )
        second_looks.look_again(staff=staff, now=now)
        rules.draft_and_try(by=staff.senior, now=now)
        for one in told:
            newsroom.close_where_told(told=one, article=articles[one.slug])

    def _count(self, done: int, of: int) -> None:
        if done % 25 == 0 or done == of:
            say(self.stderr, f"Readers write, moderators read: {done} of {of} comments")

    def _print_accounts(self, password: str) -> None:
        rows = [(p.role.replace("_", " "), p.email, password) for p in story.people()]
        rows.insert(0, ("Account", "Sign in with", "Password"))
        widths = [max(len(row[column]) for row in rows) for column in range(3)]
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self.stdout.write("  ".join(cells).rstrip())
