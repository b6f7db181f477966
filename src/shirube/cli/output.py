# SPDX-License-Identifier: Apache-2.0
"""How results are shown: Rich on a terminal, plain text in a pipe, JSON when asked for."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console


def print_json(result: object) -> None:
    """Print any of our records as JSON, in UTF-8, with a stable order of keys."""
    import msgspec

    encoded = msgspec.json.encode(result, enc_hook=_encode)
    click.echo(msgspec.json.format(encoded, indent=2))


def console() -> Console:
    """Return the console for standard output: coloured on a terminal, plain when piped."""
    from rich.console import Console

    class Pipe(Console):
        """Rich would end with 1, which means *not shown*, when nobody reads on."""

        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    if sys.stdout.isatty():
        return Pipe(highlight=False)
    return Pipe(highlight=False, no_color=True, width=100, force_terminal=False)


def is_terminal() -> bool:
    """Tell whether a person is looking at standard output."""
    return sys.stdout.isatty()


def _encode(value: Any) -> Any:
    from pathlib import Path

    if isinstance(value, Path):
        return str(value)
    raise NotImplementedError(type(value).__name__)
