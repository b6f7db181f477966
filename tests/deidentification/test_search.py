# SPDX-License-Identifier: Apache-2.0
"""The search finds what trying every node by definition finds, for every combination of models."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_worlds import MemoryTable, best_by_definition, hierarchy

from shirube.deidentification import search as search_module
from shirube.deidentification.transforming import encode, transform
from shirube.terms.deidentification import Closeness, Diversity, Presence, Requirement
from shirube.terms.errors import Problem

# Labels at level 1 of unequal size, a level that repeats the one below, and a column of one level.
_PLACE = hierarchy("place", "a;x;*", "b;x;*", "c;x;*", "d;y;*")
_AGE = hierarchy("age", *(f"{n};{n // 2 * 2};{n // 4 * 4};*" for n in range(8)))
_SEX = hierarchy("sex", "f;*", "m;*")
_FIXED = hierarchy("fixed", "p", "q")
_TREES = (_PLACE, _AGE, _SEX, _FIXED)

_rows = st.lists(
    st.fixed_dictionaries(
        {
            "place": st.sampled_from("abcd"),
            "age": st.sampled_from("01234567"),
            "sex": st.sampled_from("fm"),
            "fixed": st.sampled_from("pq"),
            "illness": st.sampled_from("rst"),
            "income": st.sampled_from("123"),
        }
    ),
    min_size=1,
    max_size=24,
)

_diversities = st.sampled_from(
    [
        (),
        (Diversity("illness", "distinct", 2),),
        (Diversity("illness", "entropy", 1.5),),
        (Diversity("illness", "recursive", 2, 3.0),),
        (Diversity("illness", "distinct", 2), Diversity("income", "entropy", 1.8)),
    ]
)
_closenesses = st.sampled_from(
    [
        (),
        (Closeness("illness", 0.4),),
        (Closeness("income", 0.3, "ordered"),),
        (Closeness("illness", 0.5), Closeness("income", 0.4, "ordered")),
    ]
)
_presences = st.sampled_from([None, None, Presence(0.0, 0.7), Presence(0.3, 0.9)])


@st.composite
def _worlds(draw):
    rows = draw(_rows)
    presence = draw(_presences)
    return (
        rows,
        draw(st.lists(st.sampled_from(_TREES), min_size=1, max_size=3, unique_by=id)),
        Requirement(
            k=draw(st.integers(1, 4)),
            diversities=draw(_diversities),
            closenesses=draw(_closenesses),
            presence=presence,
            suppression_limit=draw(st.sampled_from([0.0, 0.1, 0.35, 1.0])),
        ),
        draw(st.sampled_from(["loss", "average_class_size", "discernibility"])),
        [*rows, *draw(_rows)] if presence else [],
    )


@settings(max_examples=15)
@given(_worlds(), st.booleans())
def test_the_search_equals_trying_every_node(world, compiled) -> None:
    _check_against_every_node(world, compiled)


@pytest.mark.full
@settings(max_examples=3000)
@given(_worlds(), st.booleans())
def test_the_search_equals_trying_every_node_many_times(world, compiled) -> None:
    _check_against_every_node(world, compiled)


def _check_against_every_node(world, compiled) -> None:
    rows, trees, requirement, objective, population = world
    known = {tree.column: tree for tree in trees}
    expected = best_by_definition(rows, known, requirement, objective, population)
    if requirement.k > len(rows):
        with pytest.raises(Problem, match="k is"):
            _search(rows, known, requirement, objective, population, compiled)
        return
    if expected is None:
        with pytest.raises(Problem):
            _search(rows, known, requirement, objective, population, compiled)
        return
    found = _search(rows, known, requirement, objective, population, compiled).solution
    best, _holding, values = expected
    assert found.levels in values
    assert found.value == pytest.approx(best, abs=1e-8)
    assert found.value == pytest.approx(values[found.levels], abs=1e-8)
    certificate = found.certificate
    assert certificate.proven
    assert certificate.lower_bound == found.value
    assert certificate.lattice == math.prod(tree.height for tree in trees)
    counted = certificate.nodes_checked + certificate.excluded + certificate.bounded
    assert counted == certificate.lattice
    # No node is told twice, and none is called impossible that holds.
    assert min(certificate.excluded, certificate.bounded) >= 0
    assert certificate.excluded <= certificate.lattice - len(values)


@settings(max_examples=12)
@given(_worlds())
def test_a_lattice_that_is_not_listed_has_a_true_bound(world) -> None:
    rows, trees, requirement, objective, population = world
    known = {tree.column: tree for tree in trees}
    expected = best_by_definition(rows, known, requirement, objective, population)
    if expected is None or requirement.k > len(rows):
        return
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(search_module, "MOST_NODES", 0)
        try:
            found = _search(rows, known, requirement, objective, population, False).solution
        except Problem:
            return  # the descent met no node that holds, and says so
    best, _holding, values = expected
    assert found.value == pytest.approx(values[found.levels], abs=1e-8)
    assert found.certificate.lower_bound <= best + 1e-8
    if found.certificate.proven:
        assert found.value == pytest.approx(best, abs=1e-8)


@settings(max_examples=20)
@given(_rows, st.integers(1, 3), st.sampled_from([0.0, 0.2]))
def test_the_order_of_rows_and_the_names_of_values_mean_nothing(rows, k, limit) -> None:
    known = {tree.column: tree for tree in (_PLACE, _AGE)}
    requirement = Requirement(k=k, suppression_limit=limit)
    if k > len(rows):
        return
    first = _search(rows, known, requirement, "loss", [], False).solution
    second = _search(rows[::-1], known, requirement, "loss", [], True).solution
    assert (first.levels, first.value, first.suppressed_records) == (
        second.levels,
        second.value,
        second.suppressed_records,
    )


@settings(max_examples=15)
@given(_rows, st.sampled_from([0.0, 0.2]))
def test_asking_for_more_never_costs_less(rows, limit) -> None:
    known = {tree.column: tree for tree in (_PLACE, _AGE, _SEX)}
    losses = [
        _search(rows, known, Requirement(k=k, suppression_limit=limit), "loss", [], False)
        for k in range(1, min(len(rows), 5) + 1)
    ]
    values = [each.solution.value for each in losses]
    assert values == sorted(values)


def test_an_interrupted_search_keeps_its_best_and_says_how_far_it_is(monkeypatch) -> None:
    rows = [{"place": "abcd"[n % 4], "age": str(n % 8), "sex": "fm"[n % 3 == 0]} for n in range(60)]
    known = {tree.column: tree for tree in (_PLACE, _AGE, _SEX)}
    requirement = Requirement(k=3)
    best = _search(rows, known, requirement, "loss", [], False).solution
    classes = search_module.Search._count
    counted = []

    def _interrupted(self, levels):
        counted.append(levels)
        if len(counted) > 5:
            raise KeyboardInterrupt
        return classes(self, levels)

    monkeypatch.setattr(search_module.Search, "_count", _interrupted)
    found = _search(rows, known, requirement, "loss", [], False).solution
    assert found.certificate.stopped == "interrupted"
    assert not found.certificate.proven
    assert found.certificate.undecided > 0
    assert found.certificate.lower_bound <= best.value <= found.value


def test_no_time_leaves_the_top_and_the_whole_gap() -> None:
    rows = [{"place": "abcd"[n % 4], "age": str(n % 8)} for n in range(40)]
    known = {tree.column: tree for tree in (_PLACE, _AGE)}
    encoded = encode(MemoryTable(rows), known, list(known), Requirement(k=2))
    found = transform(encoded, Requirement(k=2), seconds=0.0).solution
    assert found.certificate.stopped == "time"
    assert found.levels == (2, 3)
    assert found.value == pytest.approx(1.0)
    assert found.certificate.lower_bound <= 0.0


def test_what_the_top_cannot_meet_is_said_with_the_rows() -> None:
    rows = [{"fixed": "p"}, {"fixed": "q"}]
    requirement = Requirement(k=2)
    with pytest.raises(Problem, match="2 rows would have to be suppressed"):
        _search(rows, {"fixed": _FIXED}, requirement, "loss", [], False)


def test_keys_of_several_words_find_the_same() -> None:
    # 40 columns of 4 values take 80 bits: two words. The rows of a and of b are alone until every
    # column says x; c and d are two rows each. 3 ** 40 nodes cannot be listed, but no column can
    # stay at level 0, and the node of all ones has the bound itself.
    trees = {f"c{n}": hierarchy(f"c{n}", "a;x;*", "b;x;*", "c;y;*", "d;z;*") for n in range(40)}
    rows = [dict.fromkeys(trees, letter) for letter in "abccdd"]
    encoded = encode(MemoryTable(rows), trees, list(trees), Requirement(k=2))
    assert encoded.layout.words == 2
    found = transform(encoded, Requirement(k=2)).solution
    assert found.levels == (1,) * 40
    assert found.certificate.proven
    assert found.certificate.lattice == 3**40


def _search(rows, known, requirement, objective, population, compiled):
    encoded = encode(
        MemoryTable(rows),
        known,
        list(known),
        requirement,
        population=MemoryTable(population) if requirement.presence else None,
    )
    return transform(encoded, requirement, objective=objective, compiled=compiled)
