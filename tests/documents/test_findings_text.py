# SPDX-License-Identifier: Apache-2.0
"""The findings of a dossier as text: footing and marks beside each, and nothing that can act."""

from __future__ import annotations

import datetime as dt

import msgspec

from shirube.documents import findings_text
from shirube.terms.dossier import DossierHead, DossierVerified, FindingLine, ToldRule
from shirube.terms.manifest import Explanation
from shirube.terms.rule import Citation
from shirube.terms.subject import Subject
from shirube.terms.text import Text
from shirube.texts import using

DAY = dt.date(2026, 11, 1)
TOLD = ToldRule(
    title=Text("年に一度見直す", "Reviewed once a year"),
    expectation=Text("毎年見直します。", "It is reviewed every year."),
    citations=(
        Citation(instrument=Text("当社規程", "Our code"), provision=Text("第1条", "1"), url="u"),
    ),
    footing="own-policy",
    status="in-force",
    confidence="low",
    own_thresholds=("max_days",),
)
LINE = FindingLine(
    rule="own/review",
    subject="operator:six",
    outcome="not_shown",
    reason="condition_fails",
    condition="document.age (400) <= value.max_days (365)",
    evidence=(3, 4),
    told=TOLD,
)


def verified(*lines: FindingLine) -> DossierVerified:
    head = DossierHead(
        operator_id="six", operator_name="六行\x1b[31m商店", corporate_number="", on=DAY,
        sealed_at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC), tool_version="0", origin="o", leaves=5,
        root="00",
    )  # fmt: skip
    return DossierVerified(
        sha256="ab", key_id="cd", head=head, evidence=(3, 4), findings=lines,
        removed=("findings/7", "evidence/1"), checkpoint="",
    )  # fmt: skip


def told(language: str, *lines: FindingLine) -> str:
    with using(language):  # type: ignore[arg-type]
        return findings_text(verified(*lines))


def test_a_finding_stands_with_its_footing_its_marks_and_what_decided() -> None:
    text = told("en", LINE)
    marks = "own policy, own-policy threshold, low confidence"
    assert f"- Reviewed once a year ({marks})  operator:six  own/review" in text
    assert "    It is reviewed every year.\n    Footing: own policy; in force; low conf" in text
    assert "No instrument gives these numbers: max_days." in text
    assert "    document.age (400) <= value.max_days (365)\n" in text
    assert "Evidence: evidence/3, evidence/4" in text
    assert "Removed by redaction: findings/7\n" in text
    assert "独自の方針" in told("ja", LINE)


def test_an_explanation_stands_beside_the_fact() -> None:
    given = Explanation(
        rule="own/review", subject=Subject("operator", "six"), author="Sato", date=DAY,
        reason=Text("移行中", "In transition"), expires=dt.date(2027, 1, 1),
    )  # fmt: skip
    line = msgspec.structs.replace(LINE, outcome="explained", explanation=given)
    assert "Explained by Sato on 2026-11-01, until 2027-01-01: In transition" in told("en", line)


def test_what_a_sender_wrote_cannot_act_on_a_terminal() -> None:
    wild = msgspec.structs.replace(LINE, condition="a\x1b]0;b\x07\nREFUSED\u202e")
    assert not [s for s in told("en", wild) if not s.isprintable() and s != "\n"]
    assert "\nREFUSED" not in told("en", wild)


def test_a_finding_of_an_older_dossier_is_told_without_its_rule() -> None:
    older = msgspec.structs.replace(LINE, told=None)
    assert "- operator:six  own/review" in told("en", older)
