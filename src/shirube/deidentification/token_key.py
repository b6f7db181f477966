# SPDX-License-Identifier: Apache-2.0
"""Keyed tokens: HMAC-SHA-256 of a value, under a key that is kept apart from what it made.

A bare hash of a name or a number is undone by hashing candidates; without the key that is not
possible. Whoever holds the key can link tokens with the source: for anonymised information it has
to be destroyed, for pseudonymised information it has to be protected.
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from shirube.terms.errors import Problem
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}")
_SECRET_BYTES = 32
_FINGERPRINT: Final = b"shirube token key"  # no zero byte, so no token has this message
_TOKEN_BYTES = 16
"""128 bits: among a billion values the chance that two share a token is below 1e-20."""


@dataclass(frozen=True)
class TokenKey:
    """A secret and its name; the secret is never shown."""

    name: str
    secret: bytes = field(repr=False)

    @property
    def fingerprint(self) -> str:
        """The first 64 bits of an HMAC under the key: says which key it is, and not what it is."""
        return hmac.digest(self.secret, _FINGERPRINT, "sha256")[:8].hex()

    def token(self, kind: str, text: str) -> str:
        """Return the token of a text; equal texts of one kind have equal tokens."""
        message = kind.encode() + b"\x00" + text.encode()
        return hmac.digest(self.secret, message, "sha256")[:_TOKEN_BYTES].hex()

    def tokens_of(self, kind: str) -> Callable[[str], str]:
        """Return the function from texts of a kind to tokens."""
        return lambda text: self.token(kind, text)


def path_of(name: str, folder: Path) -> Path:
    """Return where the key of that name lies, or would lie."""
    if not _NAME.fullmatch(name):
        raise Problem(
            _("“{name}” cannot be the name of a token key.").format(name=name),
            why=_("The name becomes the name of a file in the key directory."),
            remedy=_("Use letters, digits, dots, hyphens and underscores."),
        )
    return folder / f"{name}.token-key"


def exists(name: str, folder: Path) -> bool:
    """Tell whether there is a key of that name."""
    return path_of(name, folder).is_file()


def create(name: str, folder: Path) -> TokenKey:
    """Make a key and keep it with mode 0600; one that is there is never overwritten."""
    path = path_of(name, folder)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    secret = secrets.token_bytes(_SECRET_BYTES)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Problem(
            _("There is a token key of that name already; it was left as it is."),
            where=str(path),
            why=_("Tokens that the old key made could never be made again with a new one."),
            remedy=_("Choose another name, or use the key that is there."),
        ) from None
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(secret.hex().encode() + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
    return TokenKey(name, secret)


def load(name: str, folder: Path) -> TokenKey:
    """Load a key after looking whether it is safe where it lies.

    Raises
    ------
    Problem
        There is none of that name, others can read it, or the file is no such key.
    """
    path = path_of(name, folder)
    if not path.is_file():
        raise Problem(
            _("There is no token key named {name}.").format(name=name),
            where=str(path),
            remedy=_("Check the name, or SHIRUBE_KEY_DIR."),
        )
    mode = stat.S_IMODE(path.stat().st_mode)
    if os.name != "nt" and mode & 0o077:
        raise Problem(
            _("Others can read the token key (its mode is {mode}).").format(mode=f"{mode:04o}"),
            where=str(path),
            why=_("Whoever reads it can link every token with the value it stands for."),
            remedy=_("Run `chmod 600` on the file, and think whether somebody has read it."),
        )
    try:
        secret = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError:
        secret = b""
    if len(secret) != _SECRET_BYTES:
        raise Problem(
            _("This is not a token key."),
            where=str(path),
            remedy=_("Restore the key file from its backup."),
        )
    return TokenKey(name, secret)
