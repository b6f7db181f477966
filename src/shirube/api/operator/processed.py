# SPDX-License-Identifier: Apache-2.0
"""The processing records of ``shirube deidentify`` among the sealed documents of a folder."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from shirube.documents.content import Processed
from shirube.terms.deidentification import ProcessingRecord

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from shirube.api.operator.judge import Judgement
    from shirube.terms.evidence import Evidence

KIND = "deidentification_record"


def processing_records(told: Judgement, folder: Path) -> tuple[Processed, ...]:
    """Return the processing records that evidence binds and that still are as they were sealed.

    A document of this kind may be any text; only a record that ``shirube deidentify`` wrote can be
    shown. One that has changed since it was sealed is not shown: another text was sealed.
    """
    return tuple(found for one in _last(told) if (found := _read(one, folder)) is not None)


def _last(told: Judgement) -> Iterator[Evidence]:
    """Yield the last seal of each such document up to the date, unless it was taken back."""
    withdrawn = {one.withdrawal.index for one in told.evidence if one.withdrawal}
    last: dict[str, Evidence] = {}
    for one in told.evidence:
        seal = one.document
        if seal is None or KIND not in seal.document.kinds or one.sealed_at.date() > told.on:
            continue
        if one.index not in withdrawn and one.erased_by is None and not one.refused:
            last[seal.document.id] = one
    yield from last.values()


def _read(one: Evidence, folder: Path) -> Processed | None:
    seal = one.document
    if seal is None or seal.document.file is None or not seal.document.file.endswith(".json"):
        return None
    try:
        content = (folder / seal.document.file).read_bytes()
    except OSError:  # sealed evidence outlives its file
        return None
    if hashlib.sha256(content).hexdigest() != seal.sha256:
        return None
    try:
        record = msgspec.json.decode(content, type=ProcessingRecord)
    except msgspec.DecodeError:  # another text of this kind
        return None
    return Processed(index=one.index, document=seal.document, record=record)
