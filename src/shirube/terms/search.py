# SPDX-License-Identifier: Apache-2.0
"""What a search for personal data found, and where; never what was found."""

from __future__ import annotations

import msgspec

from shirube.terms.measurement import Measurement


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where something of a kind stands.

    ``file`` is a file, or a table of a database; ``column`` the column of a table, empty for a
    text. ``row`` is the row or line and ``start`` the character in it, both from 1. ``score`` says
    how far it is believed: ``announced``, ``checked`` (or ``doubted``, where as many as were found
    do not happen by chance). ``digest`` is equal for equal texts under the salt of this search, and
    useless without it.
    """

    kind: str
    file: str
    column: str
    row: int
    start: int
    length: int
    score: str
    digest: str


class Skipped(msgspec.Struct, frozen=True):
    """A file that was not looked at, and why."""

    file: str
    reason: str


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """Measurements of every table and of all texts, the places of what is confirmed, what is left.

    ``places`` are the first of ``found``; ``found`` counts all.
    """

    measurements: tuple[Measurement, ...]
    places: tuple[Place, ...]
    found: int
    skipped: tuple[Skipped, ...] = ()
