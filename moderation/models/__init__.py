"""What moderators and site admins work with."""

from moderation.models.appeal import AnswerTakenBack, Appeal, AppealState
from moderation.models.author_act import ActKind, AuthorAct
from moderation.models.automation import AuditDraw, Automation
from moderation.models.batch import (
    BATCHES_UNDER_WAY,
    Batch,
    BatchComment,
    BatchState,
    Outcome,
    Why,
)
from moderation.models.care import DeskDay, DeskPreferences
from moderation.models.classification import Classification
from moderation.models.closer_look import CloserLook
from moderation.models.comment_facts import UNKNOWN, CommentFacts
from moderation.models.correction import Correction
from moderation.models.decision import Action, Decision, MadeBy
from moderation.models.double_review import DoubleReview, Look
from moderation.models.figure import Figure, FigureKind, FiguresUntil
from moderation.models.fingerprint import Fingerprint
from moderation.models.illegal_content_notice import (
    IllegalContentNotice,
    IllegalKind,
    NoticeOutcome,
)
from moderation.models.learned_head import HeadSwitch, LearnedHead
from moderation.models.letter_text import LetterKind, LetterText
from moderation.models.policy import Policy
from moderation.models.policy_version import PolicyVersion
from moderation.models.questions_read import QuestionsRead
from moderation.models.queue_delay import QueueDelay
from moderation.models.queue_promise import QueuePromise
from moderation.models.rescoring import UNDER_WAY, Rescoring, RescoringState
from moderation.models.review_item import SCORED, Queue, QueueCount, ReviewItem
from moderation.models.rule_change import RuleChange
from moderation.models.rule_set import Rule, RuleSet, WordList, WordListSnapshot
from moderation.models.saved_filter import SavedFilter
from moderation.models.screening_job import Priority, ScreeningJob
from moderation.models.section_assignment import SectionAssignment
from moderation.models.skip import Skip
from moderation.models.statement import (
    RESTRICTIONS,
    Automated,
    Source,
    Statement,
    StatementKind,
)
from moderation.models.trial import (
    TRIALS_UNDER_WAY,
    Surprise,
    Trial,
    TrialState,
    TrialSurprises,
)
from moderation.models.trust_terms import TrustTerms

__all__ = [
    "BATCHES_UNDER_WAY",
    "RESTRICTIONS",
    "SCORED",
    "TRIALS_UNDER_WAY",
    "UNDER_WAY",
    "UNKNOWN",
    "ActKind",
    "Action",
    "AnswerTakenBack",
    "Appeal",
    "AppealState",
    "AuditDraw",
    "AuthorAct",
    "Automated",
    "Automation",
    "Batch",
    "BatchComment",
    "BatchState",
    "Classification",
    "CloserLook",
    "CommentFacts",
    "Correction",
    "Decision",
    "DeskDay",
    "DeskPreferences",
    "DoubleReview",
    "Figure",
    "FigureKind",
    "FiguresUntil",
    "Fingerprint",
    "HeadSwitch",
    "IllegalContentNotice",
    "IllegalKind",
    "LearnedHead",
    "LetterKind",
    "LetterText",
    "Look",
    "MadeBy",
    "NoticeOutcome",
    "Outcome",
    "Policy",
    "PolicyVersion",
    "Priority",
    "QuestionsRead",
    "Queue",
    "QueueCount",
    "QueueDelay",
    "QueuePromise",
    "Rescoring",
    "RescoringState",
    "ReviewItem",
    "Rule",
    "RuleChange",
    "RuleSet",
    "SavedFilter",
    "ScreeningJob",
    "SectionAssignment",
    "Skip",
    "Source",
    "Statement",
    "StatementKind",
    "Surprise",
    "Trial",
    "TrialState",
    "TrialSurprises",
    "TrustTerms",
    "Why",
    "WordList",
    "WordListSnapshot",
]
