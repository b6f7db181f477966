# SPDX-License-Identifier: Apache-2.0
"""Tiles (C2SP tlog-tiles): the tree and its entries as static files of 256 hashes or entries each.

``tile/<L>/<N>`` holds the nodes ``256 N`` to ``256 N + 255`` of tree level ``8 L``, one after the
other; ``tile/entries/<N>`` the entries ``256 N`` to ``256 N + 255``, each behind its length in 16
bits. The last of a row may be narrower, and says so in its path: ``….p/<width>``.

References
----------
https://c2sp.org/tlog-tiles (0.1.0)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from shirube.ledger.errors import MalformedTile
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Row = int | Literal["entries"]

WIDTH: Final = 256
HEIGHT: Final = 8
MAX_ENTRY_BYTES: Final = 65_535
"""An entry carries its length in 16 bits."""

_LENGTH_BYTES: Final = 2


def path(row: Row, index: int, width: int = WIDTH) -> str:
    """Return where a tile lies: index 1,234,067 of level 0 is ``tile/0/x001/x234/067``."""
    groups = [f"{index % 1000:03d}"]
    while index >= 1000:
        index //= 1000
        groups.append(f"x{index % 1000:03d}")
    name = "/".join(reversed(groups))
    return f"tile/{row}/{name}" + (f".p/{width}" if width < WIDTH else "")


def widths(count: int) -> Iterator[tuple[int, int]]:
    """Yield index and width of the tiles that hold ``count`` things; the last may be narrower."""
    for index in range(count // WIDTH):
        yield index, WIDTH
    if count % WIDTH:
        yield count // WIDTH, count % WIDTH


def rows(size: int) -> Iterator[tuple[int, int]]:
    """Yield each level of tiles of a tree, and how many hashes it has: 70,000, 273, 1."""
    level = 0
    while size:
        yield level, size
        level, size = level + 1, size // WIDTH


def names(size: int) -> Iterator[str]:
    """Yield the path of every tile and entry bundle of a tree."""
    for index, width in widths(size):
        yield path("entries", index, width)
    for level, count in rows(size):
        for index, width in widths(count):
            yield path(level, index, width)


def render_bundle(entries: Sequence[bytes]) -> bytes:
    """Write entries one behind the other, each behind its length."""
    return b"".join(len(entry).to_bytes(_LENGTH_BYTES, "big") + entry for entry in entries)


def parse_bundle(content: bytes, width: int) -> list[bytes]:
    """Read exactly ``width`` entries.

    Raises
    ------
    MalformedTile
        There are fewer or more, or one is cut off.
    """
    entries: list[bytes] = []
    place = 0
    while place < len(content) and len(entries) < width:
        start = place + _LENGTH_BYTES
        place = start + int.from_bytes(content[start - _LENGTH_BYTES : start], "big")
        entries.append(content[start:place])
    if place != len(content) or len(entries) != width:
        raise _malformed(_("it does not hold {width} whole entries").format(width=width))
    return entries


def _malformed(detail: str) -> MalformedTile:
    return MalformedTile(
        _("This is not a tile of a ledger: {detail}.").format(detail=detail),
        why=_("The tree cannot be computed from it."),
        remedy=_("Ask for the file again; `shirube ledger export` writes all of them."),
    )
