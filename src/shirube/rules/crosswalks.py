# SPDX-License-Identifier: Apache-2.0
"""Read the crosswalks to other frameworks, and refuse what they cannot know.

They stand in a folder ``crosswalks`` beside the packs, one file for each framework, on the same
search path. How much of an item is held limits what a pointer may claim: of an item of which only
the number is held, a rule can no more than touch it.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec

from shirube.rules.packs import roots
from shirube.rules.positions import read_sheet
from shirube.terms.crosswalk import Crosswalk
from shirube.terms.errors import Problem, Problems
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from shirube.rules.positions import Sheet
    from shirube.terms.crosswalk import CrosswalkItem, Pointer
    from shirube.terms.rule import Pack

FOLDER = "crosswalks"
_NEEDED = {"covers": ("summary",), "partly": ("summary", "name"), "touches": None}


def crosswalk_files(search_path: Sequence[Path] | None) -> dict[str, Path]:
    """Return framework -> file, the shipped ones first; the first of a name counts."""
    found: dict[str, Path] = {}
    for root in roots(search_path):
        for file in sorted((root / FOLDER).glob("*.yaml")):
            found.setdefault(file.stem, file)
    return found


def crosswalk(file: Path, packs: Sequence[Pack]) -> Crosswalk:
    """Return one crosswalk.

    Parameters
    ----------
    file
        Where it stands.
    packs
        The packs whose rules it may name.

    Raises
    ------
    Problems
        The file does not fit its schema, names what is not there, or claims more than is held;
        each with its line.
    """
    sheet = read_sheet(file, "crosswalk")
    if problems := list(_dates(sheet)):
        raise Problems(problems)
    found = msgspec.convert(sheet.data, Crosswalk)
    problems = [*_names(sheet, found, file.stem), *_items(sheet, found, packs)]
    if problems:
        raise Problems(problems)
    return found


def _dates(sheet: Sheet) -> Iterator[Problem]:
    for at, item in enumerate(sheet.data["items"]):
        for nth, dated in enumerate(item.get("dates", ())):
            try:
                dt.date.fromisoformat(dated["from"])
            except ValueError:
                yield Problem(
                    _("“{text}” is not a date.").format(text=dated["from"]),
                    where=sheet.place("items", at, "dates", nth, "from"),
                )


def _names(sheet: Sheet, found: Crosswalk, name: str) -> Iterator[Problem]:
    if found.id != name:
        told = _("The id “{id}” is not the file's name “{name}”.").format(id=found.id, name=name)
        yield Problem(told, where=sheet.place("id"))
    seen: set[str] = set()
    for at, item in enumerate(found.items):
        if item.id in seen:
            yield Problem(
                _("The item {item} stands here a second time.").format(item=item.id),
                where=sheet.place("items", at, "id"),
            )
        seen.add(item.id)


def _items(sheet: Sheet, found: Crosswalk, packs: Sequence[Pack]) -> Iterator[Problem]:
    rules = {rule.ref for pack in packs for rule in pack.rules}
    bases = {basis.id for basis in found.bases}
    rows = {source.id for source in found.sources if source.rows_held}
    for at, item in enumerate(found.items):
        key = ("items", at)
        for nth, dated in enumerate(item.dates):
            if dated.basis not in bases:
                yield Problem(
                    _("The basis {name} is not declared under bases.").format(name=dated.basis),
                    where=sheet.place(*key, "dates", nth, "basis"),
                )
        if not item.pointers and item.left is None:
            yield Problem(
                _("The item {item} has neither a pointer nor what is left.").format(item=item.id),
                where=sheet.place(*key, "id"),
                why=_("An item that nothing is said about would look as if it were done."),
                remedy=_("Name a rule under pointers, or say under left what nothing shows."),
            )
        for nth, pointer in enumerate(item.pointers):
            for field, told in _wrong(item, pointer, rules, rows):
                yield Problem(told, where=sheet.place(*key, "pointers", nth, field))


def _wrong(
    item: CrosswalkItem, pointer: Pointer, rules: set[str], rows: set[str]
) -> Iterator[tuple[str, str]]:
    """Return the field and what is wrong about a pointer."""
    if pointer.rule not in rules:
        told = _("The item {item} names {rule}, which is not there.")
        yield "rule", told.format(item=item.id, rule=pointer.rule)
    needed = _NEEDED[pointer.extent]
    if needed and item.held not in needed:
        told = _("“{extent}” claims more than is held of the item {item} ({held}).")
        yield "extent", told.format(extent=pointer.extent, item=item.id, held=item.held)
    if (pointer.extent == "partly") != (pointer.left is not None):
        yield "left", _("What is left is told for a pointer that covers partly, and only for it.")
    if pointer.source and pointer.source not in rows:
        told = _("The pointer is called published, but no rows of “{source}” are held.")
        yield "source", told.format(source=pointer.source)
