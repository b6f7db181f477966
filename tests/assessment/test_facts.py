# SPDX-License-Identifier: Apache-2.0
"""Facts: three values from the manifest, and every attempt and document of the ledger."""

from __future__ import annotations

import datetime as dt
from typing import Any

from msgspec.structs import replace

from shirube import assessment
from shirube.terms.document import Document
from shirube.terms.evidence import DocumentSeal, Evidence, Withdrawal
from shirube.terms.fact import FactRow
from shirube.terms.manifest import (
    Contact,
    Dataset,
    DatasetColumn,
    Declaration,
    Manifest,
    Model,
    Operator,
    Risk,
    RiskRecord,
    Supplier,
    System,
)
from shirube.terms.measurement import Interval, Measurement, Value
from shirube.terms.subject import Subject
from shirube.terms.text import Text
from shirube.terms.vocabulary import PROFILE_NAMES

NO_APPROVALS = Text("承認がありません。", "no approvals")
WORDS = Text("文", "words")

NOON = dt.datetime(2026, 10, 1, 3, 0, tzinfo=dt.UTC)
OPERATOR = Operator(id="shop", name=WORDS, kind="company")
LOG, RELEASE = Subject("dataset", "log"), Subject("dataset", "release")
SCREENING = Subject("system", "screening")


def _manifest(**given: Any) -> Manifest:
    return Manifest(**{"file": "shirube.yaml", "operator": OPERATOR, **given})


def _profile(manifest: Manifest, subject: Subject) -> dict[str, Any]:
    found = {profile.subject: profile.facts for profile in assessment.facts(manifest, ()).profiles}
    return found[subject]


def test_every_subject_has_exactly_the_names_of_the_vocabulary() -> None:
    manifest = _manifest(
        systems=(System(id="screening", name=WORDS),),
        datasets=(Dataset(id="log", title=WORDS),),
        models=(Model(id="model", name=WORDS),),
        suppliers=(Supplier(id="cloud", name=WORDS),),
    )
    for profile in assessment.facts(manifest, ()).profiles:
        names = {name.name for name in PROFILE_NAMES[profile.subject.kind]}
        assert set(profile.facts) == names


def test_what_was_not_given_is_unknown_and_what_is_given_empty_is_an_answer() -> None:
    silent = _profile(_manifest(), Subject("operator", "shop"))
    assert silent["operator.role_user"] is None
    assert silent["operator.contact_security"] is None
    told = _manifest(
        operator=replace(OPERATOR, roles=("user",)),
        contacts=(Contact(id="desk", purpose="complaints", name=WORDS),),
    )
    told_facts = _profile(told, Subject("operator", "shop"))
    assert told_facts["operator.role_user"] is True
    assert told_facts["operator.role_developer"] is False
    assert told_facts["operator.contact_complaints"] is True
    assert told_facts["operator.contact_security"] is False
    empty = _manifest(lines={"contacts": 3})
    assert _profile(empty, Subject("operator", "shop"))["operator.contact_security"] is False


def test_personal_data_of_a_system_follow_its_data_sets_in_three_values() -> None:
    def uses(*answers: bool | None) -> object:
        datasets = tuple(
            Dataset(id=f"d{at}", title=WORDS, personal_data=answer)
            for at, answer in enumerate(answers)
        )
        system = System(id="screening", name=WORDS, datasets=tuple(item.id for item in datasets))
        manifest = _manifest(systems=(system,), datasets=datasets)
        return _profile(manifest, SCREENING)["system.uses_personal_data"]

    assert uses(False, True, None) is True
    assert uses(False, None) is None
    assert uses(False, False) is False
    assert uses() is None


def test_a_log_with_predictions_is_found_by_its_columns() -> None:
    columns = (DatasetColumn(name="approved", kind="prediction"),)

    def has(dataset: Dataset) -> object:
        system = System(id="screening", name=WORDS, datasets=(dataset.id,))
        manifest = _manifest(systems=(system,), datasets=(dataset,))
        return _profile(manifest, SCREENING)["system.has_predictions"]

    log = Dataset(id="log", title=WORDS, role="log")
    assert has(log) is None
    assert has(replace(log, columns=columns)) is True
    assert has(replace(log, columns=(replace(columns[0], kind="feature"),))) is False
    assert has(replace(log, role="training")) is False


def test_a_risk_record_is_counted_and_silence_is_not_settled() -> None:
    risks = (
        Risk(id="a", harmed=WORDS, how=WORDS, treatment="reduce"),
        Risk(id="b", harmed=WORDS, how=WORDS),
    )
    record = RiskRecord(risks=risks, benefits=WORDS, decided_by="Sato")
    system = System(id="screening", name=WORDS, risk_record=record)
    told = _profile(_manifest(systems=(system,)), SCREENING)
    assert (told["system.risks"], told["system.risks_open"]) == (2, 1)
    assert told["system.benefits_recorded"] is True
    assert told["system.risk_decided"] is False  # a person, but no date
    bare = _profile(_manifest(systems=(replace(system, risk_record=None),)), SCREENING)
    assert (bare["system.risks"], bare["system.risks_open"]) == (0, None)
    asked = _manifest(systems=(system,), unknown=("systems.screening.risk_record.decided_on",))
    assert _profile(asked, SCREENING)["system.risk_decided"] is None


def test_what_is_stated_is_true_left_out_false_and_unknown_open() -> None:
    dataset = Dataset(id="log", title=WORDS, source=WORDS)
    told = _profile(_manifest(datasets=(dataset,), unknown=("datasets.log.licence",)), LOG)
    assert told["dataset.source_known"] is True
    assert told["dataset.licence_known"] is None
    assert told["dataset.derived"] is False
    assert told["dataset.quasi_identifiers"] is None


# Rows.


def _measured(index: int, **given: Any) -> Evidence:
    measurement = Measurement(
        **{
            "id": "gap",
            "measure": "group_fairness",
            "version": "1",
            "subject": SCREENING,
            "dataset": "log",
            "inputs": (),
            "arguments": {"attributes": ["sex"]},
            "seed": 0,
            "key": "k",
            "values": (
                Value(name="gap", value=0.1, interval=Interval(0.05, 0.15, "bootstrap")),
                Value(name="rows", value=100, sample_size=100),
                Value(name="worst", value="sex"),
                Value(name="ratio", value=None, reason=NO_APPROVALS),
            ),
            "sample_size": 100,
            "method": WORDS,
            "engine": "duckdb",
            "measured_at": NOON,
            "seconds": 0.1,
            **given,
        }
    )
    return _sealed(index, kind="measurement", measurement=measurement)


def _sealed(index: int, **given: Any) -> Evidence:
    moment = given.pop("sealed_at", NOON)
    return Evidence(index=index, sha256=f"{index:064x}", key_id="key", sealed_at=moment, **given)


def _rows(manifest: Manifest, *evidence: Evidence) -> tuple[FactRow, ...]:
    return assessment.facts(manifest, evidence).rows


DECLARED = _manifest(measurements=(Declaration(id="gap", measure="group_fairness", dataset="log"),))


def test_a_measurement_gives_a_row_for_its_system_and_one_for_its_data() -> None:
    system_row, dataset_row = _rows(DECLARED, _measured(4))
    assert (system_row.subject, dataset_row.subject) == (SCREENING, LOG)
    assert system_row == FactRow(
        subject=SCREENING,
        kind="measurement",
        source="group_fairness",
        declared_id="gap",
        arguments={"attributes": ["sex"], "seed": 0},
        values={
            "gap": 0.1,
            "gap.low": 0.05,
            "gap.high": 0.15,
            "gap.n": None,
            "rows": 100,
            "rows.low": None,
            "rows.high": None,
            "rows.n": 100,
            "worst": "sex",
            "ratio": None,
            "ratio.low": None,
            "ratio.high": None,
            "ratio.n": None,
        },
        date=dt.date(2026, 10, 1),
        known=dt.date(2026, 10, 1),
        index=4,
        sha256=f"{4:064x}",
        reasons={"ratio": NO_APPROVALS},
    )


def _left_out(*columns: DatasetColumn, arguments: dict[str, Any]) -> dict[str, Any]:
    manifest = _manifest(datasets=(Dataset(id="log", title=WORDS, columns=columns),))
    (_system, row) = _rows(manifest, _measured(0, values=(), arguments=arguments))
    return dict(row.values)


def test_a_run_is_held_against_the_declared_columns_by_name_not_by_number() -> None:
    # Declared are age and area. The run took age and shoe: as many columns, and not the same ones.
    columns = (
        DatasetColumn(name="age", kind="quasi_identifier"),
        DatasetColumn(name="area", kind="quasi_identifier"),
        DatasetColumn(name="illness", kind="sensitive"),
    )
    swapped = {"quasi_identifiers": ["age", "shoe"], "sensitive": ["illness", "hobby"]}
    assert _left_out(*columns, arguments=swapped) == {
        "quasi_identifiers_left_out": 1,
        "quasi_identifiers_undeclared": 1,
        "sensitive_left_out": 0,
        "sensitive_undeclared": 1,
    }
    faithful = {"quasi_identifiers": ["area", "age"], "sensitive": ["illness"]}
    assert set(_left_out(*columns, arguments=faithful).values()) == {0}


def test_where_no_column_is_declared_nobody_knows_what_a_run_left_out() -> None:
    found = _left_out(arguments={"quasi_identifiers": ["age"]})
    assert found == {"quasi_identifiers_left_out": None, "quasi_identifiers_undeclared": None}


def test_a_run_against_another_table_than_the_declared_one_is_seen() -> None:
    release = Dataset(id="log", title=WORDS, derived_from=("training",))
    manifest = _manifest(
        datasets=(release, Dataset(id="training", title=WORDS)), lines={"datasets.log": 1}
    )
    for original, undeclared in (("training", 0), ("harmless", 1)):
        (_system, row) = _rows(manifest, _measured(0, values=(), arguments={"original": original}))
        assert row.values == {"original_undeclared": undeclared}
    # Nobody listed earlier releases, so nobody knows whether this is one.
    (_system, row) = _rows(manifest, _measured(0, values=(), arguments={"earlier": "training"}))
    assert row.values == {"earlier_undeclared": None}
    assert "does not say which" in row.reasons["earlier_undeclared"].en


def test_days_are_those_of_japan() -> None:
    # 16:00 UTC on 1 October is 1:00 on the 2nd in Japan.
    (row, _other) = _rows(DECLARED, _measured(0, measured_at=NOON.replace(hour=16)))
    assert row.date == dt.date(2026, 10, 2)


def test_a_failure_has_no_values_and_a_withdrawal_has_reason_and_day() -> None:
    withdrawal = Withdrawal(index=1, reason="wrong file", author="Sato", date=dt.date(2026, 1, 1))
    rows = _rows(
        _manifest(),
        _measured(0, failure="no such column"),
        _measured(1),
        _sealed(2, kind="withdrawal", withdrawal=withdrawal, sealed_at=NOON + dt.timedelta(3)),
    )
    failed, withdrawn = (row for row in rows if row.subject == LOG)
    assert (failed.values, failed.failure, failed.withdrawn) == ({}, "no such column", "")
    # A withdrawal cannot be dated back: the day of its seal counts.
    assert (withdrawn.withdrawn, withdrawn.withdrawn_on) == ("wrong file", dt.date(2026, 10, 4))
    assert not withdrawn.declared


PAPER = Document(
    id="policy",
    kinds=("governance_policy", "risk_procedure"),
    file="policy.md",
    date=dt.date(2026, 4, 1),
    owner="Sato",
    published=True,
)
SYSTEMS = (System(id="screening", name=WORDS), System(id="other", name=WORDS))


def _paper(index: int, document: Document = PAPER) -> Evidence:
    return _sealed(index, kind="document", document=DocumentSeal(document=document, sha256="ab"))


def test_a_document_of_the_operator_reaches_every_subject() -> None:
    manifest = _manifest(systems=SYSTEMS, documents=(PAPER,))
    rows = _rows(manifest, _paper(0))
    reached = {(row.source, str(row.subject)) for row in rows}
    assert reached == {
        (kind, subject)
        for kind in PAPER.kinds
        for subject in ("operator:shop", "system:screening", "system:other")
    }
    assert rows[0].values == {
        "present": True,
        "published": True,
        "approved": False,
        "owned": True,
        "signed": False,
        "approved_as_is": False,
    }
    assert (rows[0].date, rows[0].known) == (dt.date(2026, 4, 1), dt.date(2026, 10, 1))


def test_a_document_of_one_system_reaches_it_and_the_operator() -> None:
    document = replace(PAPER, systems=("screening",), kinds=("governance_policy",))
    rows = _rows(_manifest(systems=SYSTEMS, documents=(document,)), _paper(0, document))
    assert {str(row.subject) for row in rows} == {"operator:shop", "system:screening"}


def test_a_document_that_is_stated_to_be_absent_is_not_shown() -> None:
    document = replace(PAPER, absent=True, file=None)
    rows = _rows(_manifest(documents=(document,)), _paper(0, document))
    assert set(rows[0].values.values()) == {False}


def test_an_unknown_fact_of_a_document_is_open() -> None:
    manifest = _manifest(documents=(PAPER,), unknown=("documents.policy.approved_by",))
    assert _rows(manifest, _paper(0))[0].values["approved"] is None


def test_a_document_that_left_the_manifest_no_longer_counts() -> None:
    (row, *_more) = _rows(_manifest(), _paper(0))
    assert (row.withdrawn, row.declared) == ("no longer declared", False)
    # Once its absence is sealed, the earlier state counts for earlier days again.
    before, after = (
        row
        for row in _rows(_manifest(), _paper(0), _paper(1, replace(PAPER, absent=True)))
        if row.source == "risk_procedure"
    )
    assert (before.withdrawn, before.declared) == ("", True)
    assert (after.withdrawn, after.declared) == ("no longer declared", False)


def test_a_document_that_changes_its_kind_stops_counting_as_the_old_one() -> None:
    narrowed = replace(PAPER, kinds=("risk_procedure",))
    rows = _rows(_manifest(documents=(narrowed,)), _paper(0), _paper(1, narrowed))
    old = [row for row in rows if row.source == "governance_policy"]
    assert [(row.index, row.withdrawn) for row in old] == [(0, ""), (1, "no longer declared")]
