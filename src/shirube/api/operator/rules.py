# SPDX-License-Identifier: Apache-2.0
"""The rules that are in play: the shipped packs and those of further folders."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from shirube import assessment, measures, rules
from shirube.evidence import pack_signatures, signers
from shirube.terms.errors import Problem, Problems
from shirube.texts import _
from shirube.texts.suggestion import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shirube.terms.manifest import Manifest
    from shirube.terms.rule import Pack, Rule


ADOPTED = Path(".shirube") / "packs"
"""Where an operator's folder holds the packs that it adopted (``rules upgrade``)."""


def load_packs(further: Sequence[Path] = (), folder: Path | None = None) -> tuple[Pack, ...]:
    """Load the shipped packs and those of further folders, checked against the vocabulary.

    With an operator's folder, the packs that it adopted stand in the place of others, and the
    signers that its list names are known. A pack whose signature does not hold is refused.
    """
    return rules.load(
        further or None,
        measures.vocabulary(),
        adopted=folder / ADOPTED if folder else None,
        vouch=pack_signatures.vouching(signers.known(folder)),
    )


def find_rule(ref: str, packs: Sequence[Pack]) -> tuple[Pack, Rule]:
    """Find a rule by ``pack/id``, or by its id where only one pack has it."""
    found = [(pack, rule) for pack in packs for rule in pack.rules if ref in (rule.ref, rule.id)]
    if len(found) == 1:
        return found[0]
    from difflib import get_close_matches

    known = [rule.ref for pack in packs for rule in pack.rules]
    near = [rule.ref for _pack, rule in found] or get_close_matches(ref, known, n=3, cutoff=0.4)
    raise Problem(
        _("No rule is named {ref}.").format(ref=ref)
        if not found
        else _("More than one rule is named {ref}.").format(ref=ref),
        remedy=_("Did you mean: {names}?").format(names=", ".join(near))
        if near
        else _("shirube rules list shows all of them."),
    )


def check_packs(further: Sequence[Path] = ()) -> tuple[Problem, ...]:
    """Run every rule's cases, ask for missing ones, look up the categories and crosswalks."""
    problems = assessment.check_packs(further or None, measures.vocabulary())
    if problems:
        return problems
    try:
        packs = load_packs(further)
    except Problems as error:
        return error.problems
    found: list[Problem] = []
    try:
        rules.categories(packs)
    except Problems as error:
        found += error.problems
    for file in rules.crosswalk_files(further or None).values():
        try:
            rules.crosswalk(file, packs)
        except Problems as error:
            found += error.problems
        except Problem as error:
            found.append(error)
    return tuple(found)


def refuse_unknown_rules(declared: Manifest, packs: Sequence[Pack]) -> None:
    """Refuse an explanation of a rule that no pack holds: it would be passed over in silence."""
    known = [rule.ref for pack in packs for rule in pack.rules]
    problems = [
        Problem(
            _("No rule is named {ref}.").format(ref=given.rule),
            where=declared.place(f"explanations.{given.rule}@{given.subject}"),
            why=_("An explanation of a rule that is not there would be passed over in silence."),
            remedy=did_you_mean(given.rule, known) or _("shirube rules list shows all of them."),
        )
        for given in declared.explanations
        if given.rule not in known
    ]
    if problems:
        raise problems[0] if len(problems) == 1 else Problems(problems)
