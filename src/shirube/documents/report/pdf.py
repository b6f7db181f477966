# SPDX-License-Identifier: Apache-2.0
"""The PDF: set by Typst from the same records, tagged, the same bytes for the same content."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, Literal

import msgspec

from shirube.documents import fonts
from shirube.documents.report.context import Page

_HERE = Path(__file__).parent


_STANDARDS: list[Literal["ua-1", "a-2a"]] = ["ua-1", "a-2a"]
"""Accessible (PDF/UA-1) and fit for archives (PDF/A-2a)."""


def render_pdf(page: Page) -> bytes:
    """Set the PDF. The texts reach Typst as JSON, so that nothing in them is markup.

    Both standards forbid a character that no font can show (an emoji in a user's text, say). Such
    a report is set without the claim to the standards rather than not at all.
    """
    return compile_pdf(_HERE / "report.typ", page, page.generated_utc)


def compile_pdf(template: Path, page: msgspec.Struct, generated_utc: str) -> bytes:
    """Set any page by a template beside it, as above; the time stamp is the page's own."""
    import typst

    try:
        return _compile(template, page, generated_utc, _STANDARDS)
    except typst.TypstError:
        return _compile(template, page, generated_utc, [])


def _compile(
    template: Path, page: msgspec.Struct, generated_utc: str, standards: list[Any]
) -> bytes:
    import typst

    pdf: bytes = typst.compile(
        str(template),
        root=str(template.parent),
        font_paths=[str(folder) for folder in fonts.japanese_folders()],
        sys_inputs={"page": msgspec.json.encode(page).decode()},
        timestamp=int(dt.datetime.fromisoformat(generated_utc).timestamp()),
        pdf_standards=standards,
    )
    return pdf
