"""Automations: asked for, granted or refused, watched, paused by themselves, turned off.

A grant writes a rule into the draft; publishing makes it act. Whether it acts is read from the live
version and kept nowhere else, so that going back to an earlier version cannot leave it untold.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from comments.models import Section, SiteSettings
from moderation import rule_sets
from moderation.automation.watch import Audit, Evidence, Watch, watch
from moderation.models import Automation, Policy, Rule, RuleChange, RuleSet
from moderation.punctuation import decimal
from moderation.rulebook import evidence
from moderation.rulebook.audits import audits_of, share_of
from moderation.rules import evaluation
from moderation.rules.catalogue import Is
from moderation.rules.conditions import Compared, Condition
from moderation.rules.documents import LONGEST_NAME, upgraded
from moderation.rules.evaluation import Mode, RuleAction
from moderation.signals import automation_paused
from moderation.wording import label_in_words

log = structlog.get_logger(__name__)

State = Automation.State
LEAST_SHARE = 0.001  # of audits, where none are drawn any more: what was drawn still counts
Entry = dict[str, Any]


class Why(StrEnum):
    """Why one pauses, beside what its audits say."""

    NOT_GRANTED = "not granted"
    NOT_AUDITED = "not audited"


class AlreadyGranted(Exception):
    """It may act as it is; turn it off before asking anew."""


@dataclass(frozen=True, slots=True)
class Status:
    """An automation with what the live rules make of it and what its audits say.

    ``acts`` tells whether its rule removes by itself at this moment, ``is_as_granted`` whether
    that rule asks for what was granted or for more, ``is_audited`` whether any audits are drawn.
    """

    automation: Automation
    acts: bool
    is_as_granted: bool
    is_audited: bool
    audits: Sequence[Audit]
    waiting: int
    watch: Watch | None

    @property
    def must_pause(self) -> bool:
        """Whether it acts and may not."""
        return self.acts and self.why != ""

    @property
    def why(self) -> str:
        """Return why it may not act, or nothing."""
        if self.watch is not None and self.watch.must_pause:
            return self.watch.sign.value
        if self.automation.state != State.GRANTED or not self.is_as_granted:
            return Why.NOT_GRANTED.value
        return "" if self.is_audited else Why.NOT_AUDITED.value


def key_of(*, label: str, section: Section | None) -> str:
    """Return the key of an automation, which is that of its rule."""
    parts = ("automatic", label.replace("_", "-"), section.slug if section else "")
    return "-".join(filter(None, parts)).lower()[:60].strip("-")


def ask(
    *,
    by: User,
    label: str,
    section: Section | None,
    policy: Policy,
    target: float,
    at: datetime,
    confidence: float = 0.95,
) -> Automation:
    """Grant that comments are removed by a score, or refuse it with the reason.

    Asked again, the evidence is taken anew. Raises AlreadyGranted.
    """
    key = key_of(label=label, section=section)
    found = evidence.find(label=label, section=section, target=target, confidence=confidence, at=at)
    chosen = found.choice.chosen
    with transaction.atomic():
        rule_sets.lock()
        before = Automation.objects.filter(key=key).first()
        if before is not None and before.state == State.GRANTED:
            raise AlreadyGranted
        was = _told(before) if before else None
        automation, _new = Automation.objects.update_or_create(
            key=key,
            defaults={
                "label": label,
                "section": section,
                "policy": policy,
                "target": target,
                "confidence": confidence,
                "state": State.GRANTED if chosen else State.REFUSED,
                "threshold": chosen.threshold if chosen else None,
                "since": at if chosen else None,
                "evidence": found.told(),
                "asked_by": by,
                "asked_at": at,
                "paused_at": None,
                "paused_why": "",
            },
        )
        if chosen:
            _draft_rule(automation, by=by)
        _record(automation, before=was, by=by)
    return automation


def turn_off(automation: Automation, *, by: User) -> None:
    """Stop an automation at once: its rule is off in the draft and in the live version."""
    note = _("%(name)s turned off") % {"name": rule_name(automation)}
    with transaction.atomic():
        was = _told(automation)
        _change_rule(automation, lambda entry: entry | {"mode": Mode.OFF.value}, by=by, note=note)
        if automation.threshold is not None:
            automation.state = State.OFF
            automation.save(update_fields=["state"])
            _record(automation, before=was, by=by)


def watch_all(*, at: datetime) -> list[Automation]:
    """Look at every automation that acts, and pause those that may not go on. Returns these."""
    paused = []
    live_rules, share = acting_rules(), share_of(SiteSettings.current())
    for automation in Automation.objects.filter(key__in=live_rules):
        status = status_of(automation, live=live_rules, share=share)
        if status.must_pause:
            _pause(status, at=at)
            paused.append(automation)
    return paused


def acting_rules() -> dict[str, evaluation.Rule]:
    """Return the live rules that automations own and that remove, by automation. One query."""
    _pk, rule_set = rule_sets.live()
    return {
        rule.automation: rule
        for rule in rule_set.rules
        if rule.automation and rule.mode is Mode.ON and rule.action is RuleAction.REMOVE
    }


def status_of(automation: Automation, *, live: dict[str, evaluation.Rule], share: float) -> Status:
    """Return how an automation stands, where such a share (0..1) is audited. Two queries."""
    said = None
    decided: Sequence[Audit] = ()
    waiting = 0
    if automation.since is not None:
        audits = audits_of(automation.key, since=automation.since)
        decided, waiting = audits.decided, audits.waiting
        said = watch(audits=decided, **watched(automation, share=share))
    return Status(
        automation=automation,
        acts=automation.key in live,
        is_as_granted=automation.key in live and _as_granted(automation, live[automation.key]),
        is_audited=share > 0,
        audits=decided,
        waiting=waiting,
        watch=said,
    )


def _as_granted(automation: Automation, rule: evaluation.Rule) -> bool:
    """Whether a rule asks for the granted score or a higher one, in the section it is granted for.

    Somebody may have edited it; going back to an earlier version brings an earlier one.
    """
    slugs = {automation.section.slug} if automation.section else set()
    inside = not slugs or rule.scope.sections == slugs
    asks_all = rule.when.takes_all or len(rule.when.parts) == 1
    return inside and asks_all and any(_reaches(automation, part) for part in rule.when.parts)


def _reaches(automation: Automation, part: Condition) -> bool:
    return (
        isinstance(part, Compared)
        and part.fact == f"own.{automation.label}"
        and part.operator is Is.AT_LEAST
        and part.value >= (automation.threshold or 1.0)
    )


def watched(automation: Automation, *, share: float) -> dict[str, Any]:
    """Return what the watch is told beside the audits."""
    total, wrong = automation.evidence.get("chosen") or (0, 0)
    return {
        "evidence": Evidence(total=total, right=total - wrong),
        "target": automation.target,
        "confidence": automation.confidence,
        "share": max(LEAST_SHARE, share),
    }


def rule_name(automation: Automation) -> str:
    """Return the name of an automation's rule: "Insult, at least 98 % right"."""
    words = {
        "label": label_in_words(automation.label).capitalize(),
        "target": decimal(f"{automation.target:.1%}".replace(".0", "").replace("%", "")),
        "section": automation.section.name if automation.section else "",
    }
    if automation.section:
        return (_("%(label)s in %(section)s, at least %(target)s %% right") % words)[:LONGEST_NAME]
    return (_("%(label)s, at least %(target)s %% right") % words)[:LONGEST_NAME]


def _pause(status: Status, *, at: datetime) -> None:
    """Let its rule hold from now on, in the live version and in the draft. By nobody."""
    automation, why = status.automation, status.why
    note = _note(why) % {"name": rule_name(automation)}
    with transaction.atomic():
        was = _told(automation)
        changed = _change_rule(automation, _holding, by=None, note=note[:250])
        if not changed:
            return  # somebody was quicker
        automation.state, automation.paused_at, automation.paused_why = State.PAUSED, at, why
        automation.save(update_fields=["state", "paused_at", "paused_why"])
        _record(automation, before=was, by=None, note=note)
        automation_paused.send(sender=Automation, automation=automation, at=at)
    log.warning("automation_paused", automation=automation.key, why=why)


def _note(why: str) -> str:
    match why:
        case Why.NOT_AUDITED:
            return _("%(name)s paused by itself: no audits are drawn any more")
        case Why.NOT_GRANTED:
            return _("%(name)s paused by itself: its rule is not the one that was granted")
        case _audits:
            return _(
                "%(name)s paused by itself: with its audits it is no longer certain that it keeps"
                " its target"
            )


def _holding(entry: Entry) -> Entry:
    return entry | {"then": entry["then"] | {"action": RuleAction.HOLD.value}}


def _change_rule(
    automation: Automation, change: Callable[[Entry], Entry], *, by: User | None, note: str
) -> bool:
    """Change its rule in the live version, by publishing, and in the draft; whether it was live."""
    rule_sets.lock()
    changed = False
    newest = RuleSet.objects.order_by("-number").first()
    if newest is not None:
        document = upgraded(newest.document)
        rules = [change(r) if _is_of(automation, r) else r for r in document["rules"]]
        if rules != list(document["rules"]):
            rule_sets.publish_document({**document, "rules": rules}, by=by, note=note)
            changed = True
    for row in Rule.objects.select_for_update().filter(automation=automation.key):
        before = row.entry()
        after = change(before)
        if after != before:
            row.mode = after["mode"]
            row.body = {part: after[part] for part in row.body}
            _save(row, before=before, by=by, note=note)
    return changed


def _is_of(automation: Automation, entry: Entry) -> bool:
    return bool(entry.get("automation") == automation.key)


def _draft_rule(automation: Automation, *, by: User) -> None:
    """Write the rule of a granted automation into the draft, behind all others if it is new."""
    body: Entry = {
        "when": {
            "all": [
                {
                    "fact": f"own.{automation.label}",
                    "is": "at_least",
                    "value": automation.threshold,
                }
            ]
        },
        "then": {"action": RuleAction.REMOVE.value, "policy": automation.policy.slug},
    }
    if automation.section is not None:
        body["scope"] = {"sections": [automation.section.slug]}
    row = Rule.objects.select_for_update().filter(key=automation.key).first()
    before = row.entry() if row else None
    last = Rule.objects.aggregate(last=Max("position"))["last"]
    row = row or Rule(key=automation.key, position=0 if last is None else last + 1)
    row.name, row.mode, row.body = rule_name(automation), Mode.ON.value, body
    row.automation = automation.key
    _save(row, before=before, by=by)


def _save(row: Rule, *, before: Entry | None, by: User | None, note: str = "") -> None:
    row.changed_by = by
    if row.pk:
        row.edits += 1
    row.save()
    RuleChange.objects.create(
        by=by,
        what=RuleChange.What.RULE,
        about=row.key,
        before=before,
        after=row.entry(),
        note=note,
    )


def _told(automation: Automation) -> Entry:
    return {
        "state": str(automation.state),
        "target": automation.target,
        "threshold": automation.threshold,
    }


def _record(
    automation: Automation, *, before: Entry | None, by: User | None, note: str = ""
) -> None:
    RuleChange.objects.create(
        by=by,
        what=RuleChange.What.AUTOMATION,
        about=automation.key,
        before=before,
        after=_told(automation),
        note=note,
    )
