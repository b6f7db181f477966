# SPDX-License-Identifier: Apache-2.0
"""Which key signed which entry, and whether one that was revoked signed it in time.

A ledger that passed from key to key names them in the statement, which the newest one signed. What
a revoked key signed before the time of its revocation stays good, if something shows that it was
there: a head over it that a witness cosigned, a time stamp on such a head, or what the reader saw
itself. The operator's own dates show nothing, for whoever has the key can write any.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec

from shirube.dossier.errors import malformed, unverified
from shirube.ledger import checkpoint as checkpoints
from shirube.ledger import cosignature, timestamp, tree, witness
from shirube.ledger import note as notes
from shirube.ledger.envelope import EnvelopeKey
from shirube.ledger.errors import MalformedNote, MalformedProof, UnverifiedNote
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cryptography.x509 import Certificate

    from shirube.ledger.checkpoint import Checkpoint
    from shirube.ledger.note import Note
    from shirube.ledger.signatures import Verifier
    from shirube.terms.dossier import DossierHead
    from shirube.terms.ledger import Stamp


class Revoked(msgspec.Struct, frozen=True, kw_only=True):
    """A key, and the time from which nothing counts that it signed."""

    key_id: str
    since: dt.datetime
    reason: str


class Seen(msgspec.Struct, frozen=True):
    """Somebody other than the operator saw a head of so many entries at a time."""

    size: int
    at: dt.datetime


class Trust(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader holds besides the operator's key.

    ``witnesses`` must have cosigned the head; ``clocks`` are believed about older heads, where
    they cosigned one. ``roots`` are trusted for time stamps. ``revoked`` and ``seen`` are what the
    reader knows itself of the operator's keys and heads.
    """

    witnesses: tuple[Verifier, ...] = ()
    clocks: tuple[Verifier, ...] = ()
    roots: tuple[Certificate, ...] = ()
    revoked: tuple[Revoked, ...] = ()
    seen: tuple[Seen, ...] = ()


class Signers:
    """The keys of one dossier: the one that is trusted signed the list of the others."""

    def __init__(self, head: DossierHead, trusted: EnvelopeKey, revoked: Sequence[Revoked]) -> None:
        self._keys = _keys(head, trusted)
        self._revoked: dict[str, Revoked] = {}
        named = (
            Revoked(key_id=one.key_id, since=one.revoked_from, reason=one.reason)
            for one in head.keys
            if one.revoked_from
        )
        for one in (*named, *revoked):
            known = self._revoked.get(one.key_id)
            if known is None or one.since < known.since:
                self._revoked[one.key_id] = one

    def of(self, index: int) -> EnvelopeKey:
        """Return the key that must have signed the evidence of this entry."""
        return next(key for first, key in reversed(self._keys) if first <= index)

    def verify_head(self, note: Note, head: Checkpoint) -> None:
        """Accept a head only with the signature of the key that was in use when it had that size.

        Raises
        ------
        UnverifiedNote
            That key did not sign it; where one handed over to the next, both may have.
        """
        before, after = self.of(max(head.size - 1, 0)), self.of(head.size)
        try:
            notes.verify(note, head.origin, after.raw)
        except UnverifiedNote:
            notes.verify(note, head.origin, before.raw)

    def in_time(self, index: int, sealed_at: dt.datetime, seen: Sequence[Seen]) -> bool:
        """Tell whether an entry is shown to have been there before its key was revoked, if it was.

        Raises
        ------
        RefusedDossier
            It is dated after that.
        """
        one = self._revoked.get(self.of(index).key_id)
        if one is None:
            return True
        if sealed_at >= one.since:
            raise unverified(
                _(
                    "entry {index} was sealed on {sealed} with the key {key}, which was revoked"
                    " from {since} on: {reason}"
                ).format(
                    index=index,
                    sealed=sealed_at.isoformat(timespec="minutes"),
                    key=one.key_id[:16],
                    since=one.since.isoformat(timespec="minutes"),
                    reason=one.reason,
                )
            )
        return any(index < each.size and each.at < one.since for each in seen)


def shown(
    members: Mapping[str, bytes],
    checkpoint: Checkpoint,
    note: Note,
    signers: Signers,
    trust: Trust,
) -> tuple[tuple[Seen, ...], tuple[Stamp, ...]]:
    """Return who saw which heads of the ledger, and what the time stamps say under the roots.

    Raises
    ------
    RefusedDossier
        An older head in the dossier cannot be read, or the ledger did not grow from it.
    """
    heads = [(checkpoint, note)]
    for name, content in members.items():
        if name.startswith("anchors/"):
            heads.append(_older(content, checkpoint, signers))
    seen = list(trust.seen)
    for head, under in heads:
        for verifier in (*trust.witnesses, *trust.clocks):
            try:
                seen.append(Seen(head.size, cosignature.verify(under, verifier).at))
            except UnverifiedNote:  # it says nothing about this head
                continue
    stamps = _stamps(members, heads, trust.roots) if trust.roots else ()
    seen += [Seen(one.leaves, one.at) for one in stamps if one.state == "verified" and one.at]
    return tuple(seen), stamps


def _older(content: bytes, checkpoint: Checkpoint, signers: Signers) -> tuple[Checkpoint, Note]:
    try:
        given = witness.parse(content)
        head, note = checkpoints.parse(given.checkpoint)
        signers.verify_head(note, head)
    except (MalformedNote, MalformedProof, UnverifiedNote) as error:
        raise malformed(_("an older head in it cannot be read")) from error
    sizes, roots = (head.size, checkpoint.size), (head.root, checkpoint.root)
    grown = tree.verify_consistency(*sizes, *roots, given.path)
    if (head.origin, head.size) != (checkpoint.origin, given.old) or not grown:
        raise unverified(_("its ledger did not grow from an older head in it"))
    return head, note


def _stamps(
    members: Mapping[str, bytes],
    heads: Sequence[tuple[Checkpoint, Note]],
    roots: Sequence[Certificate],
) -> tuple[Stamp, ...]:
    # A stamp is on the head as the operator signed it, before any witness did.
    bare = {
        place: notes.render(notes.Note(note.text, note.signatures[:1])).encode()
        for place, (_head, note) in enumerate(heads)
    }
    found = []
    for name, token in members.items():
        if name.startswith("stamps/"):
            place = timestamp.on_which(token, bare) or 0
            size = heads[place][0].size
            found.append(timestamp.read(token, bare[place], leaves=size, file=name, roots=roots))
    return tuple(found)


def _keys(head: DossierHead, trusted: EnvelopeKey) -> tuple[tuple[int, EnvelopeKey], ...]:
    if not head.keys:
        return ((0, trusted),)
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    found = []
    try:
        for one in head.keys:
            key = EnvelopeKey(load_pem_public_key(one.public_key.encode()))  # type: ignore[arg-type]
            found.append((one.first, key))
            if key.key_id != one.key_id:
                raise ValueError(one.key_id)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise malformed(_("a key in it cannot be read")) from error
    firsts = [one.first for one in head.keys]
    lasts = [one.last for one in head.keys]
    follows = [first - 1 for first in firsts[1:]]
    if firsts != sorted(set(firsts)) or firsts[0] or lasts != [*follows, None]:
        raise malformed(_("its keys do not follow one another"))
    if found[-1][1].key_id != trusted.key_id:
        raise unverified(_("the key that signed it is not the last of its keys"))
    return tuple(found)
