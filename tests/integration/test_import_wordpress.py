"""``manage.py import_wordpress``: what comes in, what is left out, and doing it again."""

from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from PIL import Image

from classifier.base import Label
from comments.addresses import address_hash
from comments.models import Article, Author, Comment, CommentRevision, Section, Status, Tag
from integrations.wordpress import comments as wordpress_comments
from moderation.defaults import install
from moderation.models import (
    Action,
    Classification,
    Decision,
    MadeBy,
    Queue,
    QueueCount,
    ReviewItem,
    ScreeningJob,
)
from moderation.review_items import recount
from tests.make import StandIn, screen_all

pytestmark = pytest.mark.django_db

COURIER = Path(__file__).parent.parent / "fixtures" / "wordpress" / "courier.wxr.xml"


def run(*files: Path, **options: Any) -> str:
    out = StringIO()
    call_command("import_wordpress", *map(str, files), stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def quay() -> Article:
    return Article.objects.get(imported_from="wordpress:old.example:10")


def comment(number: int) -> Comment:
    return Comment.objects.select_related("author", "current_revision").get(
        imported_from=f"wordpress:old.example:10:comment:{number}"
    )


def rows() -> dict[str, list[Any]]:
    models = (
        Article, Author, Comment, CommentRevision, Decision, ReviewItem, ScreeningJob, Section, Tag,
    )  # fmt: skip
    return {m.__name__: list(m._default_manager.order_by("pk").values()) for m in models}


class TestArticles:
    def test_a_post_is_an_article_as_an_editor_would_have_made_it(self) -> None:
        run(COURIER)
        article = quay()
        assert article.title == "The quay is rebuilt & the boats come back"
        assert article.slug == "the-quay"
        assert article.lead == "After two years of waiting, the quay is open."
        assert article.byline == "Kari Vik"
        assert article.source_line == "The harbour board"
        assert article.picture_caption == "The new quay in Havnesund"
        assert article.picture_credit == "Nils Berg / Courier"
        assert article.picture_alt == "A quay in the morning"
        assert article.section.name == "Local"
        assert {tag.name for tag in article.tags.all()} == {"Sea", "Quay"}
        assert article.published_at is not None
        assert article.published_at.isoformat() == "2022-03-02T08:00:00+00:00"
        assert "<p>The first boat came at <strong>six</strong>.<br>" in article.body
        assert "<blockquote>We had given up hoping.</blockquote>" in article.body

    def test_a_body_asks_no_other_site_for_anything(self) -> None:
        run(COURIER)
        for article in Article.objects.all():
            assert "<img" not in article.body
            assert "[gallery" not in article.body
            assert "wp:paragraph" not in article.body
        assert 'href="https://tracker.example/pixel.gif"' in quay().body

    def test_two_posts_with_one_address_part_get_two(self) -> None:
        run(COURIER, pages=True)
        slugs = list(Article.objects.order_by("pk").values_list("slug", flat=True))
        assert slugs == ["the-quay", "the-quay-2", "the-quay-3"]

    def test_what_is_missing_has_a_sensible_stand_in(self) -> None:
        run(COURIER)
        article = Article.objects.get(imported_from="wordpress:old.example:15")
        assert article.section.name == "News"
        assert article.comments_mode == "closed"
        assert article.lead == ""
        assert article.body == "<p>One paragraph only.</p>"
        assert article.published_at is not None
        assert article.published_at.isoformat() == "2022-04-01T10:00:00+00:00"

    def test_one_section_for_all_makes_the_categories_tags(self) -> None:
        run(COURIER, section="Archive")
        assert {a.section.name for a in Article.objects.all()} == {"Archive"}
        assert {tag.name for tag in quay().tags.all()} == {"Local", "Sea", "Quay"}

    def test_sections_that_are_here_are_used_whatever_their_case(self) -> None:
        local = Section.objects.create(name="LOCAL", slug="here")
        run(COURIER)
        assert quay().section == local

    def test_readers_read_the_article_and_its_comments(self, client: Client) -> None:
        run(COURIER)
        page = client.get(quay().get_absolute_url()).content.decode()
        assert "The quay is rebuilt &amp; the boats come back" in page
        assert "An answer that stands before what it answers." in page
        assert "A pending answer." not in page
        assert "Buy boats." not in page


class TestComments:
    def test_statuses_come_through_decisions_made_by_the_import(self) -> None:
        run(COURIER)
        expected = {
            104: (Status.PUBLISHED, Action.APPROVE, None),
            105: (Status.HELD, Action.HOLD, None),
            106: (Status.REMOVED, Action.REMOVE, "spam"),
            107: (Status.REMOVED, Action.REMOVE, None),
        }
        for number, (status, action, policy) in expected.items():
            imported = comment(number)
            (decision,) = Decision.objects.filter(comment=imported).select_related("policy")
            assert imported.status == status
            assert (decision.action, decision.made_by) == (action, MadeBy.IMPORT)
            assert (decision.policy.slug if decision.policy else None) == policy
            assert imported.version == 2

    def test_what_was_pending_waits_at_the_desk(self) -> None:
        run(COURIER)
        (item,) = ReviewItem.objects.filter(is_open=True)
        assert (item.comment, item.queue) == (comment(105), Queue.WAITING)
        assert item.reason == "Pending in WordPress"
        assert QueueCount.objects.get(queue=Queue.WAITING).open_items == 1
        assert recount() == 0

    def test_counts_of_articles_and_authors_agree_with_the_comments(self) -> None:
        run(COURIER)
        published = Comment.objects.published().filter(article=quay()).count()
        assert published == 4
        assert quay().published_count == published
        seller = comment(106).author
        assert (seller.published_count, seller.removed_count) == (0, 2)

    def test_every_comment_is_screened_afterwards_and_stays_as_it_was_decided(self) -> None:
        run(COURIER)
        assert ScreeningJob.objects.count() == Comment.objects.count() == 7
        before = dict(Comment.objects.values_list("pk", "status"))
        screen_all(StandIn({"boat": {Label.SPAM: 0.99}, "An answer": {Label.INSULT: 0.99}}))
        assert ScreeningJob.objects.count() == 0
        assert Classification.objects.count() == 7
        assert dict(Comment.objects.values_list("pk", "status")) == before
        assert Decision.objects.count() == 7

    def test_threads_are_rebuilt_whatever_the_order_of_the_file(self) -> None:
        run(COURIER)
        first, reply, deeper = comment(101), comment(104), comment(105)
        assert (reply.parent, reply.root, reply.depth) == (first, first, 1)
        assert (deeper.parent, deeper.root, deeper.depth) == (reply, first, 2)
        assert first.pk < reply.pk < deeper.pk

    def test_a_missing_parent_and_a_circle_begin_threads_and_are_told(self) -> None:
        told = run(COURIER)
        assert comment(107).parent is None
        assert sorted([comment(109).depth, comment(110).depth]) == [0, 1]
        assert "1  answers to comments that are not there: they begin a thread" in told
        assert "1  circles of comments that answer each other" in told

    def test_html_becomes_plain_text(self) -> None:
        run(COURIER)
        assert comment(101).current_revision.body == (
            "> We had given up hoping.\n\n"
            "Not *all* of us. See the series (https://old.example/hope) & hope."
        )

    def test_authors_are_one_for_each_address_and_keep_their_names(self) -> None:
        run(COURIER)
        assert comment(104).author == comment(105).author
        assert (comment(104).author_name, comment(105).author_name) == ("Per", "per")
        mor = comment(101)
        assert mor.author_name == "Mor & Far"
        assert mor.author_email == "Mor@Example.org"
        assert mor.author_website == "https://mor.example/"
        assert mor.author.first_seen_at.isoformat() == "2022-03-02T11:00:00+00:00"
        assert mor.author.user is None

    def test_what_is_no_website_is_dropped_and_addresses_are_only_hashes(self) -> None:
        run(COURIER)
        assert comment(104).author_website == ""
        assert comment(104).address_hash == address_hash("192.0.2.7")
        assert comment(104).network_hash == comment(101).network_hash != ""
        assert comment(101).address_hash == address_hash("192.0.2.8")
        assert comment(105).address_hash == ""

    def test_a_live_guest_with_the_same_address_is_somebody_else(self) -> None:
        guest = Author.objects.create(name="Per", email="per@example.org")
        run(COURIER)
        assert comment(104).author != guest

    def test_many_comments_come_in_batches(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(wordpress_comments, "BATCH", 2)
        run(COURIER)
        assert comment(105).parent == comment(104)
        assert Comment.objects.count() == Decision.objects.count() == 7
        assert quay().published_count == 4


class TestSummary:
    def test_it_says_what_came_in_and_what_was_left_out_and_why(self) -> None:
        told = run(COURIER)
        for line in (
            "2  articles",
            "4  comments, published",
            "1  comments, waiting for a moderator",
            "1  comments, removed as spam",
            "1  comments, removed (from the trash)",
            "1  pingbacks and trackbacks",
            "1  pages (--pages brings them)",
            "1  entries of the kind “attachment”",
            "1  entries that are not published (draft)",
            "1  comments under entries that were left out",
            "1  entries behind a password",
            "1  shortcodes, such as [gallery]",
        ):
            assert f" {line}" in told

    def test_a_second_run_changes_nothing_and_says_so(self) -> None:
        run(COURIER)
        before = rows()
        assert len(before["Comment"]) == 7
        told = run(COURIER)
        assert rows() == before
        came_in, already = told.split("Already here")
        assert came_in.split() == ["Came", "in", "0"]
        assert "2  articles" in already
        assert "7  comments" in already

    def test_what_an_editor_or_a_moderator_changed_stays(self) -> None:
        run(COURIER)
        Article.objects.filter(pk=quay().pk).update(title="A better title")
        run(COURIER)
        assert quay().title == "A better title"

    def test_a_later_export_adds_what_is_new(self, tmp_path: Path) -> None:
        run(COURIER)
        later = tmp_path / "later.xml"
        new = (
            "<wp:comment><wp:comment_id>200</wp:comment_id><wp:comment_author>Ane</wp:comment_author>"
            "<wp:comment_content>Late.</wp:comment_content><wp:comment_approved>1</wp:comment_approved>"
            "<wp:comment_parent>105</wp:comment_parent></wp:comment></item>"
        )
        later.write_text(COURIER.read_text().replace("</item>", new, 1))
        told = run(later)
        assert "1  comments, published" in told
        assert comment(200).parent == comment(105)
        assert (comment(200).root, comment(200).depth) == (comment(101), 3)

    def test_a_dry_run_counts_the_same_and_keeps_nothing(self) -> None:
        told = run(COURIER, dry_run=True)
        assert "4  comments, published" in told
        assert "nothing was kept" in told
        assert not Article.objects.exists()
        assert not Comment.objects.exists()
        assert not Section.objects.exists()

    def test_progress_is_told_without_a_terminal_too(self) -> None:
        err = StringIO()
        call_command("import_wordpress", str(COURIER), stdout=StringIO(), stderr=err)
        assert "courier.wxr.xml: 100 %" in err.getvalue()


class TestTrouble:
    def test_a_cut_off_file_keeps_what_came_before_and_goes_on_when_it_is_whole(
        self, tmp_path: Path
    ) -> None:
        whole = COURIER.read_text()
        cut = tmp_path / "cut.xml"
        cut.write_text(whole[: whole.index("A boat and no words")])
        with pytest.raises(CommandError, match=r"cut.xml cannot be read further: line \d+, column"):
            run(cut)
        assert Article.objects.count() == 1
        assert Comment.objects.count() == 7
        cut.write_text(whole)
        told = run(cut)
        assert "1  articles" in told.split("Already here")[0]
        assert Article.objects.count() == 2
        assert Comment.objects.count() == 7

    def test_one_bad_file_does_not_stop_the_others(self, tmp_path: Path) -> None:
        page = tmp_path / "page.html"
        page.write_text("<html></html>")
        with pytest.raises(CommandError) as refused:
            run(page, tmp_path / "missing.xml", COURIER)
        assert "page.html is not a WordPress export: it begins with <html>" in str(refused.value)
        assert "missing.xml cannot be opened: No such file" in str(refused.value)
        assert Article.objects.count() == 2

    def test_an_entity_bomb_is_refused(self, tmp_path: Path) -> None:
        bomb = tmp_path / "bomb.xml"
        bomb.write_text('<!DOCTYPE rss [<!ENTITY a "ha">]><rss><channel></channel></rss>')
        out = StringIO()
        with pytest.raises(CommandError, match="entities of its own"):
            call_command("import_wordpress", str(bomb), stdout=out, stderr=StringIO())
        assert out.getvalue() == ""

    def test_a_media_folder_that_is_none_is_said(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="There is no folder"):
            run(COURIER, media=tmp_path / "nowhere")


class TestMedia:
    @pytest.fixture
    def uploads(self, tmp_path: Path, settings: Any) -> Path:
        settings.MEDIA_ROOT = tmp_path / "media"
        folder = tmp_path / "uploads"
        for name in ("2022/03/quay.jpg", "2022/04/boat.jpg"):
            path = folder / name
            path.parent.mkdir(parents=True)
            file = BytesIO()
            Image.new("RGB", (64, 48), "teal").save(file, "JPEG")
            path.write_bytes(file.getvalue())
        return folder

    def test_pictures_come_from_the_folder_by_caption_and_by_thumbnail(self, uploads: Path) -> None:
        told = run(COURIER, media=uploads)
        assert "2  pictures" in told
        assert quay().picture.name.startswith("pictures/quay")
        assert (quay().picture_width, quay().picture_height) == (64, 48)
        boat = Article.objects.get(imported_from="wordpress:old.example:15")
        assert boat.picture.name.startswith("pictures/boat")
        assert default_storage.exists(boat.picture.name)

    def test_a_file_that_is_no_picture_is_left_out(self, uploads: Path) -> None:
        (uploads / "2022/03/quay.jpg").write_bytes(b"<svg onload=alert(1)>")
        told = run(COURIER, media=uploads)
        assert "1  pictures that cannot be read or are too large" in told
        assert not quay().picture

    def test_no_path_leads_out_of_the_folder(self, uploads: Path) -> None:
        outside = uploads.parent / "secret.jpg"
        outside.write_bytes((uploads / "2022/03/quay.jpg").read_bytes())
        sly = uploads.parent / "sly.xml"
        sly.write_text(
            COURIER.read_text().replace("2022/03/quay-640x480.jpg", "%2e%2e/%2e%2e/secret.jpg")
        )
        told = run(sly, media=uploads)
        assert "1  pictures that are not in the media folder" in told
        assert not quay().picture


def test_a_comment_without_a_status_waits_for_a_person(tmp_path: Path) -> None:
    odd = tmp_path / "odd.xml"
    odd.write_text(
        '<rss xmlns:wp="http://wordpress.org/export/1.0/"><channel><item><title>T</title>'
        "<link>https://odd.example/?p=3</link><wp:comment><wp:comment_id>1</wp:comment_id>"
        "<wp:comment_content>Hm.</wp:comment_content></wp:comment></item></channel></rss>"
    )
    told = run(odd)
    assert "1  entries that do not say what they are, taken for published posts" in told
    imported = Comment.objects.get()
    assert imported.status == Status.HELD
    assert imported.author_name == "Anonymous"
    assert imported.imported_from == "wordpress:odd.example:3:comment:1"
    assert imported.submitted_at <= timezone.now()


@pytest.mark.django_db(transaction=True)
def test_each_batch_is_a_transaction_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    # What a batch locks (the counts of the queues) is not held while the next one is made.
    install()
    store, inside = wordpress_comments._store, []

    def watched(*args: Any) -> None:
        inside.append(connection.in_atomic_block)
        store(*args)

    monkeypatch.setattr(wordpress_comments, "BATCH", 2)
    monkeypatch.setattr(wordpress_comments, "_store", watched)
    run(COURIER)
    assert len(inside) > 1
    assert not any(inside)
    assert (Comment.objects.count(), recount()) == (7, 0)
