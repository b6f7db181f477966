# SPDX-License-Identifier: Apache-2.0
"""What rules ask of the tables of a register, as queries that every engine understands.

1. For each source and each set of arguments that some rule fixes: a *stream*, the runs that count
   on the date, the latest of each declaration; a withdrawn one is a gap.
2. Only what some rule reads: numbers as they are, everything else as the question that a condition
   asks of it, answered TRUE, FALSE or NULL. What several rules ask, or the old and the new form of
   one, is asked once.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Protocol

import msgspec

from shirube.assessment.judging import in_force
from shirube.assessment.selecting import canonical
from shirube.rules import evidence_prefix, names_in, sql, thresholds
from shirube.rules.planes import numbers_in, questions, with_values
from shirube.terms.rule import Node, Wanted
from shirube.terms.subject import SubjectKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shirube.terms.rule import Rule

    Tables = Mapping[str, Mapping[str, str]]

VALUE = "values."
"""What stands before the name of a measured value in the columns of runs."""

FLAGS = ("gone", "expired", "failed", "declared")
"""What is told of each run; ``gone``: withdrawn, and nothing came after it."""


class Dialect(Protocol):
    """How an engine writes what differs between engines."""

    text: str
    """The type of a text."""
    kept: str
    """What says that a part of a query is to be worked out once."""

    def name(self, identifier: str) -> str:
        """Return an identifier in the engine's quotes."""
        ...

    def literal(self, text: str) -> str:
        """Return a text literal."""
        ...

    def fits(self, arguments: str, wanted: Mapping[str, object]) -> str:
        """Return the condition that a run's arguments are those that a rule fixes."""
        ...


class Judgement(msgspec.Struct, frozen=True):
    """A rule as it is judged on the date, with its thresholds put in.

    ``stream`` is the place of its evidence in ``Ask.streams``; None where the manifest alone is
    asked (``by_manifest``), or where the register has no such evidence.
    """

    ref: str
    stands: bool
    applies: Node
    shown: Node
    every: bool
    lifetime_days: int | None
    by_manifest: bool
    stream: int | None


class Column(msgspec.Struct, frozen=True):
    """A column of a query: the number of that name, or the answer to that question."""

    means: str | Node
    sql: str


class Stream(msgspec.Struct, frozen=True):
    """The runs of one source that fit one set of arguments.

    ``raw`` are the values that its columns read; ``beside_profile`` tells whether a question puts
    one of them beside a fact of the profile.
    """

    wanted: Wanted
    columns: tuple[Column, ...]
    raw: tuple[str, ...]
    lifetimes: tuple[int, ...]
    beside_profile: bool


class Ask(msgspec.Struct, frozen=True):
    """All that the rules of one kind of subject ask; ``sides`` are lists of rules to compare."""

    kind: SubjectKind
    on: dt.date
    columns: tuple[Column, ...]
    streams: tuple[Stream, ...]
    sides: tuple[tuple[Judgement, ...], ...]
    words: tuple[str, ...]


def ask(
    tables: Tables,
    kind: SubjectKind,
    sides: Sequence[Sequence[Rule]],
    on: dt.date,
    dialect: Dialect,
    words: Sequence[str] = (),
) -> Ask:
    """Return what rules ask.

    Parameters
    ----------
    tables
        Table -> column -> type of what there is.
    kind, sides, on
        The kind of subject, lists of its rules, the date.
    dialect
        How the engine writes SQL.
    words
        Names of profiles by which subjects are counted; none where the kind lacks one of them.
    """
    standing = [rule for side in sides for rule in side if in_force(rule, on)]
    wanted = {_key(rule.wanted): rule.wanted for rule in standing}
    keys = [key for key, one in wanted.items() if _table(one) in tables]
    judged = tuple(tuple(_judgement(rule, on, keys) for rule in side) for side in sides)
    profile = _Profile(_kinds(tables[f"profiles_{kind}"]), dialect)
    flat = [one for side in judged for one in side if one.stands]
    for one in flat:
        profile.take(one.applies)
        if one.by_manifest:
            profile.take(one.shown)
    streams = tuple(
        _stream(wanted[key], [one for one in flat if one.stream == at], tables, profile, dialect)
        for at, key in enumerate(keys)
    )
    known = tables[f"profiles_{kind}"].keys()
    return Ask(
        kind=kind,
        on=on,
        columns=profile.columns(),
        streams=streams,
        sides=judged,
        words=tuple(words) if set(words) <= known else (),
    )


def subjects_query(asked: Ask, dialect: Dialect) -> str:
    """Return the query for ``subject``, the words ``w0``, ``w1``, … and the columns ``c0``, …."""
    words = [f"cast(p.{dialect.name(name)} as {dialect.text})" for name in asked.words]
    return (
        f"select p.subject{_listed('w', words)}"
        f"{_listed('c', [column.sql for column in asked.columns])} from profiles_{asked.kind} p"
    )


def runs_query(asked: Ask, stream: Stream, tables: Tables, dialect: Dialect) -> str:
    """Return the query for the runs of a stream that count: ``subject``, the flags, the values.

    ``old0``, ``old1``, … tell whether a run is past each of ``lifetimes``, and ``v0``, … are the
    columns.
    """
    counting = _counting(asked, stream, tables, dialect)
    old = [f"r.date < date '{asked.on - dt.timedelta(days=days)}'" for days in stream.lifetimes]
    flags = ", ".join(f"r.{flag}" for flag in FLAGS)
    values = [column.sql for column in stream.columns]
    join = f" join profiles_{asked.kind} p on p.subject = r.subject"
    return (
        f"select r.subject, {flags}{_listed('old', old)}{_listed('v', values)}"
        f" from ({counting}) r{join if stream.beside_profile else ''}"
    )


def explained_query(asked: Ask, dialect: Dialect) -> str:
    """Return the query for ``subject`` and ``rule`` of the explanations that stand on the date."""
    on = f"date '{asked.on}'"
    return (
        f"select distinct subject, rule from explanations where subject_kind = "
        f"{dialect.literal(asked.kind)} and date <= {on} and expires >= {on}"
    )


class _Profile:
    """Gathers what conditions ask of the profiles: each number and each question once."""

    def __init__(self, kinds: Mapping[str, str], dialect: Dialect) -> None:
        self.kinds, self.text = kinds, dialect.literal
        self.written = {name: f"p.{dialect.name(name)}" for name in kinds}
        self._taken: dict[str | Node, str] = {}

    def take(self, tree: Node) -> None:
        """Ask all that a condition asks."""
        for name in numbers_in(tree, self.kinds):
            self.number(name)
        for question in questions(tree, self.kinds):
            self.question(question)

    def number(self, name: str) -> None:
        """Ask a number."""
        self._taken[name] = f"cast({self.written[name]} as double)"

    def question(self, question: Node) -> None:
        """Ask a question."""
        self._taken[question] = sql(question, self.written, self.text)

    def columns(self) -> tuple[Column, ...]:
        """Return what was asked."""
        return tuple(Column(means, text) for means, text in self._taken.items())


def _stream(
    wanted: Wanted, own: Sequence[Judgement], tables: Tables, profile: _Profile, dialect: Dialect
) -> Stream:
    """Return the stream; what its rules look at in the profile is asked there."""
    prefix = f"{evidence_prefix(wanted)}."
    found = _kinds(tables.get(_table(wanted), {}))
    evidence = {prefix + n.removeprefix(VALUE): k for n, k in found.items() if n.startswith(VALUE)}
    raw = {name: VALUE + name.removeprefix(prefix) for name in evidence}
    written = {**profile.written, **{name: f"r.{dialect.name(raw[name])}" for name in evidence}}
    kinds = {**profile.kinds, **evidence}
    taken: dict[str | Node, str] = {}
    beside = False
    for one in own:
        for name in numbers_in(one.shown, kinds):
            if name in evidence:
                taken[name] = f"cast({written[name]} as double)"
            else:
                profile.number(name)
        for question in questions(one.shown, kinds):
            names = set(names_in(question))
            if names & evidence.keys():
                taken[question] = sql(question, written, dialect.literal)
                beside = beside or bool(names & profile.kinds.keys() - evidence.keys())
            else:
                profile.question(question)
    used = {name for one in own for name in names_in(one.shown) if name in evidence}
    lifetimes = {one.lifetime_days for one in own if one.lifetime_days is not None}
    return Stream(
        wanted=wanted,
        columns=tuple(Column(means, text) for means, text in taken.items()),
        raw=tuple(sorted(raw[name] for name in used)),
        lifetimes=tuple(sorted(lifetimes)),
        beside_profile=beside,
    )


def _counting(asked: Ask, stream: Stream, tables: Tables, dialect: Dialect) -> str:
    """Return the query for the runs that count: the latest of each declaration, and the gaps.

    Windows are dear, so that only subjects with more than one run look which one is the latest.
    """
    table = _table(stream.wanted)
    on = f"date '{asked.on}'"
    where = [
        f"subject_kind = {dialect.literal(asked.kind)}",
        f"greatest(date, coalesce(known, date)) <= {on}",
    ]
    if stream.wanted.kind == "document":
        where.append(f"source = {dialect.literal(stream.wanted.source)}")
    elif stream.wanted.arguments:
        where.append(dialect.fits("arguments", stream.wanted.arguments))
    values = [dialect.name(name) for name in stream.raw]
    index = dialect.name("index")
    kept = ", ".join(("subject", *FLAGS, "date", *values))
    return (
        f"with fitting as {dialect.kept}(select subject, declared_id, arguments, {index} as place,"
        " coalesce(declared, true) as declared, coalesce(failed, false) as failed,"
        f" coalesce(withdrawn and coalesce(withdrawn_on <= {on}, true), false) as gone,"
        f" coalesce(expires < {on}, false) as expired, date{''.join(f', {v}' for v in values)}"
        f" from {table} where {' and '.join(where)}),"
        " many as (select subject from fitting group by subject having count(*) > 1),"
        " ordered as (select fitting.*, max(case when not gone then place end)"
        " over (partition by fitting.subject, declared_id) as live, row_number() over"
        " (partition by fitting.subject, declared_id, arguments order by place desc) as nth"
        " from fitting join many on many.subject = fitting.subject)"
        f" select {kept} from fitting where (not gone or declared)"
        " and not exists (select 1 from many where many.subject = fitting.subject)"
        f" union all select {kept} from ordered where nth = 1"
        " and (not gone or (declared and coalesce(live <= place, true)))"
    )


def _judgement(rule: Rule, on: dt.date, keys: Sequence[tuple[str, str, str]]) -> Judgement:
    limits = thresholds(rule, on)
    key = _key(rule.wanted)
    return Judgement(
        ref=rule.ref,
        stands=in_force(rule, on),
        applies=with_values(rule.applies_tree, limits),
        shown=with_values(rule.shown_tree, limits),
        every=rule.over == "every",
        lifetime_days=rule.lifetime_days,
        by_manifest=rule.wanted.kind == "manifest",
        stream=keys.index(key) if key in keys else None,
    )


def _key(wanted: Wanted) -> tuple[str, str, str]:
    return wanted.kind, wanted.source, canonical(wanted.arguments)


def _table(wanted: Wanted) -> str:
    """Return the table that holds the runs of this evidence; none for the manifest."""
    names = {"document": "documents", "measurement": f"runs_{wanted.source}"}
    return names.get(wanted.kind, "")


def _kinds(columns: Mapping[str, str]) -> dict[str, str]:
    """Return the kind of each column: number, or anything else."""
    return {name: "number" if _is_number(of) else "other" for name, of in columns.items()}


def _is_number(of: str) -> bool:
    return of in ("DOUBLE", "FLOAT") or of.startswith("DECIMAL") or of.endswith(("INT", "INTEGER"))


def _listed(letter: str, expressions: Sequence[str]) -> str:
    return "".join(f", {text} as {letter}{at}" for at, text in enumerate(expressions))
