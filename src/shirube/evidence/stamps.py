# SPDX-License-Identifier: Apache-2.0
"""Time stamps on the ledger's checkpoints: one a day covers everything that lies before it.

``.shirube/stamps/<leaves>-<digest>.tsr`` holds the replies of time-stamping authorities as they
came. What is stamped is the checkpoint as the operator signed it, byte for byte the file
``.shirube/checkpoint``, so that ``openssl ts`` and any other tool can be asked as well. No
connection is opened: a request is a file that is sent by whatever means, and so is the reply.
"""

from __future__ import annotations

import hashlib
import re
from contextlib import closing
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from shirube.evidence.book import FOLDER, LEDGER
from shirube.ledger import checkpoint as checkpoints
from shirube.ledger import timestamp
from shirube.ledger.timestamp import MAX_STAMP_BYTES, StampProblem
from shirube.store import faults, sqlite
from shirube.store.files import read_whole, write_whole
from shirube.store.port import StoreProblem
from shirube.terms.ledger import Stamp
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from cryptography.x509 import Certificate

STAMPS: Final = "stamps"
_NAME: Final = re.compile(r"([0-9]{1,19})-[0-9a-f]{16}\.tsr")
_MOST: Final = 10_000


def request(folder: Path, digest: Literal["sha256", "sha512"] = "sha256") -> tuple[bytes, int]:
    """Return a request for a stamp on the newest checkpoint, and how many entries that covers.

    Raises
    ------
    StampProblem
        Nothing is signed yet, or the extra ``timestamps`` is not installed.
    """
    signed = _signed(folder)
    if not signed:
        raise StampProblem(
            _("Nothing is signed in this ledger yet."),
            where=str(folder / FOLDER),
            remedy=_("`shirube check` measures and seals; then there is a head to be stamped."),
        )
    return timestamp.request(signed[-1].encode(), digest), _size(signed[-1])


def add(folder: Path, token: bytes, *, where: str) -> Stamp:
    """Keep an authority's reply, whole, with the checkpoint that it is on.

    Raises
    ------
    StampProblem
        It is on none of this ledger's checkpoints.
    """
    signed = _signed(folder)
    number = timestamp.on_which(token, {place: one.encode() for place, one in enumerate(signed)})
    if number is None:
        raise StampProblem(
            _("The reply is on none of this ledger's checkpoints."),
            where=where,
            why=_("It is a refusal, or an answer to somebody else, or not a time stamp."),
            remedy=_("`shirube ledger stamp request` writes a request for the newest checkpoint."),
        )
    size = _size(signed[number])
    digest = hashlib.sha256(token).hexdigest()
    path = folder / FOLDER / STAMPS / f"{size}-{digest[:16]}.tsr"
    write_whole(path, token)
    return timestamp.read(token, signed[number].encode(), leaves=size, file=path.name)


def stamps(
    folder: Path, signed: Sequence[str], roots: Sequence[Certificate] = ()
) -> tuple[Stamp, ...]:
    """Return all stamps that are kept, the oldest checkpoint first; none is passed over.

    Parameters
    ----------
    folder
        The operator's folder.
    signed
        The ledger's checkpoints.
    roots
        Certificates that the reader trusts for time stamps.
    """
    by_size: dict[int, list[str]] = {}
    for rendered in signed:
        by_size.setdefault(_size(rendered), []).append(rendered)
    found = [_kept(path, by_size, roots) for path in _files(folder)]
    return tuple(sorted(found, key=lambda stamp: (stamp.leaves, stamp.file)))


def on_checkpoint(folder: Path, rendered: str) -> tuple[bytes, ...]:
    """Return the replies that are kept for one checkpoint, for whoever hands it over."""
    size = str(_size(rendered))
    here = [path for path in _files(folder) if path.name.partition("-")[0] == size]
    tokens = [_read(path) for path in here]
    return tuple(one for one in tokens if timestamp.on_which(one, {0: rendered.encode()}) == 0)


def _kept(path: Path, signed: dict[int, list[str]], roots: Sequence[Certificate]) -> Stamp:
    named = _NAME.fullmatch(path.name)
    size = int(named.group(1)) if named else 0
    try:
        token = _read(path)
    except StoreProblem as problem:
        return Stamp(
            leaves=size, file=path.name, sha256="", state="unreadable", reason=problem.found
        )
    messages = {place: one.encode() for place, one in enumerate(signed.get(size, ()))}
    number = timestamp.on_which(token, messages)
    if number is not None:
        return timestamp.read(token, messages[number], leaves=size, file=path.name, roots=roots)
    told = timestamp.read(token, b"", leaves=size, file=path.name)
    reason = _("it is on none of this ledger's checkpoints over {size} entries").format(size=size)
    return msgspec.structs.replace(told, state="refused", reason=reason)


def _files(folder: Path) -> list[Path]:
    home = folder / FOLDER / STAMPS
    with faults.told(home):
        return sorted(home.glob("*.tsr"))[:_MOST] if home.is_dir() else []


def _read(path: Path) -> bytes:
    with faults.told(path):
        return read_whole(path, most=MAX_STAMP_BYTES)


def _signed(folder: Path) -> list[str]:
    with closing(sqlite.open_for_reading(folder / FOLDER / LEDGER)) as store:
        return store.checkpoints()


def _size(rendered: str) -> int:
    return checkpoints.parse(rendered)[0].size
