# SPDX-License-Identifier: Apache-2.0
"""What was known, expected, measured, decided and done about a system, each line with its proof.

A line bears the date that it states itself; its proof says since when that can be shown. What
stands in the manifest alone is said to be declared, not proven.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from shirube.documents import formats, wording
from shirube.documents.report.names import Names
from shirube.terms.finding import Outcome
from shirube.terms.japan import JAPAN
from shirube.terms.subject import Subject
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shirube.documents.content import ReportContent
    from shirube.terms.document import Document
    from shirube.terms.evidence import Evidence, KeyChange, ModelSeal, PackAdoption
    from shirube.terms.manifest import System
    from shirube.terms.measurement import Measurement
    from shirube.terms.rule import Pack, Rule

KINDS = ("expected", "known", "measured", "decided", "done")
_VALUES = 4


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a line rests on: words, and a digest or address in full."""

    text: str
    digest: str = ""
    url: str = ""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line: its date (None where nobody gave one), its kind, what, and what proves it."""

    date: dt.date | None
    kind: str
    what: str
    details: tuple[str, ...] = ()
    proofs: tuple[Proof, ...] = ()
    index: int = -1


def lines(content: ReportContent, system: System) -> tuple[Line, ...]:
    """Return the lines in the order of their dates, up to the content's date.

    Lines of one day stand in the order expected, known, measured, decided, done; entries of the
    ledger in its order. What has no date comes last.
    """
    found = [
        *_expected(content, system),
        *_sealed(content, system),
        *_decided(content, system),
        *_explained(content, system),
        *_drills(content, system),
    ]
    until = [line for line in found if line.date is None or line.date <= content.on]
    return tuple(
        sorted(
            until,
            key=lambda line: (
                line.date or dt.date.max, KINDS.index(line.kind), line.index, line.what,
            ),
        )
    )  # fmt: skip


def subjects(content: ReportContent, system: System) -> frozenset[Subject]:
    """Return what concerns a system: itself, its parts, its suppliers, and its operator."""
    models = [one for one in content.manifest.models if one.id in system.models]
    trained = {data for one in models for data in one.training_data}
    suppliers = {*system.suppliers, *(one.supplier for one in models if one.supplier)}
    return frozenset(
        {
            Subject("operator", content.manifest.operator.id),
            Subject("system", system.id),
            *(Subject("dataset", one) for one in {*system.datasets, *trained}),
            *(Subject("model", one.id) for one in models),
            *(Subject("supplier", one) for one in suppliers),
        }
    )


def _expected(content: ReportContent, system: System) -> Iterator[Line]:
    """Tell when the rules that reach the system began to apply, with their citations."""
    concerned = subjects(content, system)
    reached = {
        finding.rule
        for finding in content.findings
        if finding.subject in concerned and finding.outcome is not Outcome.NOT_APPLICABLE
    }
    for pack in content.packs:
        starting: dict[dt.date, list[Rule]] = defaultdict(list)
        for rule in pack.rules:
            if rule.ref in reached:
                starting[rule.start].append(rule)
        for date, rules in sorted(starting.items()):
            yield _start(pack, date, rules)


def _start(pack: Pack, date: dt.date, rules: list[Rule]) -> Line:
    addresses = dict.fromkeys(one.url for rule in rules for one in rule.citations)
    provisions: dict[str, dict[str, None]] = defaultdict(dict)
    for citation in (one for rule in rules for one in rule.citations):
        provisions[str(citation.instrument)][str(citation.provision)] = None
    return Line(
        date=date,
        kind="expected",
        what=_("From this day: {title}").format(title=pack.title),
        details=tuple(
            _("{title} ({footing})").format(title=rule.title, footing=wording.footing(rule.footing))
            for rule in rules
        ),
        proofs=(
            *(
                Proof(text=f"{instrument}: " + _("; ").join(cited))
                for instrument, cited in provisions.items()
            ),
            *(Proof(text="", url=url) for url in addresses),
            Proof(text=_(", ").join(filter(None, (
                _("Pack {id}, version {version}").format(id=pack.id, version=pack.version),
                wording.remark(pack)))), digest=pack.sha256),
        ),
    )  # fmt: skip


def _sealed(content: ReportContent, system: System) -> Iterator[Line]:
    concerned = subjects(content, system)
    known = [one for one in content.evidence if _day(one.sealed_at) <= content.on]
    names = Names(content)
    told: set[int] = set()
    for one in known:
        after = one.withdrawal or one.erasure
        line = _line(one, concerned, names)
        if after is not None and after.index in told:
            line = _undone(one)
        if line is not None:
            told.add(one.index)
            yield line


def _line(one: Evidence, concerned: frozenset[Subject], names: Names) -> Line | None:
    made = one.measurement
    if made and (made.subject in concerned or Subject("dataset", made.dataset) in concerned):
        return _measured(one, made, names)
    if one.document and _concerns(one.document.document, concerned):
        return _document(one, one.document.document)
    if one.model and Subject("model", one.model.model.id) in concerned:
        return _model(one, one.model)
    if one.key_change:
        return _key_change(one, one.key_change)
    return _adopted(one, one.adoption) if one.adoption else None


def _key_change(one: Evidence, change: KeyChange) -> Line:
    what, told = wording.key_change(change)
    return Line(
        date=_day(one.sealed_at),
        kind="decided",
        what=what,
        details=(told,),
        proofs=_entry(one),
        index=one.index,
    )


def _adopted(one: Evidence, adoption: PackAdoption) -> Line:
    told = _("{reason} ({author}, {date})").format(
        reason=adoption.reason, author=adoption.author, date=formats.day(adoption.date)
    )
    return Line(
        date=_day(one.sealed_at),
        kind="decided",
        what=_("Rules adopted: {title}, version {version}").format(
            title=adoption.title, version=adoption.version
        ),
        details=(told,),
        proofs=(*_entry(one), Proof(text=adoption.pack, digest=adoption.sha256)),
        index=one.index,
    )


def _model(one: Evidence, seal: ModelSeal) -> Line:
    version = seal.model.version or _("version unknown")
    details = [_("Files bound by their digests: {count}.").format(count=len(seal.files))]
    if seal.signature:
        details.append(_("Files signed as an OpenSSF model signature."))
    return Line(
        date=_day(one.sealed_at),
        kind="known",
        what=_("Model: {name} ({version})").format(name=seal.model.name, version=version),
        details=tuple(details),
        proofs=(*_entry(one), *(Proof(text=file.name, digest=file.sha256) for file in seal.files)),
        index=one.index,
    )


def _measured(one: Evidence, made: Measurement, names: Names) -> Line:
    values = [
        f"{names.title(f'{made.measure}.{value.name}')}: {formats.scalar(value.value, value.unit)}"
        for value in made.values
        if value.interval is not None
    ] or [
        f"{names.title(f'{made.measure}.{value.name}')}: {formats.scalar(value.value, value.unit)}"
        for value in made.values
        if value.value is not None
    ]
    details = values[:_VALUES]
    if made.failure:
        details = [_("The attempt ended in an error.")]
    if len(values) > _VALUES:
        details.append(
            _("{count} further values stand in the entry.").format(count=len(values) - _VALUES)
        )
    dataset = names.dataset(made.dataset)
    title = dataset.title if dataset else made.dataset
    return Line(
        date=_day(made.measured_at),
        kind="measured",
        what=_("{measure} on “{dataset}” ({id})").format(
            measure=names.measure(made.measure), dataset=title, id=made.id
        ),
        details=tuple(details),
        proofs=_entry(one),
        index=one.index,
    )


def _document(one: Evidence, document: Document) -> Line:
    title = str(document.title) if document.title else document.id
    details = []
    if document.absent:
        details.append(_("The operator declares that there is no such document."))
    if document.approved_by:
        details.append(_("Approved by: {name}").format(name=document.approved_by))
    if document.expires:
        details.append(_("Expires: {date}").format(date=formats.day(document.expires)))
    sealed = _day(one.sealed_at)
    date = document.date or sealed
    if date < sealed:
        details.append(
            _("The date is the document's own; that it existed is proven since {date}.").format(
                date=formats.day(sealed)
            )
        )
    seal = one.document
    file = (
        (Proof(text=_("The document's own digest"), digest=seal.sha256),)
        if seal and seal.sha256
        else ()
    )
    return Line(
        date=date,
        kind="known" if document.absent else "decided" if document.approved_by else "done",
        what=_("Document: {title}").format(title=title),
        details=tuple(details),
        proofs=(*_entry(one), *file),
        index=one.index,
    )


def _undone(one: Evidence) -> Line:
    if one.withdrawal:
        what = _("Entry {index} no longer counts").format(index=one.withdrawal.index)
        details = [one.withdrawal.reason, one.withdrawal.author]
        date = one.withdrawal.date
    else:
        gone = one.erasure
        index, reason, basis, author, date = (
            (gone.index, gone.reason, gone.legal_basis, gone.author, gone.date)
            if gone
            else (-1, "", "", "", _day(one.sealed_at))
        )
        what = _("Content of entry {index} erased").format(index=index)
        details = [reason, basis, author]
    return Line(
        date=date, kind="done", what=what, details=tuple(part for part in details if part),
        proofs=_entry(one), index=one.index,
    )  # fmt: skip


def _concerns(document: Document, concerned: frozenset[Subject]) -> bool:
    """Tell whether a document speaks of the system; one that names nothing is the operator's."""
    named = {
        *(Subject("system", one) for one in document.systems),
        *(Subject("dataset", one) for one in document.datasets),
    }
    return not named or bool(named & concerned)


def _entry(one: Evidence) -> tuple[Proof, ...]:
    text = _("Ledger entry {index}, sealed on {date}").format(
        index=one.index, date=formats.minute(one.sealed_at)
    )
    told = [Proof(text=text, digest=one.sha256)]
    if one.erased_by is not None:
        told.append(Proof(text=_("Content erased by entry {index}.").format(index=one.erased_by)))
    if one.refused:
        told.append(Proof(text=_("It does not count: its key was revoked before.")))
    return tuple(told)


def _decided(content: ReportContent, system: System) -> Iterator[Line]:
    """Tell the risk record: which harms were known, what was decided, by whom."""
    record = system.risk_record
    if record is None:
        return
    place = content.manifest.place(f"systems.{system.id}.risk_record")
    for risk in record.risks:
        details = [str(risk.how)]
        if risk.measures:
            details.append(_("Measures: {text}").format(text=risk.measures))
        yield Line(
            date=record.decided_on,
            kind="known",
            what=_("Risk on record: {harmed}").format(harmed=risk.harmed),
            details=tuple(details),
            proofs=_declared(content, f"systems.{system.id}.risk_record.risks.{risk.id}"),
        )
    if record.decided_by or record.decided_on:
        yield Line(
            date=record.decided_on,
            kind="decided",
            what=_("Decision on risks and benefits"),
            details=(_("Decided by: {name}").format(name=record.decided_by),)
            if record.decided_by
            else (),
            proofs=_declared(content, place.key),
        )


def _explained(content: ReportContent, system: System) -> Iterator[Line]:
    concerned = subjects(content, system)
    rules = content.rules()
    for given in content.manifest.explanations:
        if given.subject not in concerned:
            continue
        rule = rules.get(given.rule)
        title = rule.title if rule else given.rule
        yield Line(
            date=given.date,
            kind="decided",
            what=_("Explanation instead of compliance: {title}").format(title=title),
            details=(
                str(given.reason),
                _("By {author}, until {date}").format(
                    author=given.author, date=formats.day(given.expires)
                ),
            ),
            proofs=_declared(content, "explanations"),
        )


def _drills(content: ReportContent, system: System) -> Iterator[Line]:
    concerned = subjects(content, system)
    for supplier in content.manifest.suppliers:
        if supplier.fallback_drill and Subject("supplier", supplier.id) in concerned:
            yield Line(
                date=supplier.fallback_drill,
                kind="done",
                what=_("Fallback for {name} rehearsed").format(name=supplier.name),
                details=(str(supplier.fallback),) if supplier.fallback else (),
                proofs=_declared(content, f"suppliers.{supplier.id}.fallback_drill"),
            )


def _declared(content: ReportContent, key: str) -> tuple[Proof, ...]:
    place = content.manifest.place(key)
    line = f"shirube.yaml:{place.line}" if place.line else "shirube.yaml"
    return (
        Proof(text=_("Declared in the manifest ({place}); not in the ledger.").format(place=line)),
    )


def _day(instant: dt.datetime) -> dt.date:
    aware = instant if instant.tzinfo else instant.replace(tzinfo=dt.UTC)
    return aware.astimezone(JAPAN).date()
