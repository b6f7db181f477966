# SPDX-License-Identifier: Apache-2.0
"""JSON as signed records allow it: one way to write each value, limits before anything is built.

No key twice, no NaN, no bare number at all (numbers travel as decimal strings), sorted keys, no
space. Depth and count of nodes are taken from the text before the parser makes objects of it: a
few megabytes of brackets would otherwise become hundreds of megabytes of them.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final, NoReturn

from shirube.ledger.errors import MalformedRecord
from shirube.texts import _

MAX_BYTES: Final = 16 * 1024 * 1024
MAX_DEPTH: Final = 64
MAX_NODES: Final = 1_000_000

Json = Any

# Possessive, so that a long string costs no memory for ways back.
_TOKEN: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[][{},]', re.DOTALL)


def dump(value: Json) -> bytes:
    """Write JSON in the one way that ``parse`` accepts."""
    try:
        return json.dumps(
            value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
        ).encode()
    except UnicodeEncodeError as error:
        raise MalformedRecord(_("a text in it is not valid UTF-8")) from error


def parse(content: bytes) -> Json:
    """Read JSON that ``dump`` wrote.

    Raises
    ------
    MalformedRecord
        A limit is broken, it is no JSON, or it is written in another way.
    """
    if len(content) > MAX_BYTES:
        raise MalformedRecord(
            _("a JSON text in it is longer than {limit} bytes").format(limit=MAX_BYTES)
        )
    _look(content)
    try:
        value = json.loads(
            content.decode(),
            object_pairs_hook=_unique,
            parse_constant=_no_number,
            parse_float=_no_number,
            parse_int=_no_number,
        )
    except (ValueError, RecursionError) as error:
        raise MalformedRecord(_("a JSON text in it cannot be read")) from error
    if dump(value) != content:
        raise MalformedRecord(_("a JSON text in it is not written in the one way that is allowed"))
    return value


def _look(content: bytes) -> None:
    """Count depth and nodes without building anything."""
    depth = nodes = 0
    for token in _TOKEN.finditer(content):
        sign = content[token.start()]
        if sign in b"[{":
            depth += 1
            nodes += 1
        elif sign in b"]}":
            depth -= 1
        elif sign in b",":
            nodes += 1
        if depth > MAX_DEPTH or nodes > MAX_NODES:
            raise MalformedRecord(_("a JSON text in it is too deep or has too many parts"))


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise MalformedRecord(_("a key stands twice in one object"))
    return found


def _no_number(text: str) -> NoReturn:
    raise MalformedRecord(_("a bare number stands in it: {text}").format(text=text[:40]))
