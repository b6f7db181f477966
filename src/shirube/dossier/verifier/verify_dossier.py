# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: D103, T201 - a program for a terminal; what a short name says is not said twice
"""Verify a Shirube dossier with nothing but this file, Python and the package ``cryptography``.

    python verify_dossier.py DOSSIER --public-key public_key.pem [--witness NAME+ID+KEY ...]

For somebody who trusts neither Shirube nor the operator: it shares no code with Shirube, writes no
file and opens no connection. Ends with 0 when all holds, with 1 and the first thing that does not:

1. the file: a ZIP archive of stored members with known names, and no byte beside them;
2. the statement ``dossier.json``: a DSSE envelope signed with the operator's key; it gives the
   SHA-256 of every part (a member, or one line of ``evidence.jsonl`` and ``findings.jsonl``);
3. the parts: each has the digest that was signed, or was removed (redacted), which is told;
4. the checkpoint: the signed head of the operator's ledger, and the cosignatures asked for;
5. the proofs: each entry stands in the ledger (RFC 9162, 2.1.3.2), commits to its evidence, and
   the key that was then in use signed that evidence as well, not after it was revoked;
6. completeness: what is here and what is listed as left out are all entries of the ledger.

Not checked: time stamps, older heads, cosignatures of witnesses whose key was not given (told as
present); that what is dated before its key's revocation was there (told); that it is true.
"""

from __future__ import annotations

import argparse
import base64
import datetime as dt
import hashlib
import json
import re
import struct
import sys
import zlib
from pathlib import Path
from typing import Any, NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.hashes import SHA256

MAX_BYTES, MAX_MEMBERS = 64 * 1024 * 1024, 10_000
MAX_JSON, MAX_DEPTH, MAX_NODES = 16 * 1024 * 1024, 64, 1_000_000
NAMES = re.compile(
    r"dossier\.json|checkpoint|proofs\.txt|evidence\.jsonl|findings\.jsonl|consistency\.txt"
    r"|documents/[0-9a-f]{64}|stamps/[0-9]{1,4}\.tsr|anchors/[0-9]{1,4}\.txt"
)
LISTED = {"dossier.json", "evidence.jsonl", "findings.jsonl"}
ALWAYS = {*LISTED, "checkpoint", "proofs.txt"}
PREDICATES = "https://github.com/shirube-governance/shirube/predicates"
KINDS = ["measurement", "document", "model", "withdrawal", "erasure", "key_change", "adoption"]
moment = dt.datetime.fromisoformat


class Refused(Exception):
    """The first thing that does not hold."""


def refuse(reason: str) -> NoReturn:
    raise Refused(reason)


# --- 1. The file ---------------------------------------------------------------------------------
def write_archive(members: dict[str, bytes]) -> bytes:
    """Write the archive in the only way that is allowed: stored, without times, in one order."""
    body, directory = bytearray(), bytearray()
    for name in sorted(members, key=lambda name: (name != "dossier.json", name)):
        content, said, offset = members[name], name.encode(), len(body)
        crc, size = zlib.crc32(content), len(content)
        common = (10, 0, 0, 0, 0x21, crc, size, size, len(said), 0)
        body += struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", *common) + said + content
        tail = (0, 0, 0, 0o100644 << 16, offset)
        directory += struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\x01\x02", 788, *common, *tail) + said
    end = (0, 0, len(members), len(members), len(directory), len(body), 0)
    return bytes(body + directory + struct.pack("<4sHHHHIIH", b"PK\x05\x06", *end))


def read_archive(content: bytes) -> dict[str, bytes]:
    """Read the members, then ask that writing them again gives the very same file."""
    if len(content) > MAX_BYTES:
        refuse("the file is too long")
    members: dict[str, bytes] = {}
    at = 0
    while content[at : at + 4] == b"PK\x03\x04":
        if at + 30 > len(content):
            refuse("the file ends in the middle of a member")
        size, name_size = struct.unpack_from("<I", content, at + 22)[0], content[at + 26 : at + 28]
        start = at + 30 + int.from_bytes(name_size, "little")
        name = content[at + 30 : start].decode("ascii", errors="backslashreplace")
        if not NAMES.fullmatch(name) or name in members or len(members) >= MAX_MEMBERS:
            refuse(f"the member {name[:80]!r} is unknown, stands there twice, or is one too many")
        members[name] = content[start : start + size]
        at = start + size
    if not set(members) >= ALWAYS:
        refuse("this is not a dossier")
    if write_archive(members) != content:
        refuse("the archive holds something beside its members")
    return members


# --- JSON in one spelling only, within limits ----------------------------------------------------
TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[][{},]', re.DOTALL)


def read_json(content: bytes) -> Any:
    """Read JSON: not too long, not too deep, no key twice, no bare number, in our spelling."""
    depth = nodes = 0
    if len(content) > MAX_JSON:
        refuse("a JSON text is too long")
    for token in TOKEN.finditer(content):
        sign = token.group()
        depth += (sign in (b"[", b"{")) - (sign in (b"]", b"}"))
        nodes += sign in (b"[", b"{", b",")
        if depth > MAX_DEPTH or nodes > MAX_NODES:
            refuse("a JSON text is too deep or has too many parts")

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) != len(pairs):
            refuse("a key stands twice in a JSON object")
        return dict(pairs)

    def number(text: str) -> NoReturn:
        refuse(f"a bare number stands in a JSON text: {text[:40]}")

    numbers: Any = dict.fromkeys(("parse_constant", "parse_float", "parse_int"), number)
    value = json.loads(content.decode(), object_pairs_hook=unique, **numbers)
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if text.encode() != content:
        refuse("a JSON text is not spelled as it must be")
    return value


def read_base64(text: str) -> bytes:
    decoded = base64.b64decode(text.encode("ascii"), validate=True)
    if base64.b64encode(decoded).decode() != text:
        refuse("a Base64 text is not spelled as it must be")
    return decoded


# --- 2. Signatures -------------------------------------------------------------------------------
def check_signature(key: Any, signature: bytes, message: bytes, whose: str) -> None:
    ecdsa = isinstance(key, ec.EllipticCurvePublicKey)
    try:
        key.verify(signature, message, *([ec.ECDSA(SHA256())] if ecdsa else []))
    except InvalidSignature:
        refuse(f"the signature of {whose} does not fit")


def read_key(pem: bytes) -> tuple[Any, tuple[int, bytes], str]:
    """Return a key of the operator, its type and bytes as notes name it, and its id."""
    key: Any = serialization.load_pem_public_key(pem)
    p256 = isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)
    if not p256 and not isinstance(key, ed25519.Ed25519PublicKey):
        refuse("the public key is neither Ed25519 nor P-256")
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    spki = key.public_bytes(serialization.Encoding.DER, form)
    named = (2, spki) if p256 else (1, key.public_bytes_raw())
    return key, named, hashlib.sha256(spki).hexdigest()


def keys_of(head: dict[str, Any], key: Any, key_id: str) -> list[tuple[int, Any, str, str]]:
    """Return first entry, key, id and revocation of each key, as the newest of them names them."""
    found = [] if head.get("keys") else [(0, key, key_id, "")]
    for one in head.get("keys", []):
        given, _named, given_id = read_key(one["public_key"].encode())
        if given_id != one["key_id"]:
            refuse("a key has another id than is written")
        found.append((int(one["first"]), given, given_id, one["revoked_from"] or ""))
    firsts = [first for first, *_ in found]
    if firsts[0] or firsts != sorted(set(firsts)) or found[-1][2] != key_id:
        refuse("the keys of the ledger do not lead to the one that signed")
    return found


def open_envelope(content: bytes, key: Any, key_id: str) -> Any:
    """Return the statement in a DSSE envelope (https://github.com/secure-systems-lab/dsse)."""
    envelope = read_json(content)
    (signed,), kind = envelope["signatures"], envelope["payloadType"]
    fields = {"payload", "payloadType", "signatures"}, {"keyid", "sig"}
    if (set(envelope), set(signed)) != fields or kind != "application/vnd.in-toto+json":
        refuse("something is not a DSSE envelope of in-toto")
    if signed["keyid"] != key_id:
        refuse(f"something is signed with another key than {key_id[:16]}")
    payload = read_base64(envelope["payload"])
    message = b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(payload), payload)
    check_signature(key, read_base64(signed["sig"]), message, "the operator")
    statement = read_json(payload)
    if statement["_type"] != "https://in-toto.io/Statement/v1":
        refuse("something is not an in-toto Statement v1")
    return statement


# --- 3. The parts --------------------------------------------------------------------------------
def rows_of(content: bytes) -> list[bytes]:
    rows = content.split(b"\n")
    return rows if rows[-1] else rows[:-1]


def check_parts(
    members: dict[str, bytes], parts: dict[str, str]
) -> tuple[dict[int, bytes], list[str]]:
    """Hold every part against its signed digest; return the evidence and what was removed."""
    found = {name: content for name, content in members.items() if name not in LISTED}
    if not all(content or name == "proofs.txt" for name, content in found.items()):
        refuse("a member is empty")
    for kind in ("evidence", "findings"):
        rows = rows_of(members[f"{kind}.jsonl"])
        names = [name for name in parts if name.startswith(f"{kind}/")]
        if len(rows) != len(names):
            refuse(f"{kind}.jsonl has more or fewer lines than were signed")
        found |= dict(zip(names, rows, strict=True))
    indexes = [int(name[9:]) for name in parts if name.startswith("evidence/")]
    if indexes != sorted(set(indexes)):
        refuse("the evidence is not in the ledger's order")
    evidence = {index: found[f"evidence/{index}"] for index in indexes}
    removed = []
    for name, digest in parts.items():
        content = found.pop(name, b"")
        if not content and name not in ("checkpoint", "proofs.txt"):
            removed.append(name)
        elif hashlib.sha256(content).hexdigest() != digest:
            refuse(f"{name} is not what was signed")
    if found:
        refuse(f"{next(iter(found))} was not signed")
    return evidence, removed


# --- 4. The checkpoint ---------------------------------------------------------------------------
def note_key_id(name: str, kind: int, material: bytes) -> bytes:
    """Return the four bytes by which a note names a key (C2SP signed-note); ECDSA is special."""
    named = material if kind == 2 else name.encode() + b"\n" + bytes([kind]) + material
    return hashlib.sha256(named).digest()[:4]


def witness_of(text: str) -> tuple[str, int, bytes, Any]:
    """Read a verifier key ``name+id+base64(type, key)`` of a witness."""
    name, identifier, encoded = text.split("+", 2)
    material = read_base64(encoded)
    kind, raw = material[0], material[1:]
    key_id = note_key_id(name, kind, raw)
    if key_id.hex() != identifier or kind not in (4, 6):
        refuse(f"{text[:80]} is not the verifier key of a witness")
    if kind == 6:
        from cryptography.hazmat.primitives.asymmetric import mldsa

        return name, kind, key_id, mldsa.MLDSA44PublicKey.from_public_bytes(raw)
    return name, kind, key_id, ed25519.Ed25519PublicKey.from_public_bytes(raw)


def check_checkpoint(
    rendered: bytes, key: Any, named: tuple[int, bytes], witnesses: list[str]
) -> tuple[str, int, bytes, list[str]]:
    """Return origin, size and root of the signed head, and what is told of its cosignatures."""
    text, _, tail = rendered.decode().rpartition("\n\n")
    text += "\n"
    lines: dict[tuple[str, bytes], bytes] = {}
    for line in tail.removesuffix("\n").split("\n"):
        dash, name, encoded = line.split(" ")
        if dash != "\u2014":
            refuse("a line under the checkpoint is no signature")
        signed = read_base64(encoded)
        lines[name, signed[:4]] = signed[4:]
    origin, size, encoded_root, *_ = text.split("\n")
    own = (origin, note_key_id(origin, *named))
    if own not in lines:
        refuse("the operator's key did not sign the checkpoint")
    check_signature(key, lines.pop(own), text.encode(), "the operator under the checkpoint")
    root = read_base64(encoded_root)
    told = []
    for given in witnesses:
        name, kind, key_id, witness = witness_of(given)
        if (name, key_id) not in lines:
            refuse(f"the witness {name} did not cosign the checkpoint")
        stamp = lines.pop((name, key_id))
        seconds = int.from_bytes(stamp[:8], "big")
        message = f"cosignature/v1\ntime {seconds}\n{text}".encode()
        if kind == 6:  # ML-DSA-44 signs the fields of the head instead of its text
            counted = [bytes([len(one.encode())]) + one.encode() for one in (name, origin)]
            when = seconds.to_bytes(8, "big")
            head = bytes(8) + int(size).to_bytes(8, "big") + root
            message = b"subtree/v1\n\x00" + counted[0] + when + counted[1] + head
        check_signature(witness, stamp[8:], message, f"the witness {name}")
        at = dt.datetime.fromtimestamp(seconds, dt.UTC)
        told.append(f"the witness {name} saw this head at {at:%Y-%m-%d %H:%M} UTC")
    told += [f"signature of {name}: present, not checked here" for name, _key_id in lines]
    return origin, int(size), root, told


# --- 5. The proofs -------------------------------------------------------------------------------
def root_of(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """Return the root that a path leads to (RFC 9162, 2.1.3.2); of one too short, nothing."""
    position, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            refuse("a proof is too long")
        if position & 1 or position == last:
            found = hashlib.sha256(b"\x01" + step + found).digest()
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\x01" + found + step).digest()
        position, last = position >> 1, last >> 1
    return b"" if last else found


def check_proof(block: str, index: int, size: int, root: bytes) -> Any:
    """Return the entry that a block of ``proofs.txt`` proves (C2SP tlog-proof)."""
    header, extra, place, *steps = block.split("\n")
    if header != "c2sp.org/tlog-proof@v1" or place != f"index {index}":
        refuse(f"the proof of entry {index} is not one")
    path = [read_base64(step) for step in steps]
    entry = read_base64(extra.removeprefix("extra "))
    leaf = hashlib.sha256(b"\x00" + entry).digest()
    odd = index >= size or any(len(step) != 32 for step in path)
    if odd or root_of(leaf, index, size, path) != root:
        refuse(f"the proof of entry {index} does not lead to the root")
    return json.loads(entry)


def check_entry(entry: dict[str, Any], row: bytes, digest: str, key: Any, key_id: str) -> None:
    """Ask that the entry commits to the evidence, and that this is signed and fits, if here."""
    if entry["sha256"] != digest:
        refuse(f"an entry commits to other evidence than {digest[:16]}")
    if row:
        statement = open_envelope(row, key, key_id)
        kind = f"{PREDICATES}/{entry['kind']}/v1"
        same = moment(statement["predicate"]["sealed_at"]) == moment(entry["sealed_at"])
        if entry["kind"] not in KINDS or statement["predicateType"] != kind or not same:
            refuse("a piece of evidence is of another kind or time than its entry")


# --- All of it -----------------------------------------------------------------------------------
def verify(content: bytes, key_file: Path, witnesses: list[str]) -> list[str]:
    """Verify a dossier; return what there is to tell."""
    key, named, key_id = read_key(key_file.read_bytes())
    members = read_archive(content)
    statement = open_envelope(members["dossier.json"], key, key_id)
    if statement["predicateType"] != f"{PREDICATES}/dossier/v1":
        refuse("the statement is not about a dossier")
    parts = {one["name"]: one["digest"]["sha256"] for one in statement["subject"]}
    if len(parts) != len(statement["subject"]):
        refuse("a part is named twice")
    head = statement["predicate"]
    evidence, removed = check_parts(members, parts)
    origin, size, root, told = check_checkpoint(members["checkpoint"], key, named, witnesses)
    signed = (head["origin"], head["leaves"], head["root"])
    if signed != (origin, str(size), root.hex()) or origin != f"shirube/{head['operator_id']}":
        refuse("the checkpoint is of another ledger or another state of it")
    blocks = members["proofs.txt"].decode().split("\n\n")
    if blocks.pop() or len(blocks) != len(evidence):
        refuse("there are more or fewer proofs than pieces of evidence")
    keys = keys_of(head, key, key_id)
    for (index, row), block in zip(evidence.items(), blocks, strict=True):
        entry = check_proof(block, index, size, root)
        _, used, used_id, revoked = next(one for one in reversed(keys) if one[0] <= index)
        check_entry(entry, row, parts[f"evidence/{index}"], used, used_id)
        if row and revoked and entry["kind"] != "key_change":
            if moment(entry["sealed_at"]) >= moment(revoked):
                refuse(f"entry {index} was sealed after its key {used_id[:16]} was revoked")
            told.append(f"entry {index}: its key was revoked later ({revoked}); not checked here")
    told_of = sorted([*evidence, *(int(one["index"]) for one in head["left_out"])])
    if len(told_of) != size or told_of != list(range(size)):
        refuse("it does not say what became of every entry of the ledger")
    given = {one["sha256"] for one in head["documents"] if one["given"]}
    documents = {name[10:] for name in parts if name.startswith("documents/")}
    if given != documents or any(parts[f"documents/{name}"] != name for name in documents):
        refuse("the documents are not those that the statement names")
    return [
        f"operator {head['operator_id']}, corporate number {head['corporate_number'] or '-'}",
        f"key {key_id} (compare it with the one that the operator gave you)",
        f"{len(evidence)} of {size} entries of the ledger {origin}, root {root.hex()}",
        *told,
        *(f"left out: entry {one['index']} {one['declared_id']}" for one in head["left_out"]),
        *(f"removed by redaction: {name}" for name in removed),
        *(f"{name}: present, not checked here" for name in members if name[:2] in ("st", "an")),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description="Verify a Shirube dossier.")
    parser.add_argument("dossier", type=Path)
    parser.add_argument("--public-key", type=Path, required=True)
    parser.add_argument("--witness", action="append", default=[], metavar="NAME+ID+KEY")
    given = parser.parse_args()
    try:
        with given.dossier.open("rb") as stream:
            told = verify(stream.read(MAX_BYTES + 1), given.public_key, given.witness)
    except (Refused, OSError) as reason:
        print(f"REFUSED: {reason}")
        return 1
    except Exception as error:  # whatever a file does to this program, it does not hold
        print(f"REFUSED: it cannot be read ({type(error).__name__}: {error})"[:400])
        return 1
    print("\n".join(["HOLDS", *told]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
