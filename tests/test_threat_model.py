# SPDX-License-Identifier: Apache-2.0
"""The threat model names, for every lie, a test that shows it noticed: each of them is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PAGES = TESTS.parent / "docs" / "explanation"


def rows(page: str) -> list[str]:
    text = (PAGES / page).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.startswith("|")][2:]


@pytest.mark.parametrize("page", ["threat-model.md", "threat-model.ja.md"])
def test_every_lie_names_a_test_that_is_there(page: str) -> None:
    for row in rows(page):
        named = re.findall(r"`([a-z_/]+\.py)`", row.rpartition(" | ")[2])
        assert named, row
        assert [name for name in named if not (TESTS / name).is_file()] == [], row


def test_both_languages_tell_of_the_same_lies() -> None:
    ours, theirs = (
        [re.findall(r"`([a-z_/]+\.py)`", row) for row in rows(page)]
        for page in ("threat-model.md", "threat-model.ja.md")
    )
    assert ours == theirs
