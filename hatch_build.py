# SPDX-License-Identifier: Apache-2.0
"""Build hook: catalogues and rule packs are compiled, the example goes in without what it makes."""

from __future__ import annotations

import json
import sys
import tempfile
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
            build_data["force_include"][_compile_packs(root)] = "shirube/packs/shipped.json"
            build_data["force_include"].update(_example(root))


def _compile_packs(root: Path) -> str:
    """Load the packs once, which leaves the compiled form beside each, and list their digests.

    The list says later whether a shipped pack is still as it came. It is no seal against whoever
    can change the package: what covers the package is how it is handed out.
    """
    sys.path.insert(0, str(root / "src"))
    try:
        from shirube import measures, rules

        packs = rules.load(None, measures.vocabulary())
    finally:
        sys.path.remove(str(root / "src"))
    # Not into the source tree: there the packs are what people edit.
    listed = Path(tempfile.mkdtemp()) / "shipped.json"
    digests = {pack.id: pack.sha256 for pack in packs}
    listed.write_text(json.dumps(digests, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return str(listed)


def _example(root: Path) -> dict[str, str]:
    files = sorted(path for path in (root / "examples").rglob("*") if path.is_file())
    return {
        str(path): f"shirube/{path.relative_to(root).as_posix()}"
        for path in files
        if not GENERATED & set(path.relative_to(root).parts)
    }
