# SPDX-License-Identifier: Apache-2.0
"""150 rules x 1,000,000 subjects in SQL (goal: 5 s), and one subject (goal: 0.1 s).

A changed pack of 300 rules is tried on the same register, from its Parquet files: old and new
findings, who moves and why (goal: 15 s on two cores, 2 GiB); once with thresholds that many rules
share, and once with none alike. Counted are the seconds of both cores together, which is stricter
than the clock of an idle machine; the clock is told as well.

The conditions of the 150 rules are then judged by cel-python and by regopy (Rego), which have two
values: their scripts say how the third is put into words.

The register is drawn in DuckDB: one profile a subject, one anonymity run, one personal-data run
(every tenth measured twice), one document for nine in ten. A third of the rules looks at the
manifest, a third at anonymity, the rest at personal data and documents. Before anything is timed,
1,000 subjects are judged one by one and must have the same outcomes.

    python bench/bench_rules.py [SUBJECTS]
"""

from __future__ import annotations

import datetime as dt
import json
import random
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import msgspec

import ratio
from shirube import assessment, measures, rules
from shirube.assessment.register_outcomes import CODES
from shirube.rules import planes
from shirube.terms.fact import FactRow, Facts, Profile
from shirube.terms.finding import Outcome
from shirube.terms.rule import DatedValue, Pack, Rule, Wanted
from shirube.terms.subject import Subject
from shirube.terms.text import Text
from shirube.terms.trial import Trial
from shirube.terms.vocabulary import DOCUMENT_NAMES, PROFILE_NAMES

RULES, TRIED, SUBJECTS, CHECKED, COMPARED = 150, 300, 1_000_000, 1_000, 50
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


def unlike(rules: int) -> Pack:
    """Return the pack with a threshold of its own for every rule: little can be shared."""
    draw, own = random.Random(2), pack(rules)
    return msgspec.structs.replace(own, rules=tuple(_set(r, draw.uniform(0, 8)) for r in own.rules))


def _set(rule: Rule, limit: float) -> Rule:
    (dated,) = rule.values["limit"]
    return msgspec.structs.replace(
        rule, values={"limit": (msgspec.structs.replace(dated, value=limit),)}
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
    stricter = (_set(rule, float(rule.values["limit"][0].value) + 2) for rule in own.rules)
    return msgspec.structs.replace(own, rules=tuple(stricter))


def try_change(place: Path, small: Path, known: Facts, old: Pack, told: str) -> None:
    """Try a change on a register at rest, as ``shirube rules try`` does; a small one comes first.

    On the small one the moves must be those of judging everybody twice, one by one.
    """
    new = changed(old)
    ways = [
        {(f.subject.id, f.rule): f.outcome for f in assessment.assess(known, [each], ON)}
        for each in (old, new)
    ]
    expected = Counter((rule, ways[0][who, rule], ways[1][who, rule]) for who, rule in ways[0])
    few = tried(small, old, new)
    found = Counter({(move.rule, move.old, move.new): move.count for move in few.moves})
    moving = Counter({key: count for key, count in expected.items() if key[1] is not key[2]})
    ratio.print_equal(f"{told}: moves at once and one by one", found == moving)
    clock = time.perf_counter()
    timing = ratio.measure(lambda: tried(place, old, new), repeat=1)
    clock = time.perf_counter() - clock
    moved = sum(move.count for move in timing.result.moves)
    whole = len(old.rules) * timing.result.subjects["dataset"]
    told_for = f"({moved:,} of {whole:,} findings move)"
    ratio.print_equal(f"{told}: every finding", moved + timing.result.stay == whole, told_for)
    ratio.print_ratio(f"{told}, share of 15 s of both cores", timing, TRYING, "<= 1")
    ratio.print_told(f"{told}, share of 15 s of the clock", clock, TRYING, of="ours")


def tried(place: Path, old: Pack, new: Pack) -> Trial:
    with duckdb.connect() as connection:
        connection.execute("set threads = 2")
        connection.execute("set memory_limit = '1500MB'")
        assessment.open_register(connection, place, measures.vocabulary())
        register = assessment.DuckDBRegister(connection)
        return assessment.try_pack(register, old, new, ON, ("dataset.role", "operator.size"))


def written(connection: duckdb.DuckDBPyConnection, name: str, subjects: int) -> Path:
    """Write the register, or its first subjects, as ``shirube rules register`` does."""
    folder = ratio.data_folder() / f"register-{name}"
    folder.mkdir(exist_ok=True)
    for table in ("profiles_dataset", "runs_anonymity", "runs_personal_data", "documents"):
        connection.execute(
            f"copy (from {table} where subject in (select 'd' || i from range({subjects}) t(i)))"
            f" to '{folder / table}.parquet' (format parquet)"
        )
    return folder


def same(whole: assessment.DuckDBRegister, own: Pack, known: Facts) -> bool:
    """Tell whether the register and the single assessment give the same outcomes."""
    found = assessment.assess(known, [own], ON)
    expected = {(item.subject.id, item.rule): item.outcome for item in found}
    (at_once,) = assessment.assess_register(whole, [own], ON).values()
    place = {subject: at for at, subject in enumerate(at_once.subjects)}
    return expected == {
        (subject, rule): CODES[at_once.codes[rule][place[subject]]] for subject, rule in expected
    }


def peers(own: Pack, known: Facts, judgement: float) -> None:
    """Judge the same conditions on the same facts with other policy engines.

    ``judgement`` are the seconds that one judgement of a register costs.

    What a condition says is theirs too; what counts as evidence (the latest run, its age, whether
    it was withdrawn) is ours alone and left out on both sides. Compiling is not counted.
    """
    rows = [_row(known, profile) for profile in known.profiles[:COMPARED]]
    trees = [
        tuple(planes.with_values(tree, rules.thresholds(rule, ON)) for tree in
              (rule.applies_tree, rule.shown_tree))
        for rule in own.rules
    ]  # fmt: skip
    one_by_one = ratio.measure(
        lambda: [[_code(applies, shown, row) for applies, shown in trees] for row in rows]
    )
    given = ratio.data_folder() / "conditions.json"
    given.write_text(json.dumps({"rules": trees, "rows": rows}), encoding="utf-8")
    told = f"{len(trees)} rules x {len(rows)} subjects, condition by condition"
    for name in ("cel_python", "regopy"):
        if answer := ratio.peer(name, str(given)):
            theirs = ratio.peer_timing(answer)
            equal = theirs.result == one_by_one.result
            if ratio.print_equal(f"{told}: {name}", equal):
                ratio.print_told(f"{told}: {name} / ours", one_by_one, theirs, of="theirs")
                at_once = judgement * len(trees) * len(rows)
                ratio.print_told(f"as many of a register's: {name} / ours", at_once, theirs,
                                 of="theirs")  # fmt: skip


def _row(known: Facts, profile: Profile) -> dict[str, Any]:
    """Return a subject's profile and its latest runs under the names of conditions."""
    row = dict(profile.facts)
    for run in sorted(known.rows, key=lambda run: run.index):
        if run.subject == profile.subject:
            source = "document" if run.kind == "document" else run.source
            row |= {f"{source}.{name}": value for name, value in run.values.items()}
    return row


def _code(applies: Any, shown: Any, row: dict[str, Any]) -> int:
    stands = rules.judge(applies, row)
    if stands is not True:
        return CODES.index(Outcome.NOT_JUDGED if stands is None else Outcome.NOT_APPLICABLE)
    found = {True: Outcome.SHOWN, False: Outcome.NOT_SHOWN, None: Outcome.NOT_JUDGED}
    return CODES.index(found[rules.judge(shown, row)])


def main() -> int:
    subjects = int(sys.argv[1]) if len(sys.argv) > 1 else SUBJECTS
    own = pack()
    with duckdb.connect() as connection:
        connection.execute("set threads = 2")
        connection.execute("set memory_limit = '1500MB'")
        register(connection, subjects)
        places = [written(connection, *each) for each in (("all", subjects), ("few", CHECKED))]
        whole = assessment.DuckDBRegister(connection)
        known = facts(connection, CHECKED)
        ratio.print_equal(
            "rules at once and one by one", same(whole, own, known), f"({CHECKED} subjects)"
        )
        clock = time.perf_counter()
        many = ratio.measure(lambda: assessment.assess_register(whole, [own], ON))
        clock = (time.perf_counter() - clock) / len(many.runs)
    told = f"{RULES} rules x {subjects:,} subjects"
    ratio.print_ratio(f"{told}, share of 5 s of both cores", many, MANY, "<= 1")
    ratio.print_told(f"{told}, share of 5 s of the clock", clock, MANY, of="ours")
    try_change(*places, known, pack(TRIED), f"{TRIED} rules, old against new")
    try_change(*places, known, unlike(TRIED), f"{TRIED} rules, no two alike")
    ratio.print_ratio("peak memory of all this", ratio.peak_mib(), MEMORY_MIB, "<= 1", unit="MiB")
    one = Subject("dataset", "d7")
    alone = Facts(
        profiles=tuple(item for item in known.profiles if item.subject == one),
        rows=tuple(row for row in known.rows if row.subject == one),
    )
    single = ratio.measure(lambda: assessment.assess(alone, [own], ON), repeat=5)
    ratio.print_ratio(f"{RULES} rules x 1 subject, share of 0.1 s", single, ONE, "<= 1")
    peers(own, known, many.cpu / (RULES * subjects))
    return ratio.finish()


if __name__ == "__main__":
    sys.exit(main())
