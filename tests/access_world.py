"""What the table of access asks about: people of every role, and objects in two sections."""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any

from django.core import signing
from django.test import Client
from django.urls import reverse

from accounts.models import MODERATING, Role, User
from accounts.signed_links import Purpose, sign_once
from comments import cookies
from comments.forms import form_key
from comments.models import Article, Author, Comment, Section, Tag
from comments.submission import report_comment
from integrations.webhooks.messages import facts_of_test
from integrations.webhooks.models import Endpoint, Fact, Kind
from integrations.webhooks.outbox import put
from moderation.appeal_links import path_to_appeal
from moderation.batches import start_batch
from moderation.decisions import database_now
from moderation.illegal_content import letters
from moderation.models import (
    Action,
    Batch,
    Decision,
    DoubleReview,
    IllegalContentNotice,
    Look,
    Policy,
    Rescoring,
    RescoringState,
    ReviewItem,
    RuleSet,
    SavedFilter,
    Surprise,
    Trial,
    TrialState,
    TrialSurprises,
    WordList,
)
from moderation.review import resolve
from moderation.statement_words import link_for_letter
from privacy.erasing import ask
from privacy.models import Erasure
from privacy.registry import Person
from tests.appeal_data import appealed, remove
from tests.author_data import MUTE, impose
from tests.automation_data import ask_for_insults
from tests.desk_data import assigned, client_of, open_item_of, person
from tests.illegal_data import make_notice
from tests.make import make_article, make_held, make_published, make_regular, make_user
from tests.rules_data import asks, make_rule

OWN, OTHER = "Harbour", "Zebrafish"  # the second word stands in everything of the other section

Maker = Callable[["World", str], Any]


def once(maker: Maker) -> Maker:
    """Make a thing once for each section; whoever asks again gets the same."""

    @wraps(maker)
    def made(world: "World", place: str) -> Any:
        key = (maker.__name__, place)
        if key not in world.made:
            world.made[key] = maker(world, place)
        return world.made[key]

    return made


@dataclass
class Who:
    """Somebody with a browser. ``role`` is what they are now; None is nobody who is signed in."""

    name: str
    client: Client
    role: Role | None = None
    user: User | None = None
    author: Author | None = None
    has_changed: bool = False  # what they are now is asked in one section; others are it in both

    @property
    def is_narrowed(self) -> bool:
        return self.role in (Role.MODERATOR, Role.SENIOR_MODERATOR)


def everybody() -> list[Who]:
    """One of each kind. All who moderate are assigned to the section OWN."""
    people = [guest()]
    people += [signed_in(role.label.lower(), role) for role in Role]
    people += [
        changed("site admin who is a reader now", role=Role.READER),
        changed("site admin who is a moderator now", role=Role.MODERATOR),
        changed("site admin who is not active now", is_active=False),
    ]
    return people


def guest() -> Who:
    author, client = make_regular(name="A guest"), Client()
    client.cookies[cookies.NAME] = signing.dumps(author.key.hex, salt=cookies._SALT)
    return Who("guest", client, author=author)


def signed_in(name: str, role: Role) -> Who:
    user = assigned(person(role), OWN)
    return Who(name, client_of(user), role, user, make_regular(user=user, name=name))


def changed(name: str, **now: Any) -> Who:
    """Somebody who had the desk open when a site admin took something away from them."""
    who = signed_in(name, Role.SITE_ADMIN)
    assert who.client.get(reverse("moderation:desk"))["Location"].startswith("/desk/queues/")
    assert who.user is not None
    User.objects.filter(pk=who.user.pk).update(**now)
    if now.get("is_active") is False:  # the same to the site as a guest who wrote nothing
        return Who(name, who.client, has_changed=True)
    who.role, who.has_changed = now["role"], True
    return who


class World:
    """Makes what an address names: a method for each name, given the section to make it in.

    A part of an address (``item_id``), a value of a query or of a form: all are asked for by name.
    ``who`` asks for it, where it is somebody's own.
    """

    def __init__(self, who: Who | None = None) -> None:
        self.who = who
        self.made: dict[tuple[str, ...], Any] = {}

    def value(self, name: str, place: str) -> str:
        maker = getattr(self, name, None)
        assert maker, (
            f"Nothing here makes a {name!r}: write a method {name}(self, place) into World in"
            " tests/access_world.py that returns one of an object in that section."
        )
        return str(maker(place))

    def filled(self, text: str, place: str) -> str:
        """``text`` with a value in the place of every {name}."""
        return re.sub(r"\{(\w+)\}", lambda found: self.value(found[1], place), text)

    # What is made
    @once
    def section(self, place: str) -> Section:
        return Section.objects.get_or_create(slug=place.lower(), defaults={"name": place})[0]

    @once
    def article(self, place: str) -> Article:
        return make_article(section=self.section(place), title=f"{place} news", lead=f"{place}!")

    @once
    def author(self, place: str) -> Author:
        return make_regular(name=f"{place} Zoe", email=f"{place}@example.org".lower())

    @once
    def item(self, place: str) -> ReviewItem:
        return open_item_of(self._held(place))

    @once
    def decision(self, place: str) -> Decision:
        item = open_item_of(self._held(place))
        return resolve(
            item=item,
            moderator=person(Role.MODERATOR, name="Jonas Berg"),
            action=Action.APPROVE,
            seen_version=item.comment.version,
            at=database_now(),
            note=f"{place}?",
        )

    @once
    def published(self, place: str) -> Comment:
        return make_published(f"Calm words, {place}.", article=self.article(place))

    def own(self, place: str) -> Comment:
        """In OWN the person's own comment, in OTHER somebody else's; neither is decided yet."""
        author = self.who.author if self.who and place == OWN else None
        key = ("own", place, author.name if author else "")
        if key not in self.made:
            words = f"Only a fool would say that, {place}."
            article = self.article(place)
            self.made[key] = make_held(words, article=article, author=author or make_regular())
        comment: Comment = self.made[key]
        return comment

    @once
    def run(self, place: str) -> Rescoring:
        now = database_now()
        return Rescoring.objects.create(
            period_from=now - timedelta(days=1), period_to=now, state=RescoringState.DONE
        )

    def batch(self, place: str) -> Batch:
        """In OWN the person's own batch, in OTHER somebody else's."""
        user = self.who.user if self.who and place == OWN else None
        by = user if user is not None and user.is_moderator else person()
        key = ("batch", place, by.name if by is user else "")
        if key not in self.made:
            self.made[key] = start_batch(
                by=by,
                action=Action.APPROVE,
                comments=Comment.objects.filter(pk=self._held(place).pk),
                criterion={"kind": "comments"},
            )
        batch: Batch = self.made[key]
        return batch

    def trial(self, place: str) -> Trial:
        """In OWN the person's own trial, in OTHER somebody else's."""
        user = self.who.user if self.who and place == OWN else None
        by = user if user is not None and user.is_senior else person(Role.SENIOR_MODERATOR)
        key = ("trial", place, by.name if by is user else "")
        if key not in self.made:
            self._held(place)
            now = database_now()
            self.made[key] = Trial.objects.create(
                document={"format": 2, "rules": []},
                period_from=now - timedelta(days=1),
                period_to=now,
                section=self.section(place),
                started_by=by,
                state=TrialState.DONE,
                total=1,
                done=1,
            )
        trial: Trial = self.made[key]
        return trial

    @once
    def form_key(self, place: str) -> dict[str, str]:
        return form_key()

    def _held(self, place: str) -> Comment:
        text = f"Only a fool would say that, {place} {uuid.uuid4().hex}."
        return make_held(text, article=self.article(place), author=self.author(place))

    @once
    def second_look(self, place: str) -> DoubleReview:
        decision = self.decision(place)
        found, _made = DoubleReview.objects.get_or_create(
            decision=decision,
            defaults={"comment": decision.comment, "drawn_at": decision.decided_at},
        )
        return found

    # What stands in addresses and forms
    def look_id(self, place: str) -> uuid.UUID:
        return self.second_look(place).public_id

    def answered_id(self, place: str) -> uuid.UUID:
        who = self.who.user if self.who and self.who.role in MODERATING else None
        return self._answered(place, by=who or person(Role.MODERATOR))

    def disagreement_id(self, place: str) -> uuid.UUID:
        return self._answered(place, by=person(Role.MODERATOR))

    def _answered(self, place: str, *, by: User) -> uuid.UUID:
        look = self.second_look(place)
        look.state, look.second_by, look.second_action = Look.DISAGREED, by, Action.REMOVE
        look.second_policy = Policy.objects.get(slug="insults")
        look.answered_at, look.same_action = database_now(), False
        look.save()
        return look.public_id

    @once
    def removal(self, place: str) -> Decision:
        return remove(self._held(place), by=person(Role.MODERATOR, name="Jonas Berg"))

    def appeal_id(self, place: str) -> uuid.UUID:
        return appealed(self.removal(place), words=f"{place}!").public_id

    def erase_token(self, place: str) -> str:
        return sign_once(purpose=Purpose.ERASE, subject=str(make_user(name="Leaving").pk))

    def erasure_id(self, place: str) -> uuid.UUID:
        nobody = Person(author_id=-1 - Erasure.objects.count())
        return ask(person=nobody, comments_stay=True).public_id

    def statement_token(self, place: str) -> str:
        return link_for_letter(self.removal(place).statement).split("/")[-2]

    def own_statement_id(self, place: str) -> uuid.UUID:
        """Of a removal of the person's own comment in OWN, of somebody else's in OTHER."""
        author = self.who.author if self.who and place == OWN else None
        key = ("own statement", place, author.name if author else "")
        if key not in self.made:
            words = f"Only a fool would say that, {place}, and was removed."
            comment = make_held(words, article=self.article(place), author=author or make_regular())
            remove(comment, by=person(Role.MODERATOR, name="Jonas Berg"))
            self.made[key] = comment.statements.get().public_id
        found: uuid.UUID = self.made[key]
        return found

    def policy_slug(self, place: str) -> str:
        return "insults"

    def first_version(self, place: str) -> int:
        return 1

    def letter_kind(self, place: str) -> str:
        return "removed"

    def letter_language(self, place: str) -> str:
        return "en-gb"

    def appeal_token(self, place: str) -> str:
        return path_to_appeal(self.removal(place)).split("/")[-2]

    def queue(self, place: str) -> str:
        return "waiting"

    def item_id(self, place: str) -> uuid.UUID:
        return self.item(place).public_id

    def version(self, place: str) -> int:
        return int(self.item(place).comment.version)

    def comment_id(self, place: str) -> uuid.UUID:
        return self.item(place).comment.public_id

    def report_id(self, place: str) -> int:
        comment = self.item(place).comment
        report, _created = report_comment(
            comment=comment, category="spam", words="", reporter_key="a reader"
        )
        return int(report.pk)

    @once
    def illegal_notice(self, place: str) -> IllegalContentNotice:
        return make_notice(self.item(place).comment)

    def notice_id(self, place: str) -> uuid.UUID:
        return self.illegal_notice(place).public_id

    def notice_token(self, place: str) -> str:
        return letters.receipt_path(self.illegal_notice(place)).split("/")[-2]

    def decision_id(self, place: str) -> uuid.UUID:
        return self.decision(place).public_id

    def author_key(self, place: str) -> uuid.UUID:
        return self.item(place).comment.author.key

    def act_id(self, place: str) -> uuid.UUID:
        return impose(self.item(place).comment.author, MUTE).public_id

    def section_id(self, place: str) -> int:
        return self.item(place).section_id

    def article_id(self, place: str) -> int:
        return self.item(place).article_id

    def filter_id(self, place: str) -> uuid.UUID:
        """A filter that somebody shared: seniors may change it."""
        owner = person(Role.SENIOR_MODERATOR, name="Jonas Berg")
        saved = SavedFilter.objects.create(owner=owner, name="Late", is_shared=True)
        return saved.public_id

    def endpoint_id(self, place: str) -> uuid.UUID:
        endpoint = Endpoint.objects.create(
            name="Night desk", kind=Kind.GENERIC, url="https://example.org/hook"
        )
        return endpoint.public_id

    def delivery_id(self, place: str) -> uuid.UUID:
        endpoint = Endpoint.objects.get(public_id=self.endpoint_id(place))
        [told] = put(endpoint, fact=Fact.TEST, facts=facts_of_test(), at=database_now())
        return told.public_id

    def rescoring_id(self, place: str) -> uuid.UUID:
        return self.run(place).public_id

    def batch_id(self, place: str) -> uuid.UUID:
        return self.batch(place).public_id

    def automation_id(self, place: str) -> uuid.UUID:
        by = person(Role.SITE_ADMIN)
        return ask_for_insults(by, section=self.section(place)).public_id

    def trial_id(self, place: str) -> uuid.UUID:
        return self.trial(place).public_id

    def kind(self, place: str) -> str:
        return Surprise.REMOVES.value

    def finding_id(self, place: str) -> int:
        decision = self.decision(place)
        TrialSurprises.objects.get_or_create(
            trial=self.trial(place),
            kind=Surprise.REMOVES,
            first=0,
            defaults={
                "decisions": [decision.pk],
                "lowest": decision.pk,
                "highest": decision.pk,
            },
        )
        return decision.pk

    def rule_key(self, place: str) -> str:
        condition = asks("text.links", "at_least", 9)
        return make_rule(f"Links {uuid.uuid4().hex[:8]}", condition).key

    def number(self, place: str) -> int:
        return RuleSet.objects.latest("number").number

    def list_key(self, place: str) -> str:
        key = f"list-{uuid.uuid4().hex[:8]}"
        WordList.objects.create(key=key, name=key, use="banned", entries="cialis")
        return key

    def list_name(self, place: str) -> str:
        return uuid.uuid4().hex[:8]

    def section_slug(self, place: str) -> str:
        return self.section(place).slug

    def article_slug(self, place: str) -> str:
        return self.article(place).slug

    def tag_slug(self, place: str) -> str:
        return Tag.objects.get_or_create(slug=place.lower(), defaults={"name": place})[0].slug

    def published_id(self, place: str) -> uuid.UUID:
        return self.published(place).public_id

    def own_id(self, place: str) -> uuid.UUID:
        return self.own(place).public_id

    def own_version(self, place: str) -> int:
        return int(self.own(place).version)

    def submission_key(self, place: str) -> str:
        return self.form_key(place)["submission_key"]

    def shown(self, place: str) -> str:
        return self.form_key(place)["shown"]

    def sitemap(self, place: str) -> str:
        return "articles"

    def manage_token(self, place: str) -> str:
        return sign_once(purpose=Purpose.MANAGE, subject="zoe@example.org")

    def no_key(self, place: str) -> int:
        return 0

    def no_provider(self, place: str) -> str:
        return "nobody"

    def picture(self, place: str) -> str:
        return "pictures/none.jpg"
