# SPDX-License-Identifier: Apache-2.0
"""Verify a dossier from public keys alone, and refuse it at the first thing that does not hold.

1.  The file is within its limits, its members are on the list, and writing them again gives the
    same bytes.
2.  The operator's key signed the statement; every part that it names has the digest it gives, or
    was removed; no other part is there.
3.  The operator's key signed the checkpoint, under the operator's name; each witness that was asked
    for has cosigned it.
4.  Every piece of evidence has a proof that leads from its entry to the checkpoint's root.
5.  Every entry commits to its piece of evidence; the key that was then in use signed that as well,
    and it says the kind and the time of the entry. What a revoked key signed is dated before that;
    of which this is shown by others, and of which not, is told: see ``signers``.
6.  Evidence and what was left out are together exactly the entries of the tree.
7.  Every file of a document and every finding is what the statement says it is.

What this cannot show is that a declaration is true, or that data were not swapped before their
digest was taken. Time stamps are *present, not checked here* unless roots are given.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING, Any

import msgspec

from shirube.dossier import archive, sealing, statement
from shirube.dossier.errors import malformed, refusing, unverified
from shirube.dossier.signers import Signers, Trust, shown
from shirube.ledger import checkpoint as checkpoints
from shirube.ledger import cosignature, strict_json, tree
from shirube.ledger import proof as proofs
from shirube.ledger.envelope import STATEMENT_TYPE, EnvelopeKey
from shirube.ledger.texts import decimal, decode64
from shirube.terms.dossier import DossierVerified, FindingLine, ToldRule
from shirube.terms.errors import Problem
from shirube.terms.evidence import AUTHORITY_KINDS, RECORDS
from shirube.terms.ledger import Witnessed
from shirube.terms.manifest import Explanation
from shirube.texts import _

if TYPE_CHECKING:
    from shirube.ledger.checkpoint import Checkpoint
    from shirube.ledger.note import Note
    from shirube.ledger.proof import Proof
    from shirube.ledger.signatures import PublicKey
    from shirube.terms.dossier import DossierHead

_PREDICATES = "https://github.com/shirube-governance/shirube/predicates"
_KINDS = set(RECORDS) - set(AUTHORITY_KINDS)
_ALWAYS = (archive.CHECKPOINT, archive.PROOFS)


_NOTHING_MORE = Trust()


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A verified dossier with its content, for whoever writes it to files or removes parts."""

    verified: DossierVerified
    members: dict[str, bytes]
    parts: dict[str, str]
    evidence: dict[int, bytes]
    proofs: tuple[Proof, ...]


def verify(content: bytes, key: PublicKey, trust: Trust = _NOTHING_MORE) -> DossierVerified:
    """Verify the file of a dossier; see the steps at the top of this module.

    Parameters
    ----------
    content
        The bytes of the file.
    key
        The operator's public key, from a source that you trust.
    trust
        Witnesses whose cosignature must be there, roots for time stamps, and what the reader knows
        of the operator's keys.

    Raises
    ------
    RefusedDossier, MalformedNote, UnverifiedNote, MalformedProof
        The first thing that does not hold.
    """
    return opened(content, key, trust).verified


@refusing()
def opened(content: bytes, key: PublicKey, trust: Trust = _NOTHING_MORE) -> Opened:
    """Verify the file of a dossier and return its content as well."""
    members = archive.read(content)
    signer = EnvelopeKey(key)
    head, parts = statement.parse(signer.verify(members[archive.STATEMENT]))
    evidence, findings, removed = _parts(members, parts)
    checkpoint, note = _checkpoint(members[archive.CHECKPOINT], head, key)
    seen = cosignature.verify_all(note, trust.witnesses)
    signers = Signers(head, signer, trust.revoked)
    before, stamped = shown(members, checkpoint, note, signers, trust)
    given = _proofs(members[archive.PROOFS], list(evidence))
    undated = []
    for (index, row), one in zip(evidence.items(), given, strict=True):
        digest = parts[f"evidence/{index}"]
        entry = _entry(index, row, one, checkpoint, digest, signers.of(index))
        counts = row and entry["kind"] != "key_change"  # a hand-over shows nothing but itself
        if counts and not signers.in_time(index, _moment(entry["sealed_at"]), before):
            undated.append(index)
    _nothing_hidden(head, list(evidence))
    _documents(head, members, parts)
    since, consistency = _consistency(members.get(archive.CONSISTENCY))
    held = {(one.name, one.key_id) for one in trust.witnesses} | {_own(note, checkpoint)}
    verified = DossierVerified(
        sha256=hashlib.sha256(content).hexdigest(),
        key_id=signer.key_id,
        head=head,
        evidence=tuple(evidence),
        findings=tuple(_finding(row) for row in findings if row),
        removed=removed,
        checkpoint=members[archive.CHECKPOINT].decode(),
        witnessed=tuple(Witnessed(name=one.name, key_id=one.key_id, at=one.at) for one in seen),
        unchecked=tuple(
            line.name for line in note.signatures if (line.name, line.key_id) not in held
        ),
        stamps=sum(name.startswith("stamps/") for name in members),
        stamped=stamped,
        undated=tuple(undated),
        since=since,
        consistency=consistency,
    )
    return Opened(
        verified=verified, members=members, parts=parts, evidence=evidence, proofs=given
    )  # fmt: skip


def _parts(
    members: dict[str, bytes], parts: dict[str, str]
) -> tuple[dict[int, bytes], list[bytes], tuple[str, ...]]:
    """Hold every part against the digest that was signed; return evidence, findings and holes."""
    indexes = [_number(name) for name in parts if name.startswith("evidence/")]
    if indexes != sorted(set(indexes)):
        raise malformed(_("its evidence is not in the ledger's order"))
    evidence = sealing.split(_member(members, archive.EVIDENCE))
    findings = sealing.split(_member(members, archive.FINDINGS))
    count = sum(name.startswith("findings/") for name in parts)
    if len(evidence) != len(indexes) or len(findings) != count:
        raise unverified(_("it has more or fewer lines than parts that were signed"))
    found = {name: content for name, content in members.items() if _whole(name)}
    if any(not content and name not in _ALWAYS for name, content in found.items()):
        raise malformed(_("a member in it is empty"))  # what was removed is not there at all
    found |= {f"evidence/{index}": row for index, row in zip(indexes, evidence, strict=True)}
    found |= {f"findings/{number}": row for number, row in enumerate(findings)}
    removed = []
    for name, digest in parts.items():
        content = found.pop(name, b"")
        if not content and name not in _ALWAYS:
            removed.append(name)
        elif hashlib.sha256(content).hexdigest() != digest:
            raise unverified(
                _("the part “{name}” is not the one that was signed").format(name=name)
            )
    if found:
        raise unverified(_("the part “{name}” was not signed").format(name=next(iter(found))))
    return dict(zip(indexes, evidence, strict=True)), findings, tuple(removed)


def _whole(name: str) -> bool:
    return name not in (archive.STATEMENT, archive.EVIDENCE, archive.FINDINGS)


def _member(members: dict[str, bytes], name: str) -> bytes:
    if name not in members:
        raise malformed(_("the member “{name}” is missing").format(name=name))
    return members[name]


def _number(name: str) -> int:
    number = decimal(name.partition("/")[2])
    if number is None:
        raise malformed(_("“{name}” is no part of a dossier").format(name=name[:80]))
    return number


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise malformed(_("a text in it is not valid UTF-8")) from error


def _checkpoint(content: bytes, head: DossierHead, key: PublicKey) -> tuple[Checkpoint, Note]:
    rendered = _text(content)
    checkpoint = checkpoints.verify(rendered, key)
    own = (checkpoint.origin, checkpoint.size, checkpoint.root.hex())
    if own != (checkpoints.origin(head.operator_id), head.leaves, head.root):
        raise unverified(_("its checkpoint is of another ledger or another state of it"))
    if head.origin != checkpoint.origin:
        raise unverified(_("its checkpoint is of another ledger or another state of it"))
    return checkpoint, checkpoints.parse(rendered)[1]


def _own(note: Note, checkpoint: Checkpoint) -> tuple[str, bytes]:
    first = note.signatures[0]
    return (checkpoint.origin, first.key_id) if first.name == checkpoint.origin else ("", b"")


def _proofs(content: bytes, indexes: list[int]) -> tuple[Proof, ...]:
    blocks = _text(content).split("\n\n")
    if blocks.pop() or len(blocks) != len(indexes):
        raise unverified(_("it has more or fewer proofs than pieces of evidence"))
    # Their common checkpoint was verified already; here any that can be read will do.
    given = tuple(proofs.parse(f"{block}\n\n{_ANY_CHECKPOINT}") for block in blocks)
    if [one.index for one in given] != indexes:
        raise unverified(_("its proofs are of other entries than its evidence"))
    return given


def _entry(
    index: int,
    row: bytes,
    given: Proof,
    checkpoint: Checkpoint,
    digest: str,
    signer: EnvelopeKey,
) -> dict[str, Any]:
    """Lead the entry to the root, hold its evidence, if it is here, against it, and return it."""
    leaf = tree.leaf_hash(given.extra)
    if not tree.verify_inclusion(leaf, index, checkpoint.size, given.path, checkpoint.root):
        raise unverified(
            _("the proof of entry {index} does not lead to the root").format(index=index)
        )
    try:
        # An entry is short and was hashed into the tree: it is read, not held to our spelling.
        entry = msgspec.json.decode(given.extra, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise malformed(_("entry {index} cannot be read").format(index=index)) from error
    if entry.get("sha256") != digest:
        raise unverified(_("entry {index} commits to other evidence").format(index=index))
    if not row:
        return entry
    try:
        said = strict_json.parse(signer.verify(row))
    except Problem as problem:
        problem.where = f"evidence/{index}"
        raise
    kind = entry.get("kind")
    try:
        fits = (
            kind in _KINDS
            and said["_type"] == STATEMENT_TYPE
            and said["predicateType"] == f"{_PREDICATES}/{kind}/v1"
            and _moment(said["predicate"]["sealed_at"]) == _moment(entry.get("sealed_at"))
        )
    except (KeyError, TypeError, ValueError) as error:
        raise malformed(_("entry {index} cannot be read").format(index=index)) from error
    if not fits:
        told = _("entry {index} and its evidence say different things").format(index=index)
        raise unverified(told)
    return entry


def _moment(text: object) -> dt.datetime:
    return dt.datetime.fromisoformat(str(text).replace("Z", "+00:00")).astimezone(dt.UTC)


def _nothing_hidden(head: DossierHead, indexes: list[int]) -> None:
    """Ask for every entry of the tree once: it is here, or it is named as left out."""
    left_out = [one.index for one in head.left_out]
    if len(indexes) + len(left_out) != head.leaves:
        raise unverified(_("it does not say what became of every entry of the ledger"))
    if set(indexes) | set(left_out) != set(range(head.leaves)):
        raise unverified(_("it does not say what became of every entry of the ledger"))


def _documents(head: DossierHead, members: dict[str, bytes], parts: dict[str, str]) -> None:
    given = {one.sha256 for one in head.documents if one.given}
    named = {name.partition("/")[2] for name in parts if name.startswith("documents/")}
    wrong = any(parts[f"documents/{digest}"] != digest for digest in named)
    if given != named or wrong:
        raise unverified(_("its documents are not those that the statement names"))
    for name, content in members.items():
        if name.startswith("documents/") and archive.is_archive(content):
            raise malformed(_("a document in it is an archive"))


def _consistency(content: bytes | None) -> tuple[int, tuple[str, ...]]:
    if content is None:
        return 0, ()
    first, *path = _text(content).split("\n")
    since = decimal(first.removeprefix("old "))
    if not since or not first.startswith("old ") or path.pop() or len(path) > proofs.MAX_PATH:
        raise malformed(_("its proof of growth cannot be read"))
    for step in path:
        decode64(step)
    return since, tuple(path)


def _finding(row: bytes) -> FindingLine:
    try:
        line = strict_json.parse(row)
        said, rule = line["finding"], line.get("rule")
        return FindingLine(
            rule=str(said["rule"]),
            subject=f"{said['subject']['kind']}:{said['subject']['id']}",
            outcome=str(said["outcome"]),
            reason=str(said["reason"]),
            condition=str(said.get("condition", "")),
            evidence=tuple(int(one["index"]) for one in said.get("judged", ())),
            explanation=msgspec.convert(said.get("explanation"), Explanation | None),
            told=msgspec.convert(rule, ToldRule) if rule else None,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise malformed(_("a finding in it cannot be read")) from error


_ANY_CHECKPOINT = f"-\n0\n{'A' * 43}=\n\n— - AAAAAAAA\n"
