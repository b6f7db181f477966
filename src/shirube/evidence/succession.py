# SPDX-License-Identifier: Apache-2.0
"""Hand the ledger over to a new key, and revoke a former one; both are entries with a date.

A hand-over keeps to one order, so that it can be interrupted anywhere and run again: the successor
is durable; the key in use signs it into the ledger, and the head over that entry; the successor
takes its place in the key directory and in the folder; the successor signs the same head.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from shirube.evidence import keys
from shirube.evidence.admission import WrongSeal
from shirube.evidence.book import open_book
from shirube.store.files import write_whole
from shirube.terms.evidence import KeyChange, Withdrawal
from shirube.texts import _

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from shirube.evidence.book import Book
    from shirube.evidence.keys import SigningKey
    from shirube.terms.evidence import Evidence


@dataclass(frozen=True)
class HandedOver:
    """A hand-over: its entry, the key that is in use now, and where the former one is kept."""

    entry: Evidence
    key: SigningKey
    kept: Path | None


def rotate(
    folder: Path,
    operator_id: str,
    *,
    reason: str,
    author: str,
    now: dt.datetime,
    algorithm: Literal["ed25519", "p256"] = "ed25519",
) -> HandedOver:
    """Hand the ledger over to a new key; run again, it finishes what was interrupted.

    Raises
    ------
    KeyProblem, StoreProblem, WrongSeal
        The key in use is not the one of this ledger, or nothing can be sealed.
    """
    current = keys.load(operator_id, folder=folder)
    if keys.exists(operator_id, successor=True):
        successor = keys.load(operator_id, folder=folder, successor=True)
    else:
        successor = keys.create(operator_id, algorithm=algorithm, folder=folder, successor=True)
    if not _handed_over(folder, successor):
        with open_book(folder, key=current) as book:
            change = KeyChange(
                action="rotated",
                key_id=current.public.key_id,
                public_key=current.public.pem.decode(),
                successor=successor.public.pem.decode(),
                successor_id=successor.public.key_id,
                at=now,
                reason=reason,
                author=author,
            )
            book.seal([change], now=now)
    kept = keys.promote(operator_id)
    write_whole(folder / keys.PUBLIC_KEY, successor.public.pem)
    key = keys.load(operator_id, folder=folder)
    with open_book(folder, key=key) as book:
        entry = next(found for found in reversed(book.evidence()) if _is_hand_over(found, key))
    return HandedOver(entry, key, kept)


def revoke(
    folder: Path,
    operator_id: str,
    key_id: str,
    *,
    since: dt.datetime,
    reason: str,
    author: str,
    now: dt.datetime,
) -> tuple[Evidence, ...]:
    """Revoke a former key from a time on, and withdraw the runs that it signed since.

    Parameters
    ----------
    folder, operator_id
        The operator's folder and id.
    key_id
        The key, by at least 16 digits of its id.
    since
        The time from which its signatures count no more; it may lie in the past.
    reason, author
        Why, and who decides.
    now
        The time of sealing.

    Returns
    -------
    tuple of Evidence
        The revocation, then the withdrawals.

    Raises
    ------
    WrongSeal
        No former key has this id, it was revoked before, or ``since`` lies in the future.
    """
    with open_book(folder, key=keys.load(operator_id, folder=folder)) as book:
        span = [one for one in book.keyring.spans if one.key.key_id.startswith(key_id)]
        if len(span) != 1 or len(key_id) < 16 or span[0].last is None or since > now:
            raise WrongSeal(
                _("The key {key} cannot be revoked from {at} on.").format(
                    key=key_id, at=since.isoformat(timespec="minutes")
                ),
                why=_("Only a former key of this ledger can, and not from a time to come."),
                remedy=_("Hand over to a new key first: `shirube key rotate`."),
            )
        change = KeyChange(
            action="revoked",
            key_id=span[0].key.key_id,
            public_key=span[0].key.pem.decode(),
            at=since,
            reason=reason,
            author=author,
        )
        return book.seal([change, *_withdrawn(book, change, now)], now=now)


def _withdrawn(book: Book, change: KeyChange, now: dt.datetime) -> list[Withdrawal]:
    taken = book.withdrawals()
    return [
        Withdrawal(
            index=found.index,
            reason=change.reason,
            author=change.author,
            date=now.date(),
        )
        for found in book.evidence()
        if (found.key_id, found.kind) == (change.key_id, "measurement")
        and found.sealed_at >= change.at
        and found.index not in taken
    ]


def _handed_over(folder: Path, successor: SigningKey) -> bool:
    with open_book(folder) as book:
        return book.keyring.newest.key_id == successor.public.key_id


def _is_hand_over(found: Evidence, key: SigningKey) -> bool:
    change = found.key_change
    return change is not None and change.successor_id == key.public.key_id
