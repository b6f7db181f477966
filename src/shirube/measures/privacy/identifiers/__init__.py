# SPDX-License-Identifier: Apache-2.0
"""Identifiers of people in Japan: formats, check digits, context, and how they are found.

A text that was found lives only inside the function that judges it. What leaves is its kind,
place and score, and a keyed digest for whoever holds the key.
"""

from __future__ import annotations

from shirube.measures.privacy.identifiers.kinds import KINDS, Kind, LegalClass
from shirube.measures.privacy.identifiers.scan import ALL_KINDS, Finding, Scan, scan_text

__all__ = ["ALL_KINDS", "KINDS", "Finding", "Kind", "LegalClass", "Scan", "scan_text"]
