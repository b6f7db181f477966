# SPDX-License-Identifier: Apache-2.0
"""An authority's folder: its own key in public, the operators that it knows, what it holds of each.

::

    authority.json               its id, its key's id, its key as a witness
    public_key.pem               for operators: checks its receipts
    operators/<id>.json          registered keys, with who approved them
    heads/<id>.checkpoint        the last head that it cosigned of each operator
    heads/<id>/<n>.checkpoint    the first word that it gave about a head of n entries
    receipts/<sha256>.json       its answers, by the digest of the dossier
    .shirube/, given/            its own ledger, and the heads of it that operators were given
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from shirube.api.authority import own_ledger
from shirube.api.clock import now
from shirube.evidence import keys
from shirube.ledger import cosignature, signatures
from shirube.manifest.corporate_number import check_digit
from shirube.store.files import read_whole, write_whole
from shirube.store.line import Line
from shirube.terms.errors import Problem
from shirube.terms.evidence import Registered
from shirube.terms.receipt import Office, Registration
from shirube.texts import _

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path
    from typing import Literal

    from shirube.evidence.keys import PublicKey, SigningKey

OFFICE: Final = "authority.json"
PUBLIC_KEY: Final = "public_key.pem"
_MAX_RECORD_BYTES: Final = 65_536
_Record = TypeVar("_Record", Office, Registration)
_WAIT_SECONDS: Final = 60.0
_ID: Final = re.compile(r"[a-z][a-z0-9_]{0,62}")


def init_office(folder: Path, authority_id: str) -> Office:
    """Begin an authority's folder and make its key; nothing is overwritten."""
    if (folder / OFFICE).exists():
        raise Problem(
            _("There is an authority here already."),
            where=str(folder / OFFICE),
            remedy=_("Name another folder."),
        )
    key = keys.create(authority_id, folder=folder)
    verifier = cosignature.verifier(authority_id, key.public.raw)
    office = Office(
        id=authority_id,
        key_id=key.public.key_id,
        verifier_key=signatures.render_key(verifier),
    )
    write_whole(folder / PUBLIC_KEY, key.public.pem)
    write_whole(folder / OFFICE, msgspec.json.format(msgspec.json.encode(office)))
    return office


def open_office(folder: Path) -> Office:
    """Return the authority of a folder."""
    return _record(folder / OFFICE, Office, _("Run `shirube authority init` first."))


def register_operator(
    folder: Path,
    operator_id: str,
    public_key: Path,
    *,
    fingerprint: str,
    corporate_number: str,
    approver: str,
) -> Registration:
    """Take in an operator's key, after its fingerprint was compared by another way.

    Parameters
    ----------
    folder
        The authority's folder.
    operator_id
        The id that the operator's ledger signs under.
    public_key
        The file of the operator's public key.
    fingerprint
        The key's id as the operator told it by another way, at least 16 digits of it.
    corporate_number
        The operator's 13 digits.
    approver
        Who at the authority answers for this.

    Raises
    ------
    Problem
        The fingerprint is not that of the key, the number is none, or another key is registered.
    """
    office = open_office(folder)
    key = keys.read_public(public_key)
    compare(fingerprint, key, str(public_key))
    if not re.fullmatch(r"[1-9][0-9]{12}", corporate_number) or (
        check_digit(corporate_number[1:]) != int(corporate_number[0])
    ):
        raise Problem(
            _("{number} is no corporate number.").format(number=corporate_number),
            why=_("It has 13 digits, of which the first checks the others."),
            remedy=_("Compare it with the National Tax Agency's corporate number site."),
        )
    path = _path(folder, operator_id)
    kept = registration(folder, operator_id) if path.exists() else None
    if kept and kept.key_id != key.key_id:
        raise Problem(
            _("Another key of this operator is registered."),
            where=str(path),
            why=_("A ledger is signed by one key at a time; a second would let it fork."),
            remedy=_("If it handed over to this key, use `shirube authority rotate`."),
        )
    known = Registration(
        operator_id=operator_id,
        corporate_number=corporate_number,
        key_id=key.key_id,
        public_key=key.pem.decode(),
        approver=approver,
        registered_at=now(),
        keys=kept.keys if kept else (),
    )
    with alone(folder):
        keep_registration(
            folder, known, "registered", key.key_id, keys.load(office.id, folder=folder)
        )
    return known


def compare(fingerprint: str, key: PublicKey, where: str) -> None:
    """Accept a key only if its id begins with what was told by another way.

    Raises
    ------
    Problem
        It does not, or fewer than 16 digits were told.
    """
    told = fingerprint.lower().replace(":", "").replace(" ", "")
    if len(told) < 16 or not key.key_id.startswith(told):
        raise Problem(
            _("The fingerprint is not that of this key, which is {id}.").format(id=key.key_id),
            where=where,
            why=_("Somebody may have put another key in its place on the way."),
            remedy=_("Ask the operator for the first 16 or more digits by telephone or letter."),
        )


def keep_registration(
    folder: Path,
    known: Registration,
    action: Literal["registered", "rotated", "revoked"],
    key_id: str,
    own: SigningKey,
    *,
    approver: str = "",
    reason: str = "",
) -> None:
    """Enter what the authority knows of an operator in its ledger, then write it."""
    content = msgspec.json.format(msgspec.json.encode(known))
    item = Registered(
        action=action,
        operator_id=known.operator_id,
        corporate_number=known.corporate_number,
        key_id=key_id,
        approver=approver or known.approver,
        record_sha256=hashlib.sha256(content).hexdigest(),
        reason=reason,
    )
    own_ledger.enter(folder, item, own, now=now())
    write_whole(_path(folder, known.operator_id), content)


def alone(folder: Path) -> AbstractContextManager[None]:
    """Be the only one who writes in the authority's folder, until the block ends."""
    return Line(folder, wait_seconds=_WAIT_SECONDS).first()


def as_entered(folder: Path, operator_id: str, own: SigningKey) -> Registration:
    """Return what the authority knows of an operator, if it is what its ledger says.

    Raises
    ------
    Problem
        The operator is not registered, or the register was changed beside the ledger.
    """
    known = registration(folder, operator_id)
    own_ledger.refuse_altered(folder, operator_id, _path(folder, operator_id), own)
    return known


def is_registered(folder: Path, operator_id: str) -> bool:
    """Tell whether the authority knows an operator of this id."""
    return bool(_ID.fullmatch(operator_id)) and _path(folder, operator_id).is_file()


def registration(folder: Path, operator_id: str) -> Registration:
    """Return what the authority knows of an operator."""
    told = _("Run `shirube authority register` for this operator first.")
    return _record(_path(folder, operator_id), Registration, told)


def _path(folder: Path, operator_id: str) -> Path:
    if not _ID.fullmatch(operator_id):
        raise Problem(
            _("“{id}” cannot be an operator's id.").format(id=operator_id[:80]),
            remedy=_("Use small letters, digits and underscores, beginning with a letter."),
        )
    return folder / "operators" / f"{operator_id}.json"


def _record(path: Path, kind: type[_Record], remedy: str) -> _Record:
    try:
        return msgspec.json.decode(read_whole(path, most=_MAX_RECORD_BYTES), type=kind)
    except FileNotFoundError as error:
        raise Problem(_("There is no such file."), where=str(path), remedy=remedy) from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Problem(
            _("This record of the authority cannot be read ({reason}).").format(reason=error),
            where=str(path),
            remedy=_("Restore it from a backup."),
        ) from error
