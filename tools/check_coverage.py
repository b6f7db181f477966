# SPDX-License-Identifier: Apache-2.0
"""Every row of the law files is a rule, a fact, or excluded with a reason; none is forgotten.

``docs/reference/coverage.yaml`` names each row by its id, or by its section and first words, with a
digest of the row. Without the law files its own form is checked: every rule and fact that it names
stands in a pack, and every reason is told. A rule that no row names is told and is no mistake: a
new rule needs no list (``ours`` holds those that rest on no row on purpose). Where the files are at
hand (``../shared/law``, or the folder given) they are held against the list: a new row, a lost row
and a row whose text changed are told apart.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML

from shirube import rules
from shirube.measures import vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
FILE = ROOT / "docs" / "reference" / "coverage.yaml"
LAW = ROOT.parent / "shared" / "law"
SOURCES = ("act", "business", "data_ip_sector")
KINDS = ("rule", "fact", "excluded")

_ID = re.compile(r"[A-Z][A-Za-z0-9]*-[^\s|]+(?: preface| \([ab]\))?")
_LINE = re.compile(r"\|[-| :]+\|")
_HEADING = re.compile(r"#+ ([0-9]+[a-z]?(?:\.[0-9]+)?)?")
_ITEM = re.compile(r"(?:- |[0-9]+\. )")
_CODE = re.compile(r"`[^`]*`|https?://\S+")
_WORDS = 48


def rows(text: str) -> dict[str, str]:
    """Return handle -> digest for every table row, list item and paragraph of a law file."""
    found: dict[str, str] = {}
    section = "0"
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if line.startswith("#"):
            heading = _HEADING.match(line)
            section = (heading and heading.group(1)) or section
        elif _is_row(lines, number):
            handle = _handle(section, line)
            while handle in found:
                handle += "+"
            found[handle] = _digest(line)
    return found


def _is_row(lines: list[str], number: int) -> bool:
    line = lines[number]
    if not line.strip() or line.strip() == "---" or _LINE.fullmatch(line.strip()):
        return False
    below = lines[number + 1].strip() if number + 1 < len(lines) else ""
    return not (line.startswith("|") and _LINE.fullmatch(below))  # the head of a table


def _handle(section: str, line: str) -> str:
    cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
    if line.startswith("|") and _ID.fullmatch(cells[0]):
        return cells[0]
    words = " ".join(cells) if line.startswith("|") else _ITEM.sub("", line, count=1)
    words = _CODE.sub("", words)
    return f"§{section} {' '.join(words.replace('*', '').split())[:_WORDS].strip()}"


def _digest(line: str) -> str:
    return hashlib.sha256(" ".join(line.split()).encode()).hexdigest()[:12]


def check_form(listed: dict[str, Any]) -> Iterator[str]:
    """Tell what is wrong in the list itself."""
    packs = rules.load(None, vocabulary())
    known = {rule.ref for pack in packs for rule in pack.rules}
    facts = {f"{pack.id}/{fact.id}" for pack in packs for fact in pack.facts}
    for source in SOURCES:
        for handle, row in listed["rows"].get(source, {}).items():
            place = f"{source}: {handle}"
            yield from (f"{place}: {told}" for told in _check_row(row, known, facts, listed))
    yield from (f"ours: there is no rule {ref}" for ref in sorted(set(listed["ours"]) - known))


def without_row(listed: dict[str, Any]) -> tuple[str, ...]:
    """Return the rules that no row names."""
    named: set[str] = set(listed["ours"])
    for rows_of in listed["rows"].values():
        named.update(ref for row in rows_of.values() for ref in row.get("rules", ()))
    packs = rules.load(None, vocabulary())
    return tuple(rule.ref for pack in packs for rule in pack.rules if rule.ref not in named)


def _check_row(
    row: dict[str, Any], known: set[str], facts: set[str], listed: dict[str, Any]
) -> Iterator[str]:
    kind = row["as"]
    if kind == "rule":
        if bool(row.get("rules")) == ("why" in row):
            yield "a row that is a rule names its rules, or why there is none yet"
        yield from (f"there is no rule {ref}" for ref in row.get("rules", ()) if ref not in known)
    elif kind == "fact":
        if ("at" in row) == ("why" in row):
            yield "a fact stands in a pack (at) or has a reason (why)"
        yield from (f"there is no fact {ref}" for ref in row.get("at", ()) if ref not in facts)
    elif kind not in KINDS:
        yield f"“{kind}” is neither rule nor fact nor excluded"
    if not {"rules", "at"} & set(row) and row.get("why") not in listed["reasons"]:
        yield f"the reason {row.get('why')} is not told"


def compare(listed: dict[str, Any], law: Path) -> Iterator[str]:
    """Hold the list against the law files."""
    for source in SOURCES:
        had = listed["rows"].get(source, {})
        now = rows((law / f"{source}.md").read_text(encoding="utf-8"))
        yield from (f"{source}: forgotten: {handle}" for handle in now if handle not in had)
        yield from (f"{source}: no longer there: {handle}" for handle in had if handle not in now)
        yield from (
            f"{source}: its text changed, judge it anew: {handle}"
            for handle, digest in now.items()
            if handle in had and str(had[handle]["digest"]) != digest
        )


def main(arguments: list[str]) -> int:
    """Return 1 when a row is forgotten or wrongly classified."""
    listed = YAML(typ="safe").load(FILE.read_text(encoding="utf-8"))
    law = Path(arguments[0]) if arguments else LAW
    wrong = list(check_form(listed))
    if law.is_dir():
        wrong += compare(listed, law)
    elif arguments or os.environ.get("CI"):
        wrong.append(f"the law files are not at {law}")
    every = [row for source in SOURCES for row in listed["rows"].get(source, {}).values()]
    counts = {kind: sum(row["as"] == kind for row in every) for kind in KINDS}
    told = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    for ref in without_row(listed):
        print(f"coverage: no row names the rule {ref}")
    print("\n".join(wrong) or f"coverage: {len(every)} rows ({told})")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
