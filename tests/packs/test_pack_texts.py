# SPDX-License-Identifier: Apache-2.0
"""What must be true of the shipped packs as texts: sources, marks, both languages, kinds."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

import shirube
from shirube import measures
from shirube.assessment.selecting import arguments_fit

PACKS = Path(shirube.__file__).parent / "packs"
RULES = sorted(PACKS.glob("*/*/rule.yaml"))
OFFICIAL = (
    "https://laws.e-gov.go.jp/law/",
    "https://www8.cao.go.jp/cstp/ai/",
    "https://www.meti.go.jp/",
    "https://www.soumu.go.jp/",
    "https://www.ppc.go.jp/",
    "https://www.cas.go.jp/",
    "https://www.bunka.go.jp/",
    "https://www.moj.go.jp/",
    "https://www.fsa.go.jp/",
    "https://www.mhlw.go.jp/",
    "https://www.pmda.go.jp/",
    "https://www.digital.go.jp/",
    "https://www.ismap.go.jp/",
    "https://www.mofa.go.jp/",
    "https://aisi.go.jp/",
    "https://transparency.oecd.ai/",
    "https://oecd.ai/",
)
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
POLITE = re.compile(r"(です|ます|ました|せん|ください)。$")
each_rule = pytest.mark.parametrize(
    "file", RULES, ids=lambda file: f"{file.parts[-3]}/{file.parts[-2]}"
)


@cache
def read(file: Path) -> Any:
    return YAML(typ="safe").load(file.read_text(encoding="utf-8"))


def test_every_mandated_instrument_has_rules() -> None:
    packs = {file.parts[-3] for file in RULES}
    assert packs >= {
        "ai_promotion_act",
        "appropriateness_guideline_2025",
        "ai_guidelines_for_business",
        "appi_anonymised",
        "appi_pseudonymised",
    }


@each_rule
def test_a_rule_cites_official_sources_only(file: Path) -> None:
    for citation in read(file)["citations"]:
        assert citation["url"].startswith(OFFICIAL)


@each_rule
def test_a_rule_speaks_both_languages(file: Path) -> None:
    rule = read(file)
    for field in ("title", "expectation", "next_step", "note"):
        text = rule.get(field)
        if text:
            assert JAPANESE.search(text["ja"]) and not JAPANESE.search(text["en"]), field
            if field != "title":
                assert POLITE.search(text["ja"]), text["ja"]


@each_rule
def test_soft_law_is_never_violated(file: Path) -> None:
    text = (file.read_text("utf-8") + (file.parent / "cases.yaml").read_text("utf-8")).lower()
    assert not re.search(r"violat|breach|違反|compliant|準拠して", text)


@each_rule
def test_a_mark_that_calls_for_caution_is_explained(file: Path) -> None:
    rule = read(file)
    careful = rule["confidence"] != "high" or not rule.get("text_held", True)
    ours = rule["footing"] in ("commentary", "own-policy")
    assert rule.get("note") or not (careful or ours)


@each_rule
def test_a_reading_without_footing_says_that_no_statute_demands_it(file: Path) -> None:
    rule = read(file)
    if rule["footing"] in ("commentary", "own-policy"):
        assert re.search(r"[Nn]o statute", rule["note"]["en"])
        assert "法令はありません" in rule["note"]["ja"]


@each_rule
def test_a_threshold_is_named_as_ours_with_its_reason(file: Path) -> None:
    for dated in read(file).get("values", {}).values():
        for value in dated.values():
            assert value["footing"] == "own-policy"
            assert POLITE.search(value["reason"]["ja"])


@each_rule
def test_a_rule_on_personal_data_looks_at_all_columns(file: Path) -> None:
    evidence = read(file)["evidence"]
    if evidence.get("measure") == "personal_data":
        assert evidence["arguments"] == {"columns": None, "min_score": "confirmed"}


def test_no_processing_rule_says_what_a_table_is_in_law() -> None:
    measured = [
        read(file)
        for file in RULES
        if file.parts[-3].startswith("appi_") and "measure" in read(file)["evidence"]
    ]
    assert measured
    for rule in measured:
        assert "does not show that the table is" in rule["note"]["en"]
        assert "示すものではありません" in rule["note"]["ja"]


def test_every_kind_of_document_serves_a_rule_and_stands_once() -> None:
    kinds = read(PACKS / "document_kinds.yaml")
    ids = [kind["id"] for kind in kinds]
    wanted = {read(file)["evidence"].get("document") for file in RULES} - {None}
    assert len(ids) == len(set(ids))
    assert wanted == set(ids)
    for kind in kinds:
        assert JAPANESE.search(kind["title"]["ja"]) and POLITE.search(kind["description"]["ja"])


def test_headings_whose_text_is_not_held_are_facts_and_no_rules() -> None:
    pack = read(PACKS / "appropriateness_guideline_2025" / "pack.yaml")
    headings = {fact["id"][:6] for fact in pack["facts"] if not fact["text_held"]}
    assert headings >= {"gl_004", "gl_021", "gl_022", "gl_023", "gl_024", "gl_025", "gl_026"}
    rules = {file.parts[-2] for file in RULES}
    assert not any(rule.startswith(("gl021", "gl022", "gl023", "gl004")) for rule in rules)


@each_rule
def test_fixed_arguments_are_such_as_a_run_records_them(file: Path) -> None:
    # A run records its arguments with defaults filled in; a rule that fixes another form of the
    # same value ("latest" for ["latest"]) would never find a run that counts.
    evidence = read(file)["evidence"]
    fixed = evidence.get("arguments", {})
    if not fixed:
        return
    measure = measures.get(evidence["measure"])
    required = {item.name: "x" for item in measure.parameters if item.required}
    recorded = measure.arguments({**required, **fixed})
    assert arguments_fit(fixed, recorded)


def test_rules_that_want_the_same_document_share_one_next_step() -> None:
    steps: dict[str, set[str]] = {}
    for file in RULES:
        kind = read(file)["evidence"].get("document")
        if kind:
            steps.setdefault(kind, set()).add(read(file)["next_step"]["en"])
    assert {kind for kind, said in steps.items() if len(said) > 1} == set()
