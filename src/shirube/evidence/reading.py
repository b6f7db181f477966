# SPDX-License-Identifier: Apache-2.0
"""Evidence read back in the ledger's order: each envelope verified, or erased with a record.

An envelope may be missing only if a later leaf says that it was erased. Then what that erasure
kept of the record stands in its place, so that reports and findings go on counting the attempt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from shirube.evidence import statement as statements
from shirube.store.files import missing
from shirube.terms.evidence import (
    AUTHORITY_KINDS,
    RECORDS,
    Erasure,
    Evidence,
    KeyChange,
    ModelSeal,
    Record,
    Withdrawal,
)
from shirube.terms.manifest import Model
from shirube.terms.text import Text
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shirube.evidence.entry import Entry
    from shirube.evidence.keyring import Keyring
    from shirube.evidence.keys import PublicKey
    from shirube.store.files import EvidenceFiles

ERASABLE: Final = tuple(
    kind for kind in RECORDS if kind not in ("erasure", "key_change", "adoption", *AUTHORITY_KINDS)
)


class Reading:
    """What has been read of one ledger so far."""

    def __init__(self, files: EvidenceFiles, ring: Keyring) -> None:
        self._files = files
        self._ring = ring
        self._absent: set[int] = set()
        self.known: list[Evidence] = []

    def add(self, leaf: Entry) -> None:
        """Read the next leaf's envelope; a missing one is asked about in ``settle``.

        The keyring has taken in this leaf, and any that changes keys before it.

        Raises
        ------
        StoreProblem, UnverifiedEvidence, codec.Unreadable
            The file was changed, the key did not sign it, or it does not say what its leaf says.
        """
        index = len(self.known)
        key = self._ring.signer(index)
        content = self._files.find(leaf.sha256)
        if content is None:
            self._absent.add(index)
            self.known.append(_bare(index, leaf, key))
            return
        sealed = statements.unseal(content, key)
        found = _joined(index, leaf, sealed, key, self.known)
        self.known.append(found)
        if found.erasure:
            self._erased(found.erasure, index)
        if found.key_change and found.key_change.action == "revoked":
            self._revoked(found.key_change)

    def settle(self) -> None:
        """Accept the missing envelopes only if each was erased.

        Raises
        ------
        StoreProblem
            One is missing, and no leaf says that it was erased.
        """
        if self._absent:
            raise missing(self._files.path(self.known[min(self._absent)].sha256))

    def erased(self) -> tuple[str, ...]:
        """Return the digests of all envelopes that were erased."""
        return tuple(found.sha256 for found in self.known if found.erased_by is not None)

    def _revoked(self, change: KeyChange) -> None:
        """Note of every entry of the revoked key that was sealed too late why it does not count.

        Hand-overs stand: whoever trusts a later key follows it without them.
        """
        self._ring.revoke(change)
        for index, found in enumerate(self.known):
            if found.key_id == change.key_id and found.kind != "key_change":
                refused = self._ring.refusal(index, found.sealed_at)
                if refused:
                    self.known[index] = replace(found, refused=refused)

    def _erased(self, erasure: Erasure, by: int) -> None:
        self._absent.discard(erasure.index)
        self.known[erasure.index] = replace(
            self.known[erasure.index],
            erased_by=by,
            **{kind: getattr(erasure, kind) for kind in ERASABLE},
        )


def remains(found: Evidence, *, reason: str) -> dict[str, Record]:
    """Return what stays of a record when its envelope is erased, by the name of the field.

    Of a measurement: what was asked, when, and that it gives no values. Of a document: what it
    served as, its dates and digest, no names and no title. Of a model: its id. Of a withdrawal:
    which run, and why.
    """
    if found.measurement:
        made = found.measurement
        failure = _("The content of this run was erased: {reason}").format(reason=reason)
        kept = replace(
            made, inputs=(), values=(), details=(), notes=(), method=None, key="", sample_size=0,
            failure=failure,
        )  # fmt: skip
        return {"measurement": kept}
    if found.document:
        paper = replace(
            found.document.document, title=None, file=None, url=None, owner=None, approved_by=None,
            signatories=(), approvals=(),
        )  # fmt: skip
        return {"document": replace(found.document, document=paper)}
    if found.model:
        name = found.model.model.id
        return {"model": ModelSeal(model=Model(id=name, name=Text(name, name)), files=())}
    return {"withdrawal": replace(found.withdrawal, author="")} if found.withdrawal else {}


def _bare(index: int, leaf: Entry, key: PublicKey) -> Evidence:
    return Evidence(
        index=index, sha256=leaf.sha256, key_id=key.key_id, sealed_at=leaf.sealed_at, kind=leaf.kind
    )


def _joined(
    index: int,
    leaf: Entry,
    sealed: statements.Sealed,
    key: PublicKey,
    before: Sequence[Evidence],
) -> Evidence:
    """Join what a leaf says with what its envelope says; both must say the same."""
    item = sealed.item
    if (leaf.kind, leaf.sealed_at) != (sealed.kind, sealed.sealed_at):
        raise _differs(index)
    if isinstance(item, Withdrawal | Erasure):
        fits = 0 <= item.index < index and before[item.index].sha256 == sealed.subjects[0][1]
        if not fits:
            raise _differs(index)
    if isinstance(item, Erasure) and not _may_erase(item, before[item.index]):
        raise _differs(index)
    return replace(_bare(index, leaf, key), **{leaf.kind: item})


def _may_erase(erasure: Erasure, target: Evidence) -> bool:
    """Tell whether what remains is of the kind that the leaf was, erased for the first time."""
    kept = [kind for kind in ERASABLE if getattr(erasure, kind) is not None]
    return kept == [target.kind] and target.erased_by is None


def _differs(index: int) -> statements.UnverifiedEvidence:
    return statements.UnverifiedEvidence(
        _("Leaf {index} and its evidence file say different things.").format(index=index),
        why=_("The kind, the time of sealing, or the entry that is named do not agree."),
        remedy=_("Restore the folder .shirube from a backup."),
    )
