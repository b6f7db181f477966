# SPDX-License-Identifier: Apache-2.0
"""What was known, expected, measured, decided and done about one system, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube import documents
from shirube.api.operator.bom import named_system
from shirube.api.operator.judge import judge
from shirube.api.operator.report import content_of
from shirube.texts import LANGUAGES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from shirube.documents import Written
    from shirube.documents.pages import Format
    from shirube.texts import Language


def timeline(
    folder: Path,
    system: str,
    out: Path,
    *,
    on: dt.date | None = None,
    formats: Sequence[Format] = ("html", "pdf"),
    languages: Sequence[Language] = LANGUAGES,
    further_packs: Sequence[Path] = (),
) -> Written:
    """Write the timeline of a system; nothing is measured or sealed."""
    told = judge(folder, on=on, further_packs=further_packs)
    chosen = named_system(told.manifest, system)
    return documents.timeline(
        content_of(told), chosen, out, formats=tuple(formats), languages=tuple(languages)
    )
