# SPDX-License-Identifier: Apache-2.0
"""What may be wished of a de-identified table; refused before a table is searched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.terms.errors import Problem, Problems
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from shirube.deidentification.hierarchies import Hierarchy
    from shirube.terms.deidentification import Requirement, Wish

_OUT = (".csv", ".parquet", ".pq")


def check_out(file: Path, out: Path) -> None:
    """Refuse a result that has no format or folder, or would overwrite the table."""
    if out.suffix.lower() not in _OUT:
        raise Problem(
            _("The suffix of {file} does not tell a format.").format(file=out.name),
            where="--out",
            remedy=_("Write to a file that ends in .csv or .parquet."),
        )
    if out.exists() and out.resolve() == file.resolve():
        raise Problem(
            _("The result would overwrite the table."),
            where="--out",
            remedy=_("Name another file."),
        )
    if not out.absolute().parent.is_dir():
        raise Problem(_("There is no folder {name}.").format(name=out.parent), where="--out")


def check_requirement(requirement: Requirement) -> None:
    """Refuse limits that no class can meet, each by its option."""
    problems = []
    presence = requirement.presence
    if presence is not None and presence.low > presence.high:
        problems.append(
            Problem(
                _("The lower limit of δ-presence, {low}, is above the upper one, {high}.").format(
                    low=presence.low, high=presence.high
                ),
                where="--delta",
                remedy=_("Give the lower limit first, for example 0.1 0.5."),
            )
        )
    for diversity in requirement.diversities:
        if diversity.kind == "recursive" and (
            not (diversity.c or 0.0) > 0 or diversity.l < 2 or not float(diversity.l).is_integer()
        ):
            problems.append(
                Problem(
                    _("Recursive ({c}, {l})-diversity cannot be asked for.").format(
                        c=f"{diversity.c:g}", l=f"{diversity.l:g}"
                    ),
                    where="--l-recursive",
                    why=_("c is above 0, and l a whole number of at least 2."),
                    remedy=_("Give for example 3 2."),
                )
            )
            break  # the same limits hold for every sensitive column
    if problems:
        raise Problems(problems)


def check_columns(names: Sequence[str], wish: Wish, chosen: set[str]) -> None:
    """Refuse columns that the table does not have, and columns with two roles."""
    roles = {
        "--quasi-identifiers": tuple(wish.quasi_identifiers or ()),
        "--sensitive": wish.sensitive,
        "--drop": wish.dropped,
        "--token": wish.tokens,
        "--top, --bottom": tuple(wish.limits),
        "--target": (wish.target,) if wish.target else (),
    }
    for option, given in roles.items():
        missing = [name for name in given if name not in names]
        if missing:
            raise Problem(
                _("The table has no column {names}.").format(names=", ".join(missing)),
                where=option,
                remedy=_("Its columns are: {names}.").format(names=", ".join(names[:50])),
            )
    for option in ("--sensitive", "--drop", "--token"):
        twice = chosen & set(roles[option])
        if twice:
            raise Problem(
                _("{names} cannot be a quasi-identifier at the same time.").format(
                    names=", ".join(sorted(twice))
                ),
                where=option,
                remedy=_("Give each column one role."),
            )


def check_labels(found: Mapping[str, Hierarchy], encoding: str, out: Path) -> None:
    """Refuse labels that the encoding of the result does not have, before the search."""
    from shirube.engines.duckdb.as_before import unknown_to
    from shirube.engines.duckdb.decoding import is_utf8

    if out.suffix.lower() != ".csv" or is_utf8(encoding):
        return
    for hierarchy in found.values():
        for row in hierarchy.rows.values():
            try:
                "".join(row[1:]).encode(encoding)
            except UnicodeEncodeError as error:
                raise unknown_to(encoding, error.object[error.start], hierarchy.file) from None
