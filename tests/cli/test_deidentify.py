# SPDX-License-Identifier: Apache-2.0
"""``shirube deidentify`` as its user calls it."""

from __future__ import annotations

import json

import pytest

from shirube.cli.__main__ import main


@pytest.fixture
def world(tmp_path):
    folder = tmp_path / "trees"
    folder.mkdir()
    (folder / "age.csv").write_text("1;0-4;*\n2;0-4;*\n7;5-9;*\n8;5-9;*\n", encoding="utf-8")
    table = tmp_path / "t.csv"
    table.write_text("age,ill\n1,y\n2,n\n7,y\n8,n\n", encoding="utf-8")
    return table, folder, tmp_path / "o.csv"


def _run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(each) for each in arguments])
    code = ended.value.code
    return code if isinstance(code, int) else 0


def test_the_transformation_is_printed_as_json(world, capsys) -> None:
    table, folder, out = world
    code = _run("deidentify", table, "--hierarchies", folder, "--k", 2, "--out", out, "--json")
    told = json.loads(capsys.readouterr().out)
    assert code == 0
    # Level 1 makes two classes of two rows; a label stands for half of the leaves: (1/2 - 1/4) over
    # (1 - 1/4) is a third.
    assert told["transformation"] == [1]
    assert told["attributes"] == ["age"]
    assert told["information_loss"] == pytest.approx(1 / 3, abs=1e-9)
    assert (told["suppressed_records"], told["rows"], told["released_rows"]) == (0, 4, 4)
    assert told["nodes_checked"] > 0
    assert told["seconds"] >= 0
    assert told["proven_optimal"] is True
    head, *rows = out.read_text(encoding="utf-8").splitlines()
    assert head == "age,ill"
    assert sorted(rows) == ["0-4,n", "0-4,y", "5-9,n", "5-9,y"]


@pytest.mark.parametrize(
    ("language", "proven", "standard"),
    [
        ("en", "Proven: no combination", "5  Further measures"),
        ("ja", "証明済み", "5  データベースの性質"),
    ],
)
def test_a_person_reads_what_was_done_and_proven(world, capsys, language, proven, standard) -> None:
    table, folder, out = world
    options = ["--sensitive", "ill", "--l-distinct", 2, "--t", 0.5, "--lang", language]
    assert _run("deidentify", table, "--hierarchies", folder, "--k", 2, "--out", out, *options) == 0
    told = capsys.readouterr().out
    assert proven in told
    assert standard in told


def test_a_search_without_time_ends_with_not_judged(world, capsys) -> None:
    table, folder, out = world
    options = ["--k", 2, "--out", out, "--seconds", 0]
    assert _run("deidentify", table, "--hierarchies", folder, *options) == 3
    assert "Not proven" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "--out is missing"),
        (["--out", "o.csv", "--l-distinct", "2"], "none is named"),
        (["--out", "o.csv", "--top", "age"], "no limit of a column"),
        (["--out", "o.csv", "--compare-k", "2,x"], "no numbers from 1 on"),
    ],
)
def test_wrong_options_are_told(world, capsys, options, said) -> None:
    table, folder, _out = world
    assert _run("deidentify", table, "--hierarchies", folder, *options) == 2
    assert said in capsys.readouterr().err


def test_a_missing_value_is_told_with_its_file(world, capsys) -> None:
    table, folder, out = world
    table.write_text("age\n1\n99\n", encoding="utf-8")
    assert _run("deidentify", table, "--hierarchies", folder, "--k", 1, "--out", out) == 2
    told = capsys.readouterr().err
    assert "misses 1 values of the table: '99'" in told
    assert "age.csv" in told


def test_hierarchies_are_proposed(world, capsys) -> None:
    table, _folder, out = world
    folder = out.parent / "proposed"
    assert _run("deidentify", table, "--propose", folder) == 0
    assert (folder / "age.csv").read_text(encoding="utf-8").startswith("0;0-4;0-9;0-19;*\n")
    assert "ages" in capsys.readouterr().out
