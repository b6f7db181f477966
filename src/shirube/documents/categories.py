# SPDX-License-Identifier: Apache-2.0
"""Categories of personal information, told by themselves rather than in a report."""

from __future__ import annotations

from shirube.documents.content import ReportContent
from shirube.documents.report.categories_view import categories_by_dataset, category_limits
from shirube.documents.report.context import CategoryView, DatasetCategories
from shirube.documents.report.names import Names

__all__ = ["CategoryView", "DatasetCategories", "categories", "category_limits"]


def categories(content: ReportContent) -> tuple[DatasetCategories, ...]:
    """Return the categories of each data set in the language in use."""
    return categories_by_dataset(content, Names(content))
