# SPDX-License-Identifier: Apache-2.0
"""Evidence: sealed with the operator's key, entered in the ledger, verified by anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shirube.evidence.book import Book, exists, open_book
    from shirube.evidence.verification import verify

__all__ = ["Book", "exists", "open_book", "verify"]


def __getattr__(name: str) -> object:
    """Import on first use: signing and its libraries load only where something is sealed."""
    import importlib

    if name not in __all__:
        raise AttributeError(name)
    module = "verification" if name == "verify" else "book"
    return getattr(importlib.import_module(f"shirube.evidence.{module}"), name)
