# SPDX-License-Identifier: Apache-2.0
"""Entry point: chooses the language, then hands over; turns every uncaught error into exit 4."""

from __future__ import annotations

import gettext
import os
import sys
from typing import TYPE_CHECKING

import click

from shirube import texts
from shirube.__about__ import __version__
from shirube.cli.lazy import LazyGroup
from shirube.terms.errors import ExitCode, ShirubeError
from shirube.texts import N_, _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_COMMANDS = {
    "init": N_("Look at a folder and draft its manifest; make the signing key."),
    "check": N_("Measure what is new, seal it, and judge it against the rules."),
    "report": N_("Write the report as HTML and PDF, in Japanese and English."),
    "measure": N_("Run one measure on a table."),
    "rules": N_("List, show and check the rules."),
    "questions": N_("Hand out the open questions as a sheet, and take the answers back in."),
    "draft": N_("Draft a document that a rule asks for, from the manifest."),
    "evidence": N_("List the sealed evidence, or withdraw a run with a reason."),
    "ledger": N_("Verify the ledger."),
    "demo": N_("Run the main job on the example operator."),
    "new": N_("Write a new rule, measure or document, complete and passing."),
}


@click.group(
    cls=LazyGroup,
    commands_by_name=_COMMANDS,
    help=N_("Japan's AI governance as running software: evidence, not forms."),
    epilog=N_(
        "Exit codes: 0 all shown or explained, 1 something not shown, 2 wrong input, "
        "3 something could not be judged, 4 internal error."
    ),
)
@click.version_option(__version__, prog_name="shirube", message="%(prog)s %(version)s")
def cli() -> None:
    """Hold the commands."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with one of the named codes."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    _speak(_language(given, os.environ))
    try:
        code = cli.main(given, prog_name="shirube", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else ExitCode.OK)
    except click.exceptions.Exit as leaving:
        sys.exit(leaving.exit_code)
    except click.Abort:
        click.echo(_("Interrupted. What was already sealed is kept."), err=True)
        sys.exit(130)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(ExitCode.WRONG_INPUT)
    except ShirubeError as error:
        click.echo(str(error), err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(ExitCode.OK)
    except OSError as error:
        click.echo(_operating_system(error), err=True)
        sys.exit(ExitCode.WRONG_INPUT)
    except Exception as error:
        _report_mistake(error)
        sys.exit(ExitCode.INTERNAL)


def _language(arguments: Sequence[str], environment: Mapping[str, str]) -> texts.Language:
    """Find the language: the option anywhere on the line, then our variable, then the locale."""
    wanted = environment.get("SHIRUBE_LANG", "")
    for position, argument in enumerate(arguments):
        if argument == "--lang" and position + 1 < len(arguments):
            wanted = arguments[position + 1]
        elif argument.startswith("--lang="):
            wanted = argument.removeprefix("--lang=")
    if wanted in texts.LANGUAGES:
        return wanted
    locale = next(
        (environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)),
        "",
    )
    return "ja" if locale.startswith("ja") else "en"


def _speak(language: texts.Language) -> None:
    """Use the language, for our own messages and for those of Click."""
    texts.use(language)
    os.environ["LANGUAGE"] = language
    gettext.bindtextdomain("click", str(texts.LOCALES))
    gettext.textdomain("click")


def _operating_system(error: OSError) -> str:
    where = f"{error.filename}: " if error.filename else ""
    return where + _("The operating system refused: {reason}.").format(
        reason=error.strerror or error
    )


def _report_mistake(error: Exception) -> None:
    import traceback

    from shirube.terms.errors import InternalError

    click.echo(str(InternalError(f"{type(error).__name__}: {error}")), err=True)
    if os.environ.get("SHIRUBE_DEBUG"):
        click.echo("".join(traceback.format_exception(error)), err=True)
    else:
        click.echo(_("Set SHIRUBE_DEBUG=1 to see where it happened."), err=True)


if __name__ == "__main__":
    main()
