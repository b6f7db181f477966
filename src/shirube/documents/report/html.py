# SPDX-License-Identifier: Apache-2.0
"""The page: one file, nothing fetched, nothing executed."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from shirube.documents.report.context import Page

if TYPE_CHECKING:
    from jinja2 import Template

_HERE = Path(__file__).parent


def render_html(page: Page) -> str:
    """Set the page. Every text is escaped; the only markup let through is ours and the charts'."""
    from markupsafe import Markup

    style = (_HERE / "report.css").read_text(encoding="utf-8")
    # The style sheet and the charts' SVG are written by this program; all else is escaped.
    return _template().render(p=page, w=page.words, style=Markup(style), svg=Markup) + "\n"  # noqa: S704


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.jinja")
