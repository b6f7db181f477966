# SPDX-License-Identifier: Apache-2.0
"""``shirube rules`` and its commands: look at rules, check, follow, try and export them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from shirube.cli import pack_signing, pack_upgrade
from shirube.cli.lazy import Group
from shirube.cli.options import (
    Date,
    folder_argument,
    json_option,
    lang_option,
    on_option,
    packs_option,
)
from shirube.cli.output import print_json
from shirube.terms.errors import ExitCode
from shirube.texts import N_, _

if TYPE_CHECKING:
    import datetime as dt

    from shirube.api.operator.rules_export import Format
    from shirube.terms.subject import SubjectKind

ABOUT = ("system", "dataset", "supplier", "model", "operator")

command = Group("rules", help=N_("List, show, check, sign and upgrade the rules."))
for further in (*pack_signing.commands, pack_upgrade.upgrade):
    command.add_command(further)


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

    tell_rule(pack, rule, operator.titles_of_names())


@command.command(
    "check",
    help=N_(
        "Check every pack: form, names, cases on both sides, the same duties in both languages."
    ),
)
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
            from shirube.cli.rules import tell_checked_packs

            tell_checked_packs(operator.load_packs(packs))
    return ExitCode.WRONG_INPUT if problems else ExitCode.OK


@command.command(
    "for",
    help=N_(
        "Tell which rules reach SYSTEM of FOLDER and why, which do not and why not, and what is "
        "not known. SYSTEM is an id; kind:id names a data set, model, supplier or the operator."
    ),
)
@click.argument("system")
@folder_argument
@click.option("--all", "show_all", is_flag=True, help=N_("Reasons for what belongs to it, too."))
@on_option
@packs_option
@json_option
@lang_option
def rules_for(
    system: str,
    folder: Path,
    show_all: bool,
    on: dt.date | None,
    packs: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Tell which rules reach a system."""
    from shirube.api import operator

    found = operator.rules_for(system, folder, on=on, further_packs=packs)
    if as_json:
        print_json({"on": found.on, "reaches": found.reaches})
        return
    from shirube.cli.reaching import tell_reaches

    tell_reaches(found, operator.titles_of_names(), show_all=show_all)


@command.command(
    "diff",
    help=N_(
        "Tell what changed in the rules between two days. With FOLDER, also which of its systems "
        "and data each change touches."
    ),
)
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option("--from", "start", type=Date(), required=True, help=N_("The earlier day."))
@click.option("--to", "end", type=Date(), required=True, help=N_("The later day."))
@packs_option
@json_option
@lang_option
def diff(
    folder: Path | None,
    start: dt.date,
    end: dt.date,
    packs: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Tell what changed between two days."""
    from shirube.api import operator

    found = operator.rules_diff(start, end, folder, further_packs=packs)
    if as_json:
        print_json({"from": found.start, "to": found.end, "changes": found.changes})
        return
    from shirube.cli.reaching import tell_changes

    tell_changes(found)


@command.command(
    "interview",
    help=N_(
        "Ask what decides which rules reach a system, in the order that settles most. With FOLDER, "
        "only what its manifest does not say. “?” is for what you do not know, “q” stops."
    ),
)
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option("--about", type=click.Choice(ABOUT), default="system", help=N_("What it is about."))
@click.option("--id", "subject", help=N_("Which one of FOLDER it is about."))
@on_option
@packs_option
@json_option
@lang_option
def interview(
    folder: Path | None,
    about: SubjectKind,
    subject: str | None,
    on: dt.date | None,
    packs: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Hold an interview."""
    from shirube.api import operator
    from shirube.cli.interview import Stopped, put, tell_reach

    held = operator.begin_interview(about, folder, subject, on=on, further_packs=packs)
    number = 0
    while (question := operator.interview_question(held)) is not None:
        number += 1
        try:
            held = operator.interview_answer(held, question.name, put(question, number))
        except Stopped:
            break
    found = operator.interview_reach(held)
    if as_json:
        print_json({"answers": held.known, "declined": sorted(held.declined), "reach": found})
        return
    tell_reach(held, found)


@command.command(
    "crosswalk",
    help=N_(
        "Tell what evidence already held would show in another FRAMEWORK (eu_ai_act, nist_ai_rmf, "
        "iso_42001, ai_verify), and what is left. Without FOLDER, which rules it points to."
    ),
)
@click.argument("framework")
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@on_option
@packs_option
@json_option
@lang_option
def crosswalk(
    framework: str,
    folder: Path | None,
    on: dt.date | None,
    packs: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Follow a crosswalk."""
    from shirube.api import operator

    found = operator.follow_crosswalk(framework, folder, on=on, further_packs=packs)
    if as_json:
        print_json(found)
        return
    from shirube.cli.crosswalks import tell_crosswalk

    tell_crosswalk(found)


@command.command(
    "export",
    help=N_(
        "Write every pack into a folder: OSCAL 1.2.1 catalogs with the mappings of the crosswalks "
        "and, with FOLDER, its findings as assessment results; or one table for each pack."
    ),
)
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--format",
    "form",
    type=click.Choice(("oscal", "csv", "xlsx")),
    required=True,
    help=N_("The form to write in."),
)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help=N_("The folder to write into."),
)
@on_option
@packs_option
@json_option
@lang_option
def export(
    folder: Path | None,
    form: Format,
    out: Path,
    on: dt.date | None,
    packs: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Export the rules."""
    from shirube.api import operator

    written = operator.export_rules(out, form, folder, on=on, further_packs=packs)
    if as_json:
        print_json(written)
        return
    for file in written:
        click.echo(_("Wrote {file}").format(file=file))


@command.command(
    "register", help=N_("Write the facts of operators' FOLDERs as a register, to try rules on.")
)
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@click.argument(
    "folders", nargs=-1, required=True, type=click.Path(path_type=Path, file_okay=False)
)
@json_option
@lang_option
def register(out: Path, folders: tuple[Path, ...], as_json: bool) -> None:
    """Write a register."""
    from shirube.api import authority

    written = authority.make_register(folders, out)
    if as_json:
        print_json(written)
        return
    for file in written:
        click.echo(_("Wrote {file}").format(file=file))


@command.command(
    "try",
    help=N_(
        "Judge a register by the pack in PACK_DIR and by the one that stands, and tell who moves "
        "from shown to not shown and why. Nothing is changed."
    ),
)
@click.argument("pack", metavar="PACK_DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--facts",
    required=True,
    type=click.Path(path_type=Path),
    help=N_("The register: a folder of Parquet files (shirube rules register), or one of them."),
)
@click.option("--by", multiple=True, help=N_("Count moves by this fact (may be repeated)."))
@click.option(
    "--engine",
    type=click.Choice(("duckdb", "spark")),
    default="duckdb",
    show_default=True,
    help=N_("Where the register is judged: here, or in Apache Spark, with equal findings."),
)
@on_option
@json_option
@lang_option
def try_rules(
    pack: Path,
    facts: Path,
    by: tuple[str, ...],
    engine: Literal["duckdb", "spark"],
    on: dt.date | None,
    as_json: bool,
) -> None:
    """Try a change."""
    from shirube.api import authority

    found = authority.try_pack(pack, facts, on=on, by=by or authority.BY, engine=engine)
    if as_json:
        print_json(found)
        return
    from shirube.cli.trial import tell_trial

    tell_trial(found)
