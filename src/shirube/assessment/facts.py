# SPDX-License-Identifier: Apache-2.0
"""Facts: profiles from the manifest, rows from the ledger; the only input of an assessment.

A measurement gives one row for its data set and one for its system; a document one for each of its
kinds and each subject it stands for. Every attempt becomes a row, also one that failed or was
withdrawn: what counts is decided when a rule is judged, by the date that is asked about.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING

from msgspec.structs import replace

from shirube.assessment.approvals import approved_as_is
from shirube.assessment.profiles import columns_of, profiles, tables_of
from shirube.terms.fact import FactRow, Facts
from shirube.terms.japan import JAPAN
from shirube.terms.subject import Subject
from shirube.terms.text import Text
from shirube.terms.vocabulary import ARGUMENT_NAMES, TABLE_NAMES
from shirube.texts import N_

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shirube.terms.document import Document
    from shirube.terms.evidence import DocumentSeal, Evidence, Withdrawal
    from shirube.terms.manifest import Manifest
    from shirube.terms.measurement import Measurement, Scalar, Value


NO_LONGER_DECLARED = "no longer declared"
"""Why a document's state does not count that the manifest does not name any more."""

_NOT_DECLARED = N_("The manifest does not say which columns or tables these would have to be.")

Withdrawals = dict[int, "tuple[Withdrawal, dt.date]"]
"""Leaf -> the withdrawal that names it, and the day of that seal."""

Place = tuple[str, Subject]
"""A kind of document and the subject for which it stands."""


def facts(manifest: Manifest, evidence: Sequence[Evidence]) -> Facts:
    """Return all facts about an operator.

    Parameters
    ----------
    manifest
        What the operator declares today.
    evidence
        Everything in the ledger, in its order; later dates are sorted out when a rule is judged.
    """
    withdrawals = _withdrawals(evidence)
    rows = [
        row
        for item in evidence
        if item.measurement is not None
        for row in _measured(item, item.measurement, manifest, withdrawals)
    ]
    rows += _documented(manifest, evidence, withdrawals)
    return Facts(
        profiles=profiles(manifest),
        rows=tuple(sorted(rows, key=lambda row: row.index)),
        explanations=manifest.explanations,
    )


def day(moment: dt.datetime) -> dt.date:
    """Return the day of a moment in Japan."""
    return (moment.astimezone(JAPAN) if moment.tzinfo else moment).date()


def _withdrawals(evidence: Sequence[Evidence]) -> Withdrawals:
    """Return, for each withdrawn leaf, its first withdrawal and the day of that seal."""
    found: Withdrawals = {}
    for item in sorted(evidence, key=lambda item: item.index):
        if item.withdrawal is not None:
            found.setdefault(item.withdrawal.index, (item.withdrawal, day(item.sealed_at)))
    return found


def _measured(
    item: Evidence,
    measured: Measurement,
    manifest: Manifest,
    withdrawals: Withdrawals,
) -> Iterator[FactRow]:
    withdrawal, since = withdrawals.get(item.index, (None, None))
    subjects = dict.fromkeys((measured.subject, Subject("dataset", measured.dataset)))
    against = _against_manifest(measured, manifest)
    unknown = {name: Text.of(_NOT_DECLARED) for name, value in against.items() if value is None}
    for subject in subjects:
        yield FactRow(
            subject=subject,
            kind="measurement",
            source=measured.measure,
            declared_id=measured.id,
            # Another seed is another run beside the first one, or seeds could be tried until one
            # end of an interval passes.
            arguments={**measured.arguments, "seed": measured.seed},
            values={} if measured.failure else _values(measured.values) | against,
            date=day(measured.measured_at),
            known=day(item.sealed_at),
            index=item.index,
            sha256=item.sha256,
            withdrawn=withdrawal.reason if withdrawal else "",
            withdrawn_on=since,
            failure=measured.failure,
            reasons=unknown
            | {value.name: value.reason for value in measured.values if value.reason},
            declared=any(entry.id == measured.id for entry in manifest.measurements),
        )


def _against_manifest(measured: Measurement, manifest: Manifest) -> dict[str, Scalar]:
    """Return which declared columns a run left out, and which it used without a declaration.

    How many columns were used says nothing: a harmless one can take the place of a telling one.
    """
    found: dict[str, Scalar] = {}
    for argument, (kind, (left_out, undeclared)) in ARGUMENT_NAMES.items():
        if argument not in measured.arguments:
            continue
        used = measured.arguments[argument]
        given = frozenset(used if isinstance(used, list | tuple) else ())
        declared = columns_of(manifest, measured.dataset, kind)
        found[left_out.name] = None if declared is None else len(declared - given)
        found[undeclared.name] = None if declared is None else len(given - declared)
    for argument, (key, undeclared) in TABLE_NAMES.items():
        named = measured.arguments.get(argument)
        if isinstance(named, str):
            listed = tables_of(manifest, measured.dataset, key)
            found[undeclared.name] = None if listed is None else int(named not in listed)
    return found


def _values(values: Sequence[Value]) -> dict[str, Scalar]:
    """Return values flat: ``gap``, ``gap.low``, ``gap.high`` and ``gap.n``."""
    found: dict[str, Scalar] = {}
    for value in values:
        found[value.name] = _finite(value.value)
        if isinstance(value.value, bool | str):
            continue
        interval = value.interval
        found[f"{value.name}.low"] = _finite(interval.low) if interval else None
        found[f"{value.name}.high"] = _finite(interval.high) if interval else None
        found[f"{value.name}.n"] = value.sample_size
    return found


def _finite(value: Scalar) -> Scalar:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _documented(
    manifest: Manifest, evidence: Sequence[Evidence], withdrawals: Withdrawals
) -> Iterator[FactRow]:
    declared = {document.id for document in manifest.documents}
    seals: dict[str, list[tuple[Evidence, DocumentSeal]]] = {}
    for item in sorted(evidence, key=lambda item: item.index):
        if item.document is not None and not item.refused:
            seals.setdefault(item.document.document.id, []).append((item, item.document))
    for name, history in seals.items():
        yield from _history(history, name in declared, manifest, withdrawals)


def _history(
    history: Sequence[tuple[Evidence, DocumentSeal]],
    declared: bool,
    manifest: Manifest,
    withdrawals: Withdrawals,
) -> Iterator[FactRow]:
    """Return the states of one document, and where it stopped standing for a kind or a subject."""
    had: dict[Place, None] = {}
    last = history[-1][1]
    for item, seal in history:
        own = dict.fromkeys(_places(manifest, seal.document))
        had.update(own)
        # A document that left the manifest is sealed as absent: since then it says nothing more,
        # and before that seal is written, nothing at all.
        dropped = not declared and (seal is last or not last.document.absent)
        for place in had:
            row = _document_row(item, seal, place, manifest)
            if dropped or place not in own:
                row = replace(row, withdrawn=NO_LONGER_DECLARED, declared=False)
            elif item.index in withdrawals:
                withdrawal, since = withdrawals[item.index]
                row = replace(row, withdrawn=withdrawal.reason, withdrawn_on=since)
            yield row


def _document_row(item: Evidence, seal: DocumentSeal, place: Place, manifest: Manifest) -> FactRow:
    document, sealed = seal.document, day(item.sealed_at)
    kind, subject = place
    as_is, why = approved_as_is(seal)
    return FactRow(
        subject=subject,
        kind="document",
        source=kind,
        declared_id=document.id,
        arguments={},
        values=_document_values(document, manifest) | {"approved_as_is": as_is},
        date=min(document.date, sealed) if document.date else sealed,
        known=sealed,
        index=item.index,
        sha256=item.sha256,
        expires=document.expires,
        reasons={"approved_as_is": why} if why else {},
    )


def _document_values(document: Document, manifest: Manifest) -> dict[str, Scalar]:
    """Return what is known of a document; one that is stated to be absent is nothing at all."""
    if document.absent:
        return dict.fromkeys(("present", "published", "approved", "owned", "signed"), False)
    key = f"documents.{document.id}"
    unknown = manifest.unknown
    return {
        "present": _stated(document.file or document.url, f"{key}.file" in unknown),
        "published": document.published,
        "approved": _stated(document.approved_by, f"{key}.approved_by" in unknown),
        "owned": _stated(document.owner, f"{key}.owner" in unknown),
        "signed": bool(document.signatories),
    }


def _stated(value: str | None, unknown: bool) -> bool | None:
    return True if value else (None if unknown else False)


def _places(manifest: Manifest, document: Document) -> Iterator[Place]:
    """Name the subjects a document stands for: all, or its systems and data and the operator."""
    subjects: list[Subject] = list(manifest.subjects())
    if document.systems or document.datasets:
        subjects = [
            Subject("operator", manifest.operator.id),
            *(Subject("system", name) for name in document.systems),
            *(Subject("dataset", name) for name in document.datasets),
        ]
    for kind in document.kinds:
        for subject in subjects:
            yield kind, subject
