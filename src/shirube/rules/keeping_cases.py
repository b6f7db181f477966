# SPDX-License-Identifier: Apache-2.0
"""Keep what the cases of a pack say: ``compiled_cases.json`` beside ``pack.yaml``.

Reading YAML with the line of every key is nearly all the work of checking a pack. Only what was
read without a mistake is kept, each file under the digest of its bytes, with the line of each case;
whatever is new, changed or wrong is read from its YAML, where every key has its line.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec

from shirube.rules.keeping import Kept, key_of, read_kept, write_kept
from shirube.rules.positions import SCHEMAS, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE = "compiled_cases.json"
SCHEMA = "cases"


class _Cases(msgspec.Struct, frozen=True):
    sha256: str
    data: Any
    lines: list[int]


class KeptCases:
    """The cases of one pack that were read before, and those that are read now."""

    def __init__(self, held: dict[str, _Cases]) -> None:
        self._held = held
        self.used: dict[str, _Cases] = {}

    def find(self, path: Path) -> Sheet | None:
        """Return what exactly this file said when it was last read, or None."""
        held = self._held.get(path.parent.name)
        if held is None or not path.is_file() or held.sha256 != _digest(path):
            return None
        self.used[path.parent.name] = held
        return Sheet(str(path), held.data, {(at,): line for at, line in enumerate(held.lines)})

    def add(self, path: Path, sheet: Sheet) -> None:
        """Remember what a file says."""
        lines = [sheet.lines[at,] for at in range(len(sheet.data))]
        self.used[path.parent.name] = _Cases(_digest(path), sheet.data, lines)


@contextmanager
def kept_cases(folder: Path) -> Iterator[KeptCases]:
    """Open what was kept of a pack's cases; what was read anew is kept in ``folder`` at the end."""
    schema = hashlib.sha256((SCHEMAS / f"{SCHEMA}.schema.json").read_bytes()).hexdigest()
    key = key_of("cases", schema)
    held = _held(folder, key)
    cases = KeptCases(held)
    yield cases
    if cases.used != held:
        # Python's own writer keeps every number as it is, however large.
        body = json.dumps(
            {name: msgspec.structs.asdict(one) for name, one in cases.used.items()},
            ensure_ascii=False,
        )
        write_kept(folder, FILE, Kept.of(key, body))


def _held(folder: Path, key: str) -> dict[str, _Cases]:
    body = read_kept(folder, FILE, key)
    try:
        return {name: _Cases(**one) for name, one in json.loads(body).items()} if body else {}
    except (ValueError, TypeError, AttributeError):
        return {}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
