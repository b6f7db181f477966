# SPDX-License-Identifier: Apache-2.0
"""What measuring a dossier's measurements again showed, one verdict for each."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from shirube.terms.text import Text

Verdict = Literal["equal", "within_interval", "different", "not_reproduced"]
Cause = Literal["data", "model", "version", "seed", "unexplained"]
Agreement = Literal["equal", "within_interval", "different"]


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One thing under which the second run was not like the first.

    ``what`` names the file, *method*, *tool*, *engine* or *seed*; ``sealed`` and ``found`` are its
    digest, version or number, then and now.
    """

    cause: Cause
    what: str
    sealed: str
    found: str


class ValueAgain(msgspec.Struct, frozen=True, kw_only=True):
    """One value, sealed and found again; numbers as decimal texts, None where there is none.

    ``interval`` holds the ends of the sealed interval. A table of details is named
    ``details.<name>`` and has no values here.
    """

    name: str
    agreement: Agreement
    sealed: str | None = None
    found: str | None = None
    interval: tuple[str, str] | None = None


class MeasuredAgain(msgspec.Struct, frozen=True, kw_only=True):
    """One measurement of the dossier, and what came of measuring it again.

    ``cause`` is the first of the causes that explains a verdict *different*: another digest of the
    data, of the model, another version, another seed, or none of them. ``differences`` lists all
    that was not alike, whatever the verdict. ``reason`` says why it could not be reproduced.
    """

    index: int
    id: str
    measure: str
    dataset: str
    verdict: Verdict
    cause: Cause | None = None
    reason: Text | None = None
    differences: tuple[Difference, ...] = ()
    values: tuple[ValueAgain, ...] = ()
    withdrawn: bool = False
    seconds: float = 0.0


class ModelAgain(msgspec.Struct, frozen=True, kw_only=True):
    """A sealed model: whether its files at hand have the digests that were sealed."""

    index: int
    id: str
    verdict: Literal["same", "different", "not_given"]
    files: tuple[Difference, ...] = ()


class Hole(msgspec.Struct, frozen=True, kw_only=True):
    """A measurement of the ledger that is not in the file, so nobody can measure it again."""

    index: int
    id: str = ""
    measure: str = ""
    why: Literal["redacted", "not_chosen", "erased"]


class Reproduction(msgspec.Struct, frozen=True, kw_only=True):
    """All measurements of a verified dossier, measured again on data at hand.

    ``key_id`` is the operator's key that the dossier was verified with. ``seed`` is set when
    another seed than the recorded ones was asked for. ``files`` are what was measured, by digest.
    """

    dossier_sha256: str
    operator_id: str
    key_id: str
    at: dt.datetime
    tool_version: str
    seed: int | None = None
    measurements: tuple[MeasuredAgain, ...] = ()
    models: tuple[ModelAgain, ...] = ()
    holes: tuple[Hole, ...] = ()
    files: dict[str, str] = msgspec.field(default_factory=dict)
