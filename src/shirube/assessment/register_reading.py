# SPDX-License-Identifier: Apache-2.0
"""A register at rest: its tables as files of a folder, written, read and held against the forms."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from shirube.assessment.register_asking import VALUE
from shirube.assessment.register_tables import table_types
from shirube.terms.errors import Problem, Problems
from shirube.terms.fact import FactRow, Facts, Profile
from shirube.terms.subject import Subject
from shirube.texts import _
from shirube.texts.suggestion import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from duckdb import DuckDBPyConnection

    from shirube.assessment.register import Register
    from shirube.terms.rule import Vocabulary
    from shirube.terms.subject import SubjectKind

_SUFFIX = ".parquet"
_NEEDED = {"profiles": ("subject",), "runs": ("subject_kind", "subject", "declared_id", "date"),
           "documents": ("subject_kind", "subject", "source", "date"),
           "explanations": ("rule", "subject_kind", "subject", "date", "expires")}  # fmt: skip


def write_register(connection: DuckDBPyConnection, folder: Path) -> tuple[Path, ...]:
    """Write every table of the register that has rows as ``<table>.parquet``; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for table in _tables(connection):
        row = connection.execute(f"select count(*) from {table}").fetchone()
        if row and row[0]:
            file = folder / f"{table}{_SUFFIX}"
            connection.execute(f"copy {table} to {_text(str(file))} (format parquet)")
            made.append(file)
    return tuple(made)


class Held(msgspec.Struct, frozen=True):
    """The files of one table of a register, and the types that its columns have to have.

    ``columns`` are those that the files hold; the others of ``form`` are NULL.
    """

    files: tuple[Path, ...]
    columns: frozenset[str]
    form: dict[str, str]


def register_files(place: Path, vocabulary: Vocabulary) -> dict[str, Held]:
    """Return the tables of a register in a folder of Parquet files, or of one file of profiles.

    A table may also be a folder of files, as Spark writes one.

    Raises
    ------
    Problem, Problems
        There is no file, a file is no table of a register or cannot be read, a column is unknown,
        lacking or of another type.
    """
    import duckdb

    listed = sorted(place.glob(f"*{_SUFFIX}")) if place.is_dir() else [place]
    if not listed or not all(each.exists() for each in listed):
        raise Problem(
            _("There is no register here."),
            where=str(place),
            why=_("A register is a folder of Parquet files, one for each table of facts."),
            remedy=_("Write one with: shirube rules register OUT FOLDER…"),
        )
    forms = table_types(vocabulary)
    found: dict[str, Held] = {}
    problems: list[Problem] = []
    with closing(duckdb.connect()) as connection:
        for each in listed:
            try:
                found[each.stem] = _held(connection, each, forms)
            except Problem as problem:
                problems.append(problem)
            except Problems as several:
                problems += several.problems
    if problems:
        raise Problems(problems)
    if not any(name.startswith("profiles_") for name in found):
        raise Problem(
            _("The register has no subjects."),
            where=str(place),
            remedy=_("Add a file profiles_system.parquet, profiles_dataset.parquet or another."),
        )
    return found


def open_register(connection: DuckDBPyConnection, place: Path, vocabulary: Vocabulary) -> None:
    """Make the tables of a register known to DuckDB, which reads only what is asked of them.

    Raises what ``register_files`` raises.
    """
    for table, held in register_files(place, vocabulary).items():
        columns = ", ".join(
            f"{_quoted(name) if name in held.columns else 'null'}::{kind} as {_quoted(name)}"
            for name, kind in held.form.items()
        )
        files = ", ".join(_text(str(file)) for file in held.files)
        connection.execute(
            f"create or replace view {table} as select {columns} from read_parquet([{files}])"
        )


def read_facts(register: Register, kind: SubjectKind, subjects: Sequence[str]) -> Facts:
    """Return the facts of a few subjects of a register as records."""
    if not subjects:
        return Facts(profiles=(), rows=())
    literal = register.dialect.literal
    named = f"subject in ({', '.join(map(literal, subjects))})"
    profiles = [
        Profile(
            subject=Subject(kind, row["subject"]),
            facts={name: value for name, value in row.items() if name != "subject"},
        )
        for row in register.rows(f"select * from profiles_{kind} where {named}")
    ]
    runs: list[FactRow] = []
    for table in register.tables():
        if table == "documents" or table.startswith("runs_"):
            query = f"select * from {table} where subject_kind = {literal(kind)} and {named}"
            runs += [_run(kind, table, row) for row in register.rows(query)]
    return Facts(profiles=tuple(profiles), rows=tuple(sorted(runs, key=lambda row: row.index)))


def _run(kind: SubjectKind, table: str, row: Mapping[str, Any]) -> FactRow:
    document = table == "documents"
    return FactRow(
        subject=Subject(kind, row["subject"]),
        kind="document" if document else "measurement",
        source=row["source"] if document else table.removeprefix("runs_"),
        declared_id=row["declared_id"],
        arguments=msgspec.json.decode(row["arguments"] or "{}"),
        values={n.removeprefix(VALUE): v for n, v in row.items() if n.startswith(VALUE)},
        date=row["date"],
        known=row["known"],
        expires=row["expires"],
        index=row["index"] or 0,
        sha256="",
        withdrawn="withdrawn" if row["withdrawn"] else "",
        withdrawn_on=row["withdrawn_on"],
        failure="failed" if row["failed"] else "",
        declared=row["declared"] is not False,
    )


def _held(
    connection: DuckDBPyConnection, place: Path, forms: Mapping[str, Mapping[str, str]]
) -> Held:
    import duckdb

    form = forms.get(place.stem)
    if form is None:
        raise Problem(
            _("{name} is no table of a register.").format(name=place.name),
            where=str(place),
            remedy=did_you_mean(place.stem, forms)
            or _("Tables are: {names}.").format(names=", ".join(sorted(forms)[:12])),
        )
    files = tuple(sorted(place.glob(f"*{_SUFFIX}"))) if place.is_dir() else (place,)
    listed = ", ".join(_text(str(file)) for file in files)
    try:
        described = connection.execute(f"describe select * from read_parquet([{listed}])")
    except duckdb.Error as error:
        raise Problem(
            _("The file is no Parquet file that can be read."),
            where=str(place),
            why=str(error).splitlines()[0][:200],
            remedy=_("Write or copy the file again."),
        ) from error
    known = {str(row[0]): str(row[1]) for row in described.fetchall()}
    problems = list(_misfits(place, known, form))
    if problems:
        raise Problems(problems)
    return Held(files, frozenset(known), dict(form))


def _misfits(file: Path, known: Mapping[str, str], form: Mapping[str, str]) -> Iterator[Problem]:
    needed = _NEEDED[file.stem.partition("_")[0]]
    for name in needed:
        if name not in known:
            yield Problem(
                _("The column {name} is missing.").format(name=name),
                where=str(file),
                why=_("Without it nobody could tell whose fact this is, and since when."),
                remedy=_("Columns of this table are: {names}.").format(names=", ".join(needed)),
            )
    for name, kind in known.items():
        if name not in form:
            yield Problem(
                _("The column {name} is not known here.").format(name=name),
                where=str(file),
                remedy=did_you_mean(name, form) or _("Take it out, or correct its name."),
            )
        elif not _fits(kind, form[name]):
            yield Problem(
                _("The column {name} is of type {found}, expected is {wanted}.").format(
                    name=name, found=kind, wanted=form[name]
                ),
                where=str(file),
                why=_("A value of another type would count as unknown, without a word."),
            )


def _fits(found: str, wanted: str) -> bool:
    if found in (wanted, '"NULL"'):
        return True
    whole = found.endswith(("INT", "INTEGER"))
    return wanted in ("DOUBLE", "BIGINT") and (
        whole or (wanted == "DOUBLE" and found.startswith(("DECIMAL", "FLOAT")))
    )


def _tables(connection: DuckDBPyConnection) -> list[str]:
    rows = connection.execute("select table_name from duckdb_tables() order by all").fetchall()
    return [name for (name,) in rows if name.partition("_")[0] in _NEEDED]


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
