# SPDX-License-Identifier: Apache-2.0
"""Write a page in each language as HTML and as PDF: what the report and the timeline share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from shirube.documents import fonts
from shirube.documents.content import Written
from shirube.terms.errors import Problem
from shirube.texts import Language, _, using

if TYPE_CHECKING:
    from jinja2 import Template

Format = Literal["html", "pdf"]
FORMATS: tuple[Format, ...] = ("html", "pdf")
_Page = TypeVar("_Page")


def write_pages(
    out: Path,
    stem: str,
    formats: Sequence[Format],
    languages: Sequence[Language],
    *,
    page: Callable[[], _Page],
    render: Callable[[_Page, Format], bytes],
) -> Written:
    """Write ``<stem>.<language>.html`` and ``.pdf`` into a folder.

    Without a Japanese font the pages are complete, the PDFs are skipped and the reason is told.

    Parameters
    ----------
    out, stem, formats, languages
        Which files.
    page
        Makes the page's record, with its texts in the language in use.
    render
        Sets it in one format.

    Raises
    ------
    Problem
        When the extra ``reports`` is not installed, or the folder cannot be written.
    """
    require(formats)
    without_pdf = not fonts.japanese_folders()
    files: list[Path] = []
    for chosen in languages:
        with using(chosen):
            made = page()
            wanted = [form for form in formats if form == "html" or not without_pdf]
            rendered = {form: render(made, form) for form in wanted}
        # Saved in the language of the user again, who is told what the disk refuses.
        for form, data in rendered.items():
            files.append(_save(out / f"{stem}.{chosen}.{form}", data))
    skipped = (fonts.missing_message(),) if without_pdf and "pdf" in formats else ()
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


@cache
def template(file: Path) -> Template:
    """Return a page's template; every text in it is escaped, and a missing one is an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(file.parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(file.name)


def _save(file: Path, data: bytes) -> Path:
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
