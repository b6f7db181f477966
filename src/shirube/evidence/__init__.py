# SPDX-License-Identifier: Apache-2.0
"""Evidence: sealed with the operator's key, entered in the ledger, verified by anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from shirube.evidence.backups import backup, restore
    from shirube.evidence.book import Book, exists, open_book
    from shirube.evidence.exported import is_export, verify_export
    from shirube.evidence.exporting import export
    from shirube.evidence.ledger_status import status
    from shirube.evidence.proving import prove, verify_proof
    from shirube.evidence.verification import verify

__all__ = [
    "Book",
    "backup",
    "exists",
    "export",
    "is_export",
    "open_book",
    "prove",
    "restore",
    "status",
    "verify",
    "verify_export",
    "verify_proof",
]

_MODULES: Final = {
    "Book": "book",
    "backup": "backups",
    "exists": "book",
    "export": "exporting",
    "is_export": "exported",
    "open_book": "book",
    "prove": "proving",
    "restore": "backups",
    "status": "ledger_status",
    "verify": "verification",
    "verify_export": "exported",
    "verify_proof": "proving",
}


def __getattr__(name: str) -> object:
    """Import on first use: signing and its libraries load only where something is sealed."""
    import importlib

    if name not in _MODULES:
        raise AttributeError(name)
    return getattr(importlib.import_module(f"shirube.evidence.{_MODULES[name]}"), name)
