"""What ``moderation`` holds of a person, and why most of what it holds is not about one."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from comments.erasing import authors_of
from comments.models import Status
from moderation.erasing import erase_traces
from moderation.illegal_content.retention import (
    CALLED,
    PERSONAL,
    RULE,
    WORDS,
    as_rows,
    filed_by,
    forget_notifier,
)
from moderation.models import (
    Action,
    ActKind,
    Appeal,
    AppealState,
    AuthorAct,
    Automated,
    CommentFacts,
    Decision,
    Fingerprint,
    MadeBy,
    Source,
    Statement,
    StatementKind,
)
from privacy.emptying import counting, deleting
from privacy.registry import (
    Eraser,
    Person,
    Room,
    Row,
    Rule,
    Share,
    addresses_of,
    register,
)


def _decisions(person: Person) -> Iterator[Row]:
    """What was decided about the person's comments. Who decided is nobody's to know."""
    found = Decision.objects.filter(comment__author__in=authors_of(person))
    for decision in found.select_related("comment", "policy").order_by("id").iterator():
        yield {
            "comment": str(decision.comment.public_id),
            "decided": decision.action,
            "decided_at": decision.decided_at,
            "by_a_machine": decision.made_by == MadeBy.RULE,
            "status_before": decision.from_status,
            "status_after": decision.to_status,
            "policy": decision.policy.name if decision.policy else "",
        }


def _acts(person: Person) -> Iterator[Row]:
    acts = AuthorAct.objects.filter(author__in=authors_of(person))
    acts = acts.exclude(kind__in=_OF_THE_DESK).exclude(undoes__kind__in=_OF_THE_DESK)
    for act in acts.select_related("policy").order_by("id"):
        yield {
            "kind": act.kind,
            "made_at": act.made_at,
            "counts_until": act.until,
            "policy": act.policy.name if act.policy else "",
        }


def _appeals(person: Person) -> Iterator[Row]:
    appeals = Appeal.objects.filter(author__in=authors_of(person)).order_by("id")
    for appeal in appeals.prefetch_related("taken_back"):
        yield {
            "filed_at": appeal.filed_at,
            "your_words": appeal.words,
            "state": appeal.state,
            "decided_at": appeal.decided_at,
            "reason": appeal.reason,
            "answers_taken_back": [
                {
                    "state": one.state,
                    "decided_at": one.decided_at,
                    "taken_back_at": one.at,
                    "reason": one.reason if one.letter else "",  # what was told is theirs
                }
                for one in appeal.taken_back.all()
            ],
        }


def _statements(person: Person) -> Iterator[Row]:
    found = Statement.objects.filter(author__in=authors_of(person))
    for statement in found.select_related("comment", "policy_version").order_by("id").iterator():
        policy = statement.policy_version
        yield {
            "number": str(statement.public_id),
            "kind": statement.kind,
            "made_at": statement.made_at,
            "comment": str(statement.comment.public_id) if statement.comment else None,
            "policy": policy.name if policy else "",
            "policy_text": policy.text if policy else "",
            "found_by": statement.source,
            "detected_by_a_machine": statement.automated_detection,
            "decided_by_a_machine": statement.automated_decision,
            "sent_by_mail": statement.letter,
        }


def _facts_of_emptied(before: datetime) -> QuerySet[CommentFacts]:
    """Facts of texts that were emptied: the folded text goes with the text."""
    return CommentFacts.objects.filter(revision__body="")


def _notices(person: Person) -> Iterator[Row]:
    yield from as_rows(filed_by(addresses_of(person)))


def _erase_notices(person: Person, stays: bool) -> Mapping[str, int]:
    """Their own notices: before their address goes, by which they are found."""
    return {"illegal_notices": forget_notifier(addresses_of(person))}


def _fingerprints_of_emptied(before: datetime) -> QuerySet[Fingerprint]:
    return Fingerprint.objects.filter(revision__body="")


_OF_DECISIONS = {
    "by_a_machine": _("By a machine"),
    "decided": _("Decision"),
    "status_after": _("Afterwards"),
    "status_before": _("Before"),
}
_OF_STATEMENTS = {
    "decided_by_a_machine": _("Who decided"),
    "detected_by_a_machine": _("Found by a machine"),
    "found_by": _("What brought it up"),
    "policy_text": _("Text of the rule"),
    "sent_by_mail": _("Sent by mail"),
}
_OF_APPEALS = {
    "answers_taken_back": _("Answers that were taken back"),
    "state": _("Where it stands"),
    "taken_back_at": _("Taken back"),
}

_OF_THE_DESK = (ActKind.NOTE, ActKind.TRUST)  # for colleagues: no act that the author meets

_DESK = "the desk's own settings and names"
_COUNTS = "counts and words of the program"
_RULES = "what rules ask for, in the words of those who write them"

register(
    Room(
        name="moderation",
        personal={
            "moderation.Decision": ("reason", "note", "matched", "shadow"),
            "moderation.AuditDraw": ("matched", "shadow"),
            "moderation.ReviewItem": ("reason",),
            "moderation.Classification": ("spans",),
            "moderation.CloserLook": ("spans",),
            "moderation.CommentFacts": ("folded", "hosts"),
            "moderation.Fingerprint": ("bands",),
            "moderation.AuthorAct": ("note",),
            "moderation.Appeal": ("words", "reason", "note"),
            "moderation.AnswerTakenBack": ("reason", "note"),
            "moderation.DoubleReview": ("note",),
            "moderation.Batch": ("note", "criterion"),
            "moderation.IllegalContentNotice": (*PERSONAL, "submission_key"),
            "moderation.SavedFilter": ("query",),
        },
        impersonal={
            "moderation.Classification": dict.fromkeys(
                ("model", "language", "own", "quoted", "unscored"), _COUNTS
            ),
            "moderation.ReviewItem": {"top_label": _COUNTS, "scores": _COUNTS},
            "moderation.Appeal": {"turned_down": _COUNTS},
            "moderation.AuditDraw": {"rules": _RULES},
            "moderation.AuthorAct": {"level": _COUNTS},
            "moderation.Batch": {"sections": _COUNTS},
            "moderation.CloserLook": {"model": _COUNTS},
            "moderation.CommentFacts": dict.fromkeys(
                ("language", "unscored", "trust", "muted", "numbers"), _COUNTS
            ),
            "moderation.DoubleReview": {"skipped_by": "numbers of people of the desk"},
            "moderation.IllegalContentNotice": {
                "reference": "random",
                "language": "which of the site's languages a letter is written in",
            },
            "moderation.SavedFilter": {"name": "a colleague's own word for a filter"},
            "moderation.TrialSurprises": {"decisions": "numbers of decisions, 0 once erased"},
        },
        impersonal_models={
            "moderation.Policy": _DESK,
            "moderation.LetterText": _DESK,
            "moderation.PolicyVersion": _DESK,
            "moderation.Statement": "counts; what it says is asked of the decision and the policy",
            "moderation.WordList": _RULES,
            "moderation.WordListSnapshot": _RULES,
            "moderation.Rule": _RULES,
            "moderation.RuleSet": _RULES,
            "moderation.RuleChange": _RULES,
            "moderation.Automation": _RULES,
            "moderation.Trial": _COUNTS,
            "moderation.DeskDay": "a colleague's own day, deleted after some weeks",
            "moderation.Figure": _COUNTS,
            "moderation.LearnedHead": "numbers that a model learned; no word can be read from them",
            "moderation.Rescoring": _COUNTS,
        },
        shares=(
            Share(
                "decisions",
                _("What was decided about your comments"),
                _decisions,
                called=_OF_DECISIONS,
                words={
                    "decided": dict(Action.choices),
                    "status_before": dict(Status.choices),
                    "status_after": dict(Status.choices),
                },
            ),
            Share(
                "acts",
                _("Strikes, mutes and bans"),
                _acts,
                called={"counts_until": _("Counts until")},
                words={"kind": dict(ActKind.choices)},
            ),
            Share(
                "statements",
                _("Statements of reasons"),
                _statements,
                called=_OF_STATEMENTS,
                words={
                    "kind": dict(StatementKind.choices),
                    "found_by": dict(Source.choices),
                    "decided_by_a_machine": dict(Automated.choices),
                },
            ),
            Share(
                "appeals",
                _("Your appeals"),
                _appeals,
                called=_OF_APPEALS,
                words={"state": dict(AppealState.choices)},
            ),
            Share(
                "illegal_notices",
                _("Your notices of illegal content"),
                _notices,
                called=CALLED,
                words=WORDS,
            ),
        ),
        erasers=(
            Eraser(step=10, erase=_erase_notices),
            Eraser(step=30, erase=erase_traces),
        ),
        rules=(
            RULE,
            Rule(
                key="facts",
                title=_("Facts of texts that were emptied"),
                days=lambda site: 0,
                told=lambda days: "",
                empty=deleting(_facts_of_emptied),
                count=counting(_facts_of_emptied),
            ),
            Rule(
                key="fingerprints",
                title=_("Fingerprints of texts that were emptied"),
                days=lambda site: 0,
                told=lambda days: "",
                empty=deleting(_fingerprints_of_emptied),
                count=counting(_fingerprints_of_emptied),
            ),
        ),
    )
)
