# SPDX-License-Identifier: Apache-2.0
"""Run the cases of rules through the same code that judges an operator."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from shirube import rules
from shirube.assessment.judging import assess
from shirube.terms.errors import Problem, Problems
from shirube.terms.fact import FactRow, Facts, Profile
from shirube.terms.place import Place
from shirube.terms.subject import Subject
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shirube.terms.finding import Finding
    from shirube.terms.rule import Pack, Rule, Vocabulary


def check_packs(search_path: Sequence[Path] | None, vocabulary: Vocabulary) -> tuple[Problem, ...]:
    """Check every pack on the search path: its form, its cases, and which cases it lacks."""
    return tuple(
        problem
        for folder in rules.pack_folders(search_path)
        for problem in check_pack(folder, vocabulary)
    )


def check_pack(folder: Path, vocabulary: Vocabulary) -> tuple[Problem, ...]:
    """Check one pack; an empty answer means that nothing is wrong and nothing is missing.

    A compiled copy that was kept for exactly these files had nothing wrong in its form, so its YAML
    is not read again. Cases that were kept are not read again either, but always run.
    """
    try:
        pack = rules.load_pack(folder, vocabulary)
    except Problems as error:
        return error.problems
    with rules.kept_cases(rules.copies(folder)) as kept:
        return tuple(
            problem
            for rule in pack.rules
            for problem in _check_rule(folder, pack, rule, vocabulary, kept)
        )


def run_case(pack: Pack, rule: Rule, case: rules.Case, vocabulary: Vocabulary) -> Finding:
    """Judge the facts of a case."""
    subject = Subject(rule.subject, "case")
    unknown = dict.fromkeys(name.name for name in vocabulary.profile.get(rule.subject, ()))
    facts = Facts(
        profiles=(Profile(subject=subject, facts={**unknown, **case.profile}),),
        rows=tuple(_row(rule, subject, run, index) for index, run in enumerate(case.runs)),
    )
    alone = msgspec.structs.replace(pack, rules=(rule,))
    return assess(facts, (alone,), case.on)[0]


def _check_rule(
    folder: Path, pack: Pack, rule: Rule, vocabulary: Vocabulary, kept: rules.KeptCases
) -> tuple[Problem, ...]:
    file = folder / rule.id / "cases.yaml"
    if not file.is_file():
        return (
            Problem(
                _("The rule has no cases."),
                where=Place(str(file)),
                remedy=_("Write cases.yaml: what is shown, not shown, and where evidence lacks."),
            ),
        )
    try:
        cases = rules.read_cases(file, rule, vocabulary, kept)
    except Problems as error:
        return error.problems
    except Problem as error:
        return (error,)
    failures = [_failure(pack, rule, case, vocabulary) for case in cases]
    found = [failure for failure in failures if failure is not None]
    return (*found, *rules.missing_cases(rule, cases, file), *_duties(folder, rule))


def _duties(folder: Path, rule: Rule) -> tuple[Problem, ...]:
    return tuple(
        Problem(
            told,
            where=Place(str(folder / rule.id / "rule.yaml")),
            why=_("Whoever reads one language would believe in another duty."),
        )
        for told in rules.differing_duties(rule)
    )


def _failure(pack: Pack, rule: Rule, case: rules.Case, vocabulary: Vocabulary) -> Problem | None:
    finding = run_case(pack, rule, case, vocabulary)
    if finding.outcome.value == case.outcome:
        return None
    return Problem(
        _(
            "The case “{sentence}” expects {expected}, but the rule gives {outcome} ({reason})."
        ).format(
            sentence=case.sentence,
            expected=case.outcome,
            outcome=finding.outcome.value,
            reason=finding.reason.value,
        ),
        where=case.place,
        why=finding.condition,
    )


def _row(rule: Rule, subject: Subject, run: rules.Run, index: int) -> FactRow:
    return FactRow(
        subject=subject,
        kind=rule.wanted.kind,
        source=rule.wanted.source,
        declared_id=run.id,
        arguments=dict(rule.wanted.arguments) if run.arguments is None else run.arguments,
        values=run.values,
        date=run.date,
        index=index,
        sha256="",
        withdrawn=run.withdrawn,
        failure=run.failure,
        expires=run.expires,
    )
