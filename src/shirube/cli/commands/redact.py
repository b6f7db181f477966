# SPDX-License-Identifier: Apache-2.0
"""``shirube redact PATH… --out PLACE``: what is found becomes a placeholder or a keyed token."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from shirube.cli.options import command
from shirube.cli.output import console, print_json
from shirube.texts import N_, _

if TYPE_CHECKING:
    from shirube.api.operator import Redacted

HELP = N_(
    "Write tables and texts again with the personal data that is found in them replaced. What is "
    "not found remains: the result is not said to be free of personal data."
)


@command(HELP, name="redact")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help=N_("The file to write, or a folder for several; nothing is overwritten."),
)
@click.option(
    "--token",
    is_flag=True,
    help=N_("Write keyed tokens, equal for equal values, in place of placeholders."),
)
@click.option(
    "--key",
    help=N_("Name of the token key in the key directory (default: a new one); implies --token."),
)
@click.option("--kinds", help=N_("Only these kinds, with commas between them."))
@click.option("--weak", is_flag=True, help=N_("Replace what only fits a format as well."))
@click.option("--encoding", help=N_("Encoding of the files (default: found out)."))
def redact(
    paths: tuple[Path, ...],
    out: Path,
    token: bool,
    key: str | None,
    kinds: str | None,
    weak: bool,
    encoding: str | None,
    as_json: bool,
) -> None:
    """Redact."""
    from shirube.api import operator
    from shirube.cli.progress import progress

    with progress(quiet=as_json) as told:
        done = operator.redact(
            paths,
            out,
            style="token" if token or key else "placeholder",
            key=key,
            kinds=[each.strip() for each in kinds.split(",")] if kinds else (),
            weak=weak,
            encoding=encoding,
            progress=told,
        )
    if as_json:
        print_json(done)
    else:
        _tell(done)


def _tell(done: Redacted) -> None:
    from shirube.measures.privacy.identifiers import ALL_KINDS

    out = console()
    for file in done.files:
        kinds = ", ".join(f"{ALL_KINDS[kind].title} {n:,}" for kind, n in file.replaced.items())
        told = kinds or _("nothing was found")
        out.print(f"{file.file}: {told}", markup=False)
    for skipped in done.skipped:
        said = _("Please note: {file}: {reason}").format(file=skipped.file, reason=skipped.reason)
        out.print(said, markup=False)
    out.print(_("Written to {place}.").format(place=done.out), markup=False)
    if done.key:
        said = _("The tokens were made with the key {name} ({file}). Keep it apart from them.")
        out.print(said.format(name=done.key, file=done.key_file), markup=False)
    out.print(_("What was not found remains. Read the result before it is passed on."))


command = redact
