# SPDX-License-Identifier: Apache-2.0
"""A text and a remark in brackets, as each language writes brackets."""

from __future__ import annotations

from shirube.texts import _


def bracketed(text: object, remark: object) -> str:
    """Return ``text (remark)``; Japanese brackets are wide, without a space before them."""
    return _("{title} ({remark})").format(title=text, remark=remark)
