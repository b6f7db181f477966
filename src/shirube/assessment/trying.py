# SPDX-License-Identifier: Apache-2.0
"""Try a changed pack on a register: old and new findings side by side, and who moves.

1. The rules that differ are judged over the whole register in one pass: as they stand, and as they
   would be.
2. For each rule the pairs of outcomes are counted; a pair of two different ones is a move.
3. Moves are counted by the words asked for (sector, size), and a few subjects of each are judged
   one by one, so that the reason can be told with their own values.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from shirube.assessment.judging import assess
from shirube.assessment.register_asking import ask
from shirube.assessment.register_outcomes import CODES
from shirube.assessment.register_reading import read_facts
from shirube.assessment.tallying import ABSENT, merged, tally
from shirube.rules import thresholds
from shirube.terms.finding import Outcome
from shirube.terms.rule import Pack
from shirube.terms.subject import SUBJECT_KINDS
from shirube.terms.trial import Example, Group, Move, RuleChange, Trial

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from shirube.assessment.register import Register
    from shirube.assessment.register_asking import Ask
    from shirube.terms.rule import Rule
    from shirube.terms.subject import SubjectKind

_MOST_GROUPS = 12
_PARTS = (
    "subject",
    "applies",
    "shown",
    "over",
    "status",
    "start",
    "end",
    "lifetime_days",
    "wanted",
)
_GRAVITY = (Outcome.SHOWN, Outcome.EXPLAINED, Outcome.NOT_APPLICABLE, Outcome.NOT_JUDGED)


def try_pack(
    register: Register,
    old: Pack | None,
    new: Pack,
    on: dt.date,
    by: Sequence[str] = (),
) -> Trial:
    """Return what the changed pack would do to a register.

    Parameters
    ----------
    register
        The register.
    old, new
        The pack as it stands (None where there is none yet) and as it would be.
    on
        The date.
    by
        Names of profiles by which moves are counted, for instance ``system.sector``; a kind of
        subject that has not all of them is not split.
    """
    standing = old or msgspec.structs.replace(new, rules=())
    changes = tuple(_changes(standing, new, on))
    sides = tuple(_only(pack, {change.ref for change in changes}) for pack in (standing, new))
    tables = register.tables()
    subjects = _subjects(register, tables)
    moves: list[Move] = []
    stay = _untouched(new, changes, subjects)
    for kind in SUBJECT_KINDS:
        own = [[rule for rule in side.rules if rule.subject == kind] for side in sides]
        if str(kind) not in subjects or not any(own):
            continue
        asked = ask(tables, kind, own, on, register.dialect, by)
        found, same = _moves(register, asked)
        moves += _with_examples(register, kind, found, sides, on)
        stay += same
    return Trial(
        pack=new.id,
        on=on,
        subjects=subjects,
        changes=changes,
        by=tuple(by),
        moves=tuple(sorted(moves, key=_urgency)),
        stay=stay,
    )


def _only(pack: Pack, refs: set[str]) -> Pack:
    """Return the pack with the rules that differ: the others give the same finding twice."""
    return msgspec.structs.replace(
        pack, rules=tuple(rule for rule in pack.rules if rule.ref in refs)
    )


def _untouched(new: Pack, changes: Sequence[RuleChange], subjects: dict[str, int]) -> int:
    """Count the findings of the rules that do not differ."""
    touched = {change.ref for change in changes}
    return sum(subjects.get(rule.subject, 0) for rule in new.rules if rule.ref not in touched)


def _moves(register: Register, asked: Ask) -> tuple[list[tuple[Move, list[str]]], int]:
    """Return the moves of one kind of subject, each with a few who make it, and how many stay."""
    moves, stay = [], 0
    for (ref, old, new), found in merged(register.run(asked, partial(tally, asked))).items():
        if old == new:
            stay += found.count
            continue
        groups = [Group(words, count) for words, count in found.by.items()]
        largest = sorted(groups, key=lambda group: (-group.count, *_order(group)))[:_MOST_GROUPS]
        move = Move(
            rule=ref,
            kind=asked.kind,
            old=_outcome(old),
            new=_outcome(new),
            count=found.count,
            by=tuple(largest) if asked.words else (),
        )
        moves.append((move, found.first))
    return moves, stay


def _with_examples(
    register: Register,
    kind: SubjectKind,
    moves: Sequence[tuple[Move, list[str]]],
    sides: Sequence[Pack],
    on: dt.date,
) -> Iterator[Move]:
    """Judge a few of the subjects that move one by one, to tell the reason with their values."""
    chosen = [() if None in (move.old, move.new) else first for move, first in moves]
    named = sorted({subject for found in chosen for subject in found})
    facts = read_facts(register, kind, named)
    rules = [{rule.ref: rule for rule in pack.rules} for pack in sides]
    for (move, _first), own_examples in zip(moves, chosen, strict=True):
        only = tuple(one for one in facts.profiles if one.subject.id in own_examples)
        about = msgspec.structs.replace(facts, profiles=only)
        told: dict[str, list[str]] = {}
        for pack, own in zip(sides, rules, strict=True):
            if only and move.rule in own:
                alone = msgspec.structs.replace(pack, rules=(own[move.rule],))
                for finding in assess(about, [alone], on):
                    told.setdefault(finding.subject.id, []).append(finding.condition)
        examples = tuple(
            Example(subject=subject, old=conditions[0], new=conditions[-1])
            for subject, conditions in sorted(told.items())
        )
        yield msgspec.structs.replace(move, examples=examples)


def _order(group: Group) -> tuple[tuple[bool, str], ...]:
    return tuple((word is None, word or "") for word in group.words)


def _changes(old: Pack, new: Pack, on: dt.date) -> Iterator[RuleChange]:
    before, after = ({rule.ref: rule for rule in pack.rules} for pack in (old, new))
    for ref in sorted(before.keys() | after.keys()):
        parts = tuple(_parts(before.get(ref), after.get(ref), on))
        if parts:
            rule = after.get(ref) or before[ref]
            yield RuleChange(ref=ref, title=rule.title, footing=rule.footing, parts=parts)


def _parts(old: Rule | None, new: Rule | None, on: dt.date) -> Iterator[tuple[str, str, str]]:
    if old is None or new is None:
        yield "rule", "present" if old else "", "present" if new else ""
        return
    for part in _PARTS:
        one, other = getattr(old, part), getattr(new, part)
        if one != other:
            yield part, _told(one), _told(other)
    limits = thresholds(old, on), thresholds(new, on)
    for name in sorted(limits[0].keys() | limits[1].keys()):
        one, other = (side.get(name) for side in limits)
        if one != other:
            yield name, _told(one), _told(other)


def _told(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, msgspec.Struct):
        return msgspec.json.encode(value, order="sorted").decode()
    return str(value)


def _subjects(register: Register, tables: Mapping[str, Mapping[str, str]]) -> dict[str, int]:
    return {
        str(kind): register.rows(f"select count(*) as subjects from profiles_{kind}")[0]["subjects"]
        for kind in SUBJECT_KINDS
        if f"profiles_{kind}" in tables
    }


def _outcome(code: int) -> Outcome | None:
    return None if code == ABSENT else CODES[code]


def _urgency(move: Move) -> tuple[bool, int, int, str]:
    """Put those first that lose *shown*, then those that newly are not shown, then by number."""
    lost = move.old is Outcome.SHOWN and move.new is Outcome.NOT_SHOWN
    place = _GRAVITY.index(move.old) if move.old in _GRAVITY else len(_GRAVITY)
    return (not lost, move.new is not Outcome.NOT_SHOWN, -move.count, f"{move.rule}{place}")
