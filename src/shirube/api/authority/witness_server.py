# SPDX-License-Identifier: Apache-2.0
"""A small server for ``add-checkpoint``; it is started by hand, and listens where it is told.

Python's own server, one thread for each connection, each with a limit of time and length. It
answers one address and nothing else; a front of your own (TLS, limits per sender) belongs before it
when it is to be reached from other machines.
"""

from __future__ import annotations

import ipaddress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Final

from shirube.api.authority.witnessing import add_checkpoint, witness_key
from shirube.ledger.texts import decimal
from shirube.ledger.witness import MAX_BODY_BYTES, Decision
from shirube.terms.errors import Problem, ShirubeError
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PATH: Final = "/add-checkpoint"
_SECONDS: Final = 20.0


class WitnessServer(ThreadingHTTPServer):
    """The server; ``make_server`` makes it, ``serve_forever`` runs it."""

    daemon_threads = True
    request_queue_size = 128
    """How many may wait to be let in; of Python's five, the sixth at once would be cut off."""

    def __init__(self, address: tuple[str, int], folder: Path, tell: Callable[[str], None]) -> None:
        self.folder, self.tell = folder, tell
        self.key = witness_key(folder)
        super().__init__(address, _Handler)

    @property
    def url(self) -> str:
        """Where requests go, without the name of the call."""
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}"


def make_server(folder: Path, listen: str, *, tell: Callable[[str], None]) -> WitnessServer:
    """Open the server's address.

    Parameters
    ----------
    folder
        The authority's folder.
    listen
        An IP address and a port, ``127.0.0.1:7380``; port 0 takes a free one.
    tell
        Is told one line for each request.

    Raises
    ------
    Problem
        The address is none, or cannot be opened.
    """
    host, _colon, port = listen.rpartition(":")
    number = decimal(port)
    try:
        ipaddress.IPv4Address(host)
        if number is None:
            raise ValueError(port)
        return WitnessServer((host, number), folder, tell)
    except (ValueError, OverflowError, OSError) as error:
        raise Problem(
            _("The address {listen} cannot be listened at.").format(listen=listen),
            why=str(error),
            remedy=_("Give an IPv4 address and a free port, for example 127.0.0.1:7380."),
        ) from error


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server_version = "shirube-witness"
    sys_version = ""
    timeout = _SECONDS
    server: WitnessServer

    def do_POST(self) -> None:
        length = decimal(self.headers.get("Content-Length", ""))
        if self.path != PATH:
            self._answer(Decision(404), keep=False)
        elif length is None or length > MAX_BODY_BYTES:
            self._answer(Decision(400), keep=False)
        else:
            self._answer(self._decided(self.rfile.read(length)))

    def _decided(self, body: bytes) -> Decision:
        try:
            return add_checkpoint(self.server.folder, body, key=self.server.key)
        except (ShirubeError, OSError) as error:  # told to who runs it, not to who asks
            self.server.tell(str(error))
            return Decision(500)

    def _answer(self, decided: Decision, *, keep: bool = True) -> None:
        content = decided.body.encode()
        self.close_connection = self.close_connection or not keep
        self.send_response(decided.status)
        self.send_header("Content-Type", decided.content_type)
        self.send_header("Content-Length", str(len(content)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        self.server.tell(f"{self.address_string()} {format % args}")
