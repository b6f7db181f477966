# SPDX-License-Identifier: Apache-2.0
"""A text that exists in both languages: what people and packs write, as opposed to messages."""

from __future__ import annotations

import msgspec

from shirube.texts import language


class Text(msgspec.Struct, frozen=True):
    """The same sentence in Japanese and in English; neither may be empty."""

    ja: str
    en: str

    def __str__(self) -> str:
        """Return the text in the language in use."""
        return self.ja if language() == "ja" else self.en
