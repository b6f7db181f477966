# SPDX-License-Identifier: Apache-2.0
"""Our witness over HTTP, and logs and witnesses by other hands.

``sigsum-witness`` (Debian ``sigsum-go``) and ``spicy-litetlog`` (Debian ``litetlog``) are asked
where they are installed; where they are not, the reason is printed and nothing is claimed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import http.client
import os
import socket
import subprocess
import threading
import time
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shirube import evidence
from shirube.api import authority, operator
from shirube.api.authority.office import open_office
from shirube.api.authority.witness_server import WitnessServer, make_server
from shirube.evidence import keys
from shirube.ledger import checkpoint as checkpoints
from shirube.ledger import cosignature, proof, tree, witness
from shirube.ledger.signatures import COSIGNATURE_ED25519, Verifier, parse_key
from shirube.ledger.texts import decode64, encode64
from shirube.ledger.witness import Growth
from shirube.terms.document import Document
from shirube.terms.errors import Problem
from shirube.terms.evidence import DocumentSeal

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.full, pytest.mark.enable_socket]

NOW = dt.datetime(2026, 11, 1, 9, 0, tzinfo=dt.UTC)


class Log:
    """A log in memory under a name of its own."""

    def __init__(self, origin: str, key: Ed25519PrivateKey, size: int, word: str = "entry") -> None:
        self.entries = [f"{word} {index}".encode() for index in range(size)]
        made, edge = tree.grow(0, [], map(tree.leaf_hash, self.entries))
        self.rows = {level: row for level, _start, row in made}
        self.size = size
        head = checkpoints.Checkpoint(origin, size, tree.fold(edge))
        self.signed = checkpoints.sign(head, key)

    def node(self, level: int, index: int) -> bytes:
        return self.rows[level][index]

    def asked(self, old: int) -> bytes:
        path = tree.consistency_proof(self.node, min(old, self.size), self.size)
        return witness.render(Growth(old, tuple(path), self.signed))


def post(port: int, body: bytes, path: str = "/add-checkpoint") -> tuple[int, str, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("POST", path, body)
    reply = connection.getresponse()
    told = reply.status, reply.read().decode(), reply.headers.get("Content-Type", "")
    connection.close()
    return told


# --- Ours ----------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHIRUBE_KEY_DIR", str(tmp_path / "keys"))
    home = tmp_path / "operator"
    home.mkdir()
    keys.create("six", folder=home)
    grow(home, 2)
    return home


def grow(folder: Path, count: int) -> None:
    papers = [Document(id=f"paper{n}", kinds=("policy",), absent=True) for n in range(count)]
    with evidence.open_book(folder, key=keys.load("six", folder=folder), create=True) as book:
        book.seal([DocumentSeal(document=paper) for paper in papers], now=NOW)


@pytest.fixture
def served(tmp_path: Path, folder: Path) -> Iterator[WitnessServer]:
    office = tmp_path / "office"
    authority.init_office(office, "bureau")
    authority.register_operator(
        office, "six", folder / keys.PUBLIC_KEY, fingerprint=keys.public(folder).key_id,
        corporate_number="8700110005901", approver="Section chief",
    )  # fmt: skip
    told: list[str] = []
    server = make_server(office, "127.0.0.1:0", tell=told.append)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_an_operator_asks_our_witness_at_its_address(served: WitnessServer, folder: Path) -> None:
    verifier_key = open_office(served.folder).verifier_key
    seen, leaves = operator.cosign_ask(folder, served.url, witness_key=verifier_key)
    assert (seen.name, leaves) == ("bureau", 2)
    grow(folder, 3)
    # A new machine has no memory of the first head: it is told the size and asks again.
    (folder / ".shirube/witnessed/bureau.checkpoint").unlink()
    assert operator.cosign_ask(folder, served.url, witness_key=verifier_key)[1] == 5
    with pytest.raises(Problem, match="404"):
        operator.cosign_ask(folder, f"{served.url}/elsewhere", witness_key=verifier_key)
    with pytest.raises(Problem, match="no address"):
        operator.cosign_ask(folder, "file:///etc/passwd", witness_key=verifier_key)


def test_our_witness_answers_strangers_and_nonsense_with_the_right_status(
    served: WitnessServer,
) -> None:
    port = served.server_address[1]
    unknown = Log("shirube/ten", Ed25519PrivateKey.generate(), 3)
    forged = Log("shirube/six", Ed25519PrivateKey.generate(), 3)
    assert post(port, unknown.asked(0))[0] == 404
    assert post(port, forged.asked(0))[0] == 403
    assert post(port, b"nonsense")[0] == 400
    assert post(port, b"", path="/")[0] == 404
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.putrequest("POST", "/add-checkpoint")
    connection.putheader("Content-Length", str(10**9))
    connection.endheaders()
    assert connection.getresponse().status == 400
    connection.close()


def test_sixteen_at_once_are_answered_one_after_the_other(
    served: WitnessServer, folder: Path, tmp_path: Path
) -> None:
    verifier_key = open_office(served.folder).verifier_key
    operator.cosign_request(folder, tmp_path / "body", witness_key=verifier_key)
    body, port = (tmp_path / "body").read_bytes(), served.server_address[1]
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda: statuses.append(post(port, body)[0])) for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # One of them is first; to the others the witness then holds a head of two entries.
    assert sorted(statuses) == [200, *[409] * 15]


def test_an_address_that_cannot_be_opened_is_told(served: WitnessServer) -> None:
    port = served.server_address[1]
    for listen in (f"127.0.0.1:{port}", "localhost:80a", "somewhere", "256.0.0.1:80"):
        with pytest.raises(Problem, match="cannot be listened at"):
            make_server(served.folder, listen, tell=print)


# --- sigsum-witness ------------------------------------------------------------------------------


@pytest.fixture
def sigsum(tmp_path: Path) -> Iterator[tuple[int, Ed25519PrivateKey, Ed25519PublicKey]]:
    if which("sigsum-witness") is None:
        pytest.skip("sigsum-witness (Debian sigsum-go) is not installed; its word is not claimed")
    log_key, own = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    form = serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH
    secret = own.private_bytes(*form, serialization.NoEncryption())
    (tmp_path / "witness").write_bytes(secret)
    (tmp_path / "witness").chmod(0o600)
    for name, key in (("witness.pub", own), ("log.pub", log_key)):
        line = key.public_key().public_bytes(
            serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
        )
        (tmp_path / name).write_bytes(line + b"\n")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # Debian builds it without the version of go.mod; without this every path is 404.
    process = subprocess.Popen(
        [
            "sigsum-witness", "-k", str(tmp_path / "witness"), "--log-key",
            str(tmp_path / "log.pub"), "--state-file", str(tmp_path / "state"),
            f"127.0.0.1:{port}",
        ],
        env={**os.environ, "GODEBUG": "httpmuxgo121=0"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _until_open(port)
        yield port, log_key, own.public_key()
    finally:
        process.terminate()
        process.wait()


def _until_open(port: int) -> None:
    for _attempt in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("the witness did not begin to listen")


def test_sigsum_witness_cosigns_our_growth_and_refuses_what_our_witness_refuses(
    sigsum: tuple[int, Ed25519PrivateKey, Ed25519PublicKey],
) -> None:
    port, key, own = sigsum
    raw = key.public_key().public_bytes_raw()
    origin = f"sigsum.org/v1/tree/{hashlib.sha256(raw).hexdigest()}"
    hundred, many = Log(origin, key, 100), Log(origin, key, 20_000)
    for log, old in ((hundred, 0), (many, 100)):
        status, body, _kind = post(port, log.asked(old))
        assert status == 200
        name = body.split(" ")[1]
        verifier = Verifier(name, COSIGNATURE_ED25519, own)
        seen = cosignature.verify(witness.with_lines(log.signed, body), verifier)
        assert abs(seen.at - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=5)
    status, body, _kind = post(port, many.asked(100))
    assert (status, body.strip()) == (409, "20000")
    # At equal size and another root the specification asks for 409; this witness says 422.
    assert post(port, Log(origin, key, 20_000, "other").asked(20_000))[0] in {409, 422}
    assert post(port, Log(origin, key, 20_001, "other").asked(20_000))[0] == 422
    assert post(port, Log(origin, Ed25519PrivateKey.generate(), 30_000).asked(20_000))[0] == 403


# --- spicy-litetlog ------------------------------------------------------------------------------


@pytest.fixture
def spicy() -> str:
    found = which("spicy-litetlog")
    if found is None:
        pytest.skip("spicy-litetlog (Debian litetlog) is not installed; its word is not claimed")
    return found


def test_we_verify_what_spicy_signed(spicy: str, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("one.txt", "two.txt", "three.txt")]
    for file in files:
        file.write_text(f"content of {file.name}\n")
    assets = tmp_path / "assets"
    assets.mkdir()
    key = tmp_path / "key.pem"
    made = _spicy(spicy, "-assets", assets, "-key", key, "-init", "example.com/spicy")
    assert made.returncode == 0, made.stderr
    signed = _spicy(spicy, "-assets", assets, "-key", key, *files)
    assert signed.returncode == 0, signed.stderr
    verifier = _vkey(made, assets, key)
    for file in files:
        given = _proof_of((tmp_path / f"{file.name}.spicy").read_text())
        head = proof.verify(given, file.read_bytes(), parse_key(verifier).key)
        assert (head.origin, head.size) == ("example.com/spicy", 3)


def test_spicy_accepts_our_proof_and_refuses_another_file(spicy: str, tmp_path: Path) -> None:
    key = Ed25519PrivateKey.generate()
    log = Log("example.com/ours", key, 7)
    verifier = verifier_key_of("example.com/ours", key)
    file = tmp_path / "entry.txt"
    file.write_bytes(log.entries[5])
    path = tree.inclusion_proof(log.node, 5, 7)
    steps = "".join(f"{encode64(step)}\n" for step in path)
    (tmp_path / "entry.txt.spicy").write_text(f"index 5\n{steps}\n{log.signed}")
    accepted = _spicy(spicy, "-verify", verifier, file)
    assert accepted.returncode == 0, accepted.stderr
    file.write_bytes(log.entries[5] + b"!")
    assert _spicy(spicy, "-verify", verifier, file).returncode != 0


def verifier_key_of(name: str, key: Ed25519PrivateKey) -> str:
    from shirube.ledger.note import verifier
    from shirube.ledger.signatures import render_key

    return render_key(verifier(name, key.public_key()))


def _spicy(program: str, *words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [program, *map(str, words)], capture_output=True, text=True, check=False, timeout=60
    )


def _vkey(made: subprocess.CompletedProcess[str], assets: Path, key: Path) -> str:
    texts = [made.stdout, made.stderr, *(_text(path) for path in assets.rglob("*"))]
    words = " ".join(texts).split()
    return next(word for word in words if word.startswith("example.com/spicy+"))


def _text(path: Path) -> str:
    return path.read_text(errors="replace") if path.is_file() else ""


def _proof_of(spice: str) -> proof.Proof:
    """Read a spicy signature: the older form of tlog-proof, without its first line."""
    head, _blank, checkpoint = spice.partition("\n\n")
    first, *steps = head.split("\n")
    index = int(first.removeprefix("index "))
    return proof.Proof(index, tuple(decode64(step) for step in steps), checkpoint)
