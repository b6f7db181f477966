# SPDX-License-Identifier: Apache-2.0
"""The key of tokens: kept in the user's key directory, made when it is first asked for."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from shirube.deidentification import token_key
from shirube.evidence import keys

if TYPE_CHECKING:
    from pathlib import Path


def file_of(key: token_key.TokenKey) -> Path:
    """Return where a key lies."""
    return token_key.path_of(key.name, keys.directory())


def open_key(name: str | None) -> tuple[token_key.TokenKey, bool]:
    """Return the token key of that name, and whether it was made just now.

    Without a name a key of its own is made, so that no two releases share tokens.
    """
    folder = keys.directory()
    if name is not None and token_key.exists(name, folder):
        return token_key.load(name, folder), False
    return token_key.create(name or f"release-{secrets.token_hex(4)}", folder), True
