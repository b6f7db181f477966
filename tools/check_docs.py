# SPDX-License-Identifier: Apache-2.0
"""The docs tell the truth where a program can see it: links lead somewhere, both languages exist.

Pages that people read stand in English (``page.md``) and Japanese (``page.ja.md``); decisions and
benchmarks are working papers of the developers and stand in English alone.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
WORKING_PAPERS = ("docs/decisions/", "docs/benchmarks.md", "CHANGELOG.md", "CONTRIBUTING.md")


def main() -> int:
    """Return 1 when a link is broken or a language is missing."""
    skipped = (".venv", "build", "node_modules", ".uv")
    pages = [
        page
        for page in sorted(ROOT.rglob("*.md"))
        if not any(part in skipped for part in page.relative_to(ROOT).parts)
    ]
    wrong = [problem for page in pages for problem in (*_links(page), *_twin(page))]
    print("\n".join(wrong) or f"docs: {len(pages)} pages, links and languages are complete")
    return 1 if wrong else 0


def _links(page: Path) -> list[str]:
    text = page.read_text(encoding="utf-8")
    return [
        f"{page.relative_to(ROOT)}: broken link {target}"
        for target in LINK.findall(text)
        if "://" not in target
        and not target.startswith("mailto:")
        and not (page.parent / target).exists()
    ]


def _twin(page: Path) -> list[str]:
    name = page.relative_to(ROOT).as_posix()
    bilingual = name.startswith("docs/") or name in ("README.md", "README.ja.md")
    if not bilingual or name.startswith(WORKING_PAPERS):
        return []
    english = page.name.removesuffix(".ja.md") + ".md" if page.name.endswith(".ja.md") else ""
    other = page.with_name(english or page.name.removesuffix(".md") + ".ja.md")
    return [] if other.exists() else [f"{name}: {other.name} is missing"]


if __name__ == "__main__":
    sys.exit(main())
