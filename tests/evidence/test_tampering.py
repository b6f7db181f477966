# SPDX-License-Identifier: Apache-2.0
"""Every changed byte of a ledger is refused, or stands on the list of bytes that carry nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from shirube import evidence

PAGE = 4096

# Bytes of the database header that no leaf, node, head or checkpoint depends on, with the names
# that SQLite's file format gives them (https://www.sqlite.org/fileformat2.html section 1.3).
HEADER_THAT_CARRIES_NOTHING = {
    *(18, 19),  # file format write and read version: how to open the file, not what it holds
    *range(24, 28),  # file change counter
    *range(40, 44),  # schema cookie: when to read the schema again
    *range(44, 48),  # schema format number: which kinds of index may occur; there is none
    *range(48, 52),  # suggested cache size
    *range(56, 60),  # text encoding: only its two lowest bits count, and all of our text is checked
    *range(72, 92),  # reserved for expansion
    *range(92, 96),  # the change counter for which the next number is valid
    *range(96, 100),  # version of the SQLite library that wrote last
}


@pytest.fixture
def sealed(operator, key, measured, policy, now) -> Path:
    """Return a folder with a ledger of four leaves, sealed in two goes."""
    with evidence.open_book(operator, key=key, create=True) as book:
        book.seal([measured("a"), measured("b"), policy], now=now)
        book.seal([measured("d")], now=now)
    return operator


def varint(content: bytes, place: int) -> tuple[int, int]:
    value = 0
    for step in range(9):
        byte = content[place + step]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            break
    return value, place + step + 1


def used(database: bytes) -> tuple[set[int], set[int]]:
    """Return the places that b-tree pages use, and those among them that carry nothing.

    The latter are the numbers of the rows of SQLite's own schema table (their order counts, not
    their values), and the type of the first column of ``leaf``, ``head`` and ``checkpoint``: that
    column is the row's number, stored elsewhere, and SQLite does not look at it here.
    """
    places: set[int] = set()
    nothing: set[int] = set()
    for base in range(0, len(database), PAGE):
        start = base + (100 if base == 0 else 0)
        cells = int.from_bytes(database[start + 3 : start + 5], "big")
        kind, pointers = database[start], start + 8
        assert kind in {13, 10}, "the small ledger has leaf pages only"
        places |= set(range(base, pointers + 2 * cells))
        for pointer in range(pointers, pointers + 2 * cells, 2):
            cell = base + int.from_bytes(database[pointer : pointer + 2], "big")
            length, number = varint(database, cell)
            record = varint(database, number)[1] if kind == 13 else number
            places |= set(range(cell, record + length))
            if kind == 13:
                nothing |= set(range(number, record)) if base == 0 else {record + 1}
    return places, nothing


def rows(path: Path) -> list[object]:
    connection = sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)
    found = [
        connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()
        for table in ("leaf", "node", "head", "checkpoint")
    ]
    connection.close()
    return found


def accepted(path: Path, changes: Iterator[tuple[int, int]], folder: Path, key) -> set[int]:
    """Return the places at which a flipped bit went unnoticed; the file is restored afterwards."""
    original = path.read_bytes()
    before = rows(path) if path.suffix == ".db" else []
    found = set()
    with path.open("r+b", buffering=0) as stream:  # in place: writing it whole costs more than this
        for place, bit in changes:
            put(stream, place, original[place] ^ 1 << bit)
            if evidence.verify(folder, key.public).holds:
                found.add(place)
                assert path.suffix != ".db" or rows(path) == before
            for rest in path.parent.glob("ledger.db-*"):
                rest.unlink()
            put(stream, place, original[place])
    assert path.read_bytes() == original
    return found


def put(stream: BinaryIO, place: int, byte: int) -> None:
    stream.seek(place)
    stream.write(bytes([byte]))


def flips(places: list[int], *, every_bit: bool = False) -> Iterator[tuple[int, int]]:
    for place in places:
        yield from ((place, bit) for bit in (range(8) if every_bit else [place % 8]))


def files(folder: Path) -> list[Path]:
    home = folder / ".shirube"
    evidence_files = sorted((home / "evidence").glob("??/*.json"))
    assert len(evidence_files) == 4
    return [*evidence_files, home / "checkpoint", home / "public_key.pem"]


def test_a_changed_byte_of_the_database_is_refused(sealed, key) -> None:
    path = sealed / ".shirube" / "ledger.db"
    places, nothing = used(path.read_bytes())
    listed = HEADER_THAT_CARRIES_NOTHING | nothing
    sample = sorted(places - listed)[::7]
    assert accepted(path, flips(sample), sealed, key) == set()


def test_a_changed_byte_of_any_other_file_is_refused(sealed, key) -> None:
    for path in files(sealed):
        step = 1 if path.stat().st_size < 300 else 61
        places = list(range(0, path.stat().st_size, step))
        assert accepted(path, flips(places), sealed, key) == set()


def test_a_file_that_was_cut_or_lengthened_is_refused(sealed, key) -> None:
    for path in files(sealed):
        original = path.read_bytes()
        for changed in (b"", original[:-1], original + b"\n", original + original):
            path.write_bytes(changed)
            assert not evidence.verify(sealed, key.public).holds
        path.write_bytes(original)
    assert evidence.verify(sealed, key.public).holds


@pytest.mark.full
def test_every_bit_of_the_database_is_refused_or_on_the_list(sealed, key) -> None:
    path = sealed / ".shirube" / "ledger.db"
    places, nothing = used(path.read_bytes())
    listed = HEADER_THAT_CARRIES_NOTHING | nothing
    assert accepted(path, flips(sorted(places), every_bit=True), sealed, key) <= listed
    # Space in no cell: whatever stands there, nothing is read from it. All of it is changed at
    # once: a byte that was read after all would change the answer as well as it would alone.
    original, before = path.read_bytes(), rows(path)
    for bit in range(8):
        changed = bytearray(original)
        for place in set(range(len(original))) - places:
            changed[place] ^= 1 << bit
        path.write_bytes(changed)
        assert evidence.verify(sealed, key.public).holds
        assert rows(path) == before


@pytest.mark.full
def test_every_byte_of_every_other_file_is_refused(sealed, key) -> None:
    for path in files(sealed):
        everywhere = list(range(path.stat().st_size))
        assert accepted(path, flips(everywhere), sealed, key) == set()
