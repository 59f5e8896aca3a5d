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
from classifier.base import Label
from comments import pictures
from comments.admin import ArticleForm
from comments.models import Article, Section, SiteSettings
from moderation.models import Policy, Rule, RuleSet, WordList
from moderation.rule_sets import live
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


def insult_rule() -> Rule:
    return Rule.objects.get(kind="score", label="insult", action="hold")


def newest() -> RuleSet:
    return RuleSet.objects.order_by("-number")[0]


def rule_data(rule: Rule, **changes: Any) -> dict[str, Any]:
    fields = (
        "name", "kind", "label", "threshold", "number", "word_list_id", "action", "policy_id",
        "urgency", "position",
    )  # fmt: skip
    data = {field.removesuffix("_id"): getattr(rule, field) for field in fields}
    data |= {"is_on": "on" if rule.is_on else ""} | changes
    return {name: value for name, value in data.items() if value not in (None, "")}


def list_data(**changes: Any) -> dict[str, Any]:
    """What the list of rules sends back, with ``changes`` such as ``{"Insults": {...}}``."""
    rules = list(Rule.objects.order_by("position", "id"))
    data: dict[str, Any] = {
        "form-TOTAL_FORMS": len(rules),
        "form-INITIAL_FORMS": len(rules),
        "_save": "Save",
    }
    for number, rule in enumerate(rules):
        row = {
            "id": rule.pk,
            "threshold": rule.threshold,
            "number": rule.number,
            "urgency": rule.urgency,
            "is_on": "on" if rule.is_on else "",
        } | changes.get(rule.name, {})
        data |= {f"form-{number}-{k}": v for k, v in row.items() if v not in (None, "")}
    return data


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


class TestRules:
    def test_a_threshold_in_the_list_is_live_when_it_is_saved(
        self, site_admin: Client, admin_user: User
    ) -> None:
        before = newest().number
        response = site_admin.post(
            reverse("admin:moderation_rule_changelist"),
            list_data(**{insult_rule().name: {"threshold": "0.33"}}),
            follow=True,
        )
        assert f"Version {before + 1} is live." in response.content.decode()
        assert newest().number == before + 1
        assert newest().published_by == admin_user
        assert insult_rule().name in newest().note
        assert "0.33" in newest().note
        _pk, rules = live()
        thresholds = {
            rule.condition.label: rule.condition.threshold  # type: ignore[attr-defined]
            for rule in rules.rules
            if rule.name == insult_rule().name
        }
        assert thresholds[Label.INSULT] == 0.33

    def test_several_changes_in_the_list_are_one_version(self, site_admin: Client) -> None:
        before = newest().number
        site_admin.post(
            reverse("admin:moderation_rule_changelist"),
            list_data(
                **{insult_rule().name: {"threshold": "0.4"}, "Many links": {"number": "5"}},
            ),
        )
        assert newest().number == before + 1
        assert Rule.objects.get(name="Many links").number == 5

    def test_saving_the_list_unchanged_makes_no_version(self, site_admin: Client) -> None:
        before = newest().number
        response = site_admin.post(
            reverse("admin:moderation_rule_changelist"), list_data(), follow=True
        )
        assert response.status_code == 200
        assert newest().number == before

    def test_a_threshold_above_one_is_refused_and_nothing_is_published(
        self, site_admin: Client
    ) -> None:
        before = newest().number
        was = insult_rule().threshold
        site_admin.post(
            reverse("admin:moderation_rule_changelist"),
            list_data(**{insult_rule().name: {"threshold": "1.5"}, "Many links": {"number": "7"}}),
        )
        assert newest().number == before
        assert insult_rule().threshold == was
        assert Rule.objects.get(name="Many links").number != 7

    def test_a_rule_turned_off_is_in_no_new_version(self, site_admin: Client) -> None:
        rule = Rule.objects.get(name="First comment of an author")
        path = reverse("admin:moderation_rule_change", args=[rule.pk])
        site_admin.post(path, rule_data(rule, is_on=""))
        names = {entry["name"] for entry in newest().document["rules"]}
        assert "First comment of an author" not in names
        assert insult_rule().name in names

    def test_a_removal_without_a_policy_is_refused_in_words(self, site_admin: Client) -> None:
        rule = insult_rule()
        before = newest().number
        response = site_admin.post(
            reverse("admin:moderation_rule_change", args=[rule.pk]),
            rule_data(rule, action="remove"),
        )
        assert "Say which policy the author is told about." in response.content.decode()
        assert newest().number == before

    def test_what_a_kind_does_not_need_is_emptied(self, site_admin: Client) -> None:
        rule = Rule.objects.get(name="Many links")
        response = site_admin.post(
            reverse("admin:moderation_rule_change", args=[rule.pk]),
            rule_data(rule, number="4", threshold="0.9", label="insult"),
        )
        assert response.status_code == 302
        rule.refresh_from_db()
        assert (rule.number, rule.threshold, rule.label) == (4, None, "")

    def test_a_rule_that_lacks_what_its_kind_needs_is_refused(self, site_admin: Client) -> None:
        before = newest().number
        response = site_admin.post(
            reverse("admin:moderation_rule_add"),
            {"name": "Half a rule", "kind": "score", "action": "hold", "urgency": 0, "position": 0},
        )
        assert response.content.decode().count("This kind of rule needs it.") == 2
        assert newest().number == before

    def test_a_new_rule_and_a_deleted_one_are_versions_too(self, site_admin: Client) -> None:
        before = newest().number
        site_admin.post(
            reverse("admin:moderation_rule_add"),
            {
                "name": "Shouting",
                "kind": "links",
                "number": 0,
                "action": "hold",
                "urgency": 0,
                "position": 0,
                "is_on": "on",
            },
        )
        added = Rule.objects.get(name="Shouting")
        site_admin.post(reverse("admin:moderation_rule_delete", args=[added.pk]), {"post": "yes"})
        notes = RuleSet.objects.filter(number__gt=before).order_by("number")
        assert [rule_set.note for rule_set in notes] == ["“Shouting” added", "“Shouting” deleted"]

    def test_kinds_and_actions_are_said_in_plain_words(self, site_admin: Client) -> None:
        page = site_admin.get(reverse("admin:moderation_rule_changelist")).content.decode()
        assert "nothing of its author is published yet" in page
        assert "hold it for a moderator" in page
        assert "first_comment" not in page


class TestWordLists:
    def test_new_words_are_live_when_they_are_saved(self, site_admin: Client) -> None:
        words = WordList.objects.get(use="suspect")
        before = newest().number
        response = site_admin.post(
            reverse("admin:moderation_wordlist_change", args=[words.pk]),
            {"name": words.name, "use": words.use, "entries": "casino bonus\nfree money"},
            follow=True,
        )
        assert f"Version {before + 1} is live." in response.content.decode()
        assert "2 words added, 0 taken out" in newest().note
        assert newest().document != RuleSet.objects.get(number=before).document

    def test_a_list_that_a_rule_uses_is_not_deleted(self, site_admin: Client) -> None:
        words = WordList.objects.get(use="banned")
        site_admin.post(
            reverse("admin:moderation_wordlist_delete", args=[words.pk]), {"post": "yes"}
        )
        assert WordList.objects.filter(pk=words.pk).exists()

    def test_a_line_that_is_too_long_is_refused_with_its_number(self, site_admin: Client) -> None:
        words = WordList.objects.get(use="suspect")
        response = site_admin.post(
            reverse("admin:moderation_wordlist_change", args=[words.pk]),
            {"name": words.name, "use": words.use, "entries": "short\n" + "x" * 201},
        )
        assert "Line 2 is longer than 200 characters." in response.content.decode()


class TestPolicies:
    def test_the_short_name_stays_because_published_rules_use_it(self, site_admin: Client) -> None:
        policy = Policy.objects.get(slug="spam")
        site_admin.post(
            reverse("admin:moderation_policy_change", args=[policy.pk]),
            {"name": "Advertising", "slug": "other-slug", "text": "No.", "position": 4},
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
