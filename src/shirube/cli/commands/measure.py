# SPDX-License-Identifier: Apache-2.0
"""``shirube measure <name> TABLE …``: each parameter of a measure is an option."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from shirube.cli.lazy import Command, Group
from shirube.cli.options import Place, engine_option, json_option, lang_option
from shirube.cli.output import print_json
from shirube.texts import N_

if TYPE_CHECKING:
    from shirube.measures import Measure, Parameter

HELP = N_(
    "Run one measure on a table (Parquet, CSV, JSON lines; a DuckDB or SQLite file; a PostgreSQL "
    "database). Nothing is sealed."
)

SEARCH = "personal_data"
"""The one measure that also takes texts, folders and whole databases."""

_TYPES: dict[str, click.ParamType[Any]] = {
    "integer": click.INT,
    "number": click.FLOAT,
    "boolean": click.BOOL,
    "text": click.STRING,
    "table": Place(),
}


class MeasureGroup(Group):
    """A group whose commands are the measures that are found."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the measures."""
        from shirube.api import operator

        del ctx
        return list(operator.measure_names())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Build the command of one measure from its parameters."""
        from shirube.api import operator

        if cmd_name not in self.list_commands(ctx):
            return None
        if cmd_name == SEARCH:
            from shirube.cli.searching import search_command

            return search_command(operator.describe_measure(cmd_name), _option)
        return _command_of(operator.describe_measure(cmd_name))


def _command_of(measure: Measure) -> click.Command:
    def run(
        tables: tuple[Path | str, ...],
        encoding: str | None,
        engine: str | None,
        relation: str | None,
        as_json: bool,
        **given: Any,
    ) -> None:
        from shirube.api import operator
        from shirube.cli.progress import progress

        arguments = {name: value for name, value in given.items() if value not in (None, ())}
        seed = arguments.pop("seed", 0)
        tabled = [each.name for each in measure.parameters if each.type == "table"]
        further = {name: arguments.pop(name) for name in tabled if name in arguments}
        with progress(quiet=as_json) as told:
            made = operator.measure(
                measure.name,
                tables,
                arguments,
                further=further,
                seed=seed,
                encoding=encoding,
                engine=engine,
                relation=relation,
                progress=told,
            )
        if as_json:
            print_json(made)
        else:
            from shirube.cli.measurements import tell_measurement

            tell_measurement(made, measure)

    asked = [_option(item) for item in measure.parameters]
    command = Command(
        measure.name,
        callback=json_option(lang_option(engine_option(run))),
        help=str(measure.description),
        params=[_tables(), _encoding(), _relation(), *asked],
    )
    command.params += getattr(run, "__click_params__", [])
    return command


def _tables() -> click.Argument:
    return click.Argument(
        ["tables"],
        nargs=-1,
        required=True,
        type=Place(),
        metavar="TABLE...",
    )


def _encoding() -> click.Option:
    return click.Option(["--encoding"], help=N_("Encoding of a CSV file (default: found out)."))


def _relation() -> click.Option:
    return click.Option(
        ["--table", "relation"],
        help=N_("The table of a database (default: its only one)."),
    )


def _option(parameter: Parameter) -> click.Option:
    flag = "--" + parameter.name.replace("_", "-")
    # A default of None would count as a value, so that a required option could be left out.
    default: dict[str, Any] = {} if parameter.required else {"default": parameter.default}
    return click.Option(
        [flag, parameter.name],
        type=_type_of(parameter),
        required=parameter.required,
        help=parameter.help,
        show_default=parameter.default not in (None, ()),
        **default,
    )


def _type_of(parameter: Parameter) -> click.ParamType[Any]:
    if parameter.type == "texts":
        return _Names()
    if parameter.choices:
        return click.Choice(parameter.choices)
    return _TYPES[parameter.type]


class _Names(click.ParamType[tuple[str, ...]]):
    """Several names, with commas between them."""

    name = "names"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        """Split at commas; a name with a comma in it is written in double quotes."""
        import csv

        del param, ctx
        if isinstance(value, tuple):
            return value
        return tuple(name.strip() for name in next(csv.reader([value], skipinitialspace=True)))


command = MeasureGroup("measure", help=HELP)
