# SPDX-License-Identifier: Apache-2.0
"""Build hook: catalogues and rule packs are compiled, the example goes in without what it makes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

GENERATED = {"data", "model", ".shirube", "__pycache__"}
"""What the example's own script makes; every user makes it anew."""


class ShirubeHook(BuildHookInterface):  # type: ignore[type-arg]
    """Prepares what is data in the source tree and must be ready in the package."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile the catalogues; for a wheel, compile the packs and add the example too."""
        root = Path(self.root)
        for source in sorted((root / "src/shirube/locales").rglob("*.po")):
            with source.open("rb") as stream:
                catalogue = read_po(stream)
            with source.with_suffix(".mo").open("wb") as stream:
                write_mo(stream, catalogue)
        if self.target_name == "wheel" and version == "standard":
            _compile_packs(root)
            build_data["force_include"].update(_example(root))


def _compile_packs(root: Path) -> None:
    """Load the packs once, which leaves the compiled form beside each."""
    sys.path.insert(0, str(root / "src"))
    try:
        from shirube import measures, rules

        rules.load(None, measures.vocabulary())
    finally:
        sys.path.remove(str(root / "src"))


def _example(root: Path) -> dict[str, str]:
    files = sorted(path for path in (root / "examples").rglob("*") if path.is_file())
    return {
        str(path): f"shirube/{path.relative_to(root).as_posix()}"
        for path in files
        if not GENERATED & set(path.relative_to(root).parts)
    }
