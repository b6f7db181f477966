# SPDX-License-Identifier: Apache-2.0
"""What can be measured: one file per measure, found by its name, run on any source of cells."""

from shirube.measures.parameters import Parameter
from shirube.measures.registry import Measure, get, key, measure, names, vocabulary
from shirube.measures.runner import further_tables, key_of, run

__all__ = [
    "Measure",
    "Parameter",
    "further_tables",
    "get",
    "key",
    "key_of",
    "measure",
    "names",
    "run",
    "vocabulary",
]
