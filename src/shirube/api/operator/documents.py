# SPDX-License-Identifier: Apache-2.0
"""The declared documents: whose they are, when they run out, whether they stand as approved.

Nothing here writes: an approval is a statement of the operator, so that its lines are printed for a
person to enter into the manifest.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal

import msgspec

from shirube import assessment, catalogue, manifest
from shirube.api.clock import now
from shirube.api.operator.rules import load_packs
from shirube.api.operator.sealing import Sealing
from shirube.api.operator.workspace import Workspace
from shirube.terms.document import Approval
from shirube.terms.errors import Problem
from shirube.terms.evidence import DocumentSeal
from shirube.terms.text import Text
from shirube.texts import _
from shirube.texts.suggestion import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from shirube.terms.document import Document
    from shirube.terms.manifest import Manifest

Seal = Literal["as_sealed", "file_changed", "declaration_changed", "not_sealed", "unreadable"]


class DocumentState(msgspec.Struct, frozen=True, kw_only=True):
    """How a declared document stands today.

    ``days_left`` counts to the last day on which it holds, and is negative after it; ``review_due``
    is the last day on which the strictest rule that reads it still counts it. ``approved_as_is`` is
    judged by the file as it lies there now, ``why`` says what stands against it; ``seal`` compares
    file and declaration with the last seal.
    """

    id: str
    title: Text | None
    kinds: tuple[str, ...]
    owner: str | None
    date: dt.date | None
    expires: dt.date | None
    days_left: int | None
    review_due: dt.date | None
    absent: bool
    approvals: int
    approved_as_is: bool | None
    why: Text | None
    seal: Seal
    sha256: str


class Approved(msgspec.Struct, frozen=True, kw_only=True):
    """An approval to be entered; ``further`` where the document has others already."""

    document: str
    approval: Approval
    further: bool
    line: int | None


def documents(folder: Path, *, further_packs: Sequence[Path] = ()) -> tuple[DocumentState, ...]:
    """Return the state of each declared document, in the manifest's order."""
    place = Workspace.at(folder)
    today = now().date()
    declared = manifest.load(place.manifest, today=today)
    lifetimes = _lifetimes(folder, further_packs)
    with Sealing(place.folder, declared.operator.id) as sealing:
        held = sealing.documents()
    return tuple(
        _state(each, declared, place.folder, held, lifetimes, today) for each in declared.documents
    )


def approve(folder: Path, document_id: str, *, by: str, role: str | None = None) -> Approved:
    """Return the approval of a document's file as it lies there now; nothing is written.

    Raises
    ------
    Problem
        There is no such document, it has no file to read, or its owner would approve it.
    """
    place = Workspace.at(folder)
    today = now().date()
    declared = manifest.load(place.manifest, today=today)
    document = _find(declared, document_id)
    where = declared.place(f"documents.{document.id}")
    (seal,) = _seal(declared, document, place.folder) or (DocumentSeal(document=document),)
    if not seal.sha256:
        raise Problem(
            _("The document {id} has no file.").format(id=document.id),
            where=where,
            why=_("An approval names the digest of a file; an address has none."),
            remedy=_("Add file: to the document, with the text that was approved."),
        )
    approval = Approval(by=by.strip(), role=role, date=today, sha256=seal.sha256)
    alone = msgspec.structs.replace(document, approvals=(approval,))
    answer, why = assessment.approved_as_is(DocumentSeal(document=alone, sha256=seal.sha256))
    if answer is False or not approval.by:
        raise Problem(
            str(why) if why and approval.by else _("An approval needs the name of who gives it."),
            where=where,
            why=_("Whoever is responsible for a text cannot vouch for it alone."),
            remedy=_("Have somebody other than the owner approve it."),
        )
    return Approved(
        document=document.id, approval=approval, further=bool(document.approvals), line=where.line
    )


def _find(declared: Manifest, name: str) -> Document:
    known = [each.id for each in declared.documents]
    for each in declared.documents:
        if each.id == name:
            return each
    raise Problem(
        _("The manifest has no document {id}.").format(id=name),
        where=declared.file,
        remedy=did_you_mean(name, known)
        or _("`shirube evidence documents` lists the documents that are declared."),
    )


def _lifetimes(folder: Path, further_packs: Sequence[Path]) -> dict[str, int]:
    """Return for how many days a kind of document counts under the strictest rule that reads it."""
    found: dict[str, int] = {}
    for pack in load_packs(further_packs, folder):
        for rule in pack.rules:
            if rule.wanted.kind == "document" and rule.lifetime_days is not None:
                kind = rule.wanted.source
                found[kind] = min(rule.lifetime_days, found.get(kind, rule.lifetime_days))
    return found


def _seal(declared: Manifest, document: Document, folder: Path) -> tuple[DocumentSeal, ...]:
    alone = msgspec.structs.replace(declared, documents=(document,))
    return catalogue.seal_documents(alone, folder)


def _state(
    document: Document,
    declared: Manifest,
    folder: Path,
    held: Mapping[str, DocumentSeal],
    lifetimes: Mapping[str, int],
    today: dt.date,
) -> DocumentState:
    unreadable: Text | None = None
    present: DocumentSeal | None = None
    try:
        present = next(iter(_seal(declared, document, folder)), None)
    except Problem as problem:
        unreadable = Text(problem.found, problem.found)
    answer, why = assessment.approved_as_is(present) if present else (None, unreadable)
    limits = [lifetimes[kind] for kind in document.kinds if kind in lifetimes]
    due = document.date + dt.timedelta(days=min(limits)) if document.date and limits else None
    return DocumentState(
        id=document.id,
        title=document.title,
        kinds=document.kinds,
        owner=document.owner,
        date=document.date,
        expires=document.expires,
        days_left=(document.expires - today).days if document.expires else None,
        review_due=due,
        absent=document.absent,
        approvals=len(document.approvals),
        approved_as_is=answer,
        why=why,
        seal="unreadable" if unreadable else _compared(present, held.get(document.id)),
        sha256=present.sha256 if present else "",
    )


def _compared(present: DocumentSeal | None, held: DocumentSeal | None) -> Seal:
    if held is None:
        return "not_sealed"
    if present is None or present.sha256 != held.sha256:
        return "file_changed"
    return "as_sealed" if present == held else "declaration_changed"
