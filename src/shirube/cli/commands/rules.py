# SPDX-License-Identifier: Apache-2.0
"""``shirube rules list|show|check``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from shirube.cli.lazy import Group
from shirube.cli.options import json_option, lang_option, on_option, packs_option
from shirube.cli.output import print_json
from shirube.terms.errors import ExitCode
from shirube.texts import N_, _

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

command = Group("rules", help=N_("List, show and check the rules."))


@command.command("list", help=N_("List the rules, by instrument."))
@packs_option
@on_option
@json_option
@lang_option
def list_rules(packs: tuple[Path, ...], on: dt.date | None, as_json: bool) -> None:
    """List the rules."""
    from shirube.api import operator

    loaded = operator.load_packs(packs)
    if as_json:
        print_json(loaded)
        return
    from shirube.cli.rules import tell_list

    tell_list(loaded, on)


@command.command("show", help=N_("Show one rule in words, with its source and its thresholds."))
@click.argument("ref", metavar="PACK/RULE")
@packs_option
@json_option
@lang_option
def show(ref: str, packs: tuple[Path, ...], as_json: bool) -> None:
    """Show one rule."""
    from shirube.api import operator

    pack, rule = operator.find_rule(ref, operator.load_packs(packs))
    if as_json:
        print_json(rule)
        return
    from shirube.cli.rules import tell_rule

    tell_rule(pack, rule)


@command.command("check", help=N_("Check every pack: form, names, cases on both sides."))
@packs_option
@json_option
@lang_option
def check(packs: tuple[Path, ...], as_json: bool) -> int:
    """Check the packs."""
    from shirube.api import operator

    problems = operator.check_packs(packs)
    if as_json:
        print_json([str(problem) for problem in problems])
    else:
        for problem in problems:
            click.echo(str(problem), err=True)
        if not problems:
            count = sum(len(pack.rules) for pack in operator.load_packs(packs))
            click.echo(_("All {count} rules hold on all their cases.").format(count=count))
    return ExitCode.WRONG_INPUT if problems else ExitCode.OK
