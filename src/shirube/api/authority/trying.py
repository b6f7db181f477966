# SPDX-License-Identifier: Apache-2.0
"""Try a changed pack of rules on a whole register, before anybody is judged by it."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Literal, TypeVar

import msgspec

from shirube import assessment, manifest, measures, rules
from shirube.api.clock import now
from shirube.api.operator import load_packs
from shirube.api.operator.sealing import Sealing
from shirube.api.operator.workspace import Workspace
from shirube.engines.choosing import extra_needed
from shirube.evidence import pack_signatures, signers
from shirube.terms.errors import Problem
from shirube.terms.fact import FactRow, Profile
from shirube.terms.manifest import Explanation
from shirube.terms.subject import Subject
from shirube.texts import _
from shirube.texts.suggestion import did_you_mean

_Named = TypeVar("_Named", Profile, FactRow, Explanation)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from shirube.terms.fact import Facts
    from shirube.terms.rule import Pack, Vocabulary
    from shirube.terms.trial import Trial

BY = ("system.sector", "operator.size")
"""By what moves are counted where nothing else is asked for."""


def make_register(folders: Sequence[Path], out: Path) -> tuple[Path, ...]:
    """Write the facts of operators' folders as a register: a folder of Parquet files.

    Subjects are named ``operator/subject``, so that two operators may use the same id.
    """
    if out.exists() and any(out.iterdir()):
        raise Problem(
            _("The folder is not empty; nothing is overwritten."),
            where=str(out),
            remedy=_("Name a folder that is empty or not there yet."),
        )
    many = [_facts(folder) for folder in folders]
    with closing(_connection()) as connection:
        assessment.load_register(connection, many, measures.vocabulary())
        return assessment.write_register(connection, out)


def try_pack(
    pack: Path,
    register: Path,
    *,
    on: dt.date | None = None,
    by: Sequence[str] = BY,
    engine: Literal["duckdb", "spark"] = "duckdb",
    memory_limit: str = "1500MB",
) -> Trial:
    """Judge a register by a pack as it stands and as it would be; return who moves and why.

    The pack that stands is the one of the same id on the search path.
    """
    vocabulary = measures.vocabulary()
    known = sorted({name.name for names in vocabulary.profile.values() for name in names})
    for name in by:
        if name not in known:
            raise Problem(
                _("There is no fact named {name}.").format(name=name),
                remedy=did_you_mean(name, known) or _("For instance: system.sector."),
            )
    changed = rules.load_pack(pack, vocabulary, pack_signatures.vouching(signers.known()))
    standing = next((one for one in load_packs() if one.id == changed.id), None)
    date = on or now().date()
    if engine == "spark":
        return _try_on_spark(register, vocabulary, standing, changed, date, by)
    import duckdb

    try:
        with closing(_connection(memory_limit)) as connection:
            assessment.open_register(connection, register, vocabulary)
            tables = assessment.DuckDBRegister(connection)
            return assessment.try_pack(tables, standing, changed, date, by)
    except duckdb.Error as error:
        raise Problem(
            _("The register cannot be read to its end."),
            where=str(register),
            why=str(error).splitlines()[0][:200],
            remedy=_("Write or copy the files again; if memory ran out, give it more."),
        ) from error


def _try_on_spark(
    place: Path,
    vocabulary: Vocabulary,
    standing: Pack | None,
    changed: Pack,
    on: dt.date,
    by: Sequence[str],
) -> Trial:
    try:
        from shirube.assessment.register_spark import SparkRegister
    except ImportError as error:
        raise extra_needed("Apache Spark", "spark") from error
    with closing(SparkRegister(place, vocabulary)) as register:
        return assessment.try_pack(register, standing, changed, on, by)


def _connection(memory_limit: str = "1500MB") -> DuckDBPyConnection:
    import duckdb

    return duckdb.connect(
        config={
            "memory_limit": memory_limit,
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
    )


def _facts(folder: Path) -> Facts:
    place = Workspace.at(folder)
    declared = manifest.load(place.manifest, today=now().date())
    with Sealing(place.folder, declared.operator.id) as sealing:
        found = assessment.facts(declared, sealing.evidence)
    own = declared.operator.id
    return msgspec.structs.replace(
        found,
        profiles=tuple(_named(one, own) for one in found.profiles),
        rows=tuple(_named(one, own) for one in found.rows),
        explanations=tuple(_named(one, own) for one in found.explanations),
    )


def _named(one: _Named, operator: str) -> _Named:
    """Return the record with the operator in front of its subject's id."""
    subject = Subject(one.subject.kind, f"{operator}/{one.subject.id}")
    return msgspec.structs.replace(one, subject=subject)
