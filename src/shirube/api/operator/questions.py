# SPDX-License-Identifier: Apache-2.0
"""The questions for compliance: out as a sheet, in again as answers in the manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from shirube import manifest
from shirube.api.operator.workspace import Workspace
from shirube.terms.question import Question

if TYPE_CHECKING:
    from pathlib import Path


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The sheet that was written, and the questions in it."""

    file: str
    questions: tuple[Question, ...]


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """The answers that went into the manifest, and how many questions stay open."""

    answered: tuple[Question, ...]
    open: int


def hand_out_questions(folder: Path, out: Path) -> Asked:
    """Write the open questions as XLSX or Markdown, by the file's ending."""
    declared = manifest.load(Workspace.at(folder).manifest)
    asked = manifest.questions(declared)
    manifest.write_questions(asked, out)
    return Asked(file=str(out), questions=asked)


def take_answers(folder: Path, sheet: Path) -> Taken:
    """Read the answers back into the manifest; nothing is written when one of them is wrong."""
    place = Workspace.at(folder)
    asked = manifest.questions(manifest.load(place.manifest))
    answered = tuple(item for item in manifest.read_answers(sheet, asked) if item.answer)
    manifest.apply_answers(place.manifest, answered)
    return Taken(answered=answered, open=len(asked) - len(answered))
