# SPDX-License-Identifier: Apache-2.0
"""A fact that the operator marked ``unknown``, put to whoever knows."""

from __future__ import annotations

import msgspec

from shirube.terms.text import Text


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A question about one manifest key, with what kind of answer is expected."""

    key: str
    question: Text
    choices: tuple[str, ...] = ()
    answer: str = ""
    answered_by: str = ""
