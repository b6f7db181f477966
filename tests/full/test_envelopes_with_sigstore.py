# SPDX-License-Identifier: Apache-2.0
"""``@sigstore/verify``, in another language and by other hands, verifies our envelopes."""

from __future__ import annotations

import base64
import datetime as dt
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from on_this_machine import need, program

from shirube.evidence import keys
from shirube.evidence import statement as statements
from shirube.evidence.keys import SigningKey
from shirube.terms.document import Document
from shirube.terms.evidence import DocumentSeal

pytestmark = pytest.mark.full

_NODE = Path(__file__).parent.parent.parent / "build" / "node-sigstore"
_PACKAGES = ("@sigstore/verify@3", "@sigstore/bundle@4")

# Reads a key and bundles; tells of each whether it was accepted. Every threshold is 0: nothing but
# the signature under the key that we name is asked for.
_VERIFY = """
const crypto = require('crypto');
const { bundleFromJSON } = require('@sigstore/bundle');
const { Verifier, toSignedEntity } = require('@sigstore/verify');
const { key, bundles } = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const trusted = {
  certificateAuthorities: [], timestampAuthorities: [], tlogs: [], ctlogs: [],
  publicKey: () => ({ publicKey: crypto.createPublicKey(key), validFor: () => true }),
};
const none = { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 };
const told = bundles.map(bundle => {
  try {
    new Verifier(trusted, none).verify(toSignedEntity(bundleFromJSON(bundle)));
    return '';
  } catch (error) {
    return String(error);
  }
});
process.stdout.write(JSON.stringify(told));
"""


@pytest.fixture(scope="module")
def verify():
    """Return a function that asks ``@sigstore/verify``, fetched once by npm."""
    node, npm = program("node"), program("npm")
    if not (_NODE / "node_modules" / "@sigstore" / "verify").is_dir():
        _NODE.mkdir(parents=True, exist_ok=True)
        fetched = subprocess.run(
            [npm, "install", "--prefix", _NODE, "--no-save", "--no-audit", *_PACKAGES],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        need(
            (_NODE / "node_modules" / "@sigstore" / "bundle").is_dir(),
            f"@sigstore/verify could not be fetched: {fetched.stderr[-500:]}",
        )

    def ask(key: SigningKey, envelopes: list[dict[str, Any]]) -> list[str]:
        bundles = [
            {
                "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
                "verificationMaterial": {"publicKey": {"hint": key.public.key_id}},
                "dsseEnvelope": envelope,
            }
            for envelope in envelopes
        ]
        told = subprocess.run(
            [node, "-e", _VERIFY],
            input=json.dumps({"key": key.public.pem.decode(), "bundles": bundles}),
            capture_output=True,
            text=True,
            check=True,
            cwd=_NODE,
        )
        return json.loads(told.stdout)

    return ask


@pytest.mark.parametrize("algorithm", ["ed25519", "p256"])
def test_sigstore_accepts_our_envelope_and_refuses_a_changed_one(
    verify, tmp_path, monkeypatch, algorithm
) -> None:
    monkeypatch.setenv("SHIRUBE_KEY_DIR", str(tmp_path))
    key = keys.create("acme", algorithm=algorithm)
    record = DocumentSeal(document=Document(id="policy", kinds=("policy",), absent=True))
    now = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    whole: dict[str, Any] = json.loads(statements.seal(record, key, now))
    payload = base64.b64decode(whole["payload"]).replace(b"policy", b"policx")
    other_payload = {**whole, "payload": base64.b64encode(payload).decode()}
    other_type = {**whole, "payloadType": "application/json"}
    accepted, *refused = verify(key, [whole, other_payload, other_type])
    assert accepted == ""
    assert all("signature" in why for why in refused), refused
    assert verify(keys.create("other", algorithm=algorithm), [whole]) != [""]
