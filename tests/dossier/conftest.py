# SPDX-License-Identifier: Apache-2.0
"""A small dossier: a ledger of three entries of which two go along, and one finding."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import pytest

from shirube import dossier
from shirube.evidence import keys, open_book
from shirube.evidence.handing_over import hand_over
from shirube.evidence.keys import SigningKey
from shirube.ledger import checkpoint as checkpoints
from shirube.terms.document import Document
from shirube.terms.dossier import DocumentDigest, DossierHead, LeftOut, PackDigest
from shirube.terms.evidence import DocumentSeal
from shirube.terms.finding import Finding, Outcome, Reason
from shirube.terms.subject import Subject

NOW = dt.datetime(2026, 11, 1, 9, 0, tzinfo=dt.UTC)
PAPER = b"Our policy.\n"


@dataclass(frozen=True)
class World:
    """An operator's folder and key, and its dossier."""

    folder: Path
    key: SigningKey
    head: DossierHead
    chosen: dossier.Chosen
    content: bytes

    @property
    def public_key(self) -> Path:
        return self.folder / keys.PUBLIC_KEY


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    import hashlib

    folder = tmp_path_factory.mktemp("operator")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHIRUBE_KEY_DIR", str(tmp_path_factory.mktemp("keys")))
        key = keys.create("six", folder=folder)
        digest = hashlib.sha256(PAPER).hexdigest()
        seals = [
            DocumentSeal(
                document=Document(id=name, kinds=("governance_policy",), file="policy.md"),
                sha256=digest,
                bytes=len(PAPER),
            )
            for name in ("policy", "second", "third")
        ]
        with open_book(folder, key=key, create=True) as book:
            sealed = book.seal(seals, now=NOW)
    handed = hand_over(folder, [0, 2])
    checkpoint = checkpoints.verify(handed.checkpoint, key.public.raw)
    head = DossierHead(
        operator_id="six",
        operator_name="六行商店",
        corporate_number="1000000000123",
        on=dt.date(2026, 11, 1),
        sealed_at=NOW,
        tool_version="0",
        origin=checkpoint.origin,
        leaves=3,
        root=checkpoint.root.hex(),
        packs=(PackDigest(id="own", version="1", sha256="ab" * 32),),
        documents=(
            DocumentDigest(id="policy", kinds=("governance_policy",), sha256=digest, given=True),
        ),
        left_out=(
            LeftOut(index=1, kind="document", sha256=sealed[1].sha256, declared_id="second"),
        ),
    )
    chosen = dossier.Chosen(
        checkpoint=handed.checkpoint,
        envelopes=handed.envelopes,
        proofs=handed.proofs,
        findings=(
            Finding(
                rule="own/policy",
                subject=Subject("operator", "six"),
                on=dt.date(2026, 11, 1),
                outcome=Outcome.SHOWN,
                reason=Reason.CONDITION_HOLDS,
                thresholds={"least": 0.5},
            ),
        ),
        documents=(PAPER,),
        stamps=(b"a time stamp",),
    )
    return World(folder, key, head, chosen, dossier.seal(head, chosen, key.private))
