# SPDX-License-Identifier: Apache-2.0
"""Find personal data in files, folders and databases: counts per table, and where things stand."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from shirube import catalogue, engines, measures
from shirube.api.clock import now
from shirube.api.operator.measure import table_of
from shirube.engines import databases
from shirube.terms.errors import Problem, Problems
from shirube.terms.manifest import Dataset, Declaration, Manifest, Operator
from shirube.terms.place import Place as Line
from shirube.terms.search import Place, Search, Skipped
from shirube.terms.text import Text
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shirube.engines.choosing import Engines
    from shirube.measures.privacy.identifiers.places import Recorded
    from shirube.terms.measurement import Measurement
    from shirube.terms.source import Progress, Table

__all__ = ["Search", "find"]

MEASURE = "personal_data"
TABLES = frozenset({".parquet", ".pq", ".csv", ".tsv", ".jsonl", ".ndjson"})
"""Suffixes of tables; what else is text by its bytes is looked through line by line."""

_UNREAD = {
    ".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".zip", ".gz", ".bz2", ".xz", ".zst",
    ".7z", ".tar", ".png", ".jpg", ".jpeg", ".gif", ".mp3", ".mp4", ".wav", ".pkl", ".npy",
}  # fmt: skip
_HEAD = 8192
_ENCODED = (b"content-transfer-encoding: base64", b"content-transfer-encoding: quoted-printable")


class Places(msgspec.Struct, frozen=True):
    """What a path comes to: tables of files, tables of databases, texts, and what is left out."""

    tables: tuple[Path, ...]
    databases: tuple[str, ...]
    texts: tuple[Path, ...]
    skipped: tuple[Skipped, ...]
    named: frozenset[Path] = frozenset()
    """Files that were named, not come upon in a folder: what is wrong with one is an error."""
    met: frozenset[str] = frozenset()
    """Databases that were come upon in a folder: what is wrong with one is told, and no end."""


def find(
    paths: Sequence[Path | str],
    arguments: dict[str, object] | None = None,
    *,
    encoding: str | None = None,
    engine: str | None = None,
    relation: str | None = None,
    places: int = 1000,
    progress: Progress | None = None,
) -> Search:
    """Look for personal data in everything that the paths name, folders with all that is in them.

    Parameters
    ----------
    paths
        Tables, texts, folders, databases (a file or a server's address).
    arguments
        Of the measure ``personal_data``.
    encoding
        Of tables and texts; None finds it out.
    engine, relation
        The engine that must count, and the only table of a database that is looked at.
    places
        How many places are told; all are counted.
    progress
        Told what is being done.

    Raises
    ------
    Problem
        There is nothing to look at, or a table cannot be read.
    """
    from shirube.measures.privacy.identifiers.places import Recorded

    found = survey(paths)
    salt = secrets.token_bytes(32)
    made: list[Measurement] = []
    told: list[Place] = []
    skipped = list(found.skipped)
    with engines.open_engine(engine) as counting:
        for table in _tables(found, counting, encoding, relation, skipped, progress):
            recorded = Recorded(counting.source(table, progress=progress), salt)
            measurement = _measured(table, recorded, counting, arguments or {}, progress)
            made.append(measurement)
            told += _told(table, recorded, arguments or {}, places - len(told))
    return Search(
        measurements=tuple(made),
        places=tuple(told),
        found=sum(_confirmed(each) for each in made),
        skipped=tuple(skipped),
    )


def survey(paths: Sequence[Path | str]) -> Places:
    """Sort what the paths name into tables, databases, texts and what is not looked at."""
    tables: list[Path] = []
    stores: list[str] = []
    texts: list[Path] = []
    skipped: list[Skipped] = []
    named_files: set[Path] = set()
    met: set[str] = set()
    for path in paths:
        place, named = databases.parted(path)
        if databases.is_database(place):
            stores.append(f"{place}#{named}" if named else str(place))
            continue
        root = Path(place)
        if not root.is_dir():
            named_files.add(root)
        for file in _walk(root):
            if file.suffix.lower() in TABLES:
                tables.append(file)
            elif databases.is_database(file):
                stores.append(str(file))
                met.add(str(file))
            elif reason := _unread(file):
                skipped.append(Skipped(_name(file, root), reason))
            else:
                texts.append(file)
    if not (tables or stores or texts):
        listed = ", ".join(each.file for each in skipped[:5])
        raise Problem(
            _("There is nothing here that can be looked through."),
            where=str(paths[0]) if paths else None,
            why=_("Not looked at: {files}.").format(files=listed) if listed else "",
            remedy=_("Name tables, text files, databases, or folders that hold some."),
        )
    return Places(
        tuple(dict.fromkeys(tables)), tuple(dict.fromkeys(stores)),
        tuple(dict.fromkeys(texts)), tuple(skipped), frozenset(named_files),
        frozenset(met),
    )  # fmt: skip


def _walk(root: Path) -> Iterator[Path]:
    """Yield the regular files of a path in order; no hidden folder, no link out of it."""
    if not root.is_dir():
        if not root.exists():
            raise Problem(_("There is no such file."), where=str(root), remedy=_("Check the path."))
        yield root
        return
    for folder, inner, names in os.walk(root):
        inner[:] = sorted(each for each in inner if not each.startswith("."))
        for name in sorted(names):
            file = Path(folder, name)
            if file.is_file() and not file.is_symlink():
                yield file


def _unread(file: Path) -> str:
    """Return why a file is not looked at; empty where it is a text."""
    if file.suffix.lower() in _UNREAD:
        return _("its format is not read")
    try:
        with file.open("rb") as opened:
            head = opened.read(_HEAD)
    except OSError as error:
        return _("it cannot be read: {reason}").format(reason=error.strerror or error)
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _("it is no text")
    if file.suffix.lower() == ".eml" and any(each in head.lower() for each in _ENCODED):
        return _("its body is encoded; save the message as text")
    return ""


def _tables(
    found: Places,
    counting: Engines,
    encoding: str | None,
    relation: str | None,
    skipped: list[Skipped],
    progress: Progress | None,
) -> Iterator[Table]:
    """Yield every table that is to be looked through, described; the texts as one.

    A file of a folder that is no table after all is looked through as text, and that is told.
    """
    texts = list(found.texts)
    for file in found.tables:
        try:
            yield table_of((file,), counting, encoding, progress)
        except (Problem, Problems) as problem:
            if file in found.named:
                raise
            texts.append(file)
            reason = _("it cannot be read as a table and was looked through as text: {reason}")
            first = problem.problems[0] if isinstance(problem, Problems) else problem
            skipped.append(Skipped(file.name, reason.format(reason=first.found)))
    for place in found.databases:
        where, named = databases.parted(place)
        chosen = relation or named
        try:
            names = [chosen] if chosen else [each.relation for each in databases.tables(where)]
        except (Problem, Problems) as problem:
            if place not in found.met:
                raise
            first = problem.problems[0] if isinstance(problem, Problems) else problem
            reason = _("it cannot be read as a database: {reason}")
            skipped.append(Skipped(Path(place).name, reason.format(reason=first.found)))
            continue
        for name in names:
            yield table_of((where,), counting, encoding, progress, relation=name)
    if texts:
        yield _texts(texts, counting, encoding, progress)


def _texts(
    files: Sequence[Path], counting: Engines, encoding: str | None, progress: Progress | None
) -> Table:
    """Return all texts as one table whose columns are the files."""
    folder = Path(os.path.commonpath([file.absolute().parent for file in files]))
    dataset = Dataset(
        id="texts",
        title=Text("文章", "texts"),
        files=tuple(str(file.absolute().relative_to(folder)) for file in files),
        format="text",
        encoding=encoding,
    )
    nobody = Operator(id="nobody", name=Text("", ""), kind=None)
    declared = Manifest(file=str(folder), operator=nobody, datasets=(dataset,))
    try:
        return catalogue.resolve(declared, folder, counting, progress=progress)["texts"]
    except Problem as problem:
        if isinstance(problem.where, Line):
            problem.where = msgspec.structs.replace(problem.where, key="")
        raise


def _measured(
    table: Table,
    recorded: Recorded,
    counting: Engines,
    arguments: dict[str, object],
    progress: Progress | None,
) -> Measurement:
    declaration = Declaration(
        id=MEASURE, measure=MEASURE, dataset=table.dataset, arguments=arguments
    )
    return measures.run(
        declaration,
        recorded,  # type: ignore[arg-type]  # whatever else is asked goes to the source
        engine=counting.told(table),
        now=now(),
        progress=progress,
        record_failure=False,
    )


def _told(table: Table, recorded: Recorded, arguments: dict[str, object], most: int) -> list[Place]:
    """Return the places of what counts, as many as are asked for."""
    from shirube.measures.privacy.identifiers import ALL_KINDS, LegalClass
    from shirube.measures.privacy.identifiers.tally import Level

    least = Level.WEAK if arguments.get("min_score") == "weak" else None
    told: list[Place] = []
    for each in recorded.findings(least):
        if len(told) >= most:
            break
        if ALL_KINDS[each.kind].legal is LegalClass.PUBLIC:
            continue
        text = table.format == "text"
        told.append(
            Place(
                kind=each.kind,
                file=each.column if text else table.names[0] if table.names else table.dataset,
                column="" if text else each.column,
                row=each.row,
                start=each.start + 1,
                length=each.end - each.start,
                score=each.level.name.lower(),
                digest=each.digest,
            )
        )
    return told


def _confirmed(made: Measurement) -> int:
    """Return how many hits a measurement counts."""
    names = ("hits", "description_hits", "special_care_hits")
    values = (made.value(name) for name in names)
    return sum(int(value.value) for value in values if value and isinstance(value.value, int))


def _name(file: Path, root: Path) -> str:
    return file.relative_to(root).as_posix() if root.is_dir() else file.name
