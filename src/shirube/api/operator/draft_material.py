# SPDX-License-Identifier: Apache-2.0
"""What is known for a draft: the rules that ask, the subjects they reach, what was sealed.

A measurement belongs to a document where a rule that reads it cites the same provision as a rule
that asks for the document, and it speaks about a subject within the scope.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube import measures, rules
from shirube.api.clock import now
from shirube.api.operator.judge import judge
from shirube.api.operator.reaching import titles_of_names
from shirube.api.operator.rules import load_packs
from shirube.api.operator.scope import described, question
from shirube.terms.drafting import Asking, Kind, Material
from shirube.terms.errors import Problem
from shirube.terms.finding import Outcome, Reason
from shirube.terms.subject import Subject
from shirube.terms.text import Text
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from shirube.api.operator.judge import Judgement
    from shirube.terms.evidence import Evidence
    from shirube.terms.finding import Finding
    from shirube.terms.manifest import Manifest
    from shirube.terms.rule import Rule


def kinds(
    special: Iterable[str], further_packs: Sequence[Path] = (), folder: Path | None = None
) -> tuple[Kind, ...]:
    """Return every kind, grouped by the first pack that asks for it; unasked ones come last."""
    asked: dict[str, list[str]] = {}
    group: dict[str, Text] = {}
    for pack in load_packs(further_packs, folder):
        for rule in pack.rules:
            if rule.wanted.kind == "document":
                asked.setdefault(rule.wanted.source, []).append(rule.ref)
                group.setdefault(rule.wanted.source, pack.title)
    titles, own = rules.document_titles(), frozenset(special)
    unasked = [kind for kind in titles if kind not in asked]
    found = []
    for kind in (*asked, *unasked):
        title, description = titles[kind]
        found.append(
            Kind(
                kind=kind,
                title=title,
                description=description,
                rules=tuple(asked.get(kind, ())),
                group=group.get(kind),
                special=kind in own,
            )
        )
    order = {each: at for at, each in enumerate(dict.fromkeys(group.values()))}
    return tuple(sorted(found, key=lambda one: order.get(one.group, len(order))))  # type: ignore[arg-type]


def material(
    kind: Kind,
    folder: Path,
    declared: Manifest,
    dataset: str | None,
    system: str | None,
    further_packs: Sequence[Path],
) -> Material:
    """Gather what is known for the draft of a kind."""
    chosen = _chosen(declared, dataset, system)
    judged = judge(folder, further_packs=further_packs)
    asking, missing = _asking(kind, judged, chosen)
    scope = _scope(declared, asking, chosen)
    measured, shown = _measured(judged, asking, scope)
    return Material(
        kind=kind,
        operator=declared.operator.name,
        on=now().date(),
        asking=asking,
        scope=tuple(described(declared, subject) for subject in scope),
        declared=tuple(each for each in declared.documents if kind.kind in each.kinds),
        measured=measured,
        shown=shown,
        questions=tuple(
            dict.fromkeys((*_unknown(declared, scope), *_undecided(declared, missing)))
        ),
        titles=titles_of_names()
        | {
            each.measurement.measure: measures.get(each.measurement.measure).title
            for each in measured
            if each.measurement
        },
    )


def _chosen(declared: Manifest, dataset: str | None, system: str | None) -> tuple[Subject, ...]:
    """Return what the document shall be about; empty for all that the rules reach."""
    named = [("system", system), ("dataset", dataset)]
    chosen = tuple(Subject(kind, name) for kind, name in named if name)  # type: ignore[arg-type]
    known = declared.subjects()
    for subject in chosen:
        if subject not in known:
            listed = [each.id for each in known if each.kind == subject.kind]
            raise Problem(
                _("The manifest has no {subject}.").format(subject=subject),
                where=declared.file,
                remedy=_("Ids of this kind are: {names}.").format(names=", ".join(listed)),
            )
    return chosen


def _asking(
    kind: Kind, judged: Judgement, chosen: Sequence[Subject]
) -> tuple[tuple[Asking, ...], tuple[Finding, ...]]:
    """Return the rules that ask, and the findings for which it is not known whether they reach."""
    found: list[Asking] = []
    undecided: list[Finding] = []
    for pack in judged.packs:
        for rule in pack.rules:
            if rule.ref not in kind.rules or _over(rule, judged):
                continue
            own = [
                each
                for each in judged.findings
                if each.rule == rule.ref and (_fits(each.subject, chosen) or not chosen)
            ]
            undecided += [each for each in own if each.reason is Reason.APPLICABILITY_UNKNOWN]
            reaches = tuple(
                each.subject
                for each in own
                if each.outcome is not Outcome.NOT_APPLICABLE
                and each.reason is not Reason.APPLICABILITY_UNKNOWN
            )
            start = rule.start if rule.start > judged.on else None
            found.append(Asking(rule=rule, reaches=reaches, start=start))
    return tuple(found), tuple(undecided)


def _fits(subject: Subject, chosen: Sequence[Subject]) -> bool:
    return subject in chosen or subject.kind == "operator"


def _over(rule: Rule, judged: Judgement) -> bool:
    """Tell whether a rule no longer stands, or is a mere draft, on the day of the draft."""
    return (rule.end is not None and rule.end <= judged.on) or rule.status == "draft"


def _scope(
    declared: Manifest, asking: Sequence[Asking], chosen: Sequence[Subject]
) -> tuple[Subject, ...]:
    """Return the operator, what was chosen or is reached, and the data and models of its systems.

    A document of the whole operator speaks about all of its systems.
    """
    reached = {subject for each in asking for subject in each.reaches}
    whole = not chosen and any(subject.kind == "operator" for subject in reached)
    systems = [
        each
        for each in declared.systems
        if Subject("system", each.id) in chosen
        or (not chosen and (whole or Subject("system", each.id) in reached))
    ]
    wanted = set(chosen) | (set() if chosen else reached)
    wanted.add(Subject("operator", declared.operator.id))
    for each in systems:
        wanted.add(Subject("system", each.id))
        wanted.update(Subject("dataset", name) for name in each.datasets)
        wanted.update(Subject("model", name) for name in each.models)
    return tuple(subject for subject in declared.subjects() if subject in wanted)


def _measured(
    judged: Judgement, asking: Sequence[Asking], scope: Sequence[Subject]
) -> tuple[tuple[Evidence, ...], dict[int, tuple[str, ...]]]:
    """Return the latest run of each declaration that belongs, with the values that rules read."""
    provisions = {cited for each in asking if each.reaches for cited in _provisions(each.rule)}
    wanted: dict[str, dict[str, None]] = {}
    for pack in judged.packs:
        for rule in pack.rules:
            if rule.wanted.kind == "measurement" and provisions & set(_provisions(rule)):
                read = wanted.setdefault(rule.wanted.source, {})
                read.update(dict.fromkeys(_values_read(rule)))
    withdrawn = {item.withdrawal.index for item in judged.evidence if item.withdrawal}
    latest: dict[str, Evidence] = {}
    for item in judged.evidence:
        made = item.measurement
        about = made and (made.subject in scope or Subject("dataset", made.dataset) in scope)
        if made and about and made.measure in wanted:
            latest[made.id] = item
    # A run that was withdrawn or failed brings no earlier one back: then nothing is shown.
    kept = tuple(
        item
        for item in latest.values()
        if item.index not in withdrawn and item.measurement and not item.measurement.failure
    )
    return kept, {
        item.index: tuple(wanted[item.measurement.measure]) for item in kept if item.measurement
    }


def _provisions(rule: Rule) -> Iterator[tuple[str, str]]:
    for cited in rule.citations:
        yield cited.instrument.ja, cited.provision.ja


def _values_read(rule: Rule) -> Iterator[str]:
    """Yield the values of its measure that the condition of a rule names, without their ends."""
    for name in rules.names_in(rule.shown_tree):
        source, _dot, rest = name.partition(".")
        if source == rule.wanted.source:
            yield rest.partition(".")[0]


def _unknown(declared: Manifest, scope: Sequence[Subject]) -> Iterator[Text]:
    """Yield the questions for what the manifest says is unknown about the scope."""
    for key in declared.unknown:
        kind, _dot, rest = key.partition(".")
        name = rest.partition(".")[0]
        for subject in scope:
            if (kind, name) == (f"{subject.kind}s", subject.id) or kind == subject.kind:
                yield question(declared, key)
                break


def _undecided(declared: Manifest, findings: Sequence[Finding]) -> Iterator[Text]:
    """Yield the questions that decide whether a rule asks for the document at all."""
    for finding in findings:
        for name in finding.missing:
            yield question(declared, _key(finding.subject, name), name)


def _key(subject: Subject, name: str) -> str:
    """Return the manifest's key of a name of the vocabulary."""
    kind, _dot, field = name.partition(".")
    return name if kind == "operator" else f"{subject.kind}s.{subject.id}.{field}"
