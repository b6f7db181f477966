# SPDX-License-Identifier: Apache-2.0
"""Identifiers that a fixed sign gives away: an at sign, a UUID's hyphens, words beside a number.

Every search starts from something rare (``@``, a hyphen, ``記号``), so that ordinary text is passed
at the speed of a character search.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shirube.measures.privacy.identifiers.runs import Candidate, Score

if TYPE_CHECKING:
    from collections.abc import Iterator

_DOMAIN = re.compile(
    r"@((?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})\.){1,8}[A-Za-z]{2,24})(?![A-Za-z0-9])"
)
_LOCAL = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._%+-"
_UUID_MIDDLE = re.compile(r"-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-")
_UUID = re.compile(
    r"(?<![0-9A-Za-z-])[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?![0-9A-Za-z-])"
)
_INSURED = re.compile(
    r"記号[ :]{0,3}([^\s:]{1,10}?)[ ・、,]{0,3}番号[ :]{0,3}([0-9]{1,8})(?![0-9])"
    r"(?:[ (]{0,3}枝番[ :]{0,2}[0-9]{2})?"
)
_POSTAL_SYMBOL = re.compile(r"1[0-9]{3}0(?:-[0-9])?")


def signed(block: str) -> list[Candidate]:
    """Return what fixed signs give away in a folded block, in the order of the text."""
    found = [*_emails(block), *_uuids(block), *_insured(block)]
    return sorted(found, key=lambda each: each.start)


def _emails(block: str) -> Iterator[Candidate]:
    for match in _DOMAIN.finditer(block):
        head = block[max(0, match.start() - 64) : match.start()]
        local = head[len(head.rstrip(_LOCAL)) :]
        if local.strip("."):
            start = match.start() - len(local)
            text = block[start : match.end()]
            yield Candidate("email_or_online_id", start, match.end(), Score.SIGN, text)


def _uuids(block: str) -> Iterator[Candidate]:
    for middle in _UUID_MIDDLE.finditer(block):
        match = _UUID.match(block, max(0, middle.start() - 8))
        if match:
            yield Candidate("email_or_online_id", *match.span(), Score.FORMAT, match[0])


def _insured(block: str) -> Iterator[Candidate]:
    """Health insurance and the postal bank both say *symbol and number*; the symbol tells them."""
    for match in _INSURED.finditer(block):
        postal = _POSTAL_SYMBOL.fullmatch(match[1])
        kind = "bank_account" if postal else "insured_number"
        yield Candidate(kind, *match.span(), Score.SIGN, match[1] + match[2])
