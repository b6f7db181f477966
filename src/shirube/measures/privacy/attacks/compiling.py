# SPDX-License-Identifier: Apache-2.0
"""Inner loops, compiled where numba is; without it numpy finds the same, only later."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


@cache
def compiled(loop: Callable[..., Any]) -> Callable[..., Any] | None:
    """Return the loop compiled, kept on disk where that is allowed; None without ``fast``."""
    try:
        import numba
    except ImportError:
        return None
    try:
        kernel: Callable[..., Any] = numba.njit(cache=True, nogil=True)(loop)
    except RuntimeError:  # no folder to keep it in
        kernel = numba.njit(nogil=True)(loop)
    return kernel
