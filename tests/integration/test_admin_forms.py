"""What site admins change in the Django admin."""

from io import BytesIO
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.models import Role, User
from comments import pictures
from comments.admin import ArticleForm
from comments.models import Article, Section, SiteSettings
from moderation.models import Policy
from moderation.scope import sections_of
from tests.make import make_article, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin_user() -> User:
    return make_user(Role.SITE_ADMIN, name="Tor Eikeland")


@pytest.fixture
def site_admin(client: Client, admin_user: User) -> Client:
    client.force_login(admin_user)
    return client


def picture_bytes(kind: str = "JPEG", size: tuple[int, int] = (40, 30)) -> bytes:
    file = BytesIO()
    Image.new("RGB", size, "navy").save(file, kind)
    return file.getvalue()


def article_data(article: Article, **changes: Any) -> dict[str, Any]:
    return {
        "title": article.title,
        "slug": article.slug,
        "section": article.section_id,
        "published_at_0": "2026-01-02",
        "published_at_1": "10:00:00",
        "comments_mode": "open",
        "moderation_mode": "inherit",
        **changes,
    }


class TestPolicies:
    def test_the_short_name_stays_because_published_rules_use_it(self, site_admin: Client) -> None:
        policy = Policy.objects.get(slug="spam")
        site_admin.post(
            reverse("admin:moderation_policy_change", args=[policy.pk]),
            {
                "name": "Advertising",
                "slug": "other-slug",
                "text": "No.",
                "position": 4,
                "eu_category": "STATEMENT_CATEGORY_OTHER_VIOLATION_TC",
            },
        )
        policy.refresh_from_db()
        assert (policy.name, policy.slug) == ("Advertising", "spam")

    def test_a_policy_is_not_deleted(self, site_admin: Client) -> None:
        policy = Policy.objects.get(slug="other")
        path = reverse("admin:moderation_policy_delete", args=[policy.pk])
        assert site_admin.post(path, {"post": "yes"}).status_code == 403


class TestArticles:
    def test_the_body_is_cleaned_when_it_is_saved(self, site_admin: Client) -> None:
        article = make_article()
        body = '<p>Fine</p><script>alert(1)</script><img src="https://elsewhere.example/t.gif">'
        site_admin.post(
            reverse("admin:comments_article_change", args=[article.pk]),
            article_data(article, body=body),
        )
        article.refresh_from_db()
        assert article.body == "<p>Fine</p>"

    def test_saving_an_article_leaves_the_counters_of_its_discussion_alone(
        self, site_admin: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        article = make_article()

        def decided_meanwhile(form: ArticleForm) -> None:
            """Between reading the article and saving it, somebody publishes a comment."""
            lifted = Article.objects.get(pk=article.pk).published_count + 1
            Article.objects.filter(pk=article.pk).update(published_count=lifted)

        monkeypatch.setattr(ArticleForm, "clean", decided_meanwhile)
        site_admin.post(
            reverse("admin:comments_article_change", args=[article.pk]),
            article_data(article, title="Another title"),
        )
        before = article.discussion_version
        article.refresh_from_db()
        assert article.title == "Another title"
        assert article.published_count == 1
        assert article.discussion_version == before + 1

    def test_a_picture_is_kept_and_shown(self, site_admin: Client) -> None:
        article = make_article()
        path = reverse("admin:comments_article_change", args=[article.pk])
        upload = SimpleUploadedFile("quay.jpg", picture_bytes(), "image/jpeg")
        assert site_admin.post(path, article_data(article, picture=upload)).status_code == 302
        article.refresh_from_db()
        assert (article.picture_width, article.picture_height) == (40, 30)
        assert article.picture.url in site_admin.get(path).content.decode()
        article.picture.delete()

    @pytest.mark.parametrize(
        "content",
        [b"<svg onload=alert(1)>", picture_bytes("GIF"), picture_bytes()[:200]],
        ids=["markup", "another format", "cut off"],
    )
    def test_what_is_no_picture_is_refused(self, site_admin: Client, content: bytes) -> None:
        article = make_article()
        upload = SimpleUploadedFile("quay.jpg", content, "image/jpeg")
        response = site_admin.post(
            reverse("admin:comments_article_change", args=[article.pk]),
            article_data(article, picture=upload),
        )
        assert response.status_code == 200
        assert "errorlist" in response.content.decode()
        article.refresh_from_db()
        assert not article.picture

    def test_a_picture_with_too_many_pixels_is_refused(
        self, site_admin: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pictures, "MOST_PIXELS", 1000)
        article = make_article()
        upload = SimpleUploadedFile("quay.jpg", picture_bytes(), "image/jpeg")
        response = site_admin.post(
            reverse("admin:comments_article_change", args=[article.pk]),
            article_data(article, picture=upload),
        )
        assert "40 x 30 pixels are too many" in response.content.decode()


class TestSite:
    def test_the_list_of_settings_is_the_form(self, site_admin: Client) -> None:
        response = site_admin.get(reverse("admin:comments_sitesettings_changelist"), follow=True)
        assert response.status_code == 200
        assert "double_review_percent" in response.content.decode()
        assert "audit_percent" not in response.content.decode()  # the desk records its changes
        assert SiteSettings.objects.count() == 1
        assert site_admin.get(reverse("admin:comments_sitesettings_add")).status_code == 403
        gone = reverse("admin:comments_sitesettings_delete", args=[1])
        assert site_admin.post(gone, {"post": "yes"}).status_code == 403

    def test_a_section_with_articles_is_not_deleted(self, site_admin: Client) -> None:
        section = make_article().section
        site_admin.post(
            reverse("admin:comments_section_delete", args=[section.pk]), {"post": "yes"}
        )
        assert Section.objects.filter(pk=section.pk).exists()


def user_data(user: User, **changes: str) -> dict[str, str]:
    """What the page of an account sends back; ``changes`` may assign sections."""
    return {
        "email": user.email,
        "name": user.name,
        "role": user.role,
        "is_active": "on",
        "section_assignments-TOTAL_FORMS": "1",
        "section_assignments-INITIAL_FORMS": "0",
        **changes,
    }


class TestAccounts:
    def test_an_account_is_made_with_its_password_and_role(self, site_admin: Client) -> None:
        response = site_admin.post(
            reverse("admin:accounts_user_add"),
            {
                "email": "New.Moderator@Example.org",
                "name": "Amina Warsame",
                "role": "moderator",
                "usable_password": "true",
                "password1": "herring-and-porridge-9",
                "password2": "herring-and-porridge-9",
            },
        )
        assert response.status_code == 302
        user = User.objects.get(email="new.moderator@example.org")
        assert user.is_moderator
        assert user.check_password("herring-and-porridge-9")

    @pytest.mark.parametrize(
        "changes", [{"role": "moderator"}, {"is_active": ""}], ids=["demoted", "closed"]
    )
    def test_the_last_site_admin_stays(
        self, site_admin: Client, admin_user: User, changes: dict[str, str]
    ) -> None:
        data = user_data(admin_user)
        response = site_admin.post(
            reverse("admin:accounts_user_change", args=[admin_user.pk]), data | changes
        )
        assert "This is the only site admin." in response.content.decode()
        admin_user.refresh_from_db()
        assert admin_user.is_site_admin

    def test_one_of_two_site_admins_may_go(self, site_admin: Client, admin_user: User) -> None:
        make_user(Role.SITE_ADMIN)
        site_admin.post(
            reverse("admin:accounts_user_change", args=[admin_user.pk]),
            user_data(admin_user, role="reader"),
        )
        admin_user.refresh_from_db()
        assert admin_user.role == Role.READER

    def test_nobody_is_deleted(self, site_admin: Client) -> None:
        somebody = make_user()
        path = reverse("admin:accounts_user_delete", args=[somebody.pk])
        assert site_admin.post(path, {"post": "yes"}).status_code == 403

    def test_a_moderator_is_assigned_to_a_section_and_the_history_says_so(
        self, site_admin: Client
    ) -> None:
        somebody = make_user(Role.MODERATOR)
        harbour = Section.objects.create(name="Harbour", slug="harbour")
        page = reverse("admin:accounts_user_change", args=[somebody.pk])
        assert "none: all sections" in site_admin.get(page).content.decode()
        row = {"section_assignments-0-section": str(harbour.pk)}
        assert site_admin.post(page, user_data(somebody, **row)).status_code == 302
        assert sections_of(User.objects.get(pk=somebody.pk)) == {harbour.pk}
        entry = LogEntry.objects.get(object_id=str(somebody.pk))
        assert "Harbour" in entry.get_change_message()

    def test_a_section_that_somebody_is_assigned_to_is_not_deleted(
        self, site_admin: Client
    ) -> None:
        harbour = Section.objects.create(name="Harbour", slug="harbour")
        make_user(Role.MODERATOR).section_assignments.create(section=harbour)
        path = reverse("admin:comments_section_delete", args=[harbour.pk])
        site_admin.post(path, {"post": "yes"})
        assert Section.objects.filter(pk=harbour.pk).exists()
