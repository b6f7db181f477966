# SPDX-License-Identifier: Apache-2.0
"""OSCAL: every document fits NIST's schema, names stay the same, and nothing passes in silence."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from shirube import measures, rules
from shirube.documents import oscal
from shirube.terms.errors import InternalError
from shirube.terms.finding import Finding, Judged, Outcome, Reason
from shirube.terms.japan import JAPAN
from shirube.terms.manifest import Explanation
from shirube.terms.subject import Subject
from shirube.terms.text import Text

MOMENT = dt.datetime(2026, 11, 22, 5, 0, tzinfo=JAPAN)
LATER = MOMENT + dt.timedelta(days=3)
ON = MOMENT.date()
PACKS = rules.load(None, measures.vocabulary())
CROSSWALKS = {
    name: rules.crosswalk(file, PACKS) for name, file in rules.crosswalk_files(None).items()
}


def uuids(value: Any) -> list[str]:
    if isinstance(value, list):
        return [found for each in value for found in uuids(each)]
    if not isinstance(value, dict):
        return []
    own = [value["uuid"]] if "uuid" in value else []
    return own + [found for each in value.values() for found in uuids(each)]


def test_every_shipped_pack_is_a_catalog_with_one_control_for_each_rule() -> None:
    for pack in PACKS:
        told = json.loads(oscal.oscal_text(oscal.catalog(pack, MOMENT)))["catalog"]
        assert [control["id"] for control in told.get("controls", [])] == [
            f"{pack.id}.{rule.id}" for rule in pack.rules
        ]
        facts = [part for group in told.get("groups", ()) for part in group["parts"]]
        assert len(facts) == len(pack.facts)


def test_a_control_says_the_rule_in_both_languages() -> None:
    (pack,) = [one for one in PACKS if one.id == "appi"]
    rule = pack.rules[0]
    control = oscal.catalog(pack, MOMENT)["catalog"]["controls"][0]
    said = {(part["name"], part["class"]): part["prose"] for part in control["parts"]}
    assert said == {
        ("statement", "ja"): rule.expectation.ja,
        ("statement", "en"): rule.expectation.en,
        ("guidance", "ja"): rule.next_step.ja,
        ("guidance", "en"): rule.next_step.en,
    }
    assert {link["href"] for link in control["links"]} == {cited.url for cited in rule.citations}


def test_names_are_the_same_in_every_export_and_never_twice() -> None:
    for first, second in (
        (oscal.catalog(PACKS[0], MOMENT), oscal.catalog(PACKS[0], LATER)),
        (
            oscal.mapping(CROSSWALKS["eu_ai_act"], str, MOMENT),
            oscal.mapping(CROSSWALKS["eu_ai_act"], str, LATER),
        ),
        (results(found(Outcome.SHOWN)), results(found(Outcome.SHOWN))),
    ):
        assert uuids(first) == uuids(second)
        assert len(set(uuids(first))) == len(uuids(first))


@pytest.mark.parametrize("name", sorted(CROSSWALKS))
def test_every_crosswalk_is_a_mapping_with_one_entry_for_each_pointer(name) -> None:
    crosswalk = CROSSWALKS[name]
    made = oscal.mapping(crosswalk, lambda pack: f"catalog_{pack}.json", MOMENT)
    told = json.loads(oscal.oscal_text(made))["mapping-collection"]
    maps = [entry for mapping in told["mappings"] for entry in mapping["maps"]]
    pointers = [pointer for item in crosswalk.items for pointer in item.pointers]
    assert len(maps) == len(pointers)
    assert sum("qualifiers" in entry for entry in maps) == sum(
        pointer.left is not None for pointer in pointers
    )
    for entry in maps:
        assert (entry["relationship"] == "touches") == ("ns" in entry)


def test_articles_that_nothing_points_from_are_the_gap() -> None:
    made = oscal.mapping(CROSSWALKS["eu_ai_act"], str, MOMENT)["mapping-collection"]
    gaps = [one["source-gap-summary"] for one in made["mappings"] if "source-gap-summary" in one]
    assert [gap["unmapped-controls"] for gap in gaps] == [
        [{"with-ids": ["art_43", "art_47_48", "art_49"]}]
    ]


def found(outcome: Outcome, rule: str = "appi/ap01_purpose") -> Finding:
    subject = Subject("dataset", "log")
    judged = Judged(
        declared_id="d1",
        index=7,
        sha256="ab" * 32,
        date=dt.date(2026, 11, 1),
        age_days=21,
        outcome=outcome,
        reason=Reason.CONDITION_HOLDS,
        condition="document.present",
    )
    explained = Explanation(
        rule=rule,
        subject=subject,
        reason=Text("理由", "reason"),
        author="Yamada",
        date=ON,
        expires=ON,
    )
    return Finding(
        rule=rule,
        subject=subject,
        on=ON,
        outcome=outcome,
        reason=Reason.CONDITION_HOLDS,
        condition="document.present",
        judged=(judged,) if outcome is not Outcome.NOT_JUDGED else (),
        explanation=explained if outcome is Outcome.EXPLAINED else None,
    )


def results(*findings: Finding) -> dict[str, Any]:
    told = oscal.Assessed(
        operator="six",
        name=Text("六行商店", "Six Rows Ltd."),
        on=ON,
        judged_at=MOMENT,
        checkpoint="six.example/ledger\n8\n",
        packs=PACKS,
        findings=findings,
    )
    made = json.loads(oscal.oscal_text(oscal.assessment_results(told)))
    (result,) = made["assessment-results"]["results"]
    return dict(result)


@pytest.mark.parametrize(
    ("outcome", "observed", "state"),
    [
        (Outcome.SHOWN, 1, ("satisfied", "pass")),
        (Outcome.NOT_SHOWN, 1, ("not-satisfied", "fail")),
        (Outcome.EXPLAINED, 1, ("not-satisfied", "other")),
        (Outcome.NOT_JUDGED, 1, None),
        (Outcome.NOT_APPLICABLE, 0, None),
    ],
)
def test_only_what_is_shown_is_satisfied(outcome, observed, state) -> None:
    result = results(found(outcome))
    assert len(result.get("observations", ())) == observed
    states = [one["target"]["status"] for one in result.get("findings", ())]
    assert [(one["state"], one["reason"]) for one in states] == ([state] if state else [])


def test_evidence_is_named_by_its_leaf_of_the_ledger() -> None:
    (observed,) = results(found(Outcome.SHOWN))["observations"]
    (evidence,) = observed["relevant-evidence"]
    assert evidence["href"] == "tlog:six.example/ledger#7"
    assert observed["collected"] == "2026-11-01T00:00:00+09:00"


def test_a_document_that_its_schema_refuses_is_not_written() -> None:
    with pytest.raises(InternalError, match="catalog"):
        oscal.oscal_text({"catalog": {"uuid": "no"}})
