# SPDX-License-Identifier: Apache-2.0
"""A measure may look at further tables: named as data sets, given as sources, bound by digest."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from shirube import measures
from shirube.measures import parameters, registry
from shirube.terms.errors import Problems
from shirube.terms.manifest import Declaration
from shirube.terms.measurement import Input, Result, Value
from shirube.terms.rule import Name
from shirube.terms.source import Source, Table
from shirube.terms.text import Text

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
TITLE = Text("差", "difference")


def rows_missing(source: Source, *, original: Source, control: Source | None = None) -> Result:
    """Count how many rows fewer the table has than the original.

    Parameters
    ----------
    source
        The table.
    original
        The table it was made from.
    control
        A third table, if there is one.
    """
    assert control is None or isinstance(control, Stub)
    missing = (original.table.rows or 0) - (source.table.rows or 0)
    return Result(values=(Value(name="rows", value=missing),), sample_size=1, method=TITLE)


class Stub:
    """A source that knows its table and counts nothing."""

    def __init__(self, name: str, rows: int, digest: str) -> None:
        self.table = Table(
            dataset=name,
            files=(f"{name}.csv",),
            format="csv",
            rows=rows,
            digests=(digest,),
            sizes=(1,),
        )


@pytest.fixture(autouse=True)
def found(monkeypatch) -> None:
    measure = registry.Measure(
        name="rows_missing",
        version="1",
        subject="dataset",
        title=TITLE,
        description=TITLE,
        produces=(Name("rows", "number", TITLE),),
        parameters=parameters.parameters_of(rows_missing),
        function=rows_missing,
    )
    monkeypatch.setattr(registry, "get", lambda name: measure)


def declared(**arguments: object) -> Declaration:
    return Declaration(id="m", measure="rows_missing", dataset="release", arguments=arguments)


RELEASE, ORIGINAL = Stub("release", 4, "a" * 64), Stub("original", 6, "b" * 64)


def run(declaration: Declaration, original: Stub = ORIGINAL):
    return measures.run(
        declaration, RELEASE, engine="none", now=NOW, further={"original": original}
    )


READ = parameters.parameters_of(rows_missing)


def test_a_further_table_is_a_parameter_of_its_own_kind():
    kinds = [(each.name, each.type, each.required, each.optional) for each in READ]
    assert kinds == [("original", "table", True, False), ("control", "table", False, True)]


def test_the_declaration_names_data_sets():
    declaration = declared(original="training")
    assert measures.further_tables(declaration) == {"original": "training"}


def test_the_function_is_given_the_table_and_the_record_keeps_its_name_and_digest():
    made = run(declared(original="training"))
    assert made.failure == ""
    assert made.values[0].value == 2  # 6 - 4
    assert made.arguments == {"original": "training", "control": None}
    assert made.inputs == (
        Input(name="release.csv", sha256="a" * 64, bytes=1, rows=4),
        Input(name="original.csv", sha256="b" * 64, bytes=1, rows=6, role="original"),
    )


def test_other_contents_of_a_further_table_make_another_key():
    declaration = declared(original="training")
    changed = Stub("original", 6, "c" * 64)
    assert run(declaration).key != run(declaration, changed).key
    assert run(declaration).key == measures.key_of(
        declaration, RELEASE.table, {"original": ORIGINAL.table}
    )


def test_which_table_stands_for_which_parameter_is_part_of_the_key():
    def key(**further: Stub) -> str:
        named = declared(original="x", control="x")
        tables = {name: stub.table for name, stub in further.items()}
        return measures.key_of(named, RELEASE.table, tables)

    other = Stub("original", 6, "c" * 64)
    assert key(original=ORIGINAL, control=other) != key(original=other, control=ORIGINAL)


@pytest.mark.parametrize(
    ("given", "told"),
    [({}, "needs the argument original"), ({"original": 3}, "expected is the id of a data set")],
)
def test_a_missing_or_mistyped_table_is_told(given, told):
    with pytest.raises(Problems, match=told):
        measures.further_tables(declared(**given))


def test_the_measured_table_has_no_role():
    assert msgspec.structs.asdict(run(declared(original="t")).inputs[0])["role"] == ""
