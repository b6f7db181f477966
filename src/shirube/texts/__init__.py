# SPDX-License-Identifier: Apache-2.0
"""Every sentence a person reads passes here: one set of gettext catalogues for all faces.

The message id is the English sentence; ``locales/ja`` holds the Japanese. The language is a
context variable, so that a server can answer two people in two languages at once.
"""

from __future__ import annotations

import gettext as _gettext
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

Language = Literal["ja", "en"]
LANGUAGES: tuple[Language, ...] = ("ja", "en")

LOCALES = Path(__file__).parent.parent / "locales"
"""Where the catalogues lie."""

_language: ContextVar[Language] = ContextVar("language", default="en")

__all__ = ["LANGUAGES", "LOCALES", "N_", "Language", "_", "language", "use", "using"]


def language() -> Language:
    """Return the language that texts are written in just now."""
    return _language.get()


def use(chosen: Language) -> None:
    """Write texts in this language from here on, in this context."""
    _language.set(chosen)


@contextmanager
def using(chosen: Language) -> Iterator[None]:
    """Write texts in this language inside the ``with`` block."""
    token = _language.set(chosen)
    try:
        yield
    finally:
        _language.reset(token)


def _(message: str) -> str:
    """Translate a message; fill in its values afterwards with ``.format(...)``."""
    return _catalogue(_language.get()).gettext(message)


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for a message translated later
    """Mark a message for the catalogue and return it as it is."""
    return message


@cache
def _catalogue(chosen: Language) -> _gettext.NullTranslations:
    return _gettext.translation("shirube", LOCALES, languages=[chosen], fallback=chosen == "en")
