# SPDX-License-Identifier: Apache-2.0
"""The process in which a stranger's dossier is verified; ``intake`` starts it, nobody else.

1. Load what will be needed.
2. Give up everything else: memory and time beyond a limit, files, programs, the network.
3. Only then read the dossier.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import msgspec
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from shirube import texts
from shirube.dossier.archive import MAX_BYTES
from shirube.dossier.intake import _STOPPED, Answered, Asked, Refused
from shirube.dossier.signers import Trust
from shirube.dossier.verification import verify
from shirube.ledger import timestamp
from shirube.ledger.signatures import parse_key
from shirube.terms.errors import Problem

if TYPE_CHECKING:
    from shirube.ledger.signatures import PublicKey

MEMORY_BYTES: Final = 640 * 1024 * 1024
CPU_SECONDS: Final = 60

_FORBIDDEN: Final = (
    "socket.", "subprocess.", "os.", "shutil.", "ctypes.", "ftplib.", "urllib.", "http.", "pty.",
)  # fmt: skip
_HARMLESS: Final = ("os.listdir", "os.scandir")
_WRITES: Final = 0o3  # O_WRONLY | O_RDWR


def main() -> int:
    """Answer what is asked on standard input."""
    _warm()
    _confine()
    asked = msgspec.json.decode(sys.stdin.buffer.readline(), type=Asked)
    texts.use(asked.language)
    key: PublicKey = load_pem_public_key(asked.public_key.encode())  # type: ignore[assignment]
    try:
        content = sys.stdin.buffer.read(MAX_BYTES + 1)
        verified = verify(content, key, _trust(asked))
        answered = Answered(verified=verified)
    except Problem as problem:
        answered = Answered(refused=_refused(problem))
    except MemoryError:
        return _STOPPED
    sys.stdout.buffer.write(msgspec.json.encode(answered))
    sys.stdout.buffer.flush()
    return 0


def _trust(asked: Asked) -> Trust:
    roots = timestamp.read_roots(asked.roots.encode(), "") if asked.roots else ()
    return Trust(
        witnesses=tuple(parse_key(one) for one in asked.witnesses),
        clocks=tuple(parse_key(one) for one in asked.clocks),
        roots=roots,
        revoked=asked.revoked,
        seen=asked.seen,
    )


def _refused(problem: Problem) -> Refused:
    return Refused(
        found=problem.found,
        where=str(problem.where or ""),
        why=problem.why,
        remedy=problem.remedy,
    )


def _warm() -> None:
    """Import what is imported late: after this no file needs to be opened."""
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519

    from shirube.ledger import envelope

    for made in (
        ed25519.Ed25519PrivateKey.generate(),
        ec.generate_private_key(ec.SECP256R1()),
    ):
        envelope.EnvelopeKey(made.public_key()).verify(envelope.sign(b"{}", made))


def _confine() -> None:
    if sys.platform != "win32":
        import resource

        _unshare_network()
        for limit, most in (
            (resource.RLIMIT_AS, MEMORY_BYTES),
            (resource.RLIMIT_CPU, CPU_SECONDS),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_CORE, 0),
        ):
            resource.setrlimit(limit, (most, most))
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    sys.addaudithook(_refuse)


def _unshare_network() -> None:
    """Enter a network of our own, with nobody else in it, where the kernel lets us."""
    import ctypes

    new_user, new_network = 0x10000000, 0x40000000
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).unshare(new_user | new_network)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """Stop at what no check of a dossier does, whatever the kernel allows."""
    if event == "open":
        flags = arguments[2] if len(arguments) > 2 else 0
        if isinstance(flags, int) and flags & _WRITES:
            raise PermissionError(event)
    elif event.startswith(_FORBIDDEN) and event not in _HARMLESS:
        raise PermissionError(event)


if __name__ == "__main__":
    sys.exit(main())
