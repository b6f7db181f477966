# SPDX-License-Identifier: Apache-2.0
"""What the operator declares: ``shirube.yaml`` read, drafted, and its unknown facts asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shirube.manifest.applying import apply_answers
    from shirube.manifest.asking import ask, questions
    from shirube.manifest.drafting import draft, write_draft
    from shirube.manifest.loading import NAME, load, parse
    from shirube.manifest.sheets import read_answers, write_questions

__all__ = [
    "NAME",
    "apply_answers",
    "ask",
    "draft",
    "load",
    "parse",
    "questions",
    "read_answers",
    "write_draft",
    "write_questions",
]

_HOMES = {
    "NAME": "loading",
    "apply_answers": "applying",
    "ask": "asking",
    "draft": "drafting",
    "load": "loading",
    "parse": "loading",
    "questions": "asking",
    "read_answers": "sheets",
    "write_draft": "drafting",
    "write_questions": "sheets",
}


def __getattr__(name: str) -> Any:
    """Import a name's module when it is first asked for: reading needs no spreadsheet library."""
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"shirube.manifest.{_HOMES[name]}"), name)
