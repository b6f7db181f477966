# SPDX-License-Identifier: Apache-2.0
"""What DuckDB says in our words, without a cell of the table."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from shirube.engines.duckdb.errors import problem_of


@pytest.mark.parametrize(
    "message",
    [
        "Conversion Error: Could not convert string 'Tanaka' to INT32",
        'Invalid Input Error: JSON transform error in file "a.jsonl", in line 3: '
        'Failed to cast value to numerical: "Tanaka"',
    ],
)
def test_a_cell_that_could_not_be_converted_is_never_quoted(message: str) -> None:
    problem = problem_of(duckdb.ConversionException(message), [Path("a.jsonl")])
    assert "Tanaka" not in str(problem)
    assert "…" in str(problem)
