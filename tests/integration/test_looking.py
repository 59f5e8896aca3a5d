"""What readers do for themselves: mute, disagree, see what is new; and what editors pick."""

import re
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from comments import reads
from comments.joining import join_guest
from comments.models import (
    Article,
    Comment,
    Disagreement,
    Mute,
    Pick,
    SiteSettings,
    Visit,
)
from comments.readers import adopt, key_of_guest, key_of_user
from moderation.decisions import database_now, decide
from moderation.models import Action, Policy, ReviewItem
from tests.desk_data import client_of, person
from tests.make import make_article, make_held, make_published, make_regular, make_user
from tests.posting import known_as, read, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh() -> None:
    caches["fragments"].clear()


def about(comment: Comment, verb: str) -> str:
    return reverse(f"comments:{verb}", args=[comment.public_id])


def page_of(comment: Comment, client: Client, query: str = "") -> str:
    return read(client, f"{comment.article.get_absolute_url()}{query}")


def article_of(page: str, comment: Comment) -> str:
    """The HTML of one comment."""
    start = page.index(f'id="c-{comment.public_id}"')
    return page[start : page.index("</article>", start)]


class TestMutes:
    def test_a_guest_without_a_cookie_mutes_for_themselves_alone_and_takes_it_back(self) -> None:
        comment = make_published("Loud words", author=make_regular(name="Olav Dahl"))
        answer = make_published("Calm words", parent=comment)
        guest, other = Client(), Client()
        said = guest.post(about(comment, "mute"))
        assert said.status_code == 303
        page = page_of(comment, guest)
        folded = article_of(page, comment)
        assert '<details class="muted"><summary>Comment by a reader you muted' in folded
        assert "Loud words" in folded
        assert "muted" not in article_of(page, answer)
        assert "<details" not in article_of(page_of(comment, other), comment)
        assert "<details" in article_of(read(guest, comment.get_absolute_url()), comment)
        mine = read(guest, reverse("comments:mutes"))
        assert "Olav Dahl" in mine
        assert "Olav Dahl" not in read(other, reverse("comments:mutes"))
        (row,) = re.findall(r'name="mute" value="(\d+)"', mine)
        other.post(reverse("comments:mutes"), {"mute": row})
        assert Mute.objects.count() == 1
        guest.post(reverse("comments:mutes"), {"mute": row})
        assert "<details" not in article_of(page_of(comment, guest), comment)

    def test_what_a_guest_muted_goes_with_them_into_their_account(self) -> None:
        comment, guest, user = make_published(), make_regular(name="Guest"), make_user()
        known_as(guest).post(about(comment, "mute"))
        both = make_published(author=make_regular(name="Muted twice"))
        known_as(guest).post(about(both, "mute"))
        client_of(user).post(about(both, "mute"))
        adopt(guest=guest.key, user=user)
        join_guest(guest=comment.author, user=make_user())
        keys = list(Mute.objects.values_list("reader_key", flat=True))
        assert keys == [key_of_user(user)] * 3  # the author who was muted joined an account, too

    def test_nobody_mutes_themselves_or_what_they_cannot_read(self) -> None:
        author = make_regular(name="Marit Vik")
        own, held = make_published(author=author), make_held()
        assert known_as(author).post(about(own, "mute")).status_code == 409
        for verb in ("mute", "disagree"):
            for method in ("get", "post"):
                answer = getattr(Client(), method)(about(held, verb))
                assert answer.status_code == 404
        assert not Mute.objects.exists()


class TestNew:
    def look(self, client: Client, article: Article, *, ago: timedelta) -> None:
        client.post(reverse("comments:seen", args=[article.slug]))
        seen = timezone.now() - ago
        Visit.objects.filter(article=article).update(since=seen, seen_at=seen)

    def test_what_came_since_the_last_visit_is_counted_marked_and_linked_up(self) -> None:
        old = make_published("Old words")
        user = make_user()
        client = client_of(user)
        assert 'class="new"' not in page_of(old, client)
        self.look(client, old.article, ago=timedelta(hours=3))
        Comment.objects.filter(pk=old.pk).update(public_since=timezone.now() - timedelta(days=1))
        Article.objects.filter(pk=old.article_id).update(discussion_version=77)
        muted = make_regular(name="Muted")
        first = make_published("First", article=old.article)
        second = make_published("Second", parent=old)
        make_published("Mine", article=old.article, author=make_regular(user=user))
        client.post(about(make_published("x", article=old.article, author=muted), "mute"))
        page = page_of(old, client)
        assert "2 new since" in words_of(page)
        assert "Go to the first" in page
        for comment, to in ((first, f"#c-{second.public_id}"), (second, "#new")):
            assert f'<a class="new" href="{to}">New' in article_of(page, comment)
        assert page.count('class="new"') == 2
        assert f'href="#c-{first.public_id}">Go to the first' in page
        assert 'class="new"' not in page_of(old, Client())

    def test_marks_stay_for_a_visit_and_go_with_the_next_or_with_a_button(self) -> None:
        comment = make_published()
        client = client_of(make_user())
        self.look(client, comment.article, ago=timedelta(hours=3))
        seen = reverse("comments:seen", args=[comment.article.slug])
        for _ in range(2):
            assert "1 new since" in words_of(page_of(comment, client))
            client.post(seen, {"at": timezone.now().isoformat()})
        client.post(reverse("comments:read", args=[comment.article.slug]))
        assert "new since" not in words_of(page_of(comment, client))

    def test_what_came_after_the_page_was_made_stays_new(self) -> None:
        article, client = make_article(), client_of(make_user())
        made = timezone.now()
        make_published(article=article)
        client.post(reverse("comments:seen", args=[article.slug]), {"at": made.isoformat()})
        assert "1 new since" in words_of(read(client, article.get_absolute_url()))

    def test_reading_a_page_changes_nothing(self) -> None:
        comment, client = make_published(), client_of(make_user())
        for path in (comment.article.get_absolute_url(), comment.get_absolute_url()):
            read(client, path)
        for verb in ("mute", "disagree"):
            read(client, about(comment, verb))
        assert not Visit.objects.exists()
        assert not Mute.objects.exists()
        assert not Disagreement.objects.exists()
        assert not list(reads._redis().scan_iter(f"reads:*:{comment.article_id}"))

    def test_another_site_cannot_look_for_a_reader(self) -> None:
        article, client = make_article(), client_of(make_user())
        answer = client.post(
            reverse("comments:seen", args=[article.slug]), headers={"Sec-Fetch-Site": "cross-site"}
        )
        assert answer.status_code == 403
        assert not Visit.objects.exists()


class TestDisagreeing:
    def test_one_for_each_reader_taken_back_and_never_on_the_desk(self) -> None:
        comment = make_published()
        guest, user, desk = Client(), client_of(make_user()), client_of(person())
        record = reverse("moderation:comment", args=[comment.public_id])

        def told() -> str:
            return re.sub(r"\b\d+ s\b", "", words_of(read(desk, record)))

        before = told()
        for client in (guest, guest, user):
            client.post(about(comment, "disagree"))
        assert Disagreement.objects.count() == 2
        assert "You disagree with this comment." in read(guest, about(comment, "disagree"))
        guest.post(about(comment, "disagree"), {"again": "1"})
        assert Disagreement.objects.count() == 1
        comment.refresh_from_db()
        assert comment.status == "published"
        assert not ReviewItem.objects.exists()
        assert told() == before

    @pytest.mark.parametrize(
        ("setting", "shown"), [("off", None), ("counted", "Disagree"), ("shown", "Disagree 1")]
    )
    def test_the_site_says_whether_the_number_is_shown(
        self, setting: str, shown: str | None
    ) -> None:
        comment = make_published()
        Disagreement.objects.create(comment=comment, reader_key="user:1", made_at=timezone.now())
        SiteSettings.objects.update_or_create(pk=1, defaults={"disagreeing": setting})
        found = article_of(page_of(comment, Client()), comment)
        link = re.search(r'data-do="disagree".*?</a>', found)
        assert (words_of(f"<a {link[0]}").strip() if link else None) == shown
        answer = Client().post(about(comment, "disagree"))
        assert answer.status_code == (404 if setting == "off" else 200)

    def test_a_number_that_is_shown_is_never_old(self) -> None:
        SiteSettings.objects.update_or_create(pk=1, defaults={"disagreeing": "shown"})
        comment, reader = make_published(), Client()
        page_of(comment, reader)
        reader.post(about(comment, "disagree"))
        assert "Disagree <span>1</span>" in page_of(comment, Client())


class TestPicks:
    def pick(self, comment: Comment, verb: str = "pick", role: Role = Role.MODERATOR) -> int:
        address = reverse(f"moderation:{verb}_comment", args=[comment.public_id])
        return client_of(person(role)).post(address).status_code

    def test_a_pick_is_shown_with_a_label_and_under_a_tab_of_its_own(self) -> None:
        parent = make_published("The question")
        comment = make_published("The best answer", parent=parent)
        assert self.pick(comment) == 302
        page = page_of(parent, Client())
        assert "Editors’ pick" in article_of(page, comment)
        assert "Editors’ pick" not in article_of(page, parent)
        assert "Editors’ pick (1)" in page
        tab = page_of(parent, Client(), "?sort=picks")
        assert "The best answer" in tab
        assert "The question" not in tab
        assert "in reply to" in article_of(tab, comment)
        assert self.pick(comment, "unpick") == 302
        assert "Editors’ pick" not in page_of(parent, Client())
        assert "picked no comment" in page_of(parent, Client(), "?sort=picks")

    def test_a_pick_ends_when_the_comment_is_not_public_any_more(self) -> None:
        comment = make_published()
        self.pick(comment)
        comment.refresh_from_db()
        decide(
            comment=comment,
            action=Action.REMOVE,
            actor=person(),
            seen_version=comment.version,
            at=database_now(),
            policy=Policy.objects.all()[0],
        )
        pick = Pick.objects.get()
        assert pick.ended_at is not None
        assert pick.ended_by is None
        comment.refresh_from_db()
        decide(
            comment=comment,
            action=Action.APPROVE,
            actor=person(),
            seen_version=comment.version,
            at=database_now(),
        )
        assert "Editors’ pick" not in page_of(comment, Client())

    def test_what_is_not_public_is_not_picked(self) -> None:
        held = make_held()
        assert self.pick(held) == 409
        assert not Pick.objects.exists()


class TestBadges:
    def test_the_newsroom_and_the_writer_are_known_by_a_badge(self) -> None:
        writer, moderator = make_user(name="Ingrid"), make_user(Role.MODERATOR, name="Per")
        article = make_article(writer=writer)
        shown = {
            "Author of the article": make_regular(user=writer, name="Ingrid"),
            "Newsroom": make_regular(user=moderator, name="Per"),
            "": make_regular(user=make_user(name="Reader"), name="Ingrid"),
        }
        for badge, author in shown.items():
            comment = make_published(article=article, author=author)
            found = article_of(page_of(comment, Client()), comment)
            assert re.findall(r'class="badge">([^<]*)', found) == ([badge] if badge else [])

    def test_whoever_leaves_the_newsroom_loses_the_badge_at_once(self) -> None:
        moderator = make_user(Role.MODERATOR)
        comment = make_published(author=make_regular(user=moderator))
        assert "Newsroom" in article_of(page_of(comment, Client()), comment)
        moderator.role = Role.READER
        moderator.save()
        assert "Newsroom" not in article_of(page_of(comment, Client()), comment)


class TestClosed:
    def shown(self, **fields: object) -> str:
        comment = make_published()
        for name, value in fields.items():
            setattr(comment.article, name, value)
        comment.article.save()
        page = page_of(comment, Client())
        assert 'data-do="reply"' not in page
        assert 'data-do="disagree"' not in page
        assert 'data-do="report"' in page
        (said,) = re.findall(r'<p class="closed">.*?</p>', page)
        return words_of(said)

    def test_by_hand_it_says_since_when(self) -> None:
        said = self.shown(comments_mode="closed")
        assert "The newsroom has closed it" in said
        assert f"Closed: {timezone.now().day} " in said

    def test_by_itself_it_says_after_how_long(self) -> None:
        published = timezone.now() - timedelta(days=15)
        said = self.shown(close_after_days=14, published_at=published)
        assert "take comments for 14 days" in said
        assert f"Closed: {(timezone.now() - timedelta(days=1)).day} " in said

    def test_in_the_archive_it_is_read_only(self) -> None:
        assert "in the archive" in self.shown(comments_mode="archived")

    def test_nobody_pretends_to_know_when_an_import_was_closed(self) -> None:
        article = make_article(comments_mode="closed")
        assert article.closed_at is None
        assert "Closed:" not in words_of(read(Client(), article.get_absolute_url()))


def test_a_page_costs_no_more_queries_with_mutes_and_news(
    django_assert_max_num_queries: object,
) -> None:
    article, user = make_article(), make_user()
    client, plain = client_of(user), client_of(make_user())
    comments = [make_published(f"Word {n}", article=article) for n in range(6)]
    for comment in comments[:3]:
        client.post(about(comment, "mute"))
    Visit.objects.create(
        reader_key=key_of_user(user),
        article=article,
        since=article.published_at - timedelta(days=1),
        seen_at=article.published_at - timedelta(days=1),
    )
    assert "3 new since" in words_of(read(client, article.get_absolute_url()))
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for who in (plain, client):
        with CaptureQueriesContext(connection) as captured:
            read(who, article.get_absolute_url())
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert key_of_guest(make_regular().key).startswith("guest:")
