# SPDX-License-Identifier: Apache-2.0
"""Engines of the tests: servers that start once, and marks for what an engine does not have.

A gap is marked ``notimpl`` (could be), ``notyet`` (the engine lacks it) or ``never`` (it would be
wrong), with engines, exception and reason; a gap that has closed fails the suite.
"""

from __future__ import annotations

import os
import shutil

import pytest

GAPS = ("notimpl", "notyet", "never")


def pytest_configure(config: pytest.Config) -> None:
    for gap in GAPS:
        config.addinivalue_line("markers", f"{gap}(engines, raises, reason): a gap of an engine")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        callspec = getattr(item, "callspec", None)
        name = callspec.params.get("engine") if callspec else None
        for gap in GAPS:
            for mark in item.iter_markers(gap):
                if name in mark.args[0]:
                    item.add_marker(pytest.mark.xfail(strict=True, **mark.kwargs))


@pytest.fixture(scope="session")
def server():
    """Yield the address of a database of a PostgreSQL server of our own."""
    import servers

    pytest.importorskip("psycopg") if not os.environ.get("CI") else None
    with servers.postgres() as address:
        yield address


@pytest.fixture(scope="session")
def spark():
    """Start Spark once; every engine that is opened borrows it."""
    import servers

    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        servers.needed("Java (Debian: default-jre-headless)")
    pytest.importorskip("pyspark") if not os.environ.get("CI") else None
    from shirube.engines.spark.engine import SparkEngine

    # Small tables: the time goes into compiling and into empty partitions.
    given = "--driver-java-options -XX:TieredStopAtLevel=1 --conf spark.sql.shuffle.partitions=2"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_SUBMIT_ARGS", f"{given} pyspark-shell")
        engine = SparkEngine(threads=2)
    with engine:
        yield engine
