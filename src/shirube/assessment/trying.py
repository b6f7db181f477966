# SPDX-License-Identifier: Apache-2.0
"""Try a changed pack on a register: old and new findings side by side, and who moves.

1. The rules that differ are judged over the whole register in one pass: as they stand, and as they
   would be.
2. For each rule the pairs of outcomes are counted; a pair of two different ones is a move.
3. Moves are counted by the words asked for (sector, size), and a few subjects of each are judged
   one by one, so that the reason can be told with their own values.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec

from shirube.assessment.judging import assess
from shirube.assessment.register import CODES, assess_register
from shirube.assessment.register_reading import read_facts
from shirube.rules import thresholds
from shirube.terms.finding import Outcome
from shirube.terms.rule import Pack
from shirube.terms.subject import SUBJECT_KINDS
from shirube.terms.trial import Example, Group, Move, RuleChange, Trial

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from duckdb import DuckDBPyConnection

    from shirube.terms.rule import Rule
    from shirube.terms.subject import SubjectKind

_ABSENT = len(CODES)
"""The code of a rule that is not there: new in one pack, or taken away in the other."""

_NEW = "@new"
_MOST_GROUPS = 12
_EXAMPLES = 3
_FEW = 5_000
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
    connection: DuckDBPyConnection,
    old: Pack | None,
    new: Pack,
    on: dt.date,
    by: Sequence[str] = (),
) -> Trial:
    """Return what the changed pack would do to the register in ``connection``.

    Parameters
    ----------
    connection
        A connection in which the tables of ``register_tables`` stand.
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
    subjects = _subjects(connection)
    moves: list[Move] = []
    stay = _untouched(new, changes, subjects)
    with _explained_on_both_sides(connection):
        judged = assess_register(connection, [_both(*sides)], on)
    for kind, table in judged.items():
        found, same = _moves(connection, kind, table, sides, by)
        moves += _with_examples(connection, kind, found, sides, on)
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


def _both(old: Pack, new: Pack) -> Pack:
    """Return one pack with both sides, so that the register is read once for both."""
    renamed = (msgspec.structs.replace(rule, id=rule.id + _NEW) for rule in new.rules)
    return msgspec.structs.replace(old, rules=(*old.rules, *renamed))


@contextmanager
def _explained_on_both_sides(connection: DuckDBPyConnection) -> Iterator[None]:
    """Let an explanation of a rule stand for its changed form as well."""
    if not _columns(connection, "explanations"):
        yield
        return
    connection.execute(
        f"insert into explanations select * replace (rule || '{_NEW}' as rule) from explanations"
    )
    try:
        yield
    finally:
        connection.execute(f"delete from explanations where rule like '%{_NEW}'")


def _untouched(new: Pack, changes: Sequence[RuleChange], subjects: dict[str, int]) -> int:
    """Count the findings of the rules that do not differ."""
    touched = {change.ref for change in changes}
    return sum(subjects.get(rule.subject, 0) for rule in new.rules if rule.ref not in touched)


def _moves(
    connection: DuckDBPyConnection,
    kind: SubjectKind,
    table: str,
    sides: Sequence[Pack],
    by: Sequence[str],
) -> tuple[list[Move], int]:
    """Return the moves of one kind of subject, and how many findings stay."""
    own = [{rule.ref for rule in pack.rules if rule.subject == kind} for pack in sides]
    words = _side_by_side(connection, kind, table, own, by)
    moves, stay = [], 0
    for ref in sorted(own[0] | own[1]):
        rows = connection.execute(
            f"select {_quoted(ref)}, words, count(*) from moves_{kind} group by all order by all"
        ).fetchall()
        groups: dict[int, list[Group]] = {}
        for code, number, count in rows:
            groups.setdefault(int(code), []).append(Group(words[number], count))
        for code, found in groups.items():
            old, new = divmod(code, _ABSENT + 1)
            count = sum(group.count for group in found)
            if old == new:
                stay += count
                continue
            largest = sorted(found, key=lambda group: -group.count)[:_MOST_GROUPS]
            moves.append(
                Move(
                    rule=ref,
                    kind=kind,
                    old=_outcome(old),
                    new=_outcome(new),
                    count=count,
                    by=tuple(largest) if largest[0].words else (),
                )
            )
    return moves, stay


def _side_by_side(
    connection: DuckDBPyConnection,
    kind: SubjectKind,
    table: str,
    own: Sequence[set[str]],
    by: Sequence[str],
) -> dict[int, tuple[str | None, ...]]:
    """Write one small number per subject and rule that stands for the pair of its outcomes.

    Returns what each number in ``words`` stands for: the words by which moves are counted, numbered
    because numbers are grouped several times faster than texts. A second, small table holds the
    first subjects by name, where examples are looked for.
    """

    def code(ref: str, side: int) -> str:
        return _quoted(ref + _NEW * side) if ref in own[side] else str(_ABSENT)

    pairs = ", ".join(
        f"({code(ref, 0)} * {_ABSENT + 1} + {code(ref, 1)})::utinyint as {_quoted(ref)}"
        for ref in sorted(own[0] | own[1])
    )
    profiles = f"profiles_{kind}"
    split = by if set(by) <= _columns(connection, profiles) else ()
    told = ", ".join(f"{_quoted(name)}::varchar" for name in split)
    listed = f"[{told}]::varchar[]"
    connection.execute(
        f"create or replace temp table words as select told, (row_number() over (order by told)"
        f" - 1)::uinteger as number from (select distinct {listed} as told from {profiles})"
    )
    connection.execute(
        f"create or replace table moves_{kind} as select * from (select subject, {pairs}"
        f" from {table}) join (select subject, number as words from {profiles}"
        f" join words on told is not distinct from {listed}) using (subject)"
    )
    connection.execute(
        f"create or replace table few_{kind} as select * from moves_{kind} where subject in"
        f" (select subject from {profiles} order by subject limit {_FEW})"
    )
    connection.execute(f"drop table {table}")
    numbered = connection.execute("select number, told from words").fetchall()
    return {int(number): tuple(words) for number, words in numbered}


def _with_examples(
    connection: DuckDBPyConnection,
    kind: SubjectKind,
    moves: Sequence[Move],
    sides: Sequence[Pack],
    on: dt.date,
) -> Iterator[Move]:
    """Judge a few of the subjects that move one by one, to tell the reason with their values."""
    chosen = {at: _first(connection, kind, move) for at, move in enumerate(moves)}
    named = sorted({subject for found in chosen.values() for subject in found})
    facts = read_facts(connection, kind, named)
    rules = [{rule.ref: rule for rule in pack.rules} for pack in sides]
    for at, move in enumerate(moves):
        only = tuple(one for one in facts.profiles if one.subject.id in chosen[at])
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


def _first(connection: DuckDBPyConnection, kind: SubjectKind, move: Move) -> list[str]:
    """Return the first subjects by name that make a move; none for a rule of one side alone."""
    if move.old is None or move.new is None:
        return []
    code = _code(move.old) * (_ABSENT + 1) + _code(move.new)
    for table in (f"few_{kind}", f"moves_{kind}"):
        row = connection.execute(
            f"select min(subject, {_EXAMPLES}) from {table} where {_quoted(move.rule)} = {code}"
        ).fetchone()
        found = list(row[0] or ()) if row else []
        if len(found) == min(_EXAMPLES, move.count):
            break
    return found


def _changes(old: Pack, new: Pack, on: dt.date) -> Iterator[RuleChange]:
    before, after = ({rule.ref: rule for rule in pack.rules} for pack in (old, new))
    for ref in sorted(before.keys() | after.keys()):
        parts = tuple(_parts(before.get(ref), after.get(ref), on))
        if parts:
            yield RuleChange(ref=ref, title=(after.get(ref) or before[ref]).title, parts=parts)


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


def _subjects(connection: DuckDBPyConnection) -> dict[str, int]:
    found = {}
    for kind in SUBJECT_KINDS:
        if _columns(connection, f"profiles_{kind}"):
            row = connection.execute(f"select count(*) from profiles_{kind}").fetchone()
            found[str(kind)] = int(row[0]) if row else 0
    return found


def _columns(connection: DuckDBPyConnection, table: str) -> set[str]:
    rows = connection.execute(
        "select column_name from duckdb_columns() where table_name = ?", [table]
    ).fetchall()
    return {str(name) for (name,) in rows}


def _code(outcome: Outcome) -> int:
    return CODES.index(outcome)


def _outcome(code: int) -> Outcome | None:
    return None if code == _ABSENT else CODES[code]


def _urgency(move: Move) -> tuple[bool, int, int, str]:
    """Put those first that lose *shown*, then those that newly are not shown, then by number."""
    lost = move.old is Outcome.SHOWN and move.new is Outcome.NOT_SHOWN
    place = _GRAVITY.index(move.old) if move.old in _GRAVITY else len(_GRAVITY)
    return (not lost, move.new is not Outcome.NOT_SHOWN, -move.count, f"{move.rule}{place}")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
