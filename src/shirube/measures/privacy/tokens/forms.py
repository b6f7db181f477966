# SPDX-License-Identifier: Apache-2.0
"""Which texts look like an MD5, SHA-1 or SHA-256, in hexadecimal or in Base64.

Only the length tells them apart; a random text of the same length looks the same. That is no harm:
nothing is found behind it.
"""

from __future__ import annotations

import base64
import binascii
import re

ALGORITHMS = {16: "md5", 20: "sha1", 32: "sha256"}
"""Name of the algorithm by the length of its digest in bytes."""

_HEX = re.compile(r"(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64})")
_BASE64 = re.compile(r"[0-9A-Za-z+/_-]{22}(?:==)?|[0-9A-Za-z+/_-]{27}=?|[0-9A-Za-z+/_-]{43}=?")
_LABEL = re.compile(r"(?:md5|sha-?1|sha-?256)[:$=]", re.IGNORECASE)


def digest_of(token: str) -> tuple[str, bytes] | None:
    """Return the form (``hex`` or ``base64``) and the digest that a token spells; None for others.

    A name of the algorithm in front (``sha256:``) is left out.
    """
    text = _LABEL.sub("", token.strip(), count=1)
    if _HEX.fullmatch(text):
        return "hex", bytes.fromhex(text)
    if _BASE64.fullmatch(text):
        standard = text.rstrip("=").replace("-", "+").replace("_", "/")
        try:
            digest = base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
        except binascii.Error:
            return None
        return ("base64", digest) if len(digest) in ALGORITHMS else None
    return None
