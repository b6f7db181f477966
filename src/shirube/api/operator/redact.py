# SPDX-License-Identifier: Apache-2.0
"""Write files again with the personal data in them replaced: by placeholders, or by keyed tokens.

What was found is replaced, in the encoding and the order of the file; what was not found remains,
so a redacted file is not said to be free of personal data.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from shirube import engines
from shirube.api.operator.finding import survey
from shirube.api.operator.measure import table_of
from shirube.api.operator.token_keys import open_key
from shirube.engines.prose.lines import blocks, first_code
from shirube.evidence import keys
from shirube.terms.errors import Problem, Problems
from shirube.terms.search import Skipped
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shirube.deidentification.token_key import TokenKey
    from shirube.engines.choosing import Engines
    from shirube.engines.duckdb.source import DuckDBSource
    from shirube.measures.privacy.identifiers import Finding, Scan
    from shirube.measures.privacy.identifiers.tally import Level
    from shirube.terms.source import Progress

Style = Literal["placeholder", "token"]
_NO_SALT = b"places only"


class RedactedFile(msgspec.Struct, frozen=True):
    """A file that was written: its name, and how many stretches of each kind were replaced."""

    file: str
    replaced: dict[str, int]


class Redacted(msgspec.Struct, frozen=True, kw_only=True):
    """What was written where; the key of the tokens lies apart, in the key directory."""

    out: str
    files: tuple[RedactedFile, ...]
    skipped: tuple[Skipped, ...]
    key: str = ""
    key_file: str = ""
    key_made: bool = False


class _Redactor:
    """Replaces what is believed in texts of one column or file."""

    def __init__(
        self, scan: Scan, key: TokenKey | None, kinds: frozenset[str], *, weak: bool
    ) -> None:
        self._believed = {place: tally.believed for place, tally in scan.tallies.items()}
        self._key, self._kinds, self._weak = key, kinds, weak
        self.replaced: dict[str, int] = {}

    def redacted(self, column: str, texts: Sequence[str]) -> Iterator[tuple[int, str]]:
        """Yield (place among the texts, new text) of every text that changes."""
        from shirube.measures.privacy.identifiers import Scan

        spans: dict[int, list[Finding]] = {}
        for each in Scan(_NO_SALT).feed(column, range(len(texts)), texts):
            if each.kind in self._kinds and self._sure(each.column, each.kind, each.level):
                spans.setdefault(each.row, []).append(each)
        for at, found in spans.items():
            yield at, self._written(texts[at], found)

    def _sure(self, column: str, kind: str, level: Level) -> bool:
        return self._weak or level in self._believed.get((column, kind), ())

    def _written(self, text: str, found: list[Finding]) -> str:
        """Return a text with its stretches replaced; of those that overlap the first names all."""
        parts, at = [], 0
        ordered = sorted(found, key=lambda each: (each.start, -each.end))
        while ordered:
            first = ordered.pop(0)
            end = first.end
            while ordered and ordered[0].start < end:
                end = max(end, ordered.pop(0).end)
            led = text[max(0, first.start - 1) : end]
            parts += [text[at : first.start], self._mark(first.kind, led, first.start > 0)]
            self.replaced[first.kind] = self.replaced.get(first.kind, 0) + 1
            at = end
        return "".join([*parts, text[at:]])

    def _mark(self, kind: str, text: str, led: bool) -> str:
        from shirube.measures.privacy.identifiers.folding import fold
        from shirube.measures.privacy.identifiers.scan import normalised

        if self._key is None:
            return f"[{kind.upper()}]"
        return f"[{kind.upper()}:{self._key.token(kind, normalised(kind, fold(text), led))}]"


def redact(
    paths: Sequence[Path | str],
    out: Path,
    *,
    style: Style = "placeholder",
    key: str | None = None,
    kinds: Sequence[str] = (),
    weak: bool = False,
    encoding: str | None = None,
    progress: Progress | None = None,
) -> Redacted:
    """Write every table and text that the paths name again, with what is confirmed replaced.

    Parameters
    ----------
    paths
        Tables (CSV, JSON lines, Parquet), texts, folders.
    out
        The file to write for one file, else a folder; what is there is never overwritten.
    style, key
        ``placeholder`` writes ``[PHONE]``, ``token`` ``[PHONE:0f3c…]``, equal for equal values
        under one key; the key's name, or None for a new key.
    kinds
        Which kinds are replaced; all but those that are about no person when left out.
    weak
        Whether what only fits a format is replaced as well.
    encoding
        Of the files; None finds it out.

    Raises
    ------
    Problem
        The target is there already, a kind is unknown, a database is named, or a file cannot be
        read.
    """
    wanted = _kinds(kinds)
    found = survey(paths)
    asked = [place for place in found.databases if any(str(path) == place for path in paths)]
    files = (*found.tables, *found.texts)
    if asked or not files:
        raise Problem(
            _("A database is not rewritten."),
            where=Path((*asked, *found.databases, str(paths[0]))[0]).name,
            remedy=_("Export its tables as Parquet or CSV and redact these."),
        )
    left_out = tuple(
        Skipped(Path(place).name, _("A database is not rewritten.")) for place in found.databases
    )
    alone = len(files) == 1 and not Path(str(paths[0])).is_dir()
    targets = _targets(files, out, alone=alone)
    token_key, made = open_key(key) if style == "token" else (None, False)
    written = []
    with engines.open_engine() as counting:
        for file, target in targets.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            given = (counting, token_key, wanted, weak, encoding, progress)
            try:
                form = _table if file in found.tables else _text
                replaced = form(file, target, *given)
            except (Problem, Problems):
                if file in found.named or file in found.texts:
                    raise
                # In a folder, what is no table after all is a text.
                replaced = _text(file, target, *given)
            written.append(RedactedFile(_shown(target, out, alone=alone), replaced))
    return Redacted(
        out=str(out),
        files=tuple(written),
        skipped=(*found.skipped, *left_out),
        key=token_key.name if token_key else "",
        key_file=str(keys.directory() / f"{token_key.name}.token-key") if token_key else "",
        key_made=made,
    )


def _kinds(asked: Sequence[str]) -> frozenset[str]:
    from shirube.measures.privacy.identifiers import ALL_KINDS, LegalClass

    unknown = [kind for kind in asked if kind not in ALL_KINDS]
    if unknown:
        raise Problem(
            _("There is no kind named {name}.").format(name=", ".join(unknown)),
            remedy=_("Kinds are: {names}.").format(names=", ".join(ALL_KINDS)),
        )
    if asked:
        return frozenset(asked)
    public = LegalClass.PUBLIC
    return frozenset(kind for kind, known in ALL_KINDS.items() if known.legal is not public)


def _targets(files: Sequence[Path], out: Path, *, alone: bool) -> dict[Path, Path]:
    """Return where each file is written; nothing that is there may be lost."""
    if alone:
        targets = {files[0]: out}
    else:
        base = Path(os.path.commonpath([file.absolute().parent for file in files]))
        targets = {file: out / file.absolute().relative_to(base) for file in files}
    empty_folder = not alone and out.is_dir() and not any(out.iterdir())
    for target in (*([] if empty_folder else [out]), *targets.values()):
        if target.exists():
            raise Problem(
                _("There is something there already; it was left as it is."),
                where=str(target),
                remedy=_("Choose another place with --out."),
            )
    return targets


def _table(
    file: Path,
    target: Path,
    counting: Engines,
    key: TokenKey | None,
    kinds: frozenset[str],
    weak: bool,
    encoding: str | None,
    progress: Progress | None,
) -> dict[str, int]:
    """Write a table with the cells replaced in which something is believed."""
    from shirube.measures.privacy.personal_data import scanned

    table = table_of((file,), counting, encoding, progress)
    source: DuckDBSource = counting.source(table, progress=progress)  # type: ignore[assignment]
    redactor = _Redactor(scanned(source, table.columns, progress), key, kinds, weak=weak)
    place = {column.name: at for at, column in enumerate(table.columns)}

    def cells() -> Iterator[tuple[int, int, str]]:
        for batch in source.texts(digits=0):
            for at, text in redactor.redacted(batch.column, batch.text):
                yield place[batch.column], batch.row[at], text

    source.write_replaced(cells(), target)
    return redactor.replaced


def _text(
    file: Path,
    target: Path,
    counting: Engines,
    key: TokenKey | None,
    kinds: frozenset[str],
    weak: bool,
    encoding: str | None,
    progress: Progress | None,
) -> dict[str, int]:
    """Write a text again, line by line in the encoding that each line is in."""
    from shirube.measures.privacy.identifiers import Scan

    del counting
    scan = Scan()
    for block in blocks(file, encoding):
        if progress:
            progress(_("Looking for personal data"), None)
        scan.feed("", range(len(block.lines)), block.lines)
    redactor = _Redactor(scan, key, kinds, weak=weak)
    code, mark = first_code(file, encoding)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(mark)
        for block in blocks(file, encoding):
            lines = list(block.lines)
            for at, text in redactor.redacted("", block.lines):
                lines[at] = text
            out.write(block.encoded(lines, code))
    return redactor.replaced


def _shown(target: Path, out: Path, *, alone: bool) -> str:
    return target.name if alone else target.relative_to(out).as_posix()
