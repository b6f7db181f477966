# SPDX-License-Identifier: Apache-2.0
"""Which key may have signed which entry: a ledger passes from key to key, each signing the next in.

Whoever holds any one of the keys can follow the others. Forwards, because each hand-over is signed
by the key that hands over. Backwards, because a later key signs heads over all entries, and with
them the hand-over to itself. A hand-over at entry *r* is the last entry that the older key signs;
the head of *r + 1* entries is signed by both.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from shirube.evidence import keys
from shirube.evidence import statement as statements
from shirube.ledger import checkpoint as checkpoints
from shirube.ledger.envelope import payload_of
from shirube.ledger.errors import MalformedRecord, UnverifiedNote
from shirube.store.files import missing
from shirube.terms.evidence import KeyChange
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shirube.evidence.entry import Entry
    from shirube.evidence.keys import PublicKey
    from shirube.ledger.checkpoint import Checkpoint
    from shirube.store.files import EvidenceFiles


@dataclass(frozen=True)
class Span:
    """A key, the first and the last entry that it signs (None while it is in use)."""

    key: PublicKey
    first: int
    last: int | None = None


@dataclass
class Keyring:
    """The keys of one ledger, as far as its entries were taken in.

    Parameters
    ----------
    anchor
        A key of the ledger that is trusted; without a hand-over the only one.
    """

    anchor: PublicKey
    spans: tuple[Span, ...] = ()
    revoked: dict[str, KeyChange] = field(default_factory=dict)
    taken: int = 0

    def __post_init__(self) -> None:
        """Begin with the trusted key alone."""
        self.spans = self.spans or (Span(self.anchor, 0),)

    @property
    def newest(self) -> PublicKey:
        """The key that is in use."""
        return self.spans[-1].key

    def take(self, leaves: Iterable[tuple[int, Entry]], size: int, files: EvidenceFiles) -> None:
        """Take in entries up to a size; of each change of keys the envelope must be there.

        Parameters
        ----------
        leaves, files
            Entries with their index, and where envelopes lie; what changes no key may be left out.
        size
            How many entries of the ledger are then taken in.

        Raises
        ------
        StoreProblem, UnverifiedEvidence
            A hand-over is missing, or not signed by the key that hands over, or the trusted key is
            none of this ledger's.
        """
        found = list(self.spans) if len(self.spans) > 1 else []
        for index, leaf in leaves:
            if leaf.kind == "key_change" and index >= self.taken:
                change = _handed_over(leaf, files)
                if change.action == "rotated":
                    found = _linked(found, index, change)
        self.taken = max(self.taken, size)
        if found and self.anchor.key_id not in [span.key.key_id for span in found]:
            raise _no(_("it passed from key to key, and the one you trust is none of them"))
        self.spans = tuple(found) or self.spans

    def signer(self, index: int) -> PublicKey:
        """Return the key that must have signed the entry at this index."""
        if len(self.spans) == 1:
            return self.spans[0].key
        return next(span.key for span in reversed(self.spans) if span.first <= index)

    def signers_of_head(self, size: int) -> tuple[PublicKey, ...]:
        """Return the keys that may have signed a head of so many entries, the newer first."""
        return tuple(
            span.key
            for span in reversed(self.spans)
            if span.first <= size and (span.last is None or size <= span.last + 1)
        )

    def verify_head(self, rendered: str) -> tuple[Checkpoint, PublicKey]:
        """Read a checkpoint, and accept it with the signature of the key that was then in use.

        Raises
        ------
        MalformedNote, UnverifiedNote
            It is none, or that key did not sign it.
        """
        allowed = self.signers_of_head(checkpoints.parse(rendered)[0].size)
        for key in allowed[:-1]:
            try:
                return checkpoints.verify(rendered, key.raw), key
            except UnverifiedNote:
                continue
        return checkpoints.verify(rendered, allowed[-1].raw), allowed[-1]

    def revoke(self, change: KeyChange) -> None:
        """Note a revocation that was verified; the earliest date of several counts."""
        known = self.revoked.get(change.key_id)
        if known is None or change.at < known.at:
            self.revoked[change.key_id] = change

    def refusal(self, index: int, sealed_at: dt.datetime) -> str:
        """Return why the entry does not count although its signature fits; empty when it does."""
        key = self.signer(index)
        change = self.revoked.get(key.key_id)
        if change is None or sealed_at < change.at:
            return ""
        return refusal(index, sealed_at, key.key_id, change.at, change.reason)


def refusal(index: int, sealed_at: dt.datetime, key_id: str, at: dt.datetime, reason: str) -> str:
    """Return the sentence about an entry that a key signed after it was revoked."""
    return _(
        "Entry {index} was sealed on {sealed} with the key {key}, which was revoked from {at} on:"
        " {reason}"
    ).format(
        index=index,
        sealed=sealed_at.isoformat(timespec="minutes"),
        key=key_id[:16],
        at=at.isoformat(timespec="minutes"),
        reason=reason,
    )


def keyring(folder: Path) -> Keyring:
    """Return the keys that the ledger in a folder passed through, every entry verified."""
    from shirube.evidence.book import open_book

    with open_book(folder) as book:
        return book.keyring


def _handed_over(leaf: Entry, files: EvidenceFiles) -> KeyChange:
    """Return a change of keys; a hand-over is verified with the key that it says hands over."""
    content = files.find(leaf.sha256)
    if content is None:
        raise missing(files.path(leaf.sha256))
    try:
        item = statements.read(payload_of(content)).item
    except MalformedRecord as error:
        raise _no(error.detail) from error
    if not isinstance(item, KeyChange):
        raise _no(_("an entry that should change the key holds something else"))
    if item.action == "rotated":
        statements.unseal(content, _key(item.public_key, item.key_id))
    return item


def _linked(found: list[Span], index: int, change: KeyChange) -> list[Span]:
    old = _key(change.public_key, change.key_id)
    new = _key(change.successor, change.successor_id)
    before = found or [Span(old, 0)]
    used = {span.key.key_id for span in before}
    if before[-1].key.key_id != old.key_id or new.key_id in used:
        raise _no(_("a key handed over that was not in use, or to one that was"))
    closed = Span(before[-1].key, before[-1].first, index)
    return [*before[:-1], closed, Span(new, index + 1)]


def _key(pem: str, key_id: str) -> PublicKey:
    key = keys.parse_public(pem.encode(), Path(keys.PUBLIC_KEY))
    if key.key_id != key_id:
        raise _no(_("a key in it has another id than is written"))
    return key


def _no(detail: str) -> statements.UnverifiedEvidence:
    return statements.UnverifiedEvidence(
        _("The ledger's keys do not follow one another: {detail}.").format(detail=detail),
        why=_("Each key must be signed in by the one before it, or anybody could go on."),
        remedy=_("Ask the operator, by another way, which key is in use."),
    )
