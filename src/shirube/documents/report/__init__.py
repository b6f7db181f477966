# SPDX-License-Identifier: Apache-2.0
"""The report: one self-contained page and one PDF per language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.documents.pages import FORMATS, Format, write_pages
from shirube.texts import LANGUAGES, Language

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shirube.documents.content import ReportContent, Written
    from shirube.documents.report.context import Page


def report(
    content: ReportContent,
    out: Path,
    formats: Sequence[Format] = FORMATS,
    languages: Sequence[Language] = LANGUAGES,
) -> Written:
    """Write ``report.<language>.html`` and ``report.<language>.pdf`` into a folder.

    The same content gives the same bytes; see ``write_pages``.

    Raises
    ------
    Problem
        When the extra ``reports`` is not installed, or the folder cannot be written.
    """
    return write_pages(
        out, "report", formats, languages, page=lambda: _page(content), render=_render
    )


def _page(content: ReportContent) -> Page:
    from shirube.documents.report.build import page

    return page(content)


def _render(page: Page, form: Format) -> bytes:
    if form == "html":
        from shirube.documents.report.html import render_html

        return render_html(page).encode()
    from shirube.documents.report.pdf import render_pdf

    return render_pdf(page)
