# SPDX-License-Identifier: Apache-2.0
"""Names of people by a statistical model of running text (GiNZA, the extra ``ner``).

The model guesses from how a sentence is built, so it finds rare names that no dictionary holds, and
takes ships and ruins for people. It reads about a hundred cells a second: enough for what the other
tiers left over, and for a sample of that.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from shirube.measures.privacy.descriptions.names import part_of_another_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LONGEST = 2_000
"""Characters of a cell that are read."""

_MODEL = "ja_ginza"
_PERSON = "Person"
_LEFT_OUT = (
    "parser", "attribute_ruler", "morphologizer", "compound_splitter", "bunsetu_recognizer",
)  # fmt: skip
"""Parts of the model that have no say in names; without them it takes half the time to load."""

_JAPANESE = re.compile("[ぁ-ヺ一-鿿々ｦ-ﾝ]")


def available() -> bool:
    """Tell whether the extra ``ner`` is there; asking costs nothing."""
    return find_spec("ginza") is not None and find_spec(_MODEL) is not None


def readable(text: str) -> bool:
    """Tell whether a text has anything that the model could read."""
    return _JAPANESE.search(text) is not None


def people_in(texts: Sequence[str]) -> Iterator[bool]:
    """Yield, for each text, whether the model sees the name of a person in it.

    One character alone is no name, and neither is the part of a firm's, a place's or a work's name
    that the rules for names pass over as well.
    """
    for document in _model().pipe(text[:LONGEST] for text in texts):
        yield any(
            entity.label_ == _PERSON
            and entity.end_char - entity.start_char > 1
            and not part_of_another_name(document.text, entity.start_char, entity.end_char)
            for entity in document.ents
        )


@cache
def _model() -> Any:
    """Return the model, loaded once: three seconds and 400 MB."""
    import spacy

    return spacy.load(_MODEL, exclude=list(_LEFT_OUT))
