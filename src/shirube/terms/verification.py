# SPDX-License-Identifier: Apache-2.0
"""What came out when a whole ledger was verified."""

from __future__ import annotations

import msgspec

from shirube.terms.errors import Problem
from shirube.terms.ledger import Stamp


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """The tree that was found and the first thing that does not hold, if any.

    ``root`` is the root's hash in hex, ``checkpoint`` the newest signed head as text, ``key_id``
    the key that everything was checked against. ``remarks`` are worth knowing and break nothing.
    """

    leaves: int
    root: str
    checkpoint: str
    key_id: str
    problems: tuple[Problem, ...] = ()
    remarks: tuple[str, ...] = ()
    stamps: tuple[Stamp, ...] = ()

    @property
    def holds(self) -> bool:
        """Tell whether everything holds."""
        return not self.problems
