# SPDX-License-Identifier: Apache-2.0
"""The PDF: set by Typst from the same records, tagged, the same bytes for the same content."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import msgspec

from shirube.documents import fonts
from shirube.documents.report.context import Page

_HERE = Path(__file__).parent


def render_pdf(page: Page) -> bytes:
    """Set the PDF. The texts reach Typst as JSON, so that nothing in them is markup."""
    import typst

    pdf: bytes = typst.compile(
        str(_HERE / "report.typ"),
        root=str(_HERE),
        font_paths=[str(folder) for folder in fonts.japanese_folders()],
        sys_inputs={"page": msgspec.json.encode(page).decode()},
        timestamp=int(dt.datetime.fromisoformat(page.generated_utc).timestamp()),
    )
    return pdf
