# SPDX-License-Identifier: Apache-2.0
"""The timeline of a system: one self-contained page and one PDF per language."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from shirube.documents import formats
from shirube.documents.pages import FORMATS, Format, template, write_pages
from shirube.documents.timeline.lines import KINDS, Proof, lines
from shirube.texts import LANGUAGES, Language, _, language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shirube.documents.content import ReportContent, Written
    from shirube.terms.manifest import System

_HERE = Path(__file__).parent
HANDBOOK = (
    "https://www.meti.go.jp/shingikai/mono_info_service/ai_utilization_civil/pdf/20260409_1.pdf"
)


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A line as it is placed: every text written."""

    date: str
    kind: str
    label: str
    what: str
    details: tuple[str, ...]
    proofs: tuple[Proof, ...]


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """The whole timeline."""

    lang: str
    title: str
    operator: str
    subtitle: str
    footing: tuple[str, ...]
    handbook: str
    facts: tuple[tuple[str, str], ...]
    heads: tuple[str, str, str]
    lines: tuple[Shown, ...]
    verify_title: str
    verify: tuple[str, ...]
    checkpoint: str
    generated_utc: str


def timeline(
    content: ReportContent,
    system: System,
    out: Path,
    formats: Sequence[Format] = FORMATS,
    languages: Sequence[Language] = LANGUAGES,
) -> Written:
    """Write ``timeline.<system>.<language>.html`` and ``.pdf`` into a folder.

    The same content gives the same bytes; see ``write_pages``.

    Raises
    ------
    Problem
        When the extra ``reports`` is not installed, or the folder cannot be written.
    """
    return write_pages(
        out,
        f"timeline.{system.id}",
        formats,
        languages,
        page=lambda: _page(content, system),
        render=lambda page, form: _html(page) if form == "html" else _pdf(page),
    )


def _page(content: ReportContent, system: System) -> Page:
    words = _kinds()
    return Page(
        lang=language(),
        title=_("Timeline: {system}").format(system=system.name),
        operator=str(content.manifest.operator.name),
        subtitle=_("What was known, expected, measured, decided and done until {date}").format(
            date=formats.day(content.on)
        ),
        footing=_footing(),
        handbook=HANDBOOK,
        facts=tuple(
            (label, text)
            for label, text in (
                (_("Written"), formats.moment(content.generated_at)),
                (_("Corporate number"), content.manifest.operator.corporate_number or ""),
                (_("Signing key"), content.public_key_id),
                (_("Written by"), f"Shirube {content.tool_version}"),
            )
            if text
        ),
        heads=(_("Date (Japan Standard Time)"), _("What happened"), _("Proof")),
        lines=tuple(
            Shown(
                date=formats.day(line.date) if line.date else _("without a date"),
                kind=line.kind,
                label=words[line.kind],
                what=line.what,
                details=line.details,
                proofs=line.proofs,
            )
            for line in lines(content, system)
        ),
        verify_title=_("How to verify"),
        verify=_verify(),
        checkpoint=content.checkpoint.strip("\n"),
        generated_utc=content.generated_at.astimezone(dt.UTC).isoformat(),
    )


def _kinds() -> dict[str, str]:
    told = (_("Expected"), _("Known"), _("Measured"), _("Decided"), _("Done"))
    return dict(zip(KINDS, told, strict=True))


def _footing() -> tuple[str, ...]:
    return (
        _(
            "Footing of this document: commentary. No statute says that such a record shows "
            "reasonable care, and none presumes it."
        ),
        _(
            "The nearest official text is the handbook of the Ministry of Economy, Trade and "
            "Industry on civil liability in the use of AI, version 1.0 of 9 April 2026. It is an "
            "interpretive handbook: it reads existing tort law for the use of AI; contract "
            "liability lies outside it."
        ),
        _(
            "A line bears the date that it states itself. The proof says since when that can be "
            "shown; what stands in the manifest alone is declared, not proven."
        ),
    )


def _verify() -> tuple[str, ...]:
    return (
        _(
            "In the operator's folder, “{command}” recomputes the whole ledger from its "
            "entries and names the first thing that does not hold."
        ).format(command="shirube ledger verify"),
        _("“{command}” writes the proof that one entry is in the ledger.").format(
            command="shirube ledger prove . INDEX"
        ),
        _("Compare the checkpoint that the command prints with the one printed here."),
    )


def _html(page: Page) -> bytes:
    from markupsafe import Markup

    report = _HERE.parent / "report" / "report.css"
    style = "\n".join(file.read_text(encoding="utf-8") for file in (report, _HERE / "timeline.css"))
    # The style sheets are written by this program; all else is escaped.
    placed = template(_HERE / "timeline.html.jinja")
    return (placed.render(p=page, style=Markup(style)) + "\n").encode()  # noqa: S704


def _pdf(page: Page) -> bytes:
    from shirube.documents.report.pdf import compile_pdf

    return compile_pdf(_HERE / "timeline.typ", page, page.generated_utc)
