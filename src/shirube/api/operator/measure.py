# SPDX-License-Identifier: Apache-2.0
"""Run one measure on tables, without a manifest and without sealing: to look, not to show."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from shirube import catalogue, engines, measures
from shirube.api.clock import now
from shirube.engines import databases
from shirube.terms.errors import Problem
from shirube.terms.manifest import Dataset, Declaration, Manifest, Operator
from shirube.terms.place import Place
from shirube.terms.text import Text
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shirube.catalogue import Describes
    from shirube.measures import Measure
    from shirube.terms.measurement import Measurement
    from shirube.terms.source import Progress, Table


def measure_names() -> tuple[str, ...]:
    """Return the names of the measures that are here."""
    return measures.names()


def describe_measure(name: str) -> Measure:
    """Return a measure with its parameters, so that a face can ask for them."""
    return measures.get(name)


def measure(
    name: str,
    files: Sequence[Path | str],
    arguments: dict[str, object],
    *,
    further: Mapping[str, Path | str] | None = None,
    seed: int = 0,
    encoding: str | None = None,
    engine: str | None = None,
    relation: str | None = None,
    progress: Progress | None = None,
) -> Measurement:
    """Measure files as one table; what the measure refuses is raised, as nothing is sealed.

    Parameters
    ----------
    name, arguments, seed
        The measure and what it is given.
    files
        The files of one table, or one database: a file or a server's address.
    further
        The place of each further table by the name of its parameter.
    encoding
        Of CSV files; None finds it out.
    engine
        The engine that must count; None takes the one where the data are.
    relation
        The table of the database; None where it has only one, or where the place names it
        (``app.sqlite#people``).
    progress
        Told what is being done.
    """
    with engines.open_engine(engine) as counting:
        table = table_of(files, counting, encoding, progress, relation=relation)
        others = {
            parameter: table_of((file,), counting, encoding, progress)
            for parameter, file in (further or {}).items()
        }
        named = {parameter: other.dataset for parameter, other in others.items()}
        declaration = Declaration(
            id=name, measure=name, dataset=table.dataset, arguments=arguments | named, seed=seed
        )
        return measures.run(
            declaration,
            counting.source(table, progress=progress),
            engine=counting.told(table),
            now=now(),
            further={
                parameter: counting.source(other, progress=progress)
                for parameter, other in others.items()
            },
            progress=progress,
            record_failure=False,
        )


def table_of(
    files: Sequence[Path | str],
    engine: Describes,
    encoding: str | None,
    progress: Progress | None,
    *,
    relation: str | None = None,
) -> Table:
    """Resolve files, or the table of a database, as a data set of a manifest that has no other."""
    dataset = _dataset(files, encoding, relation)
    # There is no manifest: what is told is told of the file or the database.
    told = databases.name_of(dataset.database) if dataset.database else str(files[0])
    return resolved(dataset, _folder(files), engine, progress, told=told)


def resolved(
    dataset: Dataset, folder: Path, engine: Describes, progress: Progress | None, *, told: str
) -> Table:
    """Return the table of a data set that no manifest declares; problems name ``told``."""
    nobody = Operator(id="nobody", name=Text("", ""), kind=None)
    declared = Manifest(file=told, operator=nobody, datasets=(dataset,))
    try:
        return catalogue.resolve(declared, folder, engine, progress=progress)[dataset.id]
    except Problem as problem:
        # There is no manifest here whose key a person could look up.
        if isinstance(problem.where, Place):
            problem.where = msgspec.structs.replace(problem.where, key="")
        raise


def _dataset(files: Sequence[Path | str], encoding: str | None, relation: str | None) -> Dataset:
    first, named = databases.parted(files[0])
    relation = relation or named
    if not databases.is_database(first):
        if relation is not None:
            raise Problem(
                _("{file} is no database, so it has no table {name}.").format(
                    file=Path(first).name, name=relation
                ),
                remedy=_("Name a DuckDB or SQLite file, or postgresql://user@host/database."),
            )
        paths = [Path(file) for file in files]
        return Dataset(
            id=paths[0].stem,
            title=Text(paths[0].stem, paths[0].stem),
            files=tuple(str(path.absolute()) for path in paths),
            encoding=encoding,
        )
    if len(files) > 1:
        raise Problem(
            _("A database is measured by itself; {count} places are named.").format(
                count=len(files)
            ),
            remedy=_("Name one database."),
        )
    name = databases.name_of(first)
    return Dataset(
        id=relation or name,
        title=Text(name, name),
        database=first if isinstance(first, str) else str(first.absolute()),
        table=relation,
    )


def _folder(files: Sequence[Path | str]) -> Path:
    """Return the folder that names of files are told from."""
    first = files[0]
    return first.parent if isinstance(first, Path) else Path()
