# SPDX-License-Identifier: Apache-2.0
"""Keyed tokens: equal for equal values, under a key that only its owner reads."""

from __future__ import annotations

import hashlib
import hmac
import stat

import pytest

from shirube.deidentification import token_key
from shirube.terms.errors import Problem


def test_a_token_is_the_first_half_of_an_hmac(tmp_path) -> None:
    key = token_key.create("release", tmp_path)
    expected = hmac.new(key.secret, "name\0山田".encode(), hashlib.sha256).hexdigest()[:32]
    assert key.token("name", "山田") == key.tokens_of("name")("山田") == expected
    assert key.token("phone", "山田") != expected


def test_the_key_is_kept_for_its_owner_alone_and_not_shown(tmp_path) -> None:
    key = token_key.create("release", tmp_path / "keys")
    path = token_key.path_of("release", tmp_path / "keys")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert key.secret.hex() not in repr(key)
    assert token_key.load("release", tmp_path / "keys") == key


def test_two_keys_share_no_token(tmp_path) -> None:
    keys = [token_key.create(name, tmp_path) for name in ("one", "two")]
    assert len({key.token("name", "x") for key in keys}) == 2


def test_an_existing_key_is_never_overwritten(tmp_path) -> None:
    first = token_key.create("release", tmp_path)
    with pytest.raises(Problem, match="There is a token key of that name already"):
        token_key.create("release", tmp_path)
    assert token_key.load("release", tmp_path) == first


def test_a_key_that_others_can_read_is_refused(tmp_path) -> None:
    token_key.create("release", tmp_path)
    token_key.path_of("release", tmp_path).chmod(0o644)
    with pytest.raises(Problem, match="Others can read the token key"):
        token_key.load("release", tmp_path)


@pytest.mark.parametrize("content", ["", "beef", "not hex at all"])
def test_what_is_no_key_is_refused(tmp_path, content) -> None:
    token_key.create("release", tmp_path)
    token_key.path_of("release", tmp_path).write_text(content, encoding="ascii")
    with pytest.raises(Problem, match="This is not a token key"):
        token_key.load("release", tmp_path)


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden"])
def test_a_name_cannot_lead_elsewhere(tmp_path, name) -> None:
    with pytest.raises(Problem, match="cannot be the name of a token key"):
        token_key.exists(name, tmp_path)
