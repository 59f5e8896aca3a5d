"""Small promises of docs/readers that nothing else holds the site to."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.conf import LazySettings
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from comments import news
from comments.following import ASK_AGAIN_AFTER, follow, forget_unconfirmed
from comments.models import Article, Disagreeing, Disagreement, Follow, Mute, Report, SiteSettings
from comments.news import tell_followers
from comments.submission import Writer
from mailing.models import Letter
from mailing.tasks import deliver
from tests.illegal_data import notice_form
from tests.make import make_article, make_published, make_user
from tests.posting import read, send, words_of
from tests.receiver import Mailbox

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_hurry")]
KARI = "kari@example.org"


def ask(article: Article) -> Follow:
    return follow(writer=Writer(), article=article, email=KARI, is_theirs=False)


def test_an_address_that_nobody_confirmed_goes_two_days_after_it_was_asked_last() -> None:
    asked, again = ask(make_article()), ask(make_article())
    ago = timedelta(days=2, minutes=1)
    Follow.objects.update(created_at=F("created_at") - ago, asked_at=F("asked_at") - ago)
    again.refresh_from_db()
    assert again.asked_at is not None
    assert timezone.now() - again.asked_at > ASK_AGAIN_AFTER
    ask(again.article)
    assert forget_unconfirmed() == 1
    assert not Follow.objects.filter(pk=asked.pk).exists()


def test_five_wrong_passwords_close_the_account_to_that_address_for_a_quarter_of_an_hour() -> None:
    user = make_user()
    here, there = Client(REMOTE_ADDR="198.51.100.7"), Client(REMOTE_ADDR="203.0.113.9")

    def signs_in(client: Client, password: str = "a long enough secret") -> int:
        sent = {"login": user.email, "password": password}
        return client.post("/accounts/sign-in/", sent).status_code

    for _ in range(5):
        signs_in(here, "a guess")
    assert signs_in(here) == 429
    assert signs_in(there) == 302
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=15, seconds=1))
    assert signs_in(here) == 302


def test_a_mailbox_gets_so_many_receipts_whoever_writes_its_address(
    settings: LazySettings,
) -> None:
    settings.ILLEGAL_NOTICES_PER_HOUR = 2
    for number, status in enumerate((303, 303, 429, 429)):
        comment = make_published(f"Drive them out of town, {number}!")
        client = Client(REMOTE_ADDR=f"198.51.{number}.23")
        form = notice_form(comment, email=KARI)
        assert client.post(reverse("readers:illegal_notice"), form).status_code == status
    assert Letter.objects.filter(to=KARI).count() == 2


def test_in_the_archive_one_can_mute_and_report_and_do_nothing_else(client: Client) -> None:
    SiteSettings.objects.create(pk=1, disagreeing=Disagreeing.SHOWN)
    comment = make_published()
    article = comment.article
    article.comments_mode = "archived"
    article.save()
    path = comment.get_absolute_url()
    assert client.post(f"{path}mute/").status_code == 303
    assert client.post(f"{path}report/", {"category": "spam"}).status_code == 200
    assert client.post(f"{path}disagree/").status_code == 404
    assert send(client, article, "Too late").status_code == 409
    kept = (Mute.objects.count(), Report.objects.count(), Disagreement.objects.count())
    assert (*kept, article.comments.count()) == (1, 1, 0, 1)


def test_letters_lead_to_the_page_that_shows_the_comments(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(news, "SETTLED_AFTER", timedelta(0))
    SiteSettings.objects.create(pk=1, embed_permalinks=True)
    article = make_article(page_url="https://paper.example/ferry")
    ago = timezone.now() - timedelta(minutes=1)
    Follow.objects.create(email=KARI, article=article, confirmed_at=ago, told_until=ago)
    comment = make_published("News to Kari.", article=article)
    tell_followers()
    deliver()
    [(_to, letter)] = mailbox.letters
    assert f"https://paper.example/ferry#comment-{comment.public_id}" in letter.get_content()


def test_every_page_of_readers_says_what_is_kept_of_them(client: Client) -> None:
    comment = make_published()
    told = reverse("comments:privacy")
    for path in (
        *("/", "/me/", "/accounts/sign-up/", comment.article.get_absolute_url(), "/policies/"),
        *(comment.get_absolute_url(), f"/embed/articles/{comment.article.slug}/"),
    ):
        assert f'href="{told}"' in read(client, path), path
    assert "Network addresses themselves are not kept." in words_of(read(client, told))
