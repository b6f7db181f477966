# SPDX-License-Identifier: Apache-2.0
"""Files that somebody made to do harm: each is refused in our own words, quickly, and does none."""

from __future__ import annotations

import contextlib
import copy
import hashlib
import io
import json
import subprocess
import sys
import warnings
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shirube import dossier
from shirube.dossier import archive, intake
from shirube.dossier.verifier import verify_dossier
from shirube.ledger import envelope, strict_json
from shirube.terms.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.dossier.conftest import World

MIB = 1024 * 1024
NAMES = [
    "../evil", "..\\evil", "/etc/passwd", "C:\\evil", "documents/../../evil", "DOSSIER.JSON",
    "Checkpoint", "evidence.jsonl/", "documents/", "documents/" + "A" * 64, "documents/" + "a" * 63,
    "stamps/-1.tsr", "stamps/00000.tsr", "dossier.json\x00.txt", "\u00c5", "A\u030a", "\u212b",
    "con", "", " ", "documents/" + "a" * 64 + "/x", "./checkpoint", "checkpoint ",
    "evidence/0.json", "a" * 60_000,
]  # fmt: skip
JSONS = [
    b"[" * 65 + b"]" * 65, b"[" * 100_000, b"[" * 100_000 + b"]" * 100_000, b'{"a":' * 5_000,
    b'{"a":"","a":""}',
    b'{"a":NaN}', b'{"a":Infinity}', b'{"a":-Infinity}', b'{"a":1}', b'{"a":1e999999}',
    b'{"a":' + b"9" * 100_000 + b"}", b"", b"null", b"true", b'""', b"[]", b"{}", b'{"a":"\xff"}',
    b'{"a":"\\ud800"}', b'{ "a":""}', b'{"b":"","a":""}', b'{"a":"\\u0041"}', b'"' * 100_000,
    b'"' + b"\\" * 100_001, b"\xef\xbb\xbf{}", b"{}\n", b"\x00",
]  # fmt: skip

HEAVY = [
    b"[" + b"[]," * 1_000_001 + b"[]]", b"[" + b"{}," * 4_000_000 + b"{}]",
    b'"' + b"a" * (17 * MIB) + b'"', b'"' + b"\\" * 10_000_001,
]  # fmt: skip


def _zip(members: list[tuple[str, bytes]], method: int = zipfile.ZIP_STORED) -> bytes:
    written = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a name stands there twice is what we want
        with zipfile.ZipFile(written, "w", method) as file:
            for name, content in members:
                file.writestr(zipfile.ZipInfo(name), content, compress_type=method)
    return written.getvalue()


def _bare(members: dict[str, bytes]) -> bytes:
    """Write members as ``archive.write`` does, whatever they are called."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(archive, "_check_member", lambda name, content: None)
        patch.setattr(archive, "MAX_MEMBERS", 60_000)
        return archive.write(members)


def samples(world: World, *, heavy: bool = False) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the bytes of each hostile file; those that are megabytes on request."""
    good = archive.read(world.content)
    key = world.key.private
    for position, name in enumerate(NAMES):
        yield f"name {position}", _zip([*good.items(), (name, b"x")])
        if name.isascii() and len(name) < 1000:
            yield f"name written as ours {position}", _bare({**good, name: b"x"})
    for position, content in enumerate(JSONS):
        yield f"json as statement {position}", _bare({**good, "dossier.json": content})
        yield f"json signed {position}", _bare({**good, "dossier.json": _signed(content, key)})
    for position, content in enumerate(filter(None, JSONS)):  # an empty line is a redaction
        yield f"json as evidence {position}", _bare({**good, "evidence.jsonl": content + b"\n"})
        yield f"json as findings {position}", _bare({**good, "findings.jsonl": content + b"\n"})
    for method in (zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        yield f"compressed {method}", _zip(list(good.items()), method)
        bomb = [("dossier.json", bytes((100 if heavy else 1) * MIB))]
        yield f"bomb {method}", _zip(bomb, method)
    yield "twice", _zip([*good.items(), ("checkpoint", b"other")])
    # One name to a file system that folds case, or that composes letters and rings.
    for one, other in (("Checkpoint", "checkpoint"), ("\u00c5", "A\u030a"), ("\u00c5", "\u212b")):
        rest = [(name, content) for name, content in good.items() if name != other]
        yield f"collision {one!a} {other!a}", _zip([*rest, (one, b"x"), (other, b"y")])
    yield "many members", _bare(good | {f"stamps/{n}.tsr": b"x" for n in range(10_001)})
    yield "an archive in the archive", _bare(good | {f"documents/{'a' * 64}": world.content})
    for mark in (b"\x1f\x8b", b"BZh", b"7z\xbc\xaf\x27\x1c", b"Rar!", bytes(257) + b"ustar"):
        yield f"archive {mark[:4]!r}", _bare(good | {f"documents/{'b' * 64}": mark})
    for name in good:
        if not name.startswith(("documents/", "stamps/")):  # a hole there is a redaction
            yield f"without {name}", _bare({k: v for k, v in good.items() if k != name})
        yield f"empty {name}", _bare(good | {name: b""})
        yield f"noise in {name}", _bare(good | {name: hashlib.shake_256(name.encode()).digest(500)})
        yield f"lines in {name}", _bare(good | {name: b"\n" * 100_000})
        yield f"longer {name}", _bare(good | {name: good[name] + b"\n"})
    for at in (14, 18, 22, 26, 28):  # checksum, packed size, size, length of name, of extra
        for value in (0, 1, 0x7FFF, 0xFFFF):
            content = bytearray(world.content)
            content[at : at + 2] = value.to_bytes(2, "little")
            if content != world.content:
                yield f"field {at} is {value}", bytes(content)
    yield "a link", _link(good)
    yield "a comment", world.content[:-2] + b"\x05\x00hello"
    yield "in front", b"#!/bin/sh\n" + world.content
    yield "behind", world.content + world.content
    yield "only an end", world.content[-22:]
    yield "nothing", b""
    yield "deflated noise", zlib.compress(world.content)
    if heavy:
        yield "too long", bytes(65 * MIB)
        head = envelope.sign(b"x" * 11 * MIB, key)
        yield "a long payload", _bare(good | {"dossier.json": head})
        for position, content in enumerate(HEAVY):
            for name in ("dossier.json", "evidence.jsonl", "checkpoint", "proofs.txt"):
                yield f"heavy {position} as {name}", _bare(good | {name: content})
            yield f"heavy {position} signed", _bare(good | {"dossier.json": _signed(content, key)})


def _signed(payload: bytes, key: object) -> bytes:
    return envelope.sign(payload[: 11 * MIB], key)  # type: ignore[arg-type]


def _link(good: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as file:
        for name, content in good.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = 0o120777 << 16 if name == "checkpoint" else 0
            file.writestr(info, content)
    return written.getvalue()


def test_every_hostile_file_is_refused_in_our_own_words(world: World) -> None:
    names = []
    for name, content in samples(world):
        try:
            dossier.verify(content, world.key.public.raw)
        except Problem:
            names.append(name)
        else:
            pytest.fail(f"was not refused: {name}")
    assert len(set(names)) == len(names) >= 200


_LOOKING = """
import json, resource, sys, time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shirube import dossier
from shirube.dossier import archive, intake
from shirube.dossier.verifier import verify_dossier

folder, public = Path(sys.argv[1]), Path(sys.argv[2]).read_bytes()
def look(file):
    started = time.monotonic()
    try:
        intake.inspect(file.read_bytes()[: archive.MAX_BYTES + 1], public)
    except dossier.RefusedDossier:
        return time.monotonic() - started
    sys.exit(f"was not refused: {file.name}")

with ThreadPoolExecutor(2) as two:
    slowest = max(two.map(look, sorted(folder.iterdir())))
peak_kib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps({"slowest": slowest, "peak_kib": peak_kib}))
"""


@pytest.mark.full
def test_every_hostile_file_is_refused_within_time_and_memory(world: World, tmp_path: Path) -> None:
    """At most 10 s and 300 MB each, in a process of its own; nothing is written anywhere."""
    # A child counts the memory of the process that began it: so a small one begins them all.
    files, empty, public = tmp_path / "files", tmp_path / "empty", tmp_path / "public.pem"
    files.mkdir()
    empty.mkdir()
    public.write_bytes(world.key.public.pem)
    for at, (_name, content) in enumerate(samples(world, heavy=True)):
        (files / f"{at:03}").write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-c", _LOOKING, str(files), str(public)],
        cwd=empty,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["slowest"] < 10
    assert told["peak_kib"] < 300 * 1024
    assert list(empty.iterdir()) == []


def test_a_good_file_holds_in_a_process_of_its_own(world: World) -> None:
    inside = intake.inspect(world.content, world.key.public.pem)
    assert inside == dossier.verify(world.content, world.key.public.raw)


def test_what_the_process_refuses_is_told_here(world: World) -> None:
    with pytest.raises(dossier.RefusedDossier, match="is no name of a member"):
        intake.inspect(_zip([("../evil", b"x")]), world.key.public.pem)


def test_the_process_can_neither_write_nor_speak(world: World) -> None:
    """Asked of the real confinement: a file, a program and a socket are refused after it."""
    import subprocess
    import sys

    tried = (
        "import os, socket, subprocess, sys\n"
        "from shirube.dossier import intake_child as child\n"
        "child._warm(); child._confine()\n"
        "refused = 0\n"
        "for work in (lambda: open('evil', 'w'), socket.socket, lambda: os.mkdir('evil'),\n"
        "             lambda: subprocess.run(['true']), lambda: os.remove('evil')):\n"
        "    try:\n        work()\n"
        "    except PermissionError:\n        refused += 1\n"
        "sys.exit(refused)\n"
    )
    assert subprocess.run([sys.executable, "-c", tried], check=False).returncode == 5


def test_more_memory_than_allowed_is_a_refusal(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed:
        returncode, stdout, stderr = -9, b"", b""

    monkeypatch.setattr(intake.subprocess, "run", lambda *_given, **_more: Killed)
    with pytest.raises(dossier.RefusedDossier, match="more memory or time"):
        intake.inspect(world.content, world.key.public.pem)


@settings(max_examples=60)
@given(st.binary(max_size=400))
def test_noise_is_refused_in_our_own_words(content: bytes) -> None:
    for reader in (archive.read, strict_json.parse):
        with pytest.raises(Problem):
            reader(b"PK\x03\x04" + content)


_texts = st.text(st.characters(codec="utf-8"), max_size=8)
_values = st.recursive(
    st.none() | st.booleans() | _texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_texts, inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=60)
@given(_values)
def test_json_that_we_write_reads_back_the_same(value: object) -> None:
    written = strict_json.dump(value)
    assert strict_json.parse(written) == value == json.loads(written)


WILD: list[object] = [None, True, "", "9" * 30, ["a"], {"a": "b"}, "9999-12-31T23:59:59+00:00"]


def _places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to every place below a JSON value."""
    within = value if isinstance(value, dict) else range(len(value)) if _is_list(value) else ()
    for step in within:
        yield (*way, step)
        yield from _places(value[step], (*way, step))


def _is_list(value: object) -> bool:
    return isinstance(value, list)


def _changed(value: Any, way: tuple[Any, ...], other: object) -> Any:
    """Return a copy with something else at one place; ``...`` takes the place away."""
    found = copied = copy.deepcopy(value)
    for step in way[:-1]:
        found = found[step]
    if other is ...:
        del found[way[-1]]
    else:
        found[way[-1]] = other
    return copied


def test_what_an_operator_signs_to_do_harm_is_refused_in_our_own_words_too(world: World) -> None:
    """Every place of the signed statement and of a finding holds something that it never should."""
    members = archive.read(world.content)
    signed = strict_json.parse(envelope.payload_of(members["dossier.json"]))
    finding = strict_json.parse(members["findings.jsonl"].removesuffix(b"\n"))
    subjects = [one["name"] for one in signed["subject"]]
    place = ("subject", subjects.index("findings/0"), "digest", "sha256")
    given = [
        (_changed(signed, way, wild), None) for way in _places(signed) for wild in (..., *WILD)
    ]
    for way in _places(finding):
        for wild in (..., *WILD):
            row = strict_json.dump(_changed(finding, way, wild))
            given.append((_changed(signed, place, hashlib.sha256(row).hexdigest()), row))
    for statement, row in given:
        changed = {"dossier.json": envelope.sign(strict_json.dump(statement), world.key.private)}
        if row is not None:
            changed["findings.jsonl"] = row + b"\n"
        content = archive.write(members | changed)
        with contextlib.suppress(Problem):  # a name may be another one; nothing else is raised
            dossier.verify(content, world.key.public.raw)
            verify_dossier.verify(content, world.public_key, [])  # what we accept, it accepts
