# SPDX-License-Identifier: Apache-2.0
"""Tables whose values may be taken, opened from files; a packed file is unpacked first."""

from __future__ import annotations

import gzip
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

from shirube.api.operator.measure import table_of
from shirube.terms.errors import Problem
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shirube.engines.duckdb.source import DuckDBSource
    from shirube.engines.port import Engine
    from shirube.terms.release import Releasable
    from shirube.terms.source import Progress


def open_releasable(
    file: Path, engine: Engine, encoding: str | None, progress: Progress | None
) -> Releasable:
    """Return the table of a file, ready to be transformed."""
    table = table_of((file,), engine, encoding, progress)
    return cast("DuckDBSource", engine.source(table, progress=progress)).releasable()


@contextmanager
def unpacked(file: Path | None) -> Iterator[Path | None]:
    """Yield the file, unpacked into a folder of its own where it is a .gz."""
    if file is None or file.suffix.lower() != ".gz":
        yield file
        return
    with tempfile.TemporaryDirectory(prefix="shirube-") as folder:  # 0700
        plain = Path(folder) / file.stem
        try:
            with gzip.open(file) as packed, plain.open("wb") as stream:
                shutil.copyfileobj(packed, stream)
        except (OSError, EOFError) as error:
            raise Problem(
                _("The file cannot be unpacked: {reason}.").format(reason=error), where=str(file)
            ) from error
        yield plain
