# SPDX-License-Identifier: Apache-2.0
"""A labelled synthetic corpus: identifiers as people write them, and numbers that look alike.

Everything is drawn from a seeded generator; no number belongs to anybody on purpose. A line holds
at most one identifier. About half of the lines hold look-alikes: order and part numbers, dates,
amounts, tracking numbers, product codes, versions, coordinates.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from shirube.measures.privacy.identifiers import check_digits

if TYPE_CHECKING:
    from collections.abc import Callable

_WIDE = str.maketrans("0123456789-", "０１２３４５６７８９－")
_FILLING = (
    "本日の打合せの件、",
    "お世話になっております。",
    "ご確認ください。",
    "担当より連絡済み。",
    "注意事項は別紙のとおり。",
    " the meeting was moved; ",
    " cf. 2026年11月22日 第3回、",
    "",
)
_AFTER_A_WORD = (":", " ", "は", "", "番号 ", "(確認済) ")


class Writer:
    """Writes one line after another."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)  # noqa: S311 - a corpus, not a secret

    def digits(self, count: int) -> str:
        return "".join(self.rng.choices("0123456789", k=count))

    def letters(self) -> str:
        return "".join(self.rng.choices("ABCDEFGHJKLMNPRSTUWXYZ", k=2))

    def valid(self, count: int, passes: Callable[[str], bool], first: str = "0123456789") -> str:
        while True:
            number = self.rng.choice(first) + self.digits(count - 1)
            if passes(number):
                return number

    def after(self, *words: str) -> str:
        return self.rng.choice(words) + self.rng.choice(_AFTER_A_WORD)

    def grouped(self, number: str, *sizes: int, by: str = "-") -> str:
        parts, at = [], 0
        for size in sizes:
            parts.append(number[at : at + size])
            at += size
        return by.join(parts)

    def written(self, number: str, *sizes: int) -> str:
        style = self.rng.choice((None, "-", " "))
        return number if style is None else self.grouped(number, *sizes, by=style)

    def phone(self) -> str:
        mobile = self.rng.choice(("070", "080", "090")) + self.digits(8)
        local = self.rng.randrange(2000, 10000)
        return self.rng.choice(
            (
                f"03-{local}-{self.digits(4)}",
                f"(06){local}-{self.digits(4)}",
                self.grouped(mobile, 3, 4, 4),
                f"電話{mobile}",
                f"+81 {self.grouped(mobile[1:], 2, 4, 4)}",
                f"TEL {self.grouped(mobile, 3, 4, 4, by=' ')}",
            )
        )

    def account(self) -> str:
        number = self.digits(7)
        return self.rng.choice(
            (
                f"みどり銀行 あおば支店 普通 {number}",
                f"{self.digits(4)}-{self.digits(3)} 当座 {number}",
                f"口座番号 {number}",
            )
        )

    def card(self) -> str:
        number = self.valid(16, check_digits.luhn, "45")
        word = self.rng.choice((self.after("カード番号", "card number "), ""))
        return word + self.written(number, 4, 4, 4, 4)

    def identifier(self, kind: str) -> str:
        if kind == "my_number":
            number = self.valid(12, check_digits.my_number)
            if self.rng.random() < 0.5:
                return self.grouped(number, 4, 4, 4)
            return self.after("マイナンバー", "個人番号", "My Number") + self.written(
                number, 4, 4, 4
            )
        if kind == "driving_licence":
            number = self.valid(12, check_digits.driving_licence)
            return f"{self.after('運転免許証', '免許証', 'driver’s licence 免許')}第{number}号"
        if kind == "insurer_number":
            return self.after("保険者番号", "健康保険") + self.valid(8, check_digits.luhn)
        if kind == "corporate_number":
            number = self.valid(13, check_digits.corporate_number, "123456789")
            return self.rng.choice(("法人番号 ", "登録番号 T", "登録番号T", "T")) + number
        return {
            "passport": lambda: self.after("旅券", "passport ") + self.letters() + self.digits(7),
            "residence_card": lambda: (
                self.after("在留カード") + self.letters() + self.digits(8) + self.letters()
            ),
            "insured_number": lambda: f"記号 {self.digits(4)} 番号 {self.digits(3)} 枝番 01",
            "basic_pension_number": lambda: (
                self.after("基礎年金番号", "年金手帳") + self.grouped(self.digits(10), 4, 6)
            ),
            "employment_insurance": lambda: (
                self.after("雇用保険") + self.grouped(self.digits(11), 4, 6, 1)
            ),
            "resident_record_code": lambda: self.after("住民票コード") + "1" + self.digits(10),
            "bank_account": self.account,
            "payment_card": self.card,
            "phone": self.phone,
            "email_or_online_id": lambda: f"user{self.digits(3)}@mail.example.jp",
            "postal_code": lambda: (
                self.rng.choice(("〒", "郵便番号 ")) + self.grouped(self.digits(7), 3, 4)
            ),
        }[kind]()

    def look_alike(self) -> str:
        digits, letters, rng = self.digits, self.letters, self.rng
        month, day = f"{rng.randrange(1, 13):02}", f"{rng.randrange(1, 29):02}"
        hour, minute = f"{rng.randrange(24):02}", f"{rng.randrange(60):02}"
        return rng.choice(
            (
                f"注文番号 {digits(12)}",
                f"order no. {self.grouped(digits(12), 4, 4, 4)}",
                f"伝票番号:{digits(11)}",
                digits(12),
                f"2026年{month}月{day}日",
                f"2026-{month}-{day} {hour}:{minute}",
                f"2026{month}{day}{hour}{minute}",
                f"合計 {rng.randrange(10**6, 10**9):,}円",
                f"{rng.randrange(10**6, 10**8)}円",
                f"品番 {letters()}-{digits(4)}-{digits(4)}",
                f"型番 {letters()}{digits(8)}",
                f"品番 {self.grouped(digits(10), 2, 4, 4)}",
                f"追跡番号 {self.grouped(digits(12), 4, 4, 4)}",
                f"JAN 49{digits(11)}",
                f"ISBN 978{digits(10)}",
                f"version {digits(1)}.{digits(2)}.{digits(4)}",
                f"緯度 35.{digits(12)}",
                f"192.168.{rng.randrange(256)}.{rng.randrange(256)}",
                f"会員数 {digits(6)}人、前年比 {rng.randrange(200)}%",
                f"{self.grouped(digits(12), 4, 3, 5)} を参照",
                f"部品 {digits(7)} を{rng.randrange(100)}個",
            )
        )


KINDS_WRITTEN = (
    "my_number", "driving_licence", "passport", "residence_card", "insured_number",
    "basic_pension_number", "employment_insurance", "resident_record_code", "bank_account",
    "payment_card", "phone", "email_or_online_id", "insurer_number", "postal_code",
    "corporate_number",
)  # fmt: skip


def corpus(lines: int, seed: int) -> list[tuple[str, str | None]]:
    """Return (line, kind or None), in random order."""
    writer = Writer(seed)
    rng = writer.rng
    made: list[tuple[str, str | None]] = []
    for _line in range(lines):
        kind = rng.choice(KINDS_WRITTEN) if rng.random() < 0.5 else None
        text = writer.identifier(kind) if kind else writer.look_alike()
        if rng.random() < 0.15:
            text = text.translate(_WIDE)
        made.append((rng.choice(_FILLING) + text + rng.choice(_FILLING), kind))
    return made


@pytest.fixture(scope="session")
def labelled_lines() -> list[tuple[str, str | None]]:
    """Return 4,000 labelled lines, the same in every run."""
    return corpus(4000, seed=20261122)
