# SPDX-License-Identifier: Apache-2.0
"""What a rule speaks about: an operator, a system, a data set, a model or a supplier."""

from __future__ import annotations

from typing import Literal

import msgspec

SubjectKind = Literal["operator", "system", "dataset", "model", "supplier"]
SUBJECT_KINDS: tuple[SubjectKind, ...] = ("operator", "system", "dataset", "model", "supplier")


class Subject(msgspec.Struct, frozen=True, order=True):
    """A subject by kind and id; citizens are never one."""

    kind: SubjectKind
    id: str

    def __str__(self) -> str:
        """Return ``kind:id``, the form that manifests and the command line use."""
        return f"{self.kind}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> Subject:
        """Read ``kind:id`` back; raises ``ValueError`` for anything else."""
        kind, _, name = text.partition(":")
        if kind not in SUBJECT_KINDS or not name:
            raise ValueError(text)
        return cls(kind, name)
