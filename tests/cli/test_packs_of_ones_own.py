# SPDX-License-Identifier: Apache-2.0
"""``shirube rules sign|trust|signers|distrust|upgrade`` as a person uses them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from shirube import rules, texts
from shirube.cli.commands.rules import command

MANIFEST = """\
shirube: 1
operator:
  id: shop
  name: {ja: 店, en: Shop}
  kind: company
  roles: [provider]
systems:
  - id: bot
    name: {ja: 応対, en: Bot}
    sector: retail
    stage: operation
"""


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHIRUBE_KEY_DIR", str(tmp_path / "keys"))
    rules.write_new(tmp_path / "own", "house", "risks")
    return tmp_path / "own" / "house"


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, [str(part) for part in arguments])


def _told(*arguments: str | Path) -> str:
    result = _run(*arguments)
    assert result.exit_code == 0, result.output
    return result.output


def test_from_an_unsigned_pack_to_one_that_is_told_by_the_name_of_its_signer(
    pack: Path, tmp_path: Path
) -> None:
    home = tmp_path / "own"
    assert "not signed" in _told("show", "house/risks", "--packs", home)
    signed = json.loads(_told("sign", pack, "--key", "legal", "--create", "--json"))
    assert (signed["pack"], signed["files"]) == ("house", 3)
    key = signed["key_id"]
    told = _told("list", "--packs", home)
    assert f"signed with the key {key[:16]}, which is not known here" in told
    assert "No signer is known." in _told("signers")
    _told("trust", pack, "--name", "Legal", "--fingerprint", key[:16])
    assert f"{key}  Legal" in _told("signers")
    assert "house: signed by Legal" in _told("check", "--packs", home)
    (found,) = (
        one for one in json.loads(_told("list", "--packs", home, "--json")) if one["id"] == "house"
    )
    assert found["provenance"]["origin"] == "known_key"
    with texts.using("ja"):
        assert "Legalの署名があります" in _told("show", "house/risks", "--packs", home)
    _told("distrust", "Legal")
    assert "which is not known here" in _told("list", "--packs", home)


def test_a_tampered_pack_is_refused_wherever_it_is_asked_for(pack: Path, tmp_path: Path) -> None:
    home = tmp_path / "own"
    _told("sign", pack, "--key", "legal", "--create")
    file = pack / "risks" / "cases.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    packs = ("--packs", home)
    dates = ("--from", "2026-01-01", "--to", "2026-02-01")
    asked = (("list", *packs), ("show", "house/risks", *packs), ("check", *packs))
    for words in (*asked, ("diff", *dates, *packs), ("try", pack, "--facts", tmp_path)):
        refused = _run(*words)
        told = refused.output + str(refused.exception)
        assert f"{file.resolve()}: The file was changed after the pack was signed." in told


def test_a_pack_that_does_not_pass_its_check_is_not_signed(pack: Path) -> None:
    (pack / "risks" / "cases.yaml").unlink()
    refused = _run("sign", pack, "--key", "legal", "--create")
    assert "The rule has no cases." in str(refused.exception)
    assert not (pack / "signature.dsse.json").exists()


def test_an_upgrade_is_shown_in_words_before_anything_is_done(pack: Path, tmp_path: Path) -> None:
    operator = tmp_path / "shop"
    operator.mkdir()
    (operator / "shirube.yaml").write_text(MANIFEST, encoding="utf-8")
    told = _told("upgrade", pack, "--operator", operator)
    assert "It stands: no such pack so far" in told
    assert "Added: 1" in told
    assert "system:bot  (no rule) → Not shown  house/risks" in told
    assert "answers of the manifest: 0 go on counting, 2 count newly" in told
    assert "Nothing was changed." in told
    with texts.using("ja"):
        assert "何も変更していません。" in _told("upgrade", pack, "--operator", operator)
    found = json.loads(_told("upgrade", pack, "--operator", operator, "--json"))
    assert (found["entry"], found["old"], found["stay"]) == (None, None, 0)
    assert not (operator / ".shirube").exists()
