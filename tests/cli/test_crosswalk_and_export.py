# SPDX-License-Identifier: Apache-2.0
"""``shirube rules crosswalk`` and ``rules export``, as a person at the command line uses them."""

from __future__ import annotations

import json

import pytest

from shirube.cli.__main__ import main


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        main([str(argument) for argument in arguments])
    told = capsys.readouterr()
    return int(left.value.code or 0), told.out, told.err


def test_a_crosswalk_tells_both_dates_and_what_is_left(capsys) -> None:
    code, told, _error = run(
        capsys, "rules", "crosswalk", "eu_ai_act", "--lang", "en", "--on", "2026-11-22"
    )
    assert code == 0
    assert "Original date: since 2026-08-02 (High-risk uses of Annex III)" in told
    assert "Amended date: from 2027-12-02 (High-risk uses of Annex III)" in told
    assert "Left: All of it: no rule of the Japanese packs corresponds." in told
    assert "●" not in told
    # Whose the pointers are is said of each of them, and of all of them once.
    assert "pointers are ours, and nobody else has confirmed them" in told
    assert "(covers it partly; ours)" in told


def test_a_crosswalk_speaks_japanese_and_marks_what_is_not_held(capsys) -> None:
    code, told, _error = run(capsys, "rules", "crosswalk", "iso_42001", "--lang", "ja")
    assert code == 0
    assert "本文未確認" in told
    assert "残る事項" in told


def test_a_misspelt_framework_is_told(capsys) -> None:
    code, _told, error = run(capsys, "rules", "crosswalk", "eu_act", "--lang", "en")
    assert code == 2
    assert "eu_ai_act" in error


def test_findings_are_exported_as_oscal_only(capsys, tmp_path) -> None:
    arguments = ["rules", "export", tmp_path, "--format", "csv", "--out", tmp_path / "out"]
    code, _told, error = run(capsys, *arguments, "--lang", "en")
    assert (code, (tmp_path / "out").exists()) == (2, False)
    assert "OSCAL" in error


def test_every_pack_is_exported_and_a_file_in_the_way_is_told(capsys, tmp_path) -> None:
    out = tmp_path / "out"
    code, told, _error = run(capsys, "rules", "export", "--format", "csv", "--out", out, "--json")
    assert code == 0
    assert sorted(json.loads(told)) == sorted(str(file) for file in out.iterdir())
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "appi.csv").mkdir()
    code, _told, error = run(capsys, "rules", "export", "--format", "csv", "--out", taken)
    assert code == 2
    assert "taken" in error
