# SPDX-License-Identifier: Apache-2.0
"""The same assessment for a register of many subjects, in DuckDB: equal to ``assess``.

The facts are tables (``register_tables``): one wide table of profiles for each kind of subject, one
of runs for each measure, one of documents, one of explanations. The outcome is a table for each
kind of subject, ``findings_<kind>``: the subject, and one small number for each rule.

1. For each source and each set of arguments that some rule fixes: the runs that count on the date,
   the latest of each declaration; a withdrawn one is a gap.
2. For each rule the outcome of each run, then the least (``every``) or the greatest (``any``):
   *not shown* 0 < *could not be judged* 1 < *shown* 2.
3. ``applies`` and the explanations on top.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from shirube.assessment.judging import in_force
from shirube.assessment.selecting import canonical
from shirube.rules import evidence_prefix, literal, names_in, sql, thresholds
from shirube.terms.finding import Outcome
from shirube.terms.subject import SUBJECT_KINDS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from duckdb import DuckDBPyConnection

    from shirube.terms.rule import Pack, Rule, Wanted
    from shirube.terms.subject import SubjectKind

CODES = (
    Outcome.NOT_SHOWN,
    Outcome.NOT_JUDGED,
    Outcome.SHOWN,
    Outcome.EXPLAINED,
    Outcome.NOT_APPLICABLE,
)
"""The outcome that each number in a findings table stands for."""

_NOT_SHOWN, _NOT_JUDGED, _SHOWN, _EXPLAINED, _NOT_APPLICABLE = range(5)

VALUE = "values."
"""What stands before the name of a measured value in the columns of runs."""


def assess_register(
    connection: DuckDBPyConnection, packs: Sequence[Pack], on: dt.date
) -> dict[SubjectKind, str]:
    """Judge every rule for every subject of the register.

    Parameters
    ----------
    connection
        A connection in which the tables of ``register_tables`` stand.
    packs
        The rules.
    on
        The date.

    Returns
    -------
    dict
        Kind of subject -> name of the table with its findings: ``subject``, and for each rule a
        column ``pack/rule`` with an index into ``CODES``.
    """
    columns = _columns(connection)
    found: dict[SubjectKind, str] = {}
    for kind in SUBJECT_KINDS:
        rules = [rule for pack in packs for rule in pack.rules if rule.subject == kind]
        if f"profiles_{kind}" in columns and rules:
            found[kind] = f"findings_{kind}"
            _Query(connection, columns, kind, on).run(rules)
    return found


def count_outcomes(
    connection: DuckDBPyConnection, tables: Mapping[SubjectKind, str]
) -> dict[str, dict[Outcome, int]]:
    """Count, for each rule, the subjects of each outcome."""
    counts: dict[str, dict[Outcome, int]] = {}
    for table in tables.values():
        rows = connection.execute(
            f"select rule, code, count(*) from (unpivot {table} on columns(* exclude subject) "
            "into name rule value code) group by all order by all"
        ).fetchall()
        for rule, code, count in rows:
            counts.setdefault(rule, {})[CODES[code]] = count
    return counts


class _Stream(msgspec.Struct, frozen=True):
    """The runs of one source that fit one set of arguments: a table of those that count."""

    table: str
    several: bool


class _Query:
    """Builds and runs the statements for one kind of subject."""

    def __init__(
        self,
        connection: DuckDBPyConnection,
        columns: Mapping[str, Mapping[str, str]],
        kind: SubjectKind,
        on: dt.date,
    ) -> None:
        self.connection, self.columns, self.kind, self.on = connection, columns, kind, on
        self.streams: dict[tuple[str, str, str], _Stream] = {}
        self.explained = self._explained_rules()

    def run(self, rules: Sequence[Rule]) -> None:
        """Write ``findings_<kind>``."""
        standing = [rule for rule in rules if in_force(rule, self.on)]
        for rule in standing:
            if rule.wanted.kind != "manifest" and self._key(rule) not in self.streams:
                self.streams[self._key(rule)] = self._stream(rule, standing)
        joins = [self._join(key, stream, standing) for key, stream in self.streams.items()]
        judged = {rule.ref for rule in standing}
        states = [
            f"{self._outcome(rule) if rule.ref in judged else f'{_NOT_APPLICABLE}::utinyint'} "
            f"as {_quoted(rule.ref)}"
            for rule in rules
        ]
        profile = self._clean(f"profiles_{self.kind}", self._profile_names(standing))
        self.connection.execute(
            f"create or replace table findings_{self.kind} as select p.subject, "
            f"{', '.join(states)} from {profile} p {' '.join(joins)}"
        )
        for stream in self.streams.values():
            self.connection.execute(f"drop table {stream.table}")

    # 1. The runs that count.

    def _key(self, rule: Rule) -> tuple[str, str, str]:
        return rule.wanted.kind, rule.wanted.source, canonical(rule.wanted.arguments)

    def _stream(self, rule: Rule, rules: Sequence[Rule]) -> _Stream:
        table = f"_stream_{self.kind}_{len(self.streams)}"
        runs = _runs(rule.wanted)
        on = f"date '{self.on.isoformat()}'"
        known = self.columns.get(runs, {})
        names = [VALUE + name for name in self._value_names(self._key(rule), rules)]
        values = {_quoted(name): _finite(name, known) for name in names if name in known}
        where = [
            f"subject_kind = {literal(self.kind)}",
            f"greatest(date, coalesce(known, date)) <= {on}",
            *self._fit(rule),
        ]
        source = runs if runs in self.columns else _NO_RUNS
        self.connection.execute(
            f"create or replace temp table {table} as {_counting(source, where, values, on)}"
        )
        several = self.connection.execute(
            f"select 1 from {table} group by subject having count(*) > 1 limit 1"
        ).fetchone()
        return _Stream(table, several is not None)

    def _fit(self, rule: Rule) -> list[str]:
        if rule.wanted.kind == "document":
            return [f"source = {literal(rule.wanted.source)}"]
        return [
            f"json_extract(arguments, {literal(_path(name))})::varchar = "
            f"json_extract({literal(canonical({'wanted': value}))}, '$.wanted')::varchar"
            for name, value in rule.wanted.arguments.items()
        ]

    # 2. The outcome of each run, and of all.

    def _join(self, key: tuple[str, str, str], stream: _Stream, rules: Sequence[Rule]) -> str:
        alias = self._alias(key)
        if not stream.several:
            return f"left join {stream.table} {alias} on {alias}.subject = p.subject"
        own = [rule for rule in rules if rule.wanted.kind != "manifest" and self._key(rule) == key]
        states = ", ".join(
            f"{'min' if rule.over == 'every' else 'max'}({self._piece(rule, 'r')}) "
            f"as {_quoted(rule.ref)}"
            for rule in own
        )
        profile = self._clean(f"profiles_{self.kind}", self._profile_names(own))
        return (
            f"left join (select r.subject, {states} from {stream.table} r join {profile} p "
            f"on r.subject = p.subject group by r.subject) {alias} on {alias}.subject = p.subject"
        )

    def _alias(self, key: tuple[str, str, str]) -> str:
        return f"s{list(self.streams).index(key)}"

    def _piece(self, rule: Rule, alias: str) -> str:
        """Return the code of one run: a gap and a failure are not judged.

        NULL stands for no evidence at all: expired, and no longer declared.
        """
        expired = f"{alias}.expired"
        if rule.lifetime_days is not None:
            expired = f"({expired} or {alias}.age > {rule.lifetime_days})"
        return (
            f"case when {alias}.gone then {_NOT_JUDGED}::utinyint "
            f"when {expired} then case when {alias}.declared then {_NOT_JUDGED}::utinyint end "
            f"when {alias}.failed then {_NOT_JUDGED}::utinyint "
            f"when {alias}.subject is not null then {self._answer(rule, alias)} end"
        )

    def _answer(self, rule: Rule, alias: str) -> str:
        condition = sql(rule.shown_tree, self._names(rule, alias))
        return (
            f"case {condition} when true then {_SHOWN}::utinyint "
            f"when false then {_NOT_SHOWN}::utinyint else {_NOT_JUDGED}::utinyint end"
        )

    # 3. What applies, and what is explained.

    def _outcome(self, rule: Rule) -> str:
        if rule.wanted.kind == "manifest":
            state = self._answer(rule, "")
        else:
            key = self._key(rule)
            alias = self._alias(key)
            several = self.streams[key].several
            piece = f"{alias}.{_quoted(rule.ref)}" if several else self._piece(rule, alias)
            state = f"coalesce({piece}, {_NOT_JUDGED}::utinyint)"
        if rule.ref in self.explained:
            state = self._explained(rule, state)
        if rule.applies_tree == ("value", True):
            return state
        applies = sql(rule.applies_tree, self._names(rule, ""))
        return (
            f"case {applies} when true then {state} "
            f"when false then {_NOT_APPLICABLE}::utinyint else {_NOT_JUDGED}::utinyint end"
        )

    def _explained_rules(self) -> frozenset[str]:
        if "explanations" not in self.columns:
            return frozenset()
        found = self.connection.execute(
            f"select distinct rule from explanations where {self._valid()}"
        ).fetchall()
        return frozenset(rule for (rule,) in found)

    def _valid(self) -> str:
        on = f"date '{self.on.isoformat()}'"
        return f"subject_kind = {literal(self.kind)} and date <= {on} and expires >= {on}"

    def _explained(self, rule: Rule, state: str) -> str:
        return (
            f"case when {state} = {_NOT_SHOWN} and p.subject in (select subject from explanations "
            f"where rule = {literal(rule.ref)} and {self._valid()}) "
            f"then {_EXPLAINED}::utinyint else {state} end"
        )

    # Names and columns.

    def _names(self, rule: Rule, alias: str) -> dict[str, str]:
        found = {name: literal(value) for name, value in thresholds(rule, self.on).items()}
        prefix = f"{evidence_prefix(rule.wanted)}."
        for name in (*names_in(rule.shown_tree), *names_in(rule.applies_tree)):
            if name in found:
                continue
            if rule.wanted.kind != "manifest" and name.startswith(prefix):
                column = VALUE + name.removeprefix(prefix)
                runs = self.columns.get(_runs(rule.wanted), {})
                found[name] = f"{alias}.{_quoted(column)}" if column in runs else "null"
            else:
                profile = self.columns[f"profiles_{self.kind}"]
                found[name] = f"p.{_quoted(name)}" if name in profile else "null"
        return found

    def _profile_names(self, rules: Sequence[Rule]) -> list[str]:
        used = {
            name
            for rule in rules
            for name in (*names_in(rule.applies_tree), *names_in(rule.shown_tree))
            if not name.startswith("value.")
            and (
                rule.wanted.kind == "manifest"
                or not name.startswith(f"{evidence_prefix(rule.wanted)}.")
            )
        }
        return sorted(used)

    def _value_names(self, key: tuple[str, str, str], rules: Sequence[Rule]) -> list[str]:
        prefix = "document." if key[0] == "document" else f"{key[1]}."
        return sorted(
            {
                name.removeprefix(prefix)
                for rule in rules
                if rule.wanted.kind != "manifest" and self._key(rule) == key
                for name in names_in(rule.shown_tree)
                if name.startswith(prefix)
            }
        )

    def _clean(self, table: str, names: Sequence[str]) -> str:
        known = self.columns[table]
        kept = "".join(
            f", {_finite(name, known)} as {_quoted(name)}" for name in names if name in known
        )
        return f"(select subject{kept} from {table})"


_NO_RUNS = (
    "(select null::varchar subject_kind, null::varchar subject, null::varchar source, "
    "null::varchar declared_id, null::varchar arguments, null::bigint index, "
    "null::boolean declared, null::boolean failed, null::boolean withdrawn, "
    "null::date withdrawn_on, null::date expires, null::date date, null::date known limit 0)"
)


def _counting(source: str, where: Sequence[str], values: Mapping[str, str], on: str) -> str:
    """Return the query for the runs that count: the latest of each declaration, and the gaps.

    Windows are dear, so that only subjects with more than one run look which one is the latest.
    """
    measured = "".join(f", {expression} as {name}" for name, expression in values.items())
    kept = ", ".join(("subject", "declared", "gone", "expired", "failed", "age", *values))
    return (
        "with fitting as materialized (select subject, declared_id, arguments, index, "
        "coalesce(declared, true) as declared, "
        f"failed, coalesce(withdrawn and coalesce(withdrawn_on <= {on}, true), false) as gone, "
        f"coalesce(expires < {on}, false) as expired, {on} - date as age{measured} "
        f"from {source} where {' and '.join(where)}), "
        "many as (select subject from fitting group by subject having count(*) > 1), "
        "latest as (select *, "
        "max(index) filter (not gone) over (partition by subject, declared_id) as live "
        "from fitting semi join many using (subject) qualify row_number() over "
        "(partition by subject, declared_id, arguments order by index desc) = 1) "
        f"select {kept} from fitting anti join many using (subject) where not gone or declared "
        f"union all select {kept} from latest "
        "where not gone or (declared and coalesce(live <= index, true))"
    )


def _runs(wanted: Wanted) -> str:
    """Return the table that holds the runs of this evidence."""
    return "documents" if wanted.kind == "document" else f"runs_{wanted.source}"


def _columns(connection: DuckDBPyConnection) -> dict[str, dict[str, str]]:
    """Return table -> column -> type of everything that the connection holds."""
    found: dict[str, dict[str, str]] = {}
    rows = connection.execute("select table_name, column_name, data_type from duckdb_columns()")
    for table, column, kind in rows.fetchall():
        found.setdefault(table, {})[column] = kind
    return found


def _finite(name: str, known: Mapping[str, str]) -> str:
    """Return the column, without NaN and infinity."""
    column = _quoted(name)
    if known[name] in ("DOUBLE", "FLOAT"):
        return f"case when isfinite({column}) then {column} end"
    return f"{column}::double" if _is_number(known[name]) else column


def _is_number(kind: str) -> bool:
    return kind.startswith("DECIMAL") or kind.endswith(("INT", "INTEGER"))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _path(name: str) -> str:
    return '$."' + name.replace('"', '\\"') + '"'
