# SPDX-License-Identifier: Apache-2.0
"""The errors of the ledger's formats."""

from __future__ import annotations

from shirube.terms.errors import Problem


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
