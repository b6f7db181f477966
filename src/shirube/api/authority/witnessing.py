# SPDX-License-Identifier: Apache-2.0
"""The authority as a witness: it cosigns a registered operator's head that grew from the last one.

What a request may ask is decided in ``ledger.witness``. Here, alone while it does so, the authority
keeps the new head and only then gives its cosignature away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from shirube.api.authority import heads, register
from shirube.api.authority.office import alone, as_entered, is_registered, open_office
from shirube.api.clock import now
from shirube.evidence import keys
from shirube.ledger import cosignature, witness
from shirube.ledger import note as notes
from shirube.ledger.witness import Decision, Known
from shirube.store.files import read_whole, write_whole
from shirube.terms.errors import Problem
from shirube.texts import _

if TYPE_CHECKING:
    from pathlib import Path

    from shirube.evidence.keys import SigningKey

_ORIGIN = "shirube/"


def add_checkpoint(folder: Path, body: bytes, *, key: SigningKey | None = None) -> Decision:
    """Answer one request to cosign (C2SP tlog-witness ``add-checkpoint``).

    Parameters
    ----------
    folder
        The authority's folder.
    body
        The request.
    key
        The authority's key, when it is loaded already.

    Returns
    -------
    Decision
        The status; with 200 the body is the cosignature's line, and the head is durable.
    """
    own = key or witness_key(folder)

    def log(origin: str) -> Known | None:
        operator_id = origin.removeprefix(_ORIGIN)
        if origin == operator_id or not is_registered(folder, operator_id):
            return None
        known = as_entered(folder, operator_id, own)
        public = keys.parse_public(known.public_key.encode(), folder / "operators")
        keys_in_use = () if register.is_revoked(known, now()) else (public.raw,)
        return Known(keys_in_use, heads.held(folder, operator_id))

    with alone(folder):
        decided = witness.decide(body, log)
        if decided.note is None:
            return decided
        cosigned = cosignature.cosign(decided.note, own.operator_id, own.private, at=now())
        operator_id = cosigned.text.partition("\n")[0].removeprefix(_ORIGIN)
        heads.keep(folder, operator_id, notes.render(cosigned))
    lines = witness.render_cosignatures(cosigned, [own.operator_id])
    return replace(decided, body=lines, note=cosigned)


def answer_request(folder: Path, request: Path, out: Path) -> Decision:
    """Answer a request that came as a file; the answer is a file as well.

    Raises
    ------
    Problem
        The file for the answer is there already.
    """
    if out.exists():
        raise Problem(
            _("The file is there already; nothing is overwritten."),
            where=str(out),
            remedy=_("Name a new file."),
        )
    decided = add_checkpoint(folder, read_whole(request, most=witness.MAX_BODY_BYTES))
    write_whole(out, decided.body.encode())
    return decided


def witness_key(folder: Path) -> SigningKey:
    """Load the key that the authority of a folder cosigns with."""
    return keys.load(open_office(folder).id, folder=folder)
