# SPDX-License-Identifier: Apache-2.0
"""Engines count rows where the data lie; measures see nothing but the counts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shirube.terms.errors import Problem
from shirube.texts import _

if TYPE_CHECKING:
    from pathlib import Path

    from shirube.engines.port import Engine

__all__ = ["open_engine"]


def open_engine(
    name: str = "duckdb",
    *,
    memory_limit: str = "512MB",
    threads: int | None = None,
    temp: Path | None = None,
) -> Engine:
    """Open an engine; use it as a context manager, or close it.

    Parameters
    ----------
    name
        Which engine: ``duckdb`` (embedded, the default).
    memory_limit
        How much memory its counting may take before it spills to ``temp``.
    threads
        How many threads; None takes what the machine has.
    temp
        A folder for spilled and transcoded data; None makes one of its own. Whatever is written
        there can be read by its owner only and is removed when the engine closes.
    """
    if name != "duckdb":
        raise Problem(
            _("There is no engine named {name}.").format(name=repr(name)),
            remedy=_("Engines are: {names}.").format(names="duckdb"),
        )
    if not re.fullmatch(r"\d+(\.\d+)? ?([KMGT]i?B)", memory_limit, re.IGNORECASE):
        raise Problem(
            _("{given} is not an amount of memory.").format(given=repr(memory_limit)),
            remedy=_("Write a number and a unit, for example 512MB or 2GB."),
        )
    from shirube.engines.duckdb.engine import DuckDBEngine

    return DuckDBEngine(memory_limit=memory_limit, threads=threads, temp=temp)
