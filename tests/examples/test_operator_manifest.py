# SPDX-License-Identifier: Apache-2.0
"""The example's manifest loads, and everything that it names exists."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from shirube import manifest

PACKS = Path(manifest.__file__).parents[1] / "packs"


@pytest.fixture(scope="module")
def declared(example):
    return manifest.load(example / "shirube.yaml", today=dt.date(2026, 11, 22))


def _yaml(path: Path):
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))


def test_it_declares_three_systems_and_leaves_facts_unknown(declared):
    assert [system.id for system in declared.systems] == [
        "credit_screening",
        "fashion_recommendation",
        "generative_assistant",
    ]
    assert "systems.generative_assistant.users_per_month" in declared.unknown


def test_every_document_has_its_file_in_both_languages_or_is_absent(declared, example):
    for document in declared.documents:
        if document.absent:
            continue
        text = (example / document.file).read_text(encoding="utf-8")
        ja, _, en = text.partition("\n---\n")
        assert any("ぁ" <= sign <= "ん" for sign in ja), document.id
        assert en.strip().startswith("# "), document.id


def test_no_document_lies_about_that_the_manifest_does_not_name(declared, example):
    named = {document.file for document in declared.documents}
    assert {f"documents/{path.name}" for path in (example / "documents").iterdir()} <= named


def test_every_kind_of_document_is_known(declared):
    known = {kind["id"] for kind in _yaml(PACKS / "document_kinds.yaml")}
    assert {kind for document in declared.documents for kind in document.kinds} <= known


def test_rules_that_the_example_speaks_of_exist(declared, example):
    expected = [item["rule"] for item in _yaml(example / "expected.yaml")]
    explained = [explanation.rule for explanation in declared.explanations]
    for rule in (*expected, *explained):
        assert (PACKS / rule / "rule.yaml").is_file(), rule


def test_what_is_not_real_says_so(declared):
    synthetic = {dataset.id for dataset in declared.datasets if dataset.synthetic}
    injected = {dataset.id for dataset in declared.datasets if dataset.injected}
    assert synthetic == {"fashion_log", "support_inquiries"}
    assert injected == {"credit_training", "credit_log", "support_inquiries"}


def test_what_is_committed_stays_small(example):
    made = {example / "data", example / "model", example / ".shirube"}
    kept = [
        path
        for path in example.rglob("*")
        if path.is_file() and path.suffix != ".pyc" and not made & set(path.parents)
    ]
    assert sum(path.stat().st_size for path in kept) < 1_500_000
