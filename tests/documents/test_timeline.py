# SPDX-License-Identifier: Apache-2.0
"""The timeline: every line with its date and its proof, in order, in both languages."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
import sample

from shirube import documents
from shirube.documents.content import ReportContent
from shirube.documents.timeline.lines import Line, lines
from shirube.terms.document import Document
from shirube.terms.evidence import DocumentSeal, Erasure, Evidence, KeyChange, Withdrawal
from shirube.terms.finding import Finding, Outcome, Reason
from shirube.terms.manifest import (
    Explanation,
    Manifest,
    Model,
    Operator,
    Risk,
    RiskRecord,
    Supplier,
    System,
)  # fmt: skip
from shirube.terms.measurement import Interval, Measurement, Value
from shirube.terms.rule import Pack
from shirube.terms.subject import Subject
from shirube.terms.text import Text

if TYPE_CHECKING:
    from pathlib import Path

CHAT = Subject("system", "chat")
OTHER = Subject("system", "other")
RISK = Risk(id="r", harmed=Text("客", "Customers"), how=Text("誤答", "Error"))
SEALED = dt.datetime(2026, 10, 1, 3, 0, tzinfo=dt.UTC)


def _manifest() -> Manifest:
    return Manifest(
        file="shirube.yaml",
        operator=Operator(id="acme", name=Text("見本", "Acme"), kind="company"),
        systems=(
            System(
                id="chat", name=Text("対話", "Chat"), models=("m",),
                risk_record=RiskRecord(
                    risks=(RISK,),
                    decided_by="Board", decided_on=dt.date(2026, 7, 1),
                ),
            ),
            System(id="other", name=Text("他", "Other")),
        ),
        models=(Model(id="m", name=Text("模", "M"), supplier="s"),),
        suppliers=(
            Supplier(id="s", name=Text("供", "Maker"), fallback_drill=dt.date(2026, 6, 18)),
        ),
        explanations=(
            Explanation(
                rule="p/r", subject=CHAT, reason=Text("理由", "Because"), author="Hana",
                date=dt.date(2026, 8, 1), expires=dt.date(2027, 8, 1),
            ),
        ),
        lines={"systems.chat.risk_record": 12, "systems.chat.risk_record.risks.r": 14},
    )  # fmt: skip


def _pack() -> Pack:
    said = sample.rule("p", "r", Text("規則", "The rule"), Text("こと", "That"),
                       start=dt.date(2026, 4, 1))  # fmt: skip
    later = sample.rule("p", "later", Text("先", "Later"), Text("こと", "That"),
                        start=dt.date(2027, 4, 1))  # fmt: skip
    elsewhere = sample.rule("p", "else", Text("別", "Elsewhere"), Text("こと", "That"))
    return Pack(
        id="p", title=Text("指針", "The guideline"), issuer=Text("府", "Office"), version="1",
        instrument_url="https://example.org", start=dt.date(2026, 4, 1), sha256="cd" * 32,
        rules=(said, later, elsewhere),
    )  # fmt: skip


def _finding(rule: str, subject: Subject, outcome: Outcome) -> Finding:
    return Finding(
        rule=rule, subject=subject, on=sample.ON, outcome=outcome,
        reason=Reason.CONDITION_FAILS, condition="",
    )  # fmt: skip


def _evidence(index: int, **record: Any) -> Evidence:
    (kind,) = record
    return Evidence(
        index=index, sha256=f"{index:064x}", key_id="key", sealed_at=SEALED, kind=kind, **record
    )


def _measurement(subject: Subject, failure: str = "") -> Measurement:
    return Measurement(
        id="gap", measure="disparity", version="1", subject=subject, dataset="d", inputs=(),
        arguments={}, seed=0, key="k", sample_size=4, method=None, engine="DuckDB",
        measured_at=SEALED, seconds=0.1, failure=failure,
        values=()
        if failure
        else (
            Value(name="rows", value=4),
            Value(name="max", value=0.25, interval=Interval(0.1, 0.3, "bootstrap")),
        ),
    )  # fmt: skip


def _document(name: str, **fields: Any) -> DocumentSeal:
    told = Document(id=name, kinds=("policy",), **fields)
    return DocumentSeal(document=told, sha256="ef" * 32, bytes=3)


EVIDENCE = (
    _evidence(0, document=_document("policy", date=dt.date(2026, 5, 1), approved_by="President")),
    _evidence(1, document=_document("others", systems=("other",))),
    _evidence(2, measurement=_measurement(CHAT)),
    _evidence(3, measurement=_measurement(OTHER)),
    _evidence(4, measurement=_measurement(CHAT, failure="no rows")),
    _evidence(5, withdrawal=Withdrawal(index=2, reason="Wrong table", author="Hana",
                                       date=SEALED.date())),
    _evidence(6, withdrawal=Withdrawal(index=3, reason="Not ours", author="Hana",
                                       date=SEALED.date())),
    _evidence(7, erasure=Erasure(index=0, reason="Asked for", legal_basis="APPI 35", author="Hana",
                                 date=SEALED.date())),
)  # fmt: skip


def _content(**changes: Any) -> ReportContent:
    content = sample.content(
        manifest=_manifest(), packs=(_pack(),), evidence=EVIDENCE,
        findings=(
            _finding("p/r", CHAT, Outcome.NOT_SHOWN),
            _finding("p/later", CHAT, Outcome.NOT_APPLICABLE),
            _finding("p/else", OTHER, Outcome.NOT_SHOWN),
        ),
    )  # fmt: skip
    return msgspec.structs.replace(content, **changes)


def _lines(**changes: Any) -> tuple[Line, ...]:
    content = _content(**changes)
    return lines(content, content.manifest.systems[0])


def test_all_that_concerns_the_system_stands_in_order_and_nothing_else() -> None:
    assert [(str(line.date), line.kind, line.what) for line in _lines()] == [
        ("2026-04-01", "expected", "From this day: The guideline"),
        ("2026-05-01", "decided", "Document: policy"),
        ("2026-06-18", "done", "Fallback for Maker rehearsed"),
        ("2026-07-01", "known", "Risk on record: Customers"),
        ("2026-07-01", "decided", "Decision on risks and benefits"),
        ("2026-08-01", "decided", "Explanation instead of compliance: The rule"),
        ("2026-10-01", "measured", "disparity on “d” (gap)"),
        ("2026-10-01", "measured", "disparity on “d” (gap)"),
        ("2026-10-01", "done", "Entry 2 no longer counts"),
        ("2026-10-01", "done", "Content of entry 0 erased"),
    ]


def test_every_line_has_a_proof_and_what_is_only_declared_says_so() -> None:
    found = _lines()
    assert all(line.proofs for line in found)
    by_what = {line.what: line for line in found}
    policy = by_what["Document: policy"]
    assert [proof.digest for proof in policy.proofs] == [f"{0:064x}", "ef" * 32]
    assert policy.proofs[0].text.startswith("Ledger entry 0, sealed on 1 October 2026")
    assert policy.details == (
        "Approved by: President",
        "The date is the document's own; that it existed is proven since 1 October 2026.",
    )
    risk = by_what["Risk on record: Customers"].proofs[0]
    assert risk.text == "Declared in the manifest (shirube.yaml:14); not in the ledger."
    assert risk.digest == ""
    rules = by_what["From this day: The guideline"].proofs
    assert rules[0].text == "Act on the Protection of Personal Information: Article 43, paragraph 1"
    assert rules[1].url == "https://laws.e-gov.go.jp/law/415AC0000000057"
    assert rules[2].digest == "cd" * 32


def test_how_the_keys_changed_is_told_and_what_does_not_count_any_more() -> None:
    change = KeyChange(
        action="revoked", key_id="ab" * 32, public_key="", at=SEALED, reason="Stolen",
        author="CISO",
    )  # fmt: skip
    refused = msgspec.structs.replace(EVIDENCE[2], refused="its key was revoked")
    found = _lines(evidence=(*EVIDENCE[:2], refused, _evidence(8, key_change=change)))
    told = {line.index: line for line in found if line.index is not None}
    assert told[8].what == f"Key {'ab' * 8} is revoked from {SEALED:%Y-%m-%d %H:%M %Z} on"
    assert (told[8].kind, told[8].details) == ("decided", ("Stolen (CISO)",))
    assert "does not count" in told[2].proofs[-1].text


def test_values_with_intervals_are_told_and_a_failed_attempt_as_such() -> None:
    first, second = (line for line in _lines() if line.kind == "measured")
    assert first.details == ("disparity.max: 0.25",)
    assert second.details == ("The attempt ended in an error.",)


def test_what_came_later_was_not_known_on_an_earlier_day() -> None:
    found = _lines(on=dt.date(2026, 7, 1))
    assert [line.what for line in found] == [
        "From this day: The guideline",
        "Fallback for Maker rehearsed",
        "Risk on record: Customers",
        "Decision on risks and benefits",
    ]


def test_what_has_no_date_comes_last_and_none_is_invented() -> None:
    manifest = _manifest()
    system = msgspec.structs.replace(
        manifest.systems[0],
        risk_record=RiskRecord(risks=(RISK,)),
    )
    changed = msgspec.structs.replace(manifest, systems=(system,))
    last = _lines(manifest=changed)[-1]
    assert (last.date, last.what) == (None, "Risk on record: Customers")


def test_the_page_is_labelled_escaped_and_complete_in_both_languages(tmp_path: Path) -> None:
    pack = msgspec.structs.replace(_pack(), title=Text("<b>指針", "<b>The guideline"))
    content = _content(packs=(pack,))
    written = documents.timeline(content, content.manifest.systems[0], tmp_path, formats=("html",))
    assert [file.name for file in written.files] == [
        "timeline.chat.ja.html", "timeline.chat.en.html",
    ]  # fmt: skip
    japanese, english = (file.read_text(encoding="utf-8") for file in written.files)
    assert "Footing of this document: commentary." in english
    assert "この文書の位置付け: 解説。" in japanese
    for page in (japanese, english):
        assert "<b>" not in page
        assert "ef" * 32 in page
        assert "https://www.meti.go.jp/" in page
        assert not re.search(r"<(script|link|img)", page)
    assert not re.search(r"[A-Za-z]{4,} [a-z]{3,} [a-z]{3,}", re.sub(
        r"(?s)<style>.*?</style>|<[^>]*>|https?://\S+|shirube [a-z. A-Z]+", "", japanese
    ))  # fmt: skip


@pytest.mark.parametrize("evidence", [EVIDENCE, ()])
def test_the_pdf_is_set_and_the_same_each_time(
    tmp_path: Path, evidence: tuple[Evidence, ...]
) -> None:
    content = _content(evidence=evidence, checkpoint="")
    system = content.manifest.systems[0]
    made = [
        documents.timeline(content, system, tmp_path / name, formats=("pdf",), languages=("ja",))
        for name in ("first", "second")
    ]
    if made[0].skipped:
        pytest.skip(made[0].skipped[0])
    first, second = (one.files[0].read_bytes() for one in made)
    assert first.startswith(b"%PDF-")
    assert first == second
