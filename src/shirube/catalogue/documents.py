# SPDX-License-Identifier: Apache-2.0
"""Documents and models bound by the digests of their bytes."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from shirube.catalogue.digests import digest
from shirube.catalogue.files import expand, unreadable
from shirube.terms.errors import Problem, Problems
from shirube.terms.evidence import DocumentSeal, ModelSeal
from shirube.terms.measurement import Input
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shirube.terms.document import Document
    from shirube.terms.manifest import Manifest
    from shirube.terms.place import Place


def seal_documents(manifest: Manifest, folder: str | Path) -> tuple[DocumentSeal, ...]:
    """Return a seal for each declared document, in the manifest's order.

    The digest is empty for a document with only an address and for one that is declared absent. A
    document whose file is unknown is left out: nobody has shown it, so it is no evidence.

    Raises
    ------
    Problem, Problems
        A file is missing or empty, with the manifest's line.
    """
    seals: list[DocumentSeal] = []
    problems: list[Problem] = []
    for document in manifest.documents:
        try:
            seals.extend(_seal(manifest, document, Path(folder)))
        except Problem as problem:
            problems.append(problem)
    _raise(problems)
    return tuple(seals)


def find_models(manifest: Manifest, folder: str | Path) -> None:
    """Look whether the files of every model are there; raises as above."""
    problems: list[Problem] = []
    for model in manifest.models:
        try:
            if model.files:
                expand(model.files, Path(folder), manifest.place(f"models.{model.id}.files"))
        except Problem as problem:
            problems.append(problem)
    _raise(problems)


def seal_models(manifest: Manifest, folder: str | Path) -> tuple[ModelSeal, ...]:
    """Return a seal, not signed, for each model whose files are declared; raises as above."""
    problems: list[Problem] = []
    seals: list[ModelSeal] = []
    for model in manifest.models:
        where = manifest.place(f"models.{model.id}.files")
        try:
            if model.files:
                found = inputs(model.files, Path(folder), where)
                seals.append(ModelSeal(model=model, files=found))
        except Problem as problem:
            problems.append(problem)
    _raise(problems)
    return tuple(seals)


def model_digests(
    manifest: Manifest, model: str, folder: str | Path, sealed: Sequence[str]
) -> dict[str, str]:
    """Return the digests of a model's files that are there: those sealed, and those declared now.

    A file that is missing is missing in the answer too.
    """
    home = Path(folder)
    paths = {name: home / name for name in sealed}
    for declared in manifest.models:
        if declared.id == model and declared.files:
            with suppress(Problem):
                where = manifest.place(f"models.{model}.files")
                paths |= {file.name: file.path for file in expand(declared.files, home, where)}
    return {name: digest(path).sha256 for name, path in paths.items() if path.is_file()}


def _seal(manifest: Manifest, document: Document, folder: Path) -> tuple[DocumentSeal, ...]:
    if document.absent or (document.file is None and document.url is not None):
        return (DocumentSeal(document=document),)
    if document.file is None:
        return ()
    where = manifest.place(f"documents.{document.id}.file")
    (found,) = inputs((document.file,), folder, where)[:1]
    if found.bytes == 0:
        raise Problem(
            _("The document {file} is empty.").format(file=document.file),
            where=where,
            why=_("An empty file shows nothing."),
            remedy=_("Put the document there, or write `file: unknown`."),
        )
    return (DocumentSeal(document=document, sha256=found.sha256, bytes=found.bytes),)


def inputs(patterns: Sequence[str], folder: Path, where: Place) -> tuple[Input, ...]:
    """Return the files of these patterns, each with its digest; raises ``Problem``."""
    try:
        files = [(file, digest(file.path)) for file in expand(patterns, folder, where)]
    except OSError as error:
        raise unreadable(error, where) from error
    return tuple(
        Input(name=file.name, sha256=found.sha256, bytes=found.bytes) for file, found in files
    )


def _raise(problems: list[Problem]) -> None:
    if problems:
        raise problems[0] if len(problems) == 1 else Problems(problems)
