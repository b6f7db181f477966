# SPDX-License-Identifier: Apache-2.0
"""What is found, how far it is believed, and that no text ever comes out."""

from __future__ import annotations

from collections import Counter

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shirube.measures.privacy.identifiers import KINDS, Scan, check_digits, scan_text
from shirube.measures.privacy.identifiers.tally import Level

SALT = b"kept by the operator"


def found(line: str, column: str = "") -> list[tuple[str, str]]:
    _scan, findings = scan_text([line], salt=SALT, column=column)
    return [(each.kind, each.level.name) for each in findings]


EXAMPLES: dict[str, str] = {
    "マイナンバー 1234-5678-9018": "my_number",
    "個人番号:００００００００００６０": "my_number",
    "My Number: 1234 5678 9018": "my_number",
    "法人番号 7123456789012": "corporate_number",
    "登録番号T9000000000009": "corporate_number",
    "免許証 第309012345620号": "driving_licence",
    "driver's licence 300100000810": "driving_licence",
    "旅券番号 TR1234567": "passport",
    "MZ00000010JPN9001011F3001019<<<<<<<<<<<<<<06": "passport",
    "在留カード AB12345678CD": "residence_card",
    "特別永住者 ZZ00000000ZZ": "residence_card",
    "保険者番号 06000004": "insurer_number",
    "保険者番号 999995": "insurer_number",
    "記号 12-34 番号 567 枝番 00": "insured_number",
    "記号 あいう 番号 8901 枝番 01": "insured_number",
    "基礎年金番号 1234-567890": "basic_pension_number",
    "年金手帳 0000-000001": "basic_pension_number",
    "住民票コード 12345678903": "resident_record_code",
    "住民票コード 00000000191": "resident_record_code",
    "9999-999 普通 0000001": "bank_account",
    "0000-000 当座 1234567": "bank_account",
    "記号 12340 番号 12345671": "bank_account",
    "カード番号 4000000000000002": "payment_card",
    "CVV 123 4111-1111-1111-1111": "payment_card",
    "03-0000-0000": "phone",
    "携帯 ０９０ー００００ー００００": "phone",
    "(03) 1234-5678": "phone",
    "+81 90-1234-5678": "phone",
    "TEL0312345678": "phone",
    "〒000-0000": "postal_code",
    "〒999-9999": "postal_code",
    "user@example.jp": "email_or_online_id",
    "cookie 00000000-0000-0000-0000-000000000000": "email_or_online_id",
    "雇用保険 0000-000000-0": "employment_insurance",
    "雇用保険 1234-567890-1": "employment_insurance",
}


@pytest.mark.parametrize(("line", "kind"), EXAMPLES.items())
def test_worked_examples_are_announced(line: str, kind: str) -> None:
    assert found(line) == [(kind, "ANNOUNCED")]


def test_every_kind_has_an_example() -> None:
    assert set(EXAMPLES.values()) == set(KINDS)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("123456789018", [("my_number", "CHECKED")]),
        ("TR12345672", [("passport", "CHECKED")]),
        ("1234-567890", [("basic_pension_number", "WEAK")]),
        ("AB12345678CD", [("residence_card", "WEAK")]),
        ("注文番号 123456789018", [("my_number", "DOUBTED")]),
        ("¥4111111111111111", [("payment_card", "DOUBTED")]),
        ("000000000000", [("my_number", "DOUBTED")]),
        ("06000004", []),  # eight digits are mostly dates and amounts
        ("2026-11-22 12:30:45", []),
        ("1,234,567円", []),
        ("品番 AB-1234-5678", []),
        ("35.123456789018", []),
        ("0.123456789018 と 123456789018.5", []),
        ("12345678901823456789", []),
        ("X123456789018", []),
    ],
)  # fmt: skip
def test_look_alikes_are_doubted_or_passed_over(line: str, expected: list[tuple[str, str]]) -> None:
    assert found(line) == expected


def test_the_name_of_a_column_announces() -> None:
    assert found("1234567890", "kiso_nenkin_no") == [("basic_pension_number", "ANNOUNCED")]
    assert found("1234567", "口座番号") == [("bank_account", "ANNOUNCED")]
    assert found("0312345678", "customerTel") == [("phone", "ANNOUNCED")]
    assert found("12・34 567", "被保険者等記号番号") == [("insured_number", "ANNOUNCED")]
    assert found("123456789018", "order_id") == [("my_number", "DOUBTED")]


def test_a_word_of_another_line_or_beyond_another_number_does_not_announce() -> None:
    scan, findings = scan_text(["免許証", "309012345620", "口座 1234567、会員 7654321"], salt=SALT)
    assert [(each.kind, each.row, each.level.name) for each in findings] == [
        ("driving_licence", 2, "CHECKED"),
        ("bank_account", 3, "ANNOUNCED"),
    ]
    assert scan.tallies["", "bank_account"].confirmed == 1


def test_several_numbers_in_one_cell_are_all_found() -> None:
    line = "連絡先 090 1234 5678 03-1234-5678、マイナンバー 123456789018"
    assert [kind for kind, _level in found(line)] == ["phone", "phone", "my_number"]


def _numbers(start: int, count: int, passing: int) -> list[str]:
    """Twelve-digit numbers of which so many have the check digit of a My Number."""
    numbers = [f"{number:012}" for number in range(start, start + 20 * count + 20)]
    good = [number for number in numbers if check_digits.my_number(number)]
    bad = [number for number in numbers if not check_digits.my_number(number)]
    return sorted(good[:passing] + bad[: count - passing])


@pytest.mark.parametrize(
    ("count", "passing", "confirmed"),
    [(1, 1, 1), (4, 1, 1), (5, 1, 0), (5, 4, 4), (100, 10, 0), (100, 25, 25), (3000, 300, 0)],
)
def test_check_digits_convince_when_chance_does_not_explain_them(
    count: int, passing: int, confirmed: int
) -> None:
    scan, _findings = scan_text(_numbers(300000000000, count, passing))
    tally = scan.tallies["", "my_number"]
    assert (tally.confirmed, tally.weak) == (confirmed, passing - confirmed)


def test_a_column_of_my_numbers_is_confirmed_under_any_name() -> None:
    scan, _findings = scan_text(_numbers(300000000000, 50, 50), column="order_id")
    assert scan.tallies["order_id", "my_number"].confirmed == 50


def test_rows_are_counted_once_for_several_hits() -> None:
    scan, _findings = scan_text(["電話 03-1234-5678 06-1234-5678", "", "03-1234-5678"])
    tally = scan.tallies["", "phone"]
    assert (tally.confirmed, tally.confirmed_rows) == (3, 2)


def test_a_digest_is_equal_for_equal_numbers_and_useless_without_the_salt() -> None:
    lines = ["マイナンバー 1234-5678-9018", "マイナンバー １２３４５６７８９０１８"]
    _scan, (one, two) = scan_text(lines, salt=SALT)
    assert one.digest == two.digest
    _scan, (other, _two) = scan_text(lines, salt=b"another")
    assert other.digest != one.digest


@given(st.integers(0, 10**11 - 1), st.sampled_from(["マイナンバー {}", "{}", "注文 {} 様"]))
def test_no_text_that_was_found_comes_out(payload: int, frame: str) -> None:
    number = next(
        f"{payload:011}{d}" for d in range(10) if check_digits.my_number(f"{payload:011}{d}")
    )
    scan, findings = scan_text([frame.format(number)], salt=SALT)
    assert findings
    out = repr(scan.tallies) + repr(findings) + msgspec.json.encode(findings).decode()
    assert number not in out


@given(
    st.lists(
        st.text(alphabet="0123456789-() @.ー０９TABab記号番普通〒\n口座", max_size=40), max_size=8
    )
)
def test_no_text_breaks_the_scan(lines: list[str]) -> None:
    scan = Scan(SALT)
    for finding in scan.feed("memo", range(1, len(lines) + 1), lines):
        assert 1 <= finding.row <= len(lines)
    for tally in scan.tallies.values():
        assert 0 <= tally.confirmed_rows <= min(len(lines), tally.confirmed + tally.weak)


def test_precision_and_recall_on_a_labelled_corpus(
    labelled_lines: list[tuple[str, str | None]],
) -> None:
    # The corpus is ours as well, so these floors guard against getting worse; they do not promise
    # the same on other people's texts. Most errors are bare twelve-digit numbers, of which every
    # tenth has a valid check digit.
    scan, findings = scan_text([line for line, _kind in labelled_lines], salt=SALT)
    believed = {kind: tally.believed for (_column, kind), tally in scan.tallies.items()}
    counts: Counter[str] = Counter()
    told: dict[int, set[str]] = {}
    for finding in findings:
        if finding.level in believed[finding.kind]:
            told.setdefault(finding.row, set()).add(finding.kind)
    for row, (_line, kind) in enumerate(labelled_lines, start=1):
        kinds = told.get(row, set())
        counts["right"] += kind in kinds
        counts["missed"] += kind is not None and kind not in kinds
        counts["wrong"] += len(kinds - {kind})
    assert counts["right"] / (counts["right"] + counts["wrong"]) >= 0.98
    assert counts["right"] / (counts["right"] + counts["missed"]) >= 0.98


def test_levels_stand_in_order() -> None:
    assert Level.WEAK < Level.DOUBTED < Level.CHECKED < Level.ANNOUNCED
