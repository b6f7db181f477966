# SPDX-License-Identifier: Apache-2.0
"""``shirube demo``: the main job on the example operator."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from shirube.cli.options import command
from shirube.cli.output import print_json
from shirube.terms.errors import ExitCode
from shirube.texts import N_, _

if TYPE_CHECKING:
    from shirube.api.operator.demo import Demonstrated

HELP = N_(
    "Run the main job on the example operator: make its data, measure, seal, judge, report, "
    "verify, hand over to an authority, measure again. Ends with 0 when the findings that the "
    "example is known to have appear."
)


@command(HELP, name="demo")
@click.argument("out", type=click.Path(path_type=Path, file_okay=False), default=Path("build/demo"))
def demo(out: Path, as_json: bool) -> int:
    """Demonstrate."""
    from shirube.api.operator.demo import demo as run
    from shirube.cli.progress import progress

    with progress(quiet=as_json) as told:
        shown = run(out, progress=told)
    if as_json:
        from shirube.cli.summary import as_record, verification_record

        print_json(
            {
                **as_record(shown.checked),
                "verification": verification_record(shown.verification),
                "files": shown.written.files,
                "dossier": shown.dossier,
                "receipt": shown.receipt,
                "reproduction": shown.reproduction,
                "missed": shown.missed,
            }
        )
    else:
        _tell(shown)
    from shirube.cli.reproduction import exit_code

    failed = (
        shown.missed
        or shown.verification.problems
        or shown.receipt.refusal
        or exit_code(shown.reproduction) != ExitCode.OK
    )
    return ExitCode.NOT_SHOWN if failed else ExitCode.OK


def _tell(shown: Demonstrated) -> None:
    from shirube.cli.dossier import tell_receipt
    from shirube.cli.findings import tell_checked
    from shirube.cli.reproduction import tell_counts

    tell_checked(shown.checked, Path(shown.folder), show_all=False)
    click.echo()
    for problem in shown.verification.problems:
        click.echo(str(problem), err=True)
    if not shown.verification.problems:
        click.echo(
            _("The ledger verifies: {leaves} entries.").format(leaves=shown.verification.leaves)
        )
    tell_receipt(shown.receipt)
    click.echo(_("The authority measured again what the dossier says:"))
    tell_counts(shown.reproduction)
    for missed in shown.missed:
        click.echo(
            _("Expected and not found: {rule} for {subject}: {outcome}").format(
                rule=missed.rule, subject=missed.subject, outcome=missed.outcome
            ),
            err=True,
        )
    if not shown.missed:
        click.echo(_("All {count} expected findings appear.").format(count=len(shown.expected)))
    click.echo()
    click.echo(_("Where to look:"))
    for file in shown.written.files:
        click.echo(f"  {file}")
    click.echo(f"  {shown.folder}/.shirube")
    click.echo(f"  {shown.dossier}")
    click.echo(_("To check again, with the key of the demonstration:"))
    click.echo(f"  SHIRUBE_KEY_DIR={shown.keys} shirube check {shown.folder}")
    for reason in shown.written.skipped:
        click.echo(_("Left out: {reason}").format(reason=reason), err=True)


command = demo
