# SPDX-License-Identifier: Apache-2.0
"""The report: one self-contained page and one PDF per language."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from shirube.documents import fonts
from shirube.documents.content import ReportContent, Written
from shirube.terms.errors import Problem
from shirube.texts import LANGUAGES, Language, _, using

if TYPE_CHECKING:
    from shirube.documents.report.context import Page

Format = Literal["html", "pdf"]
FORMATS: tuple[Format, ...] = ("html", "pdf")


def report(
    content: ReportContent,
    out: Path,
    formats: Sequence[Format] = FORMATS,
    languages: Sequence[Language] = LANGUAGES,
) -> Written:
    """Write ``report.<language>.html`` and ``report.<language>.pdf`` into a folder.

    The same content gives the same bytes. Without a Japanese font the pages are complete, the PDFs
    are skipped and the reason is told.

    Raises
    ------
    Problem
        When the extra ``reports`` is not installed, or the folder cannot be written.
    """
    require(formats)
    pictures = not fonts.japanese_folders()
    files: list[Path] = []
    for chosen in languages:
        with using(chosen):
            page = _page(content)
            wanted = [form for form in formats if form == "html" or not pictures]
            rendered = {form: _render(page, form) for form in wanted}
        # Saved in the language of the user again, who is told what the disk refuses.
        for form, data in rendered.items():
            files.append(save(out / f"report.{chosen}.{form}", data))
    skipped = (fonts.missing_message(),) if pictures and "pdf" in formats else ()
    return Written(tuple(files), skipped)


def require(formats: Sequence[Format]) -> None:
    """Raise ``Problem`` where a package that these formats need is missing."""
    try:
        import altair  # noqa: F401
        import jinja2  # noqa: F401
        import vl_convert  # noqa: F401

        if "pdf" in formats:
            import typst  # noqa: F401
    except ImportError as error:
        raise Problem(
            _("Writing a report needs the package {name}, which is not installed.").format(
                name=error.name
            ),
            remedy=_("Install the extra: {command}").format(
                command='pip install "shirube[reports]"'
            ),
        ) from error


def _page(content: ReportContent) -> Page:
    from shirube.documents.report.build import page

    return page(content)


def _render(page: Page, form: Format) -> bytes:
    if form == "html":
        from shirube.documents.report.html import render_html

        return render_html(page).encode()
    from shirube.documents.report.pdf import render_pdf

    return render_pdf(page)


def save(file: Path, data: bytes) -> Path:
    """Write a file and return it; raises ``Problem`` for what the disk refuses."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    except OSError as error:
        raise Problem(
            _("The report could not be written: {detail}").format(detail=error.strerror),
            where=str(file),
            remedy=_("Choose a folder that you may write to and that has room."),
        ) from error
    return file
