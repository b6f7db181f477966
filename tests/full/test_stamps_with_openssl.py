# SPDX-License-Identifier: Apache-2.0
"""OpenSSL answers our requests, verifies what we keep, and verifies our envelopes.

A time-stamping authority of our own, made by OpenSSL: a root and a certificate for stamps.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from on_this_machine import need_package, program

from shirube import evidence
from shirube.api import operator
from shirube.cli.__main__ import main
from shirube.evidence import keys
from shirube.evidence import statement as statements
from shirube.evidence.keys import SigningKey
from shirube.terms.document import Document
from shirube.terms.errors import Problem
from shirube.terms.evidence import DocumentSeal

pytestmark = pytest.mark.full

NOW = dt.datetime(2026, 11, 1, 9, 0, tzinfo=dt.UTC)
POLICY = "1.2.3.4.1"
_TSA = f"""\
[tsa]
default_tsa = ours
[ours]
serial = serial
crypto_device = builtin
signer_cert = tsa.pem
signer_key = tsa.key
default_policy = {POLICY}
digests = sha256, sha512
tsa_name = yes
ess_cert_id_alg = sha256
signer_digest = sha256
"""
_FOR_STAMPS = """\
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
"""
_P256 = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]


@dataclass(frozen=True)
class Authority:
    """A time-stamping authority in a folder."""

    home: Path

    @property
    def root(self) -> Path:
        return self.home / "root.pem"

    def openssl(self, *words: object, check: bool = True) -> int:
        command = [program("openssl"), *map(str, words)]
        done = subprocess.run(command, cwd=self.home, capture_output=True, check=check)
        return done.returncode

    def answer(self, request: Path, reply: Path, *, chain: bool = False) -> Path:
        settings = "chain.cnf" if chain else "tsa.cnf"
        self.openssl("ts", "-reply", "-config", settings, "-queryfile", request, "-out", reply)
        return reply

    def accepts(self, reply: Path, data: Path) -> bool:
        words = ("ts", "-verify", "-in", reply, "-data", data, "-CAfile", self.root)
        return self.openssl(*words, check=False) == 0


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    need_package("rfc3161_client")
    made = Authority(tmp_path_factory.mktemp("tsa"))
    home = made.home
    made.openssl(
        "req", "-x509", *_P256, "-keyout", "root.key", "-out", "root.pem", "-days", "3650",
        "-subj", "/CN=Our root",
    )  # fmt: skip
    made.openssl(
        "req", *_P256, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/O=Clock/CN=Our stamps"
    )
    (home / "extensions").write_text(_FOR_STAMPS)
    made.openssl(
        "x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key",
        "-CAcreateserial", "-days", "3650", "-extfile", "extensions", "-out", "tsa.pem",
    )  # fmt: skip
    (home / "serial").write_text("01\n")
    (home / "tsa.cnf").write_text(_TSA)
    # With a chain file OpenSSL writes the SET of certificates out of order.
    (home / "chain.pem").write_text(
        (home / "root.pem").read_text() + (home / "tsa.pem").read_text()
    )
    (home / "chain.cnf").write_text(_TSA + "certs = chain.pem\n")
    return made


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHIRUBE_KEY_DIR", str(tmp_path / "keys"))
    home = tmp_path / "operator"
    home.mkdir()
    keys.create("six", folder=home)
    grow(home, "first")
    return home


def grow(folder: Path, word: str) -> None:
    paper = Document(id=word, kinds=("policy",), absent=True)
    with evidence.open_book(folder, key=keys.load("six", folder=folder), create=True) as book:
        book.seal([DocumentSeal(document=paper)], now=NOW)


@pytest.mark.parametrize("digest", ["sha256", "sha512"])
def test_openssl_answers_our_request_and_both_verify_what_we_keep(
    authority: Authority, folder: Path, tmp_path: Path, digest: str
) -> None:
    asked, leaves = operator.request_stamp(folder, digest=digest)  # type: ignore[arg-type]
    reply = authority.answer(asked, tmp_path / "reply.tsr")
    kept = operator.add_stamp(folder, reply)
    assert (leaves, kept.leaves, kept.state) == (1, 1, "present")
    (found,) = operator.check_stamps(folder, roots=[authority.root])
    told = (found.state, found.policy, found.authority, found.reason)
    assert told == ("verified", POLICY, "CN=Our stamps,O=Clock", "")
    assert found.at is not None
    assert abs(found.at - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=10)
    stored = folder / ".shirube" / "stamps" / found.file
    assert stored.read_bytes() == reply.read_bytes()
    checkpoint = folder / ".shirube" / "checkpoint"
    assert authority.accepts(stored, checkpoint)
    # What OpenSSL refuses we refuse too: another head under the same stamp.
    grow(folder, "second")
    assert not authority.accepts(stored, checkpoint)
    (older,) = operator.verify(folder, roots=[authority.root]).stamps
    assert (older.leaves, older.state) == (1, "verified")


def test_openssl_s_own_request_over_the_checkpoint_is_taken_in_as_well(
    authority: Authority, folder: Path, tmp_path: Path
) -> None:
    query = tmp_path / "theirs.tsq"
    checkpoint = folder / ".shirube" / "checkpoint"
    authority.openssl("ts", "-query", "-data", checkpoint, "-sha512", "-cert", "-out", query)
    operator.add_stamp(folder, authority.answer(query, tmp_path / "theirs.tsr"))
    (found,) = operator.check_stamps(folder, roots=[authority.root])
    assert found.state == "verified"


def test_a_token_that_the_strict_parser_cannot_take_is_kept_and_told(
    authority: Authority, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked, _leaves = operator.request_stamp(folder)
    reply = authority.answer(asked, tmp_path / "chain.tsr", chain=True)
    assert operator.add_stamp(folder, reply).state == "unreadable"
    (found,) = operator.check_stamps(folder, roots=[authority.root])
    assert (found.state, found.at) == ("unreadable", None)
    assert "InvalidSetOrdering" in found.reason
    stored = folder / ".shirube" / "stamps" / found.file
    assert authority.accepts(stored, folder / ".shirube" / "checkpoint")
    with pytest.raises(SystemExit) as left:
        main(["ledger", "stamp", "check", str(folder), "--roots", str(authority.root)])
    assert left.value.code == 3
    assert "present, not verifiable by the strict parser" in capsys.readouterr().out


def test_a_stamp_of_a_stranger_and_a_changed_one_do_not_hold(
    authority: Authority, folder: Path, tmp_path: Path
) -> None:
    asked, _leaves = operator.request_stamp(folder)
    reply = authority.answer(asked, tmp_path / "reply.tsr")
    operator.add_stamp(folder, reply)
    stranger = tmp_path / "stranger.pem"
    authority.openssl(
        "req", "-x509", *_P256, "-keyout", tmp_path / "k", "-out", stranger, "-subj", "/CN=Our root"
    )
    (found,) = operator.check_stamps(folder, roots=[stranger])
    assert found.state == "refused"
    stored = folder / ".shirube" / "stamps" / found.file
    content = stored.read_bytes()
    for at in range(0, len(content), 7):
        stored.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        (changed,) = operator.check_stamps(folder, roots=[authority.root])
        same = (changed.at, changed.policy, changed.serial)
        assert changed.state in {"refused", "unreadable"} or same == (
            found.at, found.policy, found.serial
        ), at  # fmt: skip
    (tmp_path / "other.tsr").write_bytes(reply.read_bytes()[:40])
    with pytest.raises(Problem, match="none of this ledger's checkpoints"):
        operator.add_stamp(folder, tmp_path / "other.tsr")


@pytest.mark.parametrize("algorithm", ["ed25519", "p256"])
def test_openssl_verifies_our_signature_over_the_bytes_that_dsse_signs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, algorithm: str
) -> None:
    monkeypatch.setenv("SHIRUBE_KEY_DIR", str(tmp_path / "keys"))
    key = keys.create("six", algorithm=algorithm)  # type: ignore[arg-type]
    assert openssl_accepts(tmp_path, key, changed=False)
    assert not openssl_accepts(tmp_path, key, changed=True)


def openssl_accepts(place: Path, key: SigningKey, *, changed: bool) -> bool:
    paper = DocumentSeal(document=Document(id="policy", kinds=("policy",), absent=True))
    sealed = json.loads(statements.seal(paper, key, NOW))
    body, kind = base64.b64decode(sealed["payload"]), sealed["payloadType"].encode()
    message = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(body), body)
    (place / "signed").write_bytes(message[:-1] + b"]" if changed else message)
    (place / "signature").write_bytes(base64.b64decode(sealed["signatures"][0]["sig"]))
    (place / "key.pem").write_bytes(key.public.pem)
    words = ["pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin", "-in", "signed"]
    done = subprocess.run(
        [program("openssl"), *words, "-sigfile", "signature"],
        cwd=place,
        capture_output=True,
        check=False,
    )
    return done.returncode == 0
