# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import msgspec
import sample
from defusedxml import ElementTree as Xml

from shirube.documents import junit
from shirube.terms.finding import Outcome
from shirube.texts import using


def test_there_is_one_case_per_finding_and_the_counts_add_up() -> None:
    # By hand: 11 findings; 2 not shown; 5 could not be judged and 1 not applicable are skipped.
    root = Xml.fromstring(junit(sample.findings(), sample.packs()).encode())
    assert root.attrib == {
        "name": "shirube", "tests": "11", "failures": "2", "errors": "0", "skipped": "6",
    }  # fmt: skip
    assert len(root.findall(".//testcase")) == 11
    assert len(root.findall(".//failure")) == 2
    assert len(root.findall(".//skipped")) == 6
    assert [len(suite.findall("testcase")) for suite in root] == [4, 7]


def test_a_failure_says_expectation_condition_evidence_and_next_step() -> None:
    with using("en"):
        root = Xml.fromstring(junit(sample.findings(), sample.packs()).encode())
    (failure, *_) = root.findall(".//failure")
    assert failure.get("type") == "not_shown"
    assert failure.get("message") == "Not shown: The condition does not hold."
    assert failure.text.splitlines()[1:] == [
        "own-policy threshold",  # whose number it is stands beside it
        "Condition: anonymity.k (1) >= value.min_k (5)",
        f"Evidence: release_k, ledger entry 1, SHA-256 {sample.digest('envelope 1')}",
        "Next: Generalise the quasi-identifiers and measure again.",
    ]


def test_an_explained_finding_passes_and_tells_its_explanation() -> None:
    root = Xml.fromstring(junit(sample.findings(), sample.packs()).encode())
    (case,) = [case for case in root.findall(".//testcase") if case.find("system-out") is not None]
    assert case.find("failure") is None
    assert "Yoko Sato" in case.find("system-out").text


def test_control_characters_and_markup_of_others_do_no_harm() -> None:
    (hostile, *_) = [one for one in sample.findings() if one.outcome is Outcome.NOT_SHOWN]
    hostile = msgspec.structs.replace(hostile, condition="k < 5 & </failure><script>\x00\x0b]]>")
    root = Xml.fromstring(junit([hostile], sample.packs()).encode())
    text = root.find(".//failure").text
    assert "k < 5 & </failure><script>\ufffd\ufffd]]>" in text


def test_the_declaration_names_the_encoding_whatever_the_locale() -> None:
    first = junit(sample.findings(), sample.packs()).splitlines()[0]
    assert first == '<?xml version="1.0" encoding="UTF-8"?>'
