# SPDX-License-Identifier: Apache-2.0
"""One sealed measurement, run again on the files at hand as its record says it was run.

The record holds measure, arguments, seed and the digests of the files. How their bytes were read
(format and encoding) it holds as part of its key only, which is a digest: of the few ways that
there are, the one that gives the key is the one. Where none does, because the method has another
version by now, the files tell, as they do in a check.
"""

from __future__ import annotations

from itertools import islice, product
from typing import TYPE_CHECKING, Final

import msgspec

from shirube import measures
from shirube.api.clock import now
from shirube.api.operator.measure import resolved
from shirube.engines import databases
from shirube.terms.errors import InternalError, Problem, Problems, ShirubeError
from shirube.terms.manifest import Dataset, Declaration
from shirube.terms.source import Table
from shirube.terms.text import Text
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shirube.catalogue import AtHand, FilesAtHand
    from shirube.engines.choosing import Engines
    from shirube.terms.measurement import Input, Measurement
    from shirube.terms.source import Progress

_ENCODINGS: Final = (
    "utf-8", "utf-8-sig", "cp932", "euc_jp", "iso2022_jp", "utf-16", "ascii", "shift_jis",
    "iso8859-1", "cp1252",
)  # fmt: skip
_TRIED: Final = 2_000


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """How the bytes of a table are read; None lets the files tell."""

    format: str | None = None
    encoding: str | None = None
    relation: str = ""


class Runner:
    """Runs measurements again; a table that several of them share is looked at once.

    Parameters
    ----------
    files
        The files at hand.
    counting
        The engines.
    """

    def __init__(self, files: FilesAtHand, counting: Engines) -> None:
        self._files, self._counting = files, counting
        self._tables: dict[tuple[tuple[str, ...], Reading], Table] = {}
        self.measured: dict[str, str] = {}
        """The names of the files that were measured, by digest."""

    def run(self, sealed: Measurement, *, seed: int | None, progress: Progress) -> Measurement:
        """Return what measuring again finds.

        Raises
        ------
        ShirubeError
            Data are not at hand, the measure is not known, or what it needs is not installed.
        """
        declaration = declared(sealed)
        further = measures.further_tables(declaration)
        inputs = {role: _of_role(sealed, role) for role in ("", *further)}
        unnamed = [role for role, given in inputs.items() if not given]
        if unnamed:
            raise Problem(
                _("The record does not say which files were its table {name}.").format(
                    name=", ".join(role or sealed.dataset for role in unnamed)
                ),
                remedy=_("Ask the operator to measure once more with this version of Shirube."),
            )
        at_hand = self._at_hand(inputs)
        try:
            return self._measured(sealed, declaration, inputs, at_hand, seed, progress)
        except InternalError:
            raise
        except ShirubeError as error:
            if all(one.same for found in at_hand.values() for one in found):
                raise
            return _failed(sealed, inputs, at_hand, error)  # on other data, which is the cause

    def _measured(
        self,
        sealed: Measurement,
        declaration: Declaration,
        inputs: Mapping[str, Sequence[Input]],
        at_hand: Mapping[str, Sequence[AtHand]],
        seed: int | None,
        progress: Progress,
    ) -> Measurement:
        how = readings(sealed, declaration, inputs)
        further = measures.further_tables(declaration)
        tables = {
            role: self._table(further.get(role, sealed.dataset), found, how[role], progress)
            for role, found in at_hand.items()
        }
        if seed is not None:
            declaration = msgspec.structs.replace(declaration, seed=seed)
        for table in tables.values():
            self.measured |= dict(zip(table.digests, table.names, strict=True))
        own = tables.pop("")
        return measures.run(
            declaration,
            self._counting.source(own, progress=progress),
            engine=self._counting.told(own),
            now=now(),
            further={
                role: self._counting.source(table, progress=progress)
                for role, table in tables.items()
            },
            progress=progress,
        )

    def _at_hand(self, inputs: Mapping[str, Sequence[Input]]) -> dict[str, list[AtHand]]:
        found = {role: [self._files.find(file) for file in given] for role, given in inputs.items()}
        missing = [
            file.name
            for role, given in inputs.items()
            for file, one in zip(given, found[role], strict=True)
            if one is None
        ]
        if missing:
            raise Problem(
                _("The data are not at hand: {files}.").format(
                    files=", ".join(dict.fromkeys(missing))
                ),
                remedy=_("Ask the operator for the files, or look in another folder."),
            )
        return {role: [one for one in several if one] for role, several in found.items()}

    def _table(
        self, dataset: str, found: Sequence[AtHand], how: Reading, progress: Progress
    ) -> Table:
        paths = tuple(dict.fromkeys(str(one.path.absolute()) for one in found))
        if (paths, how) not in self._tables:
            declared = _dataset(dataset, paths, how)
            folder = found[0].path.absolute().parent
            self._tables[paths, how] = resolved(
                declared, folder, self._counting, progress, told=found[0].path.name
            )
        return self._tables[paths, how]


def declared(sealed: Measurement) -> Declaration:
    """Return the declaration that the measurement was run by."""
    subject = sealed.subject
    return Declaration(
        id=sealed.id,
        measure=sealed.measure,
        dataset=sealed.dataset,
        system=subject.id if subject.kind == "system" else None,
        arguments=sealed.arguments,
        seed=sealed.seed,
    )


def readings(
    sealed: Measurement, declaration: Declaration, inputs: Mapping[str, Sequence[Input]]
) -> dict[str, Reading]:
    """Return how each table was read, by the name of its parameter (empty for its own)."""
    ways = [_ways(given) for given in inputs.values()]
    for tried in islice(product(*ways), _TRIED):
        tables = {
            role: Table(
                dataset=sealed.dataset,
                files=(),
                format=one.format or "",
                encoding=one.encoding or "utf-8",
                relation=one.relation,
                digests=tuple(file.sha256 for file in given),
            )
            for (role, given), one in zip(inputs.items(), tried, strict=True)
        }
        if measures.key_of(declaration, tables.pop(""), tables) == sealed.key:
            return dict(zip(inputs, tried, strict=True))
    return {role: _unknown(given) for role, given in inputs.items()}


def _failed(
    sealed: Measurement,
    inputs: Mapping[str, Sequence[Input]],
    at_hand: Mapping[str, Sequence[AtHand]],
    error: ShirubeError,
) -> Measurement:
    """Return the attempt on files that are at hand and cannot even be read as tables."""
    files = tuple(
        msgspec.structs.replace(file, name=one.path.name, sha256=one.sha256)
        for role, given in inputs.items()
        for file, one in zip(given, at_hand[role], strict=True)
    )
    return msgspec.structs.replace(
        sealed, inputs=files, values=(), details=(), failure=said(error), seconds=0.0
    )


def said(error: ShirubeError) -> str:
    """Return an error in one line."""
    problems = error.problems if isinstance(error, Problems) else (error,)
    return " ".join(one.found if isinstance(one, Problem) else str(one) for one in problems)


def _ways(given: Sequence[Input]) -> list[Reading]:
    relation = given[0].name.partition("#")[2]
    files = [Reading(format=kind, encoding="utf-8") for kind in ("parquet", "text")]
    files += [
        Reading(format=kind, encoding=code) for kind in ("csv", "jsonl") for code in _ENCODINGS
    ]
    if not relation:
        return files
    return [Reading(format=kind, relation=relation) for kind in ("duckdb", "sqlite")] + files


def _unknown(given: Sequence[Input]) -> Reading:
    name, mark, relation = given[0].name.partition("#")
    is_table = mark and "." in name
    return Reading(relation=relation) if is_table else Reading()


def _dataset(name: str, paths: Sequence[str], how: Reading) -> Dataset:
    title = Text(name, name)
    if how.relation and databases.is_database(paths[0]):
        return Dataset(id=name, title=title, database=paths[0], table=how.relation)
    return Dataset(
        id=name,
        title=title,
        files=tuple(paths),
        format=how.format,  # type: ignore[arg-type]  # one of the four, or None
        encoding=how.encoding if how.format in ("csv", "jsonl") else None,
    )


def _of_role(sealed: Measurement, role: str) -> list[Input]:
    return [file for file in sealed.inputs if file.role == role]
