"""Pages for authors and readers: why something was decided, and the rules that it rests on."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role, User
from accounts.signed_links import Purpose, sign
from comments.joining import join_guest
from comments.models import Author, Comment, ScoresShown, SiteSettings
from moderation.author_acts import Terms, restrict, strike
from moderation.decisions import database_now, decide, undo
from moderation.models import (
    Action,
    Decision,
    Policy,
    PolicyVersion,
    Rule,
    RuleChange,
    Statement,
    WordList,
)
from moderation.policies import Wording, publish_version
from moderation.rule_sets import publish
from moderation.statement_words import link_for_letter
from tests.desk_data import client_of, person
from tests.make import (
    make_article,
    make_comment,
    make_held,
    make_regular,
    screen_all,
)
from tests.posting import known_as, read, words_of

pytestmark = pytest.mark.django_db

NAME = "Xanthippe Quorlfeather"
INSULTS = Wording("Insults", "Be kind.", "First **paragraph**.\n\n<script>alert(1)</script>")


def decided(comment: Comment, action: Action, by: User, policy: Policy | None = None) -> Decision:
    comment.refresh_from_db()
    return decide(
        comment=comment,
        action=action,
        actor=by,
        policy=policy,
        seen_version=comment.version,
        note=f"Gone, says {NAME}",
        at=database_now(),
    )


def remove(comment: Comment, *, by: User | None = None, slug: str = "insults") -> Decision:
    by = by or person(Role.SENIOR_MODERATOR, name=NAME)
    return decided(comment, Action.REMOVE, by, Policy.objects.get(slug=slug))


def page_of(client: Client, comment: Comment) -> str:
    said = Statement.objects.filter(comment=comment).latest("id")
    answer = client.get(reverse("readers:own_statement", args=[said.public_id]))
    assert answer.status_code == 200
    assert "private" in answer["Cache-Control"]
    return answer.content.decode()


class TestTheStatement:
    def test_its_author_reads_all_of_it_and_nothing_of_the_moderator(self) -> None:
        comment = make_held("Only a fool would <b>say</b> that.")
        remove(comment)
        page = page_of(known_as(comment.author), comment)
        assert "Your comment was removed" in page
        assert "Disagree as sharply as you like" in page  # the sentence
        assert "names one calls somebody" in page  # the whole text of then
        assert "Only a fool would &lt;b&gt;say" in page
        assert "The automatic screening read it as: insult." in page
        assert "It was found by a machine" in page
        assert "A person decided this." in page
        assert 'id="appeal"' in page
        for trace in ("Xanthippe", "Quorlfeather", "Gone, says", "0.8", "80 %"):
            assert trace not in page

    def test_nobody_else_reads_it_and_the_signed_link_needs_no_account(self) -> None:
        comment = make_held()
        remove(comment)
        said = Statement.objects.get()
        address = reverse("readers:own_statement", args=[said.public_id])
        strangers = (Client(), known_as(make_regular(name="A stranger")), client_of(person()))
        assert [client.get(address).status_code for client in strangers] == [404, 404, 404]
        link = link_for_letter(said).removeprefix(settings.SITE_URL)
        answer = Client().get(link)
        assert answer.status_code == 200
        assert "Your comment was removed" in answer.content.decode()
        assert answer["X-Robots-Tag"] == "noindex"
        other = sign(purpose=Purpose.APPEAL, subject=said.public_id.hex)
        for token in (other, "made-up", link.split("/")[-2][:-2]):
            answer = Client().get(reverse("readers:statement", args=[token]))
            assert answer.status_code == 404
            assert "does not lead anywhere" in answer.content.decode()

    @pytest.mark.parametrize(
        ("shown", "words"),
        [
            (ScoresShown.NONE, "read it as: insult."),
            (ScoresShown.WORDS, "read it as: insult (very likely)."),
            (ScoresShown.NUMBERS, "read it as: insult (80 %)."),
        ],
    )
    def test_scores_are_told_as_the_site_wishes(self, shown: str, words: str) -> None:
        SiteSettings.objects.update_or_create(pk=1, defaults={"scores_shown": shown})
        comment = make_held()
        remove(comment)
        page = page_of(known_as(comment.author), comment)
        assert words in page
        assert page.count("The automatic screening read it as:") == 1

    def test_what_a_person_relied_on_is_told_apart_from_why_they_were_asked(self) -> None:
        comment = make_comment(author=make_regular(published_count=0))
        screen_all()  # the first comment of an author waits, whatever it says
        remove(comment)
        page = words_of(page_of(known_as(comment.author), comment))
        relied_on, _, looked_at = page.partition("How it came to be looked at")
        assert "A person of the editorial staff read your comment" in relied_on
        assert "A person decided this." in relied_on
        assert "have written here played a part" not in relied_on
        assert "How long and how often you have written here played a part." in looked_at
        assert "A rule of the site asked a person to read it." in looked_at
        assert "It was not found by a machine." not in page

    def test_strikes_that_nobody_told_are_not_called_warnings(self) -> None:
        rule = Rule.objects.get(key="banned-words")
        asks = {"fact": "author.strikes", "is": "at_least", "value": 1}
        rule.body = {"when": {"all": [asks]}, "then": {"action": "remove", "policy": "spam"}}
        rule.save()
        publish(by=None)
        author, policy = make_regular(), Policy.objects.get(slug="spam")
        strike(author=author, by=person(), policy=policy, at=database_now(), seen=0)
        comment = make_comment(author=author)
        screen_all()
        page = words_of(page_of(known_as(comment.author), comment))
        relied_on = page.partition("How it came to be looked at")[0]
        assert "Moderators had noted before that something you wrote" in relied_on
        assert "warned" not in page

    def test_a_machine_names_the_words_and_says_that_it_decided(self) -> None:
        WordList.objects.filter(key="banned-words").update(entries="casino")
        rule = Rule.objects.get(key="banned-words")
        rule.body = {**rule.body, "then": {"action": "remove", "policy": "spam"}}
        rule.save()
        publish(by=None)
        comment = make_comment("Come to my C4sino!")
        screen_all()
        page = page_of(known_as(comment.author), comment)
        assert "words that this site does not publish: “C4sino”." in page
        assert "A machine decided this by the rules of the site" in page
        assert "Banned words" not in page  # the name of a rule is the desk's

    def test_what_ended_is_said_with_the_way_to_what_ended_it(self) -> None:
        comment = make_held()
        decision = remove(comment)
        undo(decision=decision, actor=decision.actor, at=database_now())
        client = known_as(comment.author)
        removed, restored = Statement.objects.order_by("id")
        first = client.get(reverse("readers:own_statement", args=[removed.public_id]))
        assert str(restored.public_id) in first.content.decode()
        assert "Your comment waits for a moderator." in first.content.decode()
        second = client.get(reverse("readers:own_statement", args=[restored.public_id]))
        assert "A decision about your comment was taken back" in second.content.decode()

    def test_a_ban_says_until_when(self) -> None:
        author, at = make_regular(), database_now()
        policy = Policy.objects.get(slug="threats")
        terms = Terms("ban", at + timedelta(days=3), policy, note=NAME)
        restrict(author=author, by=person(name=NAME), terms=terms, at=at, seen=0)
        said = Statement.objects.get()
        page = known_as(author).get(reverse("readers:own_statement", args=[said.public_id]))
        text = page.content.decode()
        assert "You cannot write comments" in text
        ends = (at + timedelta(days=3)).isoformat(timespec="seconds")
        assert text.count(f'until <time data-exact datetime="{ends}">') == 2
        assert "Xanthippe" not in text


class TestTheWayThere:
    def test_the_comment_leads_its_author_there_in_one_query_for_all(self) -> None:
        article, author = make_article(), make_regular()
        for n in range(3):
            remove(make_held(f"Only a fool, {n}.", article=article, author=author))
        client = known_as(author)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(article.get_absolute_url()).content.decode()
        for said in Statement.objects.all():
            assert reverse("readers:own_statement", args=[said.public_id]) in page
        assert len([q for q in queries if "moderation_statement" in q["sql"]]) == 1
        assert "/statements/" not in Client().get(article.get_absolute_url()).content.decode()

    def test_what_is_off_the_page_until_somebody_looks_leads_there_too(self) -> None:
        comment = make_held(author=make_regular())
        approval = decided(comment, Action.APPROVE, person(Role.SENIOR_MODERATOR))
        undo(decision=approval, actor=approval.actor, at=database_now())
        client = known_as(comment.author)
        hidden = Statement.objects.get()
        address = reverse("readers:own_statement", args=[hidden.public_id])
        for path in (comment.article.get_absolute_url(), reverse("comments:me")):
            page = read(client, path)
            assert address in page
            assert "Why it is off the page" in page
        page = words_of(read(client, address))
        assert "A moderator looks at your comment without your doing anything" in page
        assert "Do you think this was wrong?" not in page
        remove(comment)
        removed = Statement.objects.latest("id")
        page = read(client, address)
        assert "A moderator has looked, and your comment was removed" in page
        assert reverse("readers:own_statement", args=[removed.public_id]) in page
        assert 'id="appeal"' in read(
            client, reverse("readers:own_statement", args=[removed.public_id])
        )
        fresh = make_held("Only a fool, again.", author=comment.author, article=comment.article)
        assert "Why it is off the page" not in read(client, fresh.article.get_absolute_url())

    def test_all_decisions_are_listed_to_whom_they_are_about(self) -> None:
        user = person(Role.READER)
        mine = make_held(author=make_regular(user=user))
        remove(mine)
        other = make_held("Another fool.")
        remove(other)
        page = client_of(user).get(reverse("readers:decisions")).content.decode()
        assert str(mine.statements.get().public_id) in page
        assert str(other.statements.get().public_id) not in page

    def test_what_was_decided_about_a_guest_is_theirs_with_an_account(self) -> None:
        guest, user = make_regular(name="A guest"), person(Role.READER)
        comment = make_held(author=guest)
        remove(comment)
        join_guest(guest=guest, user=user)
        page = client_of(user).get(reverse("readers:decisions")).content.decode()
        assert str(comment.statements.get().public_id) in page
        comment.refresh_from_db()
        assert "Your comment was removed" in page_of(client_of(user), comment)

    def test_letters_are_switched_off_by_a_form_and_by_nothing_else(self) -> None:
        author = make_regular()
        client, address = known_as(author), reverse("readers:decisions")
        client.get(f"{address}?letters=off")
        assert Author.objects.get(pk=author.pk).decision_letters is True
        assert client.post(address).status_code == 303
        assert Author.objects.get(pk=author.pk).decision_letters is False
        client.post(address, {"letters": "on"})
        assert Author.objects.get(pk=author.pk).decision_letters is True


class TestPolicies:
    def test_a_new_version_leaves_the_old_one_to_what_was_decided_by_it(self) -> None:
        comment = make_held()
        remove(comment)
        policy, admin = Policy.objects.get(slug="insults"), person(Role.SITE_ADMIN, name=NAME)
        publish_version(policy=policy, wording=INSULTS, note="Shorter", by=admin, seen=1)
        later = make_held("A fool, later.")
        remove(later)
        assert [s.policy_version.number for s in Statement.objects.order_by("id")] == [1, 2]
        client = known_as(comment.author)
        assert "Disagree as sharply as you like" in page_of(client, comment)
        now = client.get(reverse("readers:policy", args=["insults"])).content.decode()
        assert "<strong>paragraph</strong>" in now
        assert "<script>alert" not in now
        assert "Shorter" in now
        assert "<del>" in now
        assert "Xanthippe" not in now
        then = client.get(reverse("readers:policy_version", args=["insults", 1]))
        assert "This is how it read before" in then.content.decode()
        assert client.get(reverse("readers:policy_version", args=["insults", 3])).status_code == 404
        # The menu of the desk and the sentence in a ban say the new one.
        assert Policy.objects.get(slug="insults").text == "Be kind."

    def test_the_desk_previews_publishes_and_notices_who_was_quicker(self) -> None:
        client = client_of(person(Role.SITE_ADMIN))
        address = reverse("moderation:desk_policy", args=["spam"])
        wished = {"name": "Spam", "summary": "No adverts.", "text": "A *page*.", "seen": 1}
        shown = client.post(address, {**wished, "note": "Why", "preview": "1"})
        assert "<em>page</em>" in shown.content.decode()
        assert PolicyVersion.objects.filter(policy__slug="spam").count() == 1
        assert client.post(address, {**wished, "note": ""}).status_code == 422
        taken = client.post(address, {**wished, "name": "Hate", "note": "Why"})
        assert "Another policy has this name" in taken.content.decode()
        assert client.post(address, {**wished, "note": "Why"}).status_code == 302
        made = PolicyVersion.objects.get(policy__slug="spam", number=2)
        assert (made.summary, made.note) == ("No adverts.", "Why")
        change = RuleChange.objects.get(what=RuleChange.What.POLICY)
        assert (change.about, change.before["version"], change.after["version"]) == ("spam", 1, 2)
        late = client.post(address, {**wished, "summary": "Late words.", "note": "Why"})
        assert late.status_code == 409
        assert "Late words." in late.content.decode()

    def test_every_policy_has_a_page_with_a_text_of_its_own(self) -> None:
        page = Client().get(reverse("readers:policies")).content.decode()
        for version in PolicyVersion.objects.select_related("policy"):
            assert reverse("readers:policy", args=[version.policy.slug]) in page
            assert len(version.text) > 100
