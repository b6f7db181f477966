# SPDX-License-Identifier: Apache-2.0
"""Hash candidates until they meet tokens: no key, no secret, nothing but patience."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

ENCODINGS = ("utf-8", "cp932")


@dataclass
class Found:
    """What one list or space of candidates gave.

    ``digests`` are the tokens whose text was found; the texts themselves are not kept.
    """

    name: str
    size: int
    tried: int = 0
    hashes: int = 0
    seconds: float = 0.0
    digests: set[bytes] = field(default_factory=set)

    @property
    def hashes_per_second(self) -> float | None:
        """How fast this machine was, on one core; None where too little was tried to tell."""
        return self.hashes / self.seconds if self.seconds > 0 and self.hashes else None

    @property
    def hours_for_all(self) -> float | None:
        """How long the whole space takes at that speed, in hours."""
        speed = self.hashes_per_second
        if speed is None:
            return None
        return self.hashes / self.tried * self.size / speed / 3600


@dataclass(frozen=True)
class Way:
    """How a token may have been made: something before, something after, an algorithm."""

    before: bytes
    after: bytes
    algorithm: Callable[[bytes], bytes]


def ways(columns: Mapping[str, Collection[bytes]], salts: Sequence[str]) -> tuple[Way, ...]:
    """Return every way to try: without a salt, with each salt, and with the name of a column.

    Only the algorithms whose digests a column holds are tried, and the name of a column only with
    those of that column.
    """
    everywhere = sorted({len(digest) for digests in columns.values() for digest in digests})
    around = [("", everywhere), *((salt, everywhere) for salt in salts)]
    around += [(name, sorted({len(each) for each in found})) for name, found in columns.items()]
    found = [
        Way(before.encode(), after.encode(), _ALGORITHM[length])
        for salt, lengths in around
        for length in lengths
        for before, after in ([(salt, ""), ("", salt)] if salt else [("", "")])
    ]
    return tuple(dict.fromkeys(found))


def search(
    name: str,
    size: int,
    candidates: Iterable[Sequence[str]],
    wanted: Collection[bytes],
    ways: Sequence[Way],
) -> Found:
    """Hash every spelling of every candidate in every way.

    Parameters
    ----------
    name, size
        Of the list or space from which the candidates come.
    candidates
        Per candidate its spellings.
    wanted
        Digests of the tokens.
    ways
        How the tokens may have been made.
    """
    found = Found(name, size)
    tries = [(way.before, way.after, way.algorithm) for way in ways]
    started = time.perf_counter()
    for spellings in candidates:
        found.tried += 1
        for text in _bytes(spellings):
            found.hashes += len(tries)
            for before, after, algorithm in tries:
                digest = algorithm(before + text + after)
                if digest in wanted:
                    found.digests.add(digest)
    found.seconds = time.perf_counter() - started
    return found


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()


def _sha1(data: bytes) -> bytes:
    return hashlib.sha1(data, usedforsecurity=False).digest()


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


_ALGORITHM = {16: _md5, 20: _sha1, 32: _sha256}


def _bytes(spellings: Sequence[str]) -> dict[bytes, None]:
    """Return the spellings in the encodings in use; ASCII is the same in both."""
    coded: dict[bytes, None] = {}
    for text in spellings:
        for encoding in ENCODINGS[:1] if text.isascii() else ENCODINGS:
            coded[text.encode(encoding, errors="ignore")] = None
    return coded
