"""What authors are told: the policies and the letters."""

from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import Role
from moderation.models import LetterText, Policy
from moderation.policies import Wording, newest_version, publish_version
from tests.desk_states.stage import Stage, state


@state("desk_policies", by=Role.SITE_ADMIN)
def the_policies(stage: Stage) -> None:
    policy = Policy.objects.get(slug="spam")
    wording = Wording(policy.name, "We publish no advertising.", "Nor links to shops.")
    seen = newest_version(policy).number
    publish_version(policy=policy, wording=wording, note="Shorter", by=stage.user, seen=seen)
    stage.go(reverse("moderation:desk_policies"))


@state("desk_policy", by=Role.SITE_ADMIN)
def a_policy_previewed(stage: Stage) -> None:
    stage.go(reverse("moderation:desk_policy", args=["insults"]))
    stage.page.get_by_label("In one sentence").fill("Be as sharp as you like, and kind.")
    stage.page.get_by_label("What changes, and why").fill("Kinder")
    stage.page.get_by_role("button", name="Preview").click()
    expect(stage.page.locator("#preview-title")).to_be_visible()


@state("desk_policy", by=Role.SITE_ADMIN)
def a_policy_whose_fields_are_refused(stage: Stage) -> None:
    stage.go(reverse("moderation:desk_policy", args=["insults"]))
    stage.page.get_by_label("Name").fill("Hate")
    stage.page.get_by_role("button", name="Publish this version").click()
    stage.shows(".message")


@state("letters", by=Role.SITE_ADMIN)
def the_letters(stage: Stage) -> None:
    LetterText.objects.get_or_create(
        kind="banned", language="en-gb", defaults={"subject": "No", "body": "Dear {name}"}
    )
    stage.go(reverse("moderation:letters"))


@state("letter", by=Role.SITE_ADMIN)
def a_letter_previewed(stage: Stage) -> None:
    stage.go(reverse("moderation:letter", args=["removed", "en-gb"]))
    stage.page.get_by_role("button", name="Preview").click()
    expect(stage.page.locator("#preview-title")).to_be_visible()


@state("letter", by=Role.SITE_ADMIN)
def a_placeholder_that_is_refused(stage: Stage) -> None:
    stage.go(reverse("moderation:letter", args=["banned", "en-gb"]))
    stage.page.get_by_label("Subject").fill("You, {moderator}")
    stage.page.get_by_role("button", name="Keep").click()
    stage.shows(".message")
