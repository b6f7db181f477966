# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from typing import Any

import msgspec
import sample

from shirube.documents import sarif


def run() -> dict[str, Any]:
    log = json.loads(sarif(sample.findings(), sample.packs(), sample.manifest()))
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    (only,) = log["runs"]
    return only


def test_levels_follow_the_outcomes_and_what_is_shown_is_no_result() -> None:
    levels = [result["level"] for result in run()["results"]]
    assert sorted(levels) == ["error"] * 2 + ["note"] + ["warning"] * 5


def test_each_result_points_at_its_rule_and_at_a_line_of_the_manifest() -> None:
    told = run()
    rules = told["tool"]["driver"]["rules"]
    lines = {"dataset:release": 75, "system:credit_screening": 12, "system:fashion": 30,
             "system:assistant": 44}  # fmt: skip
    for result in told["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "shirube.yaml"
        assert place["region"]["startLine"] == lines[result["properties"]["subject"]]


def test_messages_and_rules_are_in_both_languages() -> None:
    told = run()
    (first, *_) = told["results"]
    japanese, english, condition = first["message"]["text"].splitlines()
    assert japanese.startswith("個人を識別できる小さな組が残っていない")
    title = "No class so small that it points at a person remains"
    assert english.startswith(f"{title} (own-policy threshold): Not shown")
    assert condition == "anonymity.k (1) >= value.min_k (5)"
    (rule, *_) = told["tool"]["driver"]["rules"]
    assert rule["helpUri"] == "https://laws.e-gov.go.jp/law/415AC0000000057"
    assert " / " in rule["shortDescription"]["text"]


def test_fingerprints_stay_when_only_the_date_or_the_values_change() -> None:
    later = [msgspec.structs.replace(one, condition="k (2)") for one in sample.findings()]
    again = json.loads(sarif(later, sample.packs(), sample.manifest()))["runs"][0]["results"]
    assert [one["partialFingerprints"] for one in again] == [
        one["partialFingerprints"] for one in run()["results"]
    ]
    assert len({json.dumps(one["partialFingerprints"]) for one in again}) == len(again)


def test_a_path_of_this_machine_is_not_told() -> None:
    manifest = msgspec.structs.replace(sample.manifest(), file="/home/someone/op/shirube.yaml")
    assert "/home/someone" not in sarif(sample.findings(), sample.packs(), manifest)
