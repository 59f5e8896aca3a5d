"""Real exports. They lie beside the repository, not in it; without them these tests are skipped."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from classifier.base import Scores, Text
from comments.models import Article, Comment, Status
from moderation.facts import facts_about
from moderation.models import Decision, MadeBy, ReviewItem
from moderation.rule_sets import live
from moderation.rules.evaluation import cuts, evaluate
from moderation.screening import current_classifier, screen_batch

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not beside this repository"),
]


def run(*names: str, pages: bool = False) -> str:
    out = StringIO()
    files = [str(SAMPLES / name) for name in names]
    call_command("import_wordpress", *files, pages=pages, stdout=out, stderr=StringIO())
    return out.getvalue()


class TestNorwayToday:
    def test_the_article_is_as_a_reader_expects_it(self, client: Client) -> None:
        run("norway-today.wxr.xml")
        (article,) = Article.objects.all()
        assert article.title == "Amnesty: Russia is committing war crimes in Ukraine"
        assert article.lead.startswith("On Tuesday, Amnesty International accused Russia")
        assert article.picture_caption == "Kyiv - Ukraine"
        assert article.picture_credit == "AP Photo / Rodrigo Abd"
        assert article.source_line == "© NTB Scanpix / #Norway Today / #NorwayTodayNews"
        assert article.byline == "Norway Today"
        assert article.section.name == "News"
        assert {tag.name for tag in article.tags.all()} == {"Norway Today", "NorwayTodayNews"}
        assert article.body.count("<p>") == 8
        assert "Source:" not in article.body
        assert article.published_count == 1
        page = client.get(article.get_absolute_url()).content.decode()
        assert "© NTB Scanpix / #Norway Today / #NorwayTodayNews" in page
        assert "daylight precision B-29 bombing raids" in page

    def test_its_comment_is_screened_and_no_score_holds_it(self) -> None:
        run("norway-today.wxr.xml")
        while screen_batch():
            pass
        comment = Comment.objects.select_related("current_revision", "article").get()
        (said,) = comment.current_revision.classifications.all()
        assert said.unscored == ""
        assert said.own
        assert comment.status == Status.PUBLISHED
        assert not ReviewItem.objects.exists()
        assert [d.made_by for d in Decision.objects.all()] == [MadeBy.IMPORT]

    def test_its_comment_would_be_held_by_no_rule_about_a_score(self) -> None:
        run("norway-today.wxr.xml")
        comment = Comment.objects.select_related("current_revision", "article").get()
        body, title = comment.current_revision.body, comment.article.title
        (scores,) = current_classifier().score([Text(body=body, article_title=title)])
        _pk, rules = live()
        about_scores = [cut.rule for cut in cuts(rules)]
        assert len(about_scores) >= 8
        verdict = evaluate(rules, facts(body, scores))
        assert [m for m in verdict.matched if m.rule in about_scores] == []


def facts(body: str, scores: Scores) -> object:
    return facts_about(text=body, scores=scores, author_published=1, article_pre_moderated=False)


class TestOddFile:
    def test_everything_in_it_comes_in(self) -> None:
        told = run("wordpress-small.wxr.xml")
        assert Article.objects.count() == 3
        assert Comment.objects.filter(status=Status.PUBLISHED).count() == 8
        assert "2  entries that do not say what they are, taken for published posts" in told

    def test_one_number_in_two_articles_is_two_comments(self) -> None:
        run("wordpress-small.wxr.xml")
        twice = Comment.objects.filter(imported_from__endswith=":comment:11")
        assert {c.imported_from for c in twice} == {
            "wordpress:example.tld:18:comment:11",
            "wordpress:example.tld:4:comment:11",
        }

    def test_addresses_are_trimmed(self) -> None:
        run("wordpress-small.wxr.xml")
        assert Comment.objects.get(author_name="Ohai").author_email == "test@example.org"


class TestThemeUnitTest:
    def test_posts_and_their_comments_come_in_and_the_rest_is_counted(self) -> None:
        told = run("wordpress-theme-unit-test.wxr.xml")
        assert Article.objects.count() == 55
        assert Comment.objects.count() == 23
        assert Comment.objects.filter(status=Status.HELD).count() == 1
        assert Comment.objects.filter(parent__isnull=False).count() == 9
        for line in (
            "21  pages (--pages brings them)",
            "37  entries of the kind “attachment”",
            "70  entries of the kind “nav_menu_item”",
            "4  pingbacks and trackbacks",
            "6  comments under entries that were left out",
            "1  entries that are not published (future)",
            "1  entries that are not published (draft)",
            "1  entries behind a password",
        ):
            assert f" {line}" in told

    def test_with_pages_every_comment_but_one_behind_a_password_is_there(self) -> None:
        run("wordpress-theme-unit-test.wxr.xml", pages=True)
        assert Article.objects.count() == 76
        assert Comment.objects.count() == 28
        assert Comment.objects.filter(status=Status.HELD).count() == 3
        assert Comment.objects.filter(parent__isnull=False).count() == 10

    def test_ten_levels_of_answers_stay_ten_levels(self) -> None:
        run("wordpress-theme-unit-test.wxr.xml")
        assert max(Comment.objects.values_list("depth", flat=True)) == 9

    def test_every_article_can_be_read(self, client: Client) -> None:
        run("wordpress-theme-unit-test.wxr.xml", pages=True)
        for article in Article.objects.all():
            assert article.title
            assert "<img" not in article.body
            assert client.get(article.get_absolute_url()).status_code == 200, article.title


def test_all_of_them_twice_are_all_of_them_once() -> None:
    names = sorted(path.name for path in SAMPLES.glob("*.wxr.xml"))
    assert len(names) == 3
    run(*names)
    counts = (Article.objects.count(), Comment.objects.count(), Decision.objects.count())
    told = run(*names)
    assert (Article.objects.count(), Comment.objects.count(), Decision.objects.count()) == counts
    assert counts == (59, 32, 32)
    assert "59  articles" in told.split("Already here")[1]
