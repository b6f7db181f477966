# SPDX-License-Identifier: Apache-2.0
"""The words for outcomes, reasons, footings and marks: one place for every document."""

from __future__ import annotations

import datetime as dt

from shirube.terms.category import Standing
from shirube.terms.dossier import ToldRule
from shirube.terms.evidence import KeyChange
from shirube.terms.finding import Outcome, Reason
from shirube.terms.provenance import Provenance
from shirube.terms.rule import Effort, Pack, Rule
from shirube.terms.subject import SubjectKind
from shirube.texts import _
from shirube.texts.bracketed import bracketed

OUTCOMES: tuple[Outcome, ...] = (
    Outcome.NOT_SHOWN,
    Outcome.NOT_JUDGED,
    Outcome.EXPLAINED,
    Outcome.SHOWN,
    Outcome.NOT_APPLICABLE,
)
"""In the order in which a reader needs them."""


def outcome(code: Outcome) -> str:
    """Return the name of an outcome."""
    return {
        Outcome.SHOWN: _("Shown"),
        Outcome.NOT_SHOWN: _("Not shown"),
        Outcome.NOT_JUDGED: _("Could not be judged"),
        Outcome.EXPLAINED: _("Explained"),
        Outcome.NOT_APPLICABLE: _("Not applicable"),
    }[code]


def outcome_meaning(code: Outcome) -> str:
    """Return one sentence on what an outcome says, for the legend."""
    return {
        Outcome.SHOWN: _("The evidence meets the condition of the rule."),
        Outcome.NOT_SHOWN: _("The evidence does not meet the condition of the rule."),
        Outcome.NOT_JUDGED: _("Evidence or a fact is missing. This is never counted as a pass."),
        Outcome.EXPLAINED: _(
            "The condition is not met, and the operator has given a reason "
            "with author, date and expiry."
        ),
        Outcome.NOT_APPLICABLE: _("The rule does not reach this subject, or not on this date."),
    }[code]


def standing(code: Standing) -> str:
    """Return how a category of information stands; none of the answers is *is*."""
    return {
        Standing.FOUND: _("Found in what was measured"),
        Standing.RULED_OUT: _("Ruled out by measurement"),
        Standing.AGAINST: _("Measurements speak against it"),
        Standing.OPEN: _("Open"),
        Standing.NO_SIGN: _("No sign in what was measured"),
    }[code]


def standing_meaning(code: Standing) -> str:
    """Return one sentence on what a standing says."""
    return {
        Standing.FOUND: _("What makes this category is in the data."),
        Standing.RULED_OUT: _("A standard that the law itself sets is not met."),
        Standing.AGAINST: _(
            "A standard is not met by a figure that is our policy; no statute fixes that figure."
        ),
        Standing.OPEN: _("No measurement speaks against it so far."),
        Standing.NO_SIGN: _("It was looked for and not found, which does not rule it out."),
    }[code]


def origin(known: Provenance | None) -> str:
    """Return where a pack came from and who answers for it."""
    if known is None or known.origin == "unsigned":
        told = _("not signed")
    elif known.origin == "shipped":
        told = _("changed since it came with Shirube") if known.changed else _("came with Shirube")
    elif known.origin == "known_key":
        told = _("signed by {name}").format(name=known.signer)
    else:
        told = _("signed with the key {id}, which is not known here").format(id=known.key_id[:16])
    return _("{origin}, adopted").format(origin=told) if known and known.adopted else told


def remark(pack: Pack) -> str:
    """Return what a reader has to know of a pack's origin; nothing of one that came with us."""
    known = pack.provenance
    as_it_came = known is None or (known.origin == "shipped" and not known.changed)
    return "" if as_it_came else origin(known)


def titled(pack: Pack) -> str:
    """Return the title of a pack, with what a reader has to know of its origin."""
    told = _("{title} ({remark})") if remark(pack) else "{title}"
    return told.format(title=pack.title, remark=remark(pack))


def reason(code: Reason) -> str:
    """Return why a finding has its outcome, as a sentence."""
    return {
        Reason.CONDITION_HOLDS: _("The condition holds."),
        Reason.CONDITION_FAILS: _("The condition does not hold."),
        Reason.EXPLAINED: _("The condition does not hold; the operator explains why."),
        Reason.NO_EVIDENCE: _("There is no evidence yet."),
        Reason.EVIDENCE_EXPIRED: _("The evidence is past its lifetime and counts as absent."),
        Reason.NOT_ESTIMABLE: _("A value could not be estimated from the data."),
        Reason.MEASUREMENT_FAILED: _("The measurement ended in an error."),
        Reason.APPLICABILITY_UNKNOWN: _("It is not known whether the rule applies."),
        Reason.FACT_UNKNOWN: _("A fact about the subject is not known."),
        Reason.DOES_NOT_APPLY: _("The rule does not reach this subject."),
        Reason.NOT_IN_FORCE: _("The rule is not in force on this date."),
    }[code]


def footing(code: str) -> str:
    """Return the name of a footing: how binding an expectation is."""
    return {
        "statute": _("statute"),
        "statute-must": _("statutory duty without sanction"),
        "effort": _("statutory duty of effort"),
        "rule": _("rules under a statute"),
        "cabinet-plan": _("plan adopted by the Cabinet"),
        "hq-guideline": _("guideline of the AI Strategic Headquarters"),
        "guideline": _("guideline"),
        "discussion-paper": _("discussion paper"),
        "soft-code": _("voluntary code"),
        "commentary": _("commentary"),
        "own-policy": _("own policy"),
    }.get(code, code)


def addressee(code: str) -> str:
    """Return to whom an expectation is addressed."""
    return {
        "operator": _("whoever develops, provides or uses AI in business"),
        "developer": _("AI developers"),
        "provider": _("AI providers"),
        "user": _("AI business users"),
        "research_institution": _("R&D institutions"),
        "state": _("the State"),
        "ministry": _("ministries and agencies"),
        "local_government": _("local governments"),
        "data_handler": _("whoever handles personal information"),
        "anyone": _("everybody"),
    }.get(code, code)


def status(code: str) -> str:
    """Return the name of a rule's status."""
    return {
        "in-force": _("in force"),
        "promulgated": _("promulgated, not yet in force"),
        "draft": _("draft"),
        "superseded": _("superseded"),
    }.get(code, code)


def effort(code: Effort) -> str:
    """Return how long an action takes, roughly."""
    return {
        "hours": _("Hours"),
        "days": _("Days"),
        "weeks": _("Weeks"),
        "months": _("Months"),
    }[code]


def subject_kind(code: SubjectKind) -> str:
    """Return the name of a kind of subject."""
    return {
        "operator": _("Operator"),
        "system": _("AI system"),
        "dataset": _("Data set"),
        "model": _("Model"),
        "supplier": _("Supplier"),
    }[code]


def run(why: str) -> str:
    """Return why a run did not decide."""
    return {
        "superseded": _("superseded by a later run"),
        "withdrawn": _("withdrawn"),
        "expired": _("past its lifetime"),
        "other_arguments": _("made with other arguments"),
        "not_yet_known": _("made after this date"),
    }.get(why, why)


def marks(rule: Rule | ToldRule) -> tuple[tuple[str, str], ...]:
    """Return the marks that a reader must see beside a rule, as (code, words)."""
    found: list[tuple[str, str]] = []
    if rule.footing in ("commentary", "own-policy"):
        found.append((rule.footing, footing(rule.footing)))
    if rule.own_thresholds:
        found.append(("own-policy-threshold", _("own-policy threshold")))
    if rule.confidence != "high":
        found.append((f"confidence-{rule.confidence}", confidence(rule.confidence)))
    if not rule.text_held:
        found.append(("text-not-held", _("text not held")))
    if rule.status != "in-force":
        found.append((f"status-{rule.status}", status(rule.status)))
    return tuple(found)


def marked(rule: Rule | ToldRule) -> str:
    """Return the title of a rule with the marks that belong beside it, in parentheses."""
    told = _(", ").join(words for _code, words in marks(rule))
    return bracketed(rule.title, told) if told else str(rule.title)


def mark_meanings() -> tuple[tuple[str, str, str], ...]:
    """Return the legend of all marks, as (code, words, meaning)."""
    return (
        (
            "own-policy-threshold",
            _("own-policy threshold"),
            _("No instrument gives this number; the rule pack set it and says why."),
        ),
        (
            "own-policy",
            _("own policy"),
            _("An expectation of the rule pack itself. No instrument asks for it."),
        ),
        (
            "commentary",
            _("commentary"),
            _("Only a commentary or a proposal says so. No statute demands it."),
        ),
        (
            "confidence-low",
            confidence("low"),
            _("The source was read second-hand or in part; check it before relying on it."),
        ),
        (
            "confidence-medium",
            confidence("medium"),
            _("The source was read, but not all of its wording is certain."),
        ),
        (
            "text-not-held",
            _("text not held"),
            _("Only the heading of the provision was at hand, not its text."),
        ),
        (
            "status-promulgated",
            status("promulgated"),
            _("Published with a date from which it will apply."),
        ),
        (
            "injected",
            _("injected"),
            _("A change was put into the data on purpose, for a demonstration."),
        ),
        (
            "synthetic",
            _("synthetic"),
            _("The data were generated and describe no real person."),
        ),
    )


def confidence(level: str) -> str:
    """Return how sure a source is."""
    return {
        "low": _("low confidence"),
        "medium": _("medium confidence"),
        "high": _("high confidence"),
    }.get(level, level)


def key_change(change: KeyChange) -> tuple[str, str]:
    """Say how the ledger's keys changed, and why and by whom."""
    what = {
        "rotated": _("Key {key} hands over to {successor}"),
        "revoked": _("Key {key} is revoked from {at} on"),
    }[change.action]
    shown = what.format(
        key=change.key_id[:16],
        successor=change.successor_id[:16],
        at=f"{change.at.astimezone(dt.UTC):%Y-%m-%d %H:%M %Z}",
    )
    return shown, _("{reason} ({author})").format(reason=change.reason, author=change.author)
