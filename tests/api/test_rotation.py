# SPDX-License-Identifier: Apache-2.0
"""A key handed over and revoked, on both sides of its date: operator, authority, any reader."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from shirube import dossier, evidence
from shirube.api import authority, operator
from shirube.api.authority import heads, own_ledger, receiving, register, witnessing
from shirube.api.operator import dossier as sealing_dossiers
from shirube.api.operator import keys as operator_keys
from shirube.cli.__main__ import main
from shirube.dossier import RefusedDossier, intake
from shirube.dossier.signers import Trust
from shirube.dossier.verifier import verify_dossier
from shirube.evidence import keys, open_book
from shirube.terms.dossier import DossierVerified
from shirube.terms.errors import Problem
from shirube.terms.measurement import Measurement
from shirube.terms.subject import Subject

START = dt.datetime(2026, 11, 1, 9, 0, tzinfo=dt.UTC)
NUMBER = "8700110005901"  # its check digit is worked out in test_exchange.py
MANIFEST = f"""\
shirube: 1
operator:
  id: six
  name: {{ja: 六行商店, en: Six Rows Ltd.}}
  kind: company
  country: JP
  corporate_number: "{NUMBER}"
"""


class World:
    """Two sides with clocks that the test sets, in hours after the beginning."""

    def __init__(self, place: Path, patch: pytest.MonkeyPatch) -> None:
        self.place, self.patch = place, patch
        self.folder, self.office = place / "operator", place / "office"
        self.folder.mkdir()
        (self.folder / "shirube.yaml").write_text(MANIFEST, encoding="utf-8")
        self.at(0)
        self.role("operator")
        self.first = keys.create("six", folder=self.folder)
        self.old = place / "old.pem"
        self.old.write_bytes(self.first.public.pem)
        self.role("authority")
        self.witness = authority.init_office(self.office, "bureau").verifier_key
        authority.register_operator(
            self.office, "six", self.old, fingerprint=self.first.public.key_id,
            corporate_number=NUMBER, approver="Section chief",
        )  # fmt: skip
        self.files = 0

    def role(self, name: str) -> None:
        self.patch.setenv("SHIRUBE_KEY_DIR", str(self.place / f"{name}_keys"))

    def at(self, hours: float) -> None:
        self.moment = START + dt.timedelta(hours=hours)
        for module in (operator_keys, receiving, register, witnessing, sealing_dossiers):
            self.patch.setattr(module, "now", lambda: self.moment)

    def run(self, name: str) -> None:
        self.role("operator")
        made = Measurement(
            id=name, measure="anonymity", version="1", subject=Subject("dataset", "d"), dataset="d",
            inputs=(), arguments={}, seed=1, key=name, values=(), sample_size=0, method=None,
            engine="duckdb", measured_at=self.moment, seconds=0.0,
        )  # fmt: skip
        with open_book(self.folder, key=keys.load("six", folder=self.folder), create=True) as book:
            book.seal([made], now=self.moment)

    def cosign(self) -> None:
        self.files += 1
        request, answer = self.place / f"{self.files}.r", self.place / f"{self.files}.a"
        self.role("operator")
        operator.cosign_request(self.folder, request, witness_key=self.witness)
        self.role("authority")
        assert authority.answer_request(self.office, request, answer).status == 200
        self.role("operator")
        operator.cosign_add(self.folder, answer, witness_key=self.witness)

    def rotate(self) -> operator_keys.Rotated:
        self.role("operator")
        return operator.rotate_key(self.folder, reason="two years", author="CISO")

    def revoke(self, hours: float) -> None:
        self.role("operator")
        since = START + dt.timedelta(hours=hours)
        operator.revoke_key(
            self.folder, self.first.public.key_id, since=since, reason="stolen", author="CISO"
        )

    def seal(self, *indexes: int) -> Path:
        self.files += 1
        self.role("operator")
        file = self.place / f"{self.files}.shirube"
        operator.seal_dossier(self.folder, file, indexes=indexes)
        return file

    def receive(self, file: Path) -> str:
        self.role("authority")
        return authority.receive(self.office, "six", file).refusal

    @property
    def newest(self) -> Path:
        return self.folder / keys.PUBLIC_KEY


def _here(content: bytes, pem: bytes, *, roots: str = "", **given: Any) -> DossierVerified:
    """Verify in this process; a test whose name says *as a child* starts the other one."""
    assert not roots
    key = keys.parse_public(pem, Path("public_key.pem"))
    trust = Trust(**{name: tuple(known) for name, known in given.items()})
    return dossier.verify(content, key.raw, trust)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> World:
    if "as_a_child" not in request.node.name:
        monkeypatch.setattr(intake, "inspect", _here)
    return World(tmp_path, monkeypatch)


def story(world: World, *, cosigned: bool = True) -> operator_keys.Rotated:
    """Run at hour 1 and 3, cosigned at 2, handed over at 4, run at 5."""
    world.at(1)
    world.run("one")
    world.at(2)
    if cosigned:
        world.cosign()
    world.at(3)
    world.run("two")
    world.at(4)
    made = world.rotate()
    world.at(5)
    world.run("three")
    return made


def test_the_authority_follows_a_hand_over_only_after_it_was_registered(world: World) -> None:
    made = story(world)
    file = world.seal()
    assert "is not signed with the key" in world.receive(file)
    world.role("authority")
    known = authority.rotate(world.office, "six", made.handed_over, approver="Section chief")
    first, second = authority.key_list(known)
    assert (first.key_id, second.key_id) == (world.first.public.key_id, made.key_id)
    assert (first.until, second.until) == (START + dt.timedelta(hours=4), None)
    assert world.receive(world.seal()) == ""
    world.role("authority")
    with pytest.raises(Problem, match="did not sign"):  # the key in use is now the second
        authority.rotate(world.office, "six", made.handed_over, approver="Section chief")


def test_evidence_cosigned_before_stays_good_and_later_one_does_not_as_a_child_tells(
    world: World,
) -> None:
    made = story(world)
    world.role("authority")
    authority.rotate(world.office, "six", made.handed_over, approver="Section chief")
    world.at(6)
    # Revoked from 2.5 on: run one was cosigned at 2, run two was sealed at 3.
    world.revoke(2.5)
    file = world.seal()
    verified = operator.verify_dossier(file, world.newest, clocks=[world.witness])
    assert 0 in verified.evidence
    assert 1 not in verified.evidence
    left = {one.index: one.why for one in verified.head.left_out}
    assert left[1] == "key_revoked"
    assert verified.undated == ()
    assert operator.verify_dossier(file, world.newest).undated == (0,)
    assert world.receive(file) == ""
    with pytest.raises(Problem, match="no evidence to hand over at index 1"):
        world.seal(1)


def test_whoever_verifies_is_told_what_could_not_be_judged_and_the_exit_code_is_3(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    story(world)
    world.at(6)
    world.revoke(2.5)
    words = ["dossier", "verify", str(world.seal()), "--public-key", str(world.newest)]
    for more, code in (([], 3), (["--clock", world.witness], 0)):
        with pytest.raises(SystemExit) as left:
            main([*words, *more])
        told = capsys.readouterr().out
        assert left.value.code == code
        assert "was revoked from 2026-11-01 11:30 UTC on: stolen" in told
        assert "Left out, its key was revoked before: entry 1 (measurement) two" in told
        assert ("Entry 0 is signed with a revoked key; nothing shows" in told) is (code == 3)


def test_what_nobody_saw_before_the_revocation_is_refused_with_the_reason(world: World) -> None:
    made = story(world, cosigned=False)
    world.role("authority")
    authority.rotate(world.office, "six", made.handed_over, approver="Section chief")
    world.at(6)
    world.revoke(2.5)
    refusal = world.receive(world.seal())
    assert "Entry 0 is signed with a revoked key" in refusal
    assert "cosigned no head over it before" in refusal
    assert world.receive(world.seal(3)) == ""  # what the new key signed


def test_the_authority_s_own_register_counts_whatever_the_operator_says(world: World) -> None:
    made = story(world)
    world.role("authority")
    authority.rotate(world.office, "six", made.handed_over, approver="Section chief")
    world.at(6)
    file = world.seal()  # nothing is revoked in the operator's own ledger
    world.role("authority")
    authority.revoke(
        world.office, "six", world.first.public.key_id, since=START + dt.timedelta(hours=2.5),
        reason="seen for sale", approver="Section chief",
    )  # fmt: skip
    refusal = world.receive(file)
    assert "entry 1 was sealed on 2026-11-01T12:00+00:00 with the key" in refusal
    assert "revoked from 2026-11-01T11:30+00:00 on: seen for sale" in refusal
    assert world.receive(world.seal(0, 3)) == ""


@pytest.mark.parametrize(("hours", "good"), [(2, False), (2.001, True), (3, True)])
def test_both_sides_of_the_moment_of_the_cosignature(
    world: World, hours: float, good: bool
) -> None:
    made = story(world)
    world.role("authority")
    authority.rotate(world.office, "six", made.handed_over, approver="Section chief")
    world.at(6)
    world.revoke(hours)
    assert (world.receive(world.seal(0)) == "") is good


def test_a_revoked_key_in_use_signs_nothing_more_for_the_authority(world: World) -> None:
    world.at(1)
    world.run("one")
    file = world.seal()
    world.at(2)
    world.role("authority")
    authority.revoke(
        world.office, "six", world.first.public.key_id[:16], since=world.moment,
        reason="lost", approver="Section chief",
    )  # fmt: skip
    assert "was revoked from" in world.receive(file)
    world.role("operator")
    operator.cosign_request(world.folder, world.place / "late", witness_key=world.witness)
    world.role("authority")
    late = authority.answer_request(world.office, world.place / "late", world.place / "answer")
    assert late.status == 403
    # Its hand-over proves nothing: the new fingerprint must be told by another way.
    world.at(3)
    made = world.rotate()
    world.role("authority")
    with pytest.raises(Problem, match="fingerprint is not that of this key"):
        authority.rotate(world.office, "six", made.handed_over, approver="Section chief")
    world.role("authority")
    known = authority.rotate(
        world.office, "six", made.handed_over, approver="Chief", fingerprint=made.key_id[:16]
    )
    assert known.key_id == made.key_id


def test_a_dossier_that_names_a_key_nobody_registered_is_refused(world: World) -> None:
    story(world)
    world.role("authority")
    record = world.office / "operators/six.json"
    said: dict[str, Any] = json.loads(record.read_text())
    new = keys.read_public(world.newest)
    said["key_id"], said["public_key"] = new.key_id, new.pem.decode()
    record.write_text(json.dumps(said))
    file = world.seal()
    with pytest.raises(Problem, match="something else of this operator than the authority's led"):
        world.receive(file)
    # As an office that let the file be changed and entered the change, or kept no ledger yet:
    world.patch.setattr(own_ledger, "refuse_altered", lambda *_given: None)
    assert "names the key" in world.receive(file)


def test_the_single_file_verifier_follows_the_keys_and_tells_what_it_does_not_check(
    world: World,
) -> None:
    story(world)
    world.at(6)
    whole = world.seal()
    told = verify_dossier.verify(whole.read_bytes(), world.newest, [])
    assert not any("revoked" in line for line in told)
    with pytest.raises(verify_dossier.Refused, match="another key"):
        verify_dossier.verify(whole.read_bytes(), world.old, [])
    world.revoke(2.5)
    told = verify_dossier.verify(world.seal().read_bytes(), world.newest, [])
    assert any("entry 0: its key was revoked later" in line for line in told)
    assert any(line.startswith("anchors/0.txt: present, not checked") for line in told)


def test_both_verifiers_refuse_an_entry_sealed_after_its_key_was_revoked(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    story(world)
    world.at(6)
    world.revoke(2.5)
    # An operator who hands over what does not count, as if it did.
    real = sealing_dossiers._chosen
    monkeypatch.setattr(sealing_dossiers, "_chosen", lambda *words: (*real(*words)[:1], 1, 3))
    world.role("operator")
    file = world.place / "wrong.shirube"
    with monkeypatch.context() as patch:
        patch.setattr("shirube.dossier.verify", lambda *_words: None)
        operator.seal_dossier(world.folder, file)
    with pytest.raises(RefusedDossier, match="entry 1 was sealed on"):
        operator.verify_dossier(file, world.newest, clocks=[world.witness])
    with pytest.raises(verify_dossier.Refused, match="entry 1 was sealed after"):
        verify_dossier.verify(file.read_bytes(), world.newest, [])


def test_every_byte_of_an_older_head_counts(world: World) -> None:
    story(world)
    world.at(6)
    world.revoke(2.5)
    content = world.seal().read_bytes()
    key = keys.read_public(world.newest).raw
    from shirube.dossier import archive, verify

    assert verify(content, key).undated == (0,)
    anchor = archive.read(content)["anchors/0.txt"]
    start = content.index(anchor)
    for at in range(start, start + len(anchor), 5):
        with pytest.raises(RefusedDossier):
            verify(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :], key)


def test_the_authority_counts_by_its_first_word_about_each_size(world: World) -> None:
    story(world)
    world.role("authority")
    (seen,) = heads.seen(world.office, "six", "bureau")
    assert (seen.size, seen.at) == (1, START + dt.timedelta(hours=2))


def test_the_ledger_itself_verifies_throughout(world: World) -> None:
    story(world)
    world.at(6)
    world.revoke(2.5)
    verified = evidence.verify(world.folder, world.newest)
    assert verified.problems == ()
    assert any("Entry 1 was sealed on" in remark for remark in verified.remarks)
    listed = operator.list_keys(world.folder)
    assert [(one.first, one.last, one.refused) for one in listed] == [(0, 2, (1,)), (3, None, ())]
