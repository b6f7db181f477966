# SPDX-License-Identifier: Apache-2.0
"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from shirube.cli.lazy import HELP_JSON, HELP_LANG, Command
from shirube.texts import LANGUAGES, N_, _

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

F = TypeVar("F", bound="Callable[..., Any]")


def command(help: str, **settings: Any) -> Callable[[Callable[..., Any]], click.Command]:
    """Make a command with ``--json`` and ``--lang``; ``help`` is a message id."""

    def make(function: Callable[..., Any]) -> click.Command:
        named = click.command(cls=Command, help=help, **settings)
        return named(json_option(lang_option(function)))

    return make


def json_option(function: F) -> F:
    """Add ``--json``."""
    return click.option("--json", "as_json", is_flag=True, help=HELP_JSON)(function)


def lang_option(function: F) -> F:
    """Add ``--lang``, whose value was read before parsing began."""
    option = click.option(
        "--lang", type=click.Choice(LANGUAGES), expose_value=False, help=HELP_LANG
    )
    return option(function)


def folder_argument(function: F) -> F:
    """Add the operator's folder, by default the one we stand in."""
    argument = click.argument(
        "folder", type=click.Path(path_type=Path, file_okay=False), default=Path()
    )
    return argument(function)


def on_option(function: F) -> F:
    """Add ``--on DATE``."""
    option = click.option(
        "--on",
        type=Date(),
        help=N_("Judge by what was known and expected on this date (default: today)."),
    )
    return option(function)


def packs_option(function: F) -> F:
    """Add ``--packs DIR``."""
    option = click.option(
        "--packs",
        multiple=True,
        type=click.Path(path_type=Path, exists=True, file_okay=False),
        help=N_("A further folder of rule packs (may be repeated)."),
    )
    return option(function)


def pages_options(function: F) -> F:
    """Add ``--out``, ``--format`` and ``--only``, for pages that are written into a folder."""
    for option in (
        click.option(
            "--only",
            "languages",
            multiple=True,
            type=click.Choice(LANGUAGES),
            help=N_("Write this language only (default: both)."),
        ),
        click.option(
            "--format",
            "formats",
            multiple=True,
            type=click.Choice(("html", "pdf")),
            help=N_("Formats."),
        ),
        click.option(
            "--out",
            type=click.Path(path_type=Path, file_okay=False),
            help=N_("Where the files go (default: FOLDER/reports)."),
        ),
    ):
        function = option(function)
    return function


ENGINES = ("duckdb", "spark", "postgres")

HELP_ENGINE = N_(
    "The engine that must count (default: the one where the data are: duckdb for files, postgres "
    "for tables of a PostgreSQL server)."
)


def engine_option(function: F) -> F:
    """Add ``--engine``."""
    return click.option("--engine", type=click.Choice(ENGINES), help=HELP_ENGINE)(function)


class Place(click.ParamType["Path | str"]):
    """A file that is there, or the address of a database (which stays a text)."""

    name = "place"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Path | str:
        """Return the path of a file, or the address."""
        if isinstance(value, Path) or "://" in value:
            return value
        path = Path(value)
        # The table of a database file may stand behind it: app.sqlite#people.
        asked = path if path.exists() else Path(value.rpartition("#")[0] or value)
        click.Path(exists=True).convert(str(asked), param, ctx)
        return path


class Date(click.ParamType["dt.date"]):
    """A date written YYYY-MM-DD."""

    name = "date"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> dt.date:
        """Read the date, or say what one looks like."""
        import datetime as dt

        if isinstance(value, dt.date):
            return value
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            self.fail(
                _("{value} is not a date. Write it as YYYY-MM-DD, for example 2026-03-01.").format(
                    value=value
                ),
                param,
                ctx,
            )
