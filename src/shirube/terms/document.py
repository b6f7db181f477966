# SPDX-License-Identifier: Apache-2.0
"""A document that people wrote: policy, notice, record, contract; bound by digest."""

from __future__ import annotations

import datetime as dt

import msgspec

from shirube.terms.text import Text


class Signatory(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who signed a document: a name or a post, and the day."""

    name: str
    date: dt.date | None = None


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """Who approved a document, on which day, and the digest of the bytes that were approved.

    An approval holds for these bytes alone: once the file changes, it approves another text.
    """

    by: str
    date: dt.date
    sha256: str
    role: str | None = None


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A document as the manifest declares it.

    ``kinds`` are what the document serves as (one paper can be several). ``absent`` is the
    operator's plain statement that there is no such document: *not shown*, not *unknown*. Without
    ``systems`` and ``datasets`` it stands for the whole operator.
    """

    id: str
    kinds: tuple[str, ...]
    title: Text | None = None
    file: str | None = None
    url: str | None = None
    date: dt.date | None = None
    expires: dt.date | None = None
    owner: str | None = None
    approved_by: str | None = None
    signatories: tuple[Signatory, ...] = ()
    approvals: tuple[Approval, ...] = ()
    published: bool | None = None
    absent: bool = False
    systems: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
