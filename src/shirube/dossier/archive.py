# SPDX-License-Identifier: Apache-2.0
"""The file around a dossier: a ZIP archive that can be written in one way only.

Members are stored, not deflated, and carry no time, no owner and no comment. So equal contents give
equal bytes on every machine, no member can unpack to more than lies there, and reading ends with
the hardest question that can be asked: writing the same members again must give the same file. No
byte of the archive is free to carry something else.

Names are taken from a closed list. There is none with a path that leads elsewhere, no link, no
second spelling, no archive in the archive.

References
----------
PKWARE, APPNOTE.TXT, .ZIP File Format Specification, version 6.3.10, sections 4.3 and 4.4.
"""

from __future__ import annotations

import re
import struct
import zlib
from typing import TYPE_CHECKING, Final

from shirube.dossier.errors import malformed
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Mapping

STATEMENT: Final = "dossier.json"
CHECKPOINT: Final = "checkpoint"
PROOFS: Final = "proofs.txt"
EVIDENCE: Final = "evidence.jsonl"
FINDINGS: Final = "findings.jsonl"
CONSISTENCY: Final = "consistency.txt"

MAX_BYTES: Final = 64 * 1024 * 1024
MAX_MEMBERS: Final = 10_000

_NAME: Final = re.compile(
    r"dossier\.json|checkpoint|proofs\.txt|evidence\.jsonl|findings\.jsonl|consistency\.txt"
    r"|documents/[0-9a-f]{64}|stamps/[0-9]{1,4}\.tsr|anchors/[0-9]{1,4}\.txt"
)
_ARCHIVES: Final = (
    b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf\x27\x1c",
    b"Rar!", b"\x28\xb5\x2f\xfd",
)  # fmt: skip
_LOCAL: Final = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL: Final = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END: Final = struct.Struct("<4sHHHHIIH")
_LOCAL_MARK: Final = b"PK\x03\x04"
_VERSION: Final = 10
_UNIX: Final = 3 << 8 | 20
_FIRST_DAY: Final = 0x0021  # 1980-01-01, the first that the format knows
_PLAIN_FILE: Final = 0o100644 << 16


def write(members: Mapping[str, bytes]) -> bytes:
    """Write the members as the file of a dossier: the statement first, the others by name.

    Raises
    ------
    RefusedDossier
        A name is not on the list, a document is an archive, or the file would be too large.
    """
    body, directory = bytearray(), bytearray()
    for name in sorted(members, key=lambda name: (name != STATEMENT, name)):
        content = members[name]
        _check_member(name, content)
        offset, said = len(body), name.encode("ascii")
        common = (_VERSION, 0, 0, 0, _FIRST_DAY, zlib.crc32(content), len(content), len(content))
        body += _LOCAL.pack(_LOCAL_MARK, *common, len(said), 0) + said + content
        directory += _CENTRAL.pack(
            b"PK\x01\x02", _UNIX, *common, len(said), 0, 0, 0, 0, _PLAIN_FILE, offset
        )
        directory += said
        if len(body) > MAX_BYTES:
            raise _too_large()
    count = len(members)
    if count > MAX_MEMBERS:
        raise malformed(_("it has more than {limit} members").format(limit=MAX_MEMBERS))
    end = _END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), len(body), 0)
    written = bytes(body + directory + end)
    if len(written) > MAX_BYTES:
        raise _too_large()
    return written


def read(content: bytes) -> dict[str, bytes]:
    """Return the members of a dossier's file; nothing in them is believed yet.

    Raises
    ------
    RefusedDossier
        It is not exactly the file that ``write`` would write.
    """
    if len(content) > MAX_BYTES:
        raise _too_large()
    if content[:4] != _LOCAL_MARK:
        raise malformed(_("it is no archive at all"))
    members: dict[str, bytes] = {}
    at = 0
    while content[at : at + 4] == _LOCAL_MARK:
        name, start, end = _local(content, at)
        if name in members:
            raise malformed(_("the member “{name}” stands there twice").format(name=name))
        if len(members) >= MAX_MEMBERS:
            raise malformed(_("it has more than {limit} members").format(limit=MAX_MEMBERS))
        members[name] = content[start:end]
        at = end
    if STATEMENT not in members:
        raise malformed(_("the member “{name}” is missing").format(name=STATEMENT))
    if write(members) != content:
        raise malformed(_("the archive is not written in the one way that a dossier is"))
    return members


def is_archive(content: bytes) -> bool:
    """Tell whether a file is itself an archive, by its first bytes; tar has its mark at 257."""
    return content.startswith(_ARCHIVES) or content[257:262] == b"ustar"


def _local(content: bytes, at: int) -> tuple[str, int, int]:
    """Return name, start and end of the member whose header lies at ``at``."""
    if at + _LOCAL.size > len(content):
        raise malformed(_("it ends in the middle of a member"))
    fields = _LOCAL.unpack_from(content, at)
    flags, method, packed, size, named, extra = (fields[i] for i in (2, 3, 7, 8, 9, 10))
    if flags or method or extra or packed != size:
        raise malformed(_("a member is compressed, encrypted or carries hidden fields"))
    start = at + _LOCAL.size + named
    if start + size > len(content):
        raise malformed(_("it ends in the middle of a member"))
    name = content[at + _LOCAL.size : start].decode("ascii", errors="backslashreplace")
    if not _NAME.fullmatch(name):
        raise malformed(_("“{name}” is no name of a member").format(name=name[:80]))
    return name, start, start + size


def _check_member(name: str, content: bytes) -> None:
    if not _NAME.fullmatch(name):
        raise malformed(_("“{name}” is no name of a member").format(name=name[:80]))
    if name.startswith("documents/") and is_archive(content):
        raise malformed(_("a document in it is an archive"))


def _too_large() -> Exception:
    return malformed(_("it is longer than {limit} MiB").format(limit=MAX_BYTES // 1024 // 1024))
