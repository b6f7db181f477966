# SPDX-License-Identifier: Apache-2.0
"""Run one measure on tables, without a manifest and without sealing: to look, not to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from shirube import catalogue, engines, measures
from shirube.api.clock import now
from shirube.terms.errors import Problem
from shirube.terms.manifest import Dataset, Declaration, Manifest, Operator
from shirube.terms.place import Place
from shirube.terms.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from shirube.engines.port import Engine
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
    files: Sequence[Path],
    arguments: dict[str, object],
    *,
    further: Mapping[str, Path] | None = None,
    seed: int = 0,
    encoding: str | None = None,
    progress: Progress | None = None,
) -> Measurement:
    """Measure files as one table; a failure is raised, since nothing is sealed to hold it.

    ``further`` holds the file of each further table by the name of its parameter.
    """
    with engines.open_engine() as engine:
        table = table_of(files, engine, encoding, progress)
        others = {
            parameter: table_of((file,), engine, encoding, progress)
            for parameter, file in (further or {}).items()
        }
        named = {parameter: other.dataset for parameter, other in others.items()}
        declaration = Declaration(
            id=name, measure=name, dataset=table.dataset, arguments=arguments | named, seed=seed
        )
        made = measures.run(
            declaration,
            engine.source(table, progress=progress),
            engine=f"{engine.name} {engine.version}",
            now=now(),
            further={
                parameter: engine.source(other, progress=progress)
                for parameter, other in others.items()
            },
            progress=progress,
        )
    if made.failure:
        raise Problem(made.failure)
    return made


def table_of(
    files: Sequence[Path], engine: Engine, encoding: str | None, progress: Progress | None
) -> Table:
    """Resolve files as one data set of a manifest that says nothing else."""
    name = files[0].stem
    dataset = Dataset(
        id=name,
        title=Text(name, name),
        files=tuple(str(file.absolute()) for file in files),
        encoding=encoding,
    )
    nobody = Operator(id="nobody", name=Text("", ""), kind=None)
    declared = Manifest(file=str(files[0]), operator=nobody, datasets=(dataset,))
    try:
        return catalogue.resolve(declared, files[0].parent, engine, progress=progress)[name]
    except Problem as problem:
        # There is no manifest here whose key a person could look up.
        if isinstance(problem.where, Place):
            problem.where = msgspec.structs.replace(problem.where, key="")
        raise
