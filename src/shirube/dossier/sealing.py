# SPDX-License-Identifier: Apache-2.0
"""Seal a dossier: gather the parts, bind each by its digest, sign, and write one file.

What can enter is a closed list of records: envelopes of the ledger, findings, digests, and files
that the operator declared as documents. Counts of a table's classes and found texts are in none of
them, and there is no door for another kind of file.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING, Final

import msgspec

from shirube.dossier import archive, statement
from shirube.dossier.errors import RefusedDossier
from shirube.ledger import envelope, strict_json
from shirube.ledger import proof as proofs
from shirube.ledger.texts import encode64
from shirube.terms.dossier import ToldRule
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from shirube.ledger.proof import Proof
    from shirube.ledger.signatures import PrivateKey
    from shirube.terms.dossier import DossierHead
    from shirube.terms.finding import Finding
    from shirube.terms.rule import Rule

SALT_BYTES: Final = 32


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """What goes into a dossier.

    ``envelopes`` are the sealed statements by their index in the ledger, ``proofs`` one for each,
    all under ``checkpoint``. ``rules`` are those of the findings: their words and footing go along,
    because a reader may have no more of a pack than its digest. ``documents`` and ``stamps`` are
    the bytes of files, ``anchors`` older heads with the proof that the tree grew from there (as a
    witness is told it). ``consistency`` leads from the tree of ``since`` leaves to that of the
    checkpoint.
    """

    checkpoint: str
    envelopes: dict[int, bytes]
    proofs: tuple[Proof, ...]
    findings: tuple[Finding, ...]
    rules: tuple[Rule, ...] = ()
    documents: tuple[bytes, ...] = ()
    stamps: tuple[bytes, ...] = ()
    anchors: tuple[bytes, ...] = ()
    since: int = 0
    consistency: tuple[bytes, ...] = ()


def seal(head: DossierHead, chosen: Chosen, private: PrivateKey) -> bytes:
    """Return the file of the dossier.

    Raises
    ------
    RefusedDossier
        It would break a limit, or a document is an archive.
    """
    members = {
        archive.CHECKPOINT: chosen.checkpoint.encode(),
        archive.PROOFS: render_proofs(chosen.proofs),
        archive.EVIDENCE: lines(chosen.envelopes.values()),
        archive.FINDINGS: _findings(chosen),
    }
    if chosen.since:
        members[archive.CONSISTENCY] = render_consistency(chosen.since, chosen.consistency)
    for content in chosen.documents:
        if archive.is_archive(content):
            raise RefusedDossier(
                _("A document that was chosen is an archive (as Office files are)."),
                why=_("Whoever receives a dossier must not have to unpack anything in it."),
                remedy=_("Hand it over as PDF; its digest is in the dossier in any case."),
            )
        members[f"documents/{hashlib.sha256(content).hexdigest()}"] = content
    for number, content in enumerate(chosen.stamps):
        members[f"stamps/{number}.tsr"] = content
    for number, content in enumerate(chosen.anchors):
        members[f"anchors/{number}.txt"] = content
    parts = digests_of(members, list(chosen.envelopes))
    members[archive.STATEMENT] = envelope.sign(statement.render(head, parts), private)
    return archive.write(members)


def digests_of(members: Mapping[str, bytes], indexes: Sequence[int]) -> dict[str, str]:
    """Return the SHA-256 of every part by its name; lines are parts of their own."""
    parts: dict[str, str] = {}
    for name, content in sorted(members.items()):
        rows = split(content)
        if name == archive.EVIDENCE:
            named = zip(indexes, rows, strict=True)
            parts |= {f"evidence/{index}": _digest(row) for index, row in named}
        elif name == archive.FINDINGS:
            parts |= {f"findings/{number}": _digest(row) for number, row in enumerate(rows)}
        else:
            parts[name] = _digest(content)
    return parts


def finding_line(finding: Finding, rule: Rule | None = None) -> bytes:
    """Return a finding as one line, with a salt: nobody can guess a removed one from its digest."""
    told = {"finding": finding, **({"rule": told_rule(rule)} if rule else {})}
    spelled = {name: statement.spelled(msgspec.to_builtins(one)) for name, one in told.items()}
    return strict_json.dump({**spelled, "salt": secrets.token_hex(SALT_BYTES)})


def told_rule(rule: Rule) -> ToldRule:
    """Return what a reader must know of a rule who does not have its pack."""
    return ToldRule(
        title=rule.title,
        expectation=rule.expectation,
        citations=rule.citations,
        footing=rule.footing,
        status=rule.status,
        confidence=rule.confidence,
        text_held=rule.text_held,
        own_thresholds=rule.own_thresholds,
    )


def render_proofs(given: Sequence[Proof]) -> bytes:
    """Write the heads of the proofs; each with the member ``checkpoint`` behind it is a proof."""
    bare = (msgspec.structs.replace(one, checkpoint="") for one in given)
    return "".join(proofs.render(one) for one in bare).encode()


def render_consistency(since: int, path: Sequence[bytes]) -> bytes:
    """Write the proof that the tree only grew, as a witness is told it (C2SP tlog-witness)."""
    return "".join([f"old {since}\n", *(f"{encode64(step)}\n" for step in path)]).encode()


def lines(rows: Iterable[bytes]) -> bytes:
    """Write rows as lines; an empty one is a part that was removed."""
    return b"".join(row + b"\n" for row in rows)


def split(content: bytes) -> list[bytes]:
    """Return the lines; what stands behind the last line end is one as well."""
    rows = content.split(b"\n")
    return rows if rows[-1] else rows[:-1]


def _findings(chosen: Chosen) -> bytes:
    rules = {rule.ref: rule for rule in chosen.rules}
    return lines(finding_line(finding, rules.get(finding.rule)) for finding in chosen.findings)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
