"""Rules that ask how often a comment was reported: asked again with each report.

They hide what stands until a person has looked, and never more than that: what readers say is
answered by people. What a person decided already is not taken out of their hands.
"""

from dataclasses import replace

from classifier.base import Label, Scores, Unscored
from comments.models import Comment, CommentRevision, Report, SiteSettings, Status
from moderation.decisions import decide_all, newest_decision
from moderation.models import Classification, MadeBy
from moderation.review_items import opening_for
from moderation.rule_sets import live
from moderation.rules.conditions import Compared
from moderation.rules.documents import conditions_of
from moderation.rules.evaluation import Mode, Rule, RuleAction, evaluate_each
from moderation.verdicts import WORK_FIELDS, gather, propose, reason_of, work_of

_ASKED = "comment.reports"


def hold_if_reported_enough(comment: Comment, *, report: Report) -> bool:
    """Hold a published comment where a rule says that it was reported too often to stand.

    Returns whether it was held. Call it in the transaction of the report, with the comment's row
    locked. One query where no rule asks for reports.
    """
    rule_set_id, rule_set = live()
    if comment.status != Status.PUBLISHED or not any(map(_asks_for_reports, rule_set.rules)):
        return False
    newest = newest_decision(comment)
    scored = Classification.newest_of(comment.current_revision_id)
    if newest is None or newest.made_by != MadeBy.RULE or scored is None:
        return False
    row = CommentRevision.objects.filter(pk=comment.current_revision_id)
    due = (work_of(row.values_list(*WORK_FIELDS)[0]), _scores(scored), scored.pk)
    (verdict,) = evaluate_each(
        rule_set, gather([due], site_mode=SiteSettings.current().moderation_mode)
    )
    acted = {match.key for match in verdict.matched if match.acts}
    asked = [rule for rule in rule_set.rules if rule.key in acted and _asks_for_reports(rule)]
    if verdict.action is RuleAction.PUBLISH or not asked:
        return False
    held = propose(
        due, replace(verdict, action=RuleAction.HOLD), rule_set_id=rule_set_id, policies={}
    )
    opens = replace(opening_for(report, comment=comment), reason=reason_of(verdict))
    return bool(decide_all([replace(held, opens=opens)], at=report.created_at))


def _asks_for_reports(rule: Rule) -> bool:
    return rule.mode is Mode.ON and any(
        isinstance(c, Compared) and c.fact == _ASKED for c in conditions_of(rule)
    )


def _scores(scored: Classification) -> Scores:
    return Scores(
        model=scored.model,
        language=scored.language,
        own={label: scored.own[label] for label in Label if label in scored.own},
        quoted={label: scored.quoted[label] for label in Label if label in scored.quoted},
        unscored=Unscored(scored.unscored) if scored.unscored else None,
    )
