# SPDX-License-Identifier: Apache-2.0
"""Entry point: chooses the language, then hands over; turns every uncaught error into exit 4."""

from __future__ import annotations

import gettext
import io
import os
import sys
from typing import TYPE_CHECKING

import click

from shirube import texts
from shirube.__about__ import __version__
from shirube.cli.lazy import LazyGroup
from shirube.terms.errors import ExitCode, InternalError, Problem, ShirubeError
from shirube.texts import N_, _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_INTERRUPTED = 128 + 2  # as a shell names an end by SIGINT
_COMMANDS = {
    "init": N_("Look at a folder and draft its manifest; make the signing key."),
    "check": N_("Measure what is new, seal it, and judge it against the rules."),
    "report": N_("Write the report as HTML and PDF, in Japanese and English."),
    "timeline": N_("Write what was known, expected, measured, decided and done, with proofs."),
    "measure": N_("Run one measure on a table."),
    "deidentify": N_("Write the best release of a table under k, l, t and δ, and its record."),
    "redact": N_("Write files again with the personal data in them replaced."),
    "rules": N_("List, show and check the rules."),
    "questions": N_("Hand out the open questions as a sheet, and take the answers back in."),
    "categories": N_("Say which categories of personal information measurements rule out."),
    "calendar": N_("List coming dates, or count a deadline in working days."),
    "model": N_("Sign the files of a model, or compare them with what was sealed."),
    "bom": N_("Write a system's AI bill of materials (CycloneDX), or compare two."),
    "draft": N_("Draft a document that a rule asks for, from the manifest."),
    "evidence": N_("List the sealed evidence, withdraw a run, or erase content."),
    "ledger": N_("Verify, prove, export, back up and restore the ledger."),
    "key": N_("Hand the ledger over to a new key, or revoke a former one."),
    "dossier": N_("Seal, verify, open, redact and measure again the file handed to an authority."),
    "authority": N_("Register operators, receive dossiers and give receipts, as an authority."),
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
@click.version_option(
    __version__,
    prog_name="shirube",
    message="%(prog)s %(version)s",
    help=N_("Show the version and exit."),
)
def cli() -> None:
    """Hold the commands."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with one of the named codes."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    _speak(_language(given, os.environ))
    _write_any_character()
    try:
        code = cli.main(given, prog_name="shirube", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else ExitCode.OK)
    except click.exceptions.Exit as leaving:
        sys.exit(leaving.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo(_("Interrupted. What was already sealed is kept."), err=True)
        sys.exit(_INTERRUPTED)
    except click.ClickException as wrong:
        wrong.show()
        error: ShirubeError = Problem(wrong.format_message())
    except ShirubeError as ours:
        click.echo(str(ours), err=True)
        error = ours
    except OSError as refused:
        error = _refusal(refused)
        click.echo(str(error), err=True)
    except Exception as mistake:
        error = _mistake(mistake)
    if "--json" in given:
        _print_problems(error)
    sys.exit(error.exit_code)


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


def _write_any_character() -> None:
    """Let a stream that knows few characters write the others as escapes, not fail on them."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _refusal(error: OSError) -> Problem:
    return Problem(
        _("The operating system refused: {reason}.").format(reason=error.strerror or error),
        where=str(error.filename) if error.filename else None,
    )


def _print_problems(error: ShirubeError) -> None:
    """Print on standard output, for a program, what a person reads on standard error."""
    from shirube.cli.output import print_json
    from shirube.cli.summary import problems_record

    print_json(problems_record(error))


def _mistake(error: Exception) -> InternalError:
    import traceback

    told = InternalError(f"{type(error).__name__}: {error}")
    click.echo(str(told), err=True)
    if os.environ.get("SHIRUBE_DEBUG"):
        click.echo("".join(traceback.format_exception(error)), err=True)
    else:
        click.echo(_("Set SHIRUBE_DEBUG=1 to see where it happened."), err=True)
    return told


if __name__ == "__main__":
    main()
