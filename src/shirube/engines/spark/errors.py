# SPDX-License-Identifier: Apache-2.0
"""Spark's troubles in our words: its own quote plans, paths and values, and are not told."""

from __future__ import annotations

from py4j.protocol import Py4JJavaError  # type: ignore[import-untyped]
from pyspark.errors import PySparkException

from shirube.terms.errors import InternalError, Problem, ShirubeError
from shirube.texts import _

_OURS = ("UNRESOLVED_", "DATATYPE_MISMATCH", "PARSE_", "AMBIGUOUS_", "TABLE_OR_VIEW_NOT_FOUND")
"""Conditions of a query that should never have been asked."""


def problem_of(error: PySparkException | Py4JJavaError) -> ShirubeError:
    """Return our error for Spark's, or for one of Java's that Spark let through."""
    condition = ""
    if isinstance(error, PySparkException):
        condition = str(error.getCondition() or "")
    message = str(error)
    if "FILE" in condition and ("NOT_EXIST" in condition or "NOT_FOUND" in condition):
        return Problem(
            _("A file of the table is gone, or the machines of Spark do not see it."),
            remedy=_("The file must lie where every machine of Spark has it under the same path."),
        )
    if "PATH_NOT_FOUND" in condition:
        return Problem(
            _("Spark does not see the files of the table."),
            remedy=_("The file must lie where every machine of Spark has it under the same path."),
        )
    if "OutOfMemory" in message:
        return Problem(
            _("Counting needs more memory than it may take."),
            remedy=_("Raise the memory limit, or ask for fewer columns at once."),
        )
    if condition.startswith(_OURS):
        return InternalError(f"Spark refused a query ({condition})")
    return Problem(
        _("Spark cannot read the table ({code}).").format(code=condition or type(error).__name__),
        why=_("A table that cannot be read to its end cannot be counted."),
        remedy=_("Check that the files are complete Parquet files, or count with another engine."),
    )


def no_java() -> Problem:
    """Return the problem of a machine without Java."""
    return Problem(
        _("Spark cannot start: it needs Java 17 or later."),
        remedy=_("Install Java (Debian: default-jre-headless), or set JAVA_HOME."),
    )
