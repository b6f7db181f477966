# SPDX-License-Identifier: Apache-2.0
"""An interview on a terminal: one question after the other, then what the answers decide.

Questions go to standard error, so that ``--json`` leaves standard output to its result.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from shirube.cli.output import console
from shirube.documents import wording
from shirube.terms.choices import meaning
from shirube.texts import _
from shirube.texts.bracketed import bracketed

if TYPE_CHECKING:
    from collections.abc import Callable

    from shirube.api.operator import Interview
    from shirube.terms.interview import InterviewQuestion, Reach
    from shirube.terms.measurement import Scalar
    from shirube.terms.rule import Rule

_UNKNOWN = "?"
_STOP = "q"
_SHOWN = 12


class Stopped(Exception):
    """The person wants to hear what is decided so far."""


def put(question: InterviewQuestion, number: int) -> Scalar:
    """Ask a question; return the answer, or None when the person does not know."""
    concerns = _("decides about up to {count} rules").format(count=len(question.concerns))
    click.secho(f"{number}. {question.title}", bold=True, nl=False, err=True)
    click.secho(f"  ({concerns})", dim=True, err=True)
    for code in question.choices:
        if told := meaning(code, question.choices):
            click.secho(f"   {code}: {told}", dim=True, err=True)
    answer: Scalar = _reading(question)()
    return answer


def _reading(question: InterviewQuestion) -> Callable[[], Scalar]:
    if question.type == "number":
        return lambda: _until(_number, _("a number, ? or q"))
    words = ("y", "n") if question.type == "boolean" else question.choices
    listed = " / ".join((*words, _UNKNOWN, _STOP))
    stands_for = {"y": True, "n": False} if question.type == "boolean" else {}
    return lambda: _until(lambda said: _word(said, words, stands_for), listed)


def _until(read: Callable[[str], Scalar], hint: str) -> Scalar:
    """Ask until the answer can be read; ``?`` is not known, ``q`` stops."""
    while True:
        said = _heard(hint)
        if said == _STOP:
            raise Stopped
        if said == _UNKNOWN:
            return None
        try:
            return read(said)
        except ValueError:
            wrong = _("“{said}” is none of: {hint}.").format(said=said, hint=hint)
            click.echo(f"   {wrong}", err=True)


def _heard(hint: str) -> str:
    """Return what was said; the end of a file that answers is read from stops as well."""
    try:
        return str(click.prompt(f"   {hint}", prompt_suffix=" > ", err=True)).strip()
    except click.Abort:
        if sys.stdin.isatty():
            raise
        raise Stopped from None


def _word(said: str, words: tuple[str, ...], stands_for: dict[str, bool]) -> Scalar:
    if said not in words:
        raise ValueError(said)
    return stands_for.get(said, said)


def _number(said: str) -> Scalar:
    number = float(said.replace(",", ""))
    if not abs(number) < float("inf"):
        raise ValueError(said)
    return number


def tell_reach(interview: Interview, found: Reach) -> None:
    """Show what reaches the subject, by how binding it is, and what stays open."""
    out = console()
    rules = {rule.ref: rule for rule in interview.rules()}
    told = _("{reached} rules reach it, {not_reached} do not, {open} stay open.")
    counts = told.format(
        reached=len(found.reached), not_reached=len(found.not_reached), open=len(found.open)
    )
    out.print()
    out.print(counts, style="bold", markup=False)
    by_footing: dict[str, list[Rule]] = {}
    for ref in found.reached:
        by_footing.setdefault(rules[ref].footing, []).append(rules[ref])
    for footing, own in by_footing.items():
        out.print("  " + bracketed(wording.footing(footing), len(own)), style="bold", markup=False)
        for rule in own[:_SHOWN]:
            out.print(f"    {rule.title}", markup=False, soft_wrap=True, end="  ")
            out.print(rule.ref, markup=False, soft_wrap=True, style="dim")
        if len(own) > _SHOWN:
            more = _("… {count} more (--json has all of them)").format(count=len(own) - _SHOWN)
            out.print(f"    {more}", style="dim", markup=False)
