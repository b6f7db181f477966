# SPDX-License-Identifier: Apache-2.0
"""Group cells: one count per combination, whatever the file and the order of its rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from shirube.engines import open_engine
from shirube.terms.cells import GroupCells
from shirube.terms.errors import Problem
from shirube.terms.source import Table


def counted(file: Path, *attributes: str, **columns: str) -> GroupCells:
    with open_engine(threads=1) as engine:
        source = engine.source(Table(dataset="d", files=(str(file),), format="csv"))
        return source.group_cells(attributes, **columns)


def as_set(cells: GroupCells) -> set[tuple[object, ...]]:
    return set(
        zip(
            *cells.attributes.values(),
            cells.label.tolist(),
            cells.prediction.tolist(),
            cells.count.tolist(),
            strict=True,
        )
    )


@pytest.mark.parametrize(("no", "yes"), [("0", "1"), ("false", "true"), ("0.0", "1.0")])
def test_a_small_world_is_counted_by_hand(tmp_path, no, yes):
    file = tmp_path / "t.csv"
    file.write_text(
        f"s,a,y,p\nF,20,{no},{yes}\nF,20,{no},{yes}\nM,20,{yes},{no}\n,30,{yes},{yes}\nM,30,,{no}\nM,30,{no},\n"
    )
    cells = counted(file, "s", "a", prediction="p", label="y")
    assert as_set(cells) == {
        ("F", "20", 0, 1, 2),
        ("M", "20", 1, 0, 1),
        (None, "30", 1, 1, 1),
        ("M", "30", -1, 0, 1),
        ("M", "30", 0, -1, 1),
    }
    assert cells.rows == 6


def test_without_a_label_it_is_minus_one(tmp_path):
    file = tmp_path / "t.csv"
    file.write_text("s,p\nF,1\nF,0\n")
    assert as_set(counted(file, "s", prediction="p")) == {("F", -1, 1, 1), ("F", -1, 0, 1)}


def test_scores_are_summed_by_bin(tmp_path):
    file = tmp_path / "t.csv"
    file.write_text("s,p,q\nF,1,0.25\nF,1,0.28\nF,1,1\nF,1,\n")
    cells = counted(file, "s", prediction="p", score="q")
    found = dict(zip(cells.score_bin.tolist(), cells.score_sum.tolist(), strict=True))
    assert found == {2: pytest.approx(0.53, abs=1e-11), 9: 1.0, -1: 0.0}


def test_a_decision_that_is_neither_yes_nor_no(tmp_path):
    file = tmp_path / "t.csv"
    file.write_text("s,p\nF,1\nF,2\n")
    with pytest.raises(Problem, match="column p holds values other than 0 and 1"):
        counted(file, "s", prediction="p")


@pytest.mark.parametrize("score", ["1.5", "-0.1", "x", "nan"])
def test_a_score_that_is_no_probability(tmp_path, score):
    file = tmp_path / "t.csv"
    file.write_text(f"s,p,q\nF,1,{score}\nF,1,0.5\n")
    with pytest.raises(Problem, match="score q is not a number between 0 and 1"):
        counted(file, "s", prediction="p", score="q")


def test_the_same_column_twice_is_refused(tmp_path):
    file = tmp_path / "t.csv"
    file.write_text("s,p\nF,1\n")
    with pytest.raises(Problem, match="column p is asked for twice"):
        counted(file, "p", prediction="p")
