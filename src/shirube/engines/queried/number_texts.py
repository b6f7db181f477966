# SPDX-License-Identifier: Apache-2.0
"""The text of a number that an engine sent: as DuckDB writes it, whatever the engine prints."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from shirube.terms.source import TableColumn


def number_text(column: TableColumn, value: Any) -> str:
    """Return the shortest digits that give a double (or a float of 32 bits) back; decimals plain.

    A ``Decimal`` keeps the digits of its column and never takes an exponent.
    """
    if isinstance(value, Decimal):
        scale = re.fullmatch(r"DECIMAL\(\d+,(\d+)\)", column.type)
        return f"{value:.{scale[1]}f}" if scale else f"{value:f}"
    if isinstance(value, float):
        # The shortest digits among floats of 32 bits are not those among doubles.
        return repr(float(str(np.float32(value))) if column.type == "FLOAT" else value)
    return str(value)
