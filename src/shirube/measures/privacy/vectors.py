# SPDX-License-Identifier: Apache-2.0
"""What could be a template of a body: cells that hold a vector, long codes, and names of columns.

Recognition turns a face, a voice or an iris into some hundred numbers, or a code of some hundred
bytes. A cell shows that it is such a thing, not whose or what: a vector of a text looks the same.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shirube.terms.cells import TextBatch
    from shirube.terms.source import TableColumn

# Nothing here can be read in two ways, so that no text is tried over and over.
_NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_VECTOR = re.compile(rf"[\[({{]?\s*{_NUMBER}(?:(?:\s*[,;]\s*|\s+){_NUMBER})+\s*[\])}}]?")
_EACH = re.compile(_NUMBER)
_CODE = re.compile(r"(?:[0-9a-fA-F]{2})+|[A-Za-z0-9+/_-]+={0,2}")
_LEAST_CODE = 256
"""Characters of a code: half as many bytes in hexadecimal, three quarters in Base64."""
_FRACTIONS = re.compile(r"double|float|real|decimal|numeric", re.I)
_BYTES = re.compile(r"blob|bytea|binary|varbinary", re.I)
_NUMBERED = re.compile(r"(.*?)[ _.\-\[]*([0-9]+)\]?")

_NAMES = {
    "face": r"顔の?特徴|顔認[証識]|顔識別|顔テンプレ|顔ベクトル|顔埋め込み|"
    r"\bface ?(?:embeddings?|encodings?|templates?|vectors?|features?|prints?|descriptors?)\b",
    "iris": r"虹彩|\biris ?(?:codes?|templates?|scans?|features?)\b",
    "voice": r"声紋|話者特徴|\bvoice ?(?:prints?|embeddings?|templates?)\b|\bspeaker embeddings?\b",
    "gait": r"歩容|\bgait\b",
    "vein": r"静脈|\b(?:palm|finger) ?veins?\b",
    "fingerprint": r"指紋|掌紋|掌形|\bpalm ?prints?\b|"
    r"(?<!device )(?<!browser )(?<!key )(?<!cert )(?<!ssh )(?<!canvas )\bfinger ?prints?\b",
    "dna": r"塩基配列|遺伝子配列|遺伝子型|ゲノム|(?<![a-z])dna(?![a-z])|\bgeno(?:type|me)s?\b",
}
_FEATURES = {kind: re.compile(words) for kind, words in _NAMES.items()}


class Seen(NamedTuple):
    """What one batch held of a column: rows by length of the vector, and rows with a long code."""

    column: str
    vectors: Counter[int]
    codes: int


@cache
def announced(column: str) -> str:
    """Return the feature of the body that a column's name announces; empty where none."""
    from shirube.measures.privacy.identifiers.kinds import spoken_name

    spoken = spoken_name(column)
    return next((kind for kind, words in _FEATURES.items() if words.search(spoken)), "")


class Look:
    """Counts vectors and codes of a batch; can be sent to where the data live."""

    def __init__(self, least: int) -> None:
        self.least = least

    def __call__(self, batch: TextBatch) -> Seen:
        """Look at the cells of one batch."""
        vectors: Counter[int] = Counter()
        codes = 0
        for text, weight in zip(batch.text, batch.weight or [1] * len(batch.text), strict=True):
            size = numbers_in(text)
            if size >= self.least:
                vectors[size] += weight
            elif len(text) >= _LEAST_CODE and _CODE.fullmatch(text):
                codes += weight
        return Seen(batch.column, vectors, codes)


def numbers_in(text: str) -> int:
    """Return how many numbers a cell lists; 0 where it is anything else than a list of numbers.

    Examples
    --------
    >>> numbers_in("[0.5, -1e-3,2]"), numbers_in("3 4 5"), numbers_in("2026-11-22"), numbers_in("7")
    (3, 3, 0, 0)
    """
    found = text.strip()
    if not _VECTOR.fullmatch(found):
        return 0
    return sum(1 for _each in _EACH.finditer(found))


def spread_vectors(columns: Sequence[TableColumn], least: int) -> Iterator[tuple[str, ...]]:
    """Yield columns of fractions that together are a vector: ``emb_0``, ``emb_1`` and so on."""
    groups: dict[str, dict[int, str]] = {}
    for column in columns:
        match = _NUMBERED.fullmatch(column.name)
        if match and column.kind == "number" and _FRACTIONS.search(column.type):
            groups.setdefault(match[1], {})[int(match[2])] = column.name
    for numbered in groups.values():
        if len(numbered) >= least and max(numbered) - min(numbered) == len(numbered) - 1:
            yield tuple(numbered.values())


def holds_bytes(column: TableColumn) -> bool:
    """Tell whether a column holds bytes that are no text."""
    return bool(_BYTES.search(column.type)) and column.kind == "other"
