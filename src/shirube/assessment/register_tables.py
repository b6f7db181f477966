# SPDX-License-Identifier: Apache-2.0
"""Facts as tables of a register, loaded as NDJSON.

``profiles_<kind>``: ``subject`` and a column for each name of the vocabulary.
``runs_<measure>``: ``subject_kind``, ``subject``, ``declared_id``, ``arguments`` (JSON in the one
form of ``selecting.canonical``), ``index``, ``date``, ``known``, ``expires``, ``withdrawn``,
``withdrawn_on``, ``failed``, ``declared``, and for each value a DOUBLE, VARCHAR or BOOLEAN column
``values.<name>``.
``documents``: the same with ``source`` for the kind of document. ``explanations``: ``rule``,
``subject_kind``, ``subject``, ``date``, ``expires``; only those with an author and a reason.
"""

from __future__ import annotations

import math
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from shirube.assessment.register_asking import VALUE
from shirube.assessment.selecting import canonical
from shirube.terms.vocabulary import DOCUMENT_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from duckdb import DuckDBPyConnection

    from shirube.terms.fact import FactRow, Facts
    from shirube.terms.measurement import Scalar
    from shirube.terms.rule import Name, Vocabulary

_TYPES = {"number": "DOUBLE", "text": "VARCHAR", "boolean": "BOOLEAN", "date": "DATE"}
_RUN = {
    "subject_kind": "VARCHAR",
    "subject": "VARCHAR",
    "source": "VARCHAR",
    "declared_id": "VARCHAR",
    "arguments": "VARCHAR",
    "index": "BIGINT",
    "date": "DATE",
    "known": "DATE",
    "expires": "DATE",
    "withdrawn": "BOOLEAN",
    "withdrawn_on": "DATE",
    "failed": "BOOLEAN",
    "declared": "BOOLEAN",
}
_EXPLANATION = {
    "rule": "VARCHAR",
    "subject_kind": "VARCHAR",
    "subject": "VARCHAR",
    "date": "DATE",
    "expires": "DATE",
}


def table_types(vocabulary: Vocabulary) -> dict[str, dict[str, str]]:
    """Return every table that a register can have, with the types of its columns."""
    found = {
        f"profiles_{kind}": {
            "subject": "VARCHAR",
            **{name.name: _TYPES[name.type] for name in names},
        }
        for kind, names in vocabulary.profile.items()
    }
    for measure, names in vocabulary.sources.items():
        values = {VALUE + name: kind for name, kind in _value_types(names).items()}
        found[f"runs_{measure}"] = {**_RUN, **values}
    papers = {VALUE + name: kind for name, kind in _paper_types().items()}
    return {**found, "documents": {**_RUN, **papers}, "explanations": dict(_EXPLANATION)}


def load_register(
    connection: DuckDBPyConnection, many: Sequence[Facts], vocabulary: Vocabulary
) -> None:
    """Write the facts of many operators as tables; ids of subjects must be unique among them."""
    for kind, names in vocabulary.profile.items():
        types = {name.name: _TYPES[name.type] for name in names}
        rows = [
            {"subject": profile.subject.id, **_typed(profile.facts, types)}
            for facts in many
            for profile in facts.profiles
            if profile.subject.kind == kind
        ]
        _write(connection, f"profiles_{kind}", {"subject": "VARCHAR", **types}, rows)
    runs = [row for facts in many for row in facts.rows]
    for measure, names in vocabulary.sources.items():
        own = [row for row in runs if row.kind == "measurement" and row.source == measure]
        _write_runs(connection, f"runs_{measure}", _value_types(names), own)
    papers = [row for row in runs if row.kind == "document"]
    _write_runs(connection, "documents", _paper_types(), papers)
    _write(connection, "explanations", _EXPLANATION, _explanations(many))


def _paper_types() -> dict[str, str]:
    return {name.name.partition(".")[2]: _TYPES[name.type] for name in DOCUMENT_NAMES}


def _value_types(names: Iterable[Name]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in names:
        found[name.name] = _TYPES[name.type]
        if name.type == "number":
            found |= {f"{name.name}.{end}": "DOUBLE" for end in ("low", "high", "n")}
    return found


def _write_runs(
    connection: DuckDBPyConnection, table: str, types: Mapping[str, str], runs: Sequence[FactRow]
) -> None:
    columns = {VALUE + name: kind for name, kind in types.items()}
    _write(connection, table, {**_RUN, **columns}, [_run(row, types) for row in runs])


def _run(row: FactRow, types: Mapping[str, str]) -> dict[str, object]:
    return {
        "subject_kind": row.subject.kind,
        "subject": row.subject.id,
        "source": row.source,
        "declared_id": row.declared_id,
        "arguments": canonical(row.arguments),
        "index": row.index,
        "date": row.date,
        "known": row.known,
        "expires": row.expires,
        "withdrawn": bool(row.withdrawn),
        "withdrawn_on": row.withdrawn_on,
        "failed": bool(row.failure),
        "declared": row.declared,
        **{VALUE + name: value for name, value in _typed(row.values, types).items()},
    }


def _explanations(many: Sequence[Facts]) -> list[dict[str, object]]:
    return [
        {
            "rule": item.rule,
            "subject_kind": item.subject.kind,
            "subject": item.subject.id,
            "date": item.date,
            "expires": item.expires,
        }
        for facts in many
        for item in facts.explanations
        if item.author.strip() and item.reason.ja.strip() and item.reason.en.strip()
    ]


def _typed(values: Mapping[str, Scalar], types: Mapping[str, str]) -> dict[str, object]:
    """Return the values that have the type of their column; another type is not a fact."""
    return {name: _fitting(values.get(name), kind) for name, kind in types.items()}


def _fitting(value: Scalar, kind: str) -> Scalar:
    if isinstance(value, bool):
        return value if kind == "BOOLEAN" else None
    if isinstance(value, int | float):
        return _finite(value) if kind == "DOUBLE" else None
    return value if kind == "VARCHAR" else None


def _finite(value: float) -> float | None:
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _write(
    connection: DuckDBPyConnection,
    table: str,
    types: Mapping[str, str],
    rows: Sequence[Mapping[str, object]],
) -> None:
    columns = ", ".join(f'"{name}" {kind}' for name, kind in types.items())
    connection.execute(f"create or replace table {table} ({columns})")
    if not rows:
        return
    named = ", ".join(f"'{name}': '{kind}'" for name, kind in types.items())
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.ndjson"
        file.write_bytes(msgspec.json.Encoder().encode_lines(rows))
        connection.execute(
            f"insert into {table} select * from read_json(?, format = 'newline_delimited', "
            f"columns = {{{named}}})",
            [str(file)],
        )
