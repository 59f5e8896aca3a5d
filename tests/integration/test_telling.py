"""Letters about decisions: to proven addresses, once, together, in the site's words."""

import re
from datetime import datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.db.models import Max
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import Role
from comments.models import Article, Author, Comment, SiteSettings, Status
from mailing.models import Letter
from mailing.tasks import deliver
from moderation import appeal_letters
from moderation.appeal_links import path_to_appeal
from moderation.author_acts import Measures
from moderation.decisions import database_now, decide, undo
from moderation.letter_texts import ALLOWED, Text, fill, original, text_of
from moderation.models import (
    Action,
    Appeal,
    Decision,
    LetterKind,
    LetterText,
    Policy,
    RuleChange,
    Statement,
)
from moderation.rule_sets import publish
from moderation.statement_words import path_for_author
from moderation.telling import QUIET, tell_due
from tests.appeal_data import appealed, settled
from tests.author_data import impose
from tests.desk_data import client_of, person
from tests.make import make_article, make_held, make_published, make_regular
from tests.posting import known_as, read, words_of
from tests.receiver import Mailbox
from tests.rules_data import asks, make_rule

pytestmark = pytest.mark.django_db

NAME = "Xanthippe Quorlfeather"


def reader(**fields: object) -> Author:
    user = person(Role.READER)
    return make_regular(user=user, name=fields.pop("name", "Marit Vik"), **fields)


def decided(comment: Comment, action: Action, **fields: object) -> Decision:
    comment.refresh_from_db()
    return decide(
        comment=comment,
        action=action,
        actor=person(Role.SENIOR_MODERATOR, name=NAME),
        seen_version=comment.version,
        note=f"Gone, says {NAME}",
        at=database_now(),
        **fields,
    )


def remove(comment: Comment, **fields: object) -> Decision:
    policy = Policy.objects.get(slug="insults")
    return decided(comment, Action.REMOVE, policy=policy, **fields)


def back(decision: Decision) -> None:
    undo(decision=decision, actor=decision.actor, at=database_now())


def later() -> datetime:
    """When the minutes after the newest decision are over."""
    newest = Statement.objects.aggregate(at=Max("made_at"))["at"]
    return newest + QUIET + timedelta(seconds=1)


def told() -> list[Letter]:
    tell_due(at=later())
    return list(Letter.objects.filter(kind="statement").order_by("id"))


def held_by(author: Author, body: str = "Only a fool would say that.", **fields: object) -> Comment:
    return make_held(body, author=author, **fields)


class TestWhoIsWritten:
    def test_one_letter_after_some_minutes_and_never_a_second(self, mailbox: Mailbox) -> None:
        author = reader()
        remove(held_by(author))
        tell_due(at=later() - timedelta(seconds=2))
        assert not Letter.objects.exists()
        assert len(told()) == len(told()) == 1
        deliver()
        [(to, mail)] = mailbox.letters
        assert to == author.user.email
        assert mail["Subject"].strip() == "Your comment on “Ferry prices rise again” was removed"
        text = mail.get_content()
        said = Statement.objects.get()
        assert "Hello Marit Vik," in text
        assert "Insults. Disagree as sharply as you like" in text
        assert "A person decided this." in text
        assert "/policies/insults/1/" in text
        assert "/statements/" in text
        assert "/appeals/" in text
        assert (said.letter, said.told_at is not None) == (True, True)
        assert "{" not in text
        for trace in ("Xanthippe", "Gone, says", "fool"):
            assert trace not in text + str(mail.items())

    def test_nobody_without_a_proven_address_is_written_nor_who_wants_no_letters(self) -> None:
        guest = make_regular(name="A guest", email="typed@example.org")
        quiet = reader(decision_letters=False)
        for author in (guest, quiet):
            remove(held_by(author, f"A fool, {author.pk}."))
        assert told() == []
        assert not Statement.objects.filter(told_at=None).exists()
        assert not Statement.objects.filter(letter=True).exists()

    def test_a_guest_is_written_at_the_address_that_they_proved(self) -> None:
        guest = make_regular(name="A guest", email="g@example.org", verified_email="g@example.org")
        unproven = reader(name="Unproven")
        EmailAddress.objects.filter(user=unproven.user).update(verified=False)
        for author in (guest, unproven):
            remove(held_by(author, f"A fool, {author.pk}."))
        assert [letter.to for letter in told()] == ["g@example.org"]

    def test_a_site_may_write_nothing_at_all(self) -> None:
        SiteSettings.objects.update_or_create(pk=1, defaults={"decision_letters": False})
        remove(held_by(reader()))
        assert told() == []

    def test_many_decisions_come_in_one_letter_with_a_way_to_each(self) -> None:
        author, article = reader(), make_article()
        for n in range(5):
            remove(held_by(author, f"A fool, {n}.", article=article))
        remove(held_by(author, "A fool, muted.", article=article), also=Measures(mute=timedelta(2)))
        [letter] = told()
        assert letter.subject == "Decisions about your comments on Ordstyrer"
        assert letter.body.count("/statements/") == 7
        assert "A moderator reads your comments first" in letter.body

    def test_a_letter_names_the_zone_of_its_times(self) -> None:
        ends = timezone.localtime(impose(reader()).restriction.until)
        [letter] = told()
        assert f"not taken: until {date_format(ends, 'j F Y, H:i')} (UTC)." in letter.body

    def test_a_second_letter_says_that_it_was_taken_back(self) -> None:
        decision = remove(held_by(reader()))
        assert len(told()) == 1
        back(decision)
        first, second = told()
        assert second.subject.endswith("was taken back")
        assert "Your comment waits for a moderator." in second.body
        assert second.to == first.to

    @pytest.mark.parametrize("removed", [False, True])
    def test_a_comment_off_the_page_until_somebody_looks_is_told_and_what_came_of_it(
        self, removed: bool
    ) -> None:
        comment = held_by(reader())
        approval = decided(comment, Action.APPROVE)
        back(approval)
        [letter] = told()
        assert letter.subject.endswith("is off the page until a moderator has looked")
        assert "without your doing anything" in letter.body
        assert "/statements/" in letter.body
        assert "/appeals/" not in letter.body
        if removed:
            remove(comment)
        else:
            decided(comment, Action.APPROVE)
        _, second = told()
        assert ("/appeals/" in second.body) is removed
        assert second.subject == (
            "Your comment on “Ferry prices rise again” was "
            + ("removed" if removed else "put back on the page")
        )

    def test_what_readers_reports_hid_is_told_and_appealed_once_it_is_removed(self) -> None:
        make_rule("Reported often", asks("comment.reports", "at_least", 2))
        publish(by=None)
        comment = make_published(author=reader())
        path = f"{comment.get_absolute_url()}report/"
        for body in ("One", "Another"):
            client = known_as(make_regular(name=body))
            assert client.post(path, {"category": "abuse", "words": ""}).status_code == 200
        hidden = Statement.objects.get()
        assert (hidden.kind, hidden.source) == ("hidden", "report")
        page = words_of(read(client_of(comment.author.user), path_for_author(hidden)))
        assert "2 readers reported it: Insults or harassment." in page
        assert "without your doing anything" in page
        assert Client().get(path_to_appeal(hidden.decision)).status_code == 404
        [letter] = told()
        assert letter.subject.endswith("is off the page until a moderator has looked")
        decision = remove(comment)
        _, letter = told()
        [link] = re.findall(r"\S+/appeals/\S+", letter.body)
        appeal = link.removeprefix(settings.SITE_URL).removesuffix("#appeal")
        assert Client().post(appeal, {"words": "I meant the company."}).status_code == 303
        settled(Appeal.objects.get(decision=decision), overturns=True)
        comment.refresh_from_db()
        assert comment.status == Status.PUBLISHED

    def test_what_is_looked_at_within_the_minutes_is_told_by_its_outcome_alone(self) -> None:
        kept, gone = (held_by(reader(), f"Only a fool, {n}.") for n in (1, 2))
        for comment in (kept, gone):
            back(decided(comment, Action.APPROVE))
        decided(kept, Action.APPROVE)
        remove(gone)
        [letter] = told()
        assert letter.to == gone.author.user.email
        assert letter.subject.endswith("was removed")

    def test_every_letter_says_how_to_get_no_more_of_them(self) -> None:
        LetterText.objects.create(
            kind="removed", language="en-gb", subject="Gone", body="Dear {name}"
        )
        decision = remove(held_by(reader()))
        told()
        appealed(decision)
        first, second = Letter.objects.order_by("id")
        for letter in (first, second):
            assert letter.body.endswith(f"{settings.SITE_URL}/me/decisions/\n")

    def test_an_appeal_that_was_right_is_answered_in_one_letter(self) -> None:
        decision = remove(held_by(reader()))
        assert len(told()) == 1
        settled(appealed(decision), overturns=True)
        assert len(told()) == 1
        appeal_letters.tell_due(at=later())
        assert Letter.objects.filter(kind="appeal").count() == 2  # it arrived, and the answer

    def test_what_was_taken_back_at_once_is_not_written_about(self) -> None:
        back(remove(held_by(reader())))
        assert told() == []
        assert Statement.objects.filter(told_at=None).count() == 0


class TestTheTexts:
    def test_what_is_filled_in_is_never_looked_at_again(self) -> None:
        author = reader(name="{link} {appeal}")
        article = make_article(title="A title\r\nBcc: everybody@example.org {policy}")
        Article.objects.filter(pk=article.pk).update(title="One\r\nBcc: all@example.org {policy}")
        remove(held_by(author, article=article))
        [letter] = told()
        assert letter.subject == "Your comment on “One Bcc: all@example.org {policy}” was removed"
        assert "Hello {link} {appeal}," in letter.body

    def test_nothing_but_names_in_braces_means_anything(self) -> None:
        text = Text("{name.__class__} {0} {{name}} %s {{% x %}}", "{name!r} {name:>9} {} {")
        filled = fill(text, {"name": "Marit"})
        assert filled.subject == "{name.__class__} {0} {Marit} %s {{% x %}}"
        assert filled.body == "{name!r} {name:>9} {} {\n"

    @pytest.mark.parametrize("kind", LetterKind.values)
    def test_our_texts_use_only_what_their_letter_has(self, kind: str) -> None:
        text = original(kind, language="en-gb")
        filled = fill(text, dict.fromkeys(ALLOWED[kind], "x"))
        assert "{" not in filled.subject + filled.body


class TestTheDesk:
    def wished(self, **changes: str) -> dict[str, str]:
        now = text_of("removed", language="en-gb")
        seen = {"seen_subject": now.subject, "seen_body": now.body}
        return {"subject": "Gone: {article}", "body": "Dear {name}: {link}", **seen, **changes}

    def test_a_site_writes_in_its_own_words_and_goes_back_to_ours(self) -> None:
        client = client_of(person(Role.SITE_ADMIN))
        address = reverse("moderation:letter", args=["removed", "en-gb"])
        shown = client.post(address, {**self.wished(), "preview": "1"}).content.decode()
        assert "Dear Marit Vik:" in shown
        assert not LetterText.objects.exists()
        late = self.wished()
        assert client.post(address, self.wished()).status_code == 302
        assert client.post(address, late).status_code == 409
        remove(held_by(reader()))
        [letter] = told()
        assert letter.subject == "Gone: Ferry prices rise again"
        assert letter.body.startswith(f"Dear Marit Vik: {settings.SITE_URL}/statements/")
        assert client.post(address, {**self.wished(), "original": "1"}).status_code == 302
        assert not LetterText.objects.exists()
        changes = RuleChange.objects.filter(what=RuleChange.What.LETTER).order_by("id")
        assert [change.about for change in changes] == ["removed en-gb"] * 2
        assert changes[0].after == {"subject": "Gone: {article}", "text": "Dear {name}: {link}"}

    def test_an_unknown_placeholder_is_refused_beside_its_field(self) -> None:
        client = client_of(person(Role.SITE_ADMIN))
        address = reverse("moderation:letter", args=["removed", "en-gb"])
        answer = client.post(address, self.wished(body="Dear {moderator}, {score} {name}"))
        assert answer.status_code == 422
        page = answer.content.decode()
        assert "{moderator}, {score} are no placeholders of this letter" in page
        assert not LetterText.objects.exists()
        client.post(address, self.wished(subject="Gone\r\nBcc: all@example.org"))
        assert LetterText.objects.get().subject == "Gone Bcc: all@example.org"
