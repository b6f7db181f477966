# SPDX-License-Identifier: Apache-2.0
"""Begin: draft a manifest from what lies in the folder, and make the signing key."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from shirube import engines, manifest
from shirube.api.operator.workspace import MANIFEST
from shirube.evidence import keys
from shirube.terms.source import Table

if TYPE_CHECKING:
    from shirube.terms.source import TableColumn

_FORMATS = {
    ".parquet": "parquet",
    ".csv": "csv",
    ".tsv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """What was made; a manifest or key that was there already is left as it is."""

    manifest: str
    manifest_written: bool
    key: str
    key_written: bool
    questions: int


def init(folder: Path) -> Begun:
    """Draft the manifest where there is none, and make the key where there is none."""
    target = folder / MANIFEST
    written = not target.exists()
    if written:
        with engines.open_engine() as engine:

            def describe(path: Path) -> tuple[TableColumn, ...]:
                form = _FORMATS[path.suffix.lower()]
                table = Table(dataset=path.stem, files=(str(path),), format=form)
                return engine.describe(table).columns

            manifest.write_draft(folder, describe=describe)
    declared = manifest.load(target)
    made = not keys.exists(declared.operator.id)
    key = (keys.create if made else keys.load)(declared.operator.id, folder=folder)
    return Begun(
        manifest=str(target),
        manifest_written=written,
        key=str(key.path),
        key_written=made,
        questions=len(manifest.questions(declared)),
    )
