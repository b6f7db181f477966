# SPDX-License-Identifier: Apache-2.0
"""Look at the evidence: list it, withdraw a run with a reason, erase what must not be kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube import evidence, manifest
from shirube.api.clock import now
from shirube.api.operator.sealing import Sealing
from shirube.api.operator.workspace import Workspace
from shirube.evidence.reading import remains
from shirube.terms.errors import Problem
from shirube.terms.evidence import Erasure, Evidence, Withdrawal
from shirube.texts import _

if TYPE_CHECKING:
    from pathlib import Path


def list_evidence(folder: Path) -> tuple[Evidence, ...]:
    """Return all that is sealed, in the ledger's order."""
    with evidence.open_book(folder) as book:
        return book.evidence()


def withdraw(folder: Path, index: int, *, reason: str, author: str) -> Evidence:
    """Withdraw a sealed measurement; the run stays in the ledger, with the reason beside it."""
    place = Workspace.at(folder)
    moment = now()
    declared = manifest.load(place.manifest, today=moment.date())
    with Sealing(place.folder, declared.operator.id) as sealing:
        held = {item.index: item for item in sealing.evidence}.get(index)
        if held is None or held.measurement is None:
            raise Problem(
                _("The ledger has no measurement at index {index}.").format(index=index),
                where=str(folder),
                remedy=_("shirube evidence list shows the index of each run."),
            )
        withdrawal = Withdrawal(index=index, reason=reason, author=author, date=moment.date())
        return sealing.seal([withdrawal], now=moment)[0]


def erase(
    folder: Path, index: int, *, reason: str, legal_basis: str, author: str
) -> tuple[Evidence, Evidence]:
    """Delete the content behind an entry; return what remains of it, and the erasure's own entry.

    The tree still verifies: it holds commitments only. What was erased cannot be told from them,
    and the erasure, with its reason and legal basis, is an entry for ever.
    """
    place = Workspace.at(folder)
    moment = now()
    declared = manifest.load(place.manifest, today=moment.date())
    with Sealing(place.folder, declared.operator.id) as sealing:
        held = {item.index: item for item in sealing.evidence}.get(index)
        if held is None:
            raise Problem(
                _("The ledger has no entry at index {index}.").format(index=index),
                where=str(folder),
                remedy=_("`shirube evidence list` shows the index of each entry."),
            )
        erasure = Erasure(
            index=index,
            reason=reason,
            legal_basis=legal_basis,
            author=author,
            date=moment.date(),
            **remains(held, reason=reason),  # type: ignore[arg-type]  # one of the three fields
        )
        (sealed,) = sealing.seal([erasure], now=moment)
        return sealing.evidence[index], sealed
