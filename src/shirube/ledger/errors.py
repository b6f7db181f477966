# SPDX-License-Identifier: Apache-2.0
"""The errors of the ledger's formats."""

from __future__ import annotations

from shirube.terms.errors import Problem
from shirube.texts import _


class MalformedNote(Problem):
    """A text that should be a signed note, a checkpoint or a verifier key and is not."""


class UnverifiedNote(Problem):
    """A signed note without a signature of the key that was expected."""


class MalformedProof(Problem):
    """A text that should be a proof of inclusion and is not."""


class UnverifiedProof(Problem):
    """A proof that does not lead from the entry to the signed root."""


class MalformedTile(Problem):
    """A file that should be a tile or an entry bundle and is not."""


class MalformedRecord(Problem):
    """A text that should be strict JSON or an envelope and is not; ``detail`` says why."""

    def __init__(self, detail: str) -> None:
        self.detail = detail
        super().__init__(
            _("This is no signed record that can be read: {detail}.").format(detail=detail),
            why=_("Nothing in it is looked at further, so that a hostile file can do no harm."),
            remedy=_("Ask for the file again, or restore it from a backup."),
        )


class UnverifiedRecord(Problem):
    """An envelope that the expected key did not sign; ``detail`` says what does not fit."""

    def __init__(self, detail: str) -> None:
        self.detail = detail
        super().__init__(
            _("The signed record does not hold: {detail}.").format(detail=detail),
            why=_("It was changed after signing, or it is not from the owner of this key."),
            remedy=_("Compare the key's fingerprint by another way, and ask for the file again."),
        )
