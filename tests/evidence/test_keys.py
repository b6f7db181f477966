# SPDX-License-Identifier: Apache-2.0
"""The operator's key: made once, private, outside every repository."""

from __future__ import annotations

import hashlib
import os
import stat
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from shirube.evidence import keys
from shirube.evidence.keys import KeyProblem


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.jp"]
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True)


def test_a_new_key_can_be_read_by_its_owner_alone(key_directory: Path) -> None:
    key = keys.create("acme")
    assert key.path == key_directory / "acme.pem"
    assert stat.S_IMODE(key.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(key_directory.stat().st_mode) == 0o700
    assert keys.exists("acme")
    assert keys.load("acme") == key or keys.load("acme").public.key_id == key.public.key_id


@pytest.mark.parametrize("algorithm", ["ed25519", "p256"])
def test_a_key_id_is_what_openssl_would_say(algorithm) -> None:
    key = keys.create("acme", algorithm=algorithm)
    der = serialization.load_pem_public_key(key.public.pem).public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    assert key.public.key_id == hashlib.sha256(der).hexdigest()


def test_without_the_variable_keys_lie_in_the_configuration_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SHIRUBE_KEY_DIR")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    assert keys.key_path("acme") == tmp_path / "config" / "shirube" / "keys" / "acme.pem"


def test_a_key_is_never_overwritten() -> None:
    old = keys.create("acme").path.read_bytes()
    with pytest.raises(KeyProblem, match="already"):
        keys.create("acme")
    assert keys.key_path("acme").read_bytes() == old


def test_a_missing_key_is_named() -> None:
    with pytest.raises(KeyProblem, match="no signing key") as raised:
        keys.load("acme")
    assert str(keys.key_path("acme")) in str(raised.value)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_a_key_that_others_can_read_is_refused(mode: int) -> None:
    keys.create("acme").path.chmod(mode)
    with pytest.raises(KeyProblem, match=f"its mode is {mode:04o}"):
        keys.load("acme")


def test_a_key_directory_that_others_can_write_to_is_refused(key_directory: Path) -> None:
    keys.create("acme")
    key_directory.chmod(0o770)
    with pytest.raises(KeyProblem, match="its mode is 0770"):
        keys.load("acme")


def test_a_key_inside_the_operators_folder_is_refused(
    operator: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHIRUBE_KEY_DIR", str(operator / ".shirube"))
    with pytest.raises(KeyProblem, match="inside the operator's folder"):
        keys.create("acme", folder=operator)
    assert not keys.exists("acme")
    keys.create("acme")
    with pytest.raises(KeyProblem, match="inside the operator's folder"):
        keys.load("acme", folder=operator)


def test_a_key_that_git_tracks_is_refused(
    key_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys.create("acme")
    git(key_directory, "init", "--quiet")
    assert keys.load("acme")  # in a repository, but not tracked
    git(key_directory, "add", "acme.pem")
    with pytest.raises(KeyProblem, match="tracked by git"):
        keys.load("acme")
    monkeypatch.setenv("GIT_DIR", str(key_directory / "elsewhere"))  # as inside a hook
    with pytest.raises(KeyProblem, match="tracked by git"):
        keys.load("acme")


@pytest.mark.skipif(os.name == "nt", reason="needs symbolic links")
def test_a_link_does_not_hide_a_tracked_key(key_directory: Path, tmp_path: Path) -> None:
    keys.create("acme")
    repository = tmp_path / "repository"
    repository.mkdir()
    git(repository, "init", "--quiet")
    (key_directory / "acme.pem").rename(repository / "secret.pem")
    (key_directory / "acme.pem").symlink_to(repository / "secret.pem")
    git(repository, "add", "secret.pem")
    with pytest.raises(KeyProblem, match="tracked by git"):
        keys.load("acme")


@pytest.mark.parametrize("name", ["", "Acme", "../acme", "a b", "a" * 64, "a\n"])
def test_an_id_that_cannot_name_a_file_is_refused(name: str) -> None:
    with pytest.raises(KeyProblem, match="cannot be an operator's id"):
        keys.create(name)


def test_what_is_no_private_key_is_refused(key_directory: Path) -> None:
    path = keys.create("acme").path
    other = rsa.generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    for content in (b"", b"-----BEGIN PRIVATE KEY-----\n", other):
        path.write_bytes(content)
        with pytest.raises(KeyProblem, match="not a private key"):
            keys.load("acme")


def test_every_changed_byte_of_a_public_key_file_is_refused_or_another_key(tmp_path: Path) -> None:
    public = keys.create("acme").public
    path = tmp_path / "public_key.pem"
    for place in range(len(public.pem)):
        changed = bytearray(public.pem)
        changed[place] ^= 1 << place % 8
        path.write_bytes(changed)
        try:
            found = keys.read_public(path)
        except KeyProblem:
            continue
        assert found.key_id != public.key_id


def test_a_key_is_not_shown() -> None:
    key = keys.create("acme")
    secret = key.path.read_text().split("\n")[1]
    assert secret not in repr(key)
    assert secret not in str(vars(key.public))
