# SPDX-License-Identifier: Apache-2.0
"""The book of evidence during a journey: read without a key, written only when there is need.

A check that has nothing to seal needs neither the key nor the right to write. One that has asks
for the key before anything is measured, so that no work is lost for want of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from shirube import evidence
from shirube.api.clock import now as present
from shirube.evidence import keys

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType

    from shirube.evidence import Book
    from shirube.terms.evidence import DocumentSeal, Evidence, ModelSeal, Record
    from shirube.terms.measurement import Measurement


class Sealing:
    """An operator's book; use it in a ``with`` block."""

    def __init__(self, folder: Path, operator_id: str) -> None:
        self._folder, self._operator_id = folder, operator_id
        self._writing = False
        self._book: Book | None = None

    def __enter__(self) -> Self:
        """Open the book for reading, where there is one; sign a tail that a crash left.

        A ledger that lags behind what its key has signed is not judged either: entries that were
        taken back, such as a bad run, would be missing in silence.
        """
        if evidence.exists(self._folder):
            self._book = evidence.open_book(self._folder)
            self._refuse_fork(self._book)
            if not self._book.covered and keys.exists(self._operator_id):
                self.prepare()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the book; what was sealed stays."""
        self._close()

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """All that is sealed, in the ledger's order, verified."""
        return self._book.evidence() if self._book else ()

    @property
    def checkpoint(self) -> str:
        """The newest signed checkpoint; empty before the first entry."""
        return self._book.checkpoint() if self._book else ""

    @property
    def key_id(self) -> str:
        """The key that signs this book; empty before the first entry."""
        return self._book.public.key_id if self._book else ""

    def documents(self) -> dict[str, DocumentSeal]:
        """Return the latest seal of each document."""
        return self._book.documents() if self._book else {}

    def models(self) -> dict[str, ModelSeal]:
        """Return the latest seal of each model."""
        return self._book.models() if self._book else {}

    def measurement(self, declared_id: str, key: str) -> Measurement | None:
        """Return a declaration's run with this key, if it decides and did not fail."""
        found = self._book.run(declared_id, key) if self._book else None
        made = found.measurement if found else None
        return None if made is None or made.failure else made

    def prepare(self) -> None:
        """Open the book for writing; raises what stands in the way, before work is done."""
        if self._writing:
            return
        key = keys.load(self._operator_id, folder=self._folder)
        self._close()
        self._book = evidence.open_book(self._folder, key=key, create=True)
        self._writing = True

    def seal(
        self,
        items: Sequence[Record],
        *,
        now: dt.datetime,
    ) -> tuple[Evidence, ...]:
        """Seal records as one commit; durable when this returns.

        A journey knows one moment, that of its beginning. When another program sealed since, that
        moment lies before the last entry though no clock went back: then the present one is used.
        """
        self.prepare()
        last = self.evidence[-1].sealed_at if self.evidence else now
        moment = now if last <= now else max(now, present())
        return self._book.seal(items, now=moment) if self._book else ()

    def _refuse_fork(self, book: Book) -> None:
        try:
            book.refuse_fork(keys.directory(), self._operator_id)
        except BaseException:
            self._close()
            raise

    def _close(self) -> None:
        if self._book:
            self._book.close()
        self._book = None
