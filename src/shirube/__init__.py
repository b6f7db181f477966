# SPDX-License-Identifier: Apache-2.0
"""Shirube (標, a guidepost): Japan's AI governance as running software."""

from shirube.__about__ import __version__

__all__ = ["__version__"]
