# SPDX-License-Identifier: Apache-2.0
"""Hand over a dossier: seal one, open and verify one, and remove parts of it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from shirube import dossier
from shirube.__about__ import __version__
from shirube.api.clock import now
from shirube.api.operator import receipts
from shirube.api.operator.judge import judge
from shirube.api.operator.older_heads import older_heads
from shirube.api.operator.stamps import read_roots
from shirube.documents import findings_text
from shirube.dossier import archive, intake
from shirube.evidence import keys
from shirube.evidence import stamps as kept_stamps
from shirube.evidence.handing_over import hand_over
from shirube.evidence.keyring import keyring
from shirube.ledger import checkpoint as checkpoints
from shirube.ledger import proof as proofs
from shirube.ledger.signatures import parse_key
from shirube.ledger.timestamp import MAX_STAMP_BYTES
from shirube.store.files import read_whole, write_whole
from shirube.terms.dossier import (
    DocumentDigest,
    DossierHead,
    DossierKey,
    DossierVerified,
    LeftOut,
    PackDigest,
)
from shirube.terms.errors import Problem
from shirube.texts import LANGUAGES, _, using
from shirube.texts.suggestion import did_you_mean

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from shirube.api.operator.judge import Judgement
    from shirube.api.operator.older_heads import OlderHead
    from shirube.evidence.keyring import Keyring
    from shirube.evidence.keys import PublicKey
    from shirube.terms.evidence import DocumentSeal, Evidence
    from shirube.terms.receipt import Receipt


def seal_dossier(
    folder: Path,
    out: Path,
    *,
    indexes: Sequence[int] = (),
    documents: Sequence[str] = (),
    stamps: Sequence[Path] = (),
    on: dt.date | None = None,
    further_packs: Sequence[Path] = (),
    authority: str | None = None,
) -> DossierVerified:
    """Judge what is sealed, and write a dossier about it.

    Parameters
    ----------
    folder
        The operator's folder.
    out
        The file to write; an existing one is not overwritten.
    indexes
        The entries of the ledger whose evidence goes along; all that are there when left out.
    documents
        Ids of documents whose files go along; the digests of all do.
    stamps
        Further files of time stamps (RFC 3161); those that the ledger keeps for the checkpoint go
        along by themselves.
    on
        The date of the judgement.
    further_packs
        Further folders of rule packs.
    authority
        For whom it is: the dossier leads from the head that this authority cosigned last. Without
        a name, from that of the only one that did.

    Returns
    -------
    DossierVerified
        What a check of the written file shows.
    """
    if out.exists():
        raise Problem(
            _("The file is there already; nothing is overwritten."),
            where=str(out),
            remedy=_("Name a new file."),
        )
    told = judge(folder, on=on, further_packs=further_packs)
    key = keys.load(told.manifest.operator.id, folder=folder)
    chosen = _chosen(told.evidence, indexes, folder)
    held = receipts.witnessed(folder, authority)
    since = checkpoints.parse(held)[0].size if held else 0
    handed = hand_over(folder, chosen, since=since)
    checkpoint = checkpoints.verify(handed.checkpoint, key.public.raw)
    ring = keyring(folder)
    older = older_heads(folder, ring, checkpoint.size)
    sealed = _latest(told.evidence)
    files = _files(folder, sealed, documents, told.evidence)
    content = dossier.seal(
        _head(told, checkpoint, chosen, sealed, files, ring),
        dossier.Chosen(
            checkpoint=receipts.with_cosignatures(folder, handed.checkpoint),
            envelopes=handed.envelopes,
            proofs=handed.proofs,
            findings=told.findings,
            rules=tuple(rule for pack in told.packs for rule in pack.rules),
            documents=tuple({hashlib.sha256(one).digest(): one for one in files.values()}.values()),
            stamps=_stamps(folder, handed.checkpoint, stamps, older),
            anchors=tuple(one.anchor for one in older),
            since=since,
            consistency=handed.consistency,
        ),
        key.private,
    )
    # What is handed over is checked first, as whoever receives it will.
    verified = dossier.verify(content, key.public.raw)
    write_whole(out, content)
    return verified


def verify_dossier(
    file: Path,
    public_key: Path,
    *,
    witnesses: Sequence[str] = (),
    clocks: Sequence[str] = (),
    roots: Sequence[Path] = (),
) -> DossierVerified:
    """Verify a dossier from public keys alone, in a process of its own.

    Parameters
    ----------
    file, public_key
        The dossier, and the operator's public key from a source that you trust.
    witnesses
        Verifier keys of witnesses that must have cosigned its head.
    clocks
        Verifier keys of witnesses whose word about older heads counts.
    roots
        Files of root certificates that you trust for time stamps.

    Raises
    ------
    RefusedDossier
        The first thing that does not hold.
    """
    key = keys.read_public(public_key)
    content = read_dossier(file)
    read_roots(roots)  # what is no certificate is told here, not in the other process
    return intake.inspect(
        content,
        key.pem,
        witnesses=[parse_key(witness) for witness in witnesses],
        clocks=[parse_key(clock) for clock in clocks],
        roots="".join(root.read_text(encoding="ascii") for root in roots),
    )


def open_dossier(file: Path, public_key: Path, out: Path) -> DossierVerified:
    """Verify a dossier and write its parts as files into a new folder.

    Each piece of evidence lies there with its proof, as `shirube ledger verify --proof` and other
    tools take them; the findings lie there as text as well, in both languages.
    """
    if out.exists() and any(out.iterdir()):
        raise Problem(
            _("The folder is not empty; nothing is overwritten."),
            where=str(out),
            remedy=_("Name a folder that is empty or not there yet."),
        )
    verified, given = opened_dossier(file, keys.read_public(public_key))
    for name, content in given.members.items():
        if name not in (archive.EVIDENCE, archive.PROOFS):
            write_whole(out / name, content)
    for index, row in given.evidence.items():
        if row:
            write_whole(out / "evidence" / f"{index}.json", row)
    for one in given.proofs:
        whole = proofs.Proof(one.index, one.path, verified.checkpoint, one.extra)
        rendered = proofs.render(whole).encode()
        write_whole(out / "proofs" / f"{one.index}.tlog-proof", rendered)
    for language in LANGUAGES:
        with using(language):
            told = findings_text(verified)
        write_whole(out / f"findings.{language}.txt", told.encode())
    return verified


def redact_dossier(
    file: Path, public_key: Path, out: Path, names: Sequence[str]
) -> DossierVerified:
    """Write a dossier without some of its parts; the holes are seen, the rest verifies."""
    if out.exists():
        raise Problem(
            _("The file is there already; nothing is overwritten."),
            where=str(out),
            remedy=_("Name a new file."),
        )
    key = keys.read_public(public_key)
    _verified, given = opened_dossier(file, key)
    content = dossier.redact(given, names)
    verified = dossier.verify(content, key.raw)
    write_whole(out, content)
    return verified


def keep_receipt(folder: Path, receipt: Path, file: Path, authority_key: Path) -> Receipt:
    """Check the receipt that an authority gave for a dossier, and keep it in the folder."""
    digest = hashlib.sha256(read_dossier(file)).hexdigest()
    return receipts.keep_receipt(folder, receipt, digest, authority_key)


def read_dossier(file: Path) -> bytes:
    """Read the file of a dossier, as far as one can be long."""
    return read_whole(file, most=archive.MAX_BYTES)


def opened_dossier(file: Path, key: PublicKey) -> tuple[DossierVerified, dossier.Opened]:
    """Open a dossier here only after a process of its own found nothing wrong with it."""
    content = read_dossier(file)
    verified = intake.inspect(content, key.pem)
    return verified, dossier.opened(content, key.raw)


def _stamps(
    folder: Path, checkpoint: str, further: Sequence[Path], older: Sequence[OlderHead]
) -> tuple[bytes, ...]:
    kept = [
        token
        for head in (checkpoint, *(one.checkpoint for one in older))
        for token in kept_stamps.on_checkpoint(folder, head)
    ]
    given = (read_whole(stamp, most=MAX_STAMP_BYTES) for stamp in further)
    return tuple(dict.fromkeys((*kept, *given)))  # each once, in this order


def _chosen(sealed: Sequence[Evidence], indexes: Sequence[int], folder: Path) -> tuple[int, ...]:
    here = [one.index for one in sealed if one.erased_by is None and not one.refused]
    wrong = sorted(set(indexes) - set(here))
    if wrong:
        raise Problem(
            _("There is no evidence to hand over at index {index}.").format(index=wrong[0]),
            where=str(folder),
            why=_("There is no such entry, its content was erased, or its key was revoked before."),
            remedy=_("`shirube evidence list` shows the index of each entry."),
        )
    return tuple(sorted(set(indexes))) if indexes else tuple(here)


def _latest(sealed: Sequence[Evidence]) -> dict[str, DocumentSeal]:
    """Return the last seal of each document whose bytes are known."""
    last = {one.document.document.id: one.document for one in sealed if one.document}
    return {name: seal for name, seal in last.items() if seal.sha256}


def _files(
    folder: Path,
    sealed: dict[str, DocumentSeal],
    names: Sequence[str],
    evidence: Sequence[Evidence],
) -> dict[str, bytes]:
    """Return the files of the chosen documents, as they were sealed; never data."""
    measured = {
        file.sha256 for one in evidence if one.measurement for file in one.measurement.inputs
    }
    found: dict[str, bytes] = {}
    for name in names:
        seal = sealed.get(name)
        if seal is None or seal.document.file is None:
            raise Problem(
                _("There is no sealed document {name} with a file.").format(name=name),
                where=str(folder),
                remedy=did_you_mean(name, list(sealed))
                or _("Declare it under documents: and run `shirube check`."),
            )
        path = folder / seal.document.file
        content = read_whole(path, most=archive.MAX_BYTES)
        if hashlib.sha256(content).hexdigest() != seal.sha256:
            raise Problem(
                _("The document was changed since it was sealed."),
                where=str(path),
                remedy=_("Run `shirube check`, which seals it as it is now."),
            )
        if seal.sha256 in measured:
            raise Problem(
                _("This file was measured as data, so it does not go into a dossier."),
                where=str(path),
                why=_("A dossier carries findings about data, never the data."),
                remedy=_("Leave it out; its digest is in the dossier in any case."),
            )
        found[name] = content
    return found


def _head(
    told: Judgement,
    checkpoint: checkpoints.Checkpoint,
    chosen: Sequence[int],
    sealed: dict[str, DocumentSeal],
    files: dict[str, bytes],
    ring: Keyring,
) -> DossierHead:
    operator, given = told.manifest.operator, set(chosen)
    return DossierHead(
        operator_id=operator.id,
        operator_name=operator.name.ja or operator.name.en,
        corporate_number=operator.corporate_number or "",
        on=told.on,
        sealed_at=now(),
        tool_version=__version__,
        origin=checkpoint.origin,
        leaves=checkpoint.size,
        root=checkpoint.root.hex(),
        packs=tuple(
            PackDigest(id=pack.id, version=pack.version, sha256=pack.sha256) for pack in told.packs
        ),
        documents=tuple(
            DocumentDigest(
                id=name,
                kinds=tuple(seal.document.kinds),
                sha256=seal.sha256,
                given=name in files,
            )
            for name, seal in sealed.items()
        ),
        left_out=tuple(_left_out(one) for one in told.evidence if one.index not in given),
        keys=_keys(ring) if len(ring.spans) > 1 else (),
    )


def _keys(ring: Keyring) -> tuple[DossierKey, ...]:
    found = []
    for span in ring.spans:
        change = ring.revoked.get(span.key.key_id)
        found.append(
            DossierKey(
                key_id=span.key.key_id,
                public_key=span.key.pem.decode(),
                first=span.first,
                last=span.last,
                revoked_from=change.at if change else None,
                reason=change.reason if change else "",
            )
        )
    return tuple(found)


def _why_left_out(one: Evidence) -> Literal["not_chosen", "key_revoked"]:
    return "key_revoked" if one.refused else "not_chosen"


def _left_out(one: Evidence) -> LeftOut:
    made, seal = one.measurement, one.document
    return LeftOut(
        index=one.index,
        kind=one.kind,
        sha256=one.sha256,
        declared_id=made.id if made else seal.document.id if seal else "",
        measure=made.measure if made else "",
        why="erased" if one.erased_by is not None else _why_left_out(one),
    )
