# SPDX-License-Identifier: Apache-2.0
"""Every row of the law files has its place, and the check tells each way in which one could not."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

TOOLS = Path(__file__).parents[2] / "tools"

LAW = """\
# A law

## 2. Rules

Two sentences that are no row
but stand on two lines.

| id | expectation |
| --- | --- |
| A-01 | be kind |
| 1 | a row without an id |

- an item of a list
"""


@pytest.fixture
def coverage(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the tool as a module."""
    monkeypatch.syspath_prepend(str(TOOLS))
    monkeypatch.delitem(sys.modules, "check_coverage", raising=False)
    import check_coverage

    return check_coverage


def test_the_shipped_list_is_whole(coverage: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert coverage.main([]) == 0, capsys.readouterr().out


def test_a_row_is_named_by_its_id_or_by_its_section_and_first_words(coverage: Any) -> None:
    assert list(coverage.rows(LAW)) == [
        "§2 Two sentences that are no row",
        "§2 but stand on two lines.",
        "A-01",
        "§2 1 a row without an id",
        "§2 an item of a list",
    ]


def test_new_lost_and_changed_rows_are_told_apart(coverage: Any, tmp_path: Path) -> None:
    for source in coverage.SOURCES:
        (tmp_path / f"{source}.md").write_text(LAW, encoding="utf-8")
    had = {name: {"digest": digest} for name, digest in coverage.rows(LAW).items()}
    listed = {"rows": dict.fromkeys(coverage.SOURCES, had)}
    assert list(coverage.compare(listed, tmp_path)) == []
    changed = LAW.replace("be kind", "be very kind").replace("an item", "another item")
    (tmp_path / "act.md").write_text(changed, encoding="utf-8")
    assert list(coverage.compare(listed, tmp_path)) == [
        "act: forgotten: §2 another item of a list",
        "act: no longer there: §2 an item of a list",
        "act: its text changed, judge it anew: A-01",
    ]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"as": "rule", "rules": ["nowhere/none"]}, "there is no rule nowhere/none"),
        ({"as": "rule"}, "a row that is a rule names its rules, or why there is none yet"),
        ({"as": "fact", "at": ["nowhere/none"]}, "there is no fact nowhere/none"),
        ({"as": "excluded", "why": "because"}, "the reason because is not told"),
        ({"as": "opinion", "why": "term"}, "“opinion” is neither rule nor fact nor excluded"),
    ],
)
def test_a_row_with_a_wrong_answer_is_told(coverage: Any, row: dict[str, Any], told: str) -> None:
    listed = {"reasons": {"term": {}}, "ours": [], "rows": {"act": {"X-1": row}}}
    assert f"act: X-1: {told}" in list(coverage.check_form(listed))


def test_a_rule_without_a_row_is_told_and_is_no_mistake(coverage: Any) -> None:
    listed: dict[str, Any] = {"reasons": {}, "ours": [], "rows": {}}
    assert "appi/ap08_leak" in coverage.without_row(listed)
    listed["ours"] = ["appi/ap08_leak"]
    assert "appi/ap08_leak" not in coverage.without_row(listed)
    assert not any("no row" in told for told in coverage.check_form({**listed, "rows": {}}))
