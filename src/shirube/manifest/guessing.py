# SPDX-License-Identifier: Apache-2.0
"""Guesses from names, for a draft: always a proposal in a comment, never a fact."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shirube.terms.manifest import ColumnKind

# The first kind that fits counts: the score of a default is a score, the postcode no identifier.
_ENGLISH: dict[ColumnKind, str] = {
    "prediction": "pred prediction predicted decision approved approval yhat",
    "score": "score scores proba prob probability",
    "label": "label target default defaulted outcome truth y",
    "attribute": "sex gender race ethnicity nationality religion marriage",
    "quasi_identifier": "age birth birthday birthdate dob zip zipcode postal postcode prefecture "
    "city region education occupation job",
    "sensitive": "disease diagnosis medical illness disability crime",
    "time": "date datetime day month year time timestamp period",
    "free_text": "comment comments note notes memo remark text message",
    "identifier": "id uuid guid name fullname firstname lastname email mail phone tel mobile "
    "address account mynumber passport",
}
_JAPANESE: dict[ColumnKind, str] = {
    "prediction": "予測 判定",
    "score": "スコア 確率 評点",
    "label": "正解 ラベル 目的変数",
    "attribute": "性別 国籍 人種 婚姻 宗教",
    "quasi_identifier": "年齢 年代 生年月日 郵便番号 都道府県 市区町村 職業 学歴",
    "sensitive": "病名 病歴 診断 障害 犯罪 要配慮",
    "time": "日付 年月 日時 時刻 期間",
    "free_text": "備考 コメント 自由記述 メモ 本文",
    "identifier": "番号 氏名 名前 カナ メール 電話 携帯 住所 口座 マイナンバー",
}
_WORDS = {kind: frozenset(words.split()) for kind, words in _ENGLISH.items()}
_PARTS = {kind: tuple(parts.split()) for kind, parts in _JAPANESE.items()}
_YAML_WORDS = {"true", "false", "null", "unknown"}


def column_kind(name: str) -> ColumnKind | None:
    """Propose the kind of a column from its name; None where the name says nothing."""
    folded = unicodedata.normalize("NFKC", name)
    for kind, parts in _PARTS.items():
        if any(part in folded for part in parts):
            return kind
    words = set(_words(folded))
    return next((kind for kind, known in _WORDS.items() if known & words), None)


def snake_case(name: str, otherwise: str) -> str:
    """Make an id of a name; ``otherwise`` where nothing of it can stand in an id."""
    words = _words(unicodedata.normalize("NFKC", name))
    made = "_".join(word for word in words if word.isascii())[:60].strip("_")
    return made if made[:1].isalpha() and made not in _YAML_WORDS else otherwise


def _words(name: str) -> list[str]:
    """Split ``CustomerID`` and ``next.month`` into small words."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return [word for word in re.split(r"[^0-9a-z]+", parted.lower()) if word]
