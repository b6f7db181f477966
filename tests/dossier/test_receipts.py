# SPDX-License-Identifier: Apache-2.0
"""No byte of a receipt, or of its cosigned head, is free."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shirube.dossier import RefusedDossier, receipts
from shirube.ledger import cosignature, note
from shirube.ledger import envelope as envelopes
from shirube.terms.dossier import PackDigest
from shirube.terms.errors import Problem
from shirube.terms.receipt import Entered, Receipt

if TYPE_CHECKING:
    from tests.dossier.conftest import World

DAY = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def authority() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


@pytest.fixture
def receipt(world: World, authority: Ed25519PrivateKey) -> Receipt:
    signed = cosignature.cosign(note.parse(world.chosen.checkpoint), "bureau", authority, at=DAY)
    return Receipt(
        authority="bureau",
        dossier_sha256="ab" * 32,
        operator_id="six",
        at=DAY,
        properties=("SHIRUBE_NOTHING_REDACTED",),
        packs=(PackDigest(id="own", version="1", sha256="cd" * 32),),
        checkpoint=note.render(signed),
        entered=Entered(proof="a proof", answer="an envelope", growth={"2": ("AAAA", "BBBB")}),
    )


def _flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ (1 << at % 8)]) + content[at + 1 :]


def test_every_changed_byte_of_a_receipt_is_refused(
    receipt: Receipt, authority: Ed25519PrivateKey
) -> None:
    written = receipts.sign(receipt, authority)
    assert receipts.read(written, authority.public_key()) == receipt
    for at in range(len(written)):
        with pytest.raises(RefusedDossier):
            receipts.read(_flipped(written, at), authority.public_key())


def test_every_changed_byte_of_a_cosigned_head_is_refused(
    world: World, receipt: Receipt, authority: Ed25519PrivateKey
) -> None:
    operator = world.key.public.raw
    head = receipts.cosigned(receipt, operator, authority.public_key())
    assert head.size == 3
    content = receipt.checkpoint.encode()
    free = []
    for at in range(len(content)):
        try:
            changed = _flipped(content, at).decode()
            other = msgspec.structs.replace(receipt, checkpoint=changed)
            receipts.cosigned(other, operator, authority.public_key())
        except (UnicodeDecodeError, Problem):
            continue
        free.append(at)
    assert free == []


def test_a_signed_text_that_is_no_receipt_is_refused(authority: Ed25519PrivateKey) -> None:
    for payload in (b"{}", b'{"predicate":{},"subject":[]}', b"[]", b'"receipt"', b"null"):
        written = envelopes.sign(payload, authority)
        with pytest.raises(RefusedDossier):
            receipts.read(written, authority.public_key())
