# SPDX-License-Identifier: Apache-2.0
"""Progress of long work, on standard error: a bar on a terminal, a line now and then in a log."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shirube.terms.source import Progress

_QUIET_SECONDS = 5.0
"""A log gets a line when another thing is done, and of its steps no more often than this."""


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Progress]:
    """Yield the function that long work tells its progress to."""
    if quiet:
        yield _silent
    elif sys.stderr.isatty():
        with _bar() as told:
            yield told
    else:
        yield _Log()


def _silent(step: str, share: float | None) -> None:
    del step, share


class _Log:
    def __init__(self) -> None:
        self._step, self._when = "", 0.0

    def __call__(self, step: str, share: float | None) -> None:
        """Write a line when something new is to be said; a step of what was just said can wait."""
        now = time.monotonic()
        head = self._step.partition(": ")[0]
        if head and step.partition(": ")[0] == head and now - self._when < _QUIET_SECONDS:
            return
        self._step, self._when = step, now
        click.echo(step if share is None else f"{step} {share:.0%}", err=True)


@contextmanager
def _bar() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn

    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task("", total=None)

        def told(step: str, share: float | None) -> None:
            total = None if share is None else 1.0
            bar.update(task, description=step, completed=share or 0.0, total=total)

        yield told
