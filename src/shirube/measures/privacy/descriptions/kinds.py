# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: E501 - lists of words and patterns of Japanese read best whole
"""Descriptions of people that have no format: names, addresses, dates of birth, special care.

The eleven groups of special care are those of the Act, Art. 2(3), and the Cabinet Order, Art. 2.
"""

from __future__ import annotations

from shirube.measures.privacy.identifiers.kinds import Kind, LegalClass

_IDENTIFYING, _SPECIAL = LegalClass.IDENTIFYING, LegalClass.SPECIAL

_ALL = (
    Kind(
        id="person_name",
        legal=_IDENTIFYING,
        words=(
            "氏名", "お名前", "名前", "姓名", "患者名", "顧客名", "会員名", "担当者名", "申込者名",
            "利用者名", "契約者名", "フリガナ", "ふりがな", "カナ氏名", "full name", "customer name",
            "patient name", "user name", "first name", "last name", "given name", "family name",
            "surname", "contact name", "shimei", "namae",
        ),
    ),
    Kind(
        id="address",
        legal=_IDENTIFYING,
        words=("住所", "所在地", "居所", "番地", "address", "jusho", "juusho", "street"),
    ),
    Kind(
        id="birth_date",
        legal=_IDENTIFYING,
        words=(
            "生年月日", "誕生日", "出生日", "出生年月日", "birth", "birthday", "birthdate", "dob",
            "date of birth", "seinengappi",
        ),
    ),
    Kind(id="race", legal=_SPECIAL, words=("人種", "民族", "race", "ethnicity", "ethnic group")),
    Kind(id="creed", legal=_SPECIAL, words=("信条", "宗教", "信仰", "支持政党", "religion", "creed")),
    Kind(id="social_status", legal=_SPECIAL, words=("社会的身分", "出自", "social status")),
    Kind(
        id="medical_history",
        legal=_SPECIAL,
        words=("病歴", "病名", "傷病名", "既往", "診断名", "疾患", "diagnosis", "medical history", "disease", "illness"),
    ),
    Kind(id="criminal_record", legal=_SPECIAL, words=("犯罪歴", "前科", "criminal record")),
    Kind(id="crime_victim", legal=_SPECIAL, words=("犯罪被害", "被害歴", "crime victim")),
    Kind(id="disability", legal=_SPECIAL, words=("障害", "障がい", "障碍", "disability")),
    Kind(id="health_check", legal=_SPECIAL, words=("健診", "検診", "健康診断", "検査結果", "health check")),
    Kind(id="medical_care", legal=_SPECIAL, words=("診療", "治療", "処方", "服薬", "投薬", "treatment", "prescription", "medication")),
    Kind(id="criminal_procedure", legal=_SPECIAL, words=("刑事手続", "逮捕歴", "arrest")),
    Kind(id="juvenile_procedure", legal=_SPECIAL, words=("少年保護", "保護処分", "juvenile")),
)  # fmt: skip

KINDS: dict[str, Kind] = {kind.id: kind for kind in _ALL}
"""All kinds of descriptions by id."""
