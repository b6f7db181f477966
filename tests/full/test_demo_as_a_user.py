# SPDX-License-Identifier: Apache-2.0
"""The commands that a user gives after the demonstration, each in a process of its own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Demonstration

pytestmark = pytest.mark.full

# 1 something is not shown, 3 something could not be judged (and nothing is not shown).
NOT_SHOWN, NOT_JUDGED = 1, 3


def test_the_demonstration_finds_what_it_is_known_to_find(demo: Demonstration) -> None:
    assert demo.run.returncode == 0, demo.run.stderr
    assert demo.told["missed"] == []
    assert demo.told["failed"] == []
    assert demo.told["verification"]["holds"]
    assert [file.rsplit("/", 1)[-1] for file in demo.told["files"]] == [
        "report.ja.html", "report.ja.pdf", "report.en.html", "report.en.pdf",
    ]  # fmt: skip


def test_a_second_check_measures_nothing_and_says_so(demo: Demonstration) -> None:
    again = demo.shirube("check", demo.operator, "--quiet", "--lang", "en")
    assert again.returncode == NOT_SHOWN, again.stderr
    count = len(demo.told["measured"])
    assert f"Nothing has changed: all {count} measurements were reused." in again.stdout
    assert again.stderr == ""

    told = json.loads(demo.shirube("check", demo.operator, "--quiet", "--json").stdout)
    assert (told["measured"], len(told["reused"]), told["documents_sealed"]) == ([], count, [])
    assert told["checkpoint"] == demo.told["checkpoint"]
    assert told["findings"] == demo.told["findings"]


def test_on_an_earlier_date_only_the_rules_of_that_date_and_no_later_evidence_count(
    demo: Demonstration,
) -> None:
    # 1 June 2025: the Act (4 June 2025), the Guideline (December 2025) and version 1.2 of the
    # Guidelines for Business (2026) were not in force yet; nothing had been sealed.
    run = demo.shirube("check", demo.operator, "--on", "2025-06-01", "--quiet", "--json")
    assert run.returncode == NOT_JUDGED, run.stderr
    findings = json.loads(run.stdout)["findings"]
    later = ("ai_promotion_act/", "appropriateness_guideline_2025/", "ai_guidelines_for_business/")
    assert {
        (finding["outcome"], finding["reason"])
        for finding in findings
        if finding["rule"].startswith(later)
    } == {("not_applicable", "not_in_force")}
    assert [judged for finding in findings for judged in finding["judged"]] == []


def test_junit_and_sarif_say_what_the_findings_say(demo: Demonstration, tmp_path: Path) -> None:
    from defusedxml.ElementTree import parse

    junit, sarif = tmp_path / "junit.xml", tmp_path / "shirube.sarif"
    run = demo.shirube(
        "check", demo.operator, "--quiet", "--json", "--junit", junit, "--sarif", sarif
    )
    told = json.loads(run.stdout)
    counts = told["counts"]

    cases = parse(junit).getroot().findall("testsuite/testcase")
    assert len(cases) == len(told["findings"])
    assert sum(case.find("failure") is not None for case in cases) == counts["not_shown"]

    written = json.loads(sarif.read_text(encoding="utf-8"))
    assert written["version"] == "2.1.0"
    (run_of_tool,) = written["runs"]
    rules = [rule["id"] for rule in run_of_tool["tool"]["driver"]["rules"]]
    assert len(rules) == len(set(rules))
    lines = (demo.operator / "shirube.yaml").read_text(encoding="utf-8").count("\n") + 1
    for result in run_of_tool["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in {"error", "warning", "note"}
        assert result["message"]["text"]
        (place,) = result["locations"]
        physical = place["physicalLocation"]
        assert (demo.operator / physical["artifactLocation"]["uri"]).is_file()
        assert 1 <= physical["region"]["startLine"] <= lines
    outcomes = [result["properties"]["outcome"] for result in run_of_tool["results"]]
    for outcome in ("not_shown", "could_not_be_judged", "explained"):
        assert outcomes.count(outcome) == counts[outcome]
    prints = [tuple(result["partialFingerprints"].items()) for result in run_of_tool["results"]]
    assert len(prints) == len(set(prints))


def test_a_stranger_verifies_the_ledger_with_a_public_key_from_elsewhere(
    demo: Demonstration, tmp_path: Path
) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    public = demo.operator / ".shirube" / "public_key.pem"
    nobody = {"SHIRUBE_KEY_DIR": str(tmp_path / "no keys")}
    holds = demo.shirube("ledger", "verify", demo.operator, "--public-key", public, **nobody)
    assert holds.returncode == 0, holds.stderr
    assert "The ledger holds" in holds.stdout

    other = tmp_path / "other.pem"
    other.write_bytes(
        Ed25519PrivateKey.generate()
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    fails = demo.shirube("ledger", "verify", demo.operator, "--public-key", other, **nobody)
    assert fails.returncode == NOT_SHOWN
    assert "The ledger holds" not in fails.stdout
    assert fails.stderr.strip()


def test_without_a_japanese_font_the_page_is_written_and_the_package_named(
    demo: Demonstration, tmp_path: Path
) -> None:
    fonts, out = tmp_path / "no fonts", tmp_path / "reports"
    fonts.mkdir()
    run = demo.shirube(
        "report", demo.operator, "--out", out, "--only", "ja", "--lang", "en",
        SHIRUBE_FONTS=str(fonts),
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert "fonts-noto-cjk" in run.stderr
    # That the page lacks nothing: test_report_as_pdf.py, to the byte.
    assert [file.name for file in out.iterdir()] == ["report.ja.html"]
