# SPDX-License-Identifier: Apache-2.0
"""Data sets of the manifest as tables: files, digests, encoding, columns and rows.

1. the patterns are expanded; 2. the format is taken from the manifest or the suffix; 3. each file
is read once for its digest and encoding; 4. the engine looks at columns and rows; 5. what the
manifest says about columns is held against them. Problems of all data sets come in one pass.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Protocol

import msgspec

from shirube.catalogue import columns, databases, encoding
from shirube.catalogue.digests import Digest, digest
from shirube.catalogue.files import Found, expand, unreadable
from shirube.catalogue.unchanged import Read
from shirube.terms.errors import Problem, Problems
from shirube.terms.place import Place
from shirube.terms.source import Progress, Table
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from shirube.catalogue.unchanged import Unchanged
    from shirube.terms.manifest import Dataset, Manifest

_FORMATS = {
    ".parquet": "parquet", ".pq": "parquet",
    ".csv": "csv", ".tsv": "csv", ".txt": "csv",
    ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".md": "text", ".log": "text", ".html": "text", ".eml": "text",
}  # fmt: skip
_PACKED = {".gz", ".zst", ".zip", ".bz2", ".xz"}
_PARQUET = b"PAR1"


class Describes(Protocol):
    """What is asked of an engine: columns and number of rows of a table."""

    def describe(self, table: Table, *, progress: Progress | None = None) -> Table:
        """Return the table with ``columns`` and ``rows`` filled in; a broken file is a Problem."""
        ...


def resolve(
    manifest: Manifest,
    folder: str | Path,
    engine: Describes,
    *,
    only: Collection[str] | None = None,
    progress: Progress | None = None,
    unchanged: Unchanged | None = None,
) -> dict[str, Table]:
    """Return the table of each data set that has files or a database.

    Parameters
    ----------
    manifest, folder
        What is declared, and the folder that relative paths start from.
    engine
        Looks at columns and rows.
    only
        Ids of data sets to look at; by default all.
    progress
        Told which file is being read and the share of its bytes that was read.
    unchanged
        Knows the digests of files that were read before; without it every file is read.

    Raises
    ------
    Problem, Problems
        Missing, empty or broken files, and columns that are not in the table, with the manifest's
        lines.
    """
    tables: dict[str, Table] = {}
    problems: list[Problem] = []
    for dataset in manifest.datasets:
        nowhere = not (dataset.files or dataset.database)
        if nowhere or (only is not None and dataset.id not in only):
            continue
        try:
            find = databases.table if dataset.database else partial(_table, unchanged=unchanged)
            table = find(manifest, dataset, Path(folder), engine, progress)
        except Problem as problem:
            problems.append(problem)
        except Problems as several:
            problems.extend(several.problems)
        else:
            tables[dataset.id] = table
            problems.extend(columns.check(manifest, dataset, table))
    problems.extend(columns.without_files(manifest, only))
    if unchanged is not None:
        unchanged.keep()
    if problems:
        raise problems[0] if len(problems) == 1 else Problems(problems)
    return tables


def _table(
    manifest: Manifest,
    dataset: Dataset,
    folder: Path,
    engine: Describes,
    progress: Progress | None,
    *,
    unchanged: Unchanged | None = None,
) -> Table:
    where = manifest.place(f"datasets.{dataset.id}.files")
    files = expand(dataset.files, folder, where)
    kind = dataset.format or _format(files, where.key, manifest)
    try:
        digests, code = _read(manifest, dataset, files, kind, progress, unchanged)
    except Problem as problem:
        raise _placed(problem, manifest, dataset, files) from problem
    except OSError as error:
        raise unreadable(error, where) from error
    table = Table(
        dataset=dataset.id,
        files=tuple(str(file.path) for file in files),
        names=tuple(file.name for file in files),
        format=kind,
        encoding=code,
        digests=tuple(found.sha256 for found in digests),
        sizes=tuple(found.bytes for found in digests),
    )
    try:
        return engine.describe(table, progress=progress)
    except Problem as problem:
        raise _placed(problem, manifest, dataset, files) from problem
    except OSError as error:
        raise unreadable(error, where) from error


def _read(
    manifest: Manifest,
    dataset: Dataset,
    files: tuple[Found, ...],
    kind: str,
    progress: Progress | None,
    unchanged: Unchanged | None,
) -> tuple[list[Digest], str]:
    digests: list[Digest] = []
    codes: dict[str, str] = {}
    given = None
    if dataset.encoding:
        given = encoding.declared(
            dataset.encoding, manifest.place(f"datasets.{dataset.id}.encoding")
        )
    for file in files:
        if kind != "text":
            _refuse_empty(file, manifest, dataset)

        def read(file: Found = file) -> Read:
            found = _read_one(file, kind, given, _Share(file, progress))
            if kind == "parquet":
                _refuse_broken_parquet(file, manifest, dataset)
            return found

        found = unchanged.read(file.path, f"{kind} {given}", read) if unchanged else read()
        if found.encoding:
            codes[file.name] = found.encoding
        digests.append(found.digest)
    return digests, _one_encoding(codes, given, manifest, dataset)


def _read_one(file: Found, kind: str, given: str | None, tell: Callable[[int], None]) -> Read:
    """Read a file to its end; each line of a text may be of another encoding."""
    if kind in ("text", "parquet"):
        return Read("", digest(file.path, tell))
    return Read(*encoding.check(file, given, tell))


def _one_encoding(
    codes: dict[str, str], given: str | None, manifest: Manifest, dataset: Dataset
) -> str:
    code = encoding.together(set(codes.values())) if codes else (given or "utf-8")
    if code is not None:
        return code
    listed = ", ".join(f"{name} {kind}" for name, kind in codes.items())
    raise Problem(
        _("The files of {name} are in different encodings: {listed}.").format(
            name=dataset.id, listed=listed
        ),
        where=manifest.place(f"datasets.{dataset.id}.files"),
        remedy=_("Write them all in one encoding, best UTF-8, or declare two data sets."),
    )


class _Share:
    """Tells the progress of one file as the share of its bytes."""

    def __init__(self, file: Found, progress: Progress | None) -> None:
        self.name, self.progress, self.done = file.name, progress, 0
        self.size = file.path.stat().st_size

    def __call__(self, read: int) -> None:
        self.done += read
        if self.progress:
            said = _("Reading {file}").format(file=self.name)
            self.progress(said, min(1.0, self.done / self.size) if self.size else 1.0)


def _format(files: tuple[Found, ...], key: str, manifest: Manifest) -> str:
    kinds = {PurePath(file.name.lower()).suffix: file.name for file in files}
    found = {_FORMATS.get(suffix) for suffix in kinds}
    kind = next(iter(found))
    if len(found) == 1 and kind is not None:
        return kind
    listed = ", ".join(sorted(kinds.values()))
    message = _("The suffix does not tell the format: {files}.")
    remedy = _("Write format: parquet, csv, jsonl or text.")
    if None not in found:
        message = _("The files are of different formats: {files}.")
        remedy = _("Declare a data set for each format.")
    elif kinds.keys() & _PACKED:
        remedy = _("Unpack the file first.")
    raise Problem(
        message.format(files=listed),
        where=manifest.place(key),
        why=_("Known suffixes: {suffixes}.").format(suffixes=", ".join(_FORMATS)),
        remedy=remedy,
    )


def _refuse_empty(file: Found, manifest: Manifest, dataset: Dataset) -> None:
    if file.path.stat().st_size == 0:
        raise Problem(
            _("{file} is empty: 0 bytes.").format(file=file.name),
            where=manifest.place(f"datasets.{dataset.id}.files"),
            why=_("Without even a header nothing can be measured, and nothing is shown."),
            remedy=_("Export the file again, or take it out of files:."),
        )


def _refuse_broken_parquet(file: Found, manifest: Manifest, dataset: Dataset) -> None:
    # A Parquet file starts and ends with the same four bytes; a broken download lacks the last.
    with file.path.open("rb") as opened:
        start = opened.read(4)
        opened.seek(max(0, file.path.stat().st_size - 4))
        end = opened.read(4)
    if start == _PARQUET == end:
        return
    found = _("{file} is a broken Parquet file: its end is missing.")
    if start != _PARQUET:
        found = _("{file} is not a Parquet file.")
    raise Problem(
        found.format(file=file.name),
        where=manifest.place(f"datasets.{dataset.id}.files"),
        remedy=_("Write or copy the file again, or correct format:."),
    )


def _placed(
    problem: Problem, manifest: Manifest, dataset: Dataset, files: tuple[Found, ...]
) -> Problem:
    """Give a problem of a file the manifest's line; the file's own line stands in its text.

    Paths of this machine become names as the manifest's folder sees them.
    """
    names = {str(path): file.name for file in files for path in (file.path.resolve(), file.path)}
    where = manifest.place(f"datasets.{dataset.id}.files")
    if isinstance(problem.where, Place) and problem.where.file == where.file:
        return problem
    place = problem.where
    if isinstance(place, Place):
        place = msgspec.structs.replace(place, file=_named(place.file, names))
    elif place is not None:
        place = _named(place, names)
    told = _named(problem.found, names)
    found = f"{place}: {told}" if place else told
    if where.line is None and place:  # tables named on the command line, without a manifest
        return Problem(told, where=place, why=problem.why, remedy=problem.remedy)
    return Problem(found, where=where, why=problem.why, remedy=problem.remedy)


def _named(text: str, names: dict[str, str]) -> str:
    for path, name in names.items():
        text = text.replace(path, name)
    return text
