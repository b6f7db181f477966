# SPDX-License-Identifier: Apache-2.0
"""A word that nobody knows, and the known word that was probably meant."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterable


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the sentence *Did you mean ...?*, or an empty text when no known word is near."""
    folded = {_folded(name): name for name in known}
    found = difflib.get_close_matches(_folded(word), list(folded), n=1, cutoff=0.6)
    return _("Did you mean {name}?").format(name=folded[found[0]]) if found else ""


def _folded(word: str) -> str:
    return word.casefold().replace("-", "_").replace(" ", "_")
