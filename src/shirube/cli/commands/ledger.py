# SPDX-License-Identifier: Apache-2.0
"""``shirube ledger verify``."""

from __future__ import annotations

from pathlib import Path

import click

from shirube.cli.lazy import Group
from shirube.cli.options import folder_argument, json_option, lang_option
from shirube.cli.output import print_json
from shirube.terms.errors import ExitCode
from shirube.texts import N_, _

command = Group("ledger", help=N_("Verify the ledger."))


@command.command(
    "verify",
    help=N_(
        "Recompute every leaf, the root, the checkpoint and every signature, and name the first "
        "thing that does not hold."
    ),
)
@folder_argument
@click.option(
    "--public-key",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help=N_("The operator's public key, when you hold it from elsewhere."),
)
@json_option
@lang_option
def verify(folder: Path, public_key: Path | None, as_json: bool) -> int:
    """Verify the ledger."""
    from shirube.api import operator

    verification = operator.verify(folder, public_key=public_key)
    if as_json:
        from shirube.cli.summary import verification_record

        print_json(verification_record(verification))
    elif verification.problems:
        for problem in verification.problems:
            click.echo(str(problem), err=True)
    else:
        click.echo(
            _("The ledger holds: {leaves} entries, root {root}.").format(
                leaves=verification.leaves, root=verification.root
            )
        )
        for remark in verification.remarks:
            click.echo(remark)
    return ExitCode.NOT_SHOWN if verification.problems else ExitCode.OK
