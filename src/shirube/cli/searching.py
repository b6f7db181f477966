# SPDX-License-Identifier: Apache-2.0
"""``shirube measure personal_data PATH…``: tables, texts, folders, databases; counts and places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from shirube.cli.lazy import Command
from shirube.cli.options import Place, engine_option, json_option, lang_option
from shirube.cli.output import console, print_json
from shirube.texts import N_, _

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from shirube.measures import Measure, Parameter
    from shirube.terms.search import Search

_SHOWN = 20
_COUNTED = (
    "hits", "iic_hits", "money_hits", "contact_hits", "name_hits", "address_hits",
    "birth_date_hits", "special_care_hits",
)  # fmt: skip


def search_command(measure: Measure, option: Callable[[Parameter], click.Option]) -> click.Command:
    """Return the command; ``option`` turns a parameter of the measure into an option."""

    def run(
        paths: tuple[Path | str, ...],
        encoding: str | None,
        engine: str | None,
        relation: str | None,
        places: int,
        as_json: bool,
        **given: Any,
    ) -> None:
        from shirube.api import operator
        from shirube.cli.progress import progress

        arguments = {name: value for name, value in given.items() if value not in (None, ())}
        with progress(quiet=as_json) as told:
            found = operator.find(
                paths,
                arguments,
                encoding=encoding,
                engine=engine,
                relation=relation,
                places=places,
                progress=told,
            )
        if as_json:
            print_json(found)
        else:
            tell_search(found, measure)

    command = Command(
        measure.name,
        callback=json_option(lang_option(engine_option(run))),
        help=str(measure.description),
        params=[
            click.Argument(["paths"], nargs=-1, required=True, type=Place(), metavar="PATH..."),
            click.Option(["--encoding"], help=N_("Encoding of the files (default: found out).")),
            click.Option(
                ["--table", "relation"], help=N_("The table of a database (default: all).")
            ),
            click.Option(
                ["--places"],
                type=click.IntRange(min=0),
                default=1000,
                show_default=True,
                help=N_("How many places are told; all are counted."),
            ),
            *(option(item) for item in measure.parameters),
        ],
    )
    command.params += getattr(run, "__click_params__", [])
    return command


def tell_search(found: Search, measure: Measure) -> None:
    """Show what was counted per table, the first places, and what was not looked at."""
    from shirube.cli.measurements import tell_measurement

    out = console()
    if len(found.measurements) == 1:
        tell_measurement(found.measurements[0], measure)
    else:
        _tell_tables(found, measure)
    if found.places:
        out.print()
        _tell_places(found)
    for skipped in found.skipped:
        said = _("Please note: {file}: {reason}").format(file=skipped.file, reason=skipped.reason)
        out.print(said, markup=False)


def _nowhere(found: Search, name: str) -> bool:
    """Tell whether every table was counted, and none has one: a column of zeros tells no more."""
    values = [made.value(name) for made in found.measurements]
    return all(value is not None and value.value == 0 for value in values)


def _tell_tables(found: Search, measure: Measure) -> None:
    from rich.table import Table

    titles = {name.name: str(name.title) for name in measure.produces}
    absent = [name for name in _COUNTED if _nowhere(found, name)]
    told = [name for name in _COUNTED if name not in absent]
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(_("Table"))
    table.add_column(titles["rows"], justify="right")
    for name in told:
        table.add_column(titles[name], justify="right", overflow="fold")
    for made in found.measurements:
        cells = [made.value(name) for name in ("rows", *told)]
        shown = ["–" if cell is None or cell.value is None else f"{cell.value:,}" for cell in cells]
        table.add_row(made.dataset, *shown)
    console().print(f"[bold]{measure.title}[/bold]")
    console().print(table)
    if absent:
        nowhere = _("Found in none of them: {names}.")
        console().print(
            nowhere.format(names=_(", ").join(titles[name] for name in absent)), markup=False
        )
    for made in found.measurements:
        for note in made.notes:
            console().print(f"  {made.dataset}: {note}", markup=False)


def _tell_places(found: Search) -> None:
    from rich.table import Table

    from shirube.measures.privacy.identifiers import ALL_KINDS

    scores = {
        "announced": _("announced"),
        "checked": _("checked"),
        "doubted": _("doubted"),
        "weak": _("format only"),
    }
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in (_("Kind"), _("File or table"), _("Column"), _("Row"), _("Character")):
        table.add_column(heading)
    table.add_column(_("Score"))
    table.add_column(_("Digest"))
    for place in found.places[:_SHOWN]:
        table.add_row(
            str(ALL_KINDS[place.kind].title),
            place.file,
            place.column,
            f"{place.row:,}",
            f"{place.start:,}",
            scores[place.score],
            place.digest[:8],
        )
    heading = _("Places")
    console().print(f"[bold]{heading}[/bold]")
    console().print(table)
    more = found.found - min(len(found.places), _SHOWN)
    if more > 0:
        said = _("… {count} more (--json tells as many as --places allows)")
        console().print(f"[dim]{said.format(count=more)}[/dim]")
