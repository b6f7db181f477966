# SPDX-License-Identifier: Apache-2.0
"""Packs, crosswalks and findings in the formats of others: OSCAL, CSV, Excel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from shirube.api.clock import now
from shirube.api.operator.crosswalks import load_crosswalks
from shirube.api.operator.judge import judge
from shirube.api.operator.rules import load_packs
from shirube.documents import oscal
from shirube.terms.errors import Problem
from shirube.texts import _

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence
    from pathlib import Path


Format = Literal["oscal", "csv", "xlsx"]


def export_rules(
    out: Path,
    form: Format,
    folder: Path | None = None,
    *,
    on: dt.date | None = None,
    further_packs: Sequence[Path] = (),
) -> tuple[Path, ...]:
    """Write every pack, and with OSCAL the crosswalks and the findings of a folder.

    Parameters
    ----------
    out
        The folder to write into; it is made where it is not there. Files of the same name are
        written anew.
    form
        ``oscal``, ``csv`` or ``xlsx``.
    folder
        The operator's folder; only OSCAL has a form for findings.
    on
        The date of the findings.
    further_packs
        Further folders of packs.
    """
    if folder is not None and form != "oscal":
        raise Problem(
            _("Findings can only be exported as OSCAL."),
            remedy=_("Leave FOLDER out, or write --format oscal. shirube report writes a table."),
        )
    made = dict(
        _oscal(folder, on, further_packs) if form == "oscal" else _tables(form, further_packs)
    )
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, content in made.items():
            (out / name).write_bytes(content)
    except OSError as error:
        raise Problem(
            _("The export cannot be written: {reason}.").format(reason=error.strerror or error),
            where=str(out),
        ) from error
    return tuple(out / name for name in made)


def _tables(form: Format, further: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
    from shirube.documents import rule_table

    write = rule_table.as_csv if form == "csv" else rule_table.as_xlsx
    for pack in load_packs(further):
        yield f"{pack.id}.{form}", write(pack)


def _oscal(
    folder: Path | None, on: dt.date | None, further: Sequence[Path]
) -> Iterator[tuple[str, bytes]]:
    told = judge(folder, on=on, further_packs=further) if folder is not None else None
    packs = told.packs if told else load_packs(further)
    moment = now()
    for pack in packs:
        yield _catalog_name(pack.id), oscal.oscal_text(oscal.catalog(pack, moment)).encode()
    for crosswalk in load_crosswalks(packs, further):
        mapped = oscal.mapping(crosswalk, _catalog_name, moment)
        yield f"mapping_{crosswalk.id}.json", oscal.oscal_text(mapped).encode()
    if told:
        assessed = oscal.Assessed(
            operator=told.manifest.operator.id,
            name=told.manifest.operator.name,
            on=told.on,
            judged_at=told.judged_at,
            checkpoint=told.checkpoint,
            packs=told.packs,
            findings=told.findings,
        )
        yield (
            "assessment_results.json",
            oscal.oscal_text(oscal.assessment_results(assessed)).encode(),
        )


def _catalog_name(pack: str) -> str:
    return f"catalog_{pack}.json"
