"""Somebody who left something of themselves wherever the site could keep it."""

import uuid
from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialToken
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.apps import apps
from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Role, User
from classifier.base import Label
from comments.models import (
    Author,
    Comment,
    Disagreement,
    Follow,
    HintGiven,
    Mute,
    Report,
    RestrictionKind,
    Visit,
)
from comments.readers import reader_key
from comments.submission import Writer
from mailing.letters import post
from moderation.author_acts import add_note, take_back
from moderation.batch_steps import take_chunk
from moderation.batches import start_batch
from moderation.decisions import Proposal, database_now, decide, decide_all
from moderation.models import (
    Action,
    AnswerTakenBack,
    AuditDraw,
    Decision,
    DoubleReview,
    Look,
    MadeBy,
    Policy,
    Queue,
    SavedFilter,
    Surprise,
    Trial,
    TrialSurprises,
)
from moderation.review_items import Opening
from tests.appeal_data import appealed, settled
from tests.author_data import impose
from tests.illegal_data import make_notice
from tests.make import StandIn, make_article, make_published, make_user, screen_all
from tests.posting import send

CANARY = "kanarifugl"
NAME, EMAIL, SITE = "Kanarifugl Vik", "kanarifugl@example.org", "https://kanarifugl.example.org/"
WHO = {"name": NAME, "email": EMAIL, "website": SITE}
HELD = "The ferry kanarifugltekst is run by a fool."
ADDRESS = "198.51.100.77"


def decided(comment: Comment, action: Action, **more: Any) -> Decision:
    """What a moderator decides, with a note that names the author."""
    comment.refresh_from_db()
    return decide(
        comment=comment,
        action=action,
        actor=make_user(Role.MODERATOR),
        seen_version=comment.version,
        at=database_now(),
        note=f"The {CANARY} again",
        **more,
    )


def leave_traces(client: Client) -> dict[str, Comment]:
    """Write, edit, be held, be removed, report, appeal: through the doors that readers use."""
    article = make_article()
    client.defaults["REMOTE_ADDR"] = ADDRESS
    removed_text = f"A removed {CANARY}tekst, see {SITE}."
    for body in (f"A published {CANARY}tekst.", HELD, removed_text, "Waits"):
        assert send(client, article, body, **WHO).status_code == 303
    published, held, removed, waits = Comment.objects.filter(article=article).order_by("id")
    answered = {"parent": str(published.public_id), **WHO}
    assert send(client, article, f"An answer to {CANARY}s own.", **answered).status_code == 303
    Author.objects.update(published_count=5)  # a regular: nothing is held for being new
    screen_all(StandIn({HELD: {Label.INSULT: 0.8}}))
    published.refresh_from_db()
    answer = make_published("A stranger answers", parent=published)
    path = f"{published.get_absolute_url()}edit/"
    data = {"body": f"Edited {CANARY}tekst.", "seen_version": published.version}
    assert client.post(path, data).status_code == 303
    screen_all()
    decision = decided(removed, Action.REMOVE, policy=Policy.objects.get(slug="insults"))
    appealed(decision, words=f"But {CANARY} meant it well.")
    report = f"{answer.get_absolute_url()}report/"
    client.post(report, {"category": "abuse", "words": f"Says {CANARY}."})
    Report.objects.create(
        comment=removed,
        category="abuse",
        words=f"{CANARY} lives in Main Street",
        reporter_key="guest:other",
        created_at=timezone.now(),
        resolved_at=timezone.now(),
    )
    add_note(
        author=published.author,
        by=make_user(Role.MODERATOR),
        text=f"{CANARY} is known.",
        at=database_now(),
    )
    SavedFilter.objects.create(
        owner=make_user(Role.MODERATOR), name="Him", query=f"author={NAME.replace(' ', '+')}"
    )
    post(to=EMAIL, subject=f"To {CANARY}", body=f"Dear {CANARY}", kind="statement")
    return {
        "published": published,
        "held": held,
        "removed": removed,
        "waits": waits,
        "answer": answer,
    }


def leave_all_traces(client: Client, *, user: User | None) -> dict[str, Comment]:
    """The same, and whatever else the tables can hold of somebody."""
    comments = leave_traces(client)
    author = comments["published"].author
    _leave_as_reader(comments, Writer(user=user, guest_key=None if user else author.key))
    _leave_on_the_desk(comments, author)
    _leave_as_notifier(comments)
    _leave_when_signing_in()
    if user is not None:
        _leave_as_account(user)
    else:
        Author.objects.filter(pk=author.pk).update(
            verified_email=EMAIL, imported_from=f"wordpress:old.example:author:{CANARY}"
        )
    return comments


def _leave_as_reader(comments: dict[str, Comment], writer: Writer) -> None:
    answer, published = comments["answer"], comments["published"]
    key, now = reader_key(writer=writer), timezone.now()
    Visit.objects.create(reader_key=key, article=answer.article, since=now, seen_at=now)
    Mute.objects.create(reader_key=key, muted=answer.author, made_at=now)
    Disagreement.objects.create(reader_key=key, comment=answer, made_at=now)
    Follow.objects.create(
        email=EMAIL,
        article=answer.article,
        user=writer.user,
        guest_key=writer.guest_key,
        confirmed_at=now,
        told_until=now,
    )
    HintGiven.objects.create(
        submission_key=published.submission_key,
        article=published.article,
        digest=f"{CANARY}-digest",
        labels=["insult"],
        comment=published,
    )
    post(
        to=EMAIL, subject="News", body="", kind="waits", unsubscribe_url=f"https://x/stop/{CANARY}/"
    )


def _leave_on_the_desk(comments: dict[str, Comment], author: Author) -> None:
    at, senior, other = database_now(), make_user(Role.SENIOR_MODERATOR), make_user(Role.MODERATOR)
    held, removed, published = comments["held"], comments["removed"], comments["published"]
    _decided_by_a_rule(held)
    decided(published, Action.FLAG)  # the note is what the senior is asked
    decision = Decision.objects.filter(comment=removed, action=Action.REMOVE).get()
    settled(decision.appeal, overturns=False, by=other, reason=f"No, {CANARY}.", note=f"{CANARY}!")
    AnswerTakenBack.objects.create(
        appeal=decision.appeal,
        state="upheld",
        decided_by=other,
        decided_at=at,
        reason=f"No, said {CANARY}.",
        note=f"{CANARY}?",
        letter=True,
        by=senior,
        at=at,
    )
    DoubleReview.objects.create(
        decision=decision,
        comment=removed,
        drawn_at=at,
        state=Look.SETTLED,
        second_by=other,
        second_action=Action.APPROVE,
        answered_at=at,
        same_action=False,
        settled_by=senior,
        settled_at=at,
        note=f"{CANARY} is rude.",
    )
    why = [{"key": "words", "why": f"it says {CANARY}"}]
    AuditDraw.objects.create(
        decision=decision,
        comment=removed,
        revision_id=removed.current_revision_id,
        rules=["words"],
        probability=1,
        matched=why,
        shadow=why,
        drawn_at=at,
    )
    trial = Trial.objects.create(
        document={"format": 2, "rules": []},
        period_from=published.submitted_at,
        period_to=at,
        started_by=senior,
        total=1,
    )
    TrialSurprises.objects.create(
        trial=trial,
        kind=Surprise.PUBLISHES,
        first=0,
        decisions=[decision.pk],
        lowest=decision.pk,
        highest=decision.pk,
    )
    by_author = {"kind": "author", "author": str(author.key)}
    for comment, criterion in ((held, by_author), (comments["waits"], {"kind": "comments"})):
        start_batch(
            by=senior,
            action=Action.REMOVE,
            comments=Comment.objects.filter(pk=comment.pk),
            criterion=criterion,
            policy=Policy.objects.get(slug="insults"),
            note=f"All of {CANARY}",
        )
    while take_chunk():
        pass
    SavedFilter.objects.create(
        owner=senior, name="A word", query=f"words=%22{NAME.replace(' ', '+')}%22"
    )
    SavedFilter.objects.create(owner=senior, name=f"What {NAME} writes", query="status=held")
    take_back(
        act=impose(author, RestrictionKind.BAN, holds_new_names=True), by=senior, at=database_now()
    )


def _decided_by_a_rule(comment: Comment) -> None:
    """A rule holds it for words that the reason repeats."""
    comment.refresh_from_db()
    why = [{"key": "words", "name": "Words", "action": "hold", "why": f"it says {CANARY}"}]
    reason = f"Words: it says {CANARY}"
    decide_all(
        [
            Proposal(
                comment_id=comment.pk,
                revision_id=comment.current_revision_id,
                seen=comment.status,
                seen_version=comment.version,
                action=Action.HOLD,
                to_status="held",
                made_by=MadeBy.RULE,
                matched=why,
                shadow=why,
                reason=reason,
                opens=Opening(queue=Queue.WAITING, reason=reason),
            )
        ],
        at=database_now(),
    )


def _leave_as_notifier(comments: dict[str, Comment]) -> None:
    """They file a notice about another's comment, and another about theirs."""
    make_notice(
        comments["answer"],
        name=NAME,
        email=EMAIL,
        explanation=f"It insults {CANARY}.",
        legal_ground=f"{CANARY} law",
        answer=f"Dear {CANARY}, no.",
        notifier_key=f"1.{CANARY}",
    )
    make_notice(
        comments["removed"],
        explanation=f"{CANARY} calls for it.",
        answer=f"{CANARY} is gone.",
        outcome="rules",
        decided_at=database_now(),
    )


def _leave_when_signing_in() -> None:
    tried = {
        "username": EMAIL,
        "ip_address": "fd00::7",
        "user_agent": f"{CANARY} browser",
        "path_info": f"/{CANARY}/",
        "http_accept": CANARY,
        "attempt_time": timezone.now(),
    }
    more = {"get_data": CANARY, "post_data": CANARY, "failures_since_start": 1}
    AccessAttempt.objects.create(**tried, **more)
    AccessLog.objects.create(**tried, session_hash=CANARY)
    AccessFailureLog.objects.create(**tried)


def _leave_as_account(user: User) -> None:
    address = EmailAddress.objects.create(user=user, email=f"other-{EMAIL}", verified=False)
    EmailConfirmation.objects.create(email_address=address, key=CANARY, sent=timezone.now())
    Authenticator.objects.create(user=user, type="totp", data={"secret": CANARY})
    social = SocialAccount.objects.create(
        user=user, provider="papers", uid=CANARY, extra_data={"name": NAME}
    )
    SocialToken.objects.create(account=social, token=CANARY, token_secret=CANARY)
    admin = make_user(Role.SITE_ADMIN, email=f"{uuid.uuid4().hex}@example.org")
    for model, pk, flag in ((User, user.pk, CHANGE), (EmailAddress, 0, DELETION)):
        LogEntry.objects.create(
            user=admin,
            content_type=ContentType.objects.get_for_model(model),
            object_id=str(pk),
            object_repr=EMAIL,
            action_flag=flag,
            change_message=f'[{{"changed": {{"name": "{NAME}"}}}}]',
        )


def keys_of(comments: dict[str, Comment], user: User | None) -> list[str]:
    """What else is theirs alone: by none of these may they be known afterwards."""
    author = comments["published"].author
    published = comments["published"]
    keys = [str(author.key), author.key.hex, published.address_hash, published.network_hash]
    keys += [str(c.submission_key) for c in comments.values() if c.author_id == author.pk]
    if user is not None:
        keys += [f"user:{user.pk}", user.password]
    return [key for key in keys if key]


def values_in(field: str, words: list[str]) -> list[str]:
    """What the rows of ``app.Model.field`` hold that holds one of the words."""
    app, model, name = field.split(".")
    described = apps.get_model(app, model)._meta
    column = described.get_field(name).column  # type: ignore[union-attr]
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT DISTINCT "{column}"::text FROM "{described.db_table}"'
            f' WHERE "{column}"::text ILIKE ANY(%s)',
            [[f"%{word}%" for word in words]],
        )
        return [row[0].strip("{}") for row in cursor.fetchall()]
