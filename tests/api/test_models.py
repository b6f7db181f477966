# SPDX-License-Identifier: Apache-2.0
"""Models bound by the digests of their files, and signed as OpenSSF describes."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from shirube.api import operator
from shirube.cli.__main__ import cli
from shirube.terms.errors import Problem

DECLARED = """
models:
  - id: scorer
    name: {ja: 採点モデル, en: Scorer}
    version: "1"
    kind: linear
    files: [model/weights.bin, model/config.json]
    training_data_origins: {ja: 自社の記録, en: own records}
    licence: Apache-2.0
  - id: bought
    name: {ja: 購入モデル, en: Bought}
    kind: linear
"""


@pytest.fixture
def with_model(folder: Path) -> Path:
    manifest = folder / "shirube.yaml"
    manifest.write_text(manifest.read_text("utf-8") + DECLARED, encoding="utf-8")
    (folder / "model").mkdir()
    (folder / "model" / "weights.bin").write_bytes(bytes(range(256)))
    (folder / "model" / "config.json").write_text("{}", encoding="ascii")
    return folder


def _states(folder: Path) -> dict[str, str]:
    (checked,) = operator.verify_models(folder)
    return {file.name: file.state for file in checked.files}


def test_a_check_binds_the_files_of_declared_models_once(with_model: Path) -> None:
    assert operator.check(with_model).models_sealed == ("scorer",)
    assert operator.check(with_model).models_sealed == ()
    assert _states(with_model) == {
        "model/weights.bin": "as_sealed",
        "model/config.json": "as_sealed",
    }
    (with_model / "model" / "weights.bin").write_bytes(b"other")
    (with_model / "model" / "config.json").unlink()
    assert _states(with_model) == {"model/weights.bin": "changed", "model/config.json": "missing"}
    assert operator.verify(with_model).holds


@pytest.mark.full
def test_changed_weights_are_sealed_anew_and_lose_their_signature(with_model: Path) -> None:
    sealed, file = operator.sign_model(with_model, "scorer")
    assert file.is_file()
    assert sealed.model is not None
    assert operator.check(with_model).models_sealed == ()  # signed and unchanged
    (checked,) = operator.verify_models(with_model)
    assert (checked.signature, checked.stands, checked.index) == ("holds", True, sealed.index)
    (with_model / "model" / "weights.bin").write_bytes(b"other")
    (checked,) = operator.verify_models(with_model)
    assert (checked.signature, checked.stands) == ("does_not_hold", False)
    assert operator.check(with_model).models_sealed == ("scorer",)
    (checked,) = operator.verify_models(with_model)
    assert (checked.signature, checked.stands) == ("", True)


@pytest.mark.full
def test_a_changed_or_missing_signature_does_not_hold(with_model: Path) -> None:
    _sealed, file = operator.sign_model(with_model, "scorer")
    content = file.read_bytes()
    file.write_bytes(content.replace(b"dsseEnvelope", b"dsseEnvelopf"))
    assert "changed after" in operator.verify_models(with_model)[0].reason
    file.unlink()
    assert "missing" in operator.verify_models(with_model)[0].reason


@pytest.mark.full
def test_the_signature_is_one_that_the_tool_of_the_format_accepts(with_model: Path) -> None:
    from model_signing import verifying

    _sealed, file = operator.sign_model(with_model, "scorer")

    def verify() -> None:
        public = file.parent / "public_key.pem"
        config = verifying.Config().use_elliptic_key_verifier(public_key=public)
        config.verify(with_model / "model", file)

    verify()
    (with_model / "model" / "added.bin").write_bytes(b"never signed")
    with pytest.raises(ValueError, match=r"added\.bin"):
        verify()


def test_a_model_without_files_or_of_another_name_is_refused(with_model: Path) -> None:
    with pytest.raises(Problem, match="declares no files"):
        operator.sign_model(with_model, "bought")
    with pytest.raises(Problem, match="declares no model") as refused:
        operator.sign_model(with_model, "scorrer")
    assert "scorer" in (refused.value.remedy or "")
    with pytest.raises(Problem, match="No files of the model"):
        operator.verify_models(with_model, ["bought"])


def test_without_the_extra_signing_says_what_to_install(
    with_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "model_signing.signing", None)
    with pytest.raises(Problem, match="extra") as refused:
        operator.sign_model(with_model, "scorer")
    assert "shirube[models]" in (refused.value.remedy or "")


def test_an_erased_model_leaves_its_id_only(with_model: Path) -> None:
    operator.check(with_model)
    index = next(one.index for one in operator.list_evidence(with_model) if one.model)
    operator.erase(with_model, index, reason="secret", legal_basis="-", author="keeper")
    gone = operator.list_evidence(with_model)[index]
    assert gone.model is not None
    assert (gone.model.model.id, gone.model.files) == ("scorer", ())
    assert operator.verify(with_model).holds


def test_a_changed_model_ends_the_command_with_one(with_model: Path) -> None:
    operator.check(with_model)
    assert CliRunner().invoke(cli, ["model", "verify", str(with_model)]).exit_code == 0
    (with_model / "model" / "weights.bin").write_bytes(b"other")
    ended = CliRunner().invoke(cli, ["model", "verify", str(with_model), "--json"])
    assert ended.exit_code == 1
    (told,) = json.loads(ended.stdout)
    assert (told["stands"], told["files"][0]["state"]) == (False, "changed")
