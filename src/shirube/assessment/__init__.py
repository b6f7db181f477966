# SPDX-License-Identifier: Apache-2.0
"""Assessment: facts and packs and a date in, findings out; one operator, or a register of many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from shirube.assessment.approvals import approved_as_is
from shirube.assessment.cases import check_pack, check_packs
from shirube.assessment.categories import standings
from shirube.assessment.crosswalking import follow_crosswalk
from shirube.assessment.facts import facts
from shirube.assessment.interview import next_question, reach
from shirube.assessment.judging import assess
from shirube.assessment.reaching import changes, reaching
from shirube.assessment.upcoming import upcoming
from shirube.assessment.upgrading import upgrade

if TYPE_CHECKING:
    from shirube.assessment.register import assess_register, count_outcomes
    from shirube.assessment.register_duckdb import DuckDBRegister
    from shirube.assessment.register_reading import open_register, write_register
    from shirube.assessment.register_tables import load_register
    from shirube.assessment.trying import try_pack

__all__ = [
    "DuckDBRegister",
    "approved_as_is",
    "assess",
    "assess_register",
    "changes",
    "check_pack",
    "check_packs",
    "count_outcomes",
    "facts",
    "follow_crosswalk",
    "load_register",
    "next_question",
    "open_register",
    "reach",
    "reaching",
    "standings",
    "try_pack",
    "upcoming",
    "upgrade",
    "write_register",
]

_OF_REGISTERS: Final = {
    "DuckDBRegister": "register_duckdb",
    "assess_register": "register",
    "count_outcomes": "register",
    "load_register": "register_tables",
    "open_register": "register_reading",
    "try_pack": "trying",
    "write_register": "register_reading",
}


def __getattr__(name: str) -> object:
    """Import on first use: who judges one operator needs no arrays."""
    import importlib

    if name not in _OF_REGISTERS:
        raise AttributeError(name)
    return getattr(importlib.import_module(f"shirube.assessment.{_OF_REGISTERS[name]}"), name)
