# SPDX-License-Identifier: Apache-2.0
"""Read the categories of information that data may be claimed to belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from shirube.rules.packs import SHIPPED
from shirube.rules.positions import read_sheet
from shirube.terms.category import Category
from shirube.terms.errors import Problem, Problems
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from shirube.rules.positions import Sheet
    from shirube.terms.rule import Pack

FILE = SHIPPED / "categories.yaml"


def categories(packs: Sequence[Pack], file: Path = FILE) -> tuple[Category, ...]:
    """Return the categories, from the one with the most duties to the one with the fewest.

    Parameters
    ----------
    packs
        The packs whose rules the categories name.
    file
        Where the categories stand.

    Raises
    ------
    Problems
        The file does not fit its schema, or names a pack or a rule that is not there.
    """
    sheet = read_sheet(file, "categories")
    found = msgspec.convert(sheet.data, tuple[Category, ...])
    problems = [
        problem for at, one in enumerate(found) for problem in _unknown(sheet, at, one, packs)
    ]
    if problems:
        raise Problems(problems)
    return found


def _unknown(sheet: Sheet, at: int, one: Category, packs: Sequence[Pack]) -> Iterator[Problem]:
    known = {
        "packs": {pack.id for pack in packs},
        "rules": {rule.ref for pack in packs for rule in pack.rules},
    }
    named = (("packs", "packs", one.packs), ("rules", "rules", one.rules))
    for key, kind, refs in (*named, ("found_by", "rules", one.found_by)):
        for position, ref in enumerate(refs):
            if ref not in known[kind]:
                yield Problem(
                    _("The category {category} names {ref}, which is not there.").format(
                        category=one.id, ref=ref
                    ),
                    where=sheet.place(at, key, position),
                    why=_("Without its rules the category would look untouched by measurement."),
                    remedy=_("Correct the name, or add the pack."),
                )
