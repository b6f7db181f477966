# SPDX-License-Identifier: Apache-2.0
"""A text that exists in both languages: what people and packs write, as opposed to messages."""

from __future__ import annotations

import msgspec

from shirube.texts import LANGUAGES, _, language, using


class Text(msgspec.Struct, frozen=True):
    """The same sentence in Japanese and in English; neither may be empty."""

    ja: str
    en: str

    @classmethod
    def of(cls, message: str, **values: object) -> Text:
        """Return a message of the catalogue in both languages, with its values filled in.

        For sentences that are sealed: whoever reads them later chooses the language.
        """
        said = {}
        for chosen in LANGUAGES:
            with using(chosen):
                said[chosen] = _(message).format(**values)
        return cls(**said)

    def __str__(self) -> str:
        """Return the text in the language in use."""
        return self.ja if language() == "ja" else self.en
