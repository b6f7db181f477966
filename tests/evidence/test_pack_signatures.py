# SPDX-License-Identifier: Apache-2.0
"""A signature covers every file of a pack by name; whose it is says the list of known signers."""

from __future__ import annotations

import base64
import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shirube import measures, rules
from shirube.evidence import keys, pack_signatures, signers
from shirube.ledger import envelope, strict_json
from shirube.rules import keeping
from shirube.terms.errors import Problem, Problems
from shirube.terms.provenance import Provenance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shirube.evidence.keys import SigningKey
    from shirube.terms.rule import Pack

NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
FILES = [
    "pack.yaml", "first/rule.yaml", "first/cases.yaml", "second/rule.yaml", "second/cases.yaml",
]  # fmt: skip


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, SigningKey]]:
    """Return a folder with one signed pack of two rules, and the key."""
    home = tmp_path_factory.mktemp("signed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHIRUBE_KEY_DIR", str(home / "keys"))
        for name in ("first", "second"):
            rules.write_new(home / "own", "house", name)
        folder = home / "own" / "house"
        key = keys.create("cabinet")
        pack = rules.load_pack(folder, measures.vocabulary())
        pack_signatures.sign(folder, pack, rules.pack_files(folder), key, NOW)
        yield folder, key


@pytest.fixture
def pack(signed: tuple[Path, SigningKey], tmp_path: Path) -> Path:
    """Return a copy of the signed pack, to be tampered with."""
    folder = tmp_path / "own" / "house"
    for file in (*FILES, pack_signatures.FILE):
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_bytes((signed[0] / file).read_bytes())
    return folder


def _load(folder: Path, *known: signers.Signer) -> Pack:
    vouch = pack_signatures.vouching({one.key_id: one for one in known})
    return rules.load_pack(folder, measures.vocabulary(), vouch)


def _told(folder: Path) -> list[tuple[str, str]]:
    with pytest.raises(Problems) as error:
        _load(folder)
    return [
        (str(Path(str(one.where)).relative_to(folder)), one.found) for one in error.value.problems
    ]


def test_a_signed_pack_says_whose_key_it_is_only_where_the_key_is_known(
    pack: Path, signed: tuple[Path, SigningKey]
) -> None:
    public = signed[1].public
    unknown = Provenance(origin="unknown_key", key_id=public.key_id, signed_at=NOW)
    assert _load(pack).provenance == unknown
    known = signers.Signer(
        key_id=public.key_id, name="Legal", public_key=public.pem.decode(), added_at=NOW
    )
    assert _load(pack, known).provenance == Provenance(
        origin="known_key", key_id=public.key_id, signer="Legal", signed_at=NOW
    )
    (pack / pack_signatures.FILE).unlink()
    assert _load(pack, known).provenance == Provenance(origin="unsigned")


@pytest.mark.parametrize("file", FILES)
def test_a_changed_file_is_named(pack: Path, file: str) -> None:
    content = bytearray((pack / file).read_bytes())
    content[len(content) // 2] ^= 1
    (pack / file).write_bytes(content)
    assert _told(pack) == [(file, "The file was changed after the pack was signed.")]


@pytest.mark.parametrize("file", FILES)
def test_a_missing_file_is_named(pack: Path, file: str) -> None:
    (pack / file).unlink()
    assert _told(pack) == [(file, "The file was signed and is not there.")]


def test_an_added_rule_is_named(pack: Path) -> None:
    rules.write_new(pack.parent, "house", "third")
    added = "The file was added after the pack was signed."
    assert _told(pack) == [("third/cases.yaml", added), ("third/rule.yaml", added)]


def test_two_files_that_changed_places_are_both_named(pack: Path) -> None:
    first, second = pack / "first" / "rule.yaml", pack / "second" / "rule.yaml"
    held = first.read_bytes(), second.read_bytes()
    first.write_bytes(held[1] + b"\n")
    second.write_bytes(held[0] + b"\n")
    assert [file for file, _found in _told(pack)] == ["first/rule.yaml", "second/rule.yaml"]


def test_the_signature_of_one_pack_is_none_for_another(pack: Path) -> None:
    other = pack.parent / "home"
    pack.rename(other)
    assert _told(other) == [(pack_signatures.FILE, "The signature is for the pack “house”.")]


@given(data=st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_byte_of_the_signature_is_free(
    pack: Path, signed: tuple[Path, SigningKey], data: st.DataObject
) -> None:
    whole = (signed[0] / pack_signatures.FILE).read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    new = data.draw(st.integers(0, 255).filter(lambda byte: byte != whole[at]))
    (pack / pack_signatures.FILE).write_bytes(whole[:at] + bytes([new]) + whole[at + 1 :])
    ((file, _found),) = _told(pack)
    assert file == pack_signatures.FILE


def test_a_stranger_can_sign_anew_but_not_in_anothers_name(
    pack: Path, signed: tuple[Path, SigningKey], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHIRUBE_KEY_DIR", str(tmp_path / "other keys"))
    stranger, owner = keys.create("stranger"), signed[1].public
    known = signers.Signer(
        key_id=owner.key_id, name="Legal", public_key=owner.pem.decode(), added_at=NOW
    )
    written = json.loads((pack / pack_signatures.FILE).read_bytes())
    said = base64.b64decode(written["payload"])
    # The statement names the owner's key, but the stranger signed it.
    (pack / pack_signatures.FILE).write_bytes(envelope.sign(said, stranger.private))
    assert [file for file, _found in _told(pack)] == [pack_signatures.FILE]
    # The stranger's own key inside: it holds, and the owner's name is not told.
    statement = strict_json.parse(said)
    statement["predicate"]["public_key"] = stranger.public.pem.decode()
    (pack / pack_signatures.FILE).write_bytes(
        envelope.sign(strict_json.dump(statement), stranger.private)
    )
    found = _load(pack, known).provenance
    assert found == Provenance(origin="unknown_key", key_id=stranger.public.key_id, signed_at=NOW)


def test_a_compiled_copy_that_came_with_a_pack_is_not_believed(pack: Path) -> None:
    honest = _load(pack)
    copy = (rules.copies(pack) / keeping.FILE).read_text(encoding="utf-8")
    kept = json.loads(copy)
    forged = kept["body"].replace(">=", "<")
    assert forged != kept["body"]
    content = json.dumps(kept | {"body": forged, "sha256": keeping.Kept.of("", forged).sha256})
    (pack / keeping.FILE).write_text(content, encoding="utf-8")
    assert _load(pack) == honest
    assert rules.copies(pack) != pack


def test_a_signer_is_taken_in_only_with_the_fingerprint_that_its_owner_tells(
    signed: tuple[Path, SigningKey], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHIRUBE_KEY_DIR", str(tmp_path / "mine"))
    public = signed[1].public
    assert pack_signatures.signing_key(signed[0]).key_id == public.key_id
    for wrong in (public.key_id[:15], "0" * 64, ""):
        with pytest.raises(Problem, match="fingerprint is not that of this key"):
            signers.add(None, public, "Legal", wrong, NOW)
    told = ":".join(public.key_id[at : at + 2].upper() for at in range(0, 16, 2))
    added = signers.add(None, public, "Legal", told, NOW)
    assert signers.known() == {public.key_id: added}
    with pytest.raises(Problem, match="known already"):
        signers.add(None, public, "Another name", told, NOW)
    with pytest.raises(Problem, match="No signer is known as Nobody"):
        signers.remove(None, "Nobody")
    assert signers.remove(None, public.key_id[:16]) == added
    assert signers.known() == {}


def test_the_list_of_a_folder_holds_there_and_ones_own_name_comes_first(
    signed: tuple[Path, SigningKey], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHIRUBE_KEY_DIR", str(tmp_path / "mine"))
    public = signed[1].public
    signers.add(tmp_path, public, "As the folder says", public.key_id, NOW)
    assert [one.name for one in signers.known(tmp_path).values()] == ["As the folder says"]
    assert signers.known() == {}
    signers.add(None, public, "As I say", public.key_id, NOW)
    assert [one.name for one in signers.known(tmp_path).values()] == ["As I say"]


@pytest.mark.parametrize("content", ["", "{}", "[{}]", "not json", "swapped"])
def test_a_list_that_cannot_be_read_is_told_and_not_passed_over(
    signed: tuple[Path, SigningKey], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    monkeypatch.setenv("SHIRUBE_KEY_DIR", str(tmp_path))
    public = signed[1].public
    signers.add(None, public, "Legal", public.key_id, NOW)
    file = signers.place(None)
    whole = file.read_text(encoding="utf-8")
    swapped = whole.replace(public.key_id, "0" * 64)
    file.write_text(swapped if content == "swapped" else content, encoding="utf-8")
    with pytest.raises(Problem, match="list of known signers cannot be read"):
        signers.known()
