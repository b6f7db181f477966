# SPDX-License-Identifier: Apache-2.0
"""The tree of RFC 6962: known roots, proofs for every leaf and every pair of sizes."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shirube.ledger import tree
from shirube.terms.errors import InternalError

# The eight leaves and the roots of the first 1..8 of them, as the certificate-transparency
# community has used them since 2012. Two of them by hand:
#   root(1) = SHA-256(00)             the empty leaf behind its prefix byte
#   root(2) = SHA-256(01 || root(1) || SHA-256(00 00))
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


class Grown:
    """A tree in memory, grown leaf by leaf."""

    def __init__(self, entries: list[bytes]) -> None:
        made, edge = tree.grow(0, [], [tree.leaf_hash(entry) for entry in entries])
        self.stored = {
            (level, start + place): found
            for level, start, row in made
            for place, found in enumerate(row)
        }
        self.size, self.root = len(entries), tree.fold(edge)

    def nodes(self, level: int, index: int) -> bytes:
        return self.stored[level, index]

    def root_at(self, size: int) -> bytes:
        return tree.root(self.nodes, size)


def flat(made: list[tuple[int, int, list[bytes]]]) -> list[tuple[int, int, bytes]]:
    """Each new node by its level and its index."""
    return sorted(
        (level, start + place, node) for level, start, row in made for place, node in enumerate(row)
    )


def plain_root(entries: list[bytes]) -> bytes:
    """The definition of RFC 9162 section 2.1.1, word for word, as the second opinion."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    split = 1
    while split * 2 < len(entries):
        split *= 2
    halves = plain_root(entries[:split]) + plain_root(entries[split:])
    return hashlib.sha256(b"\x01" + halves).digest()


def numbered(count: int) -> list[bytes]:
    return [index.to_bytes(4, "big") for index in range(count)]


@pytest.mark.parametrize("size", range(1, 9))
def test_the_roots_are_the_known_ones(size: int) -> None:
    assert Grown(LEAVES[:size]).root.hex() == ROOTS[size - 1]


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert Grown([]).root == tree.EMPTY_ROOT == hashlib.sha256().digest()


def test_a_frontier_has_one_subtree_for_each_bit_of_the_size() -> None:
    # 6 = 4 + 2: leaves 0..3 are node (2, 0), leaves 4..5 are node (1, 2).
    assert tree.frontier(6) == ((2, 0), (1, 2))
    assert tree.frontier(0) == ()


def test_the_proof_of_leaf_2_of_7_is_the_one_worked_out_by_hand() -> None:
    #            root
    #       (0..3)      (4..6)
    #    (0,1)  (2,3)   (4,5) 6      leaf 2 needs: leaf 3, (0,1), (4..6)
    grown = Grown(LEAVES[:7])
    right = tree.node_hash(grown.stored[1, 2], grown.stored[0, 6])
    expected = [grown.stored[0, 3], grown.stored[1, 0], right]
    assert tree.inclusion_proof(grown.nodes, 2, 7) == expected


def test_the_consistency_proof_from_3_to_7_is_the_one_of_the_rfc() -> None:
    # RFC 9162 section 2.1.5: the proof from 3 to 7 is [c, d, g, l]:
    # leaf 2, leaf 3, the pair (0,1), and everything from leaf 4 on.
    grown = Grown(LEAVES[:7])
    rest = tree.node_hash(grown.stored[1, 2], grown.stored[0, 6])
    expected = [grown.stored[0, 2], grown.stored[0, 3], grown.stored[1, 0], rest]
    assert tree.consistency_proof(grown.nodes, 3, 7) == expected


@given(st.lists(st.binary(max_size=40), max_size=70))
def test_growing_gives_the_root_of_the_definition(entries: list[bytes]) -> None:
    assert Grown(entries).root == plain_root(entries)


@given(st.integers(0, 40), st.lists(st.integers(1, 9), max_size=6))
def test_growing_in_groups_gives_the_same_nodes_as_growing_at_once(
    first: int, groups: list[int]
) -> None:
    leaves = [tree.leaf_hash(entry) for entry in numbered(first + sum(groups))]
    made, edge = tree.grow(0, [], leaves[:first])
    size = first
    for group in groups:
        more, edge = tree.grow(size, edge, leaves[size : size + group])
        made, size = made + more, size + group
    at_once, edge_at_once = tree.grow(0, [], leaves)
    assert (flat(made), edge) == (flat(at_once), edge_at_once)


def test_every_leaf_of_every_small_tree_can_be_proved() -> None:
    for size in range(1, 34):
        grown = Grown(numbered(size))
        for index in range(size):
            proof = tree.inclusion_proof(grown.nodes, index, size)
            leaf = grown.stored[0, index]
            assert tree.verify_inclusion(leaf, index, size, proof, grown.root)


def test_every_small_tree_is_proved_to_extend_every_smaller_one() -> None:
    grown = Grown(numbered(33))
    for new in range(34):
        for old in range(new + 1):
            proof = tree.consistency_proof(grown.nodes, old, new)
            roots = grown.root_at(old), grown.root_at(new)
            assert tree.verify_consistency(old, new, *roots, proof)


@given(st.integers(1, 300), st.data())
def test_a_proof_holds_only_for_its_leaf_its_place_and_its_root(size: int, data) -> None:
    grown = Grown(numbered(size))
    index = data.draw(st.integers(0, size - 1))
    proof = tree.inclusion_proof(grown.nodes, index, size)
    leaf = grown.stored[0, index]
    assert tree.verify_inclusion(leaf, index, size, proof, grown.root)
    other = data.draw(st.integers(0, size + 5).filter(lambda place: place != index))
    assert not tree.verify_inclusion(leaf, other, size, proof, grown.root)
    assert not tree.verify_inclusion(tree.leaf_hash(b"other"), index, size, proof, grown.root)
    assert not tree.verify_inclusion(leaf, index, size, proof, tree.leaf_hash(b"other"))
    assert not tree.verify_inclusion(leaf, index, size, [*proof, leaf], grown.root)
    if proof:
        assert not tree.verify_inclusion(leaf, index, size, proof[:-1], grown.root)


@given(st.integers(1, 300), st.data())
def test_a_tree_that_was_changed_cannot_be_proved_to_extend_the_old_one(size: int, data) -> None:
    entries = numbered(size)
    old = data.draw(st.integers(1, size))
    changed = data.draw(st.integers(0, old - 1))
    other = [b"changed" if index == changed else entry for index, entry in enumerate(entries)]
    before, after = Grown(entries[:old]).root, Grown(other)
    proof = tree.consistency_proof(after.nodes, old, size)
    assert not tree.verify_consistency(old, size, before, after.root, proof)


@given(
    st.integers(-2, 70),
    st.integers(-2, 70),
    st.lists(st.binary(min_size=32, max_size=32), max_size=9),
)
def test_verifying_rubbish_answers_no_and_never_raises(
    first: int, second: int, proof: list[bytes]
) -> None:
    rubbish = hashlib.sha256(b"rubbish").digest()
    assert not tree.verify_inclusion(rubbish, first, second, proof, tree.EMPTY_ROOT)
    if first != second:
        assert not tree.verify_consistency(first, second, rubbish, tree.EMPTY_ROOT, proof)


def test_a_proof_outside_the_tree_is_a_mistake_of_ours() -> None:
    grown = Grown(numbered(3))
    with pytest.raises(InternalError):
        tree.inclusion_proof(grown.nodes, 3, 3)
    with pytest.raises(InternalError):
        tree.consistency_proof(grown.nodes, 4, 3)
