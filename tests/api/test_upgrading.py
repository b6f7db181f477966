# SPDX-License-Identifier: Apache-2.0
"""A pack is adopted only when asked; the ledger pins the copy, and no writing is touched."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from shirube import rules
from shirube.api import operator
from shirube.api.operator import adopting, upgrading
from shirube.rules.packs import SHIPPED
from shirube.store.port import StoreProblem
from shirube.terms.errors import Problem, Problems
from shirube.terms.provenance import Provenance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REASON = {"reason": "The new version was read.", "author": "Board", "apply": True}
RULE = "house/purpose_on_record"
FILES = ["pack.yaml", "purpose_on_record/rule.yaml", "purpose_on_record/cases.yaml"]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Return a pack of one's own, as the command that writes new rules leaves it."""
    rules.write_new(tmp_path / "first", "house", "purpose_on_record")
    return tmp_path / "first" / "house"


def _second(house: Path, tmp_path: Path) -> Path:
    """Return a second version of it, with one rule more."""
    for file in rules.pack_files(house):
        there = tmp_path / "second" / "house" / file
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_bytes((house / file).read_bytes())
    rules.write_new(tmp_path / "second", "house", "another")
    return tmp_path / "second" / "house"


def _files(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def _house(folder: Path) -> list[str]:
    told = operator.judge(folder)
    return [rule.id for pack in told.packs if pack.id == "house" for rule in pack.rules]


def test_looking_writes_nothing(folder: Path, house: Path) -> None:
    operator.check(folder)
    before = _files(folder)
    found = operator.upgrade_pack(str(house), folder)
    assert found.entry is None
    assert found.new.provenance == Provenance(origin="unsigned")
    assert [(one.ref, one.change) for one in found.rules] == [(RULE, "added")]
    assert _files(folder) == before


def test_an_adopted_pack_stands_until_the_next_and_what_people_wrote_is_untouched(
    folder: Path, house: Path, tmp_path: Path
) -> None:
    operator.check(folder)
    written = {name: held for name, held in _files(folder).items() if ".shirube" not in name}
    first = operator.upgrade_pack(str(house), folder, **REASON)
    assert _house(folder) == ["purpose_on_record"]
    second = operator.upgrade_pack(str(_second(house, tmp_path)), folder, **REASON)
    assert _house(folder) == ["another", "purpose_on_record"]
    assert {
        name: held for name, held in _files(folder).items() if ".shirube" not in name
    } == written
    assert not list((folder / ".shirube" / "packs").glob(".*"))

    sealed = [one.adoption for one in operator.list_evidence(folder) if one.adoption]
    assert [one.index for one in operator.list_evidence(folder) if one.adoption] == [
        first.entry, second.entry,
    ]  # fmt: skip
    assert [(one.sha256, one.replaced_sha256, one.added) for one in sealed if one] == [
        (first.new.sha256, "", (RULE,)),
        (second.new.sha256, first.new.sha256, ("house/another",)),
    ]
    assert operator.verify(folder).holds


def test_a_signed_pack_is_told_by_name_and_its_signature_goes_along(
    folder: Path, house: Path
) -> None:
    signed = operator.sign_pack(house, "legal", create=True)
    operator.trust_signer(house, "Legal", signed.key_id, folder)
    found = operator.upgrade_pack(str(house), folder, **REASON)
    (pack,) = (one for one in operator.judge(folder).packs if one.id == "house")
    assert pack.provenance is not None
    assert (pack.provenance.origin, pack.provenance.signer) == ("known_key", "Legal")
    assert pack.provenance.adopted
    sealed = operator.list_evidence(folder)[found.entry or 0].adoption
    assert sealed is not None
    assert (sealed.signer, sealed.key_id) == ("Legal", signed.key_id)


@pytest.mark.parametrize("file", FILES)
def test_a_copy_that_was_changed_is_refused(folder: Path, house: Path, file: str) -> None:
    operator.upgrade_pack(str(house), folder, **REASON)
    copy = folder / ".shirube" / "packs" / "house" / file
    copy.write_text(copy.read_text(encoding="utf-8") + "# more\n", encoding="utf-8")
    for journey in (operator.judge, operator.check):
        with pytest.raises(Problems, match="are not those that the ledger says"):
            journey(folder)
    # Giving the same version again mends it, with no second entry.
    entries = len(operator.list_evidence(folder))
    operator.upgrade_pack(str(house), folder, **REASON)
    assert len(operator.list_evidence(folder)) == entries
    assert _house(folder) == ["purpose_on_record"]


def test_a_copy_that_is_gone_or_was_put_there_by_hand_is_refused(folder: Path, house: Path) -> None:
    home = folder / ".shirube" / "packs"
    home.mkdir(parents=True)
    house.rename(home / "house")
    with pytest.raises(Problems, match="the ledger has no such entry"):
        operator.judge(folder)
    (home / "house").rename(house)
    operator.upgrade_pack(str(house), folder, **REASON)
    (home / "house").rename(home.parent / "elsewhere")
    with pytest.raises(Problems, match="are gone from the folder"):
        operator.judge(folder)


def test_a_shipped_pack_can_be_replaced_and_stand_again(folder: Path, tmp_path: Path) -> None:
    shipped = SHIPPED / "recommender_policy"
    own = tmp_path / "own" / "recommender_policy"
    for file in rules.pack_files(shipped):
        (own / file).parent.mkdir(parents=True, exist_ok=True)
        (own / file).write_bytes((shipped / file).read_bytes())
    head = own / "pack.yaml"
    head.write_text(head.read_text(encoding="utf-8") + "# ours\n", encoding="utf-8")
    with pytest.raises(Problems, match="stands already"):
        operator.upgrade_pack("recommender_policy", folder, **REASON)
    adopted = operator.upgrade_pack(str(own), folder, **REASON)
    assert adopted.moves == ()
    assert adopted.old is not None
    assert adopted.old.sha256 != adopted.new.sha256
    again = operator.upgrade_pack("recommender_policy", folder, **REASON)
    assert again.new.sha256 == adopted.old.sha256
    packs = {pack.id: pack for pack in operator.judge(folder).packs}
    assert packs["recommender_policy"].provenance == Provenance(origin="shipped")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"reason": " "}, "needs a reason and the name"),
        ({"author": ""}, "needs a reason and the name"),
    ],
)
def test_an_adoption_without_reason_or_name_is_refused(
    folder: Path, house: Path, change: dict[str, str], told: str
) -> None:
    with pytest.raises(Problem, match=told):
        operator.upgrade_pack(str(house), folder, **REASON | change)


def test_a_rule_that_a_crosswalk_names_cannot_go(folder: Path, tmp_path: Path) -> None:
    shipped = SHIPPED / "copyright_and_ai"
    own = tmp_path / "own" / shipped.name
    for file in rules.pack_files(shipped):
        if not file.startswith("cr02_refused_sources/"):
            (own / file).parent.mkdir(parents=True, exist_ok=True)
            (own / file).write_bytes((shipped / file).read_bytes())
    gone = "copyright_and_ai/cr02_refused_sources"
    found = operator.upgrade_pack(str(own), folder)
    assert [(one.ref, one.change) for one in found.rules] == [(gone, "removed")]
    assert found.hindrances
    assert all(gone in told for told in found.hindrances)
    before = _files(folder)
    with pytest.raises(Problems, match=gone):
        operator.upgrade_pack(str(own), folder, **REASON)
    assert _files(folder) == before


def test_a_crash_after_the_entry_is_mended_by_the_same_command(
    folder: Path, house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    @contextmanager
    def crashing(*_given: object) -> Iterator[Callable[[], None]]:
        def crash() -> None:
            raise KeyboardInterrupt

        yield crash

    with monkeypatch.context() as patch:
        patch.setattr(upgrading, "copy_beside", crashing)
        with pytest.raises(KeyboardInterrupt):
            operator.upgrade_pack(str(house), folder, **REASON)
    with pytest.raises(Problems, match="are gone from the folder"):
        operator.judge(folder)
    entries = len(operator.list_evidence(folder))
    operator.upgrade_pack(str(house), folder, **REASON)
    assert len(operator.list_evidence(folder)) == entries
    assert _house(folder) == ["purpose_on_record"]


def test_a_full_disk_seals_nothing_and_leaves_nothing(
    folder: Path, house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator.check(folder)
    entries = len(operator.list_evidence(folder))

    def full(*_given: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(adopting.shutil, "copyfile", full)
        with pytest.raises(StoreProblem):
            operator.upgrade_pack(str(house), folder, **REASON)
    assert len(operator.list_evidence(folder)) == entries
    assert list((folder / ".shirube" / "packs").iterdir()) == []
    operator.judge(folder)


def test_a_tampered_pack_changes_nothing(folder: Path, house: Path) -> None:
    operator.sign_pack(house, "legal", create=True)
    file = house / "purpose_on_record" / "rule.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "# more\n", encoding="utf-8")
    before = _files(folder)
    with pytest.raises(Problems, match="changed after the pack was signed"):
        operator.upgrade_pack(str(house), folder, **REASON)
    assert _files(folder) == before


def test_a_restored_backup_has_the_adopted_rules_and_the_known_signers(
    folder: Path, house: Path, tmp_path: Path
) -> None:
    signed = operator.sign_pack(house, "legal", create=True)
    operator.trust_signer(house, "Legal", signed.key_id, folder)
    operator.upgrade_pack(str(house), folder, **REASON)
    operator.backup(folder, tmp_path / "saved")
    operator.restore(tmp_path / "saved", folder)
    (pack,) = (one for one in operator.judge(folder).packs if one.id == "house")
    assert pack.provenance is not None
    assert (pack.provenance.adopted, pack.provenance.signer) == (True, "Legal")


def test_an_adoption_is_never_erased(folder: Path, house: Path) -> None:
    found = operator.upgrade_pack(str(house), folder, **REASON)
    assert found.entry is not None
    with pytest.raises(Problem, match="cannot be erased"):
        operator.erase(folder, found.entry, reason="r", legal_basis="b", author="a")


def test_a_name_that_is_no_pack_is_told(folder: Path) -> None:
    with pytest.raises(Problem) as error:
        operator.upgrade_pack("recomender_policy", folder)
    assert error.value.remedy == "Did you mean recommender_policy?"
