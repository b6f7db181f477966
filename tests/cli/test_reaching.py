# SPDX-License-Identifier: Apache-2.0
"""``shirube rules for`` and ``rules diff`` on a manifest of two systems."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from shirube.cli.commands.rules import command

MANIFEST = """\
shirube: 1
operator:
  id: shop
  name: {ja: 店, en: Shop}
  kind: company
  roles: [provider]
  designations: []
  commitments: []
systems:
  - id: bot
    name: {ja: 応対, en: Bot}
    sector: retail
    stage: operation
    generative: true
    roles: [provider]
    datasets: [talks]
  - id: scorer
    name: {ja: 採点, en: Scorer}
    sector: finance
    stage: operation
    generative: unknown
    roles: [provider]
datasets:
  - id: talks
    title: {ja: 会話, en: Talks}
    role: log
    personal_data: true
"""
SAFETY = "aisi_perspectives/p1_toxic_output"
FINANCE = "finance_ai/fs02_independent_validation"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shirube.yaml").write_text(MANIFEST, encoding="utf-8")
    return tmp_path


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, [str(part) for part in arguments])


def _reaches(*arguments: str | Path) -> dict[str, dict[str, Any]]:
    result = _run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return {one["rule"]: one for one in json.loads(result.output)["reaches"]}


def test_what_reaches_a_system_depends_on_what_is_declared(folder: Path) -> None:
    on = ("--on", "2026-11-01")
    bot, scorer = _reaches("for", "bot", folder, *on), _reaches("for", "scorer", folder, *on)
    assert (bot[SAFETY]["reaching"], scorer[SAFETY]["reaching"]) == ("reaches", "unknown")
    assert scorer[SAFETY]["missing"] == ["system.generative"]
    assert (bot[FINANCE]["reaching"], scorer[FINANCE]["reaching"]) == ("outside", "reaches")


def test_a_system_brings_its_data_and_its_operator_along(folder: Path) -> None:
    bot = _reaches("for", "bot", folder, "--on", "2026-11-01")
    assert bot["appi/ap01_purpose"]["subject"] == {"kind": "dataset", "id": "talks"}
    assert bot["ai_promotion_act/art7_cooperation"]["reaching"] == "reaches"
    assert "appi/ap01_purpose" not in _reaches("for", "scorer", folder, "--on", "2026-11-01")


def test_the_day_decides_too(folder: Path) -> None:
    early = _reaches("for", "bot", folder, "--on", "2025-03-27")
    assert early[SAFETY]["reaching"] == "not_yet"


def test_reasons_are_told_in_words(folder: Path) -> None:
    told = _run("for", "bot", folder, "--on", "2026-11-01").output
    assert "because sector [retail] = finance" in " ".join(told.split())
    assert "Reaches it" in told and "Does not reach it" in told


def test_another_subject_is_named_with_its_kind(folder: Path) -> None:
    talks = _reaches("for", "dataset:talks", folder)
    assert {one["subject"]["kind"] for one in talks.values()} == {"dataset"}


def test_an_unknown_subject_is_told_with_those_that_there_are(folder: Path) -> None:
    error = _run("for", "nobody", folder).exception
    assert "The manifest names no nobody." in str(error)
    assert "bot, scorer" in str(error)


def test_a_diff_tells_what_began_and_whom_it_touches(folder: Path) -> None:
    result = _run("diff", folder, "--from", "2026-03-02", "--to", "2026-03-03", "--json")
    found = {one["ref"]: one for one in json.loads(result.output)["changes"]}
    assert found[FINANCE]["change"] == "begins"
    assert found[FINANCE]["touches"] == [{"kind": "system", "id": "scorer"}]
    told = _run("diff", folder, "--from", "2026-03-02", "--to", "2026-03-03").output
    assert "touches Scorer" in told


def test_a_diff_without_a_folder_is_about_the_rules_alone() -> None:
    told = _run("diff", "--from", "2027-01-16", "--to", "2027-01-17").output
    assert "1 rules begin" in told and "touches" not in told


def test_days_in_the_wrong_order_are_refused() -> None:
    error = _run("diff", "--from", "2026-03-03", "--to", "2026-03-03").exception
    assert "does not lie after" in str(error)


def test_a_rule_is_shown_in_words_for_people_who_are_no_lawyers() -> None:
    told = " ".join(_run("show", "appi/ap08_leak").output.split())
    assert "Addressed to whoever handles personal information" in told
    assert "Applies when handles personal data operator.uses_personal_data" in told
    assert "document: procedure for leaks (leak_response_procedure)" in told
    assert "Shown when document exists and has an approver" in told
