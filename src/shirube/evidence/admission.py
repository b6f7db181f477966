# SPDX-License-Identifier: Apache-2.0
"""What may be entered behind what is there: asked once more when the head cannot move any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.evidence.reading import ERASABLE
from shirube.terms.errors import Problem
from shirube.terms.evidence import Erasure, KeyChange, Withdrawal
from shirube.texts import _

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from shirube.terms.evidence import Evidence, Record


class WrongSeal(Problem):
    """What cannot be sealed: a withdrawal or erasure of nothing, a clock that went back."""


def refuse_past(known: Sequence[Evidence], now: dt.datetime) -> None:
    """Refuse a time that lies before the last entry."""
    if known and now < known[-1].sealed_at:
        raise WrongSeal(
            _("The clock says {now}, but the last entry was sealed at {last}.").format(
                now=now.isoformat(), last=known[-1].sealed_at.isoformat()
            ),
            why=_("The order of the ledger would contradict its times."),
            remedy=_("Set this machine's clock and run the same command again."),
        )


def named(item: Record, known: Sequence[Evidence]) -> str:
    """Return the digest of the envelope that an item withdraws or erases; else nothing.

    Raises
    ------
    WrongSeal
        There is nothing that it could withdraw or erase.
    """
    if isinstance(item, KeyChange):
        _refuse_change(item, known)
    if not isinstance(item, Withdrawal | Erasure):
        return ""
    target = known[item.index] if 0 <= item.index < len(known) else None
    if isinstance(item, Withdrawal):
        taken = {evidence.withdrawal.index for evidence in known if evidence.withdrawal}
        if target is None or target.measurement is None or item.index in taken or not item.reason:
            raise WrongSeal(
                _("Leaf {index} cannot be withdrawn.").format(index=item.index),
                why=_("Only a measurement can be withdrawn, once, and only with a reason."),
                remedy=_("Look up the run's index in the report's list of evidence."),
            )
        return target.sha256
    told = bool(item.reason and item.legal_basis)
    if target is None or target.kind not in ERASABLE or target.erased_by is not None or not told:
        raise WrongSeal(
            _("Leaf {index} cannot be erased.").format(index=item.index),
            why=_(
                "An entry is erased once, with a reason and a legal basis; how keys and rules"
                " changed is not."
            ),
            remedy=_("`shirube evidence list` shows the index of each entry."),
        )
    return target.sha256


def _refuse_change(item: KeyChange, known: Sequence[Evidence]) -> None:
    """Accept a hand-over to a new key, or the revocation of one that is not in use any more."""
    changes = [found.key_change for found in known if found.key_change]
    handed = {one.key_id for one in changes if one.action == "rotated"}
    revoked = {one.key_id for one in changes if one.action == "revoked"}
    if item.action == "rotated":
        wrong = item.successor_id in {*handed, *revoked, item.key_id}
    else:
        wrong = item.key_id not in handed or item.key_id in revoked
    if wrong or not item.reason:
        raise WrongSeal(
            _("This change of keys cannot be entered: {key}.").format(key=item.key_id[:16]),
            why=_("A key is revoked once, after it handed over, with a reason; none comes back."),
            remedy=_("`shirube key list` shows the keys; `shirube key rotate` hands over."),
        )
