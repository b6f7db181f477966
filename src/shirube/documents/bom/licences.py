# SPDX-License-Identifier: Apache-2.0
"""Licences as CycloneDX wants them: an SPDX id where the words are one, else the words."""

from __future__ import annotations

import re
from typing import Any

IDS = (
    "0BSD", "AFL-3.0", "AGPL-3.0-only", "AGPL-3.0-or-later", "Apache-2.0", "Artistic-2.0",
    "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "BlueOak-1.0.0", "CC-BY-2.0", "CC-BY-2.5",
    "CC-BY-3.0", "CC-BY-4.0", "CC-BY-NC-2.0", "CC-BY-NC-3.0", "CC-BY-NC-4.0", "CC-BY-NC-ND-3.0",
    "CC-BY-NC-ND-4.0", "CC-BY-NC-SA-2.0", "CC-BY-NC-SA-3.0", "CC-BY-NC-SA-4.0", "CC-BY-ND-4.0",
    "CC-BY-SA-3.0", "CC-BY-SA-4.0", "CC0-1.0", "CDLA-Permissive-1.0", "CDLA-Permissive-2.0",
    "CDLA-Sharing-1.0", "ECL-2.0", "EPL-1.0", "EPL-2.0", "EUPL-1.1", "EUPL-1.2", "GPL-2.0-only",
    "GPL-2.0-or-later", "GPL-3.0-only", "GPL-3.0-or-later", "ISC", "LGPL-2.1-only",
    "LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later", "MIT", "MIT-0", "MPL-2.0", "MS-PL",
    "NCSA", "ODC-By-1.0", "ODbL-1.0", "OFL-1.1", "OSL-3.0", "PDDL-1.0", "PSF-2.0", "Python-2.0",
    "Unlicense", "WTFPL", "Zlib",
)  # fmt: skip
"""SPDX ids of licences that models, data sets and packages bear; any other licence keeps its words.

SPDX License List, https://spdx.org/licenses/ (CC0 1.0).
"""

_BY_SMALL = {name.lower(): name for name in IDS}
_CREATIVE = re.compile(
    r"https?://creativecommons\.org/(?:licenses/(?P<kind>[a-z-]+)|publicdomain/(?P<zero>zero))"
    r"/(?P<version>\d\.\d)/?(?:deed\.\w+|legalcode)?$"
)
_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`\[\]]+")
"""What CycloneDX takes as an address; other words are a name and nothing more."""
_APACHE = re.compile(r"https?://www\.apache\.org/licenses/LICENSE-2\.0(\.txt|\.html)?$")


def spdx_id(words: str) -> str:
    """Return the SPDX id that these words are, or an empty text."""
    plain = words.strip()
    if _APACHE.match(plain):
        return "Apache-2.0"
    if address := _CREATIVE.match(plain):
        kind = "cc0" if address["zero"] else f"cc-{address['kind']}"
        plain = f"{kind}-{address['version']}"
    return _BY_SMALL.get(re.sub(r"[\s_]+", "-", plain).lower(), "")


def choice(words: str) -> list[dict[str, Any]]:
    """Return a CycloneDX licence choice; an address becomes name and address."""
    if known := spdx_id(words):
        return [{"license": {"id": known}}]
    if _ADDRESS.fullmatch(words):
        return [{"license": {"name": words, "url": words}}]
    return [{"license": {"name": words}}]
