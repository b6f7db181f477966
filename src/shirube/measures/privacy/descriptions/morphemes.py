# SPDX-License-Identifier: Apache-2.0
"""Words and their parts of speech, by the dictionary of the extra ``names`` (SudachiPy)."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

FAMILY, GIVEN, PERSON, PLACE, SUFFIX, OTHER = "family", "given", "person", "place", "suffix", ""
_LONGEST = 12_000
"""Characters read at once: the tokenizer takes 49,149 bytes."""


class Word(NamedTuple):
    """A word of a line: where it starts and ends, and what it is as far as names go."""

    start: int
    end: int
    text: str
    role: str


def available() -> bool:
    """Tell whether the extra ``names`` is there; asking costs nothing."""
    from importlib.util import find_spec

    return find_spec("sudachipy") is not None and find_spec("sudachidict_core") is not None


def words(line: str) -> Iterator[Word]:
    """Yield the words of a line."""
    tokenizer, known = _tokenizer()
    for low in range(0, len(line), _LONGEST):
        for word in tokenizer.tokenize(line[low : low + _LONGEST]):
            pos = word.part_of_speech_id()
            role = known.get(pos)
            if role is None:
                role = known[pos] = _role(word.part_of_speech())
            yield Word(low + word.begin(), low + word.end(), word.surface(), role)


@lru_cache(maxsize=1 << 16)
def roles(text: str) -> frozenset[str]:
    """Return what a word can be in a name, whatever it is where it stands."""
    return frozenset(_role(word.part_of_speech()) for word in _dictionary().lookup(text))


@cache
def _dictionary() -> Any:
    from sudachipy import Dictionary

    return Dictionary()


@cache
def _tokenizer() -> tuple[Any, dict[int, str]]:
    """Return the tokenizer (longest words) and what is known about parts of speech."""
    from sudachipy import SplitMode

    return _dictionary().create(mode=SplitMode.C), {}


def _role(pos: tuple[str, ...]) -> str:
    if pos[2] == "人名":
        return {"姓": FAMILY, "名": GIVEN}.get(pos[3], PERSON)
    if pos[2] == "地名":
        return PLACE
    return SUFFIX if pos[0] == "接尾辞" else OTHER
