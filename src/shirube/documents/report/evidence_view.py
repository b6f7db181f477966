# SPDX-License-Identifier: Apache-2.0
"""The list of evidence, as it stands in the ledger."""

from __future__ import annotations

from shirube.documents import formats, wording
from shirube.documents.content import ReportContent
from shirube.documents.report import context as show
from shirube.documents.report.names import Names, anchor
from shirube.terms.document import Document
from shirube.terms.evidence import Evidence, PackAdoption
from shirube.terms.measurement import Measurement
from shirube.texts import _
from shirube.texts.bracketed import bracketed


def evidence_rows(content: ReportContent, names: Names) -> tuple[show.EvidenceRow, ...]:
    """Return one row per ledger entry, in the ledger's order."""
    withdrawn = {
        one.withdrawal.index: one.withdrawal.reason for one in content.evidence if one.withdrawal
    }
    return tuple(_row(one, withdrawn, names) for one in content.evidence)


def _row(evidence: Evidence, withdrawn: dict[int, str], names: Names) -> show.EvidenceRow:
    kind, what, detail = _told(evidence, names)
    digests = [show.Field(label=_("Statement"), text=evidence.sha256, mono=True)]
    seal = evidence.document
    if seal is not None and seal.sha256:
        label = _("File, {size}").format(size=formats.byte_size(seal.bytes))
        digests.append(show.Field(label=label, text=seal.sha256, mono=True))
    if evidence.model is not None:
        digests += [
            show.Field(
                label=_("{file}, {size}").format(
                    file=file.name, size=formats.byte_size(file.bytes)
                ),
                text=file.sha256,
                mono=True,
            )
            for file in evidence.model.files
        ]
    if evidence.erased_by is not None:
        told = _("Content erased by entry {index}.").format(index=evidence.erased_by)
        detail = f"{detail} {told}".strip()
    if evidence.refused:
        told = _("It does not count: its key was revoked before.")
        detail = f"{detail} {told}".strip()
    if evidence.index in withdrawn:
        told = _("Withdrawn: {reason}").format(reason=withdrawn[evidence.index])
        detail = f"{detail} {told}".strip()
    return show.EvidenceRow(
        index=evidence.index,
        anchor=anchor("evidence", str(evidence.index)),
        kind=kind,
        what=what,
        sealed=formats.minute(evidence.sealed_at),
        digests=tuple(digests),
        detail=detail,
    )


def _told(evidence: Evidence, names: Names) -> tuple[str, str, str]:
    if evidence.measurement is not None:
        return (_("Measurement"), *_measurement(evidence.measurement, names))
    if evidence.document is not None:
        title, detail = _document(evidence.document.document)
        return _("Document"), title, detail
    if evidence.model is not None:
        signed = evidence.model.signature
        told = _("Files signed as an OpenSSF model signature.") if signed else ""
        return _("Model"), str(evidence.model.model.name), told
    if evidence.withdrawal is not None:
        one = evidence.withdrawal
        told = _("{reason} ({author}, {date})").format(
            reason=one.reason, author=one.author, date=formats.day(one.date)
        )
        return _("Withdrawal"), _("Entry {index} no longer counts").format(index=one.index), told
    if evidence.erasure is not None:
        gone = evidence.erasure
        told = _("{reason}; legal basis: {basis} ({author}, {date})").format(
            reason=gone.reason,
            basis=gone.legal_basis,
            author=gone.author,
            date=formats.day(gone.date),
        )
        return _("Erasure"), _("Content of entry {index} erased").format(index=gone.index), told
    return _governing(evidence)


def _governing(evidence: Evidence) -> tuple[str, str, str]:
    """Tell of a change of what the ledger rests on: its keys, its rules."""
    if evidence.adoption is not None:
        return _adoption(evidence.adoption)
    change = evidence.key_change
    if change is None:
        return evidence.kind, "", ""
    return (_("Change of keys"), *wording.key_change(change))


def _adoption(one: PackAdoption) -> tuple[str, str, str]:
    signed = _("signed by {name}").format(name=one.signer or one.key_id[:16])
    origin = _("came with Shirube") if one.shipped else signed if one.key_id else _("not signed")
    rules = _("{added} rules added, {removed} removed, {changed} changed; {moved} findings changed")
    told = rules.format(
        added=len(one.added), removed=len(one.removed), changed=len(one.changed), moved=one.moved
    )
    by = _("{reason} ({author}, {date})").format(
        reason=one.reason, author=one.author, date=formats.day(one.date)
    )
    title = _("{title}, version {version} ({origin})").format(
        title=one.title, version=one.version, origin=origin
    )
    return _("Adoption of rules"), title, f"{told}. {by}"


def _measurement(measurement: Measurement, names: Names) -> tuple[str, str]:
    what = bracketed(names.measure(measurement.measure), measurement.id)
    return what, _("Attempt that ended in an error") if measurement.failure else ""


def _document(document: Document) -> tuple[str, str]:
    title = str(document.title) if document.title else document.id
    return title, _("Declared absent.") if document.absent else ""
