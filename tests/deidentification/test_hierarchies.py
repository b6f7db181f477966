# SPDX-License-Identifier: Apache-2.0
"""Hierarchies are read as ARX writes them; what contradicts itself is named with value and line."""

from __future__ import annotations

import gzip

import pytest

from shirube.deidentification import hierarchies
from shirube.terms.errors import Problem, Problems


def _read(tmp_path, text, name="age.csv"):
    path = tmp_path / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith("gz") else text.encode())
    return hierarchies.read(path, "age")


@pytest.mark.parametrize("name", ["age.csv", "age.csv.gz"])
@pytest.mark.parametrize("separator", [";", ","])
def test_both_separators_and_packed_files_are_read(tmp_path, name, separator) -> None:
    found = _read(tmp_path, "1;0-4;*\n2;0-4;*\n7;5-9;*\n".replace(";", separator), name)
    assert found.rows == {"1": ("1", "0-4", "*"), "2": ("2", "0-4", "*"), "7": ("7", "5-9", "*")}
    assert found.height == 3
    assert found.leaves_under(1) == {"0-4": 2, "5-9": 1}


def test_a_label_with_a_comma_in_it_may_be_quoted(tmp_path) -> None:
    assert _read(tmp_path, '17,"[15, 20[",*\n').rows["17"] == ("17", "[15, 20[", "*")


def test_a_repeated_row_is_counted_once_and_told(tmp_path) -> None:
    found = _read(tmp_path, "1;x\n2;x\n1;x\n")
    assert (len(found.rows), found.repeated) == (2, 1)


@pytest.mark.parametrize(
    ("text", "said", "line"),
    [
        ("1;x;*\n2;y;*\n1;y;*\n", "'1' stands here with other labels than in line 1", 3),
        ("1;x;*\n2;x;+\n", "'2' is 'x' at level 1, as in line 1, but '+' and not '*'", 2),
        ("1;x;*\n2;x\n", "The row of '2' has 2 columns; the first row has 3", 2),
    ],
)
def test_a_contradiction_names_value_file_and_line(tmp_path, text, said, line) -> None:
    with pytest.raises(Problem) as caught:
        _read(tmp_path, text)
    assert said in str(caught.value)
    assert f"age.csv:{line}" in str(caught.value)


def test_several_contradictions_come_in_one_pass(tmp_path) -> None:
    with pytest.raises(Problems) as caught:
        _read(tmp_path, "1;x;*\n2;x\n3;x\n")
    assert [problem.where.line for problem in caught.value.problems] == [2, 3]


@pytest.mark.parametrize("text", ["", "\n\n"])
def test_an_empty_file_is_refused(tmp_path, text) -> None:
    with pytest.raises(Problem, match="The hierarchy is empty"):
        _read(tmp_path, text)


def test_a_broken_archive_is_refused(tmp_path) -> None:
    path = tmp_path / "age.csv.gz"
    path.write_bytes(gzip.compress(b"1;x\n")[:-6])
    with pytest.raises(Problem, match="cannot be unpacked"):
        hierarchies.read(path, "age")


def test_cp932_is_understood_and_other_bytes_are_refused(tmp_path) -> None:
    path = tmp_path / "sex.csv"
    path.write_bytes("男;*\n女;*\n".encode("cp932"))
    assert set(hierarchies.read(path, "sex").rows) == {"男", "女"}
    path.write_bytes(b"\x81 ;*\n")
    with pytest.raises(Problem, match="neither in UTF-8 nor in CP932"):
        hierarchies.read(path, "sex")


def test_missing_values_are_named(tmp_path) -> None:
    found = _read(tmp_path, "1;*\n2;*\n")
    with pytest.raises(Problem, match=r"age misses 2 values of the table: \(no value\), '3'"):
        hierarchies.refuse_missing(found, ["", "1", "3"])


def test_a_folder_gives_its_files_by_column(tmp_path) -> None:
    for name in ("age.csv", "sex.csv.gz", "notes.txt"):
        (tmp_path / name).touch()
    assert set(hierarchies.files(tmp_path)) == {"age", "sex"}
    (tmp_path / "age.csv.gz").touch()
    with pytest.raises(Problem, match="two hierarchies for the column age"):
        hierarchies.files(tmp_path)


def test_a_folder_without_hierarchies_and_no_folder_are_refused(tmp_path) -> None:
    with pytest.raises(Problem, match="holds no hierarchy"):
        hierarchies.files(tmp_path)
    with pytest.raises(Problem, match="no folder of hierarchies"):
        hierarchies.files(tmp_path / "nowhere")
