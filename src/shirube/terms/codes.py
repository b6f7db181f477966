# SPDX-License-Identifier: Apache-2.0
"""What the codes in a measurement's tables are called; the sealed tables and JSON keep the codes.

A code belongs to a column of a detail: what a person reads is looked up by the name of the column,
so that a value of somebody's data that happens to be spelled like a code stays as it is. A code may
be followed by what it is about (``inference: income``).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from shirube.terms.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shirube.terms.measurement import Column, Scalar

_ABOUT = ": "

ATTACKS: Final = MappingProxyType({
    "univariate": Text("識別（一つの列）", "singling out by one column"),
    "multivariate": Text("識別（複数の列）", "singling out by several columns"),
    "linkability": Text("連結", "linkability"),
    "inference": Text("推測", "inference"),
})  # fmt: skip

KINDS: Final = MappingProxyType({
    "my_number": Text("個人番号（マイナンバー）", "My Number (individual number)"),
    "driving_licence": Text("運転免許証番号", "driver's licence number"),
    "passport": Text("旅券番号", "passport number"),
    "residence_card": Text("在留カード番号", "residence card number"),
    "insured_number": Text("被保険者等記号・番号", "insured person's symbol and number"),
    "basic_pension_number": Text("基礎年金番号", "basic pension number"),
    "employment_insurance": Text("雇用保険被保険者番号", "employment insurance number"),
    "resident_record_code": Text("住民票コード", "resident record code"),
    "bank_account": Text("口座番号", "bank account number"),
    "payment_card": Text("クレジットカード番号", "payment card number"),
    "phone": Text("電話番号", "phone number"),
    "email_or_online_id": Text(
        "電子メール・オンライン識別子", "e-mail address or online identifier"
    ),
    "insurer_number": Text("保険者番号", "health insurer number"),
    "postal_code": Text("郵便番号", "postal code"),
    "corporate_number": Text("法人番号", "corporate number"),
    "person_name": Text("氏名", "name of a person"),
    "address": Text("住所", "address"),
    "birth_date": Text("生年月日", "date of birth"),
    "race": Text("人種", "race"),
    "creed": Text("信条", "creed"),
    "social_status": Text("社会的身分", "social status"),
    "medical_history": Text("病歴", "medical history"),
    "criminal_record": Text("犯罪の経歴", "criminal record"),
    "crime_victim": Text("犯罪により害を被った事実", "having been the victim of a crime"),
    "disability": Text("障害", "disability"),
    "health_check": Text("健康診断等の結果", "result of a health check"),
    "medical_care": Text("診療・調剤等", "guidance, treatment or prescription"),
    "criminal_procedure": Text("刑事事件に関する手続", "criminal procedure"),
    "juvenile_procedure": Text("少年の保護事件に関する手続", "juvenile procedure"),
})  # fmt: skip
"""Kinds of personal data."""

TABLES: Final = MappingProxyType({
    "place": Text("元の表での行の位置", "place of the row in the original"),
    "original": Text("元の表", "original"),
    "same_place": Text("元の表の同じ位置", "the same place in the original"),
    "release": Text("公開する表", "release"),
    "control": Text("対照の表", "control"),
})  # fmt: skip

DIVERSITIES: Final = MappingProxyType({
    "distinct": Text("値の種類", "different values"),
    "entropy": Text("エントロピー", "entropy"),
    "recursive": Text("再帰", "recursive"),
})  # fmt: skip
"""Forms of l-diversity."""

CODES: Final[Mapping[str, Mapping[str, Text]]] = MappingProxyType({
    "attack": ATTACKS,
    "against": {
        "main": Text("攻撃", "attack"),
        "baseline": Text("無作為の推測", "guessing at random"),
        "control": Text("対照", "control"),
        "risk": Text("リスク", "risk"),
    },
    "kind": KINDS,
    "legal_class": {
        "IIC": Text("個人識別符号", "individual identification code"),
        "MONEY": Text("財産的被害のおそれ", "usable for loss of money"),
        "CONTACT": Text("連絡先など", "reaches a person"),
        "QUASI": Text("準識別子", "quasi-identifier"),
        "PUBLIC": Text("個人に関しないもの", "not about a person"),
        "IDENTIFYING": Text("個人を識別し得る記述", "description of a person"),
        "SPECIAL": Text("要配慮個人情報に当たる記述", "needs special care"),
    },
    "declared": {
        "quasi_identifier": Text("準識別子", "quasi-identifier"),
        "sensitive": Text("機微な列", "sensitive column"),
        "": Text("–", "–"),
    },
    "feature": {
        "face": Text("顔", "face"),
        "iris": Text("虹彩", "iris"),
        "voice": Text("声", "voice"),
        "gait": Text("歩容", "gait"),
        "vein": Text("静脈", "veins"),
        "fingerprint": Text("指紋・掌紋", "finger or palm print"),
        "dna": Text("DNA", "DNA"),
    },
    "line": {
        "best": Text("最良の結果", "best result"),
        "bound": Text("他の下限", "bound on all others"),
    },
    "of": TABLES,
    "algorithm": {
        "md5": Text("MD5", "MD5"),
        "sha1": Text("SHA-1", "SHA-1"),
        "sha256": Text("SHA-256", "SHA-256"),
    },
    "form": {
        "hex": Text("16進表記", "hexadecimal"),
        "base64": Text("Base64", "Base64"),
    },
    "space": {
        "name": Text("氏名", "names"),
        "phone": Text("携帯電話番号", "mobile numbers"),
        "my_number": Text("個人番号（マイナンバー）", "My Numbers"),
    },
})  # fmt: skip
"""Per column of a detail, what each code is called."""


def called(codes: Mapping[str, Text], code: str) -> Text:
    """Return what a code is called in both languages; an unknown one is called itself."""
    bare, sign, about = code.partition(_ABOUT)
    found = codes.get(bare)
    if found is None:
        return Text(code, code)
    return Text(f"{found.ja}{sign}{about}", f"{found.en}{sign}{about}") if sign else found


def read(column: Column, value: Scalar) -> Scalar:
    """Return what a person reads in a cell: a code by its name, anything else as it is."""
    if not isinstance(value, str) or column.name not in CODES:
        return value
    return str(called(CODES[column.name], value))
