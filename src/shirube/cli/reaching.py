# SPDX-License-Identifier: Apache-2.0
"""Which rules reach a system, and how the rules changed, on a terminal and in words."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from shirube.cli.output import console
from shirube.documents import wording
from shirube.rules import words
from shirube.terms.reaching import Changing, Reaching
from shirube.texts import _
from shirube.texts.bracketed import bracketed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rich.console import Console

    from shirube.api.operator import Changes, ReachOf
    from shirube.terms.reaching import RuleChange, RuleReach
    from shirube.terms.rule import Pack, Rule
    from shirube.terms.subject import Subject
    from shirube.terms.text import Text


def tell_reaches(found: ReachOf, titles: Mapping[str, Text], *, show_all: bool) -> None:
    """Show, per subject, what reaches it and why, what is open, and what does not reach it."""
    out = console()
    packs = {pack.id: pack for pack in found.packs}
    rules = {rule.ref: rule for pack in found.packs for rule in pack.rules}
    for place, subject in enumerate(found.subjects):
        own = [one for one in found.reaches if one.subject == subject]
        name = found.names.get(str(subject), subject.id)
        kind = _(", ").join((wording.subject_kind(subject.kind), str(subject)))
        heading = bracketed(name, kind)
        out.print(heading, style="bold", markup=False)
        out.print(f"  {_counted(own)}", markup=False)
        in_full = show_all or place == 0
        for reaching in Reaching if in_full else (Reaching.REACHES, Reaching.UNKNOWN):
            part = [one for one in own if one.reaching is reaching]
            _tell_part(out, reaching, part, packs, rules, titles if in_full else None)
        out.print()
    if not show_all and len(found.subjects) > 1:
        told = _("For what belongs to it, reasons and what does not reach it: --all")
        out.print(told, style="dim", markup=False)


def _counted(reaches: Sequence[RuleReach]) -> str:
    counts = {one: sum(item.reaching is one for item in reaches) for one in Reaching}
    return _(
        "{reaches} rules reach it, of {unknown} it is not known, {outside} do not reach it, "
        "{waiting} are not in force."
    ).format(
        reaches=counts[Reaching.REACHES],
        unknown=counts[Reaching.UNKNOWN],
        outside=counts[Reaching.OUTSIDE],
        waiting=counts[Reaching.NOT_YET] + counts[Reaching.NO_LONGER],
    )


def _tell_part(
    out: Console,
    reaching: Reaching,
    part: Sequence[RuleReach],
    packs: Mapping[str, Pack],
    rules: Mapping[str, Rule],
    titles: Mapping[str, Text] | None,
) -> None:
    if not part:
        return
    out.print(f"  {_headings()[reaching]}", style="bold", markup=False)
    for pack, own in groupby(part, key=lambda one: rules[one.rule].pack):
        out.print(f"    {wording.titled(packs[pack])}", style="cyan", markup=False, soft_wrap=True)
        for one in own:
            rule = rules[one.rule]
            marks = "".join(
                f" [{told}]" for code, told in wording.marks(rule) if code != rule.footing
            )
            line = f"      {bracketed(rule.title, wording.footing(rule.footing))}{marks}  "
            out.print(line, markup=False, soft_wrap=True, end="")
            out.print(rule.ref, style="dim", markup=False, soft_wrap=True)
            if titles is not None:
                reason = f"        {_because(one, rule, titles)}"
                out.print(reason, style="dim", markup=False, soft_wrap=True)


def _because(one: RuleReach, rule: Rule, titles: Mapping[str, Text]) -> str:
    if one.reaching is Reaching.NO_LONGER:
        return _("until {date}").format(date=rule.end)
    if one.reaching is Reaching.NOT_YET:
        if rule.status == "in-force":
            return _("from {date} on").format(date=rule.start)
        return _("{status}; from {date} on at the latest").format(
            status=wording.status(rule.status), date=rule.start
        )
    if one.because == ("value", True):
        return _("It reaches everybody.")
    said = words(one.because, one.values, titles)
    if one.reaching is Reaching.UNKNOWN:
        missing = _(", ").join(str(titles.get(name, name)) for name in one.missing)
        return _("not known: {facts}").format(facts=missing)
    return _("because {condition}").format(condition=said)


def tell_changes(found: Changes) -> None:
    """Show what changed, day by day and instrument by instrument, and whom it touches."""
    out = console()
    titles = {pack.id: wording.titled(pack) for pack in found.packs}
    told = _(
        "After {start} and up to {end}: {begins} rules begin, {ends} end, {values} thresholds "
        "change, {facts} dated facts."
    )
    counts = {one: sum(item.change is one for item in found.changes) for one in Changing}
    summary = told.format(
        start=found.start,
        end=found.end,
        begins=counts[Changing.BEGINS],
        ends=counts[Changing.ENDS],
        values=counts[Changing.THRESHOLD],
        facts=counts[Changing.FACT],
    )
    out.print(summary, style="bold", markup=False)
    for (date, pack), own in groupby(found.changes, key=lambda one: (one.date, one.pack)):
        out.print()
        out.print(f"{date}  {titles[pack]}", style="cyan", markup=False, soft_wrap=True)
        for one in own:
            _tell_change(out, one, found)
    if found.with_manifest:
        out.print()
        _tell_touched(out, found)


def _tell_change(out: Console, one: RuleChange, found: Changes) -> None:
    said = _sentences()[one.change].format(
        title=one.title, name=one.name, before=one.before, after=one.after
    )
    if one.pending:
        said += " " + _("(promulgated, not yet in force; on this day at the latest)")
    if not one.text_held:
        said += " [" + _("text not held") + "]"
    out.print(f"  {said}  ", markup=False, soft_wrap=True, end="")
    out.print(one.ref, style="dim", markup=False, soft_wrap=True)
    if found.with_manifest and one.change is not Changing.FACT:
        out.print(f"      {_touched(one, found)}", style="dim", markup=False, soft_wrap=True)


def _touched(one: RuleChange, found: Changes) -> str:
    if not one.touches and not one.may_touch:
        return _("touches nothing of yours")
    parts = []
    if one.touches:
        parts.append(_("touches {names}").format(names=_named(one.touches, found)))
    if one.may_touch:
        parts.append(_("perhaps {names}").format(names=_named(one.may_touch, found)))
    return _("; ").join(parts)


def _tell_touched(out: Console, found: Changes) -> None:
    """Sum up, per subject, how many of the changes touch it."""
    counts: dict[Subject, int] = {}
    for one in found.changes:
        for subject in one.touches:
            counts[subject] = counts.get(subject, 0) + 1
    if not counts:
        out.print(_("Nothing of yours is touched."), style="bold", markup=False)
        return
    out.print(_("Changes that touch it"), style="bold", markup=False)
    for subject, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        name = found.names.get(str(subject), subject.id)
        line = _("{name} ({kind}): {count}").format(
            name=name, kind=wording.subject_kind(subject.kind), count=count
        )
        out.print(f"  {line}", markup=False, soft_wrap=True)


def _named(subjects: Iterable[Subject], found: Changes) -> str:
    return _(", ").join(str(found.names.get(str(one), one.id)) for one in subjects)


def _headings() -> dict[Reaching, str]:
    return {
        Reaching.REACHES: _("Reaches it"),
        Reaching.UNKNOWN: _("Not known whether it reaches it"),
        Reaching.OUTSIDE: _("Does not reach it"),
        Reaching.NOT_YET: _("Not in force yet"),
        Reaching.NO_LONGER: _("No longer in force"),
    }


def _sentences() -> dict[Changing, str]:
    return {
        Changing.BEGINS: _("begins: {title}"),
        Changing.ENDS: _("ends: {title}"),
        Changing.THRESHOLD: _("threshold {name} from {before} to {after}: {title}"),
        Changing.FACT: _("fact: {title}"),
    }
