# SPDX-License-Identifier: Apache-2.0
"""The authority's own ledger: what it entered in its register, and every answer that it gave.

It is kept as an operator's is (``.shirube`` in the authority's folder): signed statements behind
salted commitments, a second record of the last head in the key's directory, and the same commands
verify, export and restore it. Each receipt proves where its answer stands in it, and that it only
grew from the heads that this operator was given before::

    given/<id>/<n>.checkpoint    the authority's heads that an operator was given in receipts

So an operator holds the authority's signed head as the authority holds the operator's.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from shirube import evidence
from shirube.evidence import last_head
from shirube.evidence.handing_over import hand_over
from shirube.ledger import checkpoint as checkpoints
from shirube.ledger import proof as proofs
from shirube.ledger.texts import encode64
from shirube.store.files import read_whole, write_whole
from shirube.terms.errors import Problem
from shirube.terms.receipt import Entered
from shirube.texts import _

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from shirube.evidence.keys import SigningKey
    from shirube.terms.evidence import Answered, Registered

_MAX_RECORD_BYTES: Final = 65_536
_REMEMBERED: Final = 8
"""From how many of the heads given last a receipt leads: an operator may have missed some."""


def enter(folder: Path, item: Registered | Answered, key: SigningKey, *, now: dt.datetime) -> int:
    """Enter one record; durable on return.

    Returns
    -------
    int
        Its index in the authority's ledger.

    Raises
    ------
    ForkRefused
        The ledger lags behind what the authority's key has signed.
    """
    with evidence.open_book(folder, key=key, create=True) as book:
        last = book.evidence()[-1:]
        (sealed,) = book.seal([item], now=max([now, *(one.sealed_at for one in last)]))
    return sealed.index


def entered(folder: Path, operator_id: str, index: int) -> Entered:
    """Return the proof of an answer for this operator, and remember the head that it was given."""
    home = folder / "given" / operator_id
    sizes = sorted(int(path.stem) for path in home.glob("*.checkpoint"))[-_REMEMBERED:]
    handed = hand_over(folder, [index])
    size = checkpoints.parse(handed.checkpoint)[0].size
    growth = {
        str(old): tuple(encode64(step) for step in hand_over(folder, [], since=old).consistency)
        for old in sizes
    }
    (given,) = handed.proofs
    proof = proofs.Proof(given.index, given.path, handed.checkpoint, given.extra)
    write_whole(home / f"{size}.checkpoint", handed.checkpoint.encode())
    return Entered(
        proof=proofs.render(proof), answer=handed.envelopes[index].decode(), growth=growth
    )


@lru_cache(maxsize=1024)
def _entered_last(folder: Path, operator_id: str, _root: bytes) -> str:
    """Return the digest of the register's file as it was entered last; a witness asks often."""
    with evidence.open_book(folder) as book:
        entered = [one.registration for one in book.evidence() if one.registration]
    own = [one.record_sha256 for one in entered if one.operator_id == operator_id]
    return own[-1] if own else ""


def refuse_altered(folder: Path, operator_id: str, record: Path, key: SigningKey) -> None:
    """Accept the register's file about an operator only as it was entered last.

    Raises
    ------
    Problem
        It was changed beside the ledger, or was never entered.
    ForkRefused
        The ledger lags behind what the authority's key has signed.
    """
    if not evidence.exists(folder):
        # An authority of an earlier version: its first entry begins the ledger. One whose key has
        # signed a head already lost it, or somebody took it away.
        directory = key.path.parent
        known = last_head.read(directory, key.public)
        last_head.refuse_new(known, last_head.path(directory, key.public))
        return
    with evidence.open_book(folder, key=key) as book:
        digest = _entered_last(folder, operator_id, book.head().root)
    if hashlib.sha256(read_whole(record, most=_MAX_RECORD_BYTES)).hexdigest() != digest:
        raise Problem(
            _("The register says something else of this operator than the authority's ledger."),
            where=str(record),
            why=_("The file was changed by hand, or a change of it was interrupted."),
            remedy=_(
                "Restore it from a backup, or register the operator again with its fingerprint."
            ),
        )
