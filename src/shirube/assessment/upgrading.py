# SPDX-License-Identifier: Apache-2.0
"""Hold a new version of a pack against the one that stands, on the facts of one operator.

1. Rules, thresholds and dated facts side by side, whatever differs in any of their parts.
2. Findings side by side, judged from the same facts on the same date.
3. What people gave (explanations, documents, measurements, answers): under which rules of the pack
   it counted, and under which it would count.
4. What the new pack asks for that nobody has given yet.

Pure: nothing is read, nothing is written, so that what is shown can be no more than shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import msgspec

from shirube.assessment.judging import assess
from shirube.rules import names_in
from shirube.terms.rule import Citation, Wanted
from shirube.terms.text import Text
from shirube.terms.upgrade import (
    Attachment,
    FindingMove,
    PackSide,
    PartChange,
    Question,
    RuleUpgrade,
    Said,
    Upgrade,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping

    from shirube.terms.fact import Facts
    from shirube.terms.finding import Finding
    from shirube.terms.rule import HeldFact, Pack, Rule
    from shirube.terms.subject import Subject
    from shirube.terms.upgrade import Given

    Counting = dict[tuple[Given, str, Subject], dict[str, None]]

_UNSAID = {"id", "pack", "file", "values", "applies_tree", "shown_tree"}
"""Fields that name a rule, or that say again what another field says."""

Key = tuple[str, "Subject"]


def upgrade(facts: Facts, old: Pack | None, new: Pack, on: dt.date) -> Upgrade:
    """Return what a new version of a pack would do.

    Parameters
    ----------
    facts
        All that is known about the operator.
    old, new
        The pack as it stands (None where there is none yet) and as it would be.
    on
        The date: rules and thresholds in force, evidence known and not expired on it.
    """
    standing = old or msgspec.structs.replace(new, rules=(), facts=())
    before, after = (
        {_key(one): one for one in assess(facts, [side], on)} for side in (standing, new)
    )
    moves = tuple(_moves(before, after))
    return Upgrade(
        pack=new.id,
        title=new.title,
        on=on,
        old=_side(old) if old else None,
        new=_side(new),
        rules=tuple(_rules(standing, new)),
        moves=moves,
        stay=len(before.keys() | after.keys()) - len(moves),
        attachments=tuple(_attachments(facts, before, after, standing, new)),
        questions=tuple(_questions(before.values(), after.values())),
    )


def _key(finding: Finding) -> Key:
    return finding.rule, finding.subject


def _side(pack: Pack) -> PackSide:
    return PackSide(
        version=pack.version,
        sha256=pack.sha256,
        rules=len(pack.rules),
        provenance=pack.provenance,
    )


# 1. Rules.


def _rules(old: Pack, new: Pack) -> Iterator[RuleUpgrade]:
    yield from _changed(
        {rule.ref: rule for rule in old.rules}, {rule.ref: rule for rule in new.rules}
    )
    yield from _changed(
        {f"{old.id}#{fact.id}": fact for fact in old.facts},
        {f"{new.id}#{fact.id}": fact for fact in new.facts},
    )


def _changed(
    old: Mapping[str, Rule | HeldFact], new: Mapping[str, Rule | HeldFact]
) -> Iterator[RuleUpgrade]:
    for ref in dict.fromkeys((*new, *old)):
        one, other = old.get(ref), new.get(ref)
        if one is not None and other is not None:
            parts = tuple(_parts(_said(one), _said(other)))
            if parts:
                yield RuleUpgrade(ref=ref, title=other.title, change="changed", parts=parts)
        elif other is not None:
            yield RuleUpgrade(ref=ref, title=other.title, change="added")
        elif one is not None:
            yield RuleUpgrade(ref=ref, title=one.title, change="removed")


def _said(one: Rule | HeldFact) -> dict[str, Said]:
    """Return what a rule says, by part: each field, and each threshold with its first day."""
    parts = {
        name: _told(getattr(one, name)) for name in one.__struct_fields__ if name not in _UNSAID
    }
    for name, dated in getattr(one, "values", {}).items():
        for value in dated:
            for field in ("value", "footing", "reason"):
                part = f"value.{name} ({value.start}) {field}".removesuffix(" value")
                parts[part] = _told(getattr(value, field))
    return parts


def _parts(old: dict[str, Said], new: dict[str, Said]) -> Iterator[PartChange]:
    for part in dict.fromkeys((*old, *new)):
        one, other = old.get(part, ""), new.get(part, "")
        if one != other:
            yield PartChange(part=part, old=one, new=other)


def _told(value: object) -> Said:
    """Return a value as a person reads it: a text stays in both languages."""
    match value:
        case None:
            return ""
        case Text():
            return value
        case (Citation(), *_rest):
            cited = cast("tuple[Citation, ...]", value)
            return Text(*("; ".join(_cited(one, at) for one in cited) for at in ("ja", "en")))
        case Wanted():
            given = msgspec.json.encode(value.arguments, order="sorted").decode()
            return f"{value.kind} {value.source}" + (f" {given}" if value.arguments else "")
        case msgspec.Struct():
            return msgspec.json.encode(value, order="sorted").decode()
        case _:
            return str(value)


def _cited(citation: Citation, language: str) -> str:
    instrument, provision = (
        getattr(text, language) for text in (citation.instrument, citation.provision)
    )
    return f"{instrument} {provision} <{citation.url}>"


# 2. Findings.


def _moves(before: Mapping[Key, Finding], after: Mapping[Key, Finding]) -> Iterator[FindingMove]:
    for key in dict.fromkeys((*after, *before)):
        old, new = before.get(key), after.get(key)
        if old is None or new is None or old.outcome != new.outcome:
            yield FindingMove(
                rule=key[0],
                subject=key[1],
                old=old.outcome if old else None,
                new=new.outcome if new else None,
                before=old.condition if old else "",
                after=new.condition if new else "",
            )


# 3. What people gave.


def _attachments(
    facts: Facts,
    before: Mapping[Key, Finding],
    after: Mapping[Key, Finding],
    old: Pack,
    new: Pack,
) -> Iterator[Attachment]:
    for given in facts.explanations:
        key = (given.rule, given.subject)
        if key in before or key in after:
            yield Attachment(
                kind="explanation",
                name=f"{given.rule}@{given.subject}",
                subject=given.subject,
                before=(given.rule,) if key in before else (),
                after=(given.rule,) if key in after else (),
            )
    sides = _evidence(old, before.values()), _evidence(new, after.values())
    answers = _answers(facts, old), _answers(facts, new)
    for one, other in (sides, answers):
        for kind, name, subject in dict.fromkeys((*one, *other)):
            yield Attachment(
                kind=kind,
                name=name,
                subject=subject,
                before=tuple(one.get((kind, name, subject), ())),
                after=tuple(other.get((kind, name, subject), ())),
            )


def _evidence(pack: Pack, findings: Iterable[Finding]) -> Counting:
    """Return which rules judged each declared measurement and document."""
    wanted = {rule.ref: rule.wanted.kind for rule in pack.rules}
    found: Counting = {}
    for finding in findings:
        for judged in finding.judged:
            kind: Given = "document" if wanted[finding.rule] == "document" else "measurement"
            key = (kind, judged.declared_id, finding.subject)
            found.setdefault(key, {})[finding.rule] = None
    return found


def _answers(facts: Facts, pack: Pack) -> Counting:
    """Return which rules read each fact that the manifest gives."""
    found: Counting = {}
    for rule in pack.rules:
        named = {*names_in(rule.applies_tree), *names_in(rule.shown_tree)}
        for profile in facts.profiles:
            if profile.subject.kind == rule.subject:
                for name in sorted(named):
                    if profile.facts.get(name) is not None:
                        found.setdefault(("answer", name, profile.subject), {})[rule.ref] = None
    return found


# 4. What is asked for.


def _questions(before: Iterable[Finding], after: Iterable[Finding]) -> Iterator[Question]:
    had = {(name, one.subject) for one in before for name in one.missing}
    asked: dict[tuple[str, Subject], list[str]] = {}
    for one in after:
        for name in one.missing:
            asked.setdefault((name, one.subject), []).append(one.rule)
    for (name, subject), rules in asked.items():
        if (name, subject) not in had:
            yield Question(name=name, subject=subject, rules=tuple(rules))
