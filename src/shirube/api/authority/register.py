# SPDX-License-Identifier: Apache-2.0
"""The authority's register of an operator's keys: handed over, revoked, each with its dates.

A key comes in after its fingerprint was told by another way. The next one comes in because the one
before signed it into the operator's ledger; where that one is revoked, its word is worth nothing,
and the fingerprint of the new one must be told again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from shirube.api.authority.office import (
    alone,
    as_entered,
    compare,
    keep_registration,
    open_office,
)
from shirube.api.clock import now
from shirube.dossier import RefusedDossier
from shirube.dossier.signers import Revoked
from shirube.evidence import keys
from shirube.evidence import statement as statements
from shirube.store.files import MAX_EVIDENCE_BYTES, read_whole
from shirube.terms.errors import Problem
from shirube.terms.evidence import KeyChange
from shirube.terms.receipt import RegisteredKey
from shirube.texts import _

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from shirube.terms.dossier import DossierVerified
    from shirube.terms.receipt import Registration


def rotate(
    folder: Path, operator_id: str, handed_over: Path, *, approver: str, fingerprint: str = ""
) -> Registration:
    """Take in the key that an operator's ledger passed to.

    Parameters
    ----------
    folder, operator_id
        The authority's folder, and the operator's id.
    handed_over
        The signed entry of the operator's ledger that hands over.
    approver
        Who at the authority answers for this.
    fingerprint
        The new key's id as the operator told it by another way; needed when the former key is
        revoked, and compared whenever it is given.

    Raises
    ------
    Problem
        The registered key did not sign this, or it is revoked and no fingerprint was told.
    """
    own = keys.load(open_office(folder).id, folder=folder)
    with alone(folder):
        known = as_entered(folder, operator_id, own)
        changed, entered = _rotated(known, handed_over, approver=approver, fingerprint=fingerprint)
        keep_registration(folder, changed, "rotated", entered.key_id, own, approver=approver)
    return changed


def _rotated(
    known: Registration, handed_over: Path, *, approver: str, fingerprint: str
) -> tuple[Registration, RegisteredKey]:
    current = key_list(known)[-1]
    old = keys.parse_public(current.public_key.encode(), handed_over)
    sealed = statements.unseal(read_whole(handed_over, most=MAX_EVIDENCE_BYTES), old)
    change = sealed.item
    if not isinstance(change, KeyChange) or change.action != "rotated":
        raise _no_hand_over(handed_over)
    new = keys.parse_public(change.successor.encode(), handed_over)
    if (change.key_id, change.successor_id) != (old.key_id, new.key_id):
        raise _no_hand_over(handed_over)
    if fingerprint or current.revoked_from is not None:
        compare(fingerprint, new, str(handed_over))
    moment = now()
    former = replace(current, until=sealed.sealed_at)
    entered = RegisteredKey(
        key_id=new.key_id, public_key=new.pem.decode(), since=moment, approver=approver
    )
    changed = replace(
        known,
        key_id=new.key_id,
        public_key=new.pem.decode(),
        keys=(*key_list(known)[:-1], former, entered),
    )
    return changed, entered


def revoke(
    folder: Path,
    operator_id: str,
    key_id: str,
    *,
    since: dt.datetime,
    reason: str,
    approver: str,
) -> Registration:
    """Enter that a key of an operator is revoked from a time on; the earliest time counts.

    Raises
    ------
    Problem
        The operator has no such key in the register, or the time is one to come.
    """
    own = keys.load(open_office(folder).id, folder=folder)
    with alone(folder):
        known = as_entered(folder, operator_id, own)
        changed, entered = _revoked(known, key_id, since=since, reason=reason, approver=approver)
        keep_registration(
            folder, changed, "revoked", entered, own, approver=approver, reason=reason
        )
    return changed


def _revoked(
    known: Registration, key_id: str, *, since: dt.datetime, reason: str, approver: str
) -> tuple[Registration, str]:
    listed = key_list(known)
    found = [one for one in listed if len(key_id) >= 16 and one.key_id.startswith(key_id)]
    if len(found) != 1 or since > now():
        raise Problem(
            _("The key {key} cannot be revoked from {at} on.").format(
                key=key_id, at=since.isoformat(timespec="minutes")
            ),
            where=known.operator_id,
            why=_("It must be in the register, and the time must not be one to come."),
            remedy=_("`shirube authority keys` lists the operator's keys."),
        )
    before = found[0].revoked_from
    if before is None or since < before:
        entered = replace(found[0], revoked_from=since, reason=reason, revoked_by=approver)
        listed = tuple(entered if one.key_id == entered.key_id else one for one in listed)
    return replace(known, keys=listed), found[0].key_id


def key_list(known: Registration) -> tuple[RegisteredKey, ...]:
    """Return all keys of an operator, the one in use last."""
    return known.keys or (
        RegisteredKey(
            key_id=known.key_id,
            public_key=known.public_key,
            since=known.registered_at,
            approver=known.approver,
        ),
    )


def revoked(known: Registration) -> tuple[Revoked, ...]:
    """Return what the register says of revoked keys."""
    return tuple(
        Revoked(key_id=one.key_id, since=one.revoked_from, reason=one.reason)
        for one in key_list(known)
        if one.revoked_from is not None
    )


def is_revoked(known: Registration, moment: dt.datetime) -> bool:
    """Tell whether the key in use is itself revoked."""
    since = key_list(known)[-1].revoked_from
    return since is not None and since <= moment


def refuse_revoked(known: Registration, moment: dt.datetime) -> None:
    """Refuse whatever the key in use signs now, when it is itself revoked.

    Raises
    ------
    RefusedDossier
        It is.
    """
    one = key_list(known)[-1]
    if one.revoked_from is not None and one.revoked_from <= moment:
        raise RefusedDossier(
            _("The registered key {key} was revoked from {at} on: {reason}").format(
                key=one.key_id[:16],
                at=one.revoked_from.isoformat(timespec="minutes"),
                reason=one.reason,
            )
        )


def refuse_unknown(known: Registration, verified: DossierVerified) -> None:
    """Refuse a dossier that names a key that is not registered, or leaves times unshown.

    Raises
    ------
    RefusedDossier
        It does.
    """
    registered = {one.key_id for one in key_list(known)}
    named = [one.key_id for one in verified.head.keys]
    unknown = next((key_id for key_id in named if key_id not in registered), None)
    if unknown is not None:
        raise RefusedDossier(
            _("The dossier names the key {key}, which is not registered.").format(key=unknown[:16])
        )
    if verified.undated:
        raise RefusedDossier(
            _(
                "Entry {index} is signed with a revoked key, and this authority cosigned no head"
                " over it before the revocation."
            ).format(index=verified.undated[0])
        )


def _no_hand_over(where: Path) -> Problem:
    return Problem(
        _("This entry hands over from no key that is registered."),
        where=str(where),
        why=_("Only the key in use can sign the next one in."),
        remedy=_("Ask the operator for the file that `shirube key rotate` names."),
    )
