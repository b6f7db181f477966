# SPDX-License-Identifier: Apache-2.0
"""The errors of the ledger's formats."""

from __future__ import annotations

from shirube.terms.errors import Problem


class MalformedNote(Problem):
    """A text that should be a signed note, a checkpoint or a verifier key and is not."""


class UnverifiedNote(Problem):
    """A signed note without a signature of the key that was expected."""
