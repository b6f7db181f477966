# SPDX-License-Identifier: Apache-2.0
"""The tree of RFC 6962 and RFC 9162: hashes, roots and proofs, nothing else.

Only *complete* subtrees are ever stored: the node at (level, index) covers the leaves
``index * 2**level`` up to ``(index + 1) * 2**level``, so a stored node never changes. Everything
here is arithmetic on such nodes; where they lie is the caller's business (``Nodes``).

References
----------
RFC 9162 section 2.1, https://www.rfc-editor.org/rfc/rfc9162#section-2.1
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    Nodes = Callable[[int, int], bytes]  # gives the hash of the complete subtree (level, index)

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """Return ``SHA-256(0x00 || entry)``: the first byte keeps leaves and nodes apart."""
    return hashlib.sha256(b"\x00" + entry).digest()


def leaf_hashes(entries: Iterable[bytes]) -> list[bytes]:
    """Return the hashes of many leaves."""
    sha256 = hashlib.sha256  # called a million times: every look-up counts
    return [sha256(b"\x00" + entry).digest() for entry in entries]


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return ``SHA-256(0x01 || left || right)``."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def frontier(size: int) -> tuple[tuple[int, int], ...]:
    """Return the complete subtrees, left to right, that together cover the first ``size`` leaves.

    There is one for each bit set in ``size``: 6 leaves = 4 + 2 gives ``((2, 0), (1, 2))``.
    """
    return tuple(_cover(0, size))


def fold(hashes: Sequence[bytes]) -> bytes:
    """Return the root over a frontier's hashes, joined from the right; of none, the empty root."""
    if not hashes:
        return EMPTY_ROOT
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


def root(nodes: Nodes, size: int) -> bytes:
    """Return the root of the tree of the first ``size`` leaves."""
    return fold([nodes(level, index) for level, index in frontier(size)])


def grow(
    size: int, hashes: Sequence[bytes], leaves: Iterable[bytes]
) -> tuple[list[tuple[int, int, list[bytes]]], list[bytes]]:
    """Append leaf hashes; return the nodes that became complete and the new frontier's hashes.

    Parameters
    ----------
    size, hashes
        The tree so far: its number of leaves and the hashes of ``frontier(size)``.
    leaves
        The hashes of the new leaves, in order.

    Returns
    -------
    tuple
        The new nodes level by level, as ``(level, index of the first, hashes)``, and the hashes
        of the new frontier.
    """
    # Each bit set in the size is a complete subtree at the edge that waits for its sister.
    waiting = {level: kept for (level, _index), kept in zip(frontier(size), hashes, strict=True)}
    made: list[tuple[int, int, list[bytes]]] = []
    edge: list[bytes] = []
    level, start, row = 0, size, list(leaves)
    sha256 = hashlib.sha256
    while row or waiting:
        if row:
            made.append((level, start, row))
        if level in waiting:
            row, start = [waiting.pop(level), *row], start - 1
        if len(row) & 1:
            edge.append(row[-1])
        row = [
            sha256(b"\x01" + left + right).digest()
            for left, right in zip(row[0::2], row[1::2], strict=False)
        ]
        level, start = level + 1, (start + 1) >> 1
    return made, edge[::-1]


def inclusion_proof(nodes: Nodes, index: int, size: int) -> list[bytes]:
    """Return the audit path of the leaf at ``index`` in the tree of ``size`` leaves (2.1.3.1)."""
    _expect(0 <= index < size)
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range(nodes, middle, end))
            end = middle
        else:
            path.append(_range(nodes, start, middle))
            start = middle
    return path[::-1]


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes
) -> bool:
    """Tell whether the leaf hash stands at ``index`` under this root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    position, last, joined = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            joined = node_hash(step, joined)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            joined = node_hash(joined, step)
        position, last = position >> 1, last >> 1
    return last == 0 and joined == expected


def consistency_proof(nodes: Nodes, old: int, new: int) -> list[bytes]:
    """Return the proof that the tree of ``new`` leaves extends the one of ``old`` (2.1.4.1)."""
    _expect(0 <= old <= new)
    if old in {0, new}:
        return []
    path: list[bytes] = []
    start, end = 0, new
    # ``whole`` stays true while the old tree is a left subtree that its verifier knows by root.
    whole = True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_range(nodes, middle, end))
            end = middle
        else:
            path.append(_range(nodes, start, middle))
            start, whole = middle, False
    if not whole:
        path.append(_range(nodes, start, end))
    return path[::-1]


def verify_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Tell whether the new tree extends the old one (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    position, last = old - 1, new - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    before = after = path[0]
    for step in path[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            before, after = node_hash(step, before), node_hash(step, after)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            after = node_hash(after, step)
        position, last = position >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


def _split(count: int) -> int:
    """Return the largest power of two smaller than ``count`` (at least 2)."""
    return 1 << ((count - 1).bit_length() - 1)


def _cover(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the complete subtrees of ``[start, end)``; ``start`` lies on a boundary of its size."""
    while start < end:
        level = (end - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level


def _range(nodes: Nodes, start: int, end: int) -> bytes:
    return fold([nodes(level, index) for level, index in _cover(start, end)])


def _expect(holds: bool) -> None:
    from shirube.terms.errors import InternalError

    if not holds:
        raise InternalError("a proof was asked for a leaf or a size outside the tree")
