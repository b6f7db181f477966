# SPDX-License-Identifier: Apache-2.0
"""Signed statements: what in-toto and DSSE ask for, read back only with the right key."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import subprocess
from pathlib import Path
from shutil import which

import jsonschema_rs
import pytest

import shirube
from shirube.evidence import codec, keys
from shirube.evidence import statement as statements
from shirube.evidence.statement import UnverifiedEvidence
from shirube.ledger.envelope import PAYLOAD_TYPE
from shirube.terms.document import Document
from shirube.terms.evidence import (
    DocumentSeal,
    ModelSeal,
    ModelSignature,
    PackAdoption,
    Withdrawal,
)
from shirube.terms.manifest import Model
from shirube.terms.measurement import Input
from shirube.terms.text import Text

SCHEMAS = Path(shirube.__file__).parent / "schemas"


def payload(envelope: bytes) -> dict:
    return json.loads(base64.b64decode(json.loads(envelope)["payload"]))


def resigned(statement: dict, key) -> bytes:
    """Sign any statement with the operator's own key, as a forger inside the house could."""
    from securesystemslib.dsse import Envelope
    from securesystemslib.signer import CryptoSigner

    envelope = Envelope(codec.dump(statement), PAYLOAD_TYPE, {})
    envelope.sign(CryptoSigner(key.private, key.public.for_envelopes.key))
    return codec.dump(envelope.to_dict())


def adoption() -> PackAdoption:
    return PackAdoption(
        pack="house",
        title=Text("社内規程", "House rules"),
        version="2",
        sha256="ab" * 32,
        reason="read",
        author="Board",
        date=dt.date(2026, 11, 1),
        added=("house/one",),
        moved=3,
    )


def test_an_adoption_is_sealed_under_the_digest_of_its_pack(key, now) -> None:
    sealed = statements.unseal(statements.seal(adoption(), key, now), key.public)
    assert (sealed.kind, sealed.item) == ("adoption", adoption())
    assert sealed.subjects == (("pack house", "ab" * 32),)


def withdrawal() -> Withdrawal:
    return Withdrawal(index=0, reason="wrong file", author="Sato", date=dt.date(2026, 11, 2))


def sealed_model() -> ModelSeal:
    return ModelSeal(
        model=Model(id="scorer", name=Text("採点モデル", "Scorer"), version="1"),
        files=(Input(name="weights.bin", sha256="cd" * 32, bytes=256),),
        signature=ModelSignature(sha256="ef" * 32, public_key="-----BEGIN PUBLIC KEY-----"),
    )


def test_the_subjects_of_a_model_are_its_files(key, now) -> None:
    statement = payload(statements.seal(sealed_model(), key, now))
    assert statement["subject"] == [{"name": "weights.bin", "digest": {"sha256": "cd" * 32}}]
    sealed = statements.unseal(statements.seal(sealed_model(), key, now), key.public)
    assert (sealed.kind, sealed.item) == ("model", sealed_model())


def test_the_subjects_of_a_measurement_are_its_files(measured, key, now) -> None:
    statement = payload(statements.seal(measured(), key, now))
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert statement["subject"] == [{"name": "data/release.csv", "digest": {"sha256": "ab" * 32}}]
    assert statement["predicateType"].endswith("/predicates/measurement/v1")


def test_a_statement_without_a_file_is_about_the_record_itself(measured, key, now) -> None:
    absent = DocumentSeal(document=Document(id="policy", kinds=("policy",), absent=True))
    failed = measured(inputs=(), failure="the file is empty", values=())
    for item, name in ((absent, "document:policy"), (failed, "measurement:release_k")):
        (subject,) = payload(statements.seal(item, key, now))["subject"]
        assert subject["name"] == name
        assert len(subject["digest"]["sha256"]) == 64


def test_a_withdrawal_is_about_the_envelope_of_the_run(key, now) -> None:
    statement = payload(statements.seal(withdrawal(), key, now, named="ef" * 32))
    assert statement["subject"] == [{"name": "leaf 0", "digest": {"sha256": "ef" * 32}}]


@pytest.mark.parametrize("algorithm", ["ed25519", "p256"])
def test_what_was_sealed_is_read_back_with_the_public_key(measured, policy, now, algorithm) -> None:
    key = keys.create("acme", algorithm=algorithm)
    for item in (measured(), policy, withdrawal()):
        sealed = statements.unseal(statements.seal(item, key, now, named="ef" * 32), key.public)
        assert (sealed.item, sealed.sealed_at) == (item, now)


def test_the_same_record_never_gives_the_same_bytes_twice(measured, key, now) -> None:
    # The salt keeps anybody from guessing a record and comparing its digest with a leaf.
    first, second = (payload(statements.seal(measured(), key, now)) for _ in range(2))
    assert first["predicate"].pop("salt") != second["predicate"].pop("salt")
    assert first == second


def test_another_key_is_refused(measured, key, now) -> None:
    with pytest.raises(UnverifiedEvidence, match="did not sign"):
        statements.unseal(statements.seal(measured(), key, now), keys.create("other").public)


def test_a_changed_payload_or_type_is_refused(measured, key, now) -> None:
    envelope = json.loads(statements.seal(measured(), key, now))
    changed = payload(codec.dump(envelope))
    changed["predicate"]["measurement"]["values"][0]["value"] = {"number": "5"}
    for name, value in (
        ("payload", base64.b64encode(codec.dump(changed)).decode()),
        ("payloadType", "application/json"),
        ("signatures", []),
    ):
        with pytest.raises(UnverifiedEvidence):
            statements.unseal(codec.dump(envelope | {name: value}), key.public)


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{}", b"null", b'{"payload":1,"payloadType":2,"signatures":3}'],
)
def test_what_is_no_envelope_is_refused(content: bytes, key) -> None:
    with pytest.raises(codec.Unreadable):
        statements.unseal(content, key.public)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("_type", "https://in-toto.io/Statement/v0.1"),
        ("predicateType", "https://slsa.dev/provenance/v1"),
        ("subject", []),
        ("subject", [{"name": "another.csv", "digest": {"sha256": "ab" * 32}}]),
        ("subject", [{"name": "data/release.csv", "digest": {"sha256": "00" * 32}}]),
        ("predicate", {}),
        ("predicate", []),
    ],
)
def test_a_statement_that_binds_something_else_is_refused(
    measured, key, now, name: str, value: object
) -> None:
    statement = payload(statements.seal(measured(), key, now))
    with pytest.raises(codec.Unreadable):
        statements.unseal(resigned(statement | {name: value}, key), key.public)


@pytest.mark.parametrize("kind", ["measurement", "document", "model", "withdrawal", "adoption"])
def test_every_statement_fits_its_published_schema(kind, measured, policy, key, now) -> None:
    item = {
        "measurement": measured(),
        "document": policy,
        "model": sealed_model(),
        "withdrawal": withdrawal(),
        "adoption": adoption(),
    }[kind]
    schema = json.loads((SCHEMAS / f"statement_{kind}.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema_rs.validator_for(schema, validate_formats=True)
    statement = payload(statements.seal(item, key, now, named="ef" * 32))
    validator.validate(statement)
    assert schema["properties"]["predicateType"]["const"] == statements.predicate_type(kind)
    bare = json.loads(json.dumps(statement))
    bare["predicate"][kind]["surprise"] = 1
    assert not validator.is_valid(bare)
    del bare["predicate"][kind]["surprise"], bare["predicate"]["salt"]
    assert not validator.is_valid(bare)


@pytest.mark.skipif(which("openssl") is None, reason="openssl is not installed")
def test_openssl_verifies_an_envelope(measured, key, now, tmp_path: Path) -> None:
    envelope = json.loads(statements.seal(measured(), key, now))
    body, kind = base64.b64decode(envelope["payload"]), envelope["payloadType"].encode()
    signed = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(body), body)
    for name, content in (
        ("signed", signed),
        ("signature", base64.b64decode(envelope["signatures"][0]["sig"])),
        ("key.pem", key.public.pem),
    ):
        (tmp_path / name).write_bytes(content)
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin"]
    command += ["-in", "signed", "-sigfile", "signature"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 0
    (tmp_path / "signed").write_bytes(signed[:-1] + b"]")
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode != 0


def test_a_record_sealed_before_a_field_was_known_still_reads(key, now) -> None:
    # What a version without `signatories` sealed: the digest is that of that record.
    absent = DocumentSeal(document=Document(id="policy", kinds=("policy",), absent=True))
    statement = payload(statements.seal(absent, key, now))
    record = statement["predicate"]["document"]
    del record["document"]["signatories"]
    statement["subject"][0]["digest"]["sha256"] = hashlib.sha256(codec.dump(record)).hexdigest()
    assert statements.unseal(resigned(statement, key), key.public).item == absent
    record["document"]["kinds"] = ["another"]
    with pytest.raises(codec.Unreadable):
        statements.unseal(resigned(statement, key), key.public)
