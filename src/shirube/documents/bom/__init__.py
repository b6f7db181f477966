# SPDX-License-Identifier: Apache-2.0
"""The AI bill of materials (CycloneDX 1.7) of a system, and the difference between two."""

from shirube.documents.bom.building import bom
from shirube.documents.bom.difference import difference

__all__ = ["bom", "difference"]
