# SPDX-License-Identifier: Apache-2.0
"""The frame of the command line: languages, exit codes, the guard."""

from __future__ import annotations

import os

import click
import pytest

from shirube.cli import __main__ as face
from shirube.cli.__main__ import _language, cli, main
from shirube.terms.errors import InternalError, Problem


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LANGUAGE", "SHIRUBE_LANG", "LC_ALL", "LC_MESSAGES", "LANG", "SHIRUBE_DEBUG"):
        monkeypatch.delenv(name, raising=False)


def _code(arguments: list[str]) -> int:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    return int(left.value.code or 0)


def test_the_language_is_the_option_then_our_variable_then_the_locale() -> None:
    japanese = {"LANG": "ja_JP.UTF-8"}
    assert _language([], {}) == "en"
    assert _language([], japanese) == "ja"
    assert _language([], {**japanese, "SHIRUBE_LANG": "en"}) == "en"
    assert _language(["check", "--lang", "ja"], {"SHIRUBE_LANG": "en"}) == "ja"
    assert _language(["--lang=ja"], {}) == "ja"
    assert _language([], {"LC_ALL": "C", "LANG": "ja_JP.UTF-8"}) == "en"


def test_help_names_every_command_without_importing_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert _code(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in cli.list_commands(click.Context(cli)))


def test_every_command_loads_and_has_help_in_both_languages(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in cli.list_commands(click.Context(cli)):
        assert _code([name, "--help"]) == 0
        english = capsys.readouterr().out
        assert _code([name, "--help", "--lang", "ja"]) == 0
        japanese = capsys.readouterr().out
        assert english != japanese
        assert "使い方" in japanese


def test_an_unknown_command_ends_with_2_and_names_a_near_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert _code(["chek"]) == 2
    assert "check" in capsys.readouterr().err
    assert _code(["measure", "anonymty"]) == 2
    assert "anonymity" in capsys.readouterr().err
    assert _code(["measure", "subset_risk", "x.csv", "--most", "x", "--lang", "ja"]) == 2
    assert "数として読み取れません" in capsys.readouterr().err


def test_a_folder_without_a_manifest_ends_with_2_and_says_what_to_do(
    tmp_path: os.PathLike[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert _code(["check", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert "shirube.yaml" in said
    assert "shirube init" in said


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        (Problem("wrong"), 2),
        (InternalError("ours"), 4),
        (ZeroDivisionError("ours too"), 4),
        (PermissionError(13, "Permission denied", "file"), 2),
        (KeyboardInterrupt(), 130),
    ],
)
def test_every_error_ends_with_its_own_code_and_never_with_a_traceback(
    raised: BaseException,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise raised

    monkeypatch.setattr(face.cli, "invoke", fail)
    assert _code(["rules", "list"]) == code
    assert "Traceback" not in capsys.readouterr().err


def test_a_wrong_date_says_what_a_date_looks_like(capsys: pytest.CaptureFixture[str]) -> None:
    assert _code(["check", ".", "--on", "2026-13-01"]) == 2
    assert "YYYY-MM-DD" in capsys.readouterr().err
