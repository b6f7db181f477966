# SPDX-License-Identifier: Apache-2.0
"""Engines count rows where the data lie; measures see nothing but the counts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shirube.terms.errors import Problem
from shirube.texts import _

if TYPE_CHECKING:
    from pathlib import Path

    from shirube.engines.choosing import Engines

__all__ = ["NAMES", "open_engine"]


NAMES = ("duckdb", "spark", "postgres")
"""The engines that there are."""


def open_engine(
    name: str | None = None,
    *,
    memory_limit: str = "512MB",
    threads: int | None = None,
    temp: Path | None = None,
) -> Engines:
    """Open the engines; use them as a context manager, or close them.

    Parameters
    ----------
    name
        Which engine must count; None takes the one where the data are: DuckDB (embedded) for
        files, PostgreSQL for its tables.
    memory_limit
        How much memory its counting may take before it spills to ``temp``.
    threads
        How many threads; None takes what the machine has.
    temp
        A folder for spilled and transcoded data; None makes one of its own. Whatever is written
        there can be read by its owner only and is removed when the engine closes.
    """
    if name is not None and name not in NAMES:
        raise Problem(
            _("There is no engine named {name}.").format(name=repr(name)),
            remedy=_("Engines are: {names}.").format(names=", ".join(NAMES)),
        )
    if not re.fullmatch(r"\d+(\.\d+)? ?([KMGT]i?B)", memory_limit, re.IGNORECASE):
        raise Problem(
            _("{given} is not an amount of memory.").format(given=repr(memory_limit)),
            remedy=_("Write a number and a unit, for example 512MB or 2GB."),
        )
    from shirube.engines.choosing import Engines

    return Engines(name, memory_limit=memory_limit, threads=threads, temp=temp)
