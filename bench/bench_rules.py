# SPDX-License-Identifier: Apache-2.0
"""150 rules x 1,000,000 subjects in SQL (goal: 5 s), and one subject (goal: 0.1 s).

A changed pack of 300 rules is tried on the same register: old and new findings, who moves and why
(goal: 15 s on two cores, 2 GiB).

The register is drawn in DuckDB: one profile a subject, one anonymity run, one personal-data run
(every tenth measured twice), one document for nine in ten. A third of the rules looks at the
manifest, a third at anonymity, the rest at personal data and documents. Before anything is timed,
1,000 subjects are judged one by one and must have the same outcomes.

    python bench/bench_rules.py [SUBJECTS]
"""

from __future__ import annotations

import datetime as dt
import random
import sys
from typing import Any

import duckdb
import msgspec

import ratio
from shirube import assessment, rules
from shirube.assessment.register_outcomes import CODES
from shirube.terms.fact import FactRow, Facts, Profile
from shirube.terms.rule import DatedValue, Pack, Rule, Wanted
from shirube.terms.subject import Subject
from shirube.terms.text import Text
from shirube.terms.vocabulary import DOCUMENT_NAMES, PROFILE_NAMES

RULES, TRIED, SUBJECTS, CHECKED = 150, 300, 1_000_000, 1_000
MANY, ONE, TRYING, MEMORY_MIB = 5.0, 0.1, 15.0, 2048
ON = dt.date(2026, 11, 1)
WORDS = Text("文", "words")
NAMES: dict[str, Any] = {
    **{name.name: name.type for name in (*PROFILE_NAMES["dataset"], *DOCUMENT_NAMES)},
    **{f"anonymity.{name}": "number" for name in ("k", "unique_share", "t_equal", "l_distinct")},
    **{f"personal_data.{name}": "number" for name in ("hits", "rows", "columns_with_hits")},
    "value.limit": "number",
}
APPLIES = (
    "true",
    "dataset.legal_route = 'anonymised'",
    "dataset.personal_data and dataset.role in ('release', 'log')",
    "operator.role_provider or dataset.synthetic is null",
)
SHOWN = {
    "manifest": (
        "dataset.quasi_identifiers <= value.limit",
        "dataset.source_known and dataset.licence_known",
    ),
    "anonymity": (
        "anonymity.k >= value.limit and anonymity.unique_share < 0.05",
        "anonymity.t_equal * 2 + 0.1 <= value.limit",
    ),
    "personal_data": (
        "personal_data.hits = 0",
        "personal_data.hits * 100 < personal_data.rows * value.limit",
    ),
    "document": ("document.present and document.approved", "document.published"),
}
SOURCES = (
    *("manifest", "anonymity", "personal_data") * 40,
    *("manifest", "anonymity", "document") * 10,
)


def pack(rules: int = RULES) -> Pack:
    draw = random.Random(1)
    kinds = (SOURCES * 2)[:rules]
    own = tuple(_rule(number, kind, draw) for number, kind in enumerate(kinds))
    return Pack(
        id="bench", title=WORDS, issuer=WORDS, version="1", instrument_url="", start=ON, rules=own
    )


def _rule(number: int, kind: str, draw: random.Random) -> Rule:
    kinds = {"manifest": "manifest", "document": "document"}
    source = {"document": "governance_policy"}.get(kind, kind)
    condition, applies = draw.choice(SHOWN[kind]), draw.choice(APPLIES)
    limit = DatedValue(
        start=dt.date(2026, 1, 1), value=draw.choice([1, 3, 5]), footing="own-policy", reason=WORDS
    )
    return Rule(
        id=f"r{number}", pack="bench", title=WORDS, expectation=WORDS, citations=(),
        addressee="operator", footing="own-policy", status="in-force", confidence="high",
        start=dt.date(2026, 1, 1), end=None, subject="dataset", applies=applies,
        wanted=Wanted(kind=kinds.get(kind, "measurement"), source=source),  # type: ignore[arg-type]
        over="every", shown=condition, next_step=WORDS, effort="hours", values={"limit": (limit,)},
        lifetime_days=draw.choice([None, 180]),
        applies_tree=rules.compile_condition(applies, NAMES, nullable=frozenset(NAMES)),
        shown_tree=rules.compile_condition(condition, NAMES),
    )  # fmt: skip


_RUN = """subject_kind: 'dataset', subject: 'd' || i, source: '{source}', declared_id: 'm',
    arguments: '{{}}', index: i, date: date '2026-10-30' - (hash(i, 1) % 300)::int,
    known: null::date, expires: null::date, withdrawn: false, withdrawn_on: null::date,
    failed: hash(i, 2) % 50 = 0, declared: true"""


def register(connection: duckdb.DuckDBPyConnection, subjects: int) -> None:
    """Draw the tables of a register."""
    columns = []
    for at, name in enumerate(PROFILE_NAMES["dataset"]):
        null = f"case when hash(i, {at}) % 10 > 0 then "
        words = "['anonymised', 'release', 'log', 'other']"
        kind = {
            "number": f"(hash(i, {at}, 1) % 8)::double end",
            "boolean": f"hash(i, {at}, 1) % 3 > 0 end",
            "text": f"{words}[1 + (hash(i, {at}, 1) % 4)::int] end",
        }[name.type]
        columns.append(f'{null}{kind} as "{name.name}"')
    connection.execute(
        f"create table profiles_dataset as select 'd' || i as subject, {', '.join(columns)} "
        f"from range({subjects}) t(i)"
    )
    _runs(connection, "runs_anonymity", "anonymity", subjects, ("k", "unique_share", "t_equal"))
    _runs(connection, "runs_personal_data", "personal_data", subjects, ("hits", "rows"))
    connection.execute(
        "insert into runs_personal_data select * replace (index + 10000000 as index) "
        "from runs_personal_data where index % 10 = 0"
    )
    _runs(
        connection, "documents", "governance_policy", subjects, ("present", "approved", "published")
    )
    connection.execute("delete from documents where index % 10 = 3")


def _runs(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    source: str,
    subjects: int,
    names: tuple[str, ...],
) -> None:
    value = "hash(i, '{n}') % 3 > 0" if table == "documents" else "(hash(i, '{n}') % 12)::double"
    values = ", ".join(f'{value.format(n=name)} as "values.{name}"' for name in names)
    connection.execute(
        f"create table {table} as select r.*, {values} from (select i, "
        f"unnest({{{_RUN.format(source=source)}}}) from range({subjects}) t(i)) r"
    )
    connection.execute(f"alter table {table} drop column i")


def facts(connection: duckdb.DuckDBPyConnection, count: int) -> Facts:
    """Read the first subjects back as records."""
    wanted = f"subject in (select 'd' || i from range({count}) t(i))"
    profiles = [
        Profile(
            subject=Subject("dataset", row["subject"]),
            facts={name: value for name, value in row.items() if name != "subject"},
        )
        for row in _rows(connection, f"select * from profiles_dataset where {wanted}")
    ]
    runs = [
        _run(row, "document" if table == "documents" else "measurement")
        for table in ("runs_anonymity", "runs_personal_data", "documents")
        for row in _rows(connection, f"select * from {table} where {wanted}")
    ]
    return Facts(profiles=tuple(profiles), rows=tuple(runs))


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    cursor = connection.execute(query)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _run(row: dict[str, Any], kind: str) -> FactRow:
    values = {n.removeprefix("values."): v for n, v in row.items() if n.startswith("values.")}
    return FactRow(
        subject=Subject("dataset", row["subject"]), kind=kind, source=row["source"],
        declared_id=row["declared_id"], arguments={}, values=values, date=row["date"],
        index=row["index"], sha256="", failure="failed" if row["failed"] else "",
    )  # fmt: skip


def changed(own: Pack) -> Pack:
    """Return the pack with a stricter threshold in every rule: the dearest change there is."""
    stricter = (
        msgspec.structs.replace(
            rule,
            values={
                name: tuple(
                    msgspec.structs.replace(one, value=float(one.value) + 2) for one in dated
                )
                for name, dated in rule.values.items()
            },
        )
        for rule in own.rules
    )
    return msgspec.structs.replace(own, rules=tuple(stricter))


def try_change(connection: duckdb.DuckDBPyConnection, known: Facts) -> None:
    """Try a change on the whole register, and hold its moves against single assessments."""
    old = pack(TRIED)
    new = changed(old)
    by = ("dataset.role", "operator.size")
    timing = ratio.measure(lambda: assessment.try_pack(connection, old, new, ON, by), repeat=1)
    wanted = f"subject in (select 'd' || i from range({CHECKED}) t(i))"
    pairs = {
        (row["subject"], name): divmod(code, len(CODES) + 1)
        for row in _rows(connection, f"select * from moves_dataset where {wanted}")
        for name, code in row.items()
        if name not in ("subject", "words")
    }
    sides = [assessment.assess(known, [each], ON) for each in (old, new)]
    expected = [{(f.subject.id, f.rule): CODES.index(f.outcome) for f in side} for side in sides]
    equal = pairs == {key: (expected[0][key], expected[1][key]) for key in expected[0]}
    moved = sum(move.count for move in timing.result.moves)
    ratio.print_equal("old and new outcomes in SQL and one by one", equal, f"({moved:,} move)")
    name = f"{TRIED} rules, old against new, on the same subjects, share of 15 s"
    ratio.print_ratio(name, timing, TRYING, "<= 1")
    ratio.print_ratio("peak memory of all this", ratio.peak_mib(), MEMORY_MIB, "<= 1", unit="MiB")


def same(connection: duckdb.DuckDBPyConnection, own: Pack, known: Facts) -> bool:
    """Tell whether SQL and the single assessment give the same outcomes."""
    found = assessment.assess(known, [own], ON)
    expected = {(item.subject.id, item.rule): item.outcome for item in found}
    wanted = f"subject in (select 'd' || i from range({CHECKED}) t(i))"
    seen = {
        (row["subject"], name): CODES[code]
        for row in _rows(connection, f"select * from findings_dataset where {wanted}")
        for name, code in row.items()
        if name != "subject"
    }
    return seen == expected


def main() -> int:
    subjects = int(sys.argv[1]) if len(sys.argv) > 1 else SUBJECTS
    own = pack()
    with duckdb.connect() as connection:
        connection.execute("set threads = 2")
        connection.execute("set memory_limit = '1500MB'")
        register(connection, subjects)
        assessment.assess_register(connection, [own], ON)
        known = facts(connection, CHECKED)
        ratio.print_equal(
            "rules in SQL and one by one", same(connection, own, known), f"({CHECKED} subjects)"
        )
        many = ratio.measure(lambda: assessment.assess_register(connection, [own], ON))
        try_change(connection, known)
    # CPU seconds of all cores: when they stay below the goal, so does the clock on an idle machine.
    ratio.print_ratio(f"{RULES} rules x {subjects:,} subjects, share of 5 s", many, MANY, "<= 1")
    one = Subject("dataset", "d7")
    alone = Facts(
        profiles=tuple(item for item in known.profiles if item.subject == one),
        rows=tuple(row for row in known.rows if row.subject == one),
    )
    single = ratio.measure(lambda: assessment.assess(alone, [own], ON), repeat=5)
    ratio.print_ratio(f"{RULES} rules x 1 subject, share of 0.1 s", single, ONE, "<= 1")
    return ratio.finish()


if __name__ == "__main__":
    sys.exit(main())
