# SPDX-License-Identifier: Apache-2.0
"""``shirube deidentify TABLE``: the best release of a table, proven, written and recorded."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import click

from shirube.cli.options import command
from shirube.cli.output import print_json
from shirube.terms.deidentification import (
    Closeness,
    Diversity,
    ObjectiveName,
    Presence,
    Requirement,
    Wish,
)
from shirube.terms.errors import ExitCode, Problem
from shirube.terms.release import Limits
from shirube.texts import N_, _

HELP = N_(
    "Generalise and suppress TABLE so that every class has at least k rows, with the least loss of "
    "information that its hierarchies allow: the result is proven to be the best. Whether it is "
    "anonymised information is not said: a record tells what was done and measured for each of the "
    "five standards. Interrupting keeps the best result so far."
)


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


class _Numbers(click.ParamType[tuple[int, ...]]):
    """Several whole numbers from 1 on, with commas between them."""

    name = "numbers"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        """Split at commas."""
        if isinstance(value, tuple):
            return value
        try:
            numbers = tuple(int(each) for each in value.split(","))
        except ValueError:
            numbers = (0,)
        if min(numbers) < 1:
            self.fail(_("{given} are no numbers from 1 on.").format(given=repr(value)), param, ctx)
        return numbers


@command(HELP, name="deidentify")
@click.argument("table", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--hierarchies",
    type=click.Path(path_type=Path, file_okay=False),
    help=N_("Folder of hierarchies: COLUMN.csv or .csv.gz, as ARX writes them."),
)
@click.option(
    "--propose",
    type=click.Path(path_type=Path, file_okay=False),
    help=N_("Only write proposed hierarchies into this folder, to be looked at and used."),
)
@click.option("--out", type=click.Path(path_type=Path), help=N_("Result (.csv or .parquet)."))
@click.option(
    "--k",
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    help=N_("Rows that every released class has at least."),
)
@click.option(
    "--suppression-limit",
    type=click.FloatRange(0.0, 1.0),
    default=0.0,
    show_default=True,
    help=N_("Share of rows that may be suppressed."),
)
@click.option(
    "--quasi-identifiers",
    type=_Names(),
    help=N_("Columns that make a class (default: all with a hierarchy)."),
)
@click.option("--sensitive", type=_Names(), default=(), help=N_("Sensitive columns, for l and t."))
@click.option(
    "--l-distinct",
    type=click.IntRange(min=1),
    help=N_("Different sensitive values in every class."),
)
@click.option(
    "--l-entropy", type=click.FloatRange(min=1.0), help=N_("Entropy l-diversity of every class.")
)
@click.option(
    "--l-recursive",
    nargs=2,
    type=click.FLOAT,
    metavar="C L",
    help=N_("Recursive (c, l)-diversity of every class."),
)
@click.option(
    "--t",
    "t_equal",
    type=click.FloatRange(0.0, 1.0),
    help=N_("t-closeness with the equal distance."),
)
@click.option(
    "--t-ordered",
    type=click.FloatRange(0.0, 1.0),
    help=N_("t-closeness with the distance by order."),
)
@click.option(
    "--delta",
    nargs=2,
    type=click.FloatRange(0.0, 1.0),
    metavar="LOW HIGH",
    help=N_("δ-presence in the population."),
)
@click.option(
    "--population",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help=N_("The table that TABLE is a part of, for --delta."),
)
@click.option(
    "--objective",
    type=click.Choice(get_args(ObjectiveName)),
    default="loss",
    show_default=True,
    help=N_("What is minimised."),
)
@click.option(
    "--top", multiple=True, metavar="COLUMN=VALUE", help=N_("Values above VALUE become VALUE.")
)
@click.option(
    "--bottom", multiple=True, metavar="COLUMN=VALUE", help=N_("Values below VALUE become VALUE.")
)
@click.option(
    "--token", "tokens", type=_Names(), default=(), help=N_("Columns replaced by keyed tokens.")
)
@click.option(
    "--token-key", help=N_("Name of the key of the tokens (default: a new one for this release).")
)
@click.option("--drop", type=_Names(), default=(), help=N_("Columns left out."))
@click.option(
    "--keep-suppressed",
    is_flag=True,
    help=N_("Keep suppressed rows with * (as ARX does) instead of leaving them out."),
)
@click.option("--target", help=N_("Train a model for this column before and after."))
@click.option(
    "--compare-k",
    type=_Numbers(),
    default=(),
    help=N_("Find the loss for these k as well, for example 2,5,10."),
)
@click.option(
    "--charts",
    type=click.Path(path_type=Path, file_okay=False),
    help=N_("Draw classes, search and loss against k into this folder (SVG and PNG)."),
)
@click.option("--seconds", type=click.FloatRange(min=0.0), help=N_("Search no longer than this."))
@click.option("--seed", type=click.INT, default=0, show_default=True, help=N_("Seed of the model."))
@click.option("--encoding", help=N_("Encoding of a CSV file (default: found out)."))
@click.option("--out-encoding", help=N_("Encoding of a CSV result (default: that of the table)."))
def deidentify(table: Path, as_json: bool, **given: Any) -> int:
    """De-identify a table, or propose hierarchies for it."""
    if given["propose"] is not None:
        return _propose(table, given, as_json)
    from shirube.api import operator
    from shirube.cli.progress import progress

    for option in ("hierarchies", "out"):
        if given[option] is None:
            raise Problem(
                _("--{option} is missing.").format(option=option),
                remedy=_(
                    "Name the folder of hierarchies and the file of the result; --propose writes"
                    " hierarchies to begin with."
                ),
            )
    wish = _wish(given)
    with progress(quiet=as_json) as told:
        made = operator.deidentify(
            table,
            given["hierarchies"],
            given["out"],
            wish,
            population=given["population"],
            charts=given["charts"],
            compare_k=given["compare_k"],
            encoding=given["encoding"],
            progress=told,
        )
    if as_json:
        print_json(made)
    else:
        from shirube.cli.deidentification import tell_deidentified

        tell_deidentified(made)
    return ExitCode.OK if made.proven_optimal else ExitCode.NOT_JUDGED


def _wish(given: dict[str, Any]) -> Wish:
    low_high = given["delta"]
    return Wish(
        requirement=Requirement(
            k=given["k"],
            diversities=_diversities(given),
            closenesses=_closenesses(given),
            presence=Presence(*low_high) if low_high else None,
            suppression_limit=given["suppression_limit"],
        ),
        objective=given["objective"],
        quasi_identifiers=given["quasi_identifiers"],
        sensitive=given["sensitive"],
        dropped=given["drop"],
        tokens=given["tokens"],
        token_key=given["token_key"],
        limits=_limits(given["bottom"], given["top"]),
        target=given["target"],
        keep_suppressed=given["keep_suppressed"],
        encoding=given["out_encoding"],
        seconds=given["seconds"],
        seed=given["seed"],
    )


def _diversities(given: dict[str, Any]) -> tuple[Diversity, ...]:
    columns = _sensitive(given, "l_distinct", "l_entropy", "l_recursive", "t_equal", "t_ordered")
    made = []
    for column in columns:
        if given["l_distinct"]:
            made.append(Diversity(column, "distinct", given["l_distinct"]))
        if given["l_entropy"]:
            made.append(Diversity(column, "entropy", given["l_entropy"]))
        if given["l_recursive"]:
            c, least = given["l_recursive"]
            made.append(Diversity(column, "recursive", least, c))
    return tuple(made)


def _closenesses(given: dict[str, Any]) -> tuple[Closeness, ...]:
    made = []
    for column in given["sensitive"]:
        if given["t_equal"] is not None:
            made.append(Closeness(column, given["t_equal"]))
        if given["t_ordered"] is not None:
            made.append(Closeness(column, given["t_ordered"], "ordered"))
    return tuple(made)


def _sensitive(given: dict[str, Any], *options: str) -> tuple[str, ...]:
    columns: tuple[str, ...] = given["sensitive"]
    asked = [option for option in options if given[option] is not None]
    if asked and not columns:
        raise Problem(
            _("l and t speak of a sensitive column, and none is named."),
            remedy=_("Name it with --sensitive COLUMN."),
        )
    return columns


def _limits(bottom: tuple[str, ...], top: tuple[str, ...]) -> dict[str, Limits]:
    lows, highs = dict(map(_limit, bottom)), dict(map(_limit, top))
    return {
        name: Limits(lows.get(name), highs.get(name)) for name in dict.fromkeys([*lows, *highs])
    }


def _limit(given: str) -> tuple[str, str]:
    name, sign, value = given.rpartition("=")
    try:
        float(value)
    except ValueError:
        sign = ""
    if not sign or not name:
        raise Problem(
            _("{given} is no limit of a column.").format(given=repr(given)),
            remedy=_("Write COLUMN=NUMBER, for example age=90."),
        )
    return name, value


def _propose(table: Path, given: dict[str, Any], as_json: bool) -> int:
    from shirube.api import operator
    from shirube.cli.progress import progress

    with progress(quiet=as_json) as told:
        made = operator.propose_hierarchies(
            table, given["propose"], encoding=given["encoding"], progress=told
        )
    if as_json:
        print_json(made)
    else:
        from shirube.cli.deidentification import tell_proposed

        tell_proposed(made)
    return ExitCode.OK


command = deidentify
