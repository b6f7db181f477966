# SPDX-License-Identifier: Apache-2.0
"""Documents: what was found, told to people in two languages and to machines in two formats.

The functions share the names of their files, so they are bound here at once: a later import of
the submodule would otherwise put the module in the place of the function.
"""

from __future__ import annotations

from shirube.documents import charts
from shirube.documents.bom import bom
from shirube.documents.bom import difference as bom_difference
from shirube.documents.categories import DatasetCategories, categories
from shirube.documents.content import ReportContent, Written
from shirube.documents.findings_text import findings_text
from shirube.documents.junit import junit
from shirube.documents.next_actions import Action, next_actions
from shirube.documents.report import report
from shirube.documents.sarif import sarif
from shirube.documents.timeline import timeline

__all__ = [
    "Action",
    "DatasetCategories",
    "ReportContent",
    "Written",
    "bom",
    "bom_difference",
    "categories",
    "charts",
    "findings_text",
    "junit",
    "next_actions",
    "report",
    "sarif",
    "timeline",
]
