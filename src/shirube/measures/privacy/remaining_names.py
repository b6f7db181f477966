# SPDX-License-Identifier: Apache-2.0
"""The last tier of ``personal_data``: a model reads a sample of what the others saw nothing in.

1. Cells of running text with Japanese letters are drawn: the different ones whose keyed hashes are
   smallest, so that neither the order of the rows nor how often a text stands there matters.
2. Those in which the earlier tiers see anything, however weak, are put aside.
3. The model says of each of the others whether it holds the name of a person.
"""

from __future__ import annotations

import hashlib
import heapq
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from shirube.terms.errors import Problem
from shirube.terms.measurement import Column, Detail, Interval, Value
from shirube.terms.text import Text
from shirube.texts import N_, _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shirube.terms.measurement import Result
    from shirube.terms.source import Progress, Source

_MARK = b"shirube ner"


class Remaining(NamedTuple):
    """One column: cells drawn, those that other tiers left, and those with a possible name."""

    column: str
    drawn: int
    left: int
    possible: int


def check_asked(most: int) -> None:
    """Refuse a number of cells below 0, and a model that is asked for and not there."""
    from shirube.measures.privacy.descriptions.entities import available

    if most < 0:
        raise Problem(
            _("ner is {number}; it counts cells, and 0 leaves the model out.").format(number=most),
            remedy=_("Give for instance 2000."),
        )
    if most and not available():
        raise Problem(
            _("{what} needs packages that are not installed.").format(what="GiNZA"),
            why=_("The model reads texts in which patterns and dictionaries saw nothing."),
            remedy=_("Install the extra: pip install 'shirube[{extra}]'.").format(extra="ner"),
        )


def with_guesses(
    result: Result, source: Source, columns: Sequence[str], most: int, progress: Progress | None
) -> Result:
    """Add what a model guesses of the texts in which nothing was found."""
    values, detail, note = _told(remaining(source, columns, most, progress))
    return msgspec.structs.replace(
        result,
        values=(*result.values, *values),
        details=(*result.details, detail),
        notes=(*result.notes, note),
    )


def remaining(
    source: Source, columns: Sequence[str], most: int, progress: Progress | None
) -> tuple[Remaining, ...]:
    """Look for names in at most ``most`` different cells of running text."""
    from shirube.measures.privacy.descriptions.entities import people_in

    if progress:
        progress(_("Reading what remains with a model"), None)
    found = []
    for column, texts in _drawn(source, columns, most).items():
        left = _left(column, texts)
        found.append(Remaining(column, len(texts), len(left), sum(people_in(left))))
    return tuple(found)


def _drawn(source: Source, columns: Sequence[str], most: int) -> dict[str, list[str]]:
    """Return the texts to read, per column, in the order of their hashes."""
    chosen: dict[tuple[str, str], int] = {}
    worst: list[tuple[int, str, str]] = []
    for column, text in _texts(source, columns):
        place = (column, text)
        if place in chosen:
            continue
        key = -_hash(column, text)
        if len(worst) < most:
            chosen[place] = key
            heapq.heappush(worst, (key, column, text))
        elif key > worst[0][0]:
            _key, *out = heapq.heapreplace(worst, (key, column, text))
            del chosen[out[0], out[1]]
            chosen[place] = key
    found: dict[str, list[str]] = {name: [] for name in columns}
    for column, text in sorted(chosen, key=lambda place: -chosen[place]):
        found[column].append(text)
    return {name: texts for name, texts in found.items() if texts}


def _texts(source: Source, columns: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the cells that the model could read."""
    from shirube.measures.privacy.descriptions.entities import readable

    for batch in source.texts(columns, words=True):
        for text in batch.text:
            if readable(text):
                yield batch.column, text


def _hash(column: str, text: str) -> int:
    name = f"{column}\0{text}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(name, digest_size=8, key=_MARK).digest())


def _left(column: str, texts: Sequence[str]) -> list[str]:
    """Return the texts in which the earlier tiers see nothing at all."""
    from shirube.measures.privacy.identifiers.scan import Scan

    plain = [text.replace("\n", " ") for text in texts]
    seen = {each.row for each in Scan(_MARK).feed(column, range(len(plain)), plain)}
    return [text for at, text in enumerate(plain) if at not in seen]


def _told(found: Sequence[Remaining]) -> tuple[tuple[Value, ...], Detail, Text]:
    """Return values, a table and a note; the share has Wilson's interval at 95 %."""
    from shirube.measures.privacy.attacks.rates import wilson

    left = sum(each.left for each in found)
    possible = sum(each.possible for each in found)
    rate = wilson(possible, left) if left else None
    reason = None if left else Text.of(N_("No text remained for the model to read."))
    values = (
        Value(name="ner_cells", value=left, unit="count", sample_size=left),
        Value(name="ner_hits", value=possible, unit="count", sample_size=left),
        Value(
            name="ner_share",
            value=possible / left if left else None,
            unit="share",
            interval=Interval(rate.low, rate.high, "wilson") if rate else None,
            sample_size=left,
            reason=reason,
        ),
    )
    detail = Detail(
        name="remaining",
        title=Text(
            "モデルによる氏名の推定（残りの文章）", "Possible names by a model, in what remained"
        ),
        columns=(
            Column("column", Text("列", "column")),
            Column("drawn", Text("抽出した異なるセル", "different cells drawn"), "count"),
            Column("left", Text("モデルが読んだセル", "cells the model read"), "count"),
            Column(
                "possible", Text("氏名らしい語のあるセル", "cells with a possible name"), "count"
            ),
        ),
        rows=tuple(found),
        note=Text(
            "モデルの推定は確度が低く、どの合計にも含めません。人が確かめてください。",
            "What a model guesses is less sure and in no total; somebody must look at it.",
        ),
    )
    said = N_(
        "A model read {left} different cells in which nothing else was found and sees a possible "
        "name in {possible} of them. On our labelled corpus about one in three such cells held a "
        "name, and two in five names that remained were found."
    )
    return values, detail, Text.of(said, left=left, possible=possible)
