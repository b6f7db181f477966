# SPDX-License-Identifier: Apache-2.0
"""The fifteen kinds of identifiers, their legal class, and the words that announce them."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache

import msgspec

from shirube.terms.codes import KINDS as KINDS_OF_DATA
from shirube.terms.text import Text


class LegalClass(StrEnum):
    """What a hit means in law.

    IIC: individual identification code (individual information by itself). MONEY: description whose
    misuse can cause loss of property. CONTACT: reaches a person. QUASI: narrows down to a person
    together with other data. PUBLIC: not about a person. IDENTIFYING: a description by which a
    person is recognised. SPECIAL: personal information that needs special care.
    """

    IIC = "IIC"
    MONEY = "MONEY"
    CONTACT = "CONTACT"
    QUASI = "QUASI"
    PUBLIC = "PUBLIC"
    IDENTIFYING = "IDENTIFYING"
    SPECIAL = "SPECIAL"


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of identifier.

    ``words`` announce it nearby or in the name of a column (ASCII words stand alone, Japanese ones
    anywhere). ``lengths`` are the digits it has; in a column of whole numbers that is announced by
    its name, shorter numbers lost leading zeros and are filled up to the next length.
    """

    id: str
    legal: LegalClass
    words: tuple[str, ...]
    lengths: tuple[int, ...] = ()

    @property
    def title(self) -> Text:
        """What it is called."""
        return KINDS_OF_DATA[self.id]


_IIC, _MONEY, _CONTACT = LegalClass.IIC, LegalClass.MONEY, LegalClass.CONTACT

_ALL = (
    Kind(
        id="my_number",
        legal=_IIC,
        words=(
            "マイナンバー",
            "個人番号",
            "my number",
            "mynumber",
            "individual number",
            "kojin bango",
        ),
        lengths=(12,),
    ),
    Kind(
        id="driving_licence",
        legal=_IIC,
        words=(
            "免許証",
            "運転免許",
            "免許",
            "driver licence",
            "drivers licence",
            "driver's licence",
            "driver license",
            "drivers license",
            "driver's license",
            "driving licence",
            "menkyo",
        ),
        lengths=(12,),
    ),
    Kind(
        id="passport",
        legal=_IIC,
        words=("旅券", "パスポート", "passport", "p<jpn"),
    ),
    Kind(
        id="residence_card",
        legal=_IIC,
        words=("在留カード", "在留", "特別永住者", "residence card", "zairyu"),
    ),
    Kind(
        id="insured_number",
        legal=_IIC,
        words=(
            "被保険者",
            "記号番号",
            "記号・番号",
            "insured number",
            "insured symbol",
            "hihokensha",
        ),
    ),
    Kind(
        id="basic_pension_number",
        legal=_IIC,
        words=("基礎年金番号", "年金番号", "年金手帳", "basic pension", "pension number", "nenkin"),
        lengths=(10,),
    ),
    Kind(
        id="employment_insurance",
        legal=_IIC,
        words=("雇用保険", "employment insurance", "koyo hoken"),
        lengths=(11,),
    ),
    Kind(
        id="resident_record_code",
        legal=_IIC,
        words=("住民票コード", "住民票", "住基", "resident record", "juminhyo", "juki"),
        lengths=(11,),
    ),
    Kind(
        id="bank_account",
        legal=_MONEY,
        words=(
            "口座",
            "普通",
            "当座",
            "貯蓄",
            "支店",
            "銀行",
            "振込",
            "ゆうちょ",
            "bank account",
            "account number",
            "account no",
            "koza",
            "kouza",
        ),
        lengths=(7,),
    ),
    Kind(
        id="payment_card",
        legal=_MONEY,
        words=(
            "カード番号",
            "クレジット",
            "有効期限",
            "cvv",
            "cvc",
            "card number",
            "credit card",
            "card no",
            "cardno",
        ),
        lengths=(16,),
    ),
    Kind(
        id="phone",
        legal=_CONTACT,
        words=(
            "電話",
            "携帯",
            "連絡先",
            "ファックス",
            "tel",
            "fax",
            "phone",
            "mobile",
            "telephone",
            "denwa",
            "keitai",
        ),
        lengths=(10, 11),
    ),
    Kind(
        id="email_or_online_id",
        legal=_CONTACT,
        words=(
            "メール",
            "クッキー",
            "広告id",
            "会員id",
            "ユーザーid",
            "端末id",
            "e-mail",
            "email",
            "mail",
            "cookie",
            "advertising id",
            "user id",
            "device id",
            "account id",
            "idfa",
            "gaid",
        ),
    ),
    Kind(
        id="insurer_number",
        legal=LegalClass.QUASI,
        words=("保険者番号", "健康保険", "保険証", "insurer number", "insurer no", "hokensha"),
        lengths=(6, 8),
    ),
    Kind(
        id="postal_code",
        legal=LegalClass.QUASI,
        words=("〒", "郵便番号", "postal code", "postcode", "zip", "zipcode", "zip code", "yubin"),
        lengths=(7,),
    ),
    Kind(
        id="corporate_number",
        legal=LegalClass.PUBLIC,
        words=(
            "法人番号",
            "登録番号",
            "適格請求書",
            "インボイス",
            "corporate number",
            "hojin bango",
            "houjin bangou",
        ),
        lengths=(13,),
    ),
)

KINDS: dict[str, Kind] = {kind.id: kind for kind in _ALL}
"""All kinds by id."""
ORDER: dict[str, int] = {kind: at for at, kind in enumerate(KINDS)}
"""The number of each kind where texts are judged."""

_LOOK_ALIKES = (
    "注文",
    "受注",
    "発注",
    "伝票",
    "受付",
    "商品",
    "品番",
    "型番",
    "製造",
    "部品",
    "管理番号",
    "請求書",
    "見積",
    "追跡",
    "問い合わせ番号",
    "金額",
    "価格",
    "売上",
    "残高",
    "合計",
    "税込",
    "日時",
    "時刻",
    "バージョン",
    "order",
    "invoice",
    "part no",
    "part number",
    "sku",
    "serial",
    "tracking",
    "ticket",
    "amount",
    "price",
    "total",
    "balance",
    "timestamp",
    "epoch",
    "version",
    "isbn",
    "jan",
    "ean",
    "lot",
)


class Words:
    """Words to look for in a text; one in ASCII letters must stand alone, case does not matter."""

    def __init__(self, words: tuple[str, ...]) -> None:
        self.all = words
        self._inside = tuple(word for word in words if not word.isascii())
        alone = "|".join(re.escape(word) for word in words if word.isascii())
        self._alone = re.compile(f"(?<![a-z])(?:{alone})(?![a-z])") if alone else None

    def stand_in(self, text: str) -> bool:
        """Tell whether any of the words stands in the text, given in lower case."""
        for word in self._inside:
            if word in text:
                return True
        return bool(self._alone and _LETTER.search(text) and self._alone.search(text))


_LETTER = re.compile("[a-z]")
LOOK_ALIKES = Words(_LOOK_ALIKES)
"""Words that announce something that is no identifier of a person."""
WORDS = {kind.id: Words(kind.words) for kind in _ALL}
"""Words that announce each kind."""


@cache
def announced_by_column(column: str) -> frozenset[str]:
    """Return the kinds that the name of a column announces."""
    spoken = spoken_name(column)
    return frozenset(kind for kind, words in WORDS.items() if words.stand_in(spoken))


def spoken_name(column: str) -> str:
    """Return the name of a column as words: ``customerTel_no`` becomes ``customer tel no``."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", column)
    return re.sub(r"[_.\-/ ]+", " ", apart).lower()
