# SPDX-License-Identifier: Apache-2.0
"""What `shirube measure` prints: numbers as people read them, options asked for, legends told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from shirube.cli.commands.measure import command
from shirube.cli.measurements import _number

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, "–"),
        (True, "yes"),
        (1234567, "1,234,567"),
        (503812.4, "503,812"),
        (0.123456, "0.1235"),
        (999.96, "1000"),
        (1e18, "1e+18"),
        (float("inf"), "inf"),
    ],
)
def test_a_number_is_told_as_people_read_it(value: float | None, told: str) -> None:
    assert _number(value) == told


def test_a_required_option_is_asked_for_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n", "utf-8")
    ended = CliRunner().invoke(command, ["anonymity", str(tmp_path / "a.csv")])
    assert ended.exit_code == 2
    assert "--quasi-identifiers" in ended.output


def test_the_legend_of_a_table_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("tel\n090-1234-5678\n", "utf-8")
    ended = CliRunner().invoke(command, ["personal_data", str(tmp_path / "a.csv")])
    told = " ".join(ended.output.split())
    assert "What is not about a person is in no total." in told
    assert "reaches a person" in told  # the class of the law in words, not as a code
    assert "5678" not in ended.output
