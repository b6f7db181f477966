# SPDX-License-Identifier: Apache-2.0
"""Hand the ledger over to a new key, revoke a former one, and list the keys it passed through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from shirube import manifest
from shirube.api.clock import now
from shirube.api.operator.workspace import Workspace
from shirube.evidence import open_book, succession
from shirube.store.files import EvidenceFiles

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from shirube.terms.evidence import Evidence


class LedgerKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key of a ledger: the entries that it signed, and from when it is revoked, if it is."""

    key_id: str
    first: int
    last: int | None
    until: dt.datetime | None = None
    revoked_from: dt.datetime | None = None
    reason: str = ""
    refused: tuple[int, ...] = ()


class Rotated(msgspec.Struct, frozen=True, kw_only=True):
    """A hand-over: the new key, its entry's signed file for authorities, the former key's place."""

    key_id: str
    entry: Evidence
    handed_over: Path
    kept: Path | None


def rotate_key(
    folder: Path,
    *,
    reason: str,
    author: str,
    algorithm: Literal["ed25519", "p256"] = "ed25519",
) -> Rotated:
    """Make a new key and hand the ledger over to it; the key in use signs it in."""
    place = Workspace.at(folder)
    made = succession.rotate(
        place.folder,
        _operator(place),
        reason=reason,
        author=author,
        now=now(),
        algorithm=algorithm,
    )
    return Rotated(
        key_id=made.key.public.key_id,
        entry=made.entry,
        handed_over=EvidenceFiles(place.folder / ".shirube" / "evidence").path(made.entry.sha256),
        kept=made.kept,
    )


def revoke_key(
    folder: Path, key_id: str, *, since: dt.datetime, reason: str, author: str
) -> tuple[Evidence, ...]:
    """Revoke a former key from a time on; the runs that it signed since are withdrawn."""
    place = Workspace.at(folder)
    return succession.revoke(
        place.folder,
        _operator(place),
        key_id,
        since=since,
        reason=reason,
        author=author,
        now=now(),
    )


def list_keys(folder: Path) -> tuple[LedgerKey, ...]:
    """Return the keys that the ledger passed through, the first one first."""
    with open_book(folder) as book:
        ring, known = book.keyring, book.evidence()
    found = []
    for span in ring.spans:
        change = ring.revoked.get(span.key.key_id)
        found.append(
            LedgerKey(
                key_id=span.key.key_id,
                first=span.first,
                last=span.last,
                until=known[span.last].sealed_at if span.last is not None else None,
                revoked_from=change.at if change else None,
                reason=change.reason if change else "",
                refused=tuple(
                    one.index for one in known if one.refused and one.key_id == span.key.key_id
                ),
            )
        )
    return tuple(found)


def _operator(place: Workspace) -> str:
    return manifest.load(place.manifest, today=now().date()).operator.id
