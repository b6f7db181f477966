# SPDX-License-Identifier: Apache-2.0
"""The page: one file, nothing fetched, nothing executed."""

from __future__ import annotations

from pathlib import Path

from shirube.documents.pages import template
from shirube.documents.report.context import Page

_HERE = Path(__file__).parent


def render_html(page: Page) -> str:
    """Set the page. Every text is escaped; the only markup let through is ours and the charts'."""
    from markupsafe import Markup

    style = (_HERE / "report.css").read_text(encoding="utf-8")
    # The style sheet and the charts' SVG are written by this program; all else is escaped.
    placed = template(_HERE / "report.html.jinja")
    return placed.render(p=page, w=page.words, style=Markup(style), svg=Markup) + "\n"  # noqa: S704
